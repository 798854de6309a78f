"""The columns of a changed problem, of which only what was touched is searched, are those of a whole search."""

from __future__ import annotations

import random

import numpy as np
import pytest

from matcher.columns import Columns
from matcher.features import build_columns, changed_columns
from matcher.problem import Problem
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
