"""Waiting in tests, never for ever: what does not come fails, and what was started is ended."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

PATIENCE_S = 120.0
"""How long anything may take on a machine that has much else to do."""


def wait_until(condition: Callable[[], object], patience_s: float = PATIENCE_S, step_s: float = 0.02) -> None:
    """Return as soon as a condition holds, and fail where it does not in time."""
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until, f"Waited {patience_s:g} seconds in vain."
        time.sleep(step_s)


def join(*threads: Thread, patience_s: float = PATIENCE_S) -> None:
    """Wait for threads to end, and fail where one does not in time."""
    until = time.monotonic() + patience_s
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
        assert not thread.is_alive(), f"Thread {thread.name} did not end within {patience_s:g} seconds."


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process and kill it at the end of the block, whatever happens in it; `Popen` itself would wait."""
    process = subprocess.Popen(command, text=True, **options)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
