"""Better plans by exchanges, in one neighbourhood after the other, where there are very many columns.

What a rounded plan loses against its bound stands in a few rows: money or seats left over, an obligation not quite met.
A round takes the row that loses most, or all columns that lose something where these lose more, frees some of the
vacancies that have to do with it and those whose people could come to them, drawn by lot, and lets SCIP decide these
anew; everybody else stays. Source: large neighbourhood search
(Shaw 1998, Using constraint programming and local search methods to solve vehicle routing problems).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, losses
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import TierTask, integer_solution

NODES = 30
GAP = 1e-8
NEAR = 0.02  # of what the incumbent loses against the bound: how much a column beside the row may lose
FREED = 100  # vacancies of the row in one round, and as many beside them
TRIES = 2  # for one row, without a better plan
MOST_FREE = 6_000  # columns beside those of settled people
MOST_NEAR = 1_000_000  # columns that a better plan may have: more tell that the bound says nothing of where it loses
ROUNDS = 8
FEW = 1e-3  # of what all columns lose: what one vacancy's must, to be out of place


def improved_plan(
    task: TierTask, bound: Bound, chosen: IntArray, gap: float, seed: int, stop: StopSignal, *, rounds: int = ROUNDS
) -> IntArray:
    """Return the columns of a plan that is as good as the incumbent or better.

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
        When it becomes due, the best plan found until then is returned.
    rounds : int
    """
    rows = task.rows
    value = rows.value(task.tier, rows.completed(chosen))
    room = bound.slack(value)
    if room <= gap * PRICE_SCALE * abs(value):
        return chosen  # without a look at the rows, which are long
    is_near = losses(rows, bound) <= room
    is_near[np.r_[chosen, task.taken]] = True
    near = np.flatnonzero(is_near)
    if len(near) > MOST_NEAR:
        return chosen
    core, own = task.subset(near), bound.subset(near, rows.num_columns)  # no better plan has any other column
    found = _improved(core, own, np.searchsorted(near, chosen), gap, seed, stop, rounds=rounds)
    return near[found]


def _improved(
    task: TierTask, bound: Bound, chosen: IntArray, gap: float, seed: int, stop: StopSignal, *, rounds: int
) -> IntArray:
    """Return the best plan that exchanges find; see `improved_plan`."""
    rows = task.rows
    lost, by_row = losses(rows, bound), rows.matrix[:, : rows.num_columns].tocsr()
    lots = np.random.default_rng(seed)
    tries = np.zeros(len(rows.limit) + 1, dtype=np.int64)  # the last place stands for columns out of place
    for _ in range(rounds):
        value = rows.value(task.tier, rows.completed(chosen))
        room = bound.slack(value)
        if room <= gap * PRICE_SCALE * abs(value):
            break
        losing = np.r_[lost_by_row(task, bound, chosen), float(lost[chosen].sum())]
        losing[tries >= TRIES] = 0.0
        place = int(np.argmax(losing))
        if losing[place] <= NEAR * room:
            break
        tries[place] += 1
        own, vacancies = _around(task, place, losing[place], lost, by_row, chosen)
        near = np.union1d(np.flatnonzero(lost <= int(NEAR * room)), own)
        is_freed = _freed(task, near, lots.permutation(vacancies), chosen, lots)
        fixed = np.union1d(chosen[~is_freed[rows.vacancy[chosen]]], task.taken)
        is_settled = np.zeros(rows.num_owners, dtype=bool)
        is_settled[rows.candidate[fixed]] = True
        free = near[is_freed[rows.vacancy[near]] & ~is_settled[rows.candidate[near]]]
        try:
            found = decided(task, _nearest(free, lost, chosen), fixed, seed, stop, gap=GAP, nodes=NODES)
        except Interrupted:
            break  # what was found so far is a plan
        if found is not None and rows.value(task.tier, rows.completed(found)) > value:
            chosen = found
            tries[:] = 0
    return chosen


def _around(
    task: TierTask, place: int, losing: float, lost: IntArray, by_row: Any, chosen: IntArray
) -> tuple[IntArray, IntArray]:
    """Return the columns that could win back what is lost in a place, and the vacancies concerned."""
    rows = task.rows
    if place < len(rows.limit):
        own = by_row[place].indices
        own = own[lost[own] <= losing]
        return own, np.unique(rows.vacancy[own])
    lost_in = np.bincount(rows.vacancy[chosen], lost[chosen], minlength=len(rows.least))
    return np.flatnonzero(lost <= lost_in[rows.vacancy]), np.flatnonzero(lost_in > FEW * losing)


def _nearest(free: IntArray, lost: IntArray, chosen: IntArray) -> IntArray:
    """Return the incumbent's columns and, of the others, no more than SCIP can decide about at once."""
    if len(free) > MOST_FREE:
        free = free[np.argpartition(lost[free], MOST_FREE)[:MOST_FREE]]
    return np.union1d(free, chosen)


def lost_by_row(task: TierTask, bound: Bound, chosen: IntArray) -> FloatArray:
    """Return what each limit loses because a plan leaves some of it open; scaled."""
    rows = task.rows
    left = rows.limit - rows.matrix @ rows.completed(chosen)
    lost: FloatArray = np.where(rows.is_equation, 0.0, left.astype(np.float64) * bound.prices.rows)
    return lost


def _freed(
    task: TierTask, near: IntArray, vacancies: IntArray, chosen: IntArray, lots: np.random.Generator
) -> BoolArray:
    """Choose the first vacancies to be decided anew, and draw as many whose people could come to them; bool (V,)."""
    rows = task.rows
    is_freed = np.zeros(len(rows.least), dtype=bool)
    is_freed[vacancies[:FREED]] = True
    could_come = np.zeros(rows.num_owners, dtype=bool)
    could_come[rows.candidate[near[is_freed[rows.vacancy[near]]]]] = True
    beside = np.unique(rows.vacancy[chosen[could_come[rows.candidate[chosen]]]])
    is_freed[lots.permutation(beside[~is_freed[beside]])[:FREED]] = True
    return is_freed


def decided(
    task: TierTask,
    kept: IntArray,
    fixed: IntArray,
    seed: int,
    stop: StopSignal,
    *,
    gap: float,
    nodes: int,
    has_few_cuts: bool = False,
) -> IntArray | None:
    """Return the best plan over the columns `kept` that takes those in `fixed`, says SCIP; verified in integers.

    Raises
    ------
    Interrupted
    """
    rows = task.rows
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[fixed]] = True
    kept = np.union1d(kept[~is_settled[rows.candidate[kept]]], fixed)
    core = task.subset(kept)
    restricted = RestrictedProgramme.over(core, np.arange(len(kept)))
    lower = restricted.programme.lower.copy()
    lower[restricted.first_column + np.searchsorted(kept, fixed)] = 1.0
    free, programme = replace(restricted.programme, lower=lower).undecided()  # settled people are most of a city
    is_integer = np.r_[restricted.is_integer[free], False]
    outcome = solve_integer(
        programme, is_integer, stop, gap=gap, seed=seed, node_limit=nodes, has_few_cuts=has_few_cuts
    )
    if outcome.x is None:
        return None
    lower[free] = outcome.x[:-1]
    chosen = np.flatnonzero(restricted.split(lower)[0] > 0.5)
    return kept[chosen] if integer_solution(core, chosen) is not None else None


__all__ = ["decided", "improved_plan", "lost_by_row"]
