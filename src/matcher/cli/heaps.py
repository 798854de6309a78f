"""Keeps the threads of a command to two heaps, where glibc would give each up to eight per core.

A heap keeps what its own threads have given back, and what is free in one is of no use to the threads of another: a
city took a tenth to an eighth more memory. Two suffice for as many threads as work at one time.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

M_ARENA_MAX = -8  # of malloc.h
HEAPS = 2


def keep_few_heaps() -> bool:
    """Tell the C library so, once and before there are threads; tell whether it has heard."""
    with suppress(OSError, AttributeError, TypeError):  # another library, or another system
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS))
    return False


__all__ = ["keep_few_heaps"]
