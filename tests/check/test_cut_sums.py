"""Sums of what few columns count: as those of whole arrays, and told before they leave 64 bits."""

from __future__ import annotations

import random

import numpy as np

from matcher.check.cut_sums import CutRow, CutSum, PaidForCuts, Rounding, added_up, paid_for_cuts
from matcher.check.overflow import TOO_LARGE
from matcher.check.prices import PriceList
from matcher.check.quantities import Quantity

HALF = TOO_LARGE // 2
SHORTFALL, OPENING = ("obligation", 0), ("seat", 1)


def row(columns: dict[int, int], variables: dict[Quantity, int], limit: int) -> CutRow:
    places, counts = np.array(list(columns), np.int64), np.array(list(columns.values()), np.int64)
    size = float(max(map(abs, columns.values()), default=0))
    return CutRow(places=places, counts=counts, variables=variables, limit=limit, size=size)


def counted(total: CutSum) -> dict[int, int]:
    places, counts = total.columns()
    return dict(zip(places.tolist(), counts.tolist(), strict=True))


def test_a_sum_of_few_columns_is_that_of_all_of_them() -> None:
    num_cancelled = 0
    for seed in range(100):
        chance = random.Random(seed)
        parts, dense = [], np.zeros(8, np.int64)
        for _ in range(chance.randint(0, 5)):
            places = np.array(sorted(chance.sample(range(8), chance.randint(0, 8))), np.int64)
            counts = np.array([chance.choice((-2, -1, 1, 2)) for _ in places], np.int64)
            dense[places] += counts
            parts.append((places, counts))
        places, counts = added_up(parts)
        assert places.tolist() == np.flatnonzero(dense).tolist()
        assert counts.tolist() == dense[places].tolist()
        num_cancelled += len(np.unique(np.concatenate([part[0] for part in parts]))) > len(places) if parts else 0
    assert num_cancelled > 20


def test_rows_add_up_in_columns_and_variables() -> None:
    total = CutSum()
    total.add_row(row({0: 1}, {SHORTFALL: -1}, 3), 3)
    total.add_row(row({1: 5}, {SHORTFALL: 4}, -2), 2)
    assert (counted(total), total.variables) == ({0: 3, 1: 10}, {SHORTFALL: 5})
    assert (total.limit, total.size, total.num_counted) == (5, 13.0, 4)


def test_nothing_counts_in_an_empty_sum_nor_in_one_that_cancels_out_and_what_was_added_is_still_told() -> None:
    total = CutSum()
    assert (counted(total), total.size, total.num_counted) == ({}, 0.0, 0)
    total.add_times(np.array([3, 4]), 7)
    total.add_row(row({3: -1, 4: -1}, {}, 0), 7)
    assert (counted(total), total.size, total.num_counted) == ({}, 14.0, 4)


def test_what_could_leave_64_bits_is_told_and_not_added() -> None:
    for times, is_added in ((HALF - 512, True), (HALF, False)):
        total = CutSum()
        total.add_times(np.array([0]), HALF)
        total.add_times(np.array([0]), times)
        assert counted(total) == {0: HALF + times if is_added else HALF}
        assert (total.size < TOO_LARGE) is is_added
        total = CutSum()
        total.add_times(np.array([0]), HALF)
        total.add_row(row({1: 2}, {}, 0), times // 2)  # another column, which the size does not know
        assert counted(total) == ({0: HALF, 1: times // 2 * 2} if is_added else {0: HALF})


def test_rounding_leaves_what_counts_nothing_as_it_is() -> None:
    """So columns that a sum does not name need not be rounded."""
    for divisor in range(1, 8):
        for excess in range(divisor):
            rounding = Rounding(divisor=divisor, excess=excess)
            amounts = np.arange(-20, 21)
            assert rounding.of(0) == 0
            assert rounding.of_all(amounts).tolist() == [rounding.of(amount) for amount in amounts.tolist()]


def test_what_is_paid_for_cuts_adds_up_over_those_that_have_a_price() -> None:
    rows = [
        row({0: 1, 2: -2}, {SHORTFALL: -1}, 3),
        row({1: 5, 2: 1}, {SHORTFALL: 4, OPENING: 1}, -2),
        row({}, {}, 1),
    ]
    paid = paid_for_cuts(rows, PriceList(cut={1: 100, 0: 10}), 4)
    assert paid.columns is not None
    assert (paid.columns.tolist(), paid.largest) == ([10, 500, 80, 0], 500.0 + 20.0)
    assert (paid.variables, paid.worth) == ({SHORTFALL: 390, OPENING: 100}, -170)
    assert paid_for_cuts(rows, PriceList(), 4) == PaidForCuts()

    nothing = paid_for_cuts(rows, PriceList(cut={2: 10**400}), 4)  # no column counts in it
    assert nothing.columns is not None
    assert (nothing.columns.tolist(), nothing.worth) == ([0, 0, 0, 0], 10**400)
    assert paid_for_cuts(rows, PriceList(cut={0: HALF - 512}), 4).columns is not None
    assert paid_for_cuts(rows, PriceList(cut={0: HALF}), 4).columns is None
    assert paid_for_cuts(rows, PriceList(cut={0: HALF // 2, 1: HALF // 4}), 4).columns is None
