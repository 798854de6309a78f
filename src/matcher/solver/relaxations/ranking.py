"""The best few columns of every candidate and of every vacancy."""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rows import AnyIndex

NARROW = 2**16  # fewer owners than this are sorted by radix


class Grouping:
    """Columns by owner, for choosing some of each without sorting the worth of all.

    Parameters
    ----------
    owner : int array (N,)
    """

    def __init__(self, owner: AnyIndex) -> None:
        self.order: IntArray | None = None
        if len(owner) and (owner[1:] < owner[:-1]).any():
            narrow = owner.astype(np.uint16) if int(owner.max()) < NARROW else owner
            self.order = np.argsort(narrow, kind="stable")
            owner = owner[self.order]
        self.starts: IntArray = (
            np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else np.empty(0, np.int64)
        )
        self.owners: AnyIndex = owner[self.starts]
        self.lengths: IntArray = np.diff(np.r_[self.starts, len(owner)])

    def best(self, worth: AnyIndex, most: int) -> BoolArray:
        """Mark the `most` best columns of every owner; of equal ones, the first."""
        marked = np.zeros(len(worth), dtype=bool)
        if not len(worth):
            return marked
        left = np.array(worth if self.order is None else worth[self.order])
        lowest = np.iinfo(left.dtype).min
        for _ in range(most):
            top = np.maximum.reduceat(left, self.starts)
            found = np.flatnonzero((left == np.repeat(top, self.lengths)) & (left > lowest))
            group = np.searchsorted(self.starts, found, side="right")
            found = found[np.r_[True, group[1:] != group[:-1]]] if len(found) else found
            left[found] = lowest
            marked[found if self.order is None else self.order[found]] = True
        return marked

    def best_by_size(self, worth: IntArray, most: IntArray) -> BoolArray:
        """Mark the ``most[owner]`` best columns of every owner; of equal ones, the first."""
        marked = np.zeros(len(worth), dtype=bool)
        for start, length, size in zip(
            self.starts.tolist(), self.lengths.tolist(), most[self.owners].tolist(), strict=True
        ):
            part = slice(start, start + length)
            own = np.arange(start, start + length) if self.order is None else self.order[part]
            if size >= length:
                marked[own] = True
            elif size > 0:
                value = worth[own]
                least = np.partition(value, length - size)[length - size]
                above = value > least
                marked[own[above]] = True
                marked[own[np.flatnonzero(value == least)[: size - int(above.sum())]]] = True
        return marked


def best_of_each(owner: AnyIndex, worth: IntArray, most: int | IntArray) -> BoolArray:
    """Mark the `most` best entries of each owner (one number, or one per owner), where there are few entries."""
    order = np.lexsort((-worth, owner))
    sorted_owner = owner[order]
    starts = np.flatnonzero(np.r_[True, sorted_owner[1:] != sorted_owner[:-1]])
    lengths = np.diff(np.r_[starts, len(order)])
    rank = np.arange(len(order)) - np.repeat(starts, lengths)
    limit = most if isinstance(most, int) else most[sorted_owner]
    marked = np.zeros(len(owner), dtype=bool)
    marked[order[rank < limit]] = True
    return marked
