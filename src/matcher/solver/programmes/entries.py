"""A matrix's entries, gathered part by part."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.programmes.programme import FloatArray


def entries_of(matrix: Any, columns: IntArray) -> tuple[IntArray, IntArray, Any]:
    """Return row, place among `columns` and value of what some columns of a csc matrix have, column by column.

    For a few columns the matrix that a slice would be takes twenty times as long to put together.
    """
    begin = matrix.indptr[columns].astype(np.int64)
    count = matrix.indptr[columns + 1] - begin
    place = np.repeat(np.arange(len(columns)), count)
    at = np.arange(len(place)) + np.repeat(begin - (np.cumsum(count) - count), count)
    return matrix.indices[at].astype(np.int64), place, matrix.data[at]


class Entries:
    """Entries of a matrix, gathered part by part: blocks put together one by one are each looked through anew."""

    def __init__(self) -> None:
        self._parts: list[tuple[IntArray, IntArray, FloatArray]] = []

    def add(self, row: IntArray, column: IntArray, value: FloatArray) -> None:
        """Add entries."""
        self._parts.append((row, column, value))

    def add_row(self, row: int, values: FloatArray, first_column: int = 0) -> None:
        """Add what one row has from a column on."""
        used = np.flatnonzero(values)
        self.add(np.full(len(used), row), first_column + used, values[used])

    def matrix(self, shape: tuple[int, int]) -> Any:
        """Return the matrix; csr_matrix."""
        row, column, value = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        return sp.csr_matrix((value, (row, column)), shape=shape)
