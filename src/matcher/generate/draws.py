"""Random draws that are the same for the same seed on every machine and under every version of numpy.

numpy keeps the raw stream of a bit generator stable, but not the methods of `Generator` (NEP 19). So only raw 64-bit
words are taken from PCG64, and everything else is integer arithmetic written out here.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

Choice = TypeVar("Choice")

_HALF_WORD = np.uint64(32)


class Draws:
    """A stream of draws, independent of the streams with other names.

    Each table of a problem has its own stream, so a change to one leaves the others as they were.

    Parameters
    ----------
    seed : int
        At least 0.
    name : str
        What the draws are for.
    """

    __slots__ = ("_bits",)

    def __init__(self, seed: int, name: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))

    def below(self, limit: int | IntArray, size: int) -> IntArray:
        """Return whole numbers from 0 to below `limit`, which is at most 2^31, all equally likely."""
        words = np.asarray(self._bits.random_raw(size), dtype=np.uint64) >> _HALF_WORD
        # The high half of word times limit: biased by less than limit / 2^32, which nobody can see.
        scaled = (words * np.asarray(limit, dtype=np.uint64)) >> _HALF_WORD
        return scaled.astype(np.int64)

    def between(self, low: int, high: int, size: int) -> IntArray:
        """Return whole numbers from `low` to `high`, both included."""
        return low + self.below(high - low + 1, size)

    def chosen(self, weights: Sequence[int] | IntArray, size: int) -> IntArray:
        """Return positions in `weights`, each as likely as its weight says."""
        cumulated = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(cumulated, self.below(int(cumulated[-1]), size), side="right").astype(np.int64)

    def chance(self, per_mille: int | IntArray, size: int) -> BoolArray:
        """Return true with a chance of `per_mille` in a thousand."""
        return self.below(1000, size) < per_mille

    def number(self, low: int, high: int) -> int:
        """Return one whole number from `low` to `high`, both included."""
        return low + ((int(self._bits.random_raw()) >> 32) * (high - low + 1) >> 32)

    def happens(self, per_mille: int) -> bool:
        """Tell whether something with a chance of `per_mille` in a thousand happens."""
        return self.number(0, 999) < per_mille

    def position(self, cumulated: Sequence[int] | IntArray) -> int:
        """Return one position, drawn by weights that are already added up."""
        return int(np.searchsorted(cumulated, self.number(0, int(cumulated[-1]) - 1), side="right"))

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """Return one of `choices`, all equally likely."""
        return choices[self.number(0, len(choices) - 1)]

    def order(self, size: int) -> IntArray:
        """Return the positions 0 to `size` - 1 in random order."""
        words = np.asarray(self._bits.random_raw(size), dtype=np.uint64)
        return np.argsort(words, kind="stable").astype(np.int64)
