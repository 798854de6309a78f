"""Follows people who have begun: whom to ask about on a day, what is known by then, and what somebody has found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from matcher.errors import Conflict, UnknownId
from matcher.service.placing import begin_placement
from matcher.store import (
    Begun,
    Expected,
    Question,
    Store,
    begun_at,
    begun_people,
    end_placement,
    expected_people,
    record_follow_up,
)

Course = Literal["lasting", "lasted", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunRow:
    """Somebody who has begun, on the day on which a reader looks.

    Parameters
    ----------
    begun : Begun
    due : Question or None
        The earliest one that has fallen due and has no answer.
    days : int or None
        Until that was, or until the next one will be, due: negative where somebody is late.
    is_mine : bool
        Whether it is the reader who looks after the person.
    """

    begun: Begun
    due: Question | None
    days: int | None
    is_mine: bool

    @property
    def course(self) -> Course:
        """Tell whether the work goes on, has lasted a year, or has ended before that."""
        answers = {one.months: one.is_sustained for one in self.begun.questions}
        if answers and answers[max(answers)]:
            return "lasted"
        return "left" if self.begun.ended_on is not None or False in answers.values() else "lasting"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRow:
    """Somebody whose first day has come, and who may have begun.

    Parameters
    ----------
    expected : Expected
    days : int
        Since the first day, as a negative number; 0 for today.
    is_mine : bool
    """

    expected: Expected
    days: int
    is_mine: bool


def begun_rows(store: Store, today: date, reader: str | None = None) -> tuple[BegunRow, ...]:
    """Return everybody who has begun: whom to ask about, the reader's own before others; then the newest first."""
    with store.reading() as session:
        rows = [_row(begun, today, reader) for begun in begun_people(session)]
    due = [row for row in rows if row.due is not None]
    due.sort(key=lambda row: (not row.is_mine, row.days, row.begun.placement_id))
    return (*due, *(row for row in reversed(rows) if row.due is None))


def begun_row(store: Store, placement_id: int, today: date, reader: str | None = None) -> BegunRow:
    """Return one placement; raises `UnknownId` where there is none of that number."""
    with store.reading() as session:
        return _row(begun_at(session, placement_id), today, reader)


def expected_rows(store: Store, today: date, reader: str | None = None) -> tuple[ExpectedRow, ...]:
    """Return whose first day has come without a word of whether they have begun: the reader's own first."""
    with store.reading() as session:
        people = expected_people(session)
    rows = [
        ExpectedRow(expected=one, days=(one.start_date - today).days, is_mine=_is_mine(one.caseworker, reader))
        for one in people
        if one.start_date is not None and one.start_date <= today
    ]
    return tuple(sorted(rows, key=lambda row: not row.is_mine))


def note_start(store: Store, candidate_id: str, vacancy_id: str, start_date: date, *, today: date, by: str) -> int:
    """Note that somebody has begun; return the number of the placement.

    Raises
    ------
    UnknownId
        Where there is no such candidate or vacancy.
    Conflict
        Where nobody has accepted the pair, the person is at work there already, or the day has not come yet.
    """
    _require_past("start", f"{candidate_id}|{vacancy_id}", start_date, today)
    with store.writing() as session:
        return begin_placement(session, candidate_id, vacancy_id, start_date=start_date, by=by)


def note_lasting(store: Store, placement_id: int, follow_up_id: int, *, today: date, by: str, version: int) -> None:
    """Note that a placement still lasted when somebody was asked.

    Raises
    ------
    UnknownId
        Where the placement has no such question.
    Conflict
        Where somebody has answered it since (``stale_version``), or it has not fallen due (``refused_move``).
    """
    with store.writing() as session:
        question = _question(begun_at(session, placement_id).questions, follow_up_id)
        _require_past("follow-up", str(follow_up_id), question.due_on, today)
        record_follow_up(session, follow_up_id, is_sustained=True, by=by, version=version)


def note_end(store: Store, placement_id: int, ended_on: date, *, today: date, by: str, note: str, version: int) -> None:
    """Note on which day somebody has left: what was asked up to that day lasted, what is asked later did not.

    Raises
    ------
    UnknownId
        Where there is no such placement.
    Conflict
        Where somebody has changed it since (``stale_version``), or the day is before the first or has not come yet
        (``refused_move``).
    """
    _require_past("end", str(placement_id), ended_on, today)
    with store.writing() as session:
        begun = begun_at(session, placement_id)
        for question in begun.questions:
            if question.is_sustained is None and question.due_on <= ended_on:
                record_follow_up(session, question.follow_up_id, is_sustained=True, by=by, version=question.version)
        end_placement(session, placement_id, ended_on=ended_on, by=by, note=note, version=version)


def _row(begun: Begun, today: date, reader: str | None) -> BegunRow:
    has_failed = any(one.is_sustained is False for one in begun.questions)
    waiting = [] if has_failed else [one for one in begun.questions if one.is_sustained is None]
    due = next((one for one in waiting if one.due_on <= today), None)
    asked = due or (waiting[0] if waiting else None)
    return BegunRow(
        begun=begun,
        due=due,
        days=None if asked is None else (asked.due_on - today).days,
        is_mine=_is_mine(begun.caseworker, reader),
    )


def _is_mine(caseworker: str | None, reader: str | None) -> bool:
    return caseworker is not None and caseworker == reader


def _question(questions: Sequence[Question], follow_up_id: int) -> Question:
    found = next((one for one in questions if one.follow_up_id == follow_up_id), None)
    if found is None:
        raise UnknownId(
            f"Follow-up '{follow_up_id}' must be there. List those that are due and choose one.",
            entity="follow_ups",
            entity_id=str(follow_up_id),
        )
    return found


def _require_past(what: str, which: str, day: date, today: date) -> None:
    if day > today:
        raise Conflict(
            f"The {what} of placement {which!r} must not lie after today ({today}), got {day}. Wait until it has come.",
            code="refused_move",
            entity="placements",
            entity_id=which,
        )
