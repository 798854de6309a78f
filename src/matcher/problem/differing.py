"""Finds the rows by which a table differs from one that is mostly the same: of thousands of pairs nearly all agree."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import Any

CHUNK = 4096  # rows that are compared at once, as fast as pointers are
FIRST_CHUNK = 64  # after a difference, where the next may be near; then twice as many each time
AHEAD = (8, 64, 512)  # rows that are looked at for where two tables agree again, a few first
MOST_GAPS = 500  # differences beyond which all that is left is compared as two sets


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
    new: list[Any] = []
    gone: list[Any] = []
    at = at_before = 0
    for _ in range(MOST_GAPS):
        same = _agreeing(rows, before, at, at_before)
        at, at_before = at + same, at_before + same
        if at == len(rows) or at_before == len(before):
            break
        steps = _apart(rows, before, at, at_before)
        if steps is None:
            break
        new += rows[at : at + steps[0]]
        gone += before[at_before : at_before + steps[1]]
        at, at_before = at + steps[0], at_before + steps[1]
    return _as_sets([*new, *rows[at:]], [*gone, *before[at_before:]])


def _as_sets(rows: list[Any], before: list[Any]) -> tuple[list[Any], list[Any]] | None:
    own, others = set(map(id, rows)), set(map(id, before))
    if len(own) < len(rows) or len(others) < len(before):
        return None
    return [row for row in rows if id(row) not in others], [row for row in before if id(row) not in own]


def _agreeing(rows: Sequence[Any], before: Sequence[Any], at: int, at_before: int) -> int:
    """Return how many rows are the same from two places on."""
    most, count, chunk = min(len(rows) - at, len(before) - at_before), 0, FIRST_CHUNK
    while count < most:
        own = rows[at + count : at + min(count + chunk, most)]
        others = before[at_before + count : at_before + min(count + chunk, most)]
        if own != others:
            is_same = list(map(is_, own, others))
            if False in is_same:
                return count + is_same.index(False)
        count, chunk = count + len(own), min(2 * chunk, CHUNK)
    return count


def _apart(rows: Sequence[Any], before: Sequence[Any], at: int, at_before: int) -> tuple[int, int] | None:
    """Return after how many rows of each two tables that differ at two places agree again; None where not soon."""
    for ahead in AHEAD:
        place = {id(row): number for number, row in enumerate(before[at_before : at_before + ahead])}
        for number, row in enumerate(rows[at : at + ahead]):
            if id(row) in place:
                return number, place[id(row)]
    return None
