"""The draw that decides remaining ties: fixed by the ids alone, docs/model.md section 3."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from matcher.columns import IndexArray

HashArray = npt.NDArray[np.uint64]

VACANCY_FACTOR = np.uint64(3)
COHORT_FACTORS = np.array([5, 7, 9], np.uint64)


def id_hashes(kind: str, ids: Iterable[str]) -> HashArray:
    """Return the first 8 bytes of the SHA-256 of ``kind:id`` of each id; uint64."""
    digests = b"".join(hashlib.sha256(f"{kind}:{entity_id}".encode()).digest()[:8] for entity_id in ids)
    return np.frombuffer(digests, ">u8").astype(np.uint64)


def drawn(mixed: HashArray) -> IndexArray:
    """Return the lottery numbers, 1 to 2**20, of columns' mixed hashes; overwrites its argument.

    The finaliser of SplitMix64 (Steele, Lea and Flood, 2014, Fast Splittable Pseudorandom Number Generators).
    """
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(44)).astype(np.int32) + 1
