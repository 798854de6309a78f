"""A first plan where there are very many columns: whole cohorts first, then whole people, or else exchanges.

Once every optional cohort is open or closed, links say nothing new, and what remains is as nearly integral as a problem
without optional cohorts. So the cohorts that a relaxation opens in part are decided one after the other, the better way
first, and then changed one by one as long as that makes the relaxation better, which the dual simplex says from its
last basis; then its plan is rounded in turn, among few columns: under whole cohorts next to nothing is broken, and
other cohorts would gain far more than other people.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import NOTHING, losses
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.exchanges import improved_plan
from matcher.solver.plans.rounding import rounded_plan
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import WHOLE, Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.sifting import basis_from
from matcher.solver.relaxations.tier_task import Decisions, TierTask

OPEN_FROM = (0.5, 1 - WHOLE)  # shares of a cohort from which on it is opened: two tries
MOST_TRIED = 50  # parts of the plans, of which one in ten takes seconds for a city
MOST_CHANGED = 20  # cohorts, the least decided first
MOST_FREE = 3_000  # columns left to SCIP under whole cohorts
PER_SEAT = 4  # columns by which people may come into a cohort that is opened


def first_plan(task: TierTask, root: Relaxed, gap: float, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the columns of a plan near a relaxation, or ``None`` where none came up.

    Parameters
    ----------
    task : TierTask
        That of the relaxation.
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
        return None if opened is None else plan_with(task, root, opened, columns, gap, seed, stop)
    near = rounded_plan(task, root, seed, stop)
    if near is None or root.bound is None or stop.is_due:
        return near
    return improved_plan(task, root.bound, near, gap, seed, stop)


def plan_with(
    task: TierTask, root: Relaxed, opened: Intervals, columns: IntArray, gap: float, seed: int, stop: StopSignal
) -> IntArray | None:
    """Return the columns of a plan in which just some of the undecided cohorts run, or ``None`` where none came up.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        Where the relaxation goes on from.
    opened : dict of position to (int, int)
    columns : int array
        That may be needed beside those of the relaxation.
    gap, seed, stop
        As in `first_plan`.
    """
    inside = replace(task, rows=task.rows.between({}, opened))
    end = None if root.end is None else root.end.with_rows(len(task.rows.limit), len(task.rows.people()))
    relaxed = relax(inside, columns, gap, stop, end)
    if not relaxed.is_feasible or relaxed.bound is None:
        return None
    return rounded_plan(inside, relaxed, seed, stop, most=MOST_FREE)


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
    """Return which undecided cohorts run: parted, then changed one by one where that makes the relaxation better.

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

    def solved(trial: Intervals) -> tuple[float, FloatArray] | None:
        restricted.decide(solver, Decisions(others=trial))
        outcome = solver.solve(stop, "dual")
        return None if outcome.status == "infeasible" else (restricted.value(outcome), restricted.split(outcome.x)[1])

    searched = _searched(np.flatnonzero(undecided_cohorts(task)), solved)
    if searched is None:
        trials = [whole_cohorts(task, root, share) for share in OPEN_FROM]
        searched = max(((value(trial), trial) for trial in trials), key=lambda one: one[0])
    best, found = searched
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


@dataclass(order=True)
class _Part:
    """Plans for which some cohorts are decided, by what their relaxation loses."""

    lost: float
    order: int
    decided: Intervals = field(compare=False)
    others: FloatArray = field(compare=False)


def _searched(
    undecided: IntArray, solved: Callable[[Intervals], tuple[float, FloatArray] | None]
) -> tuple[float, Intervals] | None:
    """Return the best value and cohorts found by deciding those that the relaxation opens in part, one by one.

    Of two parts the better one is gone on with until it opens none in part; then the best of all that are left.

    Parameters
    ----------
    undecided : int array
        Positions of the cohorts.
    solved : callable
        Returns the value of the relaxation of some decisions and those of the other variables; ``None`` where it has
        no solution.
    """
    best: tuple[float, Intervals] | None = None
    whole = solved({})
    parts = [] if whole is None else [_Part(-whole[0], 0, {}, whole[1])]
    tried = 1
    part: _Part | None = None
    while (part is not None or parts) and tried < MOST_TRIED:
        part = heapq.heappop(parts) if part is None else part
        if best is not None and -part.lost <= best[0]:
            part = None
            continue
        share = part.others[undecided]
        unsure = np.abs(share - np.rint(share))
        if float(unsure.max(initial=0.0)) <= WHOLE:
            chosen = {int(other): (int(one), int(one)) for other, one in zip(undecided, np.rint(share), strict=True)}
            best, part = (-part.lost, chosen), None
            continue
        other, inside = int(undecided[np.argmax(unsure)]), []
        for is_open in (0, 1):
            decided = {**part.decided, other: (is_open, is_open)}
            reached = solved(decided)
            tried += 1
            if reached is not None:
                inside.append(_Part(-reached[0], tried, decided, reached[1]))
        inside.sort()
        part = inside[0] if inside else None
        for left in inside[1:]:
            heapq.heappush(parts, left)
    return best


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


__all__ = ["OPEN_FROM", "decided_cohorts", "first_plan", "plan_with", "undecided_cohorts", "whole_cohorts"]
