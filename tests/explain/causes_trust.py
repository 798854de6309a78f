"""Is every printed cause true? Each change made alone, and left out, held against trying every plan.

What is solved again is put together here from the printed words alone: the table, the id, and the rows of both
problems that bear it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from matcher.errors import ContradictoryDecisions, InvalidInput
from matcher.explain import plan_difference
from matcher.explain.proofs import Cause, causes
from matcher.explain.proofs.causes import InputChange
from matcher.plan import Plan
from matcher.problem import KEY_BY_TABLE, TABLE_NAMES, Problem
from matcher.solve import solve
from tests.oracles.brute_force import BestPlan, TooLarge, best_plan
from tests.oracles.columns import Column, ColumnKey, enumerate_columns
from tests.oracles.limits import LEAST, PER_UNIT
from tests.strategies import random_problem
from tests.whatif.drawn_changes import drawn_scenarios, without_promises

DRAW = "tie_break"
SKILLS_OF = {"candidate_skills": "candidates", "vacancy_skills": "vacancies"}
Places = tuple[tuple[Any, ...], ...]


def wrong_causes(seed: int, told: Counter[str]) -> list[str]:
    """Return every cause of a random difference between two plans that is not true; count what is said."""
    draw = random.Random(seed)
    before = _with_draw(without_promises(random_problem(seed, max_candidates=4, max_vacancies=3, max_cohorts=4)))
    scenarios = drawn_scenarios(before, draw, draw.choice((1, 2, 3)))
    after = before
    try:
        for scenario in scenarios:
            after = scenario.applied(after)
        old, new = solve(before, gap=0.0).plan, solve(after, gap=0.0).plan
        if not scenarios or old.breaches or new.breaches:
            raise TooLarge
        found = causes(before, old, after, new).found
        told["problems"] += 1
        told["several changes"] += len(found) > 1
        return [f"seed {seed}: {text}" for each in found for text in _wrong(each, before, old, after, new, told)]
    except (ContradictoryDecisions, InvalidInput, TooLarge):
        told["untold"] += 1
        return []


def _with_draw(problem: Problem) -> Problem:
    tiers = (*(tier for tier in problem.policy.tiers if tier != DRAW), DRAW)
    return replace(problem, policy=replace(problem.policy, tiers=tiers))


def _wrong(cause: Cause, before: Problem, old: Plan, after: Problem, new: Plan, told: Counter[str]) -> Iterator[str]:
    """Yield what is wrong about one cause."""
    told["causes"] += 1
    differing = {one.candidate_id for one in plan_difference(old, new).people}
    alone, rest = _made(before, after, cause.change), _made(after, before, cause.change)
    best_alone, best_rest = _best(alone), _best(rest)
    if best_alone is None:
        told["not alone"] += 1
        if cause.alone is not None or cause.people_alone:
            yield f"{cause.change}: cannot be made alone, but is told to do something"
    elif cause.alone is not None:
        yield from _wrong_losses(cause, before, best_alone, told)
    told["people alone"] += len(cause.people_alone)
    told["people for want"] += len(cause.people_for_want)
    for name, best, plan in (("people_alone", best_alone, new), ("people_for_want", best_rest, old)):
        expected = () if best is None else _placed_as(best, plan, differing)
        if getattr(cause, name) != expected:
            yield f"{cause.change}: {name} are {expected}, said to be {getattr(cause, name)}"


def _made(given: Problem, other: Problem, change: InputChange) -> Problem | None:
    """Return a problem in which one printed thing is as it is in another; ``None`` where that is no problem."""
    if change.table == "policy":
        return replace(given, policy=other.policy)
    tables: dict[str, Any] = {}
    for table in TABLE_NAMES:
        if change.table == SKILLS_OF.get(table, table):
            stay = [row for row in getattr(given, table) if not _is_meant(row, table, change)]
            come = [row for row in getattr(other, table) if _is_meant(row, table, change)]
            tables[table] = (*stay, *come)
    try:
        return replace(given, **tables)
    except InvalidInput:
        return None


def _is_meant(row: Any, table: str, change: InputChange) -> bool:
    if change.entity_id is None:
        return True
    key = KEY_BY_TABLE[table][:1] if table in SKILLS_OF else KEY_BY_TABLE[table]
    parts = [getattr(row, name) for name in key]
    return change.entity_id == " + ".join(";".join(part) if isinstance(part, tuple) else str(part) for part in parts)


def _best(problem: Problem | None) -> tuple[BestPlan, Mapping[ColumnKey, Column]] | None:
    if problem is None:
        return None
    columns = enumerate_columns(problem)
    best = best_plan(problem, columns)
    return None if best is None else (best, columns)


def _wrong_losses(
    cause: Cause, before: Problem, found: tuple[BestPlan, Mapping[ColumnKey, Column]], told: Counter[str]
) -> Iterator[str]:
    base = _best(before)
    assert base is not None
    assert cause.alone is not None
    for loss in cause.alone:
        told["losses"] += bool(loss.found)
        sign = 1 if loss.aim in LEAST else -1
        true = Decimal(sign * (found[0].values[loss.aim] - base[0].values[loss.aim])) / PER_UNIT[loss.aim]
        if loss.found != true:
            yield f"{cause.change}: {loss} is said, {true} is true"


def _placed_as(found: tuple[BestPlan, Mapping[ColumnKey, Column]], plan: Plan, differing: set[str]) -> tuple[str, ...]:
    """Return those who differ whom the oracle's plan places as a plan does."""
    best, columns = found
    there: defaultdict[str, set[Any]] = defaultdict(set)
    for key in best.chosen:
        there[key[0]].add((key[1], key[2], columns[key].start))
    wanted: defaultdict[str, set[Any]] = defaultdict(set)
    for row in plan.assignments:
        wanted[row.candidate_id].add((row.vacancy_id, row.cohort_ids, row.start_date))
    return tuple(name for name in sorted(differing) if there[name] == wanted[name])
