"""The arrays against an enumeration that knows only the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matcher.columns import Columns
from matcher.features import build_columns
from matcher.problem import Problem
from tests.features.enumeration import EnumeratedColumn, Enumeration
from tests.features.instances import RandomProblem


def listed(columns: Columns, problem: Problem) -> list[EnumeratedColumn]:
    """Return columns in the form of the enumeration, and for groups the quotas that they count for."""
    limits = columns.limits
    bits = dict(zip(limits.quota_ids, limits.quota_group.tolist(), strict=True))
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
            groups=frozenset(quota_id for quota_id, bit in bits.items() if columns.group_bits[number] >> bit & 1),
            lottery=int(columns.lottery[number]),
        )
        for number in range(len(columns))
    ]


def expected(problem: Problem) -> list[EnumeratedColumn]:
    """Return the enumerated columns with the quotas that they count for instead of the groups."""
    waited = {candidate.candidate_id: candidate.months_out_of_work for candidate in problem.candidates}
    return [
        replace(
            column,
            groups=frozenset(
                quota.quota_id
                for quota in problem.quotas
                if (quota.group is None or quota.group in column.groups)
                and (quota.months_out_of_work is None or waited[column.candidate_id] >= quota.months_out_of_work)
            ),
        )
        for column in Enumeration(problem).columns()
    ]


@pytest.mark.parametrize("block", range(20))
def test_columns_are_exactly_the_enumerated_ones(block: int) -> None:
    """On hundreds of small problems full of borders, every column and every number on it is the same, in order."""
    for seed in range(block * 25, block * 25 + 25):
        problem = RandomProblem(seed).draw()

        assert listed(build_columns(problem), problem) == expected(problem), f"seed {seed}"


def test_pairs_judged_a_few_at_a_time_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many pairs of a place are under judgement at once bounds the memory and nothing else."""
    monkeypatch.setattr("matcher.features.pairs.PAIRS_AT_A_TIME", 2)
    for seed in range(25):
        problem = RandomProblem(seed).draw()
        assert listed(build_columns(problem), problem) == expected(problem)
