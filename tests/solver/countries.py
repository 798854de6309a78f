"""Problems that fall apart: several random towns with nothing in common, as one problem."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from matcher.problem import HeldSkill, Policy, Problem, RequiredSkill
from matcher.problem.policy import TIERS
from tests.strategies import random_problem

TABLES = (
    "candidates",
    "candidate_skills",
    "contracts",
    "vacancies",
    "vacancy_skills",
    "courses",
    "cohorts",
    "budgets",
    "resources",
    "decisions",
    "enrolments",
    "pairs",
)
NAMES = ("buyer", "supplier", "skill")


def country(seed: int, num_towns: int = 3, *, with_quotas: bool = True, **sizes: Any) -> Problem:
    """Return some towns as one problem; a skill that only its own people have keeps each town to itself.

    Quotas are those of buyers, suppliers and contracts, which stay within a town. One country in four is ready-scored.
    """
    sizes = {"max_candidates": 10, "max_vacancies": 8, "is_ready_scored": seed % 4 == 3, **sizes}
    towns = [random_problem(1000 * seed + town, has_pins=False, **sizes) for town in range(num_towns)]
    tables: dict[str, list[Any]] = {name: [] for name in (*TABLES, "quotas")}
    for number, town in enumerate(towns):
        prefix = f"t{number}-"
        for name in TABLES:
            tables[name] += [renamed(row, prefix) for row in getattr(town, name)]
        if with_quotas:
            tables["quotas"] += [renamed(quota, prefix) for quota in town.quotas if quota.scope != "all"]
        if not town.pairs:
            skill = f"lives-in-{number}"
            tables["candidate_skills"] += [
                HeldSkill(candidate_id=prefix + row.candidate_id, skill=skill) for row in town.candidates
            ]
            tables["vacancy_skills"] += [
                RequiredSkill(vacancy_id=prefix + row.vacancy_id, skill=skill) for row in town.vacancies
            ]
    places = {place.municipality: place for town in towns for place in town.municipalities}
    policy: Policy = towns[0].policy
    if policy.tiers[0] != "shortfall" and any(quota.hard and quota.min_count is not None for quota in tables["quotas"]):
        policy = replace(policy, tiers=TIERS)
    return Problem(
        **{name: tuple(rows) for name, rows in tables.items()},
        municipalities=tuple(places.values()),
        policy=policy,
    )


def renamed(row: Any, prefix: str) -> Any:
    """Return a row with everything that names something of its town named after the town."""
    changed = {}
    for field in fields(row):
        value = getattr(row, field.name)
        if field.name.endswith("_id") or field.name in NAMES:
            changed[field.name] = None if value is None else prefix + value
        elif field.name == "cohort_ids":
            changed[field.name] = tuple(prefix + cohort_id for cohort_id in value)
        elif field.name in ("skills", "prerequisites"):
            changed[field.name] = tuple(renamed(each, prefix) if is_dataclass(each) else each for each in value)
    return replace(row, **changed)
