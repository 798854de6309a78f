"""Chains of cohorts in order of dates: every route that somebody could take, each numbered once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import FOREVER, NEVER
from matcher.features.curriculum import MAX_LENGTH, NO_ROUTE, ORDERS, Closing, CourseSet, Curriculum, bits
from matcher.features.training import Training

EMPTY_CHAIN = 0
OPEN_ENTRY = 0

# Which cohort is entered after which: the rows of `Catalogue.entries_of_chain`. The whole chain has the first three.
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


def _order_number(size: int) -> IntArray:
    number = np.zeros((size,) * size, np.int64)
    for position, order in enumerate(ORDERS[size]):
        number[order] = position
    return number


ORDER_NUMBER = {size: _order_number(size) for size in ORDERS}  # position in ORDERS by the order itself


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
    brought : tuple of int
        Needs that no earlier cohort of the chain grants.
    first : int
        Position of the entry into the first of `cohorts`; the others follow.
    cohorts : int64 (k,)
        Those of the course that are offered.
    """

    course: int
    brought: tuple[int, ...]
    first: int
    cohorts: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """N numbered chains, what it takes to enter them and what they grant; the first is the empty one.

    Parameters
    ----------
    chains : Chains
    entries : tuple of Entry
    num_entries : int
        Number of positions that the entries take.
    entries_of_chain : int32 (7, N)
        Position of the entry into each cohort after the earlier ones and, as `ENTRIES` lists them, after some of them;
        `OPEN_ENTRY` beyond the end of the chain.
    course_sets : list of tuple of int
        Distinct sets of courses.
    set_of_chain : int32 (N,)
    """

    chains: Chains
    entries: tuple[Entry, ...]
    num_entries: int
    entries_of_chain: IndexArray
    course_sets: list[tuple[int, ...]]
    set_of_chain: IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class GapChains:
    """The chains that can close one gap, in order of their cohorts.

    Parameters
    ----------
    chain : int32 (M,)
    rivals : uint8 (M,)
        As in `Closing.rivals`.
    earliest_end : int
        Of all these chains.
    """

    chain: IndexArray
    rivals: RivalArray
    earliest_end: int

    def __len__(self) -> int:
        """Return the number of chains."""
        return len(self.chain)


DIRECT = GapChains(chain=np.array([EMPTY_CHAIN], np.int32), rivals=np.zeros(1, np.uint8), earliest_end=NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetChains:
    """The chains of all cohorts of a set of courses.

    Parameters
    ----------
    first : int
        Number of the first chain; the others follow.
    order : int64 (M,)
        Position in ``ORDERS[len(courses)]`` of the order in which the cohorts run.
    cohorts : int32 (3, M)
    """

    first: int
    order: IntArray
    cohorts: IndexArray


class ChainBook:
    """Finds the chains of each gap once and numbers them.

    Parameters
    ----------
    training : Training
    curriculum : Curriculum
    is_offered : bool (K,)
        Cohorts that can be of use to anybody concerned.
    """

    def __init__(self, training: Training, curriculum: Curriculum, is_offered: BoolArray) -> None:
        self._training = training
        self._curriculum = curriculum
        self.gap_of_need = curriculum.gap_of_need
        self._offered = [cohorts[is_offered[cohorts]] for cohorts in training.cohorts_of_course]
        self._place_in_course = np.zeros(len(training.course), np.int32)
        for cohorts in self._offered:
            self._place_in_course[cohorts] = np.arange(len(cohorts))
        self._entries: dict[tuple[int, int], Entry] = {}
        self._num_entries = 1
        self._blocks = [np.full((MAX_LENGTH, 1), -1, np.int32)]
        self._entry_blocks = [np.full((len(ENTRIES), 1), OPEN_ENTRY, np.int32)]
        self._num_chains = 1
        self._of_set: dict[tuple[int, ...], SetChains] = {}
        self._of_gap: dict[tuple[int, int], GapChains] = {}

    def closing(self, need: int, useful: int) -> GapChains:
        """Return the chains that can be a minimal route for somebody with this gap; see `Curriculum.closing`."""
        found = self._of_gap.get((need, useful))
        if found is None:
            found = self._joined(self._curriculum.closing(need, useful))
            self._of_gap[need, useful] = found
        return found

    def catalogue(self) -> Catalogue:
        """Return all chains found so far."""
        course_sets = [(), *self._of_set]
        sizes = [1, *(len(chains.order) for chains in self._of_set.values())]
        return Catalogue(
            chains=Chains(cohorts=np.concatenate(self._blocks, axis=1)),
            entries=tuple(self._entries.values()),
            num_entries=self._num_entries,
            entries_of_chain=np.concatenate(self._entry_blocks, axis=1),
            course_sets=course_sets,
            set_of_chain=np.repeat(np.arange(len(course_sets), dtype=np.int32), sizes),
        )

    def _joined(self, closing: list[Closing]) -> GapChains:
        found = [self._chains(entry.course_set) for entry in closing]
        nothing = np.empty(0, np.int64)
        number = np.concatenate([nothing, *(chains.first + np.arange(len(chains.order)) for chains in found)])
        cohorts = np.concatenate([np.empty((MAX_LENGTH, 0), np.int32), *(chains.cohorts for chains in found)], axis=1)
        of_order = [
            np.array(entry.rivals, np.uint8)[chains.order] for entry, chains in zip(closing, found, strict=True)
        ]
        rivals = np.concatenate([nothing.astype(np.uint8), *of_order])
        order = np.lexsort(cohorts[::-1])
        order = order[rivals[order] < NO_ROUTE]
        ends = Chains(cohorts=cohorts[:, order]).ends(self._training)
        return GapChains(
            chain=number[order].astype(np.int32), rivals=rivals[order], earliest_end=int(ends.min(initial=FOREVER))
        )

    def _chains(self, course_set: CourseSet) -> SetChains:
        known = self._of_set.get(course_set.courses)
        if known is not None:
            return known
        order, cohorts = self._in_order_of_dates(course_set.courses)
        chains = SetChains(first=self._num_chains, order=order, cohorts=cohorts)
        self._of_set[course_set.courses] = chains
        self._num_chains += len(order)
        self._blocks.append(cohorts)
        self._entry_blocks.append(self._entries_of(course_set, chains))
        return chains

    def _in_order_of_dates(self, courses: tuple[int, ...]) -> tuple[IntArray, IndexArray]:
        """Return the order of each combination of cohorts that do not overlap, and the cohorts in this order."""
        training = self._training
        each = np.meshgrid(*(self._offered[course] for course in courses), indexing="ij")
        cohorts = np.stack([axis.ravel() for axis in each])
        by_date = np.argsort(training.start[cohorts], axis=0, kind="stable")
        cohorts = np.take_along_axis(cohorts, by_date, axis=0)
        fits = (training.end[cohorts[:-1]] < training.start[cohorts[1:]]).all(axis=0)
        order = ORDER_NUMBER[len(courses)][tuple(by_date[:, fits])]
        padded = np.full((MAX_LENGTH, len(order)), -1, np.int32)
        padded[: len(courses)] = cohorts[:, fits]
        return order, padded

    def _entries_of(self, course_set: CourseSet, chains: SetChains) -> IndexArray:
        """Return the positions of the entries of each chain; int32 (7, M)."""
        size = len(course_set.courses)
        entries = np.full((len(ENTRIES), len(chains.order)), OPEN_ENTRY, np.int32)
        for row, (position, earlier) in enumerate(ENTRIES):
            if position < size:
                first = [
                    self._first_entry(course_set, order[position], [order[other] for other in earlier])
                    for order in ORDERS[size]
                ]
                entries[row] = np.array(first)[chains.order] + self._place_in_course[chains.cohorts[position]]
        return entries

    def _first_entry(self, course_set: CourseSet, at: int, earlier: list[int]) -> int:
        course, brought = course_set.courses[at], course_set.brought[at][sum(1 << other for other in earlier)]
        entry = self._entries.get((course, brought))
        if entry is None:
            entry = Entry(
                course=course,
                brought=tuple(bits(brought)),
                first=self._num_entries,
                cohorts=self._offered[course],
            )
            self._entries[course, brought] = entry
            self._num_entries += len(self._offered[course])
        return entry.first
