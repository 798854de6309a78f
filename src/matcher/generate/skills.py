"""Draws what candidates can: skills from the work they come from, languages, licences that expire."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matcher.generate.draws import Draws, IntArray
from matcher.generate.facts import SkillFact, facts
from matcher.generate.people import People, day_after
from matcher.problem import HeldSkill

Levels = dict[str, npt.NDArray[np.int8]]

# Levels 0 to 6 of the European framework (0 = none, 1 = A1, 6 = C2), per mille; own assumptions.
SWEDISH_IF_FOREIGN_BORN = (60, 140, 210, 260, 190, 100, 40)
SWEDISH_OTHERWISE = (0, 0, 0, 0, 10, 140, 850)
ENGLISH = (120, 150, 180, 240, 200, 80, 30)

# Nobody holds the first without the second.
IMPLIED = (
    ("ce-licence", "c-licence"),
    ("c-licence", "b-licence"),
    ("d-licence", "b-licence"),
    ("taxi-licence", "b-licence"),
    ("assistant-nurse", "care-assistant"),
    ("care-assistant", "care-introduction"),
    ("property-technology", "property-care"),
    ("landscaping", "green-care"),
)
EXPIRED_DAYS = 90  # a licence may have run out so long ago
DAYS_PER_MONTH = 30


def draw_levels(people: People, seed: int) -> Levels:
    """Draw the level of every skill for every candidate, 0 where it is not held."""
    size = len(people.candidates)
    levels = {name: _held(fact, people, Draws(seed, f"skill {name}")) for name, fact in facts().skills.items()}
    for name, other in IMPLIED:
        levels[other] = np.maximum(levels[other], levels[name])
    language = Draws(seed, "languages")
    abroad = language.chosen(SWEDISH_IF_FOREIGN_BORN, size)
    levels["swedish"] = np.where(people.is_foreign_born, abroad, language.chosen(SWEDISH_OTHERWISE, size))
    levels["english"] = language.chosen(ENGLISH, size)
    return {name: level.astype(np.int8) for name, level in levels.items()}


def held_skills(people: People, levels: Levels, seed: int) -> tuple[HeldSkill, ...]:
    """Return the skills that the candidates hold, in order of candidate and skill, licences with a last day."""
    expiry = {name: _expiry(fact, seed, len(people.candidates)) for name, fact in facts().skills.items()}
    names = sorted(levels)
    table = np.stack([levels[name] for name in names], axis=1)
    rows, columns = np.nonzero(table)
    held = []
    for row, column, level in zip(rows.tolist(), columns.tolist(), table[rows, columns].tolist(), strict=True):
        days = expiry[names[column]]
        held.append(
            HeldSkill(
                candidate_id=people.candidates[row].candidate_id,
                skill=names[column],
                level=level,
                valid_until=day_after(days[row]) if days is not None else None,
            )
        )
    return tuple(held)


def _held(fact: SkillFact, people: People, draws: Draws) -> IntArray:
    """Return 1 for those who hold the skill: from their work, or as anybody might."""
    asked = np.array([any(skill.skill == fact.skill for skill in work.skills) for work in facts().occupations.values()])
    from_work = people.has_worked[:, asked].any(axis=1)
    chance = np.where(from_work, fact.held_after_work_per_mille, fact.held_per_mille)
    return draws.chance(chance, len(people.candidates)).astype(np.int64)


def _expiry(fact: SkillFact, seed: int, size: int) -> IntArray | None:
    if fact.valid_months is None:
        return None
    return Draws(seed, f"validity {fact.skill}").between(-EXPIRED_DAYS, fact.valid_months * DAYS_PER_MONTH, size)
