"""The columns of all pairs: each option on the days of its vacancy, docs/model.md section 2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import ragged
from matcher.features.block import Block
from matcher.features.chains import Catalogue, RivalArray
from matcher.features.curriculum import MAX_LENGTH, PARTS
from matcher.features.given import Given
from matcher.features.options import Options, entry_rows
from matcher.features.pairs import Pairs
from matcher.features.skills import SkillsOnDay

CELLS_AT_A_TIME = 1 << 17  # pairs x chains under judgement at one time; bounds the temporary memory


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
class Cells(Found):
    """Columns as long as they may still fall, with the rivals that are still to be judged."""

    rivals: RivalArray
    expires: BoolArray

    def where(self, kept: BoolArray | IntArray) -> Cells:
        """Return some of the cells."""
        return Cells(**{field.name: getattr(self, field.name)[kept] for field in fields(self)})


class RouteFinder:
    """Finds the routes of one block's pairs.

    Parameters
    ----------
    given : Given
    block : Block
    catalogue : Catalogue
    may_enter : bool (B, entries)
        See `entry_table`.
    skills : SkillsOnDay
    """

    def __init__(
        self, given: Given, block: Block, catalogue: Catalogue, may_enter: BoolArray, skills: SkillsOnDay
    ) -> None:
        self._work = given.work
        self._cohort_end = given.training.end
        self._people = block.people
        self._member_until = block.member_until
        self._chains = catalogue.chains
        self._ends = catalogue.chains.ends(given.training)
        self._entries = catalogue.entries_of_chain
        self._may_enter = may_enter
        self._skills = skills

    def columns(self, pairs: Pairs, options: Options) -> Iterator[Found]:
        """Yield the columns of all pairs, in order, some at a time."""
        expires = np.array([gap.expires for gap in pairs.gaps])[pairs.gap]
        counts = options.count[options.case]
        cuts = np.searchsorted(np.cumsum(counts), np.arange(0, max(1, counts.sum()), CELLS_AT_A_TIME), side="right")
        for begin, end in zip(cuts, [*cuts[1:], len(counts)], strict=True):
            position, row = ragged(options.first[options.case[begin:end]], counts[begin:end])
            pair = row + begin
            candidate, vacancy = pairs.candidate[pair].astype(np.int64), pairs.vacancy[pair].astype(np.int64)
            chain = options.chain[position].astype(np.int64)
            start_day = np.maximum(self._first_day(candidate, vacancy), self._ends[chain] + 1)
            cells = Cells(
                candidate=candidate,
                vacancy=vacancy,
                chain=chain,
                start_day=start_day,
                rivals=options.rivals[position],
                expires=expires[pair],
            )
            yield self._minimal(cells.where(self._is_possible(cells)))

    def _first_day(self, candidate: IntArray, vacancy: IntArray) -> IndexArray:
        return np.maximum(self._people.free_from[candidate], self._work.start[vacancy])

    def _is_possible(self, cells: Cells) -> BoolArray:
        """Tell whether the job may still begin on the start day, and the candidate is free and a member."""
        day = cells.start_day
        possible: BoolArray = day <= self._work.latest[cells.vacancy]
        possible &= day <= self._people.last_start[cells.candidate]
        possible &= day <= self._member_until[self._work.groups[cells.vacancy], cells.candidate]
        return possible

    def _minimal(self, cells: Cells) -> Found:
        """Return the cells without those in which a skill expires too early or a proper part would do."""
        expiring = np.flatnonzero(cells.expires)
        kept = np.ones(len(cells), np.bool_)
        some = cells.where(expiring)
        kept[expiring] = self._is_skilled(some, tuple(range(MAX_LENGTH)), some.start_day)
        for bit, part in enumerate(PARTS[MAX_LENGTH]):
            rivalled = expiring[kept[expiring] & (cells.rivals[expiring] >> bit & 1).astype(np.bool_)]
            kept[rivalled] = ~self._would_do(cells.where(rivalled), part)
        return Found(**{field.name: getattr(cells, field.name)[kept] for field in fields(Found)})

    def _would_do(self, cells: Cells, part: tuple[int, ...]) -> BoolArray:
        """Tell whether a proper part of each cell's chain is a route, too.

        It starts no later, so that only prerequisites and required skills can stand in its way.
        """
        may_enter: BoolArray = np.logical_and.reduce(
            [self._may_enter[cells.candidate, self._entries[row][cells.chain]] for row in entry_rows(part)]
        )
        last = self._cohort_end[self._chains.cohorts[part[-1]][cells.chain]]
        start_day = np.maximum(self._first_day(cells.candidate, cells.vacancy), last + 1)
        return may_enter & self._is_skilled(cells, part, start_day)

    def _is_skilled(self, cells: Cells, part: tuple[int, ...], day: IndexArray) -> BoolArray:
        cohorts = np.stack([self._chains.cohorts[position][cells.chain] for position in part])
        return self._skills.all_met(cells.candidate, cells.vacancy, cohorts, day)
