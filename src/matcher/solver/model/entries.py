"""Collects the model's rows, with their entries and variables, and makes their matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.model.rows import AnyIndex
from matcher.solver.model.several import OTHER


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
        self._entries: list[tuple[AnyIndex, AnyIndex, IntArray]] = []
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
        """Append entries, none of them where another stands."""
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
        self.add_entries(np.full(len(columns), row), columns, np.full(len(columns), value, dtype=np.int64))

    def matrix(self) -> Any:
        """Return the matrix of all entries; csc_matrix int64 (R, N + X)."""
        return _assembled(self._entries, (len(self.kinds), self.num_columns + len(self.uppers)))

    def limits(self) -> IntArray:
        """Return the limits of all rows; int64 (R,)."""
        return np.concatenate(self._limits) if self._limits else np.empty(0, np.int64)

    def prices_by_tier(self) -> dict[str, IntArray]:
        """Return what each variable beside the columns adds to each aim, which is to be maximised; int64 (X,)."""
        return {
            tier: np.array([-price if owner == tier else 0 for owner, price in self._prices], dtype=np.int64)
            for tier in ("shortfall", "placements", "cost", "tie_break")
        }


def _assembled(entries: list[tuple[AnyIndex, AnyIndex, IntArray]], shape: tuple[int, int]) -> Any:
    """Return the matrix of all entries, no two of which stand in one place; csc_matrix int64."""
    number = sum(len(values) for *_, values in entries)
    index_type = np.int32 if max(number, *shape) < 2**31 else np.int64
    rows, columns = np.empty(number, index_type), np.empty(number, index_type)
    data, first = np.empty(number, np.int64), 0
    for own_rows, own_columns, values in entries:
        part = slice(first, first + len(values))
        rows[part], columns[part], data[part] = own_rows, own_columns, values
        first = part.stop
    return sp.coo_matrix((data, (rows, columns)), shape=shape).tocsc()
