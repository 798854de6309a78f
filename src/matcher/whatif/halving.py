"""Halving: the last of several positions at which a falling answer is yes, by asking about as few as possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Verdict = Literal["yes", "no", "open"]


class Halving:
    """Asks about positions whose answers go from yes, perhaps by open, to no.

    Parameters
    ----------
    ask : callable
        From a position to ``yes``, ``no``, or ``open`` where neither is proven.

    Attributes
    ----------
    tried : list of (int, str)
        In the order in which they were asked about.
    """

    def __init__(self, ask: Callable[[int], Verdict]) -> None:
        self._ask = ask
        self.tried: list[tuple[int, Verdict]] = []

    def last_yes(self, positions: range) -> tuple[int | None, bool]:
        """Return the last position with a yes (``None`` for none), and whether all after it are proven to be no."""
        first, beyond = positions.start - 1, positions.stop
        verdict_beyond: Verdict = "no"
        while beyond - first > 1:
            middle = (first + beyond) // 2
            verdict = self._ask(middle)
            self.tried.append((middle, verdict))
            if verdict == "yes":
                first = middle
            else:
                beyond, verdict_beyond = middle, verdict
        return (first if first in positions else None), verdict_beyond == "no"
