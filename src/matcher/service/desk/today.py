"""The first page of the day: what starts soon and lacks people, which courses fill now, what falls short or broke."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.plan import Breach
from matcher.report import Summary
from matcher.service.desk.contracts import ContractRow, contract_rows
from matcher.service.desk.courses import CourseRow, course_rows
from matcher.service.desk.desk import Desk
from matcher.service.desk.vacancies import VacancyRow, vacancy_rows

HORIZON_DAYS = 120
ENROL_DAYS = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class StartDay:
    """How many people start on a day."""

    day: date
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What a caseworker looks at first.

    Parameters
    ----------
    summary : Summary
    lacking : tuple of VacancyRow
        Start within the horizon and have open positions, the next start first.
    enrolling : tuple of CourseRow
        Begin soon, and the plan adds people.
    short : tuple of ContractRow
        Get less than they are owed, the next start first.
    starting : tuple of StartDay
        People who start within the horizon.
    breaches : tuple of Breach
        Promises that the plan cannot keep.
    """

    summary: Summary
    lacking: tuple[VacancyRow, ...]
    enrolling: tuple[CourseRow, ...]
    short: tuple[ContractRow, ...]
    starting: tuple[StartDay, ...]
    breaches: tuple[Breach, ...]


def today(desk: Desk) -> Today:
    """Return what a caseworker looks at first."""
    last = desk.today + timedelta(days=HORIZON_DAYS)
    starts = Counter(
        entry.start_date
        for entry in desk.plan.assignments
        if entry.start_date and desk.today <= entry.start_date <= last
    )
    return Today(
        summary=desk.summary,
        lacking=tuple(
            row for row in vacancy_rows(desk) if row.open and row.days is not None and 0 <= row.days <= HORIZON_DAYS
        ),
        enrolling=tuple(
            row for row in course_rows(desk) if row.new and row.days is not None and 0 <= row.days <= ENROL_DAYS
        ),
        short=tuple(row for row in contract_rows(desk) if row.is_short and (row.days is None or row.days >= 0)),
        starting=tuple(StartDay(day=day, people=starts[day]) for day in sorted(starts)),
        breaches=desk.plan.breaches,
    )
