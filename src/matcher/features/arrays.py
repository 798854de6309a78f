"""Steps between rows of objects and arrays: ids to positions, dates to days, amounts to integers, ragged rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.columns import IndexArray, IntArray, NarrowArray

FloatArray = npt.NDArray[np.float64]

FOREVER = int(np.iinfo(np.int32).max)  # the last day of what never ends
NEVER = -1  # the last day of what never holds


def positions(ids: Iterable[str]) -> dict[str, int]:
    """Return the position of each id in order."""
    return {entity_id: position for position, entity_id in enumerate(ids)}


def indices(rows: Sequence[Any], field: str, position: Mapping[str, int]) -> IndexArray:
    """Return the position of the id that each row names in a field; int32 (rows,)."""
    return np.fromiter(map(position.__getitem__, map(attrgetter(field), rows)), np.int32, len(rows))


def integers(rows: Sequence[Any], field: str) -> IntArray:
    """Return an integer field of each row; int64 (rows,)."""
    return np.fromiter(map(attrgetter(field), rows), np.int64, len(rows))


def days(dates: Sequence[date | None], *, missing: int = FOREVER) -> IndexArray:
    """Return proleptic ordinals, and `missing` where there is no date; int32 (dates,)."""
    return np.fromiter((missing if day is None else day.toordinal() for day in dates), np.int32, len(dates))


def rounded(amount: Decimal | Fraction, scale: int) -> int:
    """Return ``amount * scale`` as an integer, rounded half to even once."""
    return round(Fraction(amount) * scale)


def rising(positions: IndexArray, size: int) -> IntArray:
    """Return the stable order in which positions below `size` rise; numpy sorts 16 bits many times faster than 32."""
    return np.argsort(positions.astype(np.uint16) if size <= 1 << 16 else positions, kind="stable")


def distinct(keys: IntArray, size: int) -> tuple[IntArray, IndexArray]:
    """Return the distinct keys, rising, and the position of each key among them; all keys are below `size`."""
    if size > max(1 << 22, 8 * len(keys)):
        values, which = np.unique(keys, return_inverse=True)
        return values, which.astype(np.int32)
    place = np.zeros(size, np.int32)  # a table is much faster than sorting, while it is not too sparse
    place[keys] = 1
    values = np.flatnonzero(place)
    place[values] = np.arange(len(values))
    return values, place[keys]


def narrowed(values: IntArray) -> NarrowArray:
    """Return integers in 32 bits where all of them fit."""
    span = np.iinfo(np.int32)
    fits = not len(values) or (values.min() >= span.min and values.max() <= span.max)
    return values.astype(np.int32) if fits else values


def ragged(starts: IntArray, counts: IntArray) -> tuple[IntArray, IntArray]:
    """Return all positions of ragged rows and the row of each.

    Parameters
    ----------
    starts, counts : int64 (R,)
        Row r holds the positions ``starts[r]`` to ``starts[r] + counts[r] - 1``.

    Returns
    -------
    position, row : int64 (sum of counts,)
    """
    row = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(row)) + (starts - before)[row], row
