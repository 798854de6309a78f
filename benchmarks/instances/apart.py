"""Drawn problems side by side that share no limit, by which the gain of more workers is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

from benchmarks.instance import Instance
from benchmarks.instances.drawn import draw_planning
from matcher.problem import Problem

# Seeds whose proofs need no search tree: only such proofs can be joined. Where one part needs a tree, the whole is
# solved as one problem, and more workers gain nothing.
SEEDS = (7, 8, 10, 13, 15, 16, 17, 20)
CANDIDATES, VACANCIES, COHORTS = 1_000, 400, 60  # of each part
TABLES = ("candidates", "vacancies", "courses", "cohorts", "pairs")


def side_by_side(seeds: Sequence[int], candidates: int, vacancies: int, cohorts: int) -> Problem:
    """Return drawn problems as one, without minimum counts and budget: their seats alone limit who is trained."""
    tables: dict[str, list[Any]] = {name: [] for name in TABLES}
    for seed in seeds:
        part = draw_planning(candidates, vacancies, cohorts, seed)
        for name in TABLES:
            tables[name] += [_renamed(row, f"P{seed}-") for row in getattr(part, name)]
    tables["cohorts"] = [replace(row, budget_id=None) for row in tables["cohorts"]]
    return Problem(**{name: tuple(rows) for name, rows in tables.items()})


def _renamed(row: Any, prefix: str) -> Any:
    """Return a row in which every id begins with the part's name."""
    changed: dict[str, Any] = {}
    for field in fields(row):
        value = getattr(row, field.name)
        if field.name.endswith("_id") and value is not None:
            changed[field.name] = prefix + value
        elif field.name == "cohort_ids":
            changed[field.name] = tuple(prefix + name for name in value)
    return replace(row, **changed)


INSTANCES = (
    Instance(
        name="apart-8",
        title=f"{len(SEEDS)} parts of {CANDIDATES} candidates, {VACANCIES} vacancies and {COHORTS} cohorts, drawn",
        kind="planning",
        make=partial(side_by_side, SEEDS, CANDIDATES, VACANCIES, COHORTS),
        seed=SEEDS[0],
        has_whole_model=False,
        falls_apart=True,
        is_large=True,
        most_rounds=2,
    ),
)
