"""The drawing of cohorts against job starts: positions in a drawing of fixed width, without any markup.

A row is a cohort: a bar from its first to its last day, then a mark on each day on which people of that cohort start a
job, with their number. Marks that would touch are joined. A last row shows the starts that need no training.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.explain import PlanReading
from matcher.problem import Cohort

WIDTH = 1000
LEFT, RIGHT = 8, 40
TOP = 44
ROW_HEIGHT = 46
MARK_WIDTH = 24
MAX_ROWS = 24
MONTH_LABEL, YEAR_LABEL = 44, 66  # room for the labels of the scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """People who start on a day, or within a few: from `x` to `x_end`, both in the drawing."""

    x: float
    x_end: float
    people: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cohort, or, without a cohort, the starts without training."""

    cohort: Cohort | None
    title: str
    y: int
    bar_x: float
    bar_end: float
    marks: tuple[Mark, ...]
    enrolled: int
    going_on: int

    @property
    def starting(self) -> int:
        """Return how many people start a job right after this row's cohort."""
        return sum(mark.people for mark in self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One cohort with everybody who starts from it, as the table beside the drawing says it."""

    cohort_id: str
    title: str
    start: date
    end: date
    starts: tuple[tuple[date, int], ...]
    going_on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The first day of a month."""

    day: date
    x: float
    is_labelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A drawing `WIDTH` wide.

    Parameters
    ----------
    height : int
    ticks : tuple of Tick
    rows : tuple of Row
    table : tuple of TableRow
        Every cohort with people, drawn or not.
    num_hidden : int
        Cohorts with people that are not drawn because there are too many; the table beside has them.
    """

    height: int
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    table: tuple[TableRow, ...]
    num_hidden: int


def timeline(plan: PlanReading) -> Timeline | None:
    """Return the drawing of a plan; ``None`` where no cohort leads to a start with a date.

    Parameters
    ----------
    plan : PlanReading
    """
    starts, going_on, direct = _starts(plan)
    used = [plan.reading.cohorts[cohort_id] for cohort_id in starts.keys() | going_on.keys()]
    if not starts:
        return None

    def title(cohort: Cohort) -> str:
        return plan.reading.courses[cohort.course_id].title or cohort.course_id

    most = sorted(used, key=lambda cohort: (-starts[cohort.cohort_id].total(), cohort.cohort_id))[:MAX_ROWS]
    drawn = sorted(most, key=lambda cohort: (cohort.end_date, cohort.start_date, cohort.cohort_id))
    days = [day for cohort in drawn for day in (cohort.start_date, cohort.end_date, *starts[cohort.cohort_id])]
    scale = _Scale(min(days).replace(day=1), max([*days, *direct]))
    rows = [
        Row(
            cohort=cohort,
            title=title(cohort),
            y=TOP + place * ROW_HEIGHT,
            bar_x=scale.x(cohort.start_date),
            bar_end=scale.x(cohort.end_date),
            marks=_marks(starts[cohort.cohort_id], scale, scale.x(cohort.end_date) + MARK_WIDTH / 2 + 2),
            enrolled=plan.enrolled[cohort.cohort_id],
            going_on=going_on[cohort.cohort_id],
        )
        for place, cohort in enumerate(drawn)
    ]
    visible = Counter({day: people for day, people in direct.items() if day >= scale.first})
    if visible:
        y = TOP + len(rows) * ROW_HEIGHT
        marks = _marks(visible, scale)
        rows.append(Row(cohort=None, title="", y=y, bar_x=0, bar_end=0, marks=marks, enrolled=0, going_on=0))
    return Timeline(
        height=TOP + len(rows) * ROW_HEIGHT + 8,
        ticks=scale.ticks(),
        rows=tuple(rows),
        table=tuple(
            TableRow(
                cohort_id=cohort.cohort_id,
                title=title(cohort),
                start=cohort.start_date,
                end=cohort.end_date,
                starts=tuple(sorted(starts[cohort.cohort_id].items())),
                going_on=going_on[cohort.cohort_id],
            )
            for cohort in sorted(used, key=lambda cohort: (cohort.end_date, cohort.start_date, cohort.cohort_id))
        ),
        num_hidden=len(used) - len(drawn),
    )


def _starts(plan: PlanReading) -> tuple[dict[str, Counter[date]], Counter[str], Counter[date]]:
    """Return the starts by last cohort and day, how many go on to another cohort, and the starts without training."""
    starts: dict[str, Counter[date]] = defaultdict(Counter)
    going_on: Counter[str] = Counter()
    direct: Counter[date] = Counter()
    for entry in plan.plan.assignments:
        if entry.start_date is None:
            continue
        if entry.cohort_ids:
            starts[entry.cohort_ids[-1]][entry.start_date] += 1
            going_on.update(entry.cohort_ids[:-1])
        else:
            direct[entry.start_date] += 1
    return starts, going_on, direct


class _Scale:
    """Turns days into positions."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        self._last = last
        self._per_day = (WIDTH - LEFT - RIGHT) / max(1, (last - first).days)

    def x(self, day: date) -> float:
        """Return the position of a day."""
        return round(LEFT + (day - self.first).days * self._per_day, 1)

    def ticks(self) -> tuple[Tick, ...]:
        """Return a tick for each month; those with room for it carry a label, longer where it names the year."""
        ticks: list[Tick] = []
        month, free_from = self.first, 0.0
        while month <= self._last:
            x = self.x(month)
            is_labelled = free_from <= x < WIDTH - RIGHT
            names_year = month == self.first or month.month == 1
            if is_labelled:
                free_from = x + (YEAR_LABEL if names_year else MONTH_LABEL)
            ticks.append(Tick(day=month, x=x, is_labelled=is_labelled))
            month = (month + timedelta(days=31)).replace(day=1)
        return tuple(ticks)


def _marks(people_by_day: Counter[date], scale: _Scale, earliest_x: float = 0) -> tuple[Mark, ...]:
    """Return the marks of a row, joined where they would touch; none is drawn over the bar before it."""
    runs: list[list[date]] = []
    for day in sorted(people_by_day):
        x = max(scale.x(day), earliest_x)
        if runs and x - max(scale.x(runs[-1][-1]), earliest_x) < MARK_WIDTH + 2:
            runs[-1].append(day)
        else:
            runs.append([day])
    return tuple(
        Mark(
            x=max(scale.x(run[0]), earliest_x),
            x_end=max(scale.x(run[-1]), earliest_x),
            people=sum(people_by_day[day] for day in run),
            first=run[0],
            last=run[-1],
        )
        for run in runs
    )
