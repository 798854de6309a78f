"""Small builders of valid domain objects: every test says only what matters to it.

Ids come first and have defaults; dates may be given as ISO text; every other field of the object can be set by name.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from matcher.problem import (
    Budget,
    Candidate,
    Cohort,
    Contract,
    Course,
    Decision,
    Enrolment,
    GroupMembership,
    HeldSkill,
    Municipality,
    Pair,
    PastPlacement,
    Policy,
    Problem,
    Quota,
    RequiredSkill,
    Resource,
    SkillLevel,
    Vacancy,
)

START = date(2026, 9, 1)


def day(text: str | date) -> date:
    """Return a date from ISO text."""
    return date.fromisoformat(text) if isinstance(text, str) else text


def _with_dates(fields: dict[str, Any]) -> dict[str, Any]:
    dated = ("_date", "_from", "_until", "_at")
    return {name: day(value) if value and name.endswith(dated) else value for name, value in fields.items()}


def groups(*texts: str) -> tuple[GroupMembership, ...]:
    """Return memberships from ``"youth"`` or ``"youth:2026-12-31"``."""
    memberships = []
    for text in texts:
        group, _, until = text.partition(":")
        memberships.append(GroupMembership(group=group, until=day(until) if until else None))
    return tuple(memberships)


def skills(*texts: str) -> tuple[SkillLevel, ...]:
    """Return course skills from ``"forklift"`` or ``"swedish:3"``."""
    levels = []
    for text in texts:
        skill, _, level = text.partition(":")
        levels.append(SkillLevel(skill=skill, level=int(level or 1)))
    return tuple(levels)


def candidate(candidate_id: str = "C1", **fields: Any) -> Candidate:
    """Return a candidate who is available from the start, with groups as texts or memberships."""
    fields.setdefault("available_from", START)
    given = fields.get("groups", ())
    fields["groups"] = tuple(entry for one in given for entry in (groups(one) if isinstance(one, str) else (one,)))
    return Candidate(candidate_id=candidate_id, **_with_dates(fields))


def held_skill(candidate_id: str = "C1", skill: str = "forklift", **fields: Any) -> HeldSkill:
    """Return a skill that a candidate holds."""
    return HeldSkill(candidate_id=candidate_id, skill=skill, **_with_dates(fields))


def contract(contract_id: str = "T1", **fields: Any) -> Contract:
    """Return a contract that starts on `START` and states no obligation."""
    fields.setdefault("start_date", START)
    return Contract(contract_id=contract_id, **_with_dates(fields))


def vacancy(vacancy_id: str = "V1", positions: int = 1, **fields: Any) -> Vacancy:
    """Return a vacancy; one without a contract and a start date of its own starts on `START`."""
    if fields.get("contract_id") is None:
        fields.setdefault("start_date", START)
    return Vacancy(vacancy_id=vacancy_id, positions=positions, **_with_dates(fields))


def required_skill(vacancy_id: str = "V1", skill: str = "forklift", **fields: Any) -> RequiredSkill:
    """Return a skill that a vacancy requires (``kind="nice"``: prefers)."""
    return RequiredSkill(vacancy_id=vacancy_id, skill=skill, **fields)


def course(course_id: str = "U1", **fields: Any) -> Course:
    """Return a course, with skills and prerequisites as texts or levels."""
    for name in ("skills", "prerequisites"):
        given = fields.get(name, ())
        fields[name] = tuple(entry for one in given for entry in (skills(one) if isinstance(one, str) else (one,)))
    return Course(course_id=course_id, **fields)


def cohort(cohort_id: str = "K1", course_id: str = "U1", **fields: Any) -> Cohort:
    """Return a cohort of ten seats that ends before `START`."""
    fields = {"start_date": "2026-05-01", "end_date": "2026-06-30", "seats": 10} | fields
    return Cohort(cohort_id=cohort_id, course_id=course_id, **_with_dates(fields))


def budget(budget_id: str = "B1", amount: Decimal | int | str = 100_000) -> Budget:
    """Return a budget."""
    return Budget(budget_id=budget_id, amount=Decimal(amount))


def quota(quota_id: str = "Q1", group: str | None = "youth", **fields: Any) -> Quota:
    """Return a quota; without any limit given, at least one member is required."""
    if not {"min_count", "max_count", "min_share", "max_share"} & fields.keys():
        fields["min_count"] = 1
    return Quota(quota_id=quota_id, group=group, **fields)


def resource(resource_id: str = "R1", limit: Decimal | int | str = 10, **fields: Any) -> Resource:
    """Return a resource."""
    return Resource(resource_id=resource_id, limit=Decimal(limit), **fields)


def decision(candidate_id: str = "C1", vacancy_id: str = "V1", decision: str = "pinned", **fields: Any) -> Decision:
    """Return a person's decision on a pair."""
    return Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=decision, **_with_dates(fields))  # type: ignore[arg-type]


def enrolment(candidate_id: str = "C1", cohort_id: str = "K1") -> Enrolment:
    """Return a seat already promised."""
    return Enrolment(candidate_id=candidate_id, cohort_id=cohort_id)


def pair(candidate_id: str = "C1", vacancy_id: str = "V1", score: Decimal | str = "0.5", **fields: Any) -> Pair:
    """Return a ready-scored column."""
    return Pair(candidate_id=candidate_id, vacancy_id=vacancy_id, score=Decimal(score), **fields)


def municipality(code: str = "1480", latitude: float = 57.7072, longitude: float = 11.9668) -> Municipality:
    """Return a municipality; the default is Göteborg."""
    return Municipality(municipality=code, latitude=latitude, longitude=longitude)


def past_placement(placement_id: str = "P1", sustained: bool = True, **fields: Any) -> PastPlacement:
    """Return a past placement."""
    return PastPlacement(placement_id=placement_id, sustained=sustained, **fields)


def policy(**fields: Any) -> Policy:
    """Return a policy."""
    return Policy(**fields)


def problem(**tables: Any) -> Problem:
    """Return a problem from tables given as any sequence of rows."""
    given: dict[str, Any] = {name: rows if name == "policy" else tuple(rows) for name, rows in tables.items()}
    return Problem(**given)
