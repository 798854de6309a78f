"""Prices of the rows that candidates with several placements have alone, raised where that proves more.

A programme of some columns prices these rows as its own columns ask for. Every other column of these people would count
beside them: as a further placement, or as if enrolments cost nothing that none of the programme's columns needs.
"""

from __future__ import annotations

import numpy as np

from matcher.columns import IntArray
from matcher.solver.model.rows import Rows
from matcher.solver.model.several import ENROLLED, ENROLMENT

ALL_OF_SEVERAL = 60_000  # columns: so few are all in the programme, which has priced them already


def raised_prices(rows: Rows, prices: IntArray, reduced: IntArray) -> IntArray:
    """Return prices of rows by which people with several placements add no more than before, and mostly less.

    Parameters
    ----------
    rows : Rows
    prices : int64 (R,)
    reduced : int64 (N + X,)
        Reduced values by these prices; changed to those by the prices returned.

    Returns
    -------
    int64 (R,)
    """
    if rows.num_columns <= ALL_OF_SEVERAL:
        return prices
    columns = rows.of_several
    if not len(columns):
        return prices
    raised = prices.copy()
    beside = rows.matrix[:, rows.num_columns :]
    for stage in (ENROLLED, ENROLMENT):  # what an enrolment costs, and then who needs it
        others = np.flatnonzero((rows.stage == stage) & (reduced[rows.num_columns :] < 0))
        added = np.zeros(len(raised), dtype=np.int64)
        added[rows.row_of_variable[others]] = -reduced[rows.num_columns + others] // rows.step[others]
        raised += added
        reduced[rows.num_columns :] -= beside.T @ added
        reduced[columns] -= rows.matrix[:, columns].T @ added
    _raise_placements(rows, columns, raised, reduced)
    return raised


def _raise_placements(rows: Rows, columns: IntArray, raised: IntArray, reduced: IntArray) -> None:
    """Charge for a placement what the best column is worth for which no placement is left."""
    assert rows.conflicts is not None
    person, value = rows.person[columns], reduced[columns]
    starts = np.flatnonzero(np.r_[True, np.diff(person) > 0])
    order = np.lexsort((-value, person))
    beyond, ends = starts + rows.limits.placements[person[starts]], np.r_[starts[1:], len(person)]
    price = np.where(beyond < ends, value[order[np.minimum(beyond, len(order) - 1)]], 0).clip(min=0)
    reduced[columns] -= np.repeat(price, ends - starts)
    raised[rows.conflicts.row_of[person[starts]]] += price
