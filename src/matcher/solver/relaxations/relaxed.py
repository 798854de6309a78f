"""What a relaxation found: the bound that it proved, its plan in parts, and where its simplex ended."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import Bound
from matcher.solver.programmes.programme import Basis, FloatArray
from matcher.solver.relaxations.tier_task import TierTask, integer_solution

WHOLE = 1e-6  # so near to one or to nothing, a column is taken or left


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a relaxation ended.

    Parameters
    ----------
    chosen : int array (n,)
        Columns of its last programme.
    first_column : int
        Variables before them.
    basis : Basis or None
        ``None`` where it is of no use to another aim.
    """

    chosen: IntArray
    first_column: int = 0
    basis: Basis | None = None

    def with_rows(self, num_limits: int, num_people: int) -> End:
        """Return where a programme with more limits begins, each of which holds nothing yet."""
        if self.basis is None:
            return self
        before = len(self.basis.rows) - num_people
        added = np.full(num_limits - before, Basis.BASIC, dtype=np.int8)
        rows = np.r_[self.basis.rows[:before], added, self.basis.rows[before:]]
        return replace(self, basis=replace(self.basis, rows=rows))

    def near(self, lost: IntArray, most: int) -> End:
        """Return where a programme with fewer columns begins: those in use, and of the others those that lose least.

        Parameters
        ----------
        lost : int64 (N,)
            What a plan loses by each of all columns.
        most : int
            How many that are not in use may stay.
        """
        if self.basis is None or len(self.chosen) <= most:
            return self
        statuses = self.basis.variables[self.first_column :]
        own = np.where(statuses == Basis.AT_LOWER, lost[self.chosen], np.iinfo(np.int64).min)
        place = np.sort(np.argsort(own, kind="stable")[: int(np.count_nonzero(statuses != Basis.AT_LOWER)) + most])
        variables = np.r_[self.basis.variables[: self.first_column], statuses[place]]
        return replace(self, chosen=self.chosen[place], basis=replace(self.basis, variables=variables))

    def among(self, origin: IntArray) -> End:
        """Return the columns alone, by their positions among `origin` (sorted)."""
        position = np.searchsorted(origin, self.chosen)
        position = position[(position < len(origin))]
        return End(chosen=position[origin[position] == self.chosen[: len(position)]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """The solved relaxation of a tier.

    Parameters
    ----------
    bound : Bound or None
        The best that any round proved.
    chosen : int (n,)
        Active columns.
    x : float64 (n,)
        Their values.
    others : float64 (X,)
        Values of the other variables.
    end : End or None
        Where the simplex ended, for another aim over the same rows, or the same aim of a similar problem.
    is_feasible : bool
        False where not even the relaxation has a solution.
    """

    bound: Bound | None
    chosen: IntArray
    x: FloatArray
    others: FloatArray
    is_feasible: bool
    end: End | None = None


def is_low(bound: Bound, enough: int | None) -> bool:
    """Tell whether a bound need not be lowered."""
    return enough is not None and bound.scaled <= enough


def value_of(task: TierTask, found: Relaxed) -> float:
    """Return what a relaxation, over the columns that it was solved with, can have."""
    objective = task.objective
    return float(objective[found.chosen] @ found.x) + float(objective[task.rows.num_columns :] @ found.others)


def whole_plan(task: TierTask, root: Relaxed) -> IntArray | None:
    """Return the columns of a relaxation that is a plan as it stands, ``None`` where it is none."""
    is_whole = root.x >= 1 - WHOLE
    if not (is_whole | (root.x <= WHOLE)).all():
        return None
    chosen = np.sort(root.chosen[is_whole])
    return chosen if integer_solution(task, chosen) is not None else None
