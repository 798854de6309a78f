"""Collects the model's rows, with their entries and variables, and makes their matrix."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.model.rows import AnyIndex
from matcher.solver.model.several import OTHER

BLOCK = 2**19  # columns whose entries are sorted at one time
FEW = 10_000  # entries of a part that stands with others

Part = tuple[AnyIndex, AnyIndex, IntArray]  # rows, columns and values


class Assembly:
    """Rows, entries and variables until the matrix can be made.

    Parameters
    ----------
    num_columns : int
        The variables that stand first; others follow in the order in which they are added.

    Attributes
    ----------
    kinds, entity_ids : list of str
        Of the rows.
    uppers, variable_rows, steps, cohorts, stages : list of int
        Of the variables beside the columns; see `Rows`.
    own_costs : int64 (N,) or None
        What columns cost beside the enrolments that are variables of their own, where there are any.
    enrolled : dict of cohort position to int
        The variables that count enrolments.
    enrolments : dict of (candidate, cohort) to int
        Those of candidates with several placements, by position among the other variables.
    """

    def __init__(self, num_columns: int) -> None:
        self.num_columns = num_columns
        self._entries: list[Part] = []
        self._limits: list[IntArray] = []
        self.kinds: list[str] = []
        self.entity_ids: list[str] = []
        self.uppers: list[int] = []
        self._prices: list[tuple[str, int]] = []
        self.variable_rows: list[int] = []
        self.steps: list[int] = []
        self.cohorts: list[int] = []
        self.stages: list[int] = []
        self.own_costs: IntArray | None = None
        self.enrolled: dict[int, int] = {}
        self.enrolments: dict[tuple[int, int], int] = {}

    def add_rows(self, kind: str, ids: tuple[str, ...], limits: IntArray) -> int:
        """Append rows and return the position of the first."""
        first = len(self.kinds)
        self.kinds += [kind] * len(ids)
        self.entity_ids += ids
        self._limits.append(np.asarray(limits, dtype=np.int64))
        return first

    def add_entries(self, rows: AnyIndex, columns: AnyIndex, values: IntArray) -> None:
        """Append entries; those in one place are added up."""
        self._entries.append((rows, columns, values))

    def relax(self, row: int, coefficient: int) -> None:
        """Let the last variable relax one more row, or tighten it where the coefficient is positive."""
        column = self.num_columns + len(self.uppers) - 1
        self.add_entries(np.array([row]), np.array([column]), np.array([coefficient]))

    def add_variable(
        self, row: int, coefficient: int, upper: int, tier: str, price: int, cohort: int = -1, stage: int = OTHER
    ) -> None:
        """Append a variable that relaxes one row at a price in one tier.

        Parameters
        ----------
        row : int
        coefficient : int
            In that row; negative where it relaxes it.
        upper : int
        tier : str
        price : int
            Of one of it, in the tier's integer unit.
        cohort : int
            Whose opening it is, -1 for none.
        stage : int
            When it is branched on; see `matcher.solver.model.several`.
        """
        column = self.num_columns + len(self.uppers)
        self.uppers.append(upper)
        self._prices.append((tier, price))
        self.variable_rows.append(row)
        self.steps.append(-coefficient)
        self.cohorts.append(cohort)
        self.stages.append(stage)
        self.add_entries(np.array([row]), np.array([column]), np.array([coefficient]))

    def add_constant(self, row: int, columns: IntArray, value: int) -> None:
        """Append one value for several columns of a row."""
        self.add_entries(all_alike(row, len(columns)), columns, all_alike(value, len(columns)))

    def matrix(self, threads: int = 1) -> Any:
        """Return the matrix of all entries; csc_matrix int64 (R, N + X)."""
        return _assembled(self._entries, (len(self.kinds), self.num_columns + len(self.uppers)), threads)

    def limits(self) -> IntArray:
        """Return the limits of all rows; int64 (R,)."""
        return np.concatenate(self._limits) if self._limits else np.empty(0, np.int64)

    def prices_by_tier(self) -> dict[str, IntArray]:
        """Return what each variable beside the columns adds to each aim, which is to be maximised; int64 (X,)."""
        return {
            tier: np.array([-price if owner == tier else 0 for owner, price in self._prices], dtype=np.int64)
            for tier in ("shortfall", "placements", "cost", "tie_break")
        }


def all_alike(value: int, number: int) -> IntArray:
    """Return so many entries of one value, which take no memory; int64 (n,), read-only."""
    return np.broadcast_to(np.int64(value), number)


def _assembled(entries: Sequence[Part], shape: tuple[int, int], threads: int) -> Any:
    """Return the matrix of all entries, those in one place added up; csc_matrix int64.

    It is put together block by block of columns: lists of millions of entries beside the matrix would take thrice its
    memory, and most of the time goes by in touching that for the first time.
    """
    number = sum(len(values) for *_, values in entries)
    index_type = np.int32 if max(number, *shape) < 2**31 else np.int64
    starts = np.append(np.arange(0, shape[1], BLOCK), shape[1])
    parts = [_by_block(part, starts) for part in _few_parts(entries)]
    spans = list(pairwise(starts.tolist()))

    def block(place: int) -> Any:
        begin, end = spans[place]
        return _block([part.at(place) for part in parts], (shape[0], end - begin), begin, index_type)

    indptr = np.zeros(shape[1] + 1, index_type)
    indices, data, first = np.empty(number, index_type), np.empty(number, np.int64), 0
    with ThreadPoolExecutor(threads) as pool:
        for (begin, end), own in zip(spans, pool.map(block, range(len(spans))), strict=True):
            to = slice(first, first + own.nnz)
            indices[to], data[to] = own.indices, own.data
            np.add(own.indptr[1:], first, out=indptr[begin + 1 : end + 1], casting="unsafe")
            first = to.stop
    return sp.csc_matrix((data[:first], indices[:first], indptr), shape=shape)


def _few_parts(entries: Sequence[Part]) -> list[Part]:
    """Return the same entries, small parts put together."""
    large = [part for part in entries if len(part[2]) > FEW]
    small = [part for part in entries if len(part[2]) <= FEW]
    if small:
        rows, columns, values = (np.concatenate(each) for each in zip(*small, strict=True))
        large.append((rows, columns, values))
    return large


@dataclass(frozen=True, slots=True, kw_only=True)
class _ByBlock:
    """Entries whose columns stand block by block, and where each block begins."""

    part: Part
    begins: IntArray

    def at(self, place: int) -> Part:
        """Return those of one block."""
        own = slice(int(self.begins[place]), int(self.begins[place + 1]))
        rows, columns, values = self.part
        return rows[own], columns[own], values[own]


def _by_block(part: Part, starts: IntArray) -> _ByBlock:
    rows, columns, values = part
    if (columns[1:] < columns[:-1]).any():
        order = np.argsort(columns, kind="stable")
        rows, columns, values = rows[order], columns[order], values[order]
    return _ByBlock(part=(rows, columns, values), begins=np.searchsorted(columns, starts))


def _block(parts: Sequence[Part], shape: tuple[int, int], begin: int, index_type: type[np.integer[Any]]) -> Any:
    """Return the matrix of a block of columns; csc_matrix."""
    number = sum(len(values) for *_, values in parts)
    rows, columns = np.empty(number, index_type), np.empty(number, index_type)
    data, first = np.empty(number, np.int64), 0
    for own_rows, own_columns, values in parts:
        to = slice(first, first + len(values))
        rows[to], data[to] = own_rows, values
        np.subtract(own_columns, begin, out=columns[to], casting="unsafe")
        first = to.stop
    return sp.coo_matrix((data, (rows, columns)), shape=shape).tocsc()
