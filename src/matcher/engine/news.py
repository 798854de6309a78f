"""News of results: each is told once, as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, as_completed
from typing import Any

from matcher.engine.engine import Outcome


class News:
    """Tells each result once, as soon as it is there.

    Parameters
    ----------
    on_done : callable or None
        See `Engine.map`.
    """

    def __init__(self, on_done: Callable[[int, Any], None] | None) -> None:
        self._on_done = on_done
        self._told: set[int] = set()

    def told(self, number: int, outcome: Outcome) -> Outcome:
        """Tell a result unless it has been told, and return it."""
        if self._on_done is not None and number not in self._told:
            self._told.add(number)
            self._on_done(number, outcome)
        return outcome

    def follow(self, number_by_future: Mapping[Future[Any], int]) -> None:
        """Tell of pieces of work as they are finished, up to the first that fails; wait for none if nobody listens."""
        if self._on_done is None:
            return
        for future in as_completed(number_by_future):
            if not is_done(future):
                return
            self.told(number_by_future[future], future.result())


def is_done(future: Future[Any]) -> bool:
    """Tell whether a piece of work has come to a result."""
    return future.done() and not future.cancelled() and future.exception() is None
