"""What the measurements are held against, each with its verdict in words."""

from __future__ import annotations

LEAST_RATIO = {"S": 40.0, "M": 100.0}
WANTED_RATIO = {"S": 100.0, "M": 300.0}
MOST_OF_LIBRARY = 1.2
MOST_COLUMNS_SHARE = 0.25
MOST_SLOPE = 1.1  # of the logarithm of time against that of the number of columns
MOST_MEMORY = 2 * 10**9
MEASURED_ON = ("city",)  # where time shares and memory are aims; small instances have other proportions


def kept(is_kept: bool) -> str:
    """Return the verdict."""
    return "kept" if is_kept else "**missed**"
