"""For a missing skill: the cohorts that grant it, and what stands between each of them and the candidate."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.explain.facts import Fact, Offer, failed
from matcher.explain.reading import ONE_DAY, Person, Place, Reading
from matcher.explain.routes import RouteSearch
from matcher.problem import Cohort, RequiredSkill

MAX_OFFERS = 5


def offers(
    reading: Reading, person: Person, place: Place, search: RouteSearch, required: RequiredSkill
) -> tuple[Offer, ...]:
    """Return the cohorts that grant a skill: those that can be taken first, then those with fewest obstacles.

    Parameters
    ----------
    reading : Reading
    person : Person
    place : Place
    search : RouteSearch
        Of the same person and place.
    required : RequiredSkill
    """
    found = []
    for cohort in reading.granting(required.skill, required.level):
        obstacles = () if search.can_take(cohort) else tuple(_obstacles(reading, person, place, search, cohort))
        found.append((len(obstacles), cohort, obstacles))
    found.sort(key=lambda entry: (entry[0], entry[1].end_date, entry[1].cohort_id))
    return tuple(_offer(reading, cohort, obstacles) for _, cohort, obstacles in found[:MAX_OFFERS])


def _offer(reading: Reading, cohort: Cohort, obstacles: tuple[Fact, ...]) -> Offer:
    return Offer(
        cohort_id=cohort.cohort_id,
        course_id=cohort.course_id,
        title=reading.courses[cohort.course_id].title,
        start_date=cohort.start_date,
        end_date=cohort.end_date,
        obstacles=obstacles,
    )


def _obstacles(reading: Reading, person: Person, place: Place, search: RouteSearch, cohort: Cohort) -> Iterator[Fact]:
    """Yield every rule that one cohort by itself breaks."""
    if search.max_length == 0:
        yield failed("route", "cohort_no_training")
    if search.is_new(cohort):
        yield from _closed_doors(reading, person, search, cohort)
        yield from _unmet_prerequisites(reading, search, cohort)
    yield from _late_end(person, place, cohort)


def _closed_doors(reading: Reading, person: Person, search: RouteSearch, cohort: Cohort) -> Iterator[Fact]:
    available = person.candidate.available_from
    if cohort.status == "cancelled":
        yield failed("route", "cohort_cancelled")
    elif cohort.status == "running":
        yield failed("route", "cohort_running", start=cohort.start_date)
    elif cohort.start_date < available:
        yield failed("route", "cohort_before_available", start=cohort.start_date, available=available)
    if not search.is_within_reach(cohort):
        home, there = person.candidate.municipality, cohort.municipality
        km = reading.distance_km(home or "", there or "")
        yield failed("route", "cohort_too_far", km=km, limit=person.candidate.max_distance_km)
    for promised in search.overlapped(cohort):
        yield failed("route", "cohort_overlaps", other=promised.cohort_id)


def _unmet_prerequisites(reading: Reading, search: RouteSearch, cohort: Cohort) -> Iterator[Fact]:
    """Yield the prerequisites that are not held on the first day; another cohort may grant one, but none in time."""
    for needed in reading.courses[cohort.course_id].prerequisites:
        if not search.holds(needed.skill, needed.level, cohort.start_date):
            yield failed("route", "cohort_prerequisite", skill=needed, start=cohort.start_date)


def _late_end(person: Person, place: Place, cohort: Cohort) -> Iterator[Fact]:
    """Yield what the day after the cohort would be too late for."""
    day, terms, candidate = cohort.end_date + ONE_DAY, place.terms, person.candidate
    if terms.latest_start_date is not None and day > terms.latest_start_date:
        yield failed("route", "cohort_ends_late", end=cohort.end_date, latest=terms.latest_start_date)
    if candidate.available_until is not None and day > candidate.available_until:
        yield failed("route", "cohort_ends_after_stay", end=cohort.end_date, until=candidate.available_until)
    members = [one for one in candidate.groups if one.group in terms.groups]
    if members and not any(one.holds_on(day) for one in members):
        last = max(members, key=lambda one: one.until or day)
        yield failed("route", "cohort_outlasts_group", end=cohort.end_date, group=last.group, until=last.until)
