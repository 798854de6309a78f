"""A first plan where there are very many columns: whole cohorts first, then whole people, then exchanges.

Once every optional cohort is open or closed, links say nothing new, and what remains is as nearly integral as a problem
without optional cohorts. So the cohorts of a relaxation are rounded, the relaxation is solved once more from where it
ended, and its plan rounded in turn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bound import NOTHING
from matcher.solver.exchanges import improved_plan
from matcher.solver.limits import StopSignal
from matcher.solver.relaxation import Relaxed, relax
from matcher.solver.restricted import TierTask
from matcher.solver.rounding import rounded_plan
from matcher.solver.rows import Intervals

OPEN_FROM = (0.5, 1 - 1e-6)  # shares of a cohort from which on it is opened; a second try where the first has no plan


def first_plan(task: TierTask, root: Relaxed, gap: float, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the columns of a plan near a relaxation, or ``None`` where none came up.

    Parameters
    ----------
    task : TierTask
        Without the links that the relaxation may have needed.
    root : Relaxed
        With a bound.
    gap : float
        Relative gap that is good enough, of the plan and of what is relaxed on the way.
    seed : int
        Of the lots, and of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    if undecided_cohorts(task).any():
        for share in OPEN_FROM:
            inside = replace(task, rows=task.rows.between({}, whole_cohorts(task, root, share)))
            decided = relax(inside, NOTHING, gap, stop, root.end)
            if decided.is_feasible and decided.bound is not None:
                task, root = inside, decided
                break
        else:
            return None
    near = rounded_plan(task, root, seed, stop)
    if near is None or root.bound is None:
        return near
    return improved_plan(task, root.bound, near, gap, seed, stop)


def undecided_cohorts(task: TierTask) -> BoolArray:
    """Return for each other variable whether it is a cohort that may be open or closed; bool (X,)."""
    rows = task.rows
    undecided: BoolArray = (rows.cohort >= 0) & (rows.lower < rows.upper)
    return undecided


def whole_cohorts(task: TierTask, root: Relaxed, share: float) -> Intervals:
    """Return which undecided cohorts run and which do not, where those of a relaxation run from a share on."""
    found: Intervals = {}
    for other in np.flatnonzero(undecided_cohorts(task)).tolist():
        is_open = int(root.others[other] >= share)
        found[other] = (is_open, is_open)
    return found


__all__ = ["first_plan", "undecided_cohorts", "whole_cohorts"]
