"""Where a desk comes from: a problem that is solved while the service starts, so that pages can say how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Protocol

from matcher.errors import MatcherError
from matcher.plan import Progress
from matcher.problem import Problem
from matcher.report import RunFacts
from matcher.service.desk.desk import Desk
from matcher.solve import solve


class DeskSource(Protocol):
    """Gives the desk of the day."""

    @property
    def desk(self) -> Desk | None:
        """Return the desk; ``None`` while the plan is being made, or where none could be made."""

    @property
    def progress(self) -> Progress | None:
        """Return how far the solve has come."""

    @property
    def failure(self) -> MatcherError | None:
        """Return what kept a plan from being made."""


class SolvedInBackground:
    """Makes a problem and its plan in a thread of its own.

    Parameters
    ----------
    make : callable
        Makes the problem.
    today : callable
        The day on which somebody looks.
    time_limit_s : float
    """

    def __init__(self, make: Callable[[], Problem], today: Callable[[], date], time_limit_s: float) -> None:
        self.desk: Desk | None = None
        self.progress: Progress | None = None
        self.failure: MatcherError | None = None
        self._make, self._today, self._time_limit_s = make, today, time_limit_s
        self._thread = threading.Thread(target=self._work, name="first plan", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the plan is there, or has failed."""
        self._thread.join(timeout_s)

    def _work(self) -> None:
        try:
            problem = self._make()
            result = solve(problem, time_limit_s=self._time_limit_s, on_progress=self._note)
            facts = RunFacts(is_checked=True, baseline=result.baseline)
            self.desk = Desk(problem, result.plan, facts, self._today())
        except MatcherError as error:
            self.failure = error

    def _note(self, progress: Progress) -> None:
        self.progress = progress
