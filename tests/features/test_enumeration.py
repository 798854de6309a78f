"""The arrays against an enumeration that knows only the rules."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.columns import Columns
from matcher.features import build_columns
from matcher.problem import Problem
from tests.features.enumeration import EnumeratedColumn, Enumeration
from tests.features.instances import RandomProblem


def listed(columns: Columns, problem: Problem) -> list[EnumeratedColumn]:
    """Return columns in the form of the enumeration."""
    limits = columns.limits
    groups = sorted({quota.group for quota in problem.quotas})
    return [
        EnumeratedColumn(
            candidate_id=limits.candidate_ids[columns.candidate[number]],
            vacancy_id=limits.vacancy_ids[columns.vacancy[number]],
            cohort_ids=columns.route(number),
            is_new=tuple(columns.route_is_new[columns.route_start[number] : columns.route_start[number + 1]].tolist()),
            start_date=date.fromordinal(int(columns.start_day[number])),
            weight=int(columns.weight[number]),
            cost=int(columns.cost[number]),
            units=int(columns.units[number]),
            groups=frozenset(group for bit, group in enumerate(groups) if columns.group_bits[number] >> bit & 1),
            lottery=int(columns.lottery[number]),
        )
        for number in range(len(columns))
    ]


def expected(problem: Problem) -> list[EnumeratedColumn]:
    """Return the enumerated columns with only those groups that some quota names."""
    named = {quota.group for quota in problem.quotas}
    return [
        EnumeratedColumn(**{**vars(column), "groups": column.groups & named})
        for column in Enumeration(problem).columns()
    ]


@pytest.mark.parametrize("block", range(20))
def test_columns_are_exactly_the_enumerated_ones(block: int) -> None:
    """On hundreds of small problems full of borders, every column and every number on it is the same, in order."""
    for seed in range(block * 25, block * 25 + 25):
        problem = RandomProblem(seed).draw()

        assert listed(build_columns(problem), problem) == expected(problem), f"seed {seed}"
