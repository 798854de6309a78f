"""How many random problems a comparison tries: a part of them with every change, all of them in `make test-long`."""

from __future__ import annotations

import os

IS_LONG = os.environ.get("TESTS", "") == "long"


def some(few: int, *, of: int) -> int:
    """Return how many are tried: few of them, or all where somebody has the time."""
    return of if IS_LONG else few
