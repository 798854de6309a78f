"""Plans among the columns nearest to a relaxation, for SCIP to decide about, where a dive ends far from its bound.

A dive decides one person after the other and never takes back what it has decided. Where quotas, hours owed, resources
or several places per person leave many people in parts, it ends far below what the relaxation promises. Yet a good plan
hardly ever takes columns that lose much against its prices: of 46 000 the nearest 2 000 hold plans within a thousandth.
Source: deciding about a core of promising items alone, Balas and Zemel (1980), An algorithm for large zero-one knapsack
problems, Operations Research 28(5).
"""

from __future__ import annotations

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, losses
from matcher.solver.model.rows import LEAD, LEADING
from matcher.solver.plans.exchanges import decided
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.relaxed import WHOLE, Relaxed
from matcher.solver.relaxations.tier_task import TierTask

WIDTHS = (1_000, 2_000, 4_000)  # columns, one after the other as long as the plan stays far from the bound
NODES = 50
FAR = 1e-3  # of the placements: a tree closes what is nearer
LITTLE = 0.02  # of what was open: where more columns win so little back, it is the bound that is far
GAP = 1e-6


def near_plan(task: TierTask, root: Relaxed, chosen: IntArray | None, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the best plan that SCIP finds among the nearest columns, more of them as long as it is far; or `chosen`.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        With a bound.
    chosen : int array or None
        Columns (positions in the task) of the best plan so far.
    seed : int
        Of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    assert root.bound is not None
    lost, before = losses(task.rows, root.bound), np.inf
    used = np.union1d(root.chosen[root.x > WHOLE], task.taken)
    for width in WIDTHS:
        apart = _apart(task, root.bound, chosen)
        if apart <= FAR or apart > (1 - LITTLE) * before:
            break
        near = np.argpartition(lost, width)[:width] if len(lost) > width else np.arange(len(lost))
        kept = np.union1d(near, used if chosen is None else np.union1d(used, chosen))
        found = decided(task, kept, task.taken, seed, stop, gap=GAP, nodes=NODES)
        if found is not None:
            before, chosen = apart, found if _apart(task, root.bound, found) < apart else chosen
        if len(near) == len(lost):
            break
    return chosen


def _apart(task: TierTask, bound: Bound, chosen: IntArray | None) -> float:
    """Return how far a plan lies below a bound, as a part of its value; infinite without a plan.

    Of shortfall and placements at once it is a part of the placements alone: a person equivalent owed weighs a hundred
    of them, and beside it nothing would be far.
    """
    if chosen is None:
        return np.inf
    rows, x = task.rows, task.rows.completed(chosen)
    value = rows.value(LEADING[-1] if task.tier == LEAD else task.tier, x)
    return bound.slack(rows.value(task.tier, x)) / (PRICE_SCALE * max(1, abs(value)))


__all__ = ["near_plan"]
