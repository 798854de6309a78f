"""What a tender can promise before it is published: how many of a target group by a day, or from which day so many.

A requirement can be delivered where some plan delivers it whole and leaves others owed no more than the best plan
without the tender does. More people, or an earlier day, never make that easier (docs/model.md section 10). So the
largest number and the earliest day are found by halving, each answer from a plan or from a bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matcher.errors import InvalidInput
from matcher.plan import Plan, TierResult
from matcher.problem import Problem, fingerprint
from matcher.whatif.answers import Asking, Question
from matcher.whatif.comparison import interval
from matcher.whatif.halving import Halving, Verdict
from matcher.whatif.tender_terms import Tender, fault_of_tender

MOST_QUOTAS = 500
DEFAULT_HORIZON_DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One requirement that was tried.

    Parameters
    ----------
    quantity : int
    by : date
    verdict : str
        ``yes``: a plan delivers it; ``no``: a bound says that none does; ``open``: neither is proven.
    """

    quantity: int
    by: date
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a tender can promise to one target group.

    Parameters
    ----------
    group : str or None
        ``None`` for everybody.
    quantity : int or None
        The largest that a plan delivers (or the one asked about); ``None`` where the one asked about cannot be
        delivered in time.
    by : date or None
        The day by which everybody begins (or the earliest such); ``None`` likewise.
    is_proven : bool
        Whether one more, or a day less, is proven to be too much.
    plan : Plan or None
        That delivers it, of the problem in `problem`, whole and checkable.
    problem : Problem or None
        The given one with the tender as it would be published.
    tried : tuple of Tried
        In the order in which they were.
    """

    group: str | None
    quantity: int | None
    by: date | None
    is_proven: bool
    plan: Plan | None
    problem: Problem | None
    tried: tuple[Tried, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementStudy:
    """What a tender can promise to each of several target groups.

    Parameters
    ----------
    problem_hash : str
        Of the given problem without the tender.
    contract_id : str
        Of the tender.
    unit : str
        In which quantities count.
    start : date
        Before which nobody begins.
    owed : TierResult
        What is left owed to others without the tender, in person equivalents.
    largest, earliest : tuple of Requirement
        The largest number by the day asked about, and the earliest day for the number asked about; either may be empty.
    """

    problem_hash: str
    contract_id: str
    unit: str
    start: date
    owed: TierResult
    largest: tuple[Requirement, ...]
    earliest: tuple[Requirement, ...]


def requirement_of(
    problem: Problem,
    contract_id: str,
    *,
    by: date | None = None,
    quantity: int | None = None,
    groups: Sequence[str | None] = (),
    horizon: date | None = None,
    asking: Asking | None = None,
) -> RequirementStudy:
    """Return what a tender can promise.

    Parameters
    ----------
    problem : Problem
        With the tender as one of its contracts. Its vacancies say in which ways it can be filled, and with how many at
        most; its groups and quantity are what is asked about.
    contract_id : str
        The tender.
    by : date, optional
        The largest number is looked for by that day: everybody begins on or before it, and not before the start.
    quantity : int, optional
        The earliest day is looked for by which that many, in the contract's unit, are delivered.
    groups : sequence of str or None
        To be asked about one by one, ``None`` for everybody; unless given, the contract's own groups together.
    horizon : date, optional
        Last day that is looked at; two years after the start unless given.
    asking : Asking, optional

    Raises
    ------
    InvalidInput
        Where there is no such contract, it has no start date or no vacancy, or a day lies before its start.
    ContradictoryDecisions
        Where the problem without the tender has no plan.
    """
    asking = asking or Asking()
    tender = askable_tender(problem, contract_id, by=by, horizon=horizon)
    end = horizon or tender.start + timedelta(days=DEFAULT_HORIZON_DAYS)
    asked: Sequence[tuple[str, ...]] = [() if group is None else (group,) for group in groups] or [
        tender.contract.groups
    ]
    search = _Search(problem, tender, asking)
    return RequirementStudy(
        problem_hash=fingerprint(tender.without()),
        contract_id=contract_id,
        unit=tender.contract.obligation_unit,
        start=tender.start,
        owed=search.owed,
        largest=tuple(search.largest(group, by) for group in asked) if by is not None else (),
        earliest=tuple(search.earliest(group, quantity, end) for group in asked) if quantity is not None else (),
    )


def askable_tender(
    problem: Problem, contract_id: str, *, by: date | None = None, horizon: date | None = None
) -> Tender:
    """Return the tender that is asked about; raises `InvalidInput` as `requirement_of` does, and solves nothing."""
    tender = Tender(problem, contract_id)
    _require_from(tender.start, by=by, horizon=horizon)
    return tender


class _Search:
    """Looks for the largest number and the earliest day of a tender."""

    def __init__(self, problem: Problem, tender: Tender, asking: Asking) -> None:
        self._tender, self._asking = tender, asking
        self._base = asking.answer(Question(problem=_owing(tender.without())))
        self.owed = self._base.required_plan().tiers[0]
        # So many hard minimum counts on the tender weigh more, for one person missing, than all that is owed.
        price = problem.policy.shortfall_weight["hard_quota"]
        copies = int(interval(self.owed)[1] / price) + 1 if price else 0
        can_insist = tender.contract.obligation_unit == "persons" and 0 < copies <= MOST_QUOTAS
        self._copies = copies if can_insist else 0

    def largest(self, groups: tuple[str, ...], by: date) -> Requirement:
        """Return the largest number by a day."""
        halving = Halving(lambda quantity: self._verdict(groups, quantity, by))
        quantity, is_proven = halving.last_yes(range(self._tender.most() + 1))
        tried = tuple(Tried(quantity=each, by=by, verdict=verdict) for each, verdict in halving.tried)
        return self._answer(groups, quantity or 0, by, is_proven=is_proven, tried=tried)

    def earliest(self, groups: tuple[str, ...], quantity: int, horizon: date) -> Requirement:
        """Return the earliest day for a number."""
        days = self._tender.days(horizon)[::-1]
        halving = Halving(lambda at: self._verdict(groups, quantity, days[at]))
        at, is_proven = halving.last_yes(range(len(days)))
        tried = tuple(Tried(quantity=quantity, by=days[each], verdict=verdict) for each, verdict in halving.tried)
        if at is not None:
            return self._answer(groups, quantity, days[at], is_proven=is_proven, tried=tried)
        return Requirement(
            group=_name(groups), quantity=None, by=None, is_proven=is_proven, plan=None, problem=None, tried=tried
        )

    def _answer(
        self, groups: tuple[str, ...], quantity: int, by: date, *, is_proven: bool, tried: tuple[Tried, ...]
    ) -> Requirement:
        """Return an answer with a plan that delivers it, and pursues every other aim where it can."""
        problem, plan = self._delivering(groups, quantity, by)
        return Requirement(
            group=_name(groups), quantity=quantity, by=by, is_proven=is_proven, plan=plan, problem=problem, tried=tried
        )

    def _delivering(self, groups: tuple[str, ...], quantity: int, by: date) -> tuple[Problem, Plan]:
        worlds = self._worlds(groups, quantity, by)
        for problem in (*map(_shortfall_first, worlds), *map(_owing, worlds)):
            plan = self._asking.answer(Question(problem=problem), self._base).plan
            if plan is not None and self._judged(plan, quantity) == "yes":
                return problem, plan
        problem = _owing(self._tender.published(groups, 0, by))  # nothing is asked for: any plan delivers that
        return problem, self._asking.answer(Question(problem=problem), self._base).required_plan()

    def _worlds(self, groups: tuple[str, ...], quantity: int, by: date) -> list[Problem]:
        """Return the problem with the tender, and the same insisting on it where that can be said.

        Where the people of the tender make a cohort run that others need too, less is owed to others than without the
        tender, and a best plan could trade the one for the other: then it takes insisting to tell.
        """
        published = self._tender.published(groups, quantity, by)
        if not self._copies or not quantity:
            return [published]
        return [published, self._tender.insisted(groups, quantity, by, self._copies)]

    def _verdict(self, groups: tuple[str, ...], quantity: int, by: date) -> Verdict:
        """Tell whether a requirement can be delivered: yes by a plan, no by a bound."""
        if quantity == 0:
            return "yes"
        verdict: Verdict = "open"
        for problem in self._worlds(groups, quantity, by):
            plan = self._asking.answer(Question(problem=_owing(problem)), self._base).plan
            verdict = "no" if plan is None else self._judged(plan, quantity)
            if verdict != "open":
                break
        return verdict

    def _judged(self, plan: Plan, quantity: int) -> Verdict:
        """Judge by the first tier of a plan with the tender.

        A plan that delivers the whole requirement and leaves others owed no more than without it has no larger total
        than they are owed at best; so where even the bound of the total is larger, there is none.
        """
        (low, _), (owed_low, owed_high) = interval(plan.tiers[0]), interval(self.owed)
        if low > owed_high:
            return "no"
        own = self._tender.contract.contract_id
        delivered = sum(entry.delivered for entry in plan.shortfalls if entry.contract_id == own)
        return "yes" if delivered >= quantity and plan.tiers[0].value <= owed_low else "open"


def _owing(problem: Problem) -> Problem:
    """Return a problem that asks only how much is left owed."""
    return replace(problem, policy=replace(problem.policy, tiers=("shortfall",)))


def _shortfall_first(problem: Problem) -> Problem:
    others = tuple(tier for tier in problem.policy.tiers if tier not in ("shortfall", "changes"))
    return replace(problem, policy=replace(problem.policy, tiers=("shortfall", *others)))


def _name(groups: tuple[str, ...]) -> str | None:
    return ", ".join(groups) or None


def _require_from(start: date, **days: date | None) -> None:
    for name, day in days.items():
        if day is not None and day < start:
            must = f"be asked about with {name} on or after its start ({start.isoformat()})"
            raise InvalidInput([fault_of_tender(None, name, day.isoformat(), must, "Choose a later day.")])
