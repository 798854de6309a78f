"""The columns that limits concern: all whose value a rate changes, and of a few vacancies no others."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from matcher.check.by_vacancy import ColumnsByVacancy
from matcher.check.in_play import ColumnsInPlay, all_in_play
from matcher.check.prices import PriceList
from matcher.check.rates import Rates, read_rates
from matcher.check.reduced import reduced_values
from matcher.columns import Columns
from tests.check.plans import columns_of
from tests.strategies import random_problem


def _rates_of_one_vacancy(chance: random.Random, columns: Columns) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return a vacancy that has columns and, by what has it, every rate that its columns alone can have."""
    column = chance.randrange(len(columns))
    vacancy, route = int(columns.vacancy[column]), columns.route_entries(column)
    pair = int(columns.candidate[column]), vacancy
    alone = [5 * (number == vacancy) for number in range(len(columns.limits.vacancy_ids))]
    cohort = int(columns.routes.cohort[route][0]) if columns.route(column) else 0
    return vacancy, {
        "by_vacancy": {"by_vacancy": alone},
        "per_unit": {"per_unit": alone},
        "by_group": {"by_group": {0: alone}},
        "by_pair": {"by_pair": {pair: 5}},
        "by_vacancy_link": {"by_vacancy_link": {(vacancy, cohort): 5}},
    }


def _rates_of_any(columns: Columns) -> dict[str, dict[str, Any]]:
    limits = columns.limits
    contract = int(limits.contract_of_vacancy.max(initial=-1))
    link = (int(columns.candidate[0]), 0)
    return {
        "by_cohort": {"by_cohort": [5] * len(limits.cohort_ids)},
        "by_resource": {"by_resource": [*[5] * len(limits.resource_ids), 0]},
        "by_link": {"by_link": {link: 5}} if limits.cohort_ids else {},
        "by_obligation_link": {"by_obligation_link": {(contract, 0): 5}} if contract >= 0 and limits.cohort_ids else {},
    } | {name: {name: 5} for name in ("per_weight", "per_cost", "per_lottery", "per_kept")}


def _valued(rates: Rates, play: ColumnsInPlay) -> list[int]:
    return play.position[reduced_values(rates, play) != 0].tolist()


def test_every_column_is_found_whose_value_a_rate_changes() -> None:
    num_valued: Counter[str] = Counter()
    for seed in range(200):
        chance, columns = random.Random(seed), columns_of(random_problem(seed))
        if not len(columns):
            continue
        limits = columns.limits
        play = all_in_play(columns, np.ones(len(limits.resource_ids), np.int64), range(0, len(columns), 2))
        nothing = read_rates(PriceList(), Counter(), limits, {})
        by_vacancy = ColumnsByVacancy(play, len(limits.vacancy_ids))
        assert by_vacancy.concerned(nothing).position.tolist() == []
        vacancy, of_vacancy = _rates_of_one_vacancy(chance, columns)
        for name, one in (of_vacancy | _rates_of_any(columns)).items():
            rates = replace(nothing, **one)
            found = by_vacancy.concerned(rates)
            assert _valued(rates, found) == _valued(rates, play), (seed, name)
            if name in of_vacancy:
                assert found.position.tolist() == np.flatnonzero(columns.vacancy == vacancy).tolist(), (seed, name)
            num_valued[name] += len(_valued(rates, found))
        two = replace(nothing, by_vacancy=[1] * len(limits.vacancy_ids))
        assert by_vacancy.concerned(two).position.tolist() == play.position.tolist()
    assert len(num_valued) == 13
    assert min(num_valued.values()) > 20, num_valued
