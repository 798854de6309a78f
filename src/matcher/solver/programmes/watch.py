"""Waits for a solver that works in a thread of its own, so that Ctrl-C and a deadline are seen meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

from matcher.solver.programmes.limits import StopSignal

POLL_S = 0.05  # how often a waiting solve looks at its stop signal


def watch(work: Callable[[], object], interrupt: Callable[[], object], stop: StopSignal) -> None:
    """Run in a thread of its own, so that Ctrl-C and the deadline are seen while a solver works.

    Waits for an event and not for the thread: a join that Ctrl-C breaks off can take a running thread for a finished
    one.
    """
    done = threading.Event()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # belongs to who waits, not to this thread
            failed.append(error)
        finally:
            done.set()

    try:
        threading.Thread(target=run, daemon=True).start()
    except RuntimeError as error:  # its stack has no room
        raise MemoryError from error
    while not done.is_set():
        try:
            done.wait(POLL_S)
            if stop.is_due:
                interrupt()
        except KeyboardInterrupt:
            stop.by_person = True
            interrupt()
    if failed:
        raise failed[0]
