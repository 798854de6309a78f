"""A first plan where there are very many columns: whole cohorts first, then whole people, then exchanges.

Once every optional cohort is open or closed, links say nothing new, and what remains is as nearly integral as a problem
without optional cohorts. So the cohorts of a relaxation are rounded, and those that it opens in part are changed one
by one as long as that makes the relaxation better, which the dual simplex says from its last basis; then its plan is
rounded in turn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bound import NOTHING, losses
from matcher.solver.exchanges import improved_plan
from matcher.solver.limits import StopSignal
from matcher.solver.linear import LinearSolver
from matcher.solver.relaxation import Relaxed, relax
from matcher.solver.restricted import Decisions, RestrictedProgramme, TierTask
from matcher.solver.rounding import WHOLE, rounded_plan
from matcher.solver.rows import Intervals
from matcher.solver.sifting import basis_from

OPEN_FROM = (0.5, 1 - WHOLE)  # shares of a cohort from which on it is opened: two tries
MOST_CHANGED = 20  # cohorts, the least decided first

PER_SEAT = 4  # columns by which people may come into a cohort that is opened


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
        columns = _columns_into(task, root)
        opened = decided_cohorts(task, root, columns, stop)
        if opened is None:
            return None
        task = replace(task, rows=task.rows.between({}, opened))
        root = relax(task, columns, gap, stop, root.end)
        if not root.is_feasible or root.bound is None:
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


def decided_cohorts(task: TierTask, root: Relaxed, columns: IntArray, stop: StopSignal) -> Intervals | None:
    """Return which undecided cohorts run: rounded, then changed one by one where that makes the relaxation better.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        With the last basis of a programme over the same limits, where there is one.
    columns : int array
        That may be needed beside those of the relaxation.
    stop : StopSignal

    Returns
    -------
    dict of position to (int, int), or None
        ``None`` where no rounding leaves a fractional plan.
    """
    chosen = np.union1d(root.chosen, np.union1d(columns, task.taken)).astype(np.int64)
    restricted = RestrictedProgramme(task, chosen, task.rows.people())
    solver = LinearSolver(restricted.programme, basis_from(root.end, restricted))

    def value(trial: Intervals) -> float:
        restricted.decide(solver, Decisions(others=trial))
        return restricted.value(solver.solve(stop, "dual"))

    best, found = max(
        ((value(trial), trial) for trial in (whole_cohorts(task, root, share) for share in OPEN_FROM)),
        key=lambda one: one[0],
    )
    if best == -np.inf:
        return None
    unsure = np.abs(root.others - np.rint(root.others))
    order = [other for other in np.argsort(-unsure, kind="stable").tolist() if other in found and unsure[other] > WHOLE]
    for other in order[:MOST_CHANGED]:
        changed = 1 - found[other][0]
        trial = {**found, other: (changed, changed)}
        reached = value(trial)
        if reached > best:
            best, found = reached, trial
    return found


def _columns_into(task: TierTask, root: Relaxed) -> IntArray:
    """Return the columns nearest to a relaxation's prices by which people come into the cohorts that it opens in part.

    A cohort that is opened needs its smallest enrolment, and the relaxation had use for only a part of it.
    """
    assert root.bound is not None
    rows = task.rows
    lost = losses(rows, root.bound)
    by_row = rows.matrix[:, : rows.num_columns].tocsr()
    found = [NOTHING]
    for other in np.flatnonzero(undecided_cohorts(task) & (root.others > WHOLE)).tolist():
        own = by_row[rows.row_of_variable[other]].indices
        room = PER_SEAT * int(rows.limits.seats[rows.cohort[other]])
        found.append(own[np.argsort(lost[own], kind="stable")[:room]])
    return np.unique(np.concatenate(found))


__all__ = ["decided_cohorts", "first_plan", "undecided_cohorts", "whole_cohorts"]
