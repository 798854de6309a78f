"""The columns of a changed problem, of which only what was touched is searched, are those of a whole search."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from matcher.columns import Columns
from matcher.features import build_columns, changed_columns
from matcher.problem import Problem
from tests import builders as build
from tests.solve.changes import changed
from tests.strategies import random_problem

CARRIED = ("weight", "cost", "units", "start_day", "group_bits", "lottery", "resource", "resource_use")


def assert_same(found: Columns, expected: Columns) -> None:
    """Compare column by column, routes by their cohorts."""
    assert len(found) == len(expected)
    for name in ("candidate", "vacancy", *CARRIED):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)
    np.testing.assert_array_equal(found.route_start, expected.route_start)
    np.testing.assert_array_equal(found.route_cohort, expected.route_cohort)
    np.testing.assert_array_equal(found.route_is_new, expected.route_is_new)
    for name in ("candidate_ids", "vacancy_ids", "cohort_ids", "quota_ids"):
        assert getattr(found.limits, name) == getattr(expected.limits, name)
    for name in ("seats", "budget", "positions", "required", "quota_min", "pinned_candidate"):
        np.testing.assert_array_equal(getattr(found.limits, name), getattr(expected.limits, name), name)


@pytest.mark.parametrize("seed", range(60))
def test_columns_after_changes_are_those_of_a_whole_search(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever changes, several times in a row, each from the columns of the one before."""
    monkeypatch.setattr("matcher.features.changed.MOST_TOUCHED", 1)
    problem: Problem = random_problem(seed, max_candidates=12, is_ready_scored=seed % 6 == 0)
    columns, draw = build_columns(problem), random.Random(seed)
    for _ in range(4):
        after = changed(problem, draw)
        columns = changed_columns(after, problem, columns)
        assert_same(columns, build_columns(after))
        problem = after


@pytest.mark.parametrize("is_ready_scored", [False, True])
def test_positions_and_decisions_take_columns_away_at_most(
    is_ready_scored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is searched for them; only where a pair is not forbidden any longer is its candidate searched again."""
    problem = random_problem(3, max_candidates=12, is_ready_scored=is_ready_scored, has_pins=False)
    columns = build_columns(problem)
    one = problem.vacancies[0]
    wider = replace(problem, vacancies=(replace(one, positions=one.positions + 1), *problem.vacancies[1:]))
    limits = columns.limits
    pair = limits.candidate_ids[columns.candidate[0]], limits.vacancy_ids[columns.vacancy[0]]
    pinned = replace(problem, decisions=(*problem.decisions, build.decision(*pair, "pinned")))
    forbidden = replace(problem, decisions=(*problem.decisions, build.decision(*pair, "forbidden")))
    expected = [build_columns(after) for after in (wider, pinned, forbidden)]
    searched: list[Problem] = []

    def search(part: Problem, **options: int) -> Columns:
        searched.append(part)
        return build_columns(part, **options)

    monkeypatch.setattr("matcher.features.changed.build_columns", search)
    for after, whole in zip((wider, pinned, forbidden), expected, strict=True):
        assert_same(changed_columns(after, problem, columns), whole)
    assert changed_columns(wider, problem, columns).weight is columns.weight
    assert len(expected[2]) < len(columns)
    assert not searched
    assert_same(changed_columns(problem, forbidden, expected[2]), columns)
    assert [[row.candidate_id for row in part.candidates] for part in searched] == [[pair[0]]]
