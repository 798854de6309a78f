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
    within : StopSignal, optional
        Of the whole, where this is the signal of a part: it ends with the whole at the latest, and what ends it for
        another reason than time ends the whole.
    """

    __slots__ = ("_began", "_by_memory", "_by_person", "_deadline", "_within")

    def __init__(self, time_limit_s: float | None = None, within: StopSignal | None = None) -> None:
        self._began = time.monotonic()
        self._deadline = None if time_limit_s is None else self._began + time_limit_s
        self._within = within
        self._by_person = self._by_memory = False

    def __reduce__(self) -> tuple[type[StopSignal], tuple[float | None]]:
        """Return what another process needs, which has another clock: the seconds that are left."""
        return StopSignal, (self.remaining_s,)

    def share(self, share: float) -> StopSignal:
        """Return the signal of a part that may take so much of the time that is left."""
        left_s = self.remaining_s
        return StopSignal(None if left_s is None else share * left_s, within=self)

    def end(self) -> None:
        """End what hears this signal, whose result nobody needs any more; the whole goes on."""
        self._deadline = self._began

    @property
    def whole(self) -> StopSignal:
        """Return the signal of the whole, for what a part cannot do without."""
        return self if self._within is None else self._within

    @property
    def by_person(self) -> bool:
        """Whether a person asked to stop."""
        return self._by_person if self._within is None else self._within.by_person

    @by_person.setter
    def by_person(self, value: bool) -> None:
        if self._within is None:
            self._by_person = value
        else:
            self._within.by_person = value

    @property
    def by_memory(self) -> bool:
        """Whether too little memory is left."""
        return self._by_memory if self._within is None else self._within.by_memory

    @by_memory.setter
    def by_memory(self, value: bool) -> None:
        if self._within is None:
            self._by_memory = value
        else:
            self._within.by_memory = value

    @property
    def seconds(self) -> float:
        """Return the seconds since the solve began."""
        return time.monotonic() - self._began

    @property
    def remaining_s(self) -> float | None:
        """Return the seconds that are left, never below 0, or ``None`` where there is no limit."""
        own = None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
        whole = None if self._within is None else self._within.remaining_s
        return min((left for left in (own, whole) if left is not None), default=None)

    @property
    def is_due(self) -> bool:
        """Tell whether the work has to end."""
        return self.by_person or self.by_memory or self.remaining_s == 0.0

    def check(self) -> None:
        """Raise `Interrupted` when the work has to end."""
        if self.is_due:
            raise Interrupted
