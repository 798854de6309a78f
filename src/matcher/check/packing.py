"""The best that resources can hold when people pay for taking part: the bound of a case with prices of candidates.

docs/model.md section 6, "Packed cases": each resource is a knapsack of its own, filled exactly by dynamic programming
over what is used of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from matcher.check.in_play import ColumnsInPlay
from matcher.check.overflow import TOO_LARGE
from matcher.columns import BoolArray, IntArray, Limits

MAX_STEPS = 20_000  # of a resource; a larger one is counted in coarser steps, every use rounded down
MAX_CELLS = 2 * 10**9  # of all tables of one case
Fixed = Mapping[int, bool]  # columns in play, in (true) or out


class Packing:
    """The columns in play, sorted into resources, for the cases of a certificate.

    Parameters
    ----------
    limits : Limits
    capacity : int64 (R,)
        Of each resource, in the steps in which columns in play count their use.
    """

    __slots__ = ("_capacity", "_limits")

    def __init__(self, limits: Limits, capacity: IntArray) -> None:
        self._limits, self._capacity = limits, capacity

    def is_too_large(self, values: IntArray, charged: Mapping[int, int], play: ColumnsInPlay) -> bool:
        """Tell whether 64 bits could overflow, or the tables of all resources would have too many cells."""
        users = np.bincount(play.resource[play.resource >= 0], minlength=len(self._capacity)).astype(np.float64)
        cells = float((users * np.minimum(self._capacity, MAX_STEPS)).sum())
        slowness = 1 if _fits(values) else 1000
        return max(charged.values()) >= TOO_LARGE or slowness * cells > MAX_CELLS

    def total(self, values: IntArray, charged: Mapping[int, int], fixed: Fixed, play: ColumnsInPlay) -> int | None:
        """Return what candidates pay and columns are worth at most; ``None`` where what is taken does not fit.

        Parameters
        ----------
        values : int64 (n,)
            Reduced values of the columns in play.
        charged : mapping of candidate position to int
            What each pays for every placement, never negative.
        fixed : mapping of place in play to bool
        play : ColumnsInPlay
        """
        pays = np.zeros(len(self._limits.candidate_ids), np.int64)
        pays[list(charged)] = list(charged.values())
        own = values - pays[play.candidate]
        if not _fits(own):
            own = own.astype(object)  # sums beyond 64 bits, exact all the same
        taken = [place for place, is_taken in fixed.items() if is_taken]
        places_left = Counter(dict(enumerate(self._limits.placements.tolist())))
        places_left.subtract(int(play.candidate[place]) for place in taken)
        may_take = np.ones(len(own), bool)
        may_take[list(fixed)] = False
        used_up = [candidate for candidate, count in places_left.items() if count <= 0]
        may_take &= ~np.isin(play.candidate, used_up)
        total = sum(price * int(self._limits.placements[candidate]) for candidate, price in charged.items())
        total += sum(int(own[place]) for place in taken)
        total += self._without_resource(own, may_take & (play.resource < 0), places_left, play)
        for resource, capacity in enumerate(self._capacity.tolist()):
            room = capacity - sum(int(play.resource_use[place]) for place in taken if play.resource[place] == resource)
            if room < 0:
                return None
            total += self._best_set(own, np.flatnonzero(may_take & (play.resource == resource) & (own > 0)), room, play)
        return total

    def _without_resource(
        self, own: IntArray, may_take: BoolArray, places_left: Counter[int], play: ColumnsInPlay
    ) -> int:
        by_candidate: dict[int, list[int]] = {}
        for place in np.flatnonzero(may_take & (own > 0)).tolist():
            by_candidate.setdefault(int(play.candidate[place]), []).append(int(own[place]))
        return sum(
            sum(sorted(worths, reverse=True)[: places_left[candidate]]) for candidate, worths in by_candidate.items()
        )

    def _best_set(self, own: IntArray, offered: IntArray, room: int, play: ColumnsInPlay) -> int:
        """Return the greatest worth of columns that fit; of a candidate with one placement, at most one of them."""
        per_step = max(1, -(-(room + 1) // MAX_STEPS))
        uses, room = play.resource_use[offered] // per_step, room // per_step
        best = np.zeros(room + 1, own.dtype)
        before, last = best, -1
        for place, use in zip(offered.tolist(), uses.tolist(), strict=True):
            candidate = int(play.candidate[place])
            if candidate != last or self._limits.placements[candidate] > 1:
                before, last = best.copy(), candidate
            if use <= room:
                np.maximum(best[use:], before[: room + 1 - use] + own[place], out=best[use:])
        return int(best[room])


def _fits(values: IntArray) -> bool:
    """Tell whether no sum of some values leaves 64 bits."""
    return float(np.abs(values.astype(np.float64)).sum()) < TOO_LARGE
