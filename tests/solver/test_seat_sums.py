"""Sums of seats that one budget pays: which have a row, and what parting the plans at them is thought to gain."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.model.paid_seats import KIND, seat_groups
from matcher.solver.search.count_search import CountSearch
from matcher.solver.search.gains import Gains, Parted
from tests import builders as given
from tests.solver.test_counts import ends_holding, lead_of, town_with_dear_seats

COSTS = {"K1": 50, "K2": 80, "K3": 80, "K4": 120}


def village(amount: int) -> Problem:
    """Return one vacancy and four people, each with a course of their own that costs something else."""
    return given.problem(
        candidates=[given.candidate(f"C{number}") for number in range(1, 5)],
        vacancies=[given.vacancy("V1", 4)],
        courses=[given.course()],
        cohorts=[
            given.cohort(name, seats=2, cost_per_seat=Decimal(cost), budget_id="B1") for name, cost in COSTS.items()
        ],
        budgets=[given.budget("B1", amount)],
        pairs=[given.pair(f"C{number}", cohort_ids=(f"K{number}",)) for number in range(1, 5)],
    )


def test_sums_have_rows_where_the_money_is_not_enough_for_all_seats() -> None:
    """All seats, those of half of the cohorts or fewer, but no single cohort's once more."""
    rows = assemble_rows(build_columns(village(659)))
    sums = [row for row, kind in enumerate(rows.kinds) if kind == KIND]
    assert [(rows.entity_ids[row], int(rows.limit[row])) for row in sums] == [("B1|5000", 8), ("B1|8000", 6)]
    assert sums == list(range(rows.seats.stop, len(rows.least)))
    takers = rows.matrix[sums].toarray()[:, : rows.num_columns]
    assert takers.tolist() == [[1, 1, 1, 1], [0, 1, 1, 1]]
    assert KIND not in assemble_rows(build_columns(village(660))).kinds
    assert seat_groups(build_columns(village(660)).limits) == ()


def test_gains_are_told_by_what_both_parts_have_taken_off() -> None:
    """By hand: 10 taken off for half a seat below and 2 above; a sum whose worse side gains more is preferred."""
    gains, counts = Gains(np.array([3, 5])), np.array([0.5, 0, 0, 2.5, 1.0, 4.25])
    assert gains.uneven(counts).tolist() == [3, 5]
    assert not gains.are_known(np.array([3, 5])).any()
    gains.note(Parted.at(3, {3: (0, 2)}, 2.5, 100.0), 90.0)
    assert not gains.are_known(np.array([3])).any()
    gains.note(Parted.at(3, {3: (3, 9)}, 2.5, 100.0), 98.0)
    gains.note(Parted.at(5, {5: (0, 4)}, 4.25, 100.0), 97.0)
    copy = gains.copy()
    copy.note(Parted.at(5, {5: (5, 9)}, 4.25, 100.0), 97.0)
    assert gains.are_known(np.array([3, 5])).tolist() == [True, False]
    assert copy.best(np.array([3, 5]), counts) == (5, pytest.approx(3.0))
    assert copy.best(np.array([3]), counts) == (3, pytest.approx(2.0))
    assert copy.best(np.array([], dtype=np.int64), counts) == (None, 0.0)


def test_a_towns_plans_are_parted_at_sums() -> None:
    """In some of the towns a sum takes more off the bound than any single count; every end still holds its plans."""
    parted = 0
    for seed in range(6):
        task, root = lead_of(town_with_dear_seats(seed))
        found = CountSearch(task, root, None, gap=1e-9, seed=0, stop=StopSignal()).run()
        sums = {row for end in found.ends for row in end.filled if task.rows.kinds[row] == KIND}
        parted += bool(sums)
        assert found.chosen is not None
        x = task.rows.completed(found.chosen)
        assert len(ends_holding(task, found, x)) == 1
    assert parted
