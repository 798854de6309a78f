"""A plan that owes no more than the relaxation of shortfall promises, near the best of those in placements.

Shortfall and placements at once trade a little of the one for much of the other, where a placement delivers next to
nothing. What a bound promises can then be reached all the same: it is held, and a plan looked for by the placements.
Shortfall alone, with its countless ties, leads a search nowhere.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import Bound, HeldTier, losses
from matcher.solver.plans.nearest import near_plan
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.branching import Search


def reaching_plan(
    task: TierTask, bound: Bound, start: IntArray, *, step: int, gap: float, seed: int, stop: StopSignal
) -> IntArray | None:
    """Return the columns of a plan whose shortfall is what its bound says, ``None`` where none comes up.

    Parameters
    ----------
    task : TierTask
        The tier ``shortfall``, with nothing held.
    bound : Bound
    start : int array
        Columns to begin with.
    step : int
        Every plan's value is a multiple of it.
    gap : float
        To which the relaxation is solved.
    seed : int
    stop : StopSignal
    """
    value = bound.value(step)
    kept = np.union1d(np.flatnonzero(losses(task.rows, bound) <= bound.slack(value)), task.taken)
    held = HeldTier(tier=task.tier, value=value, step=step, bound=bound)
    near = replace(task, tier="placements", held=(held,)).subset(kept)
    relaxed = relax(near, np.flatnonzero(np.isin(kept, start)), gap, stop)
    if not relaxed.is_feasible or relaxed.bound is None:
        return None
    if near.rows.has_several:  # of whose enrolments a dive would decide one after the other
        chosen = near_plan(near, relaxed, None, seed, stop)
        return None if chosen is None else kept[chosen]
    search = Search(
        near,
        relaxed,
        None,
        step=1,
        gap=gap,
        seed=seed,
        stop=stop,
        listener=lambda value, bound: None,
        may_hand_over=False,
    )
    chosen = search.first()
    return None if chosen is None else kept[chosen]


__all__ = ["reaching_plan"]
