"""Tells what a candidate can as things are: skills that hold on a day, and places within reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from matcher.generate.facts import facts
from matcher.problem import Candidate, HeldSkill, distance_km

SkillsOfOne = Mapping[str, HeldSkill]


def skills_by_candidate(skills: Iterable[HeldSkill]) -> dict[str, dict[str, HeldSkill]]:
    """Return the held skills by candidate and skill."""
    found: dict[str, dict[str, HeldSkill]] = {}
    for skill in skills:
        found.setdefault(skill.candidate_id, {})[skill.skill] = skill
    return found


def meets(held: SkillsOfOne, skill: str, level: int, day: date) -> bool:
    """Tell whether a skill is held at the level and valid on `day`."""
    own = held.get(skill)
    return own is not None and own.level >= level and (own.valid_until is None or own.valid_until >= day)


def is_near(candidate: Candidate, municipality: str | None) -> bool:
    """Tell whether a place is within the candidate's reach."""
    if candidate.max_distance_km is None or municipality is None or candidate.municipality is None:
        return True
    places = facts().municipalities
    return distance_km(places[candidate.municipality].place, places[municipality].place) <= candidate.max_distance_km
