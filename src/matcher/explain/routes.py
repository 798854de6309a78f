"""Which chains of cohorts lead a candidate to a vacancy in time: the search behind every answer about training.

Removing a cohort from a chain never breaks another rule than a skill or a prerequisite, since the job then starts
earlier or on the same day. A minimal route is therefore found by starting from the empty chain and adding, again and
again, a cohort that supplies the first thing that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from matcher.explain.reading import ONE_DAY, Person, Place, Reading
from matcher.problem import Cohort

Chain = tuple[Cohort, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A skill that somebody must have by a day: for the job, or to enter a cohort (then granted before it starts)."""

    skill: str
    level: int
    day: date
    for_cohort: Cohort | None


class RouteSearch:
    """Finds the feasible chains between one candidate and one vacancy.

    Parameters
    ----------
    reading : Reading
    person : Person
    place : Place
        With a known start.
    """

    def __init__(self, reading: Reading, person: Person, place: Place) -> None:
        self._reading = reading
        self._person = person
        self._place = place
        trainings = person.candidate.max_trainings
        longest = reading.problem.policy.max_route_length
        self.max_length = longest if trainings is None else min(longest, trainings)

    def start_day(self, chain: Chain) -> date:
        """Return the earliest day on which the job can begin after a chain."""
        start = self._place.terms.start_date
        assert start is not None  # searched only for vacancies with a known start
        return max(start, self._person.earliest, *(cohort.end_date + ONE_DAY for cohort in chain))

    def minimal_routes(self) -> list[Chain]:
        """Return every minimal route, the earliest start first, then the shortest."""
        found = {frozenset(cohort.cohort_id for cohort in chain): chain for chain in self._complete((), job=True)}
        minimal = [chain for ids, chain in found.items() if not any(other < ids for other in found)]
        return sorted(minimal, key=lambda chain: (self.start_day(chain), len(chain), [c.cohort_id for c in chain]))

    def needs_nothing(self) -> bool:
        """Tell whether the empty chain leads to the job."""
        return self._first_missing((), job=True) is None

    def first_failure(self) -> Literal["skill", "route"] | None:
        """Return which of the two rules about training fails first, ``None`` where some route exists."""
        day = self.start_day(())
        missing = [must for must in self._place.musts if not self.holds(must.skill, must.level, day)]
        for must in missing:  # by far the most frequent end of the search, and a cheap one
            if not any(self._fits((cohort,)) for cohort in self._reading.granting(must.skill, must.level)):
                return "skill"
        if next(self._complete((), job=True), None) is not None:
            return None
        return "route" if all(self.can_grant(must.skill, must.level) for must in missing) else "skill"

    def can_grant(self, skill: str, level: int) -> bool:
        """Tell whether some chain gives this one skill in time, whatever else is missing."""
        return any(self.can_take(cohort) for cohort in self._reading.granting(skill, level))

    def can_take(self, cohort: Cohort) -> bool:
        """Tell whether some chain ends in time with this cohort, whatever else the job requires."""
        return self._fits((cohort,)) and next(self._complete((cohort,), job=False), None) is not None

    def is_new(self, cohort: Cohort) -> bool:
        """Tell whether the candidate is not yet enrolled in a cohort."""
        return all(cohort.cohort_id != promised.cohort_id for promised in self._person.enrolled)

    def holds(self, skill: str, level: int, day: date) -> bool:
        """Tell whether the candidate holds a skill at a level, valid on a day."""
        held = self._person.skills.get(skill)
        return held is not None and held.level >= level and (held.valid_until is None or held.valid_until >= day)

    def _complete(self, chain: Chain, *, job: bool, seen: set[frozenset[str]] | None = None) -> Iterator[Chain]:
        """Yield every feasible extension of a chain in which nothing is missing any more."""
        seen = set() if seen is None else seen
        key = frozenset(cohort.cohort_id for cohort in chain)
        if key in seen:
            return
        seen.add(key)
        missing = self._first_missing(chain, job=job)
        if missing is None:
            yield chain
            return
        for cohort in self._reading.granting(missing.skill, missing.level):
            too_late = missing.for_cohort is not None and cohort.end_date >= missing.for_cohort.start_date
            if too_late or cohort.cohort_id in key:
                continue
            longer = tuple(sorted((*chain, cohort), key=lambda one: (one.start_date, one.cohort_id)))
            if self._fits(longer):
                yield from self._complete(longer, job=job, seen=seen)

    def _first_missing(self, chain: Chain, *, job: bool) -> Need | None:
        for need in self._needs(chain, job=job):
            granted_before = need.for_cohort.start_date if need.for_cohort else date.max
            if not self.holds(need.skill, need.level, need.day) and not self._grants(chain, need, granted_before):
                return need
        return None

    def _needs(self, chain: Chain, *, job: bool) -> Iterator[Need]:
        if job:
            day = self.start_day(chain)
            for required in self._place.musts:
                yield Need(skill=required.skill, level=required.level, day=day, for_cohort=None)
        for cohort in chain:
            if self.is_new(cohort):
                for skill in self._reading.courses[cohort.course_id].prerequisites:
                    yield Need(skill=skill.skill, level=skill.level, day=cohort.start_date, for_cohort=cohort)

    def _grants(self, chain: Chain, need: Need, before: date) -> bool:
        return any(
            granted.skill == need.skill and granted.level >= need.level
            for cohort in chain
            if cohort.end_date < before
            for granted in self._reading.courses[cohort.course_id].skills
        )

    def _fits(self, chain: Chain) -> bool:
        """Tell whether a chain obeys every rule but skills and prerequisites."""
        return (
            len(chain) <= self.max_length
            and all(after.start_date > before.end_date for before, after in pairwise(chain))
            and all(self._is_open(cohort) for cohort in chain)
            and self._day_fits(self.start_day(chain))
        )

    def _is_open(self, cohort: Cohort) -> bool:
        if not self.is_new(cohort):
            return True
        return (
            cohort.status not in ("running", "cancelled")
            and cohort.start_date >= self._person.candidate.available_from
            and self.is_within_reach(cohort)
            and not self.overlapped(cohort)
        )

    def is_within_reach(self, cohort: Cohort) -> bool:
        """Tell whether a cohort is held near enough."""
        limit = self._person.candidate.max_distance_km
        home = self._person.candidate.municipality
        if limit is None or home is None or cohort.municipality is None:
            return True
        distance = self._reading.distance_km(home, cohort.municipality)
        return distance is None or distance <= limit

    def overlapped(self, cohort: Cohort) -> Sequence[Cohort]:
        """Return the promised cohorts that run at the same time."""
        return [
            promised
            for promised in self._person.enrolled
            if promised.start_date <= cohort.end_date and cohort.start_date <= promised.end_date
        ]

    def _day_fits(self, day: date) -> bool:
        terms, candidate = self._place.terms, self._person.candidate
        return (
            (terms.latest_start_date is None or day <= terms.latest_start_date)
            and (candidate.available_until is None or day <= candidate.available_until)
            and (not terms.groups or any(one.group in terms.groups and one.holds_on(day) for one in candidate.groups))
        )
