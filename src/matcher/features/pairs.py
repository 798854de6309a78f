"""Who could take which vacancy, directly or after closing a gap of skills: every rule but those of routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import FOREVER, NEVER, rising
from matcher.features.block import Block
from matcher.features.chains import DIRECT, ChainBook, GapChains
from matcher.features.given import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What is missing, and how it can be closed.

    Parameters
    ----------
    chains : GapChains
    expires : bool
        Whether a required skill that is held expires before the latest start, so that routes must look at the day.
    """

    chains: GapChains
    expires: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """P pairs of a block, sorted by candidate and vacancy.

    Parameters
    ----------
    candidate : int32 (P,)
        Position in the block.
    vacancy : int32 (P,)
    gap : int32 (P,)
        Position in `gaps`.
    gaps : list of Gap
        The first is that of nothing missing.
    """

    candidate: IndexArray
    vacancy: IndexArray
    gap: IndexArray
    gaps: list[Gap]


class PairFinder:
    """Finds the pairs of one block of candidates, vacancy by vacancy.

    Parameters
    ----------
    given : Given
    block : Block
    last_day : int32 (N, B)
        Of each need and candidate, see `last_days`.
    book : ChainBook
    """

    def __init__(self, given: Given, block: Block, last_day: IndexArray, book: ChainBook) -> None:
        self._given = given
        self._block = block
        self._people = block.people
        self._last_day = last_day
        self._can_expire: BoolArray = ((last_day != FOREVER) & (last_day != NEVER)).any(axis=1)
        self._member_until = block.member_until
        self._book = book
        self._gaps = [Gap(chains=DIRECT, expires=False)]
        self._gap_number: dict[tuple[int, int, bool], int] = {}
        self._known_gaps: dict[tuple[tuple[int, ...], int, int], tuple[GapChains, tuple[int, int, bool]]] = {}
        self._wishing = cache(self._who_wishes)
        self._reaching = cache(self._who_reaches)
        self._able = cache(self._who_can_work)

    def pairs(self) -> Pairs:
        """Return every pair that no rule excludes, with or without a gap."""
        work = self._given.work
        within_reach = np.flatnonzero(work.is_open & self._block.reaches[work.place])
        found = [self._of_vacancy(vacancy) for vacancy in within_reach.tolist()]
        # A block may have more pairs than columns, and they are what it needs most memory for: 32 bits each.
        nobody = np.empty(0, np.int32)
        vacancy = np.repeat(within_reach.astype(np.int32), [len(who) for who, _ in found])
        candidate = np.concatenate([nobody, *(who for who, _ in found)])
        gap = np.concatenate([nobody, *(gap for _, gap in found)])
        del found
        order = rising(candidate, len(self._people))
        return Pairs(candidate=candidate[order], vacancy=vacancy[order], gap=gap[order], gaps=self._gaps)

    def _who_wishes(self, occupation: str | None) -> BoolArray:
        accepting = self._given.wishes.accepting(occupation)
        if accepting is None:
            return np.ones(len(self._people), np.bool_)
        wishing = np.zeros(len(self._people), np.bool_)
        for listed in accepting:
            members = self._block.position[listed]
            wishing[members[members >= 0]] = True
        return wishing

    def _who_reaches(self, place: int) -> BoolArray:
        reaching: BoolArray = self._given.places.km[self._people.place, place] <= self._people.max_distance_km
        return reaching

    def _who_can_work(self, extent: int) -> BoolArray:
        able: BoolArray = self._people.extent >= extent
        return able

    def _of_vacancy(self, vacancy: int) -> tuple[IndexArray, IndexArray]:
        """Return who could take a vacancy, and the gap that each has to close."""
        who, day = self._free_in_time(vacancy, self._eligible(vacancy))
        closable: dict[int, list[int]] = {}
        fixed = []
        for need in self._required(vacancy):
            gap = self._book.gap_of_need.get(need)
            if gap is None:
                met = self._last_day[need][who] >= day
                who, day = who[met], day[met]
                fixed.append(need)
            else:
                closable.setdefault(gap, []).append(need)
        number = self._gap_of_each(closable, fixed, who, day, int(self._given.work.latest[vacancy]))
        closable_gap = number >= 0
        return who[closable_gap].astype(np.int32), number[closable_gap].astype(np.int32)

    def _required(self, vacancy: int) -> list[int]:
        needs: list[int] = self._given.must.need[vacancy].tolist()
        return [need for need in needs if need >= 0]

    def _eligible(self, vacancy: int) -> IntArray:
        """Return who passes the rules that no date changes."""
        work = self._given.work
        who = np.flatnonzero(
            self._wishing(work.occupations[vacancy])
            & self._reaching(int(work.place[vacancy]))
            & self._able(int(work.extent[vacancy]))
        )
        forbidden = self._given.forbidden.get(vacancy)
        return who if forbidden is None else who[~np.isin(self._block.members[who], forbidden)]

    def _free_in_time(self, vacancy: int, who: IntArray) -> tuple[IntArray, IndexArray]:
        """Return who may begin, and the earliest day on which each could if nothing is missing."""
        work = self._given.work
        day = np.maximum(self._people.free_from[who], work.start[vacancy])
        kept = day <= np.minimum(self._people.last_start[who], work.latest[vacancy])
        if work.groups[vacancy]:
            kept &= self._member_until[work.groups[vacancy]][who] >= day
        return who[kept], day[kept]

    def _gap_of_each(
        self, closable: dict[int, list[int]], fixed: list[int], who: IntArray, day: IndexArray, latest: int
    ) -> IntArray:
        """Return the number of each candidate's gap, -1 where no chain closes it in time."""
        last_days = [self._last_met(needs, who) for needs in closable.values()]
        flags = [last_day < day for last_day in last_days]
        can_expire = [need for needs in closable.values() for need in needs if self._can_expire[need]]
        may_expire = [need for need in fixed if self._can_expire[need]]
        if can_expire or may_expire:
            flags += [last_day < latest for last_day in last_days]
            flags.append(self._last_met(may_expire, who) < latest)
        patterns, which = distinct_patterns(flags, len(who))
        gaps = tuple(closable)
        numbers = [self._number(gaps, pattern, len(flags), latest) for pattern in patterns]
        return np.array(numbers, np.int64)[which]

    def _last_met(self, needs: Iterable[int], who: IntArray) -> IndexArray:
        last_met = np.full(len(who), FOREVER, np.int32)
        for need in needs:
            np.minimum(last_met, self._last_day[need][who], out=last_met)
        return last_met

    def _number(self, gaps: tuple[int, ...], pattern: int, num_flags: int, latest: int) -> int:
        """Return the number of the gap that a pattern of flags stands for, -1 where no chain closes it in time."""
        if not pattern & ((1 << len(gaps)) - 1):
            return 0
        case = (gaps, pattern, num_flags)
        known = self._known_gaps.get(case)
        if known is None:  # the vacancies of one occupation ask for the same again and again
            known = self._known_gaps[case] = self._gap_of(gaps, pattern, num_flags)
        chains, key = known
        if chains.earliest_end >= latest:
            return -1
        number = self._gap_number.get(key)
        if number is None:
            number = self._gap_number[key] = len(self._gaps)
            self._gaps.append(Gap(chains=chains, expires=key[2]))
        return number

    def _gap_of(self, gaps: tuple[int, ...], pattern: int, num_flags: int) -> tuple[GapChains, tuple[int, int, bool]]:
        missing = pattern & ((1 << len(gaps)) - 1)
        expired = pattern >> len(gaps) if num_flags > len(gaps) else missing
        need = sum(1 << gap for bit, gap in enumerate(gaps) if missing >> bit & 1)
        useful = sum(1 << gap for bit, gap in enumerate(gaps) if expired >> bit & 1)
        return self._book.closing(need, useful), (need, useful, expired != missing)


def distinct_patterns(flags: Sequence[BoolArray], size: int) -> tuple[list[int], IntArray]:
    """Return the distinct combinations of flags as bits of a number, and which of them each position has.

    Parameters
    ----------
    flags : sequence of bool (size,)
        Any number of them.
    size : int
    """
    if len(flags) > 62:
        packed = np.packbits(np.stack(flags, axis=1), axis=1, bitorder="little")
        rows, which = np.unique(packed, axis=0, return_inverse=True)
        return [int.from_bytes(row.tobytes(), "little") for row in rows], which.reshape(size)
    code = np.zeros(size, np.int64)
    for bit, flag in enumerate(flags):
        code |= flag.astype(np.int64) << bit
    if len(flags) > 10:
        values, which = np.unique(code, return_inverse=True)
        return values.tolist(), which
    values = np.flatnonzero(np.bincount(code))  # much faster than sorting, while the codes are small
    place = np.zeros(1 << len(flags), np.int64)
    place[values] = np.arange(len(values))
    return values.tolist(), place[code]
