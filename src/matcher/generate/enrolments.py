"""Draws promises already given: the people in running cohorts, and a few in planned ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from matcher.generate.draws import BoolArray, Draws
from matcher.generate.facts import facts
from matcher.generate.people import People
from matcher.generate.suitability import SkillsOfOne, meets
from matcher.generate.training import Training
from matcher.problem import Candidate, Cohort, Course, Enrolment, distance_km

# Own assumptions.
RUNNING_SEATS_TAKEN = (60, 95)  # percent
PLANNED_WITH_PROMISES = 80  # cohorts per mille


def draw_enrolments(
    people: People, skills: Mapping[str, SkillsOfOne], training: Training, seed: int
) -> tuple[Enrolment, ...]:
    """Draw enrolments in order of cohort; nobody is enrolled twice."""
    draws = Draws(seed, "enrolments")
    courses = {course.course_id: course for course in training.courses}
    reach = _Reach(people)
    taken: set[str] = set()
    found: list[Enrolment] = []
    for cohort in training.cohorts:
        number = _seats_promised(cohort, draws)
        if number == 0:
            continue
        course = courses[cohort.course_id]
        wanting = [
            candidate.candidate_id
            for candidate in _in_random_order(people, reach.of(cohort) & _who_wants(people, course), draws)
            if candidate.candidate_id not in taken
            and _may_join(candidate, skills.get(candidate.candidate_id, {}), cohort, course)
        ][:number]
        taken.update(wanting)
        found += [Enrolment(candidate_id=candidate_id, cohort_id=cohort.cohort_id) for candidate_id in sorted(wanting)]
    return tuple(found)


def _seats_promised(cohort: Cohort, draws: Draws) -> int:
    if cohort.status == "running":
        return cohort.seats * draws.number(*RUNNING_SEATS_TAKEN) // 100
    return draws.number(1, 3) if draws.happens(PLANNED_WITH_PROMISES) else 0


class _Reach:
    """Tells for a whole city at once who lives near a cohort."""

    def __init__(self, people: People) -> None:
        self._codes = sorted({str(candidate.municipality) for candidate in people.candidates})
        position = {code: number for number, code in enumerate(self._codes)}
        self._home = np.array([position[str(candidate.municipality)] for candidate in people.candidates])
        self._km = np.array([candidate.max_distance_km or np.inf for candidate in people.candidates])

    def of(self, cohort: Cohort) -> BoolArray:
        """Return who is near enough, as bool (C,)."""
        if cohort.municipality is None:
            return np.ones(len(self._home), dtype=np.bool_)
        places = facts().municipalities
        there = places[cohort.municipality].place
        km = np.array([distance_km(places[code].place, there) for code in self._codes])
        return np.asarray(km[self._home] <= self._km, dtype=np.bool_)


def _who_wants(people: People, course: Course) -> BoolArray:
    """Tell who wishes an occupation that asks for something the course grants, as bool (C,)."""
    granted = {skill.skill for skill in course.skills}
    asks = [
        any(skill.kind == "must" and skill.skill in granted for skill in occupation.skills)
        for occupation in facts().occupations.values()
    ]
    return np.asarray(people.wishes[:, np.array(asks)].any(axis=1), dtype=np.bool_)


def _in_random_order(people: People, chosen: BoolArray, draws: Draws) -> Iterator[Candidate]:
    positions = np.flatnonzero(chosen)
    for position in positions[draws.order(len(positions))].tolist():
        yield people.candidates[position]


def _may_join(candidate: Candidate, held: SkillsOfOne, cohort: Cohort, course: Course) -> bool:
    """Tell whether a candidate could be enrolled: free, prepared, and still without the main skill."""
    main = course.skills[0]
    return (
        candidate.available_from <= cohort.start_date
        and candidate.max_trainings is None
        and candidate.available_until is None
        and not meets(held, main.skill, main.level, cohort.start_date)
        and all(meets(held, skill.skill, skill.level, cohort.start_date) for skill in course.prerequisites)
    )
