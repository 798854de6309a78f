"""Work for engines, at the top level of a module so that other processes find it."""

from __future__ import annotations

import os
import time
from pathlib import Path


def squared(number: int) -> int:
    return number * number


def slow_square(number: int) -> tuple[int, int]:
    """Return the square and who made it, after a while."""
    time.sleep(0.05)
    return number * number, os.getpid()


def noted_square(item: tuple[int, Path]) -> int:
    """Leave a note of the own process before a piece of work that takes a while."""
    number, folder = item
    (folder / f"{os.getpid()}-{number}").touch()
    time.sleep(1.0)
    return number * number


def deadly(item: int) -> int:
    os.kill(os.getpid(), 9)
    return item


def failing(number: int) -> int:
    raise ValueError(f"no good: {number}")


def slow_first(number: int) -> tuple[int, int]:
    """Return at once, but for the first item."""
    time.sleep(0.02 if number else 1.0)
    return number, number


def failing_second(number: int) -> int:
    if number:
        raise ValueError(f"no good: {number}")
    return number
