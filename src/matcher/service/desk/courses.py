"""Courses: each cohort with its seats, who is promised one, and whom the plan adds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from matcher.problem import Cohort, Course
from matcher.service.desk.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    """One cohort in the list.

    Parameters
    ----------
    cohort : Cohort
    course : Course
    days : int or None
        Until its first day.
    promised, new : int
        People enrolled before the plan, and those whom it adds.
    """

    cohort: Cohort
    course: Course
    days: int | None
    promised: int
    new: int

    @property
    def taken(self) -> int:
        """Return how many seats are taken."""
        return self.promised + self.new

    @property
    def free(self) -> int:
        """Return how many seats are left."""
        return max(0, self.cohort.seats - self.taken)

    @property
    def has_begun(self) -> bool:
        """Tell whether its first day has come."""
        return self.days is not None and self.days <= 0


def course_rows(desk: Desk) -> tuple[CourseRow, ...]:
    """Return all cohorts in order of their first day."""
    promised = Counter(enrolment.cohort_id for enrolment in desk.problem.standing_enrolments)
    rows = [
        CourseRow(
            cohort=cohort,
            course=desk.reading.courses[cohort.course_id],
            days=desk.days_until(cohort.start_date),
            promised=promised[cohort.cohort_id],
            new=desk.in_plan.enrolled[cohort.cohort_id] - promised[cohort.cohort_id],
        )
        for cohort in desk.problem.cohorts
    ]
    return tuple(sorted(rows, key=lambda row: (row.cohort.start_date, row.cohort.cohort_id)))
