"""Who could take which vacancy, directly or after closing a gap of skills: every rule but those of routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import FOREVER, NEVER
from matcher.features.chains import DIRECT, ChainBook, GapChains
from matcher.features.given import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """P pairs of a block, sorted by candidate and vacancy.

    Parameters
    ----------
    candidate : int64 (P,)
        Position in the block.
    vacancy : int64 (P,)
    window : int64 (P,)
        Position in `windows` of the chains that can close the pair's gap in time.
    expires : bool (P,)
        Whether a required skill that is held expires before the latest start, so that routes must look at the day.
    windows : list of GapChains
    """

    candidate: IntArray
    vacancy: IntArray
    window: IntArray
    expires: BoolArray
    windows: list[GapChains]


class PairFinder:
    """Finds the pairs of one block of candidates, vacancy by vacancy.

    Parameters
    ----------
    given : Given
    begin, end : int
        The block.
    last_day : int32 (N, B)
        Of each need and candidate, see `last_days`.
    book : ChainBook
    """

    def __init__(self, given: Given, begin: int, end: int, last_day: IndexArray, book: ChainBook) -> None:
        self._given = given
        self._begin, self._end = begin, end
        self._people = given.people.block(begin, end)
        self._last_day = last_day
        self._can_expire = ((last_day != FOREVER) & (last_day != NEVER)).any(axis=1)
        self._member_until = given.member_until[:, begin:end]
        self._book = book
        self._windows = [DIRECT]
        self._window_of: dict[tuple[int, int, int], int] = {}
        self._wishing = cache(self._who_wishes)
        self._reaching = cache(self._who_reaches)
        self._able = cache(self._who_can_work)

    def pairs(self) -> Pairs:
        """Return every pair that no rule excludes, with or without a gap."""
        nobody = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
        found = [self._of_vacancy(int(vacancy)) for vacancy in np.flatnonzero(self._given.work.is_open)]
        candidate, vacancy, window, expires = (np.concatenate(parts) for parts in zip(nobody, *found, strict=True))
        order = np.argsort(candidate, kind="stable")
        return Pairs(
            candidate=candidate[order],
            vacancy=vacancy[order],
            window=window[order],
            expires=expires[order],
            windows=self._windows,
        )

    def _who_wishes(self, occupation: str | None) -> BoolArray:
        accepting = self._given.wishes.accepting(occupation)
        if accepting is None:
            return np.ones(len(self._people), np.bool_)
        wishing = np.zeros(len(self._people), np.bool_)
        for listed in accepting:
            first, last = np.searchsorted(listed, (self._begin, self._end))
            wishing[listed[first:last] - self._begin] = True
        return wishing

    def _who_reaches(self, place: int) -> BoolArray:
        reaching: BoolArray = self._given.places.km[self._people.place, place] <= self._people.max_distance_km
        return reaching

    def _who_can_work(self, extent: int) -> BoolArray:
        able: BoolArray = self._people.extent >= extent
        return able

    def _of_vacancy(self, vacancy: int) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
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
        latest = int(self._given.work.latest[vacancy])
        window, expires = self._gaps(closable, who, day, latest)
        for need in fixed:
            if self._can_expire[need]:
                expires |= self._last_day[need][who] < latest
        kept = window >= 0
        who = who[kept]
        return who, np.full(len(who), vacancy), window[kept], expires[kept]

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
        return who if forbidden is None else who[~np.isin(who + self._begin, forbidden)]

    def _free_in_time(self, vacancy: int, who: IntArray) -> tuple[IntArray, IndexArray]:
        """Return who may begin, and the earliest day on which each could if nothing is missing."""
        work = self._given.work
        day = np.maximum(self._people.free_from[who], work.start[vacancy])
        kept = day <= np.minimum(self._people.last_start[who], work.latest[vacancy])
        if work.groups[vacancy]:
            kept &= self._member_until[work.groups[vacancy]][who] >= day
        return who[kept], day[kept]

    def _gaps(
        self, closable: dict[int, list[int]], who: IntArray, day: IndexArray, latest: int
    ) -> tuple[IntArray, BoolArray]:
        """Return each candidate's window of chains (-1 where none can close the gap) and whether a skill expires."""
        last_days = [self._last_met(needs, who) for needs in closable.values()]
        missing = [last_day < day for last_day in last_days]
        expired = [last_day < latest for last_day in last_days]
        expires = np.zeros(len(who), np.bool_)
        for now, later in zip(missing, expired, strict=True):
            expires |= now != later
        patterns, which = distinct_patterns([*missing, *expired], len(who))
        gaps = list(closable)
        windows = []
        for pattern in patterns:
            need = sum(1 << gap for bit, gap in enumerate(gaps) if pattern >> bit & 1)
            useful = sum(1 << gap for bit, gap in enumerate(gaps, len(gaps)) if pattern >> bit & 1)
            windows.append(self._window(need, useful, latest))
        return np.array(windows, np.int64)[which], expires

    def _last_met(self, needs: Iterable[int], who: IntArray) -> IndexArray:
        last_met = np.full(len(who), FOREVER, np.int32)
        for need in needs:
            np.minimum(last_met, self._last_day[need][who], out=last_met)
        return last_met

    def _window(self, need: int, useful: int, latest: int) -> int:
        if not need:
            return 0
        key = (need, useful, latest)
        if key not in self._window_of:
            chains = self._book.closing(need, useful).ending_before(latest)
            self._window_of[key] = len(self._windows) if len(chains) else -1
            if len(chains):
                self._windows.append(chains)
        return self._window_of[key]


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
    values, which = np.unique(code, return_inverse=True)
    return values.tolist(), which
