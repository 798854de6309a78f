"""Spends what a plan leaves of a budget: somebody more, or one or two people exchanged for others in the same place.

A rounded plan is short of a part of a seat's price, or has it left over. Among thousands who could stand in for one
another there are two exchanges that together cost just about as much, and lose next to nothing else. Every single one
is known from the columns; which two fit together is found by sorting them by what they cost. Source: the pairs are
those of the two-list scheme for the subset-sum problem (Horowitz and Sahni 1974, Computing partitions with applications
to the knapsack problem, Journal of the ACM 21).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.tier_task import TierTask

ROUNDS = 8
TRIED = 300  # pairs, the most promising first
EXACT = 6  # of these whose worth is taken exactly
MOST_MOVES = 60_000
LARGEST = 2**24  # columns times budgets: of more, what each uses of each is not held


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """Ways to put somebody without a place into one: a free one, or instead of somebody.

    Parameters
    ----------
    column : int array (m,)
        That comes.
    instead : int array (m,)
        The column that goes; -1 for none. A last entry stands for doing nothing.
    gain : float64 (m,)
        Of the aim, by prices; in its integers.
    spent : int64 (m,)
        Öre of the budget.
    """

    column: IntArray
    instead: IntArray
    gain: FloatArray
    spent: IntArray


class Spending:
    """Makes plans of one task better by exchanges for the sake of money: what all of them need is worked out once.

    Parameters
    ----------
    task : TierTask
    """

    def __init__(self, task: TierTask) -> None:
        rows = task.rows
        self._task = task
        kinds = np.array(rows.kinds, dtype=np.str_)
        self._budgets = np.flatnonzero(kinds == "budget")
        self._is_open = 0 < len(self._budgets) * rows.num_columns < LARGEST
        if not self._is_open:
            return
        self._use = np.array([_of_columns(task, np.arange(len(kinds)) == row) for row in self._budgets])
        quotas = np.flatnonzero(np.char.startswith(kinds, "quota"))
        numbers = np.zeros(len(kinds), dtype=np.int64)
        numbers[quotas] = _numbers(len(quotas))
        self._quota = _of_columns(task, numbers)
        self._is_pinned = _of_columns(task, rows.is_equation) != 0
        self._worth = _Worth(task, np.flatnonzero(kinds == "obligation"))

    def spent_well(self, bound: Bound, chosen: IntArray) -> IntArray:
        """Return the columns of a plan that is as good or better, with people exchanged for the sake of money.

        Parameters
        ----------
        bound : Bound
            Whose prices say what exchanges are worth beside money.
        chosen : int array
            Columns of a plan.
        """
        if not self._is_open:
            return chosen
        rows, tier = self._task.rows, self._task.tier
        prices = bound.prices.rows[self._budgets]
        value = rows.value(tier, rows.completed(chosen))
        for _ in range(ROUNDS):
            left = rows.limit[self._budgets] - self._use[:, chosen].sum(axis=1)
            worth = left.astype(np.float64) * prices
            better = None
            for place in np.argsort(-worth).tolist():
                if worth[place] > 0:
                    moves = self._moves(chosen, place, int(prices[place]))
                    better = _best_pair(self._task, chosen, value, moves, int(left[place]))
                    if better is not None:
                        break
            if better is None:
                break
            chosen, value = better
        return chosen

    def _moves(self, chosen: IntArray, place: int, price: int) -> _Moves:
        """Return the moves that change what is spent of one budget alone, those that gain most beside money."""
        rows, use, quota, is_pinned = self._task.rows, self._use, self._quota, self._is_pinned
        is_placed = np.zeros(rows.num_owners, dtype=bool)
        is_placed[rows.candidate[chosen]] = True
        filled = np.bincount(rows.vacancy[chosen], minlength=len(rows.limits.vacancy_ids))
        is_open = filled < rows.limit[: len(filled)]
        full = _full_cohorts(self._task, chosen)
        others = np.delete(use, place, axis=0).sum(axis=0)
        free = np.flatnonzero(~is_placed[rows.candidate] & (others == 0))
        comes = free[is_open[rows.vacancy[free]] & (full[free] == 0)]
        column, instead = [comes], [np.full(len(comes), -1)]
        order, starts = _grouped(rows.vacancy[chosen], len(filled))
        depth = 0
        while True:  # the first of each vacancy's people, then the second, as long as there are any
            into = free[starts[rows.vacancy[free]] + depth < starts[rows.vacancy[free] + 1]]
            if not len(into):
                break
            goes = chosen[order[starts[rows.vacancy[into]] + depth]]
            can = (others[goes] == 0) & ~is_pinned[goes] & (quota[into] == quota[goes])
            can &= (full[into] == 0) | (full[into] == full[goes])
            column.append(into[can])
            instead.append(goes[can])
            depth += 1
        coming, going = np.concatenate(column), np.concatenate(instead)
        spent = use[place][coming] - np.where(going >= 0, use[place][going], 0)
        gain = self._worth.of(chosen, coming, going)
        if len(gain) > MOST_MOVES:
            near = np.argpartition(price * spent / PRICE_SCALE - gain, MOST_MOVES)[:MOST_MOVES]
            coming, going, gain, spent = coming[near], going[near], gain[near], spent[near]
        return _Moves(column=np.r_[coming, -1], instead=np.r_[going, -1], gain=np.r_[gain, 0.0], spent=np.r_[spent, 0])


def _of_columns(task: TierTask, by_row: BoolArray | IntArray) -> IntArray:
    """Return what each column has in all rows together, each row counting so much; int64 (N,)."""
    rows = task.rows
    found: IntArray = (rows.matrix.T @ by_row.astype(np.int64))[: rows.num_columns]
    return found


def _full_cohorts(task: TierTask, chosen: IntArray) -> IntArray:
    """Return a number for the cohorts without two free seats that each column needs, 0 for none."""
    rows = task.rows
    is_full = np.zeros(len(rows.limit), dtype=np.int64)
    taken = (rows.matrix @ rows.completed(chosen))[rows.seats]
    is_full[rows.seats] = (taken + 1 >= rows.limit[rows.seats]) * _numbers(len(taken))  # two may come
    return _of_columns(task, is_full)


def _numbers(count: int) -> IntArray:
    """Return numbers no few of which have the same sum as others."""
    return np.random.default_rng(0).integers(1, 2**50, count)


class _Worth:
    """What moves are worth: weights, and what contracts are owed.

    Parameters
    ----------
    task : TierTask
    owing : int array
        Rows of obligations; no column stands in two of them.
    """

    def __init__(self, task: TierTask, owing: IntArray) -> None:
        rows = task.rows
        entries = np.flatnonzero(np.isin(np.arange(len(rows.limit)), owing)[rows.matrix.indices])
        column = np.searchsorted(rows.matrix.indptr, entries, side="right") - 1
        entries, column = entries[column < rows.num_columns], column[column < rows.num_columns]
        self._weight = task.objective[: rows.num_columns]
        self._contract = np.full(rows.num_columns, len(owing), dtype=np.int32)
        self._units = np.zeros(rows.num_columns, dtype=np.int64)
        self._contract[column] = np.searchsorted(owing, rows.matrix.indices[entries])
        self._units[column] = -rows.matrix.data[entries]
        self._limit = rows.limit[owing]
        price = np.zeros(len(rows.limit))
        price[rows.row_of_variable] = -task.objective[rows.num_columns :]
        self._price = np.r_[price[owing], 0.0]

    def of(self, chosen: IntArray, coming: IntArray, going: IntArray) -> FloatArray:
        """Return what each move is worth to a plan; float64 (m,)."""
        number = len(self._limit)
        delivered = np.bincount(self._contract[chosen], self._units[chosen], minlength=number + 1)[:number]
        owed_ahead = np.r_[delivered + self._limit, 0.0]  # of what is owed
        is_exchange = going >= 0
        contract = self._contract[coming]
        more = self._units[coming] - np.where(is_exchange, self._units[going], 0)
        ahead, weight = owed_ahead[contract], self._weight[coming] - np.where(is_exchange, self._weight[going], 0)
        gained: FloatArray = weight - self._price[contract] * ((-ahead - more).clip(min=0) - (-ahead).clip(min=0))
        return gained


def _grouped(owner: IntArray, number: int) -> tuple[IntArray, IntArray]:
    """Return an order by owner and where each owner's part of it starts; the last entry is its end."""
    order = np.argsort(owner, kind="stable")
    starts: IntArray = np.searchsorted(owner[order], np.arange(number + 1))
    return order, starts


def _best_pair(task: TierTask, chosen: IntArray, value: int, moves: _Moves, left: int) -> tuple[IntArray, int] | None:
    """Return the plan after the best move or two that the money suffices for, and its value; ``None`` without gain."""
    order = np.argsort(moves.spent, kind="stable")
    spent, gain = moves.spent[order], moves.gain[order]
    best = np.maximum.accumulate(gain)
    leader = np.maximum.accumulate(np.where(gain == best, np.arange(len(gain)), 0))
    last = np.searchsorted(spent, left - spent, side="right") - 1
    partner = np.where(last >= 0, leader[np.maximum(last, 0)], 0)
    total = np.where(last >= 0, gain + gain[partner], -np.inf)
    rows, fits, exact = task.rows, _Fits(task, chosen), 0
    for one in np.argsort(-total, kind="stable")[:TRIED].tolist():
        if not total[one] > 0 or exact == EXACT:
            break
        used = sorted({int(order[one]), int(order[partner[one]])})
        found = _after(task, chosen, moves, used)
        if found is None or not fits.both(moves.column[used], moves.instead[used]):
            continue
        x, exact = rows.completed(found), exact + 1
        reached = rows.value(task.tier, x)
        if reached > value and rows.is_feasible(x):
            return found, reached
    return None


class _Fits:
    """Tells of moves whether the limits that no other variable relaxes have room for them."""

    def __init__(self, task: TierTask, chosen: IntArray) -> None:
        rows = task.rows
        self._matrix = rows.matrix
        self._left = (rows.limit - rows.matrix @ rows.completed(chosen)).astype(np.int64)
        self._left[rows.row_of_variable] = 2**62

    def both(self, coming: IntArray, going: IntArray) -> bool:
        """Tell whether some columns can come for others; -1 stands for none."""
        change: dict[int, int] = {}
        for columns, sign in ((coming, 1), (going, -1)):
            for column in columns[columns >= 0].tolist():
                span = slice(self._matrix.indptr[column], self._matrix.indptr[column + 1])
                for row, use in zip(self._matrix.indices[span].tolist(), self._matrix.data[span].tolist(), strict=True):
                    change[row] = change.get(row, 0) + sign * use
        return all(use <= self._left[row] for row, use in change.items())


def _after(task: TierTask, chosen: IntArray, moves: _Moves, used: list[int]) -> IntArray | None:
    """Return the columns after some moves; ``None`` where they cannot both be made."""
    used = [one for one in used if moves.column[one] >= 0]
    comes, goes = moves.column[used], moves.instead[used]
    goes = goes[goes >= 0]
    if len(np.unique(task.rows.candidate[comes])) < len(comes) or len(np.unique(goes)) < len(goes):
        return None
    return np.union1d(np.setdiff1d(chosen, goes), comes)


__all__ = ["Spending"]
