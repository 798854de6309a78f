"""Which courses, in which order, can close a gap of skills: the routes of docs/model.md section 2 before any dates.

Two needs that the same courses grant are one *gap*. A gap's bit is set in `need` where the skill is missing on the
earliest day on which the job could start, and in `useful` where it is missing on the latest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import permutations
from operator import or_

from matcher.features.training import Training

# Every proper part of a sequence by its length, in the order of the bits of `CourseSequence.rivals`.
PARTS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: (),
    2: ((0,), (1,)),
    3: ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSequence:
    """An order of courses that closes a gap.

    Parameters
    ----------
    courses : tuple of int
    rivals : int
        Bit b is set where the proper part ``PARTS[len(courses)][b]`` also closes the gap, for a candidate who brings
        the prerequisites that the rest of the sequence would have granted. The route is not minimal for them.
    """

    courses: tuple[int, ...]
    rivals: int


class Curriculum:
    """What courses grant and presume, in gaps.

    Parameters
    ----------
    training : Training
    max_length : int
        Most courses in a sequence.
    """

    def __init__(self, training: Training, max_length: int) -> None:
        self._max_length = max_length
        self._prerequisites = training.prerequisites
        num_courses = len(training.granted)
        grantors = _grantors(training.granted)
        gaps = {courses: gap for gap, courses in enumerate(sorted(set(grantors.values())))}
        self.gap_of_need = {need: gaps[courses] for need, courses in grantors.items()}
        self._courses_of_gap = [_bits(courses) for courses in gaps]
        self._granted = [0] * num_courses
        for gap, courses in enumerate(self._courses_of_gap):
            for course in courses:
                self._granted[course] |= 1 << gap
        presumed = [self._gaps(needs) for needs in self._prerequisites]
        self._suppliers = [
            [other for other in range(num_courses) if self._granted[other] & presumed[course]]
            for course in range(num_courses)
        ]

    def _gaps(self, needs: frozenset[int]) -> int:
        return reduce(or_, (1 << self.gap_of_need[need] for need in needs if need in self.gap_of_need), 0)

    def remaining(self, course: int, earlier: Sequence[int]) -> frozenset[int]:
        """Return the prerequisites of a course that none of the earlier courses grants."""
        supplied = reduce(or_, (self._granted[other] for other in earlier), 0)
        return frozenset(
            need
            for need in self._prerequisites[course]
            if need not in self.gap_of_need or not supplied >> self.gap_of_need[need] & 1
        )

    def closing(self, need: int, useful: int) -> list[CourseSequence]:
        """Return every sequence that can be a minimal route for somebody with this gap.

        Parameters
        ----------
        need, useful : int
            Bits of gaps; `useful` includes `need`.
        """
        sequences = []
        for courses in self._course_sets(need, useful):
            for order in permutations(courses):
                rivals = self._rivals(order, need, useful)
                if rivals is not None:
                    sequences.append(CourseSequence(courses=order, rivals=rivals))
        return sequences

    def _course_sets(self, need: int, useful: int) -> set[frozenset[int]]:
        """Return sets that close the gap, each with any courses that supply prerequisites to its members.

        Complete: in a minimal route, some members close what is missing on its start day, and every other one
        supplies a prerequisite, because the route would be feasible without it otherwise.
        """
        found: set[frozenset[int]] = set()
        frontier = set(self._covers(frozenset(), need, useful))
        while frontier:
            found |= frontier
            frontier = {
                courses | {supplier}
                for courses in frontier
                if len(courses) < self._max_length
                for course in courses
                for supplier in self._suppliers[course]
            } - found
        return found

    def _covers(self, chosen: frozenset[int], need: int, useful: int) -> Iterator[frozenset[int]]:
        granted = reduce(or_, (self._granted[course] for course in chosen), 0)
        missing = need & ~granted
        if not missing:
            yield chosen
        if len(chosen) == self._max_length:
            return
        # The first missing gap has to be closed by some course; once none is missing, what expires before the
        # latest start may still be worth renewing.
        gaps = _bits(missing & -missing if missing else useful & ~granted)
        for course in {course for gap in gaps for course in self._courses_of_gap[gap]}:
            yield from self._covers(chosen | {course}, need, useful)

    def _rivals(self, order: Sequence[int], need: int, useful: int) -> int | None:
        """Return the parts that may make a sequence superfluous, or None where one always does."""
        granted = [self._granted[course] for course in order]
        everything = reduce(or_, granted)
        rivals = 0
        for bit, part in enumerate(PARTS[len(order)]):
            covered = reduce(or_, (granted[position] for position in part))
            if need & ~covered:
                continue
            loses_nothing = not useful & everything & ~covered
            if loses_nothing and all(
                self.remaining(order[position], [order[other] for other in part if other < position])
                == self.remaining(order[position], order[:position])
                for position in part
            ):
                return None
            rivals |= 1 << bit
        return rivals


def _grantors(granted: Sequence[int]) -> dict[int, int]:
    """Return the courses (bits) that grant each need that some course grants."""
    grantors: dict[int, int] = {}
    for course, needs in enumerate(granted):
        for need in _bits(needs):
            grantors[need] = grantors.get(need, 0) | 1 << course
    return grantors


def _bits(number: int) -> list[int]:
    bits = []
    while number:
        lowest = number & -number
        bits.append(lowest.bit_length() - 1)
        number ^= lowest
    return bits
