"""How long each part of a solve takes, and what is told of it while it runs."""

from __future__ import annotations

import time

from matcher.plan import Plan, Progress, ProgressListener, relative_gap
from matcher.plan.result import Phase
from matcher.solve.planning import tier_amount
from matcher.solver import StopSignal


class Clock:
    """Measures how long each part takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, part: str) -> None:
        """Note the time since the last lap as that of `part`."""
        now = time.perf_counter()
        self.seconds[part] = now - self._last
        self._last = now


class Reporter:
    """Turns the solver's integers into the numbers that people read."""

    def __init__(self, stop: StopSignal, listener: ProgressListener | None, published: Plan | None) -> None:
        self._stop, self._listener, self._published = stop, listener, published

    def __call__(self, phase: Phase, tier: str, value: int | None, bound: int | None) -> None:
        """Tell the listener, if there is one."""
        if self._listener is None:
            return
        incumbent = None if value is None else tier_amount(tier, value, self._published)
        limit = None if bound is None else tier_amount(tier, bound, self._published)
        gap = None if incumbent is None or limit is None else relative_gap(incumbent, limit)
        self._listener(
            Progress(phase=phase, tier=tier, seconds=self._stop.seconds, incumbent=incumbent, bound=limit, gap=gap)
        )
