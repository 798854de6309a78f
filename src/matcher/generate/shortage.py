"""Measures where people are missing and which skill they lack: the courses of a city are timed by that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.generate.draws import BoolArray, IntArray
from matcher.generate.facts import CourseFact, OccupationFact, facts
from matcher.generate.people import People
from matcher.generate.skills import Levels
from matcher.generate.work import Work
from matcher.problem import SkillLevel

LAST_GAP = 4  # how much more a course counts for somebody who needs nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """How badly people are needed, and which courses would help.

    Parameters
    ----------
    per_position : dict of str to int
        By occupation, 100 (enough people are ready) to 1000 (nobody is), for each position.
    helped : dict of str to dict of str to int
        By occupation and course, the people who wish the occupation, may enter the course and lack what it
        grants; those who need nothing else count `LAST_GAP` times.
    """

    per_position: dict[str, int]
    helped: dict[str, dict[str, int]]


def measure_shortage(people: People, levels: Levels, work: Work) -> Shortage:
    """Count, for every occupation, positions in jobs, people who are ready for them, and whom courses would help."""
    positions = dict.fromkeys(facts().occupations, 0)
    for vacancy in work.vacancies:
        if vacancy.form == "employment":
            positions[str(vacancy.occupation)] += vacancy.positions
    may_enter = {name: _meets_all(levels, course.prerequisites) for name, course in facts().courses.items()}
    per_position: dict[str, int] = {}
    helped: dict[str, dict[str, int]] = {}
    for number, (code, occupation) in enumerate(facts().occupations.items()):
        gaps = _gaps(occupation, levels, people.wishes[:, number])
        num_gaps = _count(list(gaps.values()))
        num_ready = int((people.wishes[:, number] & (num_gaps == 0)).sum())
        per_position[code] = max(100, 1000 * positions[code] // (positions[code] + num_ready + 1))
        helped[code] = {
            name: count
            for name, course in facts().courses.items()
            if (count := _num_helped(course, occupation, gaps, num_gaps, may_enter[name]))
        }
    return Shortage(per_position=per_position, helped=helped)


def _meets_all(levels: Levels, wanted: tuple[SkillLevel, ...]) -> BoolArray:
    met = np.ones(len(levels["swedish"]), dtype=np.bool_)
    for skill in wanted:
        met &= levels[skill.skill] >= skill.level
    return met


def _gaps(occupation: OccupationFact, levels: Levels, wishes: BoolArray) -> dict[str, BoolArray]:
    musts = [skill for skill in occupation.skills if skill.kind == "must"]
    return {skill.skill: wishes & (levels[skill.skill] < skill.level) for skill in musts}


def _num_helped(
    course: CourseFact,
    occupation: OccupationFact,
    gaps: dict[str, BoolArray],
    num_gaps: IntArray,
    may_enter: BoolArray,
) -> int:
    granted = {skill.skill: skill.level for skill in course.skills}
    closed = [
        gaps[skill.skill]
        for skill in occupation.skills
        if granted.get(skill.skill, 0) >= skill.level and skill.skill in gaps
    ]
    if not closed:
        return 0
    num_closed = _count(closed) * may_enter
    return int((num_closed > 0).sum() + (LAST_GAP - 1) * ((num_closed > 0) & (num_closed == num_gaps)).sum())


def _count(flags: list[BoolArray]) -> IntArray:
    counted: IntArray = np.stack(flags).sum(axis=0, dtype=np.int64)
    return counted
