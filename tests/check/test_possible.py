"""What a candidate can take together, set by set: as the slow reading says, and no further than it is written down."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from matcher.check.limits import read_limits
from matcher.check.possible import OwnSets, own_sets
from matcher.check.reading import read
from matcher.check.sets import Sets
from matcher.columns import Columns, Limits
from matcher.problem import Problem
from tests.check.plans import columns_of
from tests.oracles.columns import ColumnKey, enumerate_columns
from tests.oracles.several import Together
from tests.strategies import random_problem


def test_the_sets_are_those_of_the_slow_reading() -> None:
    sizes = set()
    for problem in (random_problem(seed) for seed in range(150)):
        facts = enumerate_columns(problem)
        columns, limits = _read(problem)
        together = Together(problem, facts)
        for place, candidate in enumerate(problem.candidates):
            if candidate.max_placements == 1:
                continue
            own = _own(columns, limits, limits.candidate_ids.index(candidate.candidate_id))
            keys = [_key(columns, column) for column in own.columns.tolist()]
            assert own.sets is not None
            found = {frozenset(keys[one] for one in members) for part in own.sets for members in part.tolist()}
            mine = [key for key in facts if key[0] == candidate.candidate_id]
            assert found == {frozenset(bundle) for bundle in together.bundles(candidate, mine) if bundle}, place
            assert sum(len(part) for part in own.sets) == len(found)
            sizes |= {len(one) for one in found}
    assert sizes == {1, 2, 3}


def test_who_has_too_many_sets_has_none_written_down() -> None:
    problem = next(one for one in map(random_problem, range(60)) if _most_sets(one) > 3)
    columns, limits = _read(problem)
    for candidate in np.flatnonzero(limits.placements > 1).tolist():
        number = sum(len(part) for part in _own(columns, limits, candidate).sets or ())
        assert _own(columns, limits, candidate, most=number).sets is not None
        assert number == 0 or _own(columns, limits, candidate, most=number - 1).sets is None


def test_sets_are_written_down_in_the_order_of_candidates_as_long_as_they_are_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = next(one for one in map(random_problem, range(200)) if len(_numbers(one)) > 2 and min(_numbers(one)) > 1)
    columns, limits = _read(problem)
    numbers = _numbers(problem)
    people = [one for one in np.flatnonzero(limits.placements > 1).tolist() if (columns.candidate == one).any()]
    assert Sets(columns, limits, _enrolments(columns, limits)).people == frozenset(people)
    monkeypatch.setattr("matcher.check.sets.MOST_IN_ALL", sum(numbers[:2]))
    assert Sets(columns, limits, _enrolments(columns, limits)).people == frozenset(people[:2])
    monkeypatch.setattr("matcher.check.sets.MOST_OF_ONE", max(numbers) - 1)
    monkeypatch.setattr("matcher.check.sets.MOST_IN_ALL", 10**6)
    few = [one for one, number in zip(people, numbers, strict=True) if number < max(numbers)]
    assert Sets(columns, limits, _enrolments(columns, limits)).people == frozenset(few)


def _read(problem: Problem) -> tuple[Columns, Limits]:
    columns = columns_of(problem)
    return columns, read_limits(read(problem, None), columns.limits.quota_group)


def _own(columns: Columns, limits: Limits, candidate: int, most: int = 10**6) -> OwnSets:
    cohorts = sorted(cohort for one, cohort in _enrolments(columns, limits) if one == candidate)
    return own_sets(columns, limits, candidate, np.array(cohorts, dtype=np.int64), most)


def _enrolments(columns: Columns, limits: Limits) -> dict[tuple[int, int], int]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for column in range(len(columns)):
        entries = columns.route_entries(column)
        new = columns.routes.cohort[entries][columns.routes.is_new[entries]]
        if limits.placements[columns.candidate[column]] > 1:
            found[int(columns.candidate[column])] |= set(new.tolist())
    pairs = [(one, cohort) for one, cohorts in sorted(found.items()) for cohort in sorted(cohorts)]
    return {pair: number for number, pair in enumerate(pairs)}


def _key(columns: Columns, column: int) -> ColumnKey:
    limits = columns.limits
    return (
        limits.candidate_ids[columns.candidate[column]],
        limits.vacancy_ids[columns.vacancy[column]],
        columns.route(column),
    )


def _numbers(problem: Problem) -> list[int]:
    """Return how many sets everybody has who may take several placements and has columns."""
    columns, limits = _read(problem)
    several = [one for one in np.flatnonzero(limits.placements > 1).tolist() if (columns.candidate == one).any()]
    return [sum(len(part) for part in _own(columns, limits, one).sets or ()) for one in several]


def _most_sets(problem: Problem) -> int:
    return max(_numbers(problem), default=0)
