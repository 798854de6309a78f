"""Watches a process that works under a ceiling of memory: somebody must be left to say why it ended or stands still.

Where memory ends, a library may abort, the system may kill, and a thread that could not even begin is waited for
without end: none of these leaves the process itself the means for a sentence.
"""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from pathlib import Path

LOOK_S = 5.0  # so often is looked whether the process still works
STILL_S = 60.0  # so long may it do nothing
STILL_SHARE = 0.01  # of that time: what a process takes whose only thread at work watches the memory
NANOSECONDS = 10**9


def wait_for(process: int) -> tuple[int, bool]:
    """Wait until a child process ends, and end it when it has stood still for a minute.

    Parameters
    ----------
    process : int
        Its number.

    Returns
    -------
    tuple of int and bool
        The outcome as `os.waitpid` gives it, and whether the process was ended because it stood still.
    """
    with suppress(AttributeError, OSError):  # a system that does not tell lets us wait all the same
        handle = os.pidfd_open(process)
        try:
            if _stands_still(process, handle):
                os.kill(process, signal.SIGKILL)
                return os.waitpid(process, 0)[1], True
        finally:
            os.close(handle)
    return os.waitpid(process, 0)[1], False


def _stands_still(process: int, handle: int) -> bool:
    """Tell, when the process has ended or has done nothing for too long, whether it is the latter."""
    still_s, before = 0.0, worked_ns(process)
    while not select.select([handle], [], [], LOOK_S)[0]:
        now = worked_ns(process)
        works = now is None or before is None or now - before > LOOK_S * STILL_SHARE * NANOSECONDS
        still_s = 0.0 if works else still_s + LOOK_S
        if still_s >= STILL_S:
            return True
        before = now
    return False


def worked_ns(process: int) -> int | None:
    """Return how long its threads have run or wanted to.

    ``None`` when others work for it, or it waits for a disk: then nothing can be said.
    """
    total = 0
    with suppress(OSError, ValueError, IndexError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            ran, wanted, _ = (thread / "schedstat").read_text().split()
            state = (thread / "stat").read_text().rpartition(")")[2].split()[0]
            if state in "DTt" or (thread / "children").read_text().strip():
                return None
            total += int(ran) + int(wanted)
        return total
    return None
