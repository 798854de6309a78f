"""Rounding cuts: sums of rows, divided and rounded, which no plan breaks and a relaxation may.

Every plan takes whole numbers of everything, none below 0, and leaves a whole number of every row. So where some rows,
each times a whole number m that is not negative, add up to ``a x <= b``, with e what dividing b by d leaves, it also
keeps ``f(a) x + f(m) slack <= floor(b / d) (d - e)``, where ``f(a) = floor(a / d) (d - e) + max(0, a mod d - e)`` and
the slack of a row is its limit less what it counts (Gomory 1960, An algorithm for the mixed integer problem; Nemhauser
and Wolsey 1990, A recursive procedure to generate all cuts for 0-1 mixed integer programs, Mathematical Programming 46,
"mixed-integer rounding"). Rounding every coefficient down alone would leave nothing of what is owed in small units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.model.links import CUT, LINK_KINDS, with_rows_below
from matcher.solver.model.rows import Rows


def _nothing() -> IntArray:
    return np.empty(0, dtype=np.int64)


def _no_pairs() -> IntArray:
    return np.empty((0, 2), dtype=np.int64)


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
    excess : int
        What dividing the sum of the limits leaves.
    limit : int
        What remains on the right-hand side.
    unit : int
        By which what remains is divided once more, rounded down: large numbers leave prices no room.
    """

    divisor: int
    rows: IntArray
    row_times: IntArray
    people: IntArray = field(default_factory=_nothing)
    person_times: IntArray = field(default_factory=_nothing)
    pairs: IntArray = field(default_factory=_no_pairs)
    pair_times: IntArray = field(default_factory=_nothing)
    others: IntArray = field(default_factory=_nothing)
    other_times: IntArray = field(default_factory=_nothing)
    excess: int = 0
    limit: int = 0
    unit: int = 1

    def completed(self, rows: Rows) -> Cut:
        """Return the same sum with what its limits leave and come to."""
        times = np.concatenate([self.row_times, self.person_times, self.pair_times, self.other_times])
        single = np.ones(len(self.person_times) + len(self.pair_times), dtype=np.int64)
        limits = np.concatenate([rows.limit[self.rows], single, rows.upper[self.others]])
        total = _exactly(times, limits)
        whole = replace(self, excess=total % self.divisor)
        of_slacks = _exactly(whole.rounded(times), limits)
        most = total // self.divisor * (self.divisor - whole.excess) - of_slacks
        return replace(whole, limit=most // self.unit)

    def in_units(self, rows: Rows, most: int | None = None) -> Cut:
        """Return the same cut in the largest unit that divides all, or in one in which nothing counts above `most`.

        Parameters
        ----------
        rows : Rows
            Over some of the columns: others are rounded down.
        most : int, optional
        """
        coefficients = self.coefficients(rows)
        unit = max(1, int(np.gcd.reduce(coefficients)))
        if most is not None:
            unit = max(unit, int(np.abs(coefficients).max()) // most)
        return replace(self, unit=unit, limit=self.limit // unit)

    def coefficients(self, rows: Rows) -> IntArray:
        """Return what every column and other variable counts; int64 (N + X,)."""
        of_slacks = replace(
            self,
            row_times=self.rounded(self.row_times),
            person_times=self.rounded(self.person_times),
            pair_times=self.rounded(self.pair_times),
            other_times=self.rounded(self.other_times),
        )
        found: IntArray = (self.rounded(self.sums(rows)) - of_slacks.sums(rows)) // self.unit
        return found

    def rounded(self, amounts: IntArray) -> IntArray:
        """Return amounts as this cut counts them."""
        left: IntArray = np.maximum(amounts % self.divisor - self.excess, 0)
        return amounts // self.divisor * (self.divisor - self.excess) + left

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


def _exactly(times: IntArray, limits: IntArray) -> int:
    """Return the sum of limits, each so many times, however large."""
    return sum(number * limit for number, limit in zip(times.tolist(), limits.tolist(), strict=True))


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
