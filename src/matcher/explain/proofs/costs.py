"""What is lost first, as pairs of numbers that put losses in order: an earlier aim stands above all later ones."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.check.exclusion import IMPOSSIBLE, LeastLosses
from matcher.explain.proofs.losses import Loss
from matcher.explain.proofs.ranked import PROMISES, FirstLoss
from matcher.solve.planning import SCALES

AIM_WEIGHT = 1e15  # above every amount, and a few times this is still exact in a float: one number orders losses

# The least first: how many aims from the last on, 0 for nothing; then the amount lost in the first of them.
Cost = tuple[int, int]


class Costs:
    """Losses in some aims as costs, and costs as people read them.

    Parameters
    ----------
    aims : sequence of str
        In their order.
    """

    def __init__(self, aims: Sequence[str]) -> None:
        self._aims = tuple(aims)

    def least_of(self, least: LeastLosses, column: int) -> Cost:
        """Return what a column is proven to cost at least."""
        return len(self._aims) - int(least.aim[column]), int(least.amount[column])

    def first_of(self, losses: Sequence[int]) -> Cost:
        """Return the first aim that is worse or better, as a cost; nothing where it is better."""
        for place, loss in enumerate(losses):
            if loss:
                return (len(losses) - place, loss) if loss > 0 else (0, 0)
        return 0, 0

    def of_plan(self, loss: Loss) -> Cost:
        """Return what another plan costs; promises that it breaks are above every aim."""
        if loss.broken_promises > 0:
            return len(self._aims) + 1, loss.broken_promises
        return self.first_of([int(aim.found * abs(SCALES.get(aim.aim, 1))) for aim in loss.aims])

    def breaks_promises(self, cost: Cost) -> bool:
        """Tell whether it is promises that are lost."""
        return cost[0] > len(self._aims)

    def place_of(self, cost: Cost) -> int:
        """Return which aim loses first; T where none does."""
        return len(self._aims) - cost[0]

    def told(self, cost: Cost) -> FirstLoss:
        """Return a cost as people read it."""
        if cost[0] == 0:
            return FirstLoss(aim=None, amount=Decimal(0))
        if self.breaks_promises(cost):
            return FirstLoss(aim=PROMISES, amount=Decimal(cost[1]))
        aim = self._aims[self.place_of(cost)]
        return FirstLoss(aim=aim, amount=Decimal(cost[1]) / abs(SCALES.get(aim, 1)))

    def order(self, loss: FirstLoss) -> tuple[int, Decimal]:
        """Return what orders losses as people read them, the least first."""
        if loss.aim is None:
            return 0, loss.amount
        aims = self._aims
        return (len(aims) + 1 if loss.aim == PROMISES else len(aims) - aims.index(loss.aim)), loss.amount


def key_of(cost: Cost) -> float:
    """Return the number that orders a cost."""
    return cost[0] * AIM_WEIGHT + cost[1]


def keys(least: LeastLosses) -> npt.NDArray[np.floating[Any]]:
    """Return the same for what every column costs at least; infinite where no plan takes it."""
    key: npt.NDArray[np.floating[Any]] = (len(least.aims) - least.aim) * AIM_WEIGHT + least.amount
    key[least.amount == IMPOSSIBLE] = np.inf
    return key
