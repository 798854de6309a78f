"""The columns that `matcher.features` derives are exactly those that the enumerator finds by trying everything."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from matcher.columns import ARRAYS_BY_COLUMN, Columns, Limits
from matcher.features import build_columns
from matcher.problem import Problem
from tests.amounts import some
from tests.check.plans import columns_of
from tests.oracles.columns import Column, ColumnKey, enumerate_columns
from tests.oracles.limits import is_member
from tests.strategies import random_problem, shuffled

NUM_PARTS = some(6, of=20)
PART = 100  # 2 000 problems in all

ROUTES_WRITTEN_OUT = {"route_start": np.int64, "route_cohort": np.int32, "route_is_new": np.bool_}
PROMISED: dict[str, Any] = {
    **dict.fromkeys(("candidate", "vacancy", "weight", "cost", "units", "start_day", "lottery"), np.int32),
    **ROUTES_WRITTEN_OUT,
}


def carried(problem: Problem, columns: Columns) -> dict[ColumnKey, Column]:
    """Return columns as the enumerator writes them, and for groups the quotas that the placement counts for."""
    limits = columns.limits
    bits = dict(zip(limits.quota_ids, limits.quota_group.tolist(), strict=True))
    found = {}
    for number in range(len(columns)):
        begin, end = columns.route_start[number], columns.route_start[number + 1]
        route, is_new = columns.route(number), columns.route_is_new[begin:end].tolist()
        day, own_bits = int(columns.start_day[number]), int(columns.group_bits[number])
        key = (limits.candidate_ids[columns.candidate[number]], limits.vacancy_ids[columns.vacancy[number]], route)
        found[key] = Column(
            start=date.fromordinal(day) if day else None,
            weight=int(columns.weight[number]),
            cost=int(columns.cost[number]),
            units=int(columns.units[number]),
            lottery=int(columns.lottery[number]),
            new_cohorts=frozenset(cohort_id for cohort_id, new in zip(route, is_new, strict=True) if new),
            groups=frozenset(quota_id for quota_id, bit in bits.items() if own_bits >> bit & 1),
            resource_id=None if (one := int(columns.resource[number])) < 0 else limits.resource_ids[one],
            use=int(columns.resource_use[number]),
        )
    assert len(found) == len(columns), "no column stands twice"
    return found


def expected(problem: Problem) -> dict[ColumnKey, Column]:
    return {
        key: replace(
            column,
            groups=frozenset(
                quota.quota_id for quota in problem.quotas if is_member(problem, quota, key[0], column.groups)
            ),
        )
        for key, column in enumerate_columns(problem).items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("part", range(NUM_PARTS))
def test_derived_columns_are_the_enumerated_ones_and_carry_the_same(part: int) -> None:
    for seed in range(part * PART, (part + 1) * PART):
        problem = random_problem(seed)
        assert carried(problem, build_columns(problem)) == expected(problem), seed


@pytest.mark.slow
@pytest.mark.parametrize("part", range(some(2, of=4)))
def test_columns_of_larger_problems_are_the_enumerated_ones_too(part: int) -> None:
    for seed in range(part * 25, (part + 1) * 25):
        problem = random_problem(seed, max_candidates=14, max_vacancies=12, max_cohorts=14, is_ready_scored=False)
        assert carried(problem, build_columns(problem)) == expected(problem), seed


def test_columns_stand_in_order_of_candidate_vacancy_and_route_with_the_promised_types() -> None:
    for seed in range(100):
        problem = random_problem(seed)
        built, own = build_columns(problem), columns_of(problem)
        for name, dtype in PROMISED.items():
            mine, theirs = getattr(own, name), getattr(built, name)
            assert theirs.dtype == dtype, (seed, name)
            np.testing.assert_array_equal(theirs, mine, err_msg=f"seed {seed}, {name}")


def test_limits_are_those_of_the_oracle() -> None:
    for seed in range(200):
        problem = random_problem(seed)
        built, own = build_columns(problem).limits, columns_of(problem).limits
        is_open = own.positions > 0
        for field in fields(Limits):
            mine, theirs = getattr(own, field.name), getattr(built, field.name)
            if field.name == "quota_covers":  # nobody is placed in a closed vacancy, so it counts for nothing
                mine, theirs = mine[:, is_open], theirs[:, is_open]
            if field.name != "quota_group":
                np.testing.assert_array_equal(theirs, mine, err_msg=f"seed {seed}, {field.name}")


def test_the_order_of_rows_makes_no_difference_to_any_column() -> None:
    for seed in range(100):
        problem = random_problem(seed)
        built, again = build_columns(problem), build_columns(shuffled(problem, seed))
        for name in (*ARRAYS_BY_COLUMN, *ROUTES_WRITTEN_OUT):
            np.testing.assert_array_equal(getattr(again, name), getattr(built, name), err_msg=f"seed {seed}, {name}")
