"""Which chains each candidate with a gap can take, whatever the vacancy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import distinct
from matcher.features.chains import ENTRIES, Catalogue, RivalArray
from matcher.features.curriculum import MAX_LENGTH, PARTS
from matcher.features.gaps import Gap
from matcher.features.pairs import Pairs

CELLS_AT_A_TIME = 1 << 22  # candidates x chains of one gap under judgement at one time; bounds the temporary memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The chains open to each case: a candidate with a gap.

    Parameters
    ----------
    case : int32 (P,)
        Of each pair.
    first, count : int64 (cases,)
        Case c can take ``chain[first[c]:first[c] + count[c]]``.
    chain : int32 (M,)
    rivals : uint8 (M,)
        As in `Closing.rivals`, still to be judged where a skill expires.
    """

    case: IndexArray
    first: IntArray
    count: IntArray
    chain: IndexArray
    rivals: RivalArray


class OptionFinder:
    """Judges the chains of each gap for all candidates who have it.

    Parameters
    ----------
    catalogue : Catalogue
    may_enter : bool (B, entries)
        See `entry_table`.
    max_trainings : int32 (B,)
    """

    def __init__(self, catalogue: Catalogue, may_enter: BoolArray, max_trainings: IndexArray) -> None:
        self._entries = catalogue.entries_of_chain
        self._lengths = catalogue.chains.lengths
        self._may_enter = may_enter
        self._max_trainings = max_trainings

    def options(self, pairs: Pairs) -> Options:
        """Return the options of all pairs."""
        num_candidates = len(self._may_enter)
        keys = pairs.gap.astype(np.int64) * num_candidates + pairs.candidate
        cases, case_of_pair = distinct(keys, len(pairs.gaps) * num_candidates)
        gap, candidate = np.divmod(cases, num_candidates)
        bounds = np.searchsorted(gap, np.arange(len(pairs.gaps) + 1))
        counts, chains, rivals = [], [], []
        for number, entry in enumerate(pairs.gaps):
            members = candidate[bounds[number] : bounds[number + 1]]
            step = max(1, CELLS_AT_A_TIME // len(entry.chains))
            for begin in range(0, len(members), step):
                some = members[begin : begin + step]
                member, position = self._taken(entry, some)
                counts.append(np.bincount(member, minlength=len(some)))
                chains.append(entry.chains.chain[position])
                rivals.append(entry.chains.rivals[position])
        count = np.concatenate([np.empty(0, np.int64), *counts])
        return Options(
            case=case_of_pair,
            first=np.cumsum(count) - count,
            count=count,
            chain=np.concatenate([np.empty(0, np.int32), *chains]),
            rivals=np.concatenate([np.empty(0, np.uint8), *rivals]),
        )

    def _taken(self, gap: Gap, members: IntArray) -> tuple[IntArray, IntArray]:
        """Return which chains of a gap some candidates can take: positions of members, rising, and of chains."""
        chain = gap.chains.chain
        can_take = self._lengths[chain] <= self._max_trainings[members][:, np.newaxis]
        may_enter = self._may_enter[members]
        for row in range(MAX_LENGTH):
            can_take &= may_enter.take(self._entries[row][chain], axis=1)
        member, position = np.nonzero(can_take)
        if gap.expires:
            return member, position
        needed = self._is_needed(chain[position], gap.chains.rivals[position], members[member])
        return member[needed], position[needed]

    def _is_needed(self, chain: IndexArray, rivals: RivalArray, candidate: IntArray) -> BoolArray:
        """Tell of which chains no proper part would do.

        A part starts no later, so that only prerequisites can stand in its way.
        """
        is_needed = np.ones(len(chain), np.bool_)
        for bit, part in enumerate(PARTS[MAX_LENGTH]):
            rivalled = np.flatnonzero(rivals >> bit & 1)
            would_do = [
                self._may_enter[candidate[rivalled], self._entries[row][chain[rivalled]]] for row in entry_rows(part)
            ]
            is_needed[rivalled] &= ~np.logical_and.reduce(would_do)
        return is_needed


def entry_rows(part: tuple[int, ...]) -> list[int]:
    """Return the rows of `Catalogue.entries_of_chain` that a part of a chain asks for."""
    return [ENTRIES.index((position, part[:place])) for place, position in enumerate(part)]
