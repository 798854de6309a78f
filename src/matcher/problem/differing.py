"""Finds the rows by which a table differs from one that is mostly the same: of thousands of pairs nearly all agree."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import Any

CHUNK = 4096  # rows that are compared at once, as fast as pointers are


def differing_rows(rows: Sequence[Any], before: Sequence[Any]) -> tuple[list[Any], list[Any]] | None:
    """Return the rows that are new and those that are gone; rows that are the same objects are neither.

    Parameters
    ----------
    rows, before : sequence
        Of one table, of now and of before.

    Returns
    -------
    (list, list) or None
        ``None`` where a row stands twice among those that differ, so that which of them is new cannot be told.
    """
    if rows is before:
        return [], []
    begin = _agreeing(rows, before)
    rows, before = rows[begin:], before[begin:]
    end = _agreeing(rows[::-1], before[::-1])
    rows, before = rows[: len(rows) - end], before[: len(before) - end]
    own, others = set(map(id, rows)), set(map(id, before))
    if len(own) < len(rows) or len(others) < len(before):
        return None
    return [row for row in rows if id(row) not in others], [row for row in before if id(row) not in own]


def _agreeing(rows: Sequence[Any], before: Sequence[Any]) -> int:
    """Return how many rows are the same at the beginning."""
    most, begin = min(len(rows), len(before)), 0
    while begin < most and rows[begin : begin + CHUNK] == before[begin : begin + CHUNK]:
        begin = min(begin + CHUNK, most)
    is_same = list(map(is_, rows[begin : begin + CHUNK], before[begin : begin + CHUNK]))
    return begin + (is_same.index(False) if False in is_same else len(is_same))


__all__ = ["differing_rows"]
