"""What parting the plans at a sum of seats has taken off the bound so far, and is thought to take off it next.

Source: Achterberg, Koch and Martin (2005), Branching rules revisited, Operations Research Letters 33(1): pseudo-costs,
each begun by solving both parts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rows import Intervals
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.search.parting import INTEGRAL

BELOW, ABOVE = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """How a part came off a node.

    Parameters
    ----------
    row : int
        The sum at which the node was parted.
    side : int
        `BELOW` or `ABOVE` the number.
    by : float
        How far the sum has to move.
    value : float
        Of the node's relaxation.
    """

    row: int
    side: int
    by: float
    value: float

    @staticmethod
    def at(row: int, filled: Intervals, number: float, value: float) -> Parted:
        """Return how the part with these intervals came off a node with so many seats in a sum."""
        side = ABOVE if filled[row][0] > number else BELOW
        below = number - np.floor(number)
        return Parted(row=row, side=side, by=float(1 - below if side == ABOVE else below), value=value)


class Gains:
    """What was gained at each sum, per seat that it had to move.

    Parameters
    ----------
    rows : int array (G,)
        Of the sums.
    """

    def __init__(self, rows: IntArray) -> None:
        self._rows = rows
        self._gained = np.zeros((2, len(rows)))
        self._times = np.zeros((2, len(rows)), dtype=np.int64)

    def copy(self) -> Gains:
        """Return what is known so far, for one of several that learn side by side."""
        other = Gains(self._rows)
        other._gained, other._times = self._gained.copy(), self._times.copy()
        return other

    def note(self, parted: Parted, value: float) -> None:
        """Note the value of a part's relaxation."""
        place = int(np.searchsorted(self._rows, parted.row))
        if place < len(self._rows) and self._rows[place] == parted.row:
            self._gained[parted.side, place] += max(0.0, parted.value - value) / parted.by
            self._times[parted.side, place] += 1

    def uneven(self, counts: FloatArray) -> IntArray:
        """Return the rows of the sums that are not whole."""
        uneven: IntArray = self._rows[np.abs(counts[self._rows] - np.rint(counts[self._rows])) > INTEGRAL]
        return uneven

    def are_known(self, rows: IntArray) -> BoolArray:
        """Tell of which sums both parts have been solved before."""
        times = self._times[:, np.searchsorted(self._rows, rows)]
        known: BoolArray = times.min(axis=0) > 0
        return known

    def best(self, rows: IntArray, counts: FloatArray) -> tuple[int | None, float]:
        """Return which of some sums is thought to take most off both parts, and how much off the nearer one."""
        if not len(rows):
            return None, 0.0
        place = np.searchsorted(self._rows, rows)
        mean = self._gained[:, place] / np.maximum(self._times[:, place], 1)
        below = counts[rows] - np.floor(counts[rows])
        gain = np.minimum(mean[BELOW] * below, mean[ABOVE] * (1 - below))
        one = int(np.argmax(gain))
        return int(rows[one]), float(gain[one])


__all__ = ["Gains", "Parted"]
