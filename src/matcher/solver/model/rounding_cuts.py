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
from matcher.solver.programmes.entries import entries_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What columns and, after them, other variables count; the others count nothing.

    Parameters
    ----------
    places : int64 (n,)
        Sorted.
    counts : int64 (n,)
    """

    places: IntArray
    counts: IntArray

    def is_same(self, other: Counted) -> bool:
        """Tell whether both count the same."""
        return np.array_equal(self.places, other.places) and np.array_equal(self.counts, other.counts)

    def at(self, wanted: IntArray) -> IntArray:
        """Return what those at some places (m,) count; int64 (m,)."""
        place = np.minimum(np.searchsorted(self.places, wanted), max(len(self.places) - 1, 0))
        is_there = self.places[place] == wanted if len(self.places) else np.zeros(len(wanted), dtype=bool)
        found = np.zeros(len(wanted), dtype=np.int64)
        found[is_there] = self.counts[place[is_there]]
        return found


class RowsByRow:
    """Some rows, for cuts to be made of: of millions of columns each meets few.

    Parameters
    ----------
    rows : Rows
    needed : int64 (n,), optional
        Those that can be read; by default all.
    """

    def __init__(self, rows: Rows, needed: IntArray | None = None) -> None:
        self.rows = rows
        self._numbers = np.arange(len(rows.limit)) if needed is None else np.unique(needed)
        self._matrix = (rows.matrix if needed is None else rows.matrix[self._numbers]).tocsr()

    def entries(self, numbers: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Return the places that some rows meet, which of them meets each, and by how much."""
        return entries_of(self._matrix, np.searchsorted(self._numbers, numbers))


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

    @property
    def times(self) -> IntArray:
        """Return how many times each limit counts: rows, people, pairs, other variables; int64 (n + m + k + l,)."""
        return np.concatenate([self.row_times, self.person_times, self.pair_times, self.other_times])

    def completed(self, rows: Rows) -> Cut:
        """Return the same sum with what its limits leave and come to."""
        single = np.ones(len(self.person_times) + len(self.pair_times), dtype=np.int64)
        limits = np.concatenate([rows.limit[self.rows], single, rows.upper[self.others]])
        total = _exactly(self.times, limits)
        whole = replace(self, excess=total % self.divisor)
        of_slacks = _exactly(whole.rounded(self.times), limits)
        most = total // self.divisor * (self.divisor - whole.excess) - of_slacks
        return replace(whole, limit=most // self.unit)

    def in_units(self, by_row: RowsByRow, most: int | None = None) -> Cut:
        """Return the same cut in the largest unit that divides all, or in one in which nothing counts above `most`.

        Parameters
        ----------
        by_row : RowsByRow
            Over some of the columns: others are rounded down.
        most : int, optional
        """
        counts = self.counted(by_row).counts
        unit = max(1, int(np.gcd.reduce(counts)))
        if most is not None:
            unit = max(unit, int(np.abs(counts).max(initial=0)) // most)
        return replace(self, unit=unit, limit=self.limit // unit)

    def counted(self, by_row: RowsByRow) -> Counted:
        """Return what columns and other variables count."""
        terms = self._terms(by_row)
        counts = (self.rounded(terms.added(self.times)) - terms.added(self.rounded(self.times))) // self.unit
        used = np.flatnonzero(counts)
        return Counted(places=terms.places[used], counts=counts[used])

    def sums(self, by_row: RowsByRow) -> Counted:
        """Return what they count before the sum is divided."""
        terms = self._terms(by_row)
        return Counted(places=terms.places, counts=terms.added(self.times))

    def rounded(self, amounts: IntArray) -> IntArray:
        """Return amounts as this cut counts them."""
        return rounded(amounts, self.divisor, self.excess)

    def _terms(self, by_row: RowsByRow) -> _Terms:
        rows = by_row.rows
        place, term, value = by_row.entries(self.rows)
        of_people = [rows.columns_with(candidate) for candidate in self.people.tolist()]
        of_pairs = [rows.columns_of(candidate, vacancy) for candidate, vacancy in self.pairs.tolist()]
        of_others = [np.array([rows.num_columns + other]) for other in self.others.tolist()]
        groups = [*of_people, *of_pairs, *of_others]
        number = np.repeat(len(self.rows) + np.arange(len(groups)), [len(group) for group in groups])
        places, at = np.unique(np.concatenate([place, *groups]), return_inverse=True)
        one = np.ones(len(number), dtype=np.int64)
        return _Terms(places=places, at=at, term=np.r_[term, number].astype(np.int64), value=np.r_[value, one])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """Where limits count: entries of `value` at ``places[at]``, each for one of the limits of a cut."""

    places: IntArray
    at: IntArray
    term: IntArray
    value: IntArray

    def added(self, times: IntArray) -> IntArray:
        """Return what each place comes to where every limit counts so many times; exact."""
        total = np.zeros(len(self.places), dtype=np.int64)
        np.add.at(total, self.at, times[self.term] * self.value)
        return total


def rounded(amounts: IntArray, divisor: int | IntArray, excess: int | IntArray) -> IntArray:
    """Return amounts as a cut counts them, or as several do: `divisor` and `excess` may be arrays (n, 1)."""
    left: IntArray = np.maximum(amounts % divisor - excess, 0)
    return amounts // divisor * (divisor - excess) + left


def _exactly(times: IntArray, limits: IntArray) -> int:
    """Return the sum of limits, each so many times, however large."""
    return sum(number * limit for number, limit in zip(times.tolist(), limits.tolist(), strict=True))


def with_cuts(rows: Rows, cuts: Sequence[Cut]) -> Rows:
    """Return rows with one more per cut; each may be made of those before it."""
    while cuts:
        is_ready = [int(cut.rows.max(initial=-1)) < len(rows.limit) for cut in cuts]
        number = is_ready.index(False) if False in is_ready else len(cuts)
        rows, cuts = _with_ready(rows, cuts[:number]), cuts[number:]
    return rows


def _with_ready(rows: Rows, cuts: Sequence[Cut]) -> Rows:
    """Return rows with one more per cut, each of which is made of those rows alone."""
    by_row = RowsByRow(rows, np.concatenate([cut.rows for cut in cuts]))
    counted = [cut.counted(by_row) for cut in cuts]
    number = np.repeat(np.arange(len(cuts)), [len(one.places) for one in counted])
    entries = (
        np.concatenate([one.counts for one in counted]),
        (number, np.concatenate([one.places for one in counted])),
    )
    added = sp.csc_matrix(entries, shape=(len(cuts), rows.matrix.shape[1]), dtype=np.int64)
    first, every = len(rows.cuts), np.arange(len(cuts))
    return replace(
        rows,
        matrix=with_rows_below(rows.matrix, added),
        limit=np.r_[rows.limit, [cut.limit for cut in cuts]],
        is_equation=np.r_[rows.is_equation, np.zeros(len(cuts), dtype=bool)],
        kinds=(*rows.kinds, *(CUT for _ in cuts)),
        entity_ids=(*rows.entity_ids, *(str(first + place + 1) for place in every.tolist())),
        scale=np.r_[rows.scale, [float(np.abs(one.counts).max(initial=1)) for one in counted]],
        relief=sp.hstack([rows.relief, sp.csr_matrix(-added[:, rows.num_columns :].T)], format="csr"),
        links=np.concatenate(
            [rows.links, np.column_stack([np.full_like(every, len(LINK_KINDS) + 1), 0 * every - 1, first + every])]
        ),
        cuts=(*rows.cuts, *cuts),
    )
