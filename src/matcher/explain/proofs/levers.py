"""Which limits of a plan could keep eligible people out, and by how much each would have to give way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_UP, Decimal

from matcher.explain.effects import PlanReading, covers
from matcher.explain.facts import Value
from matcher.explain.proofs.smallest import Condition, Lever, ReasonCode
from matcher.explain.proofs.ways import Way
from matcher.explain.reading import Place
from matcher.problem import Cohort, Quota
from matcher.problem.changes import (
    Change,
    ChangeBudget,
    ChangeCohort,
    ChangePolicy,
    ChangePositions,
    ChangeQuota,
    ChangeResource,
    ChangeSeats,
    DropQuota,
)

COUNTS = tuple(map(Decimal, (1, 2, 4, 8)))
MANY = tuple(map(Decimal, (1, 2, 4, 8, 16, 32, 64)))  # for whole obligations
ONE, CENT = Decimal(1), Decimal("0.01")
MOST_QUOTAS = 5


def capacity_levers(plan: PlanReading, ways: Sequence[Way], counts: tuple[Decimal, ...] = COUNTS) -> Iterator[Lever]:
    """Yield the limits that some way meets: cohorts, money, resources, the policy's total, quotas, positions.

    Parameters
    ----------
    plan : PlanReading
    ways : sequence of Way
        Of people who are eligible.
    counts : tuple of Decimal
        How many more seats, enrolments or people are tried.
    """
    cohorts = {cohort.cohort_id: cohort for way in ways for cohort in way.new}
    for cohort in sorted(cohorts.values(), key=lambda cohort: (cohort.start_date, cohort.cohort_id)):
        yield from _cohort_levers(plan, cohort, counts)
    yield from _budget_levers(plan, ways)
    yield from _resource_levers(plan, ways)
    total = plan.reading.problem.policy.max_trainings_total
    if total is not None and cohorts:
        yield _counted("training", lambda size: _policy_total(total + int(size), int(size)), counts)
    quotas = [quota for quota in plan.reading.problem.quotas if any(covers(quota, way.place) for way in ways)]
    for quota in quotas[:MOST_QUOTAS]:
        yield from _quota_levers(quota, counts)


def position_levers(
    plan: PlanReading, places: Iterable[Place], counts: tuple[Decimal, ...] = COUNTS
) -> Iterator[Lever]:
    """Yield more positions of the places that are full."""
    for place in places:
        if plan.open_positions(place) == 0:
            vacancy_id = place.terms.vacancy.vacancy_id
            yield _counted("positions", _positions(vacancy_id), counts)


def course_values(plan: PlanReading, cohort: Cohort) -> dict[str, Value]:
    """Return what a sentence about a cohort names."""
    title = plan.reading.courses[cohort.course_id].title
    return {"course": title or cohort.course_id, "cohort": cohort.cohort_id, "start": cohort.start_date}


def condition(kind: str, *changes: Change, **values: Value) -> Condition:
    """Return a condition."""
    return Condition(kind=kind, values=values, changes=changes)


def _counted(code: ReasonCode, at: Callable[[Decimal], Condition], counts: tuple[Decimal, ...] = COUNTS) -> Lever:
    return Lever(code=code, sizes=counts, step=ONE, at=at)


def _cohort_levers(plan: PlanReading, cohort: Cohort, counts: tuple[Decimal, ...]) -> Iterator[Lever]:
    cohort_id, values = cohort.cohort_id, course_values(plan, cohort)
    if not plan.runs(cohort_id):
        if cohort.status == "optional":
            change = ChangeCohort(cohort_id=cohort_id, status="planned")
            yield Lever(
                code="not_running",
                sizes=(ONE,),
                step=ONE,
                at=lambda _: condition("if_it_ran", change, **values),
            )
    elif plan.seats_left(cohort_id) == 0:
        yield _counted(
            "seats",
            lambda size: condition(
                "more_seats", ChangeSeats(cohort_id=cohort_id, by=int(size)), count=int(size), **values
            ),
            counts,
        )
        if cohort.budget_id is not None and plan.left_in_budget[cohort.budget_id] < cohort.cost_per_seat:
            yield _paid_seats(plan, cohort, counts)


def _budget_levers(plan: PlanReading, ways: Sequence[Way]) -> Iterator[Lever]:
    """Yield more money, first as much as the cheapest way that does not fit in lacks."""
    lacking: dict[str, Decimal] = {}
    for way in ways:
        needed: dict[str, Decimal] = defaultdict(Decimal)
        for cohort in way.new:
            if cohort.budget_id is not None:
                opening = Decimal(0) if plan.runs(cohort.cohort_id) else cohort.fixed_cost
                needed[cohort.budget_id] += cohort.cost_per_seat + opening
        for budget_id, amount in needed.items():
            lack = amount - max(Decimal(0), plan.left_in_budget[budget_id])
            if lack > 0:
                lacking[budget_id] = min(lack, lacking.get(budget_id, lack))
    for budget_id, lack in sorted(lacking.items()):
        first = lack.quantize(ONE, rounding=ROUND_UP)
        yield Lever(code="budget", sizes=_doubled(first), step=ONE, at=_money(budget_id))


def _resource_levers(plan: PlanReading, ways: Sequence[Way]) -> Iterator[Lever]:
    lacking: dict[str, Decimal] = {}
    for way in ways:
        resource_id, use = plan.reading.resource(
            way.person.candidate.candidate_id, way.place.terms.vacancy.vacancy_id, way.route
        )
        if resource_id is not None and use > plan.left_of_resource[resource_id]:
            lack = use - plan.left_of_resource[resource_id]
            lacking[resource_id] = min(lack, lacking.get(resource_id, lack))
    for resource_id, lack in sorted(lacking.items()):
        first = lack.quantize(CENT, rounding=ROUND_UP)
        yield Lever(code="resource", sizes=_doubled(first), step=CENT, at=_resource(resource_id))


def _quota_levers(quota: Quota, counts: tuple[Decimal, ...]) -> Iterator[Lever]:
    quota_id = quota.quota_id
    if quota.max_count is not None:
        most = quota.max_count
        yield _counted(
            "quota",
            lambda size: condition(
                "quota_allows",
                ChangeQuota(quota_id=quota_id, max_count=most + int(size)),
                quota=quota_id,
                count=int(size),
            ),
            counts,
        )
    if quota.min_share is not None or quota.max_share is not None:
        dropped = condition("without_quota", DropQuota(quota_id=quota_id), quota=quota_id)
        yield Lever(code="quota", sizes=(ONE,), step=ONE, at=lambda _: dropped)


def _paid_seats(plan: PlanReading, cohort: Cohort, counts: tuple[Decimal, ...]) -> Lever:
    """Return more seats with the money for them that is lacking, where the budget would not reach for one."""
    budget_id = str(cohort.budget_id)
    left = max(Decimal(0), plan.left_in_budget[budget_id])

    def with_both(seats: int, amount: Decimal) -> Condition:
        return condition(
            "paid_seats",
            ChangeSeats(cohort_id=cohort.cohort_id, by=seats),
            ChangeBudget(budget_id=budget_id, by=amount),
            count=seats,
            amount=amount,
            budget=budget_id,
            **course_values(plan, cohort),
        )

    def lacking(size: Decimal) -> Decimal:
        return (size * cohort.cost_per_seat - left).quantize(ONE, rounding=ROUND_UP)

    return Lever(
        code="seats",
        sizes=counts,
        step=ONE,
        at=lambda size: with_both(int(size), lacking(size)),
        parts=lambda size: (with_both(int(size) - 1, lacking(size)), with_both(int(size), lacking(size) - 1)),
    )


def _positions(vacancy_id: str) -> Callable[[Decimal], Condition]:
    return lambda size: condition(
        "more_positions", ChangePositions(vacancy_id=vacancy_id, by=int(size)), place=vacancy_id, count=int(size)
    )


def _policy_total(total: int, more: int) -> Condition:
    return condition("more_trainings", ChangePolicy(values={"max_trainings_total": total}), count=more)


def _money(budget_id: str) -> Callable[[Decimal], Condition]:
    return lambda size: condition(
        "more_money", ChangeBudget(budget_id=budget_id, by=size), budget=budget_id, amount=size
    )


def _resource(resource_id: str) -> Callable[[Decimal], Condition]:
    return lambda size: condition(
        "more_resource", ChangeResource(resource_id=resource_id, by=size), resource=resource_id, amount=size
    )


def _doubled(first: Decimal) -> tuple[Decimal, ...]:
    return tuple(first * factor for factor in COUNTS)
