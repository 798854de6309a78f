"""Chains of cohorts in order of dates: every route that somebody could take, each numbered once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import FOREVER, NEVER
from matcher.features.curriculum import MAX_LENGTH, NO_ROUTE, ORDERS, Closing, CourseSet, Curriculum, bits
from matcher.features.route_keys import RouteKeys
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


NO_CHAINS = GapChains(chain=np.empty(0, np.int32), rivals=np.empty(0, np.uint8), earliest_end=FOREVER)
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
    key : int64 (M,)
        See `RouteKeys`: distinct, and rising with the cohorts, position by position.
    end : int32 (M,)
        Last day of each.
    """

    first: int
    order: IntArray
    key: IntArray
    end: IndexArray


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
        self._keys = RouteKeys(len(training.course))
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
        self._after: dict[tuple[int, int], BoolArray] = {}
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
        if not closing:
            return NO_CHAINS
        found = [self._chains(entry.course_set) for entry in closing]
        rivals = np.concatenate(
            [np.array(entry.rivals, np.uint8)[each.order] for entry, each in zip(closing, found, strict=True)]
        )
        order = np.argsort(np.concatenate([each.key for each in found]))
        order = order[rivals[order] < NO_ROUTE]
        number = np.concatenate([np.arange(each.first, each.first + len(each.key), dtype=np.int32) for each in found])
        end = np.concatenate([each.end for each in found])
        return GapChains(chain=number[order], rivals=rivals[order], earliest_end=int(end[order].min(initial=FOREVER)))

    def _chains(self, course_set: CourseSet) -> SetChains:
        known = self._of_set.get(course_set.courses)
        if known is not None:
            return known
        order, cohorts, entries = self._in_order_of_dates(course_set)
        chains = SetChains(
            first=self._num_chains,
            order=order,
            key=self._keys.of(cohorts),
            end=self._training.end[cohorts[len(course_set.courses) - 1]],
        )
        self._of_set[course_set.courses] = chains
        self._num_chains += len(order)
        self._blocks.append(cohorts)
        self._entry_blocks.append(entries)
        return chains

    def _in_order_of_dates(self, course_set: CourseSet) -> tuple[IntArray, IndexArray, IndexArray]:
        """Return the order of each combination of cohorts that do not overlap, the cohorts so, and their entries."""
        numbers, sizes = [], []
        found, entries = [np.empty((MAX_LENGTH, 0), np.int32)], [np.empty((len(ENTRIES), 0), np.int32)]
        for position, order in enumerate(ORDERS[len(course_set.courses)]):
            cohorts = self._one_after_another([course_set.courses[at] for at in order])
            if cohorts.shape[1]:
                numbers.append(position)
                sizes.append(cohorts.shape[1])
                found.append(cohorts)
                entries.append(self._entries_of(course_set, order, cohorts))
        order_of_each = np.repeat(np.array(numbers, np.int64), np.array(sizes, np.int64))
        return order_of_each, np.concatenate(found, axis=1), np.concatenate(entries, axis=1)

    def _one_after_another(self, courses: list[int]) -> IndexArray:
        """Return the combinations of one cohort of each course that run in the order of the courses; int32 (3, n)."""
        offered = [self._offered[course] for course in courses]
        taken = [np.arange(len(offered[0]))]
        for earlier, later in pairwise(courses):
            row, last = np.nonzero(self._follows(earlier, later)[taken[-1]])
            taken = [*(places[row] for places in taken), last]
        cohorts = np.full((MAX_LENGTH, len(taken[0])), -1, np.int32)
        for position, places in enumerate(taken):
            cohorts[position] = offered[position][places]
        return cohorts

    def _follows(self, earlier: int, later: int) -> BoolArray:
        """Tell which cohorts of a course (columns) begin after which of another are over (rows)."""
        known = self._after.get((earlier, later))
        if known is None:
            ends, starts = self._training.end[self._offered[earlier]], self._training.start[self._offered[later]]
            known = self._after[earlier, later] = ends[:, np.newaxis] < starts
        return known

    def _entries_of(self, course_set: CourseSet, order: tuple[int, ...], cohorts: IndexArray) -> IndexArray:
        """Return the positions of the entries of chains in one order of courses; int32 (7, n)."""
        entries = np.full((len(ENTRIES), cohorts.shape[1]), OPEN_ENTRY, np.int32)
        for row, (position, earlier) in enumerate(ENTRIES):
            if position < len(order):
                first = self._first_entry(course_set, order[position], [order[other] for other in earlier])
                entries[row] = self._place_in_course[cohorts[position]] + first
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
