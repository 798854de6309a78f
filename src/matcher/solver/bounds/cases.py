"""One case of a tier's certificate, in positions."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.solver.bounds.bound import Prices
from matcher.solver.model.rows import Intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedCase:
    """One case of a tier's certificate.

    Parameters
    ----------
    taken, left : tuple of int
        Columns that it fixes in and out.
    filled, others : dict of position to (int, int)
        The least and the most of placements in a vacancy or enrolments in a cohort (by row), and of another variable.
    prices : Prices
    """

    taken: tuple[int, ...]
    left: tuple[int, ...]
    filled: Intervals
    others: Intervals
    prices: Prices

    @staticmethod
    def of_prices(prices: Prices) -> SolvedCase:
        """Return the case that fixes nothing."""
        return SolvedCase(taken=(), left=(), filled={}, others={}, prices=prices)

    @property
    def is_plain(self) -> bool:
        """Tell whether it fixes nothing and bounds each candidate, as prices alone do."""
        is_free = not (self.taken or self.left or self.filled or self.others)
        return is_free and self.prices.candidates is None

    @property
    def size(self) -> int:
        """Return how many decisions it takes."""
        return len(self.taken) + len(self.left) + len(self.filled) + len(self.others)

    @property
    def num_columns(self) -> int:
        """Return how many columns it fixes."""
        return len(self.taken) + len(self.left)

    def lies_in(self, other: SolvedCase) -> bool:
        """Tell whether all its plans are plans of another case, as far as the decisions say."""
        return (
            set(self.taken) >= set(other.taken)
            and set(self.left) >= set(other.left)
            and _lie_in(self.filled, other.filled)
            and _lie_in(self.others, other.others)
        )


def _lie_in(inner: Intervals, outer: Intervals) -> bool:
    return all(
        place in inner and least <= inner[place][0] and inner[place][1] <= most
        for place, (least, most) in outer.items()
    )
