"""Rounding cuts of resources that vacancies share: which numbers of placements whole people can have there.

Where everybody in a vacancy uses as much of a resource, the resource is a knapsack of few integers, the numbers of
placements in its vacancies, however many columns there are. Its row or an earlier cut of it, times u and divided by d,
and with it the limits of vacancies that the cut counts as if they were full, each so often that the sum divides, gives
most facets of that knapsack that matter (Gomory 1958; Atamtürk 2005, Cover and pack inequalities for (mixed) integer
programming, Annals of Operations Research 139).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.packing import resources_of
from matcher.solver.model.links import CUT
from matcher.solver.model.rounding_cuts import Cut, RowsByRow
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.programme import FloatArray

MOST_TIMES, MOST_DIVISOR = 12, 40  # beside the uses themselves, by which sums are divided as well
UNEVEN = 1e-5  # of a placement
DEEP = 1e-4  # how far behind a cut the fractional plan lies, in its distance


@dataclass(frozen=True, slots=True)
class _Base:
    """A row over the placements in a resource's vacancies: ``counts @ placed <= limit``."""

    row: int
    counts: IntArray
    limit: int


@dataclass(frozen=True, slots=True)
class _Knapsack:
    """A resource that cannot hold all whom its vacancies could take.

    Parameters
    ----------
    vacancies, most : int64 (n,)
        Sorted.
    columns : int64 (n,)
        One of each vacancy, which counts as much as the others.
    bases : list of _Base
        The row of the resource, and cuts of it.
    """

    vacancies: IntArray
    most: IntArray
    columns: IntArray
    bases: list[_Base]


class ResourceCuts:
    """Finds cuts of resources.

    Parameters
    ----------
    rows : Rows
        Of all plans: no count is decided.

    Attributes
    ----------
    has_all : bool
        Whether people in one vacancy use as much of the same resource, wherever one is used.
    """

    def __init__(self, rows: Rows) -> None:
        resources = resources_of(rows)
        self._knapsacks: list[_Knapsack] = []
        used = np.flatnonzero(resources.owner >= 0)
        owner, use, vacancy = resources.owner[used], resources.use[used], rows.vacancy[used]
        one = np.full(len(rows.limits.vacancy_ids), -1, dtype=np.int64)
        one[vacancy[::-1]] = used[::-1]  # the first column of each vacancy
        first = one[vacancy]
        is_other = (owner != resources.owner[first]) | (use != resources.use[first])
        counted = np.bincount(vacancy[~is_other], minlength=len(one))
        in_all = np.bincount(rows.vacancy, minlength=len(one)) if len(used) else counted
        is_mixed = np.zeros(len(resources), dtype=bool)
        is_mixed[owner[(counted < in_all)[vacancy]]] = True
        self.has_all = not is_mixed.any()
        for resource in np.flatnonzero(~is_mixed).tolist():
            vacancies = np.flatnonzero((one >= 0) & (resources.owner[one] == resource))
            use, most = resources.use[one[vacancies]], rows.limit[vacancies]
            capacity = int(resources.capacity[resource])
            if int(use @ most) > capacity:
                base = _Base(int(resources.row[resource]), use, capacity)
                self._knapsacks.append(_Knapsack(vacancies, most, one[vacancies], [base]))
        self._take_up(rows)

    def __bool__(self) -> bool:
        """Tell whether some resource can be cut."""
        return bool(self._knapsacks)

    def _take_up(self, rows: Rows) -> None:
        """Note the cuts that the rows have already, for others to be made of."""
        places = [row for row, kind in enumerate(rows.kinds) if kind == CUT]
        for row, cut in zip(places, rows.cuts, strict=True):
            if not len(cut.rows) or len(cut.people) or len(cut.pairs) or len(cut.others):
                continue  # it counts more than placements in vacancies
            for knapsack in self._knapsacks:
                is_base = any(base.row == cut.rows[0] for base in knapsack.bases)
                if is_base and np.isin(cut.rows[1:], knapsack.vacancies).all():
                    counts = rows.matrix[:, knapsack.columns].tocsr()[row].toarray().ravel()
                    knapsack.bases.append(_Base(row, counts, int(rows.limit[row])))

    def cuts(self, rows: Rows, placed: FloatArray) -> list[Cut]:
        """Return the deepest cut of every resource that one cuts off.

        Parameters
        ----------
        rows : Rows
            That the cuts will stand below.
        placed : float64 (V,)
            Placements in each vacancy.
        """
        cuts: list[Cut] = []
        bases = [base.row for knapsack in self._knapsacks for base in knapsack.bases]
        by_row = RowsByRow(rows, np.concatenate([bases, *(knapsack.vacancies for knapsack in self._knapsacks)]))
        for knapsack in self._knapsacks:
            own = placed[knapsack.vacancies]
            if (np.abs(own - np.rint(own)) < UNEVEN).all():
                continue
            found = [one for base in knapsack.bases if (one := _deepest(knapsack, base, own)) is not None]
            if found:
                _, cut = max(found, key=lambda one: one[0])
                cut = cut.completed(rows).in_units(by_row)
                counts = cut.counted(by_row).at(knapsack.columns)
                knapsack.bases.append(_Base(len(rows.limit) + len(cuts), counts, cut.limit))
                cuts.append(cut)
        return cuts

    def overfilled(self, fewest: IntArray) -> tuple[int, IntArray, int] | None:
        """Return a row that cannot hold the fewest placements of all vacancies (V,), if there is one.

        Returns
        -------
        row : int
        counts : int64 (V,)
            What a placement in each vacancy counts there.
        beyond : int
            By how much the fewest are too many.
        """
        for knapsack in self._knapsacks:
            for base in knapsack.bases:
                beyond = int(base.counts @ fewest[knapsack.vacancies]) - base.limit
                if beyond > 0:
                    counts = np.zeros(len(fewest), dtype=np.int64)
                    counts[knapsack.vacancies] = base.counts
                    return base.row, counts, beyond
        return None


def _deepest(knapsack: _Knapsack, base: _Base, placed: FloatArray) -> tuple[float, Cut] | None:
    """Return the cut of one row behind which the placements lie deepest, and how deep, if they lie behind any.

    Parameters
    ----------
    placed : float64 (n,)
        Placements in each vacancy of the resource.
    """
    divisor, times = _multipliers(base.counts)
    whole, rest = np.divmod(times * base.counts, divisor)
    is_split = rest > 0
    missing = np.where(is_split, divisor - rest, 0)
    filled = missing * knapsack.most
    # Those first that lose least when they are counted as full, as many as may be; one column for each number of them.
    order = np.argsort(np.where(is_split, filled / divisor - placed, np.inf), axis=1, kind="stable")
    limit = (times * base.limit + _sums(np.take_along_axis(filled, order, 1))) // divisor
    is_split = np.take_along_axis(is_split, order, 1)
    left = (whole @ placed)[:, None] + _sums(is_split * placed[order])
    wider = _sums(is_split * (2 * np.take_along_axis(whole, order, 1) + 1))
    length = np.sqrt(np.maximum((whole**2).sum(axis=1, keepdims=True) + wider, 1))
    depth = (left - limit) / length
    which, number = np.unravel_index(int(np.argmax(depth)), depth.shape)
    if depth[which, number] < DEEP:
        return None
    full = np.sort(order[which, :number][is_split[which, :number]])
    cut = Cut(
        divisor=int(divisor[which, 0]),
        rows=np.r_[base.row, knapsack.vacancies[full]],
        row_times=np.r_[int(times[which, 0]), missing[which, full]],
    )
    return float(depth[which, number]), cut


def _multipliers(counts: IntArray) -> tuple[IntArray, IntArray]:
    """Return divisors and how many times a row counts before it is divided; both int64 (n, 1)."""
    divisors = np.union1d(np.arange(2, MOST_DIVISOR), counts[counts > 1])
    divisor, times = (side.ravel()[:, None] for side in np.meshgrid(divisors, np.arange(1, MOST_TIMES)))
    is_less = (times < divisor)[:, 0]
    return divisor[is_less], times[is_less]


def _sums(values: IntArray | FloatArray) -> IntArray | FloatArray:
    """Return the sums of the first 0, 1, 2 and so on of each row."""
    return np.cumsum(np.c_[np.zeros((len(values), 1), dtype=values.dtype), values], axis=1)


__all__ = ["UNEVEN", "ResourceCuts"]
