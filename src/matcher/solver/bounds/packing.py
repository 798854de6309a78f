"""Bounds that pack each resource exactly: people pay a price, and a workplace takes the best set that fits.

Prices on a resource's row bound what it is worth per unit; a set of whole people that fits is worth less. So a bound
may leave the resource its own small problem, a knapsack, and charge every candidate a price for taking part (Lagrangian
relaxation of the generalized assignment problem: Fisher, Jaikumar and Van Wassenhove 1986, A multiplier adjustment
method, Management Science 32(9)). docs/model.md section 6 states the bound, and the checker packs anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import (
    IMPOSSIBLE,
    NOTHING,
    PRICE_SCALE,
    HeldTier,
    Prices,
    exact_sum,
    priced_rows,
    worth_of_rows,
    worth_of_variables,
)
from matcher.solver.model.rows import Rows

MOST_CELLS = 20_000  # of a knapsack's table; coarser steps bound a larger one


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """The resources of a task's columns, as knapsacks.

    Parameters
    ----------
    owner : int64 (N,)
        Number of the resource that each column uses, -1 for none.
    use : int64 (N,)
    capacity : int64 (R,)
    row : int64 (R,)
        Its row.
    """

    owner: IntArray
    use: IntArray
    capacity: IntArray
    row: IntArray

    def __len__(self) -> int:
        """Return R."""
        return len(self.capacity)


def resources_of(rows: Rows) -> Resources:
    """Return the resources that some column uses."""
    candidates = np.array([row for row, kind in enumerate(rows.kinds) if kind == "resource"], dtype=np.int64)
    owner = np.full(rows.num_columns, -1, dtype=np.int64)
    use = np.zeros(rows.num_columns, dtype=np.int64)
    if not len(candidates):
        return Resources(owner=owner, use=use, capacity=candidates, row=candidates)
    used = rows.matrix[:, : rows.num_columns].tocsr()[candidates].tocoo()
    numbers, owner[used.col] = np.unique(used.row, return_inverse=True)
    use[used.col] = used.data
    row = candidates[numbers]
    return Resources(owner=owner, use=use, capacity=rows.limit[row], row=row)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBound:
    """What prices prove when every resource is packed.

    Parameters
    ----------
    prices : Prices
        With prices of candidates.
    scaled : int
        The bound times `PRICE_SCALE`; `IMPOSSIBLE` where what is taken does not fit.
    worth : list of int
        Of the best set of each resource, scaled.
    sets : list of int arrays
        That set, by position of columns.
    free : int array
        The best column of each candidate among those that use no resource, where it is worth anything.
    """

    prices: Prices
    scaled: int
    worth: list[int]
    sets: list[IntArray]
    free: IntArray

    def value(self, step: int = 1) -> int:
        """Return the bound as a value of the tier, every plan's value being a multiple of `step`."""
        return self.scaled // (PRICE_SCALE * step) * step


def packed_bound(
    rows: Rows,
    resources: Resources,
    tier: str,
    prices: Prices,
    held: tuple[HeldTier, ...],
    taken: IntArray = NOTHING,
    left: IntArray | BoolArray = NOTHING,
) -> PackedBound:
    """Return what prices of rows and candidates prove about a tier; see `bound_from` for the parameters."""
    assert prices.candidates is not None
    reduced, scaled = priced_rows(rows, tier, prices, held)
    scaled += worth_of_rows(rows, prices) + worth_of_variables(reduced[rows.num_columns :], rows)
    scaled += sum(price * int(rows.limits.placements[i]) for i, price in enumerate(prices.candidates.tolist()) if price)
    value = reduced[: rows.num_columns] - prices.candidates[rows.candidate]
    own = value[taken]
    value[left] = IMPOSSIBLE
    for candidate in rows.candidate[taken]:
        if rows.limits.placements[candidate] == 1:
            begin, end = np.searchsorted(rows.candidate, [candidate, candidate + 1])
            value[begin:end] = IMPOSSIBLE
    value[taken] = IMPOSSIBLE
    scaled += exact_sum(own)
    best, free = _best_free(rows, resources, value, taken)
    scaled += best
    worth, sets = [], []
    for number, capacity in enumerate(resources.capacity.tolist()):
        inside = taken[resources.owner[taken] == number]
        room = capacity - int(resources.use[inside].sum())
        if room < 0:
            return PackedBound(prices=prices, scaled=IMPOSSIBLE, worth=[], sets=[], free=free)
        offered = np.flatnonzero((resources.owner == number) & (value > 0))
        gained, chosen = packed(value[offered], resources.use[offered], _groups(rows, offered), room)
        worth.append(gained + int(value_of(own, taken, inside)))
        sets.append(np.sort(np.r_[inside, offered[chosen]]))
        scaled += gained
    return PackedBound(prices=prices, scaled=scaled, worth=worth, sets=sets, free=free)


def value_of(own: IntArray, taken: IntArray, inside: IntArray) -> int:
    """Return what the columns `inside` among those taken are worth."""
    return exact_sum(own[np.isin(taken, inside)])


def _best_free(rows: Rows, resources: Resources, value: IntArray, taken: IntArray) -> tuple[int, IntArray]:
    """Return the best of the columns without a resource, as many per candidate as may be, and which they are."""
    places = rows.limits.placements - np.bincount(rows.candidate[taken], minlength=len(rows.limits.placements))
    offered = np.flatnonzero((resources.owner < 0) & (value > 0))
    order = offered[np.lexsort((-value[offered], rows.candidate[offered]))]
    candidate = rows.candidate[order]
    starts = np.flatnonzero(np.r_[True, candidate[1:] != candidate[:-1]]) if len(order) else NOTHING
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    chosen = order[rank < places[candidate]]
    return exact_sum(value[chosen]), chosen


def _groups(rows: Rows, offered: IntArray) -> IntArray:
    """Return a number per column; of columns with the same number at most one can be taken."""
    candidate = rows.candidate[offered]
    several = rows.limits.placements[candidate] > 1
    return np.where(several, -1 - np.arange(len(offered)), candidate)


def packed(values: IntArray, uses: IntArray, groups: IntArray, capacity: int) -> tuple[int, IntArray]:
    """Return the greatest worth of a set that fits, at most one of each group, and that set.

    Where the capacity is too large for a table, uses are counted in coarser steps and rounded down: the worth is then a
    bound, and the set may not fit.

    Parameters
    ----------
    values, uses, groups : int64 (n,)
        Values above 0; entries of one group are neighbours.
    capacity : int
    """
    coarse = max(1, -(-(capacity + 1) // MOST_CELLS))
    uses, capacity = uses // coarse, capacity // coarse
    capacity = min(capacity, int(uses.sum()))
    table = np.zeros(capacity + 1, dtype=np.int64)
    history: list[list[tuple[int, int, BoolArray]]] = []
    for _, members in groupby(range(len(values)), key=groups.tolist().__getitem__):
        before, steps = table.copy(), []
        for item in members:
            use = int(uses[item])
            if use > capacity:
                continue
            with_it = before[: capacity + 1 - use] + values[item]
            is_better = with_it > table[use:]
            np.copyto(table[use:], with_it, where=is_better)
            steps.append((item, use, is_better))
        history.append(steps)
    return int(table[capacity]), _traced(history, capacity)


def _traced(history: list[list[tuple[int, int, BoolArray]]], room: int) -> IntArray:
    chosen = []
    for steps in reversed(history):
        for item, use, is_better in reversed(steps):
            if room >= use and is_better[room - use]:
                chosen.append(item)
                room -= use
                break
    return np.array(sorted(chosen), dtype=np.int64)
