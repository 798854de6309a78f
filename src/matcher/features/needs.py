"""Skills at the levels that something asks for, and the last day on which each candidate meets each of them."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from matcher.columns import IndexArray, IntArray
from matcher.features.arrays import NEVER, days, indices, integers
from matcher.problem import Problem

SkillAtLevel = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Each pair of skill and level that a vacancy asks for or a course presumes.

    Parameters
    ----------
    position : dict of (skill, level) to int
    of_skill : dict of skill to list of (position, level)
    """

    position: dict[SkillAtLevel, int]
    of_skill: dict[str, list[tuple[int, int]]]

    def __len__(self) -> int:
        """Return the number of needs."""
        return len(self.position)


def needs_of(problem: Problem) -> Needs:
    """Return every need of the problem, sorted."""
    asked = {(row.skill, row.level) for row in problem.vacancy_skills}
    asked |= {(skill.skill, skill.level) for course in problem.courses for skill in course.prerequisites}
    position = {need: number for number, need in enumerate(sorted(asked))}
    of_skill: dict[str, list[tuple[int, int]]] = {}
    for (skill, level), number in position.items():
        of_skill.setdefault(skill, []).append((number, level))
    return Needs(position=position, of_skill=of_skill)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSkills:
    """What candidates hold of that which is needed: H rows, sorted by skill.

    Parameters
    ----------
    candidate, skill, level, last_day : int32 (H,)
        Skills are numbered as in `Needs.of_skill`.
    """

    candidate: IndexArray
    skill: IndexArray
    level: IndexArray
    last_day: IndexArray


def held_skills(problem: Problem, needs: Needs, candidate_position: dict[str, int]) -> HeldSkills:
    """Return the arrays of held skills."""
    number = {skill: position for position, skill in enumerate(needs.of_skill)}
    rows = [row for row in problem.candidate_skills if row.skill in number]
    skill = indices(rows, "skill", number)
    order = np.argsort(skill, kind="stable")
    return HeldSkills(
        candidate=indices(rows, "candidate_id", candidate_position)[order],
        skill=skill[order],
        level=integers(rows, "level").astype(np.int32)[order],
        last_day=days(list(map(attrgetter("valid_until"), rows)))[order],
    )


def last_days(held: HeldSkills, needs: Needs, position: IntArray, size: int) -> IndexArray:
    """Return the last day on which each need is met by what each candidate of a block holds.

    Parameters
    ----------
    held : HeldSkills
    needs : Needs
    position : int64 (C,)
        Of every candidate in the block, -1 for those who are not in it.
    size : int
        Number of candidates in the block.

    Returns
    -------
    int32 (needs, size)
        `NEVER` where the skill is not held at the level.
    """
    inside = position[held.candidate] >= 0
    candidate, level, last_day = position[held.candidate[inside]], held.level[inside], held.last_day[inside]
    bounds = np.searchsorted(held.skill[inside], np.arange(len(needs.of_skill) + 1))
    table = np.full((len(needs), size), NEVER, np.int32)
    for skill, entries in enumerate(needs.of_skill.values()):
        rows = slice(bounds[skill], bounds[skill + 1])
        for need, least in entries:
            enough = level[rows] >= least
            table[need, candidate[rows][enough]] = last_day[rows][enough]
    return table
