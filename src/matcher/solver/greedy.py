"""The staff's own way, as the baseline: always the best remaining pair."""

from __future__ import annotations

import numpy as np

from matcher.columns import IntArray
from matcher.solver.rows import Rows

CHUNK = 4096
STOPPING = ("vacancy", "seat", "budget", "resource", "quota_max", "differ")  # kinds of limits that taking more breaks


def greedy_columns(rows: Rows, order: IntArray | None = None) -> IntArray:
    """Return the columns that best-remaining-pair-first takes, pinned pairs before all others.

    Parameters
    ----------
    rows : Rows
    order : int array, optional
        Columns in the order in which they are tried; by default all, the greatest weight first.

    Returns
    -------
    int64 array
        Sorted.

    Notes
    -----
    A pair is taken when its candidate is free and every limit allows it: positions, seats, budgets, resources and
    hard maxima.
    Minimum counts and obligations do not steer it, as they do not steer a person who looks at one pair at a time.
    Shares are kept as far as they are already met.
    """
    left = rows.limit.astype(np.int64).copy()
    is_limit = np.array(
        [kind in STOPPING or kind.endswith("_share") for kind in rows.kinds],
        dtype=bool,
    )
    is_limit[rows.row_of_variable] = False  # a limit that has its price does not stop anybody
    weight = rows.objectives["placements"][: rows.num_columns]
    is_free = np.ones(len(rows.limits.candidate_ids), dtype=bool)
    order = np.argsort(-weight, kind="stable") if order is None else order
    pinned = _pinned(rows, weight)
    order = np.r_[pinned, order]
    matrix = rows.matrix
    starts, row_of, value_of = matrix.indptr, matrix.indices, matrix.data
    taken: list[int] = []
    for begin in range(0, len(order), CHUNK):
        chunk = order[begin : begin + CHUNK]
        chunk = chunk[is_free[rows.candidate[chunk]] & (left[rows.vacancy[chunk]] > 0)]
        for column in chunk.tolist():
            candidate = rows.candidate[column]
            if not is_free[candidate]:
                continue
            span = slice(starts[column], starts[column + 1])
            on, use = row_of[span], value_of[span]
            if np.any(is_limit[on] & (use > left[on]) & (use > 0)):
                continue
            left[on] -= use
            is_free[candidate] = False
            taken.append(column)
    return np.array(sorted(taken), dtype=np.int64)


def _pinned(rows: Rows, weight: IntArray) -> IntArray:
    """Return the best column of each pinned pair."""
    best = []
    for i, j in zip(rows.limits.pinned_candidate, rows.limits.pinned_vacancy, strict=True):
        own = rows.columns_of(int(i), int(j))
        if len(own):
            best.append(own[np.argmax(weight[own])])
    return np.array(best, dtype=np.int64)
