"""A plan near a nearly integral relaxation of very many columns: keep what is whole, let SCIP decide the rest.

Source: the neighbourhood is that of relaxation enforced search (Berthold 2014, RENS: the optimal rounding, Mathematical
Programming Computation 6), limited to columns whose loss against the relaxation's prices is small.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bound import PRICE_SCALE, Bound, losses
from matcher.solver.limits import StopSignal
from matcher.solver.linear import solve_integer
from matcher.solver.relaxation import Relaxed
from matcher.solver.restricted import RestrictedProgramme, TierTask, integer_solution

WHOLE = 1e-6
MOST_NEAR = 25_000  # columns that take part in exchanges, most of them of settled people
MOST_FREE = 12_000  # columns left to SCIP, the nearest to the relaxation's prices
MOST_MENDED = 400  # columns left to SCIP after a small change
NODES = 50
GAP = 1e-7
NEAR = 0.05  # of what the incumbent loses against the bound: how much a column that may replace another may lose
FREED = 0.5  # share of the vacancies that take part in one round of exchanges, drawn by lot
ROUNDS = 4


def rounded_plan(task: TierTask, root: Relaxed, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the columns (positions in the task) of a plan near a relaxation, or ``None`` where none came up.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        With a bound.
    seed : int
        Of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    assert root.bound is not None
    rows = task.rows
    is_whole = root.x >= 1 - WHOLE
    broken = root.chosen[(root.x > WHOLE) & ~is_whole]
    whole = root.chosen[is_whole]
    touches = np.isin(rows.vacancy[whole], rows.vacancy[broken]) | np.isin(
        rows.candidate[whole], rows.candidate[broken]
    )
    fixed = whole[~touches]
    if not len(broken):
        return fixed if integer_solution(task, fixed) is not None else None
    return _decided(task, _free_columns(task, root, fixed), np.union1d(fixed, task.taken), seed, stop)


def improved_plan(task: TierTask, bound: Bound, chosen: IntArray, gap: float, seed: int, stop: StopSignal) -> IntArray:
    """Return the columns of a plan that is as good as the incumbent or better, by exchanges that lose next to nothing.

    What keeps a rounded plan from its bound is money and seats that no single exchange can use up; many small ones,
    in many vacancies at once, can.

    Parameters
    ----------
    task : TierTask
    bound : Bound
    chosen : int array
        Columns (positions in the task) of the incumbent.
    gap : float
        Relative gap that is good enough.
    seed : int
        Of the lots, and of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    rows = task.rows
    lost = losses(rows, bound)
    lots = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        value = rows.value(task.tier, rows.completed(chosen))
        room = bound.slack(value)
        if room <= gap * PRICE_SCALE * abs(value):
            break
        is_freed = lots.random(len(rows.least)) < FREED
        fixed = np.union1d(chosen[~is_freed[rows.vacancy[chosen]]], task.taken)
        free = np.flatnonzero(lost <= int(NEAR * room))
        if len(free) > MOST_NEAR:
            free = free[lost[free] < np.partition(lost[free], MOST_NEAR)[MOST_NEAR]]
        found = _decided(task, np.union1d(free, chosen), fixed, seed, stop)
        if found is not None and rows.value(task.tier, rows.completed(found)) > value:
            chosen = found
    return chosen


def mended_plan(task: TierTask, root: Relaxed, chosen: IntArray, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the columns of the best plan that keeps what an incumbent and a relaxation both take, or ``None``.

    After a small change that is nearly everything, and what is left is decided in no time.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        With a bound.
    chosen : int array
        Columns (positions in the task) of the incumbent.
    seed : int
        Of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    assert root.bound is not None
    rows, lost = task.rows, losses(task.rows, root.bound)
    agreed = np.union1d(np.intersect1d(chosen, root.chosen[root.x >= 1 - WHOLE]), task.taken)
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[agreed]] = True
    room = root.bound.slack(rows.value(task.tier, rows.completed(chosen)))
    near = np.flatnonzero((lost <= room) & ~is_settled[rows.candidate])
    if len(near) > MOST_MENDED:
        near = near[np.argpartition(lost[near], MOST_MENDED)[:MOST_MENDED]]
    used = root.chosen[root.x > WHOLE]
    return _decided(task, np.union1d(np.union1d(near, used), chosen), agreed, seed, stop)


def _decided(task: TierTask, kept: IntArray, fixed: IntArray, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the best plan over the columns `kept` that takes those in `fixed`, says SCIP; verified in integers."""
    rows = task.rows
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[fixed]] = True
    kept = np.union1d(kept[~is_settled[rows.candidate[kept]]], fixed)
    core = task.subset(kept)
    restricted = RestrictedProgramme.over(core, np.arange(len(kept)))
    lower = restricted.programme.lower.copy()
    lower[restricted.first_column + np.searchsorted(kept, fixed)] = 1.0
    outcome = solve_integer(
        replace(restricted.programme, lower=lower), restricted.is_integer, stop, gap=GAP, seed=seed, node_limit=NODES
    )
    if outcome.x is None:
        return None
    chosen = np.flatnonzero(restricted.split(outcome.x)[0] > 0.5)
    return kept[chosen] if integer_solution(core, chosen) is not None else None


def _free_columns(task: TierTask, root: Relaxed, fixed: IntArray) -> IntArray:
    """Return the columns that can still join the fixed ones, the nearest to the relaxation's prices."""
    assert root.bound is not None
    rows = task.rows
    lost = losses(rows, root.bound)
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[fixed]] = True
    is_full = np.bincount(rows.vacancy[fixed], minlength=len(rows.least)) >= rows.limit[: len(rows.least)]
    can_join = ~is_settled[rows.candidate] & ~is_full[rows.vacancy]
    can_join[root.chosen[root.x > WHOLE]] = True
    can_join &= ~is_settled[rows.candidate]
    free = np.flatnonzero(can_join)
    if len(free) > MOST_FREE:
        nearest = np.partition(lost[free], MOST_FREE)[MOST_FREE]
        free = free[(lost[free] < nearest) | np.isin(free, root.chosen[root.x > WHOLE])]
    return free
