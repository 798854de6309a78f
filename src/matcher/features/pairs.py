"""Who could take which vacancy, directly or after closing a gap of skills: every rule but those of routes.

The vacancies of one place are judged together: one by one, most of the time would go to calls for a few people each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import FOREVER, ragged, rising
from matcher.features.block import Block
from matcher.features.chains import ChainBook
from matcher.features.gaps import Gap, GapFinder, Lacks
from matcher.features.given import Given

FULL_EXTENT = 100  # percent; nobody works more, and no vacancy asks for less than one
PAIRS_AT_A_TIME = 1 << 18  # under judgement at one time; bounds the temporary memory


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Pairs under judgement.

    Parameters
    ----------
    who, vacancy : int64 (n,)
    day : int32 (n,)
        The earliest on which each could begin if nothing is missing.
    """

    who: IntArray
    vacancy: IntArray
    day: IndexArray

    def where(self, kept: BoolArray) -> _Trial:
        """Return some of the pairs."""
        return _Trial(who=self.who[kept], vacancy=self.vacancy[kept], day=self.day[kept])


class PairFinder:
    """Finds the pairs of one block of candidates, place by place.

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
        self._last_day = last_day.ravel()
        self._within_reach = np.flatnonzero(given.work.is_open & block.reaches[given.work.place])
        must = given.must.need
        is_closable = np.isin(must, list(book.gap_of_need))
        self._fixed = _packed(np.where(is_closable, -1, must))
        self._closable = _packed(np.where(is_closable, must, -1))
        self._gaps = GapFinder(book, self._closable[self._within_reach], self._within_reach)
        self._wish, self._wishing = self._wishes()
        self._forbidden = np.array(
            [vacancy * len(block) + who for vacancy in given.forbidden for who in self._kept_from(vacancy)], np.int64
        )

    def pairs(self) -> Pairs:
        """Return every pair that no rule excludes, with or without a gap."""
        # A block may have more pairs than columns, and they are what it needs most memory for: 32 bits each.
        nobody = np.empty(0, np.int32)
        found = [(nobody, nobody, nobody), *map(self._judged, self._suited())]
        candidate, vacancy, gap = (np.concatenate(parts) for parts in zip(*found, strict=True))
        del found
        place = np.searchsorted(self._within_reach, vacancy).astype(np.int32)
        order = rising(place, len(self._within_reach))
        order = order[rising(candidate[order], len(self._people))]
        return Pairs(candidate=candidate[order], vacancy=vacancy[order], gap=gap[order], gaps=self._gaps.found)

    def _wishes(self) -> tuple[IntArray, BoolArray]:
        """Return the number of each vacancy's occupation, and who wishes for each; int64 (V,), bool (O, B)."""
        occupations = self._given.work.occupations
        number: dict[str | None, int] = {}
        wish = np.zeros(len(occupations), np.int64)
        for vacancy in self._within_reach.tolist():
            wish[vacancy] = number.setdefault(occupations[vacancy], len(number))
        wishing = np.zeros((len(number), len(self._people)), np.bool_)
        for occupation, row in number.items():
            accepting = self._given.wishes.accepting(occupation)
            wishing[row] = accepting is None
            for listed in accepting or ():
                members = self._block.position[listed]
                wishing[row, members[members >= 0]] = True
        return wish, wishing

    def _kept_from(self, vacancy: int) -> list[int]:
        members = self._block.position[self._given.forbidden[vacancy]]
        kept: list[int] = members[members >= 0].tolist()
        return kept

    def _suited(self) -> Iterator[_Trial]:
        """Yield who passes the rules that need no skill, some pairs at a time, by place and vacancy."""
        work = self._given.work
        by_place = self._within_reach[np.argsort(work.place[self._within_reach], kind="stable")]
        for vacancies in np.split(by_place, np.flatnonzero(np.diff(work.place[by_place])) + 1):
            if len(vacancies):
                yield from self._at_place(vacancies)

    def _at_place(self, vacancies: IntArray) -> Iterator[_Trial]:
        work, people = self._given.work, self._people
        near = np.flatnonzero(self._given.places.km[people.place, work.place[vacancies[0]]] <= people.max_distance_km)
        wish_and_extent = self._wish[vacancies] * FULL_EXTENT + work.extent[vacancies] - 1
        kinds, kind = np.unique(wish_and_extent, return_inverse=True)
        wish, extent = np.divmod(kinds, FULL_EXTENT)
        fits = self._wishing[wish][:, near] & (people.extent[near] > extent[:, np.newaxis])
        who = near[np.nonzero(fits)[1]]
        count = fits.sum(axis=1)
        first, count = (np.cumsum(count) - count)[kind], count[kind]
        cuts = np.flatnonzero(np.diff(np.cumsum(count) // PAIRS_AT_A_TIME)) + 1
        for begin, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(vacancies)], strict=True):
            position, row = ragged(first[begin:end], count[begin:end])
            yield self._in_time(who[position], vacancies[begin:end][row])

    def _in_time(self, who: IntArray, vacancy: IntArray) -> _Trial:
        """Return who is free and a member in time, and not kept from the vacancy."""
        work, people = self._given.work, self._people
        day = np.maximum(people.free_from[who], work.start[vacancy])
        kept = day <= np.minimum(people.last_start[who], work.latest[vacancy])
        groups = work.groups[vacancy]
        if groups.any():
            kept &= self._block.member_until[groups, who] >= day
        if len(self._forbidden):
            kept &= ~np.isin(vacancy * len(self._block) + who, self._forbidden)
        return _Trial(who=who, vacancy=vacancy, day=day).where(kept)

    def _judged(self, trial: _Trial) -> tuple[IndexArray, IndexArray, IndexArray]:
        """Return candidates, vacancies and gaps of the pairs that have every skill that no course grants."""
        kept = np.ones(len(trial.who), np.bool_)
        expires = np.zeros(len(trial.who), np.bool_)
        latest = self._given.work.latest[trial.vacancy]
        for needs in self._fixed.T:
            last = self._last(needs[trial.vacancy], trial.who)
            kept &= last >= trial.day
            expires |= last < latest
        trial, expires, latest = trial.where(kept), expires[kept], latest[kept]
        lacks = [self._last(needs[trial.vacancy], trial.who) for needs in self._closable.T]
        gap = self._gaps.of_each(
            Lacks(
                vacancy=trial.vacancy,
                latest=latest,
                expires=expires,
                missing=[last < trial.day for last in lacks],
                expired=[last < latest for last in lacks],
            )
        )
        closable = gap >= 0
        return trial.who[closable].astype(np.int32), trial.vacancy[closable].astype(np.int32), gap[closable]

    def _last(self, need: IndexArray, who: IntArray) -> IndexArray:
        """Return the last day on which each candidate meets a need, for ever where none is asked for."""
        last = self._last_day.take(need * np.int64(len(self._block)) + who)
        last[need < 0] = FOREVER
        return last


def _packed(needs: IndexArray) -> IndexArray:
    """Return each row's needs first and what is not asked for (-1) after them, in no more columns than needed."""
    order = np.argsort(needs < 0, axis=1, kind="stable")
    packed: IndexArray = np.take_along_axis(needs, order, axis=1)
    return packed[:, : int((packed >= 0).sum(axis=1).max(initial=0))]
