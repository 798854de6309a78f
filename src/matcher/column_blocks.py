"""All columns of a problem in parts of consecutive candidates: in one, in parts of what lies in memory, or in files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matcher.columns import Columns, IntArray, Limits, Routes


class ColumnBlocks(Protocol):
    """All columns, in parts of consecutive candidates: what a solver reads that never holds them all."""

    @property
    def limits(self) -> Limits:
        """The limits of the whole problem."""
        ...

    @property
    def routes(self) -> Routes:
        """The routes of all columns: every block refers to this table."""
        ...

    @property
    def starts(self) -> IntArray:
        """Block b holds the columns ``starts[b]`` to ``starts[b + 1] - 1`` of all in their order; int64 (B + 1,)."""
        ...

    def __len__(self) -> int:
        """Return the number of columns in all blocks."""
        ...

    def __iter__(self) -> Iterator[Columns]:
        """Yield every block in order; a block may be forgotten before the next is made."""
        ...

    @property
    def is_in_memory(self) -> bool:
        """Tell whether nothing has to be read, so that several may look at a time."""
        ...

    def block(self, number: int) -> Columns:
        """Return one block."""
        ...

    def close(self) -> None:
        """Let go of what lies outside the memory; the blocks cannot be read any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _InMemory:
    """What columns that are all in memory have in common, however they are looked at."""

    columns: Columns

    @property
    def limits(self) -> Limits:
        """The limits."""
        return self.columns.limits

    @property
    def routes(self) -> Routes:
        """The routes of all columns."""
        return self.columns.routes

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.columns)

    @property
    def is_in_memory(self) -> bool:
        """They are."""
        return True

    def close(self) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeColumns(_InMemory):
    """Columns that are all in memory, as one block: the plain case, which costs nothing.

    Parameters
    ----------
    columns : Columns
    """

    @property
    def starts(self) -> IntArray:
        """One block; int64 (2,)."""
        return np.array([0, len(self.columns)], np.int64)

    def __iter__(self) -> Iterator[Columns]:
        """Yield the one block."""
        yield self.columns

    def block(self, number: int) -> Columns:
        """Return the one block."""
        return (self.columns,)[number]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsInParts(_InMemory):
    """Columns that are all in memory, looked at in parts: what is made of tens of millions at once fits into no cache.

    Parameters
    ----------
    columns : Columns
    starts : int64 (B + 1,)
        See `ColumnBlocks`.
    """

    starts: IntArray

    @classmethod
    def of(cls, columns: Columns, size: int) -> ColumnsInParts:
        """Return columns in parts of at least so many, all of a candidate's in one of them."""
        candidate, starts = columns.candidate, [0]
        while starts[-1] < len(columns):
            last = min(starts[-1] + size, len(columns)) - 1
            starts.append(int(np.searchsorted(candidate, candidate[last], side="right")))
        return cls(columns=columns, starts=np.array(starts if len(columns) else [0, 0], np.int64))

    def __iter__(self) -> Iterator[Columns]:
        """Yield every part."""
        for number in range(len(self.starts) - 1):
            yield self.block(number)

    def block(self, number: int) -> Columns:
        """Return one part, which takes no memory of its own."""
        return self.columns.some(slice(int(self.starts[number]), int(self.starts[number + 1])))
