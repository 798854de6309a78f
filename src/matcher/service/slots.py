"""A limited number of places: who finds none is told so at once instead of waiting unseen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from matcher.errors import AllBusy


class Slots:
    """Places for work that takes long.

    Parameters
    ----------
    count : int
        At least 1.
    """

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place for as long as the block runs; raises `AllBusy` where none is free."""
        if not self._free.acquire(blocking=False):
            raise AllBusy
        try:
            yield
        finally:
            self._free.release()
