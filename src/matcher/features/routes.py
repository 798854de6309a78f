"""Which chains of cohorts each pair can take: the rules of routes in docs/model.md section 2, on the days concerned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import ragged
from matcher.features.chains import ENTRIES, MAX_LENGTH, OPEN_ENTRY, Chains, Entries, RivalArray
from matcher.features.given import Given
from matcher.features.pairs import Pairs
from matcher.features.sequences import PARTS
from matcher.features.skills import SkillsOnDay

CELLS_AT_A_TIME = 1 << 18  # pairs x chains under judgement at one time; bounds the temporary memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """N columns of a block, sorted by candidate, vacancy and route.

    Parameters
    ----------
    candidate : int64 (N,)
        Position in the block.
    vacancy : int64 (N,)
    chain : int64 (N,)
        Position in `Chains`.
    start_day : int32 (N,)
    """

    candidate: IntArray
    vacancy: IntArray
    chain: IntArray
    start_day: IndexArray

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.candidate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Pairs x chains that are still possible."""

    pair: IntArray
    candidate: IntArray
    vacancy: IntArray
    chain: IntArray
    rivals: RivalArray
    start_day: IndexArray

    def where(self, kept: BoolArray | IntArray) -> Cells:
        """Return some of the cells."""
        return Cells(**{field.name: getattr(self, field.name)[kept] for field in fields(self)})


def entry_table(given: Given, begin: int, end: int, last_day: IndexArray, entries: Entries) -> BoolArray:
    """Return who of a block may enter each cohort while bringing some of its prerequisites; bool (B, entries).

    The rules of routes 2 and 4, 5, and 3 as far as it concerns the cohorts in which a candidate is already enrolled.
    """
    training = given.training
    people = given.people.block(begin, end)
    enrolled = given.enrolments.block(begin, end).table(end - begin, len(training.cohort_ids))
    is_open = training.start >= people.available_from[:, np.newaxis]
    is_open &= given.places.km[people.place][:, training.place] <= people.max_distance_km[:, np.newaxis]
    is_open[:, training.is_running] = False
    for cohort in np.flatnonzero(enrolled.any(axis=0)):
        overlapping = (training.start <= training.end[cohort]) & (training.end >= training.start[cohort])
        is_open[np.ix_(enrolled[:, cohort], overlapping)] = False
    table = np.empty((end - begin, entries.size), np.bool_)
    table[:, OPEN_ENTRY] = True
    for entry in entries.courses:
        cohorts = training.cohorts_of_course[entry.course]
        able = is_open[:, cohorts]
        for need in entry.brought:
            able &= last_day[need][:, np.newaxis] >= training.start[cohorts]
        table[:, entry.first : entry.first + len(cohorts)] = able | enrolled[:, cohorts]
    return table


class RouteFinder:
    """Finds the routes of one block's pairs.

    Parameters
    ----------
    given : Given
    begin, end : int
        The block.
    skills : SkillsOnDay
        Of the block.
    chains : Chains
    entries : Entries
    """

    def __init__(
        self, given: Given, begin: int, end: int, skills: SkillsOnDay, chains: Chains, entries: Entries
    ) -> None:
        self._given = given
        self._people = given.people.block(begin, end)
        self._member_until = given.member_until[:, begin:end]
        self._chains = chains
        self._lengths = chains.lengths
        self._ends = chains.ends(given.training)
        self._entries = entries.of_chain
        self._may_enter = entry_table(given, begin, end, skills.last_day, entries)
        self._skills = skills

    def columns(self, pairs: Pairs) -> Iterator[Found]:
        """Yield the columns of all pairs, in order, some at a time."""
        for cells in self._cells(pairs):
            yield self._minimal(pairs, self._possible(pairs, cells))

    def _cells(self, pairs: Pairs) -> Iterator[Cells]:
        """Yield all pairs x chains that close the gap in time and that the candidate may enter."""
        sizes = np.array([len(window) for window in pairs.windows])
        firsts = np.cumsum(sizes) - sizes
        chain = np.concatenate([window.chain for window in pairs.windows]).astype(np.int64)
        rivals = np.concatenate([window.rivals for window in pairs.windows])
        counts = sizes[pairs.window]
        cuts = np.searchsorted(np.cumsum(counts), np.arange(0, max(1, counts.sum()), CELLS_AT_A_TIME), side="right")
        for begin, end in zip(cuts, [*cuts[1:], len(counts)], strict=True):
            position, row = ragged(firsts[pairs.window[begin:end]], counts[begin:end])
            kept = self._may_take(pairs.candidate[begin:end][row], chain[position])
            pair, position = row[kept] + begin, position[kept]
            yield self._dated(pairs, pair, chain[position], rivals[position])

    def _may_take(self, candidate: IntArray, chain: IntArray) -> BoolArray:
        kept = self._lengths[chain] <= self._people.max_trainings[candidate]
        for row in range(MAX_LENGTH):
            kept &= self._enters(candidate, chain, row)
        return kept

    def _enters(self, candidate: IntArray, chain: IntArray, row: int) -> BoolArray:
        entry = candidate * self._may_enter.shape[1] + self._entries[row][chain]
        enters: BoolArray = self._may_enter.ravel().take(entry)
        return enters

    def _dated(self, pairs: Pairs, pair: IntArray, chain: IntArray, rivals: RivalArray) -> Cells:
        candidate, vacancy = pairs.candidate[pair], pairs.vacancy[pair]
        start_day = np.maximum(self._people.free_from[candidate], self._given.work.start[vacancy])
        np.maximum(start_day, self._ends[chain] + 1, out=start_day)
        return Cells(pair=pair, candidate=candidate, vacancy=vacancy, chain=chain, rivals=rivals, start_day=start_day)

    def _possible(self, pairs: Pairs, cells: Cells) -> Cells:
        """Return the cells whose candidate is still free, a member and skilled on the start day."""
        work = self._given.work
        kept = cells.start_day <= self._people.last_start[cells.candidate]
        kept &= self._member_until[work.groups[cells.vacancy], cells.candidate] >= cells.start_day
        expiring = np.flatnonzero(kept & pairs.expires[cells.pair])
        kept[expiring] = self._skilled(cells.where(expiring), range(MAX_LENGTH))
        return cells.where(kept)

    def _skilled(self, cells: Cells, part: Sequence[int], start_day: IndexArray | None = None) -> BoolArray:
        cohorts = self._chains.cohorts[:, cells.chain][list(part)]
        day = cells.start_day if start_day is None else start_day
        return self._skills.all_met(cells.candidate, cells.vacancy, cohorts, day)

    def _minimal(self, pairs: Pairs, cells: Cells) -> Found:
        """Return the cells of which no proper part would do."""
        superfluous = np.zeros(len(cells.pair), np.bool_)
        for bit, part in enumerate(PARTS[MAX_LENGTH]):
            with_rival = np.flatnonzero((cells.rivals >> bit & 1).astype(np.bool_) & ~superfluous)
            if len(with_rival):
                superfluous[with_rival] = self._would_do(pairs, cells.where(with_rival), part)
        kept = cells.where(~superfluous)
        return Found(candidate=kept.candidate, vacancy=kept.vacancy, chain=kept.chain, start_day=kept.start_day)

    def _would_do(self, pairs: Pairs, cells: Cells, part: tuple[int, ...]) -> BoolArray:
        """Tell whether a proper part of each cell's chain is a route, too.

        It starts no later, so only prerequisites and required skills can stand in its way.
        """
        feasible = np.ones(len(cells.pair), np.bool_)
        for position, cohort in enumerate(part):
            feasible &= self._enters(cells.candidate, cells.chain, ENTRIES.index((cohort, part[:position])))
        expiring = np.flatnonzero(feasible & pairs.expires[cells.pair])
        if len(expiring):
            some = cells.where(expiring)
            last = self._given.training.end[self._chains.cohorts[part[-1]][some.chain]]
            day = np.maximum(self._people.free_from[some.candidate], self._given.work.start[some.vacancy])
            feasible[expiring] = self._skilled(some, part, np.maximum(day, last + 1))
        return feasible
