"""What the plan loses without each of its placements: solved again one after the other, beside the pages that ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Literal

from matcher.errors import MatcherError
from matcher.explain.proofs import Regret, TimeIsUp

Pair = tuple[str, str]  # candidate, vacancy


class Losses:
    """Works out losses in a thread of its own, which ends when nobody waits for one; what was asked last comes first.

    Parameters
    ----------
    solve : callable
        Solves a problem again without a pair.
    rest : callable, optional
        Lets go of what `solve` works with, called when nobody has asked for anything for `idle_s`.
    idle_s : float
    """

    def __init__(
        self, solve: Callable[[str, str], Regret], rest: Callable[[], None] | None = None, idle_s: float = 0.0
    ) -> None:
        self._solve, self._rest, self._idle_s = solve, rest, idle_s
        self._known: dict[Pair, Regret | None] = {}
        self._wanted: list[Pair] = []  # the most urgent last
        self._is_working = self._is_closed = False
        self._change = threading.Condition()

    def expect(self, pairs: Iterable[Pair]) -> None:
        """Say which losses will be asked for soon, the first of them first."""
        with self._change:
            new = [pair for pair in pairs if pair not in self._known and pair not in self._wanted]
            self._wanted[:0] = reversed(new)
            self._work()

    def of(self, candidate_id: str, vacancy_id: str, patience_s: float) -> Regret | Literal["pending"] | None:
        """Return what is lost without a pair, ``None`` where that cannot be told, or that it is still being solved."""
        pair = (candidate_id, vacancy_id)
        with self._change:
            if pair not in self._known:
                if pair in self._wanted:
                    self._wanted.remove(pair)
                self._wanted.append(pair)
                self._work()
                self._change.wait_for(lambda: pair in self._known, patience_s)
            return self._known.get(pair, "pending")

    def close(self) -> None:
        """Begin nothing more; what is being solved is finished."""
        with self._change:
            self._is_closed = True
            self._wanted.clear()
            self._change.notify_all()

    def _work(self) -> None:
        if self._wanted and not self._is_working and not self._is_closed:
            self._is_working = True
            # No daemon: one that is within the solver when the process ends would take the process down with it.
            threading.Thread(target=self._run, name="losses").start()
        self._change.notify_all()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._wanted or self._is_closed, self._idle_s)
                if not self._wanted:
                    self._is_working = False
                    if self._rest is not None:
                        self._rest()
                    return
                pair = self._wanted.pop()
                if pair in self._known:
                    continue
            found: Regret | None = None
            try:
                found = self._solve(*pair)
            except (MatcherError, TimeIsUp):
                pass  # it stays unknown: the page says so
            finally:
                with self._change:
                    self._known[pair] = found
                    self._change.notify_all()
