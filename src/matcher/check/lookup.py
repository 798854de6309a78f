"""Finds single columns among millions by the ids of candidate, vacancy and cohorts, in memory or block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from matcher.column_blocks import ColumnBlocks, WholeColumns
from matcher.columns import Columns, IntArray

ColumnKey = tuple[str, str, tuple[str, ...]]


class ColumnLookup:
    """Positions by id, and the pair of every column as one number.

    Parameters
    ----------
    blocks : ColumnBlocks
        Sorted by candidate and vacancy.
    """

    __slots__ = ("_candidate_at", "_cohort_at", "_numbers", "_vacancy_at", "blocks")

    def __init__(self, blocks: ColumnBlocks) -> None:
        limits = blocks.limits
        self.blocks = blocks
        self._candidate_at = _places(limits.candidate_ids)
        self._vacancy_at = _places(limits.vacancy_ids)
        self._cohort_at = _places(limits.cohort_ids)
        # Of blocks that are read anew each time, numbers are made anew too.
        self._numbers = _pair_numbers(blocks.block(0)) if len(blocks.starts) == 2 else None

    def find(self, keys: Sequence[ColumnKey]) -> list[int | None]:
        """Return the positions of columns; ``None`` for each that is not among them."""
        wanted = np.array([self._number(candidate_id, vacancy_id) for candidate_id, vacancy_id, _ in keys], np.int64)
        found: list[int | None] = [None] * len(keys)
        for first, block, numbers in self._parts() if keys else ():
            begins = np.searchsorted(numbers, wanted)
            ends = np.searchsorted(numbers, wanted, side="right")
            for place in np.flatnonzero(ends > begins).tolist():
                column = self._with_route(block, int(begins[place]), int(ends[place]), keys[place][2])
                found[place] = None if column is None else first + column
        return found

    def taken(self, positions: IntArray) -> Columns:
        """Return the columns at some positions, in their order."""
        parts: list[dict[str, Any]] = []
        order = np.argsort(positions, kind="stable")
        for first, block in zip(self.blocks.starts.tolist(), self.blocks, strict=False):
            own = positions[order]
            own = own[(own >= first) & (own < first + len(block))] - first
            parts.append({name: array[own] for name, array in block.arrays().items()})
        back = np.argsort(order, kind="stable")
        arrays: dict[str, Any] = {name: np.concatenate([part[name] for part in parts])[back] for name in parts[0]}
        return Columns(limits=self.blocks.limits, routes=self.blocks.routes, **arrays)

    def routes_of(self, candidate_id: str, vacancy_id: str) -> list[tuple[str, ...]]:
        """Return the routes of every column of a pair."""
        number = self._number(candidate_id, vacancy_id)
        for _, block, numbers in self._parts():
            begin, end = np.searchsorted(numbers, (number, number + 1)).tolist()
            if end > begin:
                return [block.route(column) for column in range(begin, end)]
        return []

    def _parts(self) -> Iterator[tuple[int, Columns, IntArray]]:
        """Yield the position of each block's first column, the block, and its pair numbers."""
        for first, block in zip(self.blocks.starts.tolist(), self.blocks, strict=False):
            yield first, block, _pair_numbers(block) if self._numbers is None else self._numbers

    def _number(self, candidate_id: str, vacancy_id: str) -> int:
        candidate, vacancy = self._candidate_at.get(candidate_id), self._vacancy_at.get(vacancy_id)
        return -1 if candidate is None or vacancy is None else candidate * len(self._vacancy_at) + vacancy

    def _with_route(self, block: Columns, begin: int, end: int, cohort_ids: tuple[str, ...]) -> int | None:
        route = [self._cohort_at.get(cohort_id, -1) for cohort_id in cohort_ids]
        start, cohort = block.routes.start, block.routes.cohort
        for column in range(begin, end):
            number = int(block.route_idx[column])
            first, last = int(start[number]), int(start[number + 1])
            if last - first == len(route) and (not route or cohort[first:last].tolist() == route):
                return column
        return None


def column_lookup(columns: Columns | ColumnBlocks) -> ColumnLookup | None:
    """Return a lookup; ``None`` where columns are not sorted by candidate and vacancy, or blocks divide a candidate."""
    blocks = WholeColumns(columns=columns) if isinstance(columns, Columns) else columns
    last = -1
    for block in blocks:
        numbers = _pair_numbers(block)
        if bool((numbers[1:] < numbers[:-1]).any()) or (len(block) and int(block.candidate[0]) <= last):
            return None
        last = int(block.candidate[-1]) if len(block) else last
    return ColumnLookup(blocks)


def whole(blocks: ColumnBlocks) -> Columns:
    """Return all columns as one block in memory."""
    if len(blocks.starts) == 2:
        return blocks.block(0)
    parts = list(blocks)
    arrays: dict[str, Any] = {
        name: np.concatenate([part.arrays()[name] for part in parts]) for name in parts[0].arrays()
    }
    return replace(parts[0], **arrays)


def _pair_numbers(columns: Columns) -> IntArray:
    numbers: IntArray = columns.candidate.astype(np.int64) * len(columns.limits.vacancy_ids) + columns.vacancy
    return numbers


def _places(ids: Sequence[str]) -> dict[str, int]:
    return {entity_id: place for place, entity_id in enumerate(ids)}
