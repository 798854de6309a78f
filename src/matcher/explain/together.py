"""What keeps one candidate's placements apart: hours on each day, training in number and time, and the policy's total.

Only for people who may take several placements, but for the total, which concerns everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from matcher.explain.facts import Blocker, BlockerKind, Route
from matcher.explain.reading import Person, Place
from matcher.plan import Assignment
from matcher.problem import Cohort, Policy

DAYS_PER_MONTH = Decimal("30.4375")
Period = tuple[date | None, date | None]  # first and last day; no first day: any day; no last day: without end


def personal_blockers(
    person: Person,
    place: Place,
    route: Route,
    taken: Sequence[tuple[Assignment, Place]],
    cohorts: Mapping[str, Cohort],
    policy: Policy,
    enrolments: int,
) -> list[Blocker]:
    """Return what keeps a candidate from one more placement beside those of the plan.

    Parameters
    ----------
    person : Person
    place : Place
    route : Route
    taken : sequence of (Assignment, Place)
        What the plan gives the candidate.
    cohorts : mapping of cohort id to Cohort
    policy : Policy
    enrolments : int
        New ones of everybody in the plan.
    """
    promised = {cohort.cohort_id for cohort in person.enrolled}
    have = {name for assignment, _ in taken for name in assignment.cohort_ids} - promised
    need = {step.cohort_id for step in route.steps if step.is_new} - have
    kinds: list[BlockerKind] = []
    total = policy.max_trainings_total
    is_beyond = total is not None and len(need) > 0 and enrolments + len(need) > total
    new = [cohorts[name] for name in (*have, *need)]
    if is_beyond or (taken and _breaks_training(person, place, route, taken, new, policy)):
        kinds.append("training")
    if taken and _takes_too_many_hours(person, place, route, taken):
        kinds.append("hours")
    return [Blocker(kind=kind, entity_id=place.terms.vacancy.vacancy_id, people=1) for kind in kinds]


def _periods(place: Place, route: Route, taken: Sequence[tuple[Assignment, Place]]) -> list[tuple[Period, int]]:
    starts = [(entry.start_date, other) for entry, other in taken] + [(route.start_date, place)]
    return [(_period(start, other), other.terms.vacancy.extent_percent) for start, other in starts]


def _period(start: date | None, place: Place) -> Period:
    months = place.terms.duration_months
    if start is None or months is None:
        return start, None
    return start, start + timedelta(days=max(1, round(months * DAYS_PER_MONTH)) - 1)


def _takes_too_many_hours(
    person: Person, place: Place, route: Route, taken: Sequence[tuple[Assignment, Place]]
) -> bool:
    periods = _periods(place, route, taken)
    able = person.candidate.extent_percent
    return any(
        sum(extent for period, extent in periods if period[0] is None or (day is not None and _lasts_on(period, day)))
        > able
        for day in {period[0] for period, _ in periods}
    )


def _lasts_on(period: Period, day: date) -> bool:
    first, last = period
    return first is not None and first <= day and (last is None or day <= last)


def _breaks_training(
    person: Person,
    place: Place,
    route: Route,
    taken: Sequence[tuple[Assignment, Place]],
    new: Sequence[Cohort],
    policy: Policy,
) -> bool:
    own = person.candidate.max_trainings
    if len(new) > (policy.max_route_length if own is None else own):
        return True
    jobs = [period for period, _ in _periods(place, route, taken)]
    return _overlap(new) or any(_meets(job, cohort) for job in jobs for cohort in new)


def _overlap(cohorts: Iterable[Cohort]) -> bool:
    in_order = sorted(cohorts, key=lambda cohort: cohort.start_date)
    return any(after.start_date <= before.end_date for before, after in pairwise(in_order))


def _meets(job: Period, cohort: Cohort) -> bool:
    first, last = job
    return first is not None and first <= cohort.end_date and (last is None or cohort.start_date <= last)
