"""Chains of cohorts in order of dates: every route that somebody could take, each numbered once."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import NEVER
from matcher.features.sequences import CourseSequence, Curriculum
from matcher.features.training import Training

MAX_LENGTH = 3
EMPTY_CHAIN = 0
OPEN_ENTRY = 0

# Which cohort is entered after which: the rows of `Entries.of_chain`. The first three are those of the whole chain.
ENTRIES: tuple[tuple[int, tuple[int, ...]], ...] = (
    (0, ()),
    (1, (0,)),
    (2, (0, 1)),
    (1, ()),
    (2, (0,)),
    (2, (1,)),
    (2, ()),
)
RivalArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """N chains of up to three cohorts.

    Parameters
    ----------
    cohorts : int32 (3, N)
        Positions in the order taken, -1 beyond the end.
    """

    cohorts: IndexArray

    @property
    def lengths(self) -> IntArray:
        """The number of cohorts of each chain; int64 (N,)."""
        lengths: IntArray = (self.cohorts >= 0).sum(axis=0)
        return lengths

    def ends(self, training: Training) -> IndexArray:
        """Return the last day of each chain, `NEVER` for the empty one; int32 (N,)."""
        end: IndexArray = np.append(training.end, np.int32(NEVER))[self.cohorts].max(axis=0)
        return end


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Getting into any cohort of a course while bringing some of its prerequisites oneself.

    Parameters
    ----------
    course : int
    brought : frozenset of int
        Needs that no earlier cohort of the chain grants.
    first : int
        Position of the entry into the course's first cohort; the others follow.
    """

    course: int
    brought: frozenset[int]
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What it takes to enter the cohorts of N chains.

    Parameters
    ----------
    of_chain : int32 (7, N)
        Position of the entry into each cohort after the earlier ones and, as `ENTRIES` lists them, after some of them;
        `OPEN_ENTRY` beyond the end of the chain.
    courses : tuple of Entry
    size : int
        Number of positions.
    """

    of_chain: IndexArray
    courses: tuple[Entry, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapChains:
    """The chains that can close one gap, in order of their cohorts.

    Parameters
    ----------
    chain : int32 (M,)
    end : int32 (M,)
        Last day.
    rivals : uint8 (M,)
        As in `CourseSequence.rivals`.
    """

    chain: IndexArray
    end: IndexArray
    rivals: RivalArray

    def __len__(self) -> int:
        """Return the number of chains."""
        return len(self.chain)

    def ending_before(self, day: int) -> GapChains:
        """Return the chains whose last day lies before a day."""
        kept = self.end < day
        return GapChains(chain=self.chain[kept], end=self.end[kept], rivals=self.rivals[kept])


DIRECT = GapChains(
    chain=np.array([EMPTY_CHAIN], np.int32), end=np.array([NEVER], np.int32), rivals=np.zeros(1, np.uint8)
)


class ChainBook:
    """Finds the chains of each gap once and numbers them; threads may share it.

    Parameters
    ----------
    training : Training
    curriculum : Curriculum
    is_offered : bool (K,)
        Cohorts in which anybody may be.
    """

    def __init__(self, training: Training, curriculum: Curriculum, is_offered: BoolArray) -> None:
        self._training = training
        self._curriculum = curriculum
        self.gap_of_need = curriculum.gap_of_need
        self._offered = [cohorts[is_offered[cohorts]] for cohorts in training.cohorts_of_course]
        self._place_in_course = np.zeros(len(training.course), np.int32)
        for cohorts in training.cohorts_of_course:
            self._place_in_course[cohorts] = np.arange(len(cohorts))
        self._lock = Lock()
        self._entries: dict[tuple[int, frozenset[int]], Entry] = {}
        self._num_entries = 1
        self._blocks = [np.full((MAX_LENGTH, 1), -1, np.int32)]
        self._entry_blocks = [np.full((len(ENTRIES), 1), OPEN_ENTRY, np.int32)]
        self._num_chains = 1
        self._of_courses: dict[tuple[int, ...], tuple[int, IndexArray]] = {}
        self._of_gap: dict[tuple[int, int], GapChains] = {}

    def closing(self, need: int, useful: int) -> GapChains:
        """Return the chains that can be a minimal route for somebody with this gap; see `Curriculum.closing`."""
        with self._lock:
            found = self._of_gap.get((need, useful))
            if found is None:
                found = self._joined(self._curriculum.closing(need, useful))
                self._of_gap[need, useful] = found
            return found

    def numbered(self) -> tuple[Chains, Entries]:
        """Return all chains found so far, the first being the empty one, and what it takes to enter them."""
        with self._lock:
            self._blocks = [np.concatenate(self._blocks, axis=1)]
            self._entry_blocks = [np.concatenate(self._entry_blocks, axis=1)]
            entries = Entries(
                of_chain=self._entry_blocks[0], courses=tuple(self._entries.values()), size=self._num_entries
            )
            return Chains(cohorts=self._blocks[0]), entries

    def _joined(self, sequences: list[CourseSequence]) -> GapChains:
        found = [self._chains(sequence.courses) for sequence in sequences]
        sizes = [cohorts.shape[1] for _, cohorts in found]
        cohorts = np.concatenate([np.empty((MAX_LENGTH, 0), np.int32), *(cohorts for _, cohorts in found)], axis=1)
        number = np.concatenate(
            [np.empty(0, np.int32), *(np.arange(first, first + cohorts.shape[1]) for first, cohorts in found)]
        )
        rivals = np.repeat(np.array([seq.rivals for seq in sequences], np.uint8), sizes)
        order = np.lexsort(cohorts[::-1])
        end = np.where(cohorts >= 0, self._training.end[cohorts], 0).max(axis=0, initial=0)
        return GapChains(chain=number[order].astype(np.int32), end=end[order], rivals=rivals[order])

    def _chains(self, courses: tuple[int, ...]) -> tuple[int, IndexArray]:
        """Return the number of the first chain of a sequence of courses, and the cohorts of all of them."""
        known = self._of_courses.get(courses)
        if known is not None:
            return known
        cohorts = self._in_order_of_dates(courses)
        first = self._num_chains
        self._num_chains += cohorts.shape[1]
        self._blocks.append(cohorts)
        self._entry_blocks.append(self._entries_of(courses, cohorts))
        self._of_courses[courses] = first, cohorts
        return first, cohorts

    def _in_order_of_dates(self, courses: tuple[int, ...]) -> IndexArray:
        chains = self._offered[courses[0]][np.newaxis, :]
        for course in courses[1:]:
            following = self._offered[course]
            fits = self._training.end[chains[-1]][:, np.newaxis] < self._training.start[following]
            earlier, later = np.nonzero(fits)
            chains = np.vstack([chains[:, earlier], following[later]])
        padded = np.full((MAX_LENGTH, chains.shape[1]), -1, np.int32)
        padded[: len(courses)] = chains
        return padded

    def _entries_of(self, courses: tuple[int, ...], cohorts: IndexArray) -> IndexArray:
        entries = np.full((len(ENTRIES), cohorts.shape[1]), OPEN_ENTRY, np.int32)
        for row, (position, earlier) in enumerate(ENTRIES):
            if position < len(courses):
                brought = self._curriculum.remaining(courses[position], [courses[other] for other in earlier])
                first = self._entry(courses[position], brought).first
                entries[row] = first + self._place_in_course[cohorts[position]]
        return entries

    def _entry(self, course: int, brought: frozenset[int]) -> Entry:
        entry = self._entries.get((course, brought))
        if entry is None:
            entry = Entry(course=course, brought=brought, first=self._num_entries)
            self._entries[course, brought] = entry
            self._num_entries += len(self._training.cohorts_of_course[course])
        return entry
