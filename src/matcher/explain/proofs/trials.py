"""Tries many small changes of a plan at once, in exact integers: which keep every limit, and what each gives up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csc_matrix

from matcher.columns import BoolArray, Columns, IntArray
from matcher.solver import Rows, assemble_rows
from matcher.solver.model.several import ENROLLED, ENROLMENT, OTHER

CHUNK = 512  # changes tried at once: a city's rows times this many fit into the processor's memory

Swap = tuple[tuple[int, ...], tuple[int, ...]]  # columns that leave the plan, columns that join it


class Trials:
    """A plan among some columns, and what follows when a few of them are exchanged.

    Parameters
    ----------
    columns : Columns
        Those of the plan among them; their limits hold the pins that the plan keeps.
    chosen : int64 (n,)
        Positions of the plan's.
    aims : tuple of str
        In which losses are counted.
    counts_obligations : bool
        See `assemble_rows`.
    published : int64 array or None
        Positions of the columns that the published plan has.
    """

    def __init__(
        self,
        columns: Columns,
        chosen: IntArray,
        aims: tuple[str, ...],
        *,
        counts_obligations: bool,
        published: IntArray | None,
    ) -> None:
        self.columns = columns
        self._rows: Rows = assemble_rows(columns, counts_obligations=counts_obligations, published=published)
        self._own = self._rows.matrix[:, : len(columns)]
        self._others = self._rows.matrix[:, len(columns) :]
        self._objectives = np.array([self._rows.objectives[aim] for aim in aims], np.int64)
        self._chosen = np.zeros((len(columns), 1), np.int64)
        self._chosen[chosen] = 1
        self._excess = self._own @ self._chosen - self._rows.limit[:, None]
        self._placements = np.bincount(columns.candidate[chosen], minlength=len(columns.limits.candidate_ids))
        values, is_possible = self._judged(np.zeros((len(columns), 1), np.int64))
        if not is_possible[0]:
            raise ValueError("The plan must keep every limit.")
        self._values = values

    def losses(self, swaps: Sequence[Swap]) -> tuple[BoolArray, IntArray]:
        """Return which exchanges keep every limit, and what each loses in every aim.

        Parameters
        ----------
        swaps : sequence of (columns out, columns in)

        Returns
        -------
        is_possible : bool (m,)
        loss : int64 (T, m)
        """
        possible, losses = [], []
        for begin in range(0, len(swaps), CHUNK):
            chunk = swaps[begin : begin + CHUNK]
            change = self._change(chunk)
            values, is_possible = self._judged(change)
            possible.append(is_possible & self._keeps_people(chunk))
            losses.append(self._values - values)
        if not swaps:
            return np.zeros(0, np.bool_), np.zeros((len(self._objectives), 0), np.int64)
        return np.concatenate(possible), np.concatenate(losses, axis=1)

    def _change(self, swaps: Sequence[Swap]) -> Any:
        signs = [
            (place, number, sign)
            for number, swap in enumerate(swaps)
            for side, sign in zip(swap, (-1, 1), strict=True)
            for place in side
        ]
        place, number, sign = (np.array(part, np.int64) for part in zip(*signs, strict=True))
        return csc_matrix((sign, (place, number)), shape=(len(self.columns), len(swaps)), dtype=np.int64)

    def _judged(self, change: Any) -> tuple[IntArray, BoolArray]:
        """Return the value of every aim, and whether every limit holds, as `Rows.completed` and `is_feasible` would."""
        rows = self._rows
        added = self._own @ change
        excess = self._excess + (added if isinstance(added, np.ndarray) else added.toarray())
        others = np.zeros((self._others.shape[1], excess.shape[1]), np.int64)
        for stage in (ENROLMENT, ENROLLED, OTHER):
            own = np.flatnonzero(rows.stage == stage)
            if len(own):
                step = rows.step[own][:, None]
                others[own] = np.maximum(0, -(-excess[rows.row_of_variable[own]] // step))
                excess = excess + self._others[:, own] @ others[own]
        is_equation = rows.is_equation[:, None]
        is_possible = np.where(is_equation, excess == 0, excess <= 0).all(axis=0)
        is_possible &= (others <= rows.upper[:, None]).all(axis=0)
        first = self._objectives[:, : len(self.columns)]
        gained = change.T @ first.T
        values = (first @ self._chosen) + gained.T + self._objectives[:, len(self.columns) :] @ others
        return values, is_possible

    def _keeps_people(self, swaps: Sequence[Swap]) -> BoolArray:
        """Return for each exchange whether nobody gets more placements than allowed, or a column twice."""
        limits, candidate = self.columns.limits, self.columns.candidate
        kept = np.ones(len(swaps), np.bool_)
        for number, (out, into) in enumerate(swaps):
            more: dict[int, int] = {}
            for side, sign in ((out, -1), (into, 1)):
                for place in side:
                    more[int(candidate[place])] = more.get(int(candidate[place]), 0) + sign
            kept[number] = (
                len({*out, *into}) == len(out) + len(into)
                and not any(self._chosen[place, 0] for place in into)
                and all(self._chosen[place, 0] for place in out)
                and all(self._placements[one] + change <= limits.placements[one] for one, change in more.items())
            )
        return kept
