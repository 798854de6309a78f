"""The columns that a solve holds of all that there are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import Columns, IntArray, Limits
from matcher.solver.model.divisors import Divisors
from matcher.solver.model.rows import MANY_COLUMNS
from matcher.solver.pools.source import ColumnSource

MOST_HELD = 6_000_000  # columns: a city's are all held, a country's are not
SMALL = 100_000  # columns that any solve may hold in the end
FIRST, ROOMY = 2 * MANY_COLUMNS, 8 * MANY_COLUMNS  # best columns to begin with where there is room for so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The columns that a solve holds.

    Parameters
    ----------
    source : ColumnSource
        Of all columns.
    positions : int64 (n,) or None
        Which are held, sorted; ``None`` for all.
    columns : Columns
    divisors : Divisors or None
        Of all columns, where they are not all held.
    most_held : int
        Columns that it may grow to.
    """

    source: ColumnSource
    positions: IntArray | None
    columns: Columns
    divisors: Divisors | None
    most_held: int

    @property
    def is_whole(self) -> bool:
        """Tell whether every column is held."""
        return self.positions is None

    @property
    def held(self) -> IntArray:
        """The positions, among all, of the columns that are held; sorted."""
        return np.arange(len(self.columns)) if self.positions is None else self.positions

    def within(self, limits: Limits) -> Pool:
        """Return the same columns under other limits."""
        return replace(self, columns=replace(self.columns, limits=limits))

    def with_columns(self, more: IntArray) -> Pool:
        """Return the pool that holds more columns, by their positions among all, as far as it may."""
        is_held = np.zeros(len(self.source), dtype=bool)
        is_held[more] = True
        is_held[self.held] = False
        is_held[np.flatnonzero(is_held)[max(self.most_held - len(self.columns), 0) :]] = False
        is_held[self.held] = True
        positions = np.flatnonzero(is_held)
        columns = replace(self.source.taken(positions), limits=self.columns.limits)
        is_whole = len(positions) == len(self.source)
        return replace(self, positions=None if is_whole else positions, columns=columns)

    def only(self, kept: IntArray) -> Pool:
        """Return the pool without all columns but some, given by their places in it."""
        if len(kept) == len(self.columns):
            return self
        return replace(self, positions=self.held[kept], columns=self.columns.some(kept))

    def place_of(self, positions: IntArray) -> IntArray:
        """Return where columns that are held, by their positions among all, stand in the pool."""
        place: IntArray = positions if self.positions is None else np.searchsorted(self.positions, positions)
        return place


def pool_of(source: ColumnSource, pairs: set[tuple[int, int]], most_held: int = MOST_HELD) -> Pool:
    """Return the columns to begin with: all, or a good first choice where they are more than `most_held`.

    Parameters
    ----------
    source : ColumnSource
    pairs : set of (candidate, vacancy)
        Whose columns must be held: what people have decided or been told, and what an alternative differs from.
    most_held : int
    """
    if len(source) <= most_held:
        return Pool(source=source, positions=None, columns=source.whole(), divisors=None, most_held=most_held)
    is_held = np.zeros(len(source), dtype=bool)
    # What holds fewer than `MANY_COLUMNS` is solved as what has no more, by a simplex that takes minutes for a city.
    is_held[source.first(FIRST if most_held >= ROOMY else 0)] = True
    is_held[source.of_pairs(pairs)] = True
    positions = np.flatnonzero(is_held)
    return Pool(
        source=source,
        positions=positions,
        columns=source.taken(positions),
        divisors=source.divisors(),
        most_held=max(most_held, SMALL),
    )
