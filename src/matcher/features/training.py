"""Courses and cohorts as arrays: what they grant and presume, when they run, what a seat costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from matcher.columns import MONEY_SCALE, BoolArray, IndexArray, IntArray
from matcher.features.arrays import FloatArray, days, indices, positions, rounded
from matcher.features.needs import Needs
from matcher.features.places import Places
from matcher.problem import Cohort, Course, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """K cohorts of D courses.

    Parameters
    ----------
    cohort_ids : tuple of str
        Sorted; length K.
    course : int32 (K,)
        Position of each cohort's course.
    start, end : int32 (K,)
        First and last day.
    is_running : bool (K,)
        Takes nobody new.
    place : int32 (K,)
        Position in `Places`.
    seat_cost : int64 (K,)
        öre.
    completes : float64 (K,)
        Completion rate of the course.
    cohorts_of_course : list of int64 arrays
        Positions of each course's cohorts.
    prerequisites : list of frozenset of int
        Needs that each course presumes.
    granted : list of int
        Bit n is set where the course grants need n.
    course_grants : bool (D, N)
        The same for each course and need.
    grants : bool (K, N)
        The same for each cohort and need.
    """

    cohort_ids: tuple[str, ...]
    course: IndexArray
    start: IndexArray
    end: IndexArray
    is_running: BoolArray
    place: IndexArray
    seat_cost: IntArray
    completes: FloatArray
    cohorts_of_course: list[IntArray]
    prerequisites: list[frozenset[int]]
    granted: list[int]
    course_grants: BoolArray
    grants: BoolArray


def training_arrays(problem: Problem, cohorts: Sequence[Cohort], needs: Needs, places: Places) -> Training:
    """Return the arrays of all cohorts, which are given in order of their ids."""
    courses = sorted(problem.courses, key=attrgetter("course_id"))
    course = indices(cohorts, "course_id", positions(map(attrgetter("course_id"), courses)))
    course_grants = np.zeros((len(courses), len(needs)), np.bool_)
    for row, entry in enumerate(courses):
        course_grants[row, _granted(entry, needs)] = True
    rates = np.array([float(entry.completion_rate) for entry in courses])
    return Training(
        cohort_ids=tuple(cohort.cohort_id for cohort in cohorts),
        course=course,
        start=days([cohort.start_date for cohort in cohorts]),
        end=days([cohort.end_date for cohort in cohorts]),
        is_running=np.array([cohort.status in ("running", "cancelled") for cohort in cohorts], np.bool_),
        place=places.indices(cohort.municipality for cohort in cohorts),
        seat_cost=np.array([rounded(cohort.cost_per_seat, MONEY_SCALE) for cohort in cohorts], np.int64),
        completes=rates[course],
        cohorts_of_course=[np.flatnonzero(course == row) for row in range(len(courses))],
        prerequisites=[
            frozenset(needs.position[skill.skill, skill.level] for skill in entry.prerequisites) for entry in courses
        ],
        granted=[sum(1 << int(need) for need in np.flatnonzero(row)) for row in course_grants],
        course_grants=course_grants,
        grants=course_grants[course],
    )


def _granted(course: Course, needs: Needs) -> list[int]:
    return [
        need for skill in course.skills for need, level in needs.of_skill.get(skill.skill, ()) if level <= skill.level
    ]
