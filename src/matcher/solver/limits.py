"""When to stop: a deadline, too little memory, and a person who presses Ctrl-C."""

from __future__ import annotations

import time


class Interrupted(Exception):
    """The solve was asked to stop, by its time limit, for lack of memory or by a person."""


class StopSignal:
    """Tells a solve when to stop and how long it has run.

    Parameters
    ----------
    time_limit_s : float or None
        Seconds from now; ``None`` means no limit.
    """

    __slots__ = ("_began", "_deadline", "by_memory", "by_person")

    def __init__(self, time_limit_s: float | None = None) -> None:
        self._began = time.monotonic()
        self._deadline = None if time_limit_s is None else self._began + time_limit_s
        self.by_person = False
        self.by_memory = False

    def __reduce__(self) -> tuple[type[StopSignal], tuple[float | None]]:
        """Return what another process needs, which has another clock: the seconds that are left."""
        return StopSignal, (self.remaining_s,)

    @property
    def seconds(self) -> float:
        """Return the seconds since the solve began."""
        return time.monotonic() - self._began

    @property
    def remaining_s(self) -> float | None:
        """Return the seconds that are left, never below 0, or ``None`` where there is no limit."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    @property
    def is_due(self) -> bool:
        """Tell whether the work has to end."""
        return self.by_person or self.by_memory or (self._deadline is not None and time.monotonic() >= self._deadline)

    def check(self) -> None:
        """Raise `Interrupted` when the work has to end."""
        if self.is_due:
            raise Interrupted
