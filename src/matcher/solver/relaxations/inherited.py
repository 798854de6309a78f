"""Bounds of the tier ``cost`` that an earlier tier's prices prove, without a relaxation of their own.

Where money binds, the earlier aim's prices say what an öre of a budget is worth to it. A plan that is as good in that
aim can leave only so much of the money unspent, so it costs at least the rest. In prices: those of the earlier tier,
multiplied so that an öre is worth an öre, hold it; and the budgets' own prices are lowered by the öre that the columns
cost anyway. Which budget's öre is taken for the measure is tried out.
"""

from __future__ import annotations

import numpy as np

from matcher.solver.bounds.bound import PRICE_SCALE, Bound, HeldTier, Prices, bound_from
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.relaxations.whole_prices import LARGEST_PRICE

MOST_TRIED = 12  # budgets of one earlier tier


def inherited_bound(task: TierTask) -> Bound | None:
    """Return the best bound of a tier ``cost`` that scaled prices of an earlier tier prove, if there is one.

    Parameters
    ----------
    task : TierTask
    """
    if task.tier != "cost":
        return None
    rows = task.rows
    budgets = np.array([row for row, kind in enumerate(rows.kinds) if kind == "budget"], dtype=np.int64)
    best: Bound | None = None
    for index, earlier in enumerate(task.held):
        priced = budgets[earlier.bound.prices.rows[budgets] > 0]
        worth = np.unique(earlier.bound.prices.rows[priced])[::-1][:MOST_TRIED]
        for share in (PRICE_SCALE / worth).tolist():
            prices = _scaled(task, index, earlier, share)
            if prices is None:
                continue
            rows_prices = prices.rows.copy()
            rows_prices[budgets] -= np.minimum(rows_prices[budgets], PRICE_SCALE)
            bound = bound_from(rows, task.tier, Prices(rows=rows_prices, held=prices.held), task.held, task.taken)
            if best is None or bound.scaled < best.scaled:
                best = bound
    return best


def _scaled(task: TierTask, index: int, earlier: HeldTier, share: float) -> Prices | None:
    """Return an earlier tier's prices times `share`, or ``None`` where they would become too large."""
    rows, known = task.rows, earlier.bound.prices
    held = [0.0] * len(task.held)
    held[index] = share * PRICE_SCALE
    for before, price in enumerate(known.held):
        held[before] += share * price
    largest = [float((np.abs(known.rows) * rows.scale).max(initial=0.0)) * share]
    largest += [
        price * float(np.abs(rows.objectives[one.tier]).max(initial=0))
        for price, one in zip(held, task.held, strict=True)
    ]
    if not max(largest) < LARGEST_PRICE:
        return None
    rounded = np.rint(share * known.rows)
    return Prices(rows=rounded.astype(np.int64), held=tuple(int(np.ceil(price)) for price in held))


__all__ = ["inherited_bound"]
