"""Which courses can only be entered by somebody who has already taken them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from matcher.problem.training import Course, SkillLevel

Requirement = tuple[str, int]


def courses_in_circles(courses: Sequence[Course]) -> list[int]:
    """Return the positions of courses that presume, directly or by other courses, what they grant themselves.

    A prerequisite that no course grants is held from elsewhere, and so is one of a lower level than the course
    itself grants: Swedish 2 after Swedish 1 is a step, not a circle. One way in is enough.
    """
    stuck = _without_way_in(courses)
    return sorted(
        _needed_by_others(courses, stuck) | {row for row, course in enumerate(courses) if _stands_still(course)}
    )


def _stands_still(course: Course) -> bool:
    required = {entry.skill: entry.level for entry in course.prerequisites}
    return any(entry.level <= required.get(entry.skill, 0) for entry in course.skills)


def _supplied(course: Course, wanted: dict[Requirement, list[int]]) -> Iterator[Requirement]:
    """Yield the wanted prerequisites that the course grants without presuming them."""
    required = {entry.skill: entry.level for entry in course.prerequisites}
    for entry in course.skills:
        for level in range(required.get(entry.skill, 0) + 1, entry.level + 1):
            if (entry.skill, level) in wanted:
                yield entry.skill, level


def _wanted(courses: Sequence[Course], rows: set[int]) -> dict[Requirement, list[int]]:
    wanted: dict[Requirement, list[int]] = defaultdict(list)
    for row in rows:
        for entry in courses[row].prerequisites:
            wanted[_key(entry)].append(row)
    return wanted


def _key(entry: SkillLevel) -> Requirement:
    return entry.skill, entry.level


def _without_way_in(courses: Sequence[Course]) -> set[int]:
    """Open courses in waves: those that wait for no other course, then those that these lead to."""
    wanted = _wanted(courses, set(range(len(courses))))
    supplied = [list(_supplied(course, wanted)) for course in courses]
    closed = {requirement for requirements in supplied for requirement in requirements}
    waits = [sum(_key(entry) in closed for entry in course.prerequisites) for course in courses]
    open_rows = [row for row, count in enumerate(waits) if count == 0]
    for row in open_rows:  # grows while it is walked
        for requirement in closed.intersection(supplied[row]):
            closed.remove(requirement)
            for waiting in wanted[requirement]:
                waits[waiting] -= 1
                if waits[waiting] == 0:
                    open_rows.append(waiting)
    return set(range(len(courses))).difference(open_rows)


def _needed_by_others(courses: Sequence[Course], stuck: set[int]) -> set[int]:
    """Leave out, in waves, the stuck courses that lead to no other stuck course: they only wait for a circle."""
    wanted = _wanted(courses, stuck)
    suppliers: dict[Requirement, list[int]] = defaultdict(list)
    for row in stuck:
        for requirement in _supplied(courses[row], wanted):
            suppliers[requirement].append(row)
    leads_to = Counter(row for rows in suppliers.values() for row in rows)
    wanting = {requirement: len(rows) for requirement, rows in wanted.items()}
    leaves = [row for row in stuck if not leads_to[row]]
    for row in leaves:  # grows while it is walked
        for entry in courses[row].prerequisites:
            wanting[_key(entry)] -= 1
            for supplier in suppliers[_key(entry)] if not wanting[_key(entry)] else ():
                leads_to[supplier] -= 1
                if not leads_to[supplier]:
                    leaves.append(supplier)
    return stuck.difference(leaves)
