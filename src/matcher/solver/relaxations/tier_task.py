"""One tier to be solved in one region, what branching decides in it, and when whole columns are a solution of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import NOTHING, HeldTier
from matcher.solver.model.rows import Intervals, Rows
from matcher.solver.programmes.glop import Algorithm


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTask:
    """One tier to be solved in one region: a part of all plans, with everything that the earlier tiers settled.

    Parameters
    ----------
    rows : Rows
        Over the columns that no earlier tier excludes.
    tier : str
    held : tuple of HeldTier
    taken : int array
        Columns that every plan of the region takes.
    """

    rows: Rows
    tier: str
    held: tuple[HeldTier, ...] = ()
    taken: IntArray = field(default_factory=lambda: NOTHING)

    @property
    def objective(self) -> IntArray:
        """Return the tier's objective (N + X,), to be maximised."""
        return self.rows.objectives[self.tier]

    @property
    def first_algorithm(self) -> Algorithm:
        """Return the simplex that suits a programme without a basis.

        Where no column counts by itself, as in shortfall, all of them tie for the dual, which then walks slowly.
        """
        return self.rows.algorithm if self.objective[: self.rows.num_columns].any() else "primal"

    def subset(self, kept: IntArray) -> TierTask:
        """Return the same task over some of the columns (sorted positions, those taken among them)."""
        number = self.rows.num_columns
        held = tuple(replace(earlier, bound=earlier.bound.subset(kept, number)) for earlier in self.held)
        taken = np.searchsorted(kept, self.taken)
        return TierTask(rows=self.rows.subset(kept), tier=self.tier, held=held, taken=taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Branching decisions inside a task.

    Parameters
    ----------
    taken, left : frozenset of int
        Columns (by position in the task) fixed in and out.
    filled, others : dict of position to (int, int)
        The least and the most of placements in a vacancy or enrolments in a cohort (by row), and of another variable.
    """

    taken: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    filled: Intervals = field(default_factory=dict)
    others: Intervals = field(default_factory=dict)


def integer_solution(task: TierTask, chosen: IntArray) -> IntArray | None:
    """Return the exact solution that takes the columns `chosen` (sorted), or ``None`` where it breaks a rule.

    Limits, and the values of the earlier tiers, are verified in integers.
    """
    rows = task.rows
    solution = rows.completed(chosen)
    if not rows.is_feasible(solution) or not solution[task.taken].all():
        return None
    if any(rows.value(earlier.tier, solution) < earlier.value for earlier in task.held):
        return None
    return solution
