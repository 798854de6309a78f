"""Chvátal-Gomory cuts: sums of rows, divided and rounded down, which no plan breaks and a relaxation may.

Every plan takes whole numbers of everything, and none below 0. So where some rows, each times a whole number that is
not negative, add up to ``a x <= b``, it also keeps ``floor(a / d) x <= floor(b / d)`` (Chvátal 1973, Edmonds polytopes
and a hierarchy of combinatorial problems, Discrete Mathematics 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.model.links import CUT, LINK_KINDS, with_rows_below
from matcher.solver.model.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A sum of rows and of what people, pairs and other variables can be at most; divided and rounded down.

    Parameters
    ----------
    divisor : int
    rows, row_times : int64 (n,)
        Rows, cuts before this one among them, and how many times each.
    people, person_times : int64 (m,)
        Candidates who may take one placement.
    pairs, pair_times : int64 (k, 2), int64 (k,)
        Candidates and vacancies; a pair is taken once at most.
    others, other_times : int64 (l,)
        Other variables, each of which has a most.
    limit : int
        What remains on the right-hand side.
    """

    divisor: int
    rows: IntArray
    row_times: IntArray
    people: IntArray
    person_times: IntArray
    pairs: IntArray
    pair_times: IntArray
    others: IntArray
    other_times: IntArray
    limit: int

    def coefficients(self, rows: Rows) -> IntArray:
        """Return what every column and other variable counts; int64 (N + X,)."""
        return self.sums(rows) // self.divisor

    def sums(self, rows: Rows) -> IntArray:
        """Return what they count before the sum is divided; int64 (N + X,)."""
        times = np.zeros(len(rows.limit), dtype=np.int64)
        times[self.rows] = self.row_times
        total: IntArray = rows.matrix.T @ times
        of_person = np.zeros(len(rows.limits.candidate_ids), dtype=np.int64)
        of_person[self.people] = self.person_times
        total[: rows.num_columns] += of_person[rows.person]
        for (candidate, vacancy), number in zip(self.pairs.tolist(), self.pair_times.tolist(), strict=True):
            total[rows.columns_of(candidate, vacancy)] += number
        total[rows.num_columns + self.others] += self.other_times
        return total


def with_cuts(rows: Rows, cuts: Sequence[Cut]) -> Rows:
    """Return rows with one more per cut; each may be made of those before it."""
    for cut in cuts:
        rows = _with_cut(rows, cut)
    return rows


def _with_cut(rows: Rows, cut: Cut) -> Rows:
    number, coefficients = len(rows.cuts), cut.coefficients(rows)
    added = sp.csc_matrix(coefficients[None, :])
    return replace(
        rows,
        matrix=with_rows_below(rows.matrix, added),
        limit=np.r_[rows.limit, cut.limit],
        is_equation=np.r_[rows.is_equation, False],
        kinds=(*rows.kinds, CUT),
        entity_ids=(*rows.entity_ids, str(number + 1)),
        scale=np.r_[rows.scale, float(max(1, np.abs(coefficients).max(initial=1)))],
        relief=sp.hstack([rows.relief, sp.csr_matrix(-added[:, rows.num_columns :].T)], format="csr"),
        links=np.concatenate([rows.links, [[len(LINK_KINDS) + 1, -1, number]]]),
        cuts=(*rows.cuts, cut),
    )
