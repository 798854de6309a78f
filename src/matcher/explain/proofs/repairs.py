"""What would repair a promise that the plan cannot keep: each alternative the smallest of its kind, solved again.

An obligation that is not met, or a hard minimum that is broken, is repaired by more seats, money, time or positions, or
by a requirement less. A repair counts only if the plan made again keeps the promise in full and gives up none that is
kept now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from matcher.explain.effects import PlanReading, covers
from matcher.explain.proofs.again import Again, TimeIsUp
from matcher.explain.proofs.levers import MANY, ONE, capacity_levers, condition, course_values, position_levers
from matcher.explain.proofs.smallest import Condition, Lever, smallest
from matcher.explain.proofs.ways import ways_to_places
from matcher.explain.proofs.wishes import Kept, Wish
from matcher.explain.reading import Place
from matcher.plan import Plan
from matcher.problem import Cohort
from matcher.problem.changes import DropRequirement, MoveCohort, MoveContract

MOST_DAYS = 366  # a contract is not moved by more than a year
MOST_MOVES = 8  # days on which something changes that are tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A promise that the plan does not keep, and what would repair it.

    Parameters
    ----------
    contract_id, quota_id : str or None
        Whose promise: one of the two.
    missing : Decimal
        In the contract's unit, or persons.
    unit : str
    alternatives : tuple of Condition
        Each keeps the promise in full, gives up none that is kept now, and is the smallest of its kind.
    is_interrupted : bool
        Whether time ended before everything was tried.
    """

    contract_id: str | None
    quota_id: str | None
    missing: Decimal
    unit: str
    alternatives: tuple[Condition, ...] = ()
    is_interrupted: bool = False


def repairs(again: Again, plan: PlanReading, contract_id: str | None = None) -> tuple[Repair, ...]:
    """Return every promise that a plan does not keep, with what would repair it.

    Parameters
    ----------
    again : Again
    plan : PlanReading
        Of the same plan.
    contract_id : str, optional
        Of one contract only.
    """
    units = {contract.contract_id: contract.obligation_unit for contract in again.problem.contracts}
    found = [
        Repair(
            contract_id=row.contract_id,
            quota_id=None,
            missing=row.required - row.delivered,
            unit=units[row.contract_id],
        )
        for row in again.plan.shortfalls
        if row.delivered < row.required and contract_id in (None, row.contract_id)
    ]
    hard = {quota.quota_id for quota in again.problem.quotas if quota.hard}
    found += [
        Repair(contract_id=None, quota_id=row.quota_id, missing=row.short, unit="persons")
        for row in again.plan.quota_breaches
        if row.quota_id in hard and row.short > 0 and contract_id is None
    ]
    return tuple(_repaired(again, plan, one) for one in found)


def _repaired(again: Again, plan: PlanReading, broken: Repair) -> Repair:
    wish: Wish = Kept(contract_id=broken.contract_id, quota_id=broken.quota_id, now=_short(again.plan))
    found: list[Condition] = []
    try:
        for lever in _levers(again, plan, broken):
            granted = smallest(again, wish, lever)
            if granted is not None and granted.condition.changes not in [one.changes for one in found]:
                found.append(granted.condition)
    except TimeIsUp:
        return replace(broken, alternatives=tuple(found), is_interrupted=True)
    return replace(broken, alternatives=tuple(found))


def _short(plan: Plan) -> tuple[tuple[str, Decimal], ...]:
    return tuple((row.contract_id, max(Decimal(0), row.required - row.delivered)) for row in plan.shortfalls)


def _levers(again: Again, plan: PlanReading, broken: Repair) -> Iterator[Lever]:
    places = [place for place in plan.reading.places.values() if place.terms.is_open and _concerns(plan, place, broken)]
    names = {place.terms.vacancy.vacancy_id for place in places}
    ways = [
        way
        for way in ways_to_places(again.columns, plan.reading, names)
        if all(row.vacancy_id not in names for row in plan.of_candidate.get(way.person.candidate.candidate_id, ()))
    ]
    yield from capacity_levers(plan, ways, MANY)
    yield from position_levers(plan, places, MANY)
    cohorts = _cohorts_for(plan, places)
    yield from _time_levers(plan, broken, places, cohorts)
    for skill in sorted({must.skill for place in places for must in place.musts}):
        if broken.contract_id is not None:
            dropped = DropRequirement(skill=skill, contract_id=broken.contract_id)
            yield _once(condition("not_required_by_contract", dropped, contract=broken.contract_id, skill=skill))


def _concerns(plan: PlanReading, place: Place, broken: Repair) -> bool:
    if broken.contract_id is not None:
        return place.terms.contract is not None and place.terms.contract.contract_id == broken.contract_id
    quotas = (quota for quota in plan.reading.problem.quotas if quota.quota_id == broken.quota_id)
    return any(covers(quota, place) for quota in quotas)


def _cohorts_for(plan: PlanReading, places: Sequence[Place]) -> list[Cohort]:
    """Return the cohorts that grant a skill which the places require."""
    found = {
        cohort.cohort_id: cohort
        for place in places
        for must in place.musts
        for cohort in plan.reading.granting(must.skill, must.level)
    }
    return sorted(found.values(), key=lambda cohort: (cohort.end_date, cohort.cohort_id))


def _time_levers(
    plan: PlanReading, broken: Repair, places: Sequence[Place], cohorts: Sequence[Cohort]
) -> Iterator[Lever]:
    """Yield a later start of the contract, and an earlier one of each cohort that ends too late for it."""
    latest = [place.terms.latest_start_date for place in places if place.terms.latest_start_date is not None]
    if not latest:
        return
    days = {(cohort.end_date - day).days + 1 for cohort in cohorts if cohort.status != "cancelled" for day in latest}
    days |= {(person.earliest - day).days for person in plan.reading.people.values() for day in latest}
    sizes = tuple(Decimal(one) for one in sorted(days) if 0 < one <= MOST_DAYS)[:MOST_MOVES]
    contract = next((one for one in plan.reading.problem.contracts if one.contract_id == broken.contract_id), None)
    if contract is not None and contract.start_date is not None and sizes:
        name, start = contract.contract_id, contract.start_date
        yield Lever(
            code="dates",
            sizes=sizes,
            step=ONE,
            at=lambda size: condition(
                "later_contract",
                MoveContract(contract_id=name, days=int(size)),
                contract=name,
                day=start + timedelta(days=int(size)),
                count=int(size),
            ),
        )
    for cohort in cohorts:
        late = sorted({(cohort.end_date - day).days + 1 for day in latest if cohort.end_date >= day})
        if late and late[0] <= MOST_DAYS and cohort.status in ("planned", "optional"):
            yield _earlier(plan, cohort, tuple(map(Decimal, late)))


def _earlier(plan: PlanReading, cohort: Cohort, sizes: tuple[Decimal, ...]) -> Lever:
    values = {name: value for name, value in course_values(plan, cohort).items() if name != "start"}
    return Lever(
        code="dates",
        sizes=sizes,
        step=ONE,
        at=lambda size: condition(
            "earlier_cohort",
            MoveCohort(cohort_id=cohort.cohort_id, days=-int(size)),
            **values,
            day=cohort.start_date - timedelta(days=int(size)),
            count=int(size),
        ),
    )


def _once(found: Condition) -> Lever:
    return Lever(code="skill", sizes=(ONE,), step=ONE, at=lambda _: found)
