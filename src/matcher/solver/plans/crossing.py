"""Fewest changes where an earlier aim is not proven: the best that a plan and the published one make together.

A relaxation mixes parts of many plans that are as good, and hardly needs a change for it: of a city it has proved no
more than 2 changes where hundreds were found, and that took more time than anything else in solving it again. What both
plans take stays; SCIP decides who else keeps a published place. Source: crossover (Rothberg 2007, An evolutionary
algorithm for polishing mixed integer programming solutions, INFORMS Journal on Computing 19(4)).
"""

from __future__ import annotations

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.plans.exchanges import decided
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.tier_task import TierTask

NODES = 30
GAP = 1e-6


def leaves_changes_open(task: TierTask, gap: float) -> bool:
    """Tell whether the tier is that of fewest changes and some earlier aim is held at a value that is not proven.

    Parameters
    ----------
    task : TierTask
    gap : float
        Relative gap that was asked for.
    """
    return task.tier == "changes" and any(held.slack > gap * PRICE_SCALE * abs(held.value) for held in task.held)


def crossed_plan(task: TierTask, chosen: IntArray, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the columns of a plan that keeps more of what is published, or ``None`` where SCIP finds none.

    Parameters
    ----------
    task : TierTask
        Of the tier ``changes``: its objective counts the published columns.
    chosen : int array
        Columns (positions in the task) of the incumbent.
    seed : int
        Of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    published = np.flatnonzero(task.objective[: task.rows.num_columns] > 0)
    both = np.intersect1d(chosen, published)
    if len(both) == len(published):
        return None
    return decided(
        task,
        np.union1d(chosen, published),
        np.union1d(both, task.taken).astype(np.int64),
        seed,
        stop,
        gap=GAP,
        nodes=NODES,
    )


__all__ = ["crossed_plan", "leaves_changes_open"]
