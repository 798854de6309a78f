"""Chvátal-Gomory cuts that a fractional plan breaks, from the rows of the simplex's last basis.

Every row of the basis inverse adds rows up to one with a single basic variable in it. Where that variable is
fractional, rounding cuts the fractional plan off (Gomory 1958, Outline of an algorithm for integer solutions to linear
programs, Bulletin of the American Mathematical Society 64(5)). So do the rows that add up to what a quota counts, all
whom it covers or its members, where that is fractional. Whole numbers that stand for a row's fractions are looked for
first, so that a checker adds up the same row exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rounding_cuts import Counted, Cut, RowsByRow
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis, FloatArray
from matcher.solver.relaxations.restricted import HELD, RestrictedProgramme

FRACTIONAL = 1e-3
NOISE = 1e-9  # of a multiplier
WHOLE = 1e-7  # so near to a fraction a multiplier has to be
LARGEST_DENOMINATOR = 10_000
NEARLY = 1_000_000_000  # the divisor where no smaller one is exact
LARGEST_COEFFICIENT = 1_000_000
LARGEST_SUM = 2.0**61
CUTS_AT_ONCE = 50
DEEP = 1e-6  # how far behind a cut the fractional plan lies, in its distance
PARALLEL = 0.9
SHARES = ("quota_min_share", "quota_max_share")
OF_AN_ALTERNATIVE = ("differ", "worst")  # rows that no certificate counts in cuts


@dataclass(frozen=True, slots=True)
class _Found:
    depth: float
    cut: Cut
    counted: Counted


class Separator:
    """Finds cuts at the end of one linear solve.

    Parameters
    ----------
    restricted : RestrictedProgramme
        Cuts are looked for over its columns; they hold for all others, too.
    solver : LinearSolver
        Which has just solved it.
    basis : Basis
        Where it ended.
    x : float64 (n,)
        Its solution.
    """

    def __init__(self, restricted: RestrictedProgramme, solver: LinearSolver, basis: Basis, x: FloatArray) -> None:
        self._x, every = x, restricted.task.rows
        self._rows = every.subset(np.sort(restricted.chosen))
        self._by_row = RowsByRow(self._rows)
        self._largest = abs(every.matrix).max(axis=1).toarray().ravel().astype(np.float64)
        self._matrix = sp.csc_matrix(solver.matrix)
        lower, upper = solver.bounds
        self._low, self._high = solver.limits
        self._basis, self._of_row = basis, restricted.row_numbers
        first, num_others = restricted.first_column, restricted.num_others
        self._place = np.full(len(x), -1, dtype=np.int64)  # among columns and other variables
        self._place[first:] = np.argsort(np.argsort(restricted.chosen))
        self._place[:num_others] = self._rows.num_columns + np.arange(num_others)
        self._values = np.zeros(self._rows.matrix.shape[1])
        self._values[self._place[self._place >= 0]] = x[self._place >= 0]
        self._person_of_owner = np.zeros(every.num_owners, dtype=np.int64)
        self._person_of_owner[every.candidate] = every.person
        is_full = (basis.variables != Basis.BASIC) & (upper > lower) & (np.abs(x - upper) < WHOLE)
        self._is_full = np.zeros(self._rows.matrix.shape[1], dtype=bool)  # not basic, and as large as may be
        self._is_full[self._place[is_full & (self._place >= 0)]] = True

    def cuts(self, stop: StopSignal) -> list[Cut]:
        """Return some cuts, the deepest first, none nearly parallel to another."""
        variables = np.flatnonzero(self._basis.variables == Basis.BASIC)
        slacks = np.flatnonzero(self._basis.rows == Basis.BASIC)
        if len(variables) + len(slacks) != self._matrix.shape[0]:
            return []
        slack = sp.eye(self._matrix.shape[0], format="csc")[:, slacks]
        try:
            inverse = splu(sp.hstack([self._matrix[:, variables], slack], format="csc"))
        except RuntimeError:  # singular, to its arithmetic
            return []
        is_basic = np.zeros(self._matrix.shape[0], dtype=bool)
        is_basic[slacks] = True
        distance = np.abs(self._x[variables] - np.rint(self._x[variables]))
        found = []
        for places in self._uneven_sums():
            counted = np.zeros(self._rows.matrix.shape[1] + 1)  # the last for a variable that is neither, at place -1
            counted[places] = 1.0
            wanted = np.r_[counted[self._place[variables]], np.zeros(len(slacks))]
            found.append(self._from_sum(inverse, wanted, is_basic))
        for position in np.argsort(-distance, kind="stable").tolist():
            if distance[position] <= FRACTIONAL or stop.is_due:
                break
            if self._place[variables[position]] < 0:
                continue
            unit = np.zeros(self._matrix.shape[0])
            unit[position] = 1.0
            found.append(self._from_sum(inverse, unit, is_basic))
        return self._apart([one for one in found if one is not None])

    def _uneven_sums(self) -> list[IntArray]:
        """Return the columns whom quotas count together, all or their members, that come to no whole number."""
        found = []
        for share in np.flatnonzero(np.isin(self._rows.kinds, SHARES)):
            places, _, counts = self._by_row.entries(np.array([share]))
            for own in (places, places[counts < 0], places[counts > 0]):
                of_columns = own[own < self._rows.num_columns]
                number = float(self._values[of_columns].sum())
                if abs(number - round(number)) > FRACTIONAL:
                    found.append(of_columns)
        return found

    def _from_sum(self, inverse: Any, wanted: FloatArray, is_basic: BoolArray) -> _Found | None:
        """Return the cut of the rows that add up to what basic variables are to count, if it cuts anything off."""
        times = inverse.solve(wanted, trans="T")
        times[is_basic | (np.abs(times) < NOISE)] = 0.0
        rows, used = self._rows, np.flatnonzero(times)
        model = self._of_row[used]
        at_least = (self._basis.rows[used] == Basis.AT_LOWER) & (self._low[used] < self._high[used])
        if (model == HELD).any() or at_least.any():
            return None
        is_row = model >= 0
        if any(rows.kinds[row] in OF_AN_ALTERNATIVE for row in model[is_row].tolist()):
            return None
        scale = np.ones(len(used))
        scale[is_row] = rows.scale[model[is_row]]
        share = times[used] / scale
        share -= np.floor(share + WHOLE / 10)
        divisor, numbers = _whole(share)
        if divisor < 2:
            return None
        owners = -1 - model[~is_row]
        cut = Cut(
            divisor=divisor,
            rows=model[is_row][numbers[is_row] > 0],
            row_times=numbers[is_row][numbers[is_row] > 0],
            people=self._person_of_owner[owners][numbers[~is_row] > 0],
            person_times=numbers[~is_row][numbers[~is_row] > 0],
        )
        return self._completed(cut)

    def _completed(self, cut: Cut) -> _Found | None:
        """Return a sum with the pairs that it needs, rounded, if it cuts the fractional plan off."""
        rows = self._rows
        if float(self._largest[cut.rows] @ cut.row_times) + float(cut.divisor) >= LARGEST_SUM:
            return None
        found, sums = cut.sums(self._by_row), np.zeros(rows.matrix.shape[1], dtype=np.int64)
        sums[found.places] = found.counts
        full = np.flatnonzero(self._is_full & (sums % cut.divisor != 0))
        others, full = full[full >= rows.num_columns] - rows.num_columns, full[full < rows.num_columns]
        if (rows.upper[others] < rows.largest[others]).any():
            return None
        other_missing = (-sums[rows.num_columns + others]) % cut.divisor
        pairs = np.column_stack([rows.person[full], rows.vacancy[full]]).astype(np.int64)
        missing = (-sums[full]) % cut.divisor
        if len(np.unique(pairs, axis=0)) < len(pairs):
            return None
        whole = replace(cut, pairs=pairs, pair_times=missing, others=others, other_times=other_missing)
        whole = whole.completed(rows).in_units(self._by_row, LARGEST_COEFFICIENT)
        counted = whole.counted(self._by_row)
        length = float(np.sqrt((counted.counts.astype(np.float64) ** 2).sum()))
        if not length:
            return None
        depth = (float(counted.counts @ self._values[counted.places]) - whole.limit) / length
        return None if depth < DEEP else _Found(depth, whole, counted)

    def _apart(self, found: list[_Found]) -> list[Cut]:
        """Return the deepest that are not nearly parallel."""
        chosen: list[Cut] = []
        directions = np.zeros((CUTS_AT_ONCE, len(self._values)))
        for one in sorted(found, key=lambda one: -one.depth):
            if len(chosen) == CUTS_AT_ONCE:
                break
            own = np.zeros(len(self._values))
            own[one.counted.places] = one.counted.counts
            own /= max(float(np.sqrt(np.einsum("i,i", own, own))), 1.0)
            if (np.abs(np.einsum("ij,j->i", directions[: len(chosen)], own)) < PARALLEL).all():
                directions[len(chosen)] = own
                chosen.append(one.cut)
        return chosen


def _whole(share: FloatArray) -> tuple[int, IntArray]:
    """Return whole numbers and the divisor by which they are the shares, or nearly where that would be too large.

    What a cut counts changes no more than its shares do, so those that are nearly right cut off nearly as much.
    """
    divisor = 1
    for one in share.tolist():
        near = Fraction(one).limit_denominator(LARGEST_DENOMINATOR)
        divisor = lcm(divisor, near.denominator) if abs(float(near) - one) <= WHOLE else NEARLY
        if divisor >= NEARLY:
            divisor = NEARLY
            break
    numbers = np.rint(share * divisor).astype(np.int64)
    return divisor, numbers % divisor


__all__ = ["Separator"]
