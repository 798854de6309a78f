"""Stop signals that do not follow the clock: the same in every run."""

from __future__ import annotations

from matcher.solver import StopSignal


class EndsAfter(StopSignal):
    """Becomes due after it was asked so many times, wherever that is."""

    __slots__ = ("_left",)

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    @property
    def remaining_s(self) -> float | None:
        """Return nothing but that time is over, when it is."""
        self._left -= 1
        return None if self._left >= 0 else 0.0
