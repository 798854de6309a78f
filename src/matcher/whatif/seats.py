"""Seats that columns take, and what is left to pay where somebody has had one already.

Whoever completed a cohort for a place that came to nothing needs no second seat in it for another place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, Columns, IndexArray, IntArray
from matcher.solver import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeats:
    """The cohorts in which columns take a new seat.

    Parameters
    ----------
    start : int64 (N + 1,)
        Those of column e are ``cohort[start[e]:start[e + 1]]``.
    cohort : int64 (E,)
    """

    start: IntArray
    cohort: IntArray

    @staticmethod
    def of(columns: Columns) -> NewSeats:
        """Return those of all columns."""
        owner = np.repeat(np.arange(len(columns)), np.diff(columns.route_start))[columns.route_is_new]
        return NewSeats(
            start=np.searchsorted(owner, np.arange(len(columns) + 1)).astype(np.int64),
            cohort=columns.route_cohort[columns.route_is_new].astype(np.int64),
        )

    def entries(self, columns: IntArray) -> tuple[IntArray, IntArray]:
        """Return every new seat that some columns take: position among them, and cohort."""
        begin, length = self.start[columns], np.diff(self.start)[columns]
        position = np.repeat(np.arange(len(columns)), length)
        first = np.cumsum(length) - length
        return position, self.cohort[np.arange(len(position)) + (begin - first)[position]]

    def had(self, columns: IntArray, candidate: IntArray | IndexArray, is_done: BoolArray) -> tuple[IntArray, IntArray]:
        """Return those of `entries` that their people have had already.

        Parameters
        ----------
        columns : int64 (n,)
        candidate : int (n,)
        is_done : bool (C, K)
        """
        position, cohort = self.entries(columns)
        has_had = is_done[candidate[position], cohort]
        return position[has_had], cohort[has_had]


class SeatRows:
    """Where a seat stands in the rows: in its cohort's, its budget's, and that of all trainings together.

    Parameters
    ----------
    rows : Rows
        Without candidates who may take several placements among those asked about.
    """

    def __init__(self, rows: Rows) -> None:
        kinds, limits = rows.kinds, rows.limits
        self._limits = limits
        self._seat = kinds.index("seat") if limits.cohort_ids else 0
        self._budget = kinds.index("budget") if limits.budget_ids else 0
        self._total = kinds.index("trainings_total") if "trainings_total" in kinds else None

    def entries(self, cohort: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Return what one seat in each of some cohorts uses: position in `cohort`, row, and how much."""
        limits, every = self._limits, np.arange(len(cohort))
        ones = np.ones(len(cohort), dtype=np.int64)
        budget = limits.budget_of_cohort[cohort].astype(np.int64)
        paid = np.flatnonzero((budget >= 0) & (limits.seat_cost[cohort] > 0))
        price = limits.seat_cost[cohort[paid]]
        parts = [(every, self._seat + cohort, ones), (paid, self._budget + budget[paid], price)]
        if self._total is not None:
            parts.append((every, np.full(len(cohort), self._total), ones))
        position, row, value = (np.concatenate([part[number] for part in parts]) for number in range(3))
        return position, row, value

    def without(self, rows: Rows, position: IntArray, cohort: IntArray) -> Rows:
        """Return rows in which some columns do without a seat.

        Parameters
        ----------
        rows : Rows
        position, cohort : int64 (n,)
            Which column, and whose seat.
        """
        if not len(position):
            return rows
        place, row, value = self.entries(cohort)
        had = sp.csc_matrix((value, (row, position[place])), shape=rows.matrix.shape, dtype=np.int64)
        return replace(rows, matrix=sp.csc_matrix(rows.matrix - had))


def not_broken_further(rows: Rows, taken: IntArray) -> Rows:
    """Return rows that some columns keep, though people fell out whom a limit, such as a share, had counted on.

    Parameters
    ----------
    rows : Rows
    taken : int64 array
        What stands already.
    """
    is_eased = np.asarray((rows.relief != 0).sum(axis=0)).ravel() > 0  # a shortfall makes up for these
    used = np.asarray(rows.matrix[:, taken].sum(axis=1)).ravel() if len(taken) else np.zeros_like(rows.limit)
    return replace(rows, limit=np.where(is_eased, rows.limit, np.maximum(rows.limit, used)))
