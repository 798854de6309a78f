"""Columns are found by ids among all of them, whether they lie in memory or in blocks."""

from __future__ import annotations

from collections import defaultdict

import pytest

from matcher.check.lookup import column_lookup
from tests.check.plans import columns_of
from tests.oracles.columns import ColumnKey, enumerate_columns
from tests.strategies import random_problem


@pytest.mark.parametrize("seed", range(8))
def test_every_column_and_every_route_of_a_pair_is_found(seed: int) -> None:
    """As the enumerator lists them: a promise is beyond keeping only if no route of its pair can be taken."""
    problem = random_problem(seed)
    keys = sorted(enumerate_columns(problem))
    lookup = column_lookup(columns_of(problem))
    assert lookup is not None
    routes: defaultdict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for candidate_id, vacancy_id, route in keys:
        routes[candidate_id, vacancy_id].append(route)

    assert list(lookup.find(keys)) == list(range(len(keys)))
    for candidate in problem.candidates:
        for vacancy in problem.vacancies:
            pair: tuple[str, str] = (candidate.candidate_id, vacancy.vacancy_id)
            assert sorted(lookup.routes_of(*pair)) == sorted(routes[pair])


def test_what_is_no_column_is_not_found() -> None:
    problem = random_problem(1)
    lookup = column_lookup(columns_of(problem))
    assert lookup is not None
    key: ColumnKey = (problem.candidates[0].candidate_id, problem.vacancies[0].vacancy_id, ("nowhere",))
    assert list(lookup.find([key])) == [None]
