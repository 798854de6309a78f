"""Random numbers by name: what happens to somebody in a replication is the same in every plan and on every machine.

Each event (that this person completes that cohort) has a stream of its own, named by its ids, and a replication is a
position in it. So two plans, or two scenarios, meet the same luck wherever they share an event (common random numbers),
and no replication depends on which were drawn before it, on how many workers, or in which order.

Source: the stream is SplitMix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators, OOPSLA),
begun at a hash of its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_UNUSED_BITS = np.uint64(11)  # a float64 holds 53 of 64
_UNIT = 2.0**-53


class Draws:
    """Uniform numbers from 0 to below 1 for named events in numbered replications.

    Parameters
    ----------
    seed : int
        At least 0.
    """

    __slots__ = ("_seed",)

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uniforms(self, kind: str, names: Iterable[str], first: int, count: int) -> FloatArray:
        """Return one number per event and replication.

        Parameters
        ----------
        kind : str
            What happens, for example ``"completes"``.
        names : iterable of str
            To whom: one per event.
        first, count : int
            The replications ``first`` to ``first + count - 1``.

        Returns
        -------
        float64 (number of names, count)
        """
        keys = np.array([self._key(kind, name) for name in names], dtype=np.uint64)
        steps = np.arange(first + 1, first + count + 1, dtype=np.uint64) * _GAMMA
        z = keys[:, None] + steps[None, :]
        for shift, factor in zip(_SHIFTS[:2], _FACTORS, strict=True):
            z = (z ^ (z >> shift)) * factor
        z ^= z >> _SHIFTS[2]
        numbers: FloatArray = (z >> _UNUSED_BITS).astype(np.float64) * _UNIT
        return numbers

    def _key(self, kind: str, name: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self._seed}\x1f{kind}\x1f{name}".encode()).digest()[:8], "big")
