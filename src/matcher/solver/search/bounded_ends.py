"""What prices that are known prove of parts of all plans, over the columns that a plan as good as the best may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.solver.bounds.bound import NOTHING, Bound, Prices, bound_from, losses
from matcher.solver.relaxations.cohorts import grown_prices
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.ends import CohortEnd

MOST_COPIED = 0.5  # of all columns: more are bounded where they are, for want of memory


def bounded_ends(
    task: TierTask, ends: Sequence[CohortEnd], roots: Sequence[Bound], value: int
) -> tuple[CohortEnd, ...]:
    """Return the ends of a tree with what their prices prove in a tier, and no less than the first root does.

    Parameters
    ----------
    task : TierTask
    ends : sequence of CohortEnd
        On counts or cohorts, which hold every plan together.
    roots : sequence of Bound
        Of all plans, by position in the task: what one of them excludes counts for nothing in an end.
    value : int
        Of the incumbent.
    """
    is_open = np.ones(task.rows.num_columns, dtype=bool)
    for root in roots:
        is_open &= losses(task.rows, root) <= root.slack(value)
    near, left = task, NOTHING  # what no plan as good can take counts for nothing, copied or not
    if np.count_nonzero(is_open) < MOST_COPIED * len(is_open):
        near = task.subset(np.flatnonzero(is_open))
    else:
        left = np.flatnonzero(~is_open)
    bounded = []
    for end in ends:
        prices = Prices(rows=grown_prices(end.prices, near.rows).rows, held=end.prices.held)
        bound = bound_from(near.rows.between(end.filled, end.others), task.tier, prices, near.held, left=left)
        bounded.append(replace(end, prices=prices, scaled=min(bound.scaled, roots[0].scaled)))
    return tuple(bounded)


__all__ = ["bounded_ends"]
