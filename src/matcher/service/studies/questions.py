"""The questions that are answered by solving again and again: the worth of one more, money, what can be promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from matcher.errors import InvalidInput
from matcher.languages import Phrases
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.report import frontier_study, requirement_study, thing_text, with_society, worth_study
from matcher.service.studies.effort import Effort, Ground, Telling
from matcher.service.studies.faults import fault_of, pointed
from matcher.whatif import (
    WORTH_KINDS,
    SocietyAssumptions,
    SocietyValue,
    Study,
    frontier_of,
    requirement_of,
    society_values,
    things_to_value,
    value_of,
    world_of,
)
from matcher.whatif.frontier import named_budget
from matcher.whatif.tender import askable_tender
from matcher.whatif.worth import OneMore, WorthKind

EVERYBODY = "everybody"
MOST_LISTED = 200
Kronor = Annotated[int, Field(ge=0, le=10**12)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueQuestion:
    """What one more of anything is worth.

    Parameters
    ----------
    of : tuple of str
        Only these kinds of things.
    only : tuple of str
        Only things of these cohorts, budgets, contracts and vacancies; all where there are none.
    money : int
        How many kronor more are asked about.
    society : SocietyAssumptions or None
        Amounts by which each plan is worth something to each payer.
    """

    kind: ClassVar[str] = "value"
    has_changes: ClassVar[bool] = True
    of: Annotated[tuple[WorthKind, ...], Field(max_length=len(WORTH_KINDS))] = ()
    only: Annotated[tuple[str, ...], Field(max_length=MOST_LISTED)] = ()
    money: Annotated[int, Field(ge=1, le=10**9)] = 10_000
    society: SocietyAssumptions | None = None

    def require_askable(self, problem: Problem) -> None:
        """See that there is something of which there could be one more, and that ids name such things."""
        things = self._of_kinds(problem)
        known = {each.entity_id for each in things}
        must = "name something of which there could be one more"
        faults = [
            fault_of("unknown_id", f"only/{place}", one, must, "Correct the id.")
            for place, one in enumerate(self.only)
            if one not in known
        ]
        if not things:
            must, remedy = "ask about something that the problem has", "Choose other things."
            faults = [fault_of("missing_value", "of", ", ".join(self.of) or None, must, remedy)]
        if faults:
            raise InvalidInput(faults)

    def _of_kinds(self, problem: Problem) -> tuple[OneMore, ...]:
        kinds = [kind for kind in WORTH_KINDS if not self.of or kind in self.of]
        return things_to_value(problem, kinds, money=Decimal(self.money))

    def answered(self, ground: Ground, effort: Effort) -> Telling:
        """Solve again with one more of each thing."""
        problem, money = ground.problem, Decimal(self.money)
        things = [each for each in self._of_kinds(problem) if not self.only or each.entity_id in self.only]
        found = value_of(problem, things, money=money, asking=effort.asking())
        ranked = [(worth, worth.plan) for worth in found.ranked if worth.plan is not None]
        world = world_of(problem)
        plans = [(world, found.plan), *((worth.one_more.change.applied(world), plan) for worth, plan in ranked)]
        society = _Society.of(plans, self.society)

        def told(say: Phrases) -> Study:
            names = [say.text("as it is"), *(thing_text(worth, found, say) for worth, _ in ranked)]
            return society.beside(worth_study(found, say), names, say)

        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestQuestion:
    """Which cohorts to open for each amount of money in a budget.

    Parameters
    ----------
    budget_id : str or None
        May be left out where there is one.
    most : int or None
        Up to how many kronor; as many as all cohorts cost when they are full unless given.
    amounts : tuple of int
        To be asked about first.
    points : int
        Solve so often at most.
    society : SocietyAssumptions or None
    """

    kind: ClassVar[str] = "invest"
    has_changes: ClassVar[bool] = True
    budget_id: str | None = None
    most: Kronor | None = None
    amounts: Annotated[tuple[Kronor, ...], Field(max_length=MOST_LISTED)] = ()
    points: Annotated[int, Field(ge=1, le=1000)] = 60
    society: SocietyAssumptions | None = None

    def require_askable(self, problem: Problem) -> None:
        """See that the budget is there."""
        with pointed("budget_id"):
            named_budget(problem, self.budget_id)

    def answered(self, ground: Ground, effort: Effort) -> Telling:
        """Walk the frontier."""
        frontier = frontier_of(
            ground.problem,
            self.budget_id,
            most=None if self.most is None else Decimal(self.most),
            amounts=[Decimal(amount) for amount in self.amounts],
            points=self.points,
            asking=effort.asking(),
        )
        society = _Society.of([(point.problem, point.plan) for point in frontier.points], self.society)

        def told(say: Phrases) -> Study:
            names = [say.text("for {amount} kronor", amount=say.number(point.spent)) for point in frontier.points]
            return society.beside(frontier_study(frontier, say), names, say)

        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementQuestion:
    """What a tender can promise: the largest number by a day, the earliest day for a number, or both.

    Parameters
    ----------
    contract_id : str
        The tender.
    by : date or None
    number : int or None
        In the contract's unit.
    groups : tuple of str
        Each asked about by itself, ``everybody`` for all; the contract's own together unless given.
    until : date or None
        Last day that is looked at; two years after the start unless given.
    """

    kind: ClassVar[str] = "requirement"
    has_changes: ClassVar[bool] = True
    contract_id: str
    by: date | None = None
    number: Annotated[int, Field(ge=1, le=10**6)] | None = None
    groups: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    until: date | None = None

    def require_askable(self, problem: Problem) -> None:
        """See that the tender can be asked about, and that something is asked."""
        if self.by is None and self.number is None:
            must, remedy = "ask for a largest number by a day, or an earliest day for a number", "Give one, or both."
            raise InvalidInput([fault_of("missing_value", "by", None, must, remedy)])
        with pointed("contract_id", {"by": "by", "horizon": "until"}):
            askable_tender(problem, self.contract_id, by=self.by, horizon=self.until)

    def answered(self, ground: Ground, effort: Effort) -> Telling:
        """Halve until it is known."""
        found = requirement_of(
            ground.problem,
            self.contract_id,
            by=self.by,
            quantity=self.number,
            groups=[None if group == EVERYBODY else group for group in self.groups],
            horizon=self.until,
            asking=effort.asking(),
        )
        return lambda say: requirement_study(found, say)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Society:
    """What plans are worth to each payer, worked out once and shown in any language."""

    assumptions: SocietyAssumptions | None
    values: Sequence[SocietyValue]

    @classmethod
    def of(cls, plans: Sequence[tuple[Problem, Plan]], assumptions: SocietyAssumptions | None) -> _Society:
        if assumptions is None:
            return cls(assumptions=None, values=())
        named = [(str(number), problem, plan) for number, (problem, plan) in enumerate(plans)]
        return cls(assumptions=assumptions, values=[value for _, value in society_values(named, assumptions)])

    def beside(self, study: Study, names: Sequence[str], say: Phrases) -> Study:
        """Return a study with these values, where there are any."""
        if self.assumptions is None:
            return study
        return with_society(study, list(zip(names, self.values, strict=True)), self.assumptions, say)
