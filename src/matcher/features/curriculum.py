"""Which courses together can close a gap of skills: the routes of docs/model.md section 2 before any dates.

Two needs that the same courses grant are one *gap*. A gap's bit is set in `need` where the skill is missing on the
earliest day on which the job could start, and in `useful` where it is missing on the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, permutations
from operator import or_

from matcher.features.training import Training

MAX_LENGTH = 3

# The orders of so many courses, as positions in their set.
ORDERS = {size: list(permutations(range(size))) for size in range(1, MAX_LENGTH + 1)}

# Every proper part of an order, as positions in the order; its place in the list is its bit in `Closing.rivals`.
PARTS = {size: [part for length in range(1, size) for part in combinations(range(size), length)] for size in ORDERS}

# Above the bits of all parts: the order is no route, because a part closes the gap for everybody who can take it.
NO_ROUTE = 1 << len(PARTS[MAX_LENGTH])


def _mask(positions: Iterable[int]) -> int:
    return sum(1 << position for position in positions)


# For each order, the part (as a mask of positions in the set) that each bit stands for, and what goes before a course.
PART_MASKS = {
    size: [[_mask(order[at] for at in part) for part in PARTS[size]] for order in orders]
    for size, orders in ORDERS.items()
}
EARLIER_MASKS = {
    size: [{course: _mask(order[:at]) for at, course in enumerate(order)} for order in orders]
    for size, orders in ORDERS.items()
}


class CourseSet:
    """One to three courses, and what their parts grant and presume; parts are masks of positions in the set.

    Parameters
    ----------
    courses : tuple of int
        Rising.
    granted, granted_needs, presumed_needs : sequence of int
        What every course grants (bits of gaps, bits of needs) and presumes (bits of needs).
    """

    __slots__ = ("brought", "courses", "granted", "same")

    def __init__(
        self,
        courses: tuple[int, ...],
        granted: Sequence[int],
        granted_needs: Sequence[int],
        presumed_needs: Sequence[int],
    ) -> None:
        self.courses = courses
        masks = range(1 << len(courses))
        members = [[courses[at] for at in range(len(courses)) if mask >> at & 1] for mask in masks]
        self.granted = [reduce(or_, (granted[course] for course in part), 0) for part in members]
        supplied = [reduce(or_, (granted_needs[course] for course in part), 0) for part in members]
        # What each course presumes beyond what some others of the set grant before it.
        self.brought = [[presumed_needs[course] & ~supplied[mask] for mask in masks] for course in courses]
        # In which orders (bits) each part asks its candidate for no more than the whole order does.
        self.same = [
            _mask(
                number
                for number, earlier in enumerate(EARLIER_MASKS[len(courses)])
                if all(
                    self.brought[at][earlier[at] & part] == self.brought[at][earlier[at]]
                    for at in range(len(courses))
                    if part >> at & 1
                )
            )
            for part in masks
        ]

    def rivals(self, need: int, useful: int) -> list[int]:
        """Return what each order's rivals are; see `Closing.rivals`."""
        closes = [not need & ~granted for granted in self.granted]
        loses = [bool(useful & self.granted[-1] & ~granted) for granted in self.granted]
        return [
            sum(
                NO_ROUTE if self.same[part] >> number & 1 and not loses[part] else 1 << bit
                for bit, part in enumerate(parts)
                if closes[part]
            )
            for number, parts in enumerate(PART_MASKS[len(self.courses)])
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A set of courses that closes a gap.

    Parameters
    ----------
    course_set : CourseSet
    rivals : list of int
        For each of ``ORDERS``: bit b is set where ``PARTS[...][b]`` of that order also closes the gap, for a candidate
        who brings the prerequisites that the rest would have granted: the route is not minimal for them. `NO_ROUTE`
        or more where a part closes the gap for everybody.
    """

    course_set: CourseSet
    rivals: list[int]


class Curriculum:
    """What courses grant and presume, in needs and in gaps.

    Parameters
    ----------
    training : Training
    max_length : int
        Most courses in a route.
    """

    def __init__(self, training: Training, max_length: int) -> None:
        self._max_length = max_length
        self._granted_needs = training.granted
        self._presumed_needs = [sum(1 << need for need in needs) for needs in training.prerequisites]
        grantors = _grantors(training.granted)
        gaps = {courses: gap for gap, courses in enumerate(sorted(set(grantors.values())))}
        self.gap_of_need = {need: gaps[courses] for need, courses in grantors.items()}
        self._courses_of_gap = [bits(courses) for courses in gaps]
        self._granted = [0] * len(training.granted)
        for gap, courses in enumerate(self._courses_of_gap):
            for course in courses:
                self._granted[course] |= 1 << gap
        self._course_sets: dict[tuple[int, ...], CourseSet] = {}
        self._closing: dict[tuple[int, int], list[Closing]] = {}
        self._suppliers = [
            [other for other, granted in enumerate(training.granted) if granted & presumed]
            for presumed in self._presumed_needs
        ]

    def closing(self, need: int, useful: int) -> list[Closing]:
        """Return every set of courses that can be a minimal route for somebody with this gap.

        Parameters
        ----------
        need, useful : int
            Bits of gaps; `useful` includes `need`, which is not 0.
        """
        known = self._closing.get((need, useful))
        if known is not None:  # blocks ask for the same
            return known
        closing = []
        for members in self._members_of_sets(need, useful):
            course_set = self._course_set(tuple(sorted(members)))
            rivals = course_set.rivals(need, useful)
            if min(rivals) < NO_ROUTE:
                closing.append(Closing(course_set=course_set, rivals=rivals))
        self._closing[need, useful] = closing
        return closing

    def _course_set(self, courses: tuple[int, ...]) -> CourseSet:
        known = self._course_sets.get(courses)
        if known is None:
            known = CourseSet(courses, self._granted, self._granted_needs, self._presumed_needs)
            self._course_sets[courses] = known
        return known

    def _members_of_sets(self, need: int, useful: int) -> set[frozenset[int]]:
        """Return sets that close the gap, each with any courses that supply prerequisites to its members.

        Complete: in a minimal route, some members close what is missing on its start day, and every other one
        supplies a prerequisite, because the route would be feasible without it otherwise.
        """
        found: set[frozenset[int]] = set()
        frontier = set(self._covers(frozenset(), 0, need, useful))
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

    def _covers(self, chosen: frozenset[int], granted: int, need: int, useful: int) -> Iterator[frozenset[int]]:
        missing = need & ~granted
        if not missing:
            yield chosen
        if len(chosen) == self._max_length:
            return
        # The first missing gap has to be closed by some course; once none is missing, what expires before the
        # latest start may still be worth renewing.
        gaps = bits(missing & -missing if missing else useful & ~granted)
        for course in {course for gap in gaps for course in self._courses_of_gap[gap]}:
            yield from self._covers(chosen | {course}, granted | self._granted[course], need, useful)


def _grantors(granted: Sequence[int]) -> dict[int, int]:
    """Return the courses (bits) that grant each need that some course grants."""
    grantors: dict[int, int] = {}
    for course, needs in enumerate(granted):
        for need in bits(needs):
            grantors[need] = grantors.get(need, 0) | 1 << course
    return grantors


def bits(number: int) -> list[int]:
    """Return the positions of the bits that are set, rising."""
    positions = []
    while number:
        lowest = number & -number
        positions.append(lowest.bit_length() - 1)
        number ^= lowest
    return positions
