"""A ceiling for the memory of a solve: the search ends before it is reached, and what asks for more is refused.

Two guards, for one alone is not enough. A watch on what is in use ends the search as a time limit does, while the
solver libraries are at work, which do not survive an allocation that fails. And the system refuses single allocations
above the ceiling, which the watch would see too late.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from matcher.errors import LimitReached
from matcher.solver import MOST_HELD, StopSignal

WATCH_S = 0.02
SEARCH_SHARE = 0.8  # of what is left when the solve begins: the rest is for the plan and its check
MEGABYTE = 1 << 20
COLUMN_SHARE = 0.2  # of the same: what columns may take; beyond that they lie in files and are read block by block
HELD_SHARE = 0.75  # of the same: what the columns that a search holds may take, with all that it makes of them
HELD_BYTES = 540  # per column that a search holds, as measured: a city's 2.6 million take 1.3 GB
MOST_COLUMN_BYTES = 4 << 30  # without a limit
NO_THREAD = "can't start new thread"  # how Python says that a thread's stack has no room

_STATM = Path("/proc/self/statm")
_STATUS = Path("/proc/self/status")


class MemoryCeiling:
    """Keeps a solve below a limit of memory, as long as its block lasts.

    Parameters
    ----------
    limit_mb : int or None
        Of this whole process, in MB; ``None`` for no limit.

    Raises
    ------
    LimitReached
        On entering the block, when the process is too large already.
    """

    def __init__(self, limit_mb: int | None) -> None:
        self.limit_mb = limit_mb
        self._stops: list[StopSignal] = []
        self._is_reached = False
        self._done = threading.Event()
        self._before: tuple[int, int] | None = None
        self._search_bytes = 0
        self._used = 0

    def __enter__(self) -> MemoryCeiling:
        """Set the ceiling."""
        if self.limit_mb is None:
            return self
        limit, used = self.limit_mb * MEGABYTE, used_bytes()
        if used >= limit:
            raise LimitReached(
                f"The program takes {used // MEGABYTE} MB before it begins, which is more than the {self.limit_mb} MB "
                "that are allowed. Allow more memory."
            )
        self._used = used
        self._search_bytes = used + int((limit - used) * SEARCH_SHARE)
        threading.Thread(target=self._watch, daemon=True).start()
        self._before = _refuse_beyond(limit - used)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lift it."""
        self._done.set()
        if self._before is not None:
            _restore(self._before)

    @property
    def most_column_bytes(self) -> int:
        """Return what all columns together may take in memory; bytes."""
        room = self._room
        return MOST_COLUMN_BYTES if room is None else min(int(room * COLUMN_SHARE), MOST_COLUMN_BYTES)

    @property
    def most_held(self) -> int:
        """Return how many columns a search may hold."""
        room = self._room
        return MOST_HELD if room is None else min(int(room * HELD_SHARE) // HELD_BYTES, MOST_HELD)

    @property
    def _room(self) -> int | None:
        """Return what was left when the block was entered; bytes, ``None`` for no limit."""
        return None if self.limit_mb is None else max(self.limit_mb * MEGABYTE - self._used, 0)

    def end_in_time(self, stop: StopSignal) -> None:
        """Let a signal become due when the search has used its share of the memory."""
        self._stops.append(stop)
        stop.by_memory = stop.by_memory or self._is_reached

    def _watch(self) -> None:
        while not self._done.wait(WATCH_S):
            if used_bytes() >= self._search_bytes:
                self._is_reached = True
                for stop in self._stops:
                    stop.by_memory = True
                return

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Turn a lack of memory into a sentence that names the phase in which it was found.

        Parameters
        ----------
        phase : str
            As in "while ...".
        """
        try:
            yield
        except (MemoryError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and NO_THREAD not in str(error):
                raise
            gc.collect()
            allowed = "there is" if self.limit_mb is None else f"the {self.limit_mb} MB that are allowed"
            raise LimitReached(
                f"The memory did not suffice while {phase}: more is needed than {allowed}. Allow more memory, or solve "
                "a part of the problem."
            ) from None


def used_bytes() -> int:
    """Return the memory that this process holds now; 0 where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        return int(_STATM.read_text().split()[1]) * _page_bytes()
    return 0


def _page_bytes() -> int:
    import resource

    return resource.getpagesize()


def _refuse_beyond(room: int) -> tuple[int, int] | None:
    """Let the system refuse what takes more than `room` bytes from now on; return the limit that was set before."""
    if sys.platform != "linux":  # elsewhere this limit is not kept, or there is none: the watch remains
        return None
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    most = _data_bytes() + room
    if before[1] != resource.RLIM_INFINITY:
        most = min(most, before[1])
    resource.setrlimit(resource.RLIMIT_DATA, (most, before[1]))
    return before


def _data_bytes() -> int:
    """Return what the limit of the system counts: memory that only this process can write."""
    for line in _STATUS.read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


def _restore(before: tuple[int, int]) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, before)
