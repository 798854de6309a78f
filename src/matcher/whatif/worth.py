"""What one more of anything is worth, by solving again: a seat, a sum of money, a week, a dropped requirement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, get_args

from matcher.columns import Limits
from matcher.errors import InvalidInput
from matcher.features.build import terms_of
from matcher.features.limits import build_limits
from matcher.plan import Plan
from matcher.problem import Contract, Problem, Vacancy, fingerprint
from matcher.problem.changes import Change, ChangeBudget, ChangeSeats, DropRequirement, MoveContract
from matcher.problem.changes.draft import moved
from matcher.solve.planning import SCALES, tier_amount
from matcher.solver.model.payable import most_payable
from matcher.whatif.answers import Asking, Question, pursuing
from matcher.whatif.comparison import TierDifference, tier_differences

WorthKind = Literal["seat", "money", "week", "requirement"]
WORTH_KINDS: tuple[WorthKind, ...] = get_args(WorthKind)
DEFAULT_SUM = Decimal(10_000)
DAYS = 7
MONEY_SCALE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """Something of which there could be more, or less.

    Parameters
    ----------
    kind : str
        ``seat`` in a cohort, ``money`` in a budget, a ``week`` later for a contract and its vacancies, a
        ``requirement`` that a vacancy drops.
    entity_id : str
        Of the cohort, budget, contract or vacancy.
    skill : str or None
        Which requirement.
    change : Change
    """

    kind: WorthKind
    entity_id: str
    skill: str | None
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class DualValue:
    """What the prices of the certificate say of one more, in one tier.

    Parameters
    ----------
    tier : str
    least, most : Decimal
        By how much the tier's value would change at that price, over the cases of the certificate; negative where it
        would fall. A price bounds what one more can be worth and is seldom what it is worth.
    """

    tier: str
    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one more is worth.

    Parameters
    ----------
    one_more : OneMore
    plan : Plan or None
        The best plan with it; ``None`` where people's decisions exclude one another then.
    tiers : tuple of TierDifference
        Against the plan without it.
    duals : tuple of DualValue
        Empty where the certificate has no price for it, as for weeks and requirements.
    """

    one_more: OneMore
    plan: Plan | None
    tiers: tuple[TierDifference, ...]
    duals: tuple[DualValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthStudy:
    """What one more of each of several things is worth.

    Parameters
    ----------
    problem_hash : str
        Of the given problem.
    plan : Plan
        The best plan without any of them, in the tiers that are compared.
    worths : tuple of Worth
        In the order asked for.
    money : Decimal
        How many kronor ``money`` stands for.
    """

    problem_hash: str
    plan: Plan
    worths: tuple[Worth, ...]
    money: Decimal

    @property
    def ranked(self) -> tuple[Worth, ...]:
        """Return them with what is worth most first: tier after tier, least aims by what they fall."""
        return tuple(sorted(self.worths, key=lambda worth: [-_gain(tier) for tier in worth.tiers]))


def things_to_value(
    problem: Problem, kinds: Collection[WorthKind] = WORTH_KINDS, *, money: Decimal = DEFAULT_SUM
) -> tuple[OneMore, ...]:
    """Return everything of the given kinds of which there could be one more.

    A seat in each cohort that takes new people, `money` in each budget, a week for each open contract with a start
    date, and each skill that a vacancy of no closed contract requires. Of ready-scored problems dates and skills decide
    nothing, so they have no weeks and no requirements. What is at the end of its range already is left out: a million
    seats, a last day that stands for none.
    """
    found = {"seat": _seats, "money": lambda given: _sums(given, money), "week": _weeks, "requirement": _requirements}
    return tuple(each for kind in WORTH_KINDS if kind in kinds for each in found[kind](problem))


def value_of(
    problem: Problem,
    things: Sequence[OneMore],
    *,
    money: Decimal = DEFAULT_SUM,
    asking: Asking | None = None,
) -> WorthStudy:
    """Return what one more of each thing is worth, by solving the problem again with each.

    The tiers ``changes`` and ``tie_break`` are left out: a draw is worth nothing.

    Parameters
    ----------
    problem : Problem
    things : sequence of OneMore
        See `things_to_value`.
    money : Decimal
        How many kronor the things of kind ``money`` stand for, which the study repeats.
    asking : Asking, optional

    Raises
    ------
    ContradictoryDecisions
        Where the problem as it is has no plan.
    """
    asking = asking or Asking()
    asking.expect(1 + len(things))
    world = world_of(problem)
    without = asking.answer(Question(problem=world))
    base = without.required_plan()
    changed = [Question(problem=each.change.applied(world)) for each in things]
    limits = build_limits(world, terms_of(world)) if any(each.kind == "money" for each in things) else None
    worths = []
    for each, answer in zip(things, asking.answers(changed, without), strict=True):
        tiers = tier_differences(base, answer.plan) if answer.plan is not None else ()
        worths.append(Worth(one_more=each, plan=answer.plan, tiers=tiers, duals=_duals(base, each, money, limits)))
    return WorthStudy(problem_hash=fingerprint(problem), plan=base, worths=tuple(worths), money=money)


def world_of(problem: Problem) -> Problem:
    """Return the problem as one more of anything is added to it: pursuing what is compared."""
    return pursuing(problem, "shortfall", "placements", "cost")


def _seats(problem: Problem) -> Iterator[OneMore]:
    for cohort in problem.cohorts:
        if cohort.status in ("planned", "optional") and _has_room(cohort, seats=cohort.seats + 1):
            yield OneMore(
                kind="seat",
                entity_id=cohort.cohort_id,
                skill=None,
                change=ChangeSeats(cohort_id=cohort.cohort_id, by=1),
            )


def _sums(problem: Problem, money: Decimal) -> Iterator[OneMore]:
    for budget in problem.budgets:
        if not _has_room(budget, amount=budget.amount + money):
            continue
        change = ChangeBudget(budget_id=budget.budget_id, by=money)
        yield OneMore(kind="money", entity_id=budget.budget_id, skill=None, change=change)


def _weeks(problem: Problem) -> Iterator[OneMore]:
    works: dict[str | None, list[Vacancy]] = defaultdict(list)
    for vacancy in problem.vacancies:
        works[vacancy.contract_id].append(vacancy)
    for contract in () if problem.is_ready_scored else problem.contracts:
        its = works.get(contract.contract_id, [])
        is_open = contract.start_date is not None and not contract.is_closed
        if its and is_open and _can_wait(contract) and all(map(_can_wait, its)):
            change = MoveContract(contract_id=contract.contract_id, days=DAYS)
            yield OneMore(kind="week", entity_id=contract.contract_id, skill=None, change=change)


def _has_room(row: Any, **values: Any) -> bool:
    """Tell whether a row may hold these values."""
    try:
        replace(row, **values)
    except InvalidInput:
        return False
    return True


def _can_wait(row: Contract | Vacancy) -> bool:
    """Tell whether all dates of a row may lie a week later."""
    names = ("start_date", "end_date" if isinstance(row, Contract) else "latest_start_date")
    return _has_room(row, **{name: moved(getattr(row, name), DAYS) for name in names})


def _requirements(problem: Problem) -> Iterator[OneMore]:
    closed = {contract.contract_id for contract in problem.contracts if contract.is_closed}
    idle = {vacancy.vacancy_id for vacancy in problem.vacancies if vacancy.contract_id in closed}
    for row in () if problem.is_ready_scored else problem.vacancy_skills:
        if row.kind == "must" and row.vacancy_id not in idle:
            change = DropRequirement(vacancy_id=row.vacancy_id, skill=row.skill)
            yield OneMore(kind="requirement", entity_id=row.vacancy_id, skill=row.skill, change=change)


def _duals(plan: Plan, one_more: OneMore, money: Decimal, limits: Limits | None) -> tuple[DualValue, ...]:
    if one_more.kind not in ("seat", "money"):
        return ()
    row = ("seat" if one_more.kind == "seat" else "budget", one_more.entity_id)
    units = 1 if limits is None or one_more.kind == "seat" else _more_payable(limits, row[1], money)
    found = []
    for tier in plan.tiers:
        cases = [case for case in plan.certificate.cases if case.tier == tier.name]
        prices = [sum(entry.price for entry in case.prices if (entry.kind, entry.entity_id) == row) for case in cases]
        if prices and tier.name in SCALES:
            amounts = [
                tier_amount(tier.name, 1) * price * units / plan.certificate.price_scale or Decimal(0)
                for price in (min(prices), max(prices))
            ]
            found.append(DualValue(tier=tier.name, least=min(amounts), most=max(amounts)))
    return tuple(found)


def _more_payable(limits: Limits, budget_id: str, money: Decimal) -> int:
    """Return by how much more whole seats can come to with so much more money, öre: what its price is of."""
    budget = limits.budget_ids.index(budget_id)
    more = limits.budget.copy()
    more[budget] += round(money * MONEY_SCALE)
    return int((most_payable(replace(limits, budget=more)) - most_payable(limits))[budget])


def _gain(tier: TierDifference) -> Decimal:
    """Return by how much a tier is better; nothing where it is not compared."""
    if tier.difference is None:
        return Decimal(0)
    return tier.difference if tier.tier == "placements" else -tier.difference
