"""Placements that have begun, and what has become of them after 3, 6 and 12 months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa

from matcher.errors import Conflict, UnknownId
from matcher.problem import PastPlacement
from matcher.store.database.session import Session, WritingSession
from matcher.store.decisions.begun import at_work
from matcher.store.decisions.deciding import withdraw
from matcher.store.log.audit import append
from matcher.store.problems.moving import move_where_possible, stale, state_of
from matcher.store.problems.problem_rows import loaded
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.work import follow_ups, placements

FOLLOW_UP_MONTHS = (3, 6, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeInputs:
    """What a forecast may look at, as it was when a placement began.

    Parameters
    ----------
    nice_share : float
    distance_km : float
    form : str
    extent_percent : int
    """

    nice_share: float
    distance_km: float
    form: Literal["employment", "apprenticeship", "internship"]
    extent_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A question that falls due: whether the placement still lasts.

    Parameters
    ----------
    follow_up_id, placement_id : int
    candidate_id, vacancy_id : str
    months : int
    due_on : date
    is_sustained : bool or None
        ``None`` until somebody has found out.
    version : int
    """

    follow_up_id: int
    placement_id: int
    candidate_id: str
    vacancy_id: str
    months: int
    due_on: date
    is_sustained: bool | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlacement:
    """A placement that has begun, and what has become of it.

    Parameters
    ----------
    placement_id : int
    candidate_id, vacancy_id : str
    start_date : date
    ended_on : date or None
    form : str
    version : int
    sustained : mapping of int to bool
        By months, where somebody has found out.
    """

    placement_id: int
    candidate_id: str
    vacancy_id: str
    start_date: date
    ended_on: date | None
    form: str
    version: int
    sustained: Mapping[int, bool]


def list_placements(session: Session) -> list[StoredPlacement]:
    """Return all placements that have begun, the first first."""
    found: dict[int, dict[int, bool]] = {}
    known = sa.select(follow_ups.c.placement_id, follow_ups.c.months, follow_ups.c.is_sustained)
    for row in session.rows(known.where(follow_ups.c.is_sustained.is_not(None))):
        found.setdefault(row.placement_id, {})[row.months] = row.is_sustained
    columns = [placements.c[name] for name in StoredPlacement.__slots__ if name != "sustained"]
    query = sa.select(*columns).order_by(placements.c.start_date, placements.c.placement_id)
    return [StoredPlacement(**row._mapping, sustained=found.get(row.placement_id, {})) for row in session.rows(query)]


def start_placement(
    session: WritingSession,
    candidate_id: str,
    vacancy_id: str,
    *,
    start_date: date,
    inputs: OutcomeInputs,
    by: str,
) -> int:
    """Note that an accepted candidate has begun, and when to ask what has become of it; return its number.

    Raises
    ------
    Conflict
        Where nobody has accepted the pair, or the candidate is at work there already (``refused_move``).
    """
    # Whoever notes it a second time at the same moment waits here.
    state_of(session, "vacancies", vacancy_id)
    state_of(session, "candidates", candidate_id)
    decisions = SQL_BY_TABLE["decisions"]
    own = (decisions.c.candidate_id == candidate_id) & (decisions.c.vacancy_id == vacancy_id)
    accepted = session.first(sa.select(decisions.c.decided_by).where(own, decisions.c.decision == "accepted"))
    if accepted is None or not (accepted.decided_by or "").strip():
        raise Conflict(
            f"Candidate {candidate_id!r} must have been accepted at vacancy {vacancy_id!r} by a named person to begin "
            "there. Accept the proposal first.",
            code="refused_move",
            entity="placements",
            entity_id=f"{candidate_id}|{vacancy_id}",
        )
    if session.value(sa.select(at_work(candidate_id, vacancy_id))):
        raise Conflict(
            f"Candidate {candidate_id!r} must not be at work at vacancy {vacancy_id!r} already to begin there. "
            "Note first that the earlier work has ended.",
            code="refused_move",
            entity="placements",
            entity_id=f"{candidate_id}|{vacancy_id}",
        )
    placement_id = session.insert(
        placements,
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        start_date=start_date,
        nice_share=inputs.nice_share,
        distance_km=inputs.distance_km,
        form=inputs.form,
        extent_percent=inputs.extent_percent,
        version=1,
    )
    asked = [
        {"placement_id": placement_id, "months": months, "due_on": months_after(start_date, months), "version": 1}
        for months in FOLLOW_UP_MONTHS
    ]
    session.insert_all(follow_ups, asked)
    move_where_possible(session, "candidates", [candidate_id], "started", by=by, reason="started")
    move_where_possible(session, "vacancies", [vacancy_id], "started", by=by, reason="started")
    append(session, by, "start", "placements", str(placement_id))
    return placement_id


def end_placement(
    session: WritingSession, placement_id: int, *, ended_on: date, by: str, note: str, version: int
) -> None:
    """Note that somebody has left: what was to be asked after that day is answered, and the place is open again.

    Raises
    ------
    UnknownId
        Where there is no such placement.
    Conflict
        Where somebody else has changed it (``stale_version``), or it would end before it began (``refused_move``).
    """
    own = placements.c.placement_id == placement_id
    row = session.first(sa.select(placements).where(own))
    if row is None:
        raise UnknownId(
            f"Placement '{placement_id}' must be there. List the placements and choose one.",
            entity="placements",
            entity_id=str(placement_id),
        )
    if ended_on < row.start_date:
        raise Conflict(
            f"Placement '{placement_id}' must end on or after its start ({row.start_date}), got {ended_on}. "
            "Correct the day.",
            code="refused_move",
            entity="placements",
            entity_id=str(placement_id),
        )
    seen = placements.update().where(own, placements.c.version == version, placements.c.ended_on.is_(None))
    if not session.change(seen.values(ended_on=ended_on, version=version + 1)):
        raise stale("placements", str(placement_id), version, row.version)
    asked_later = (follow_ups.c.placement_id == placement_id) & (follow_ups.c.due_on > ended_on)
    answer = {"is_sustained": False, "recorded_by": by, "recorded_at": session.now}
    unanswered = follow_ups.update().where(asked_later, follow_ups.c.is_sustained.is_(None))
    session.change(unanswered.values(**answer, version=follow_ups.c.version + 1))
    withdraw(session, row.candidate_id, row.vacancy_id, by=by, note=note)
    append(session, by, "end", "placements", str(placement_id), facts={"ended_on": ended_on.isoformat()})


def due_follow_ups(session: Session, as_of: date) -> list[FollowUp]:
    """Return the questions that have fallen due and have no answer, the oldest first."""
    columns = [
        follow_ups.c[name] for name in ("follow_up_id", "placement_id", "months", "due_on", "is_sustained", "version")
    ]
    query = (
        sa.select(*columns, placements.c.candidate_id, placements.c.vacancy_id)
        .join_from(follow_ups, placements)
        .where(follow_ups.c.due_on <= as_of, follow_ups.c.is_sustained.is_(None))
        .order_by(follow_ups.c.due_on, follow_ups.c.follow_up_id)
    )
    return [FollowUp(**row._mapping) for row in session.rows(query)]


def record_follow_up(session: WritingSession, follow_up_id: int, *, is_sustained: bool, by: str, version: int) -> None:
    """Answer whether a placement still lasts; at twelve months that settles the candidate's and the vacancy's state.

    Raises
    ------
    UnknownId
        Where there is no such question.
    Conflict
        Where somebody else has answered meanwhile (``stale_version``).
    """
    own = follow_ups.c.follow_up_id == follow_up_id
    row = session.first(
        sa.select(follow_ups.c.version, follow_ups.c.months, placements.c.candidate_id, placements.c.vacancy_id)
        .join_from(follow_ups, placements)
        .where(own)
    )
    if row is None:
        raise UnknownId(
            f"Follow-up '{follow_up_id}' must be there. List those that are due and choose one.",
            entity="follow_ups",
            entity_id=str(follow_up_id),
        )
    answer = {"is_sustained": is_sustained, "recorded_by": by, "recorded_at": session.now}
    changed = follow_ups.update().where(own, follow_ups.c.version == version)
    if not session.change(changed.values(**answer, version=version + 1)):
        raise stale("follow_ups", str(follow_up_id), version, row.version)
    if is_sustained and row.months == max(FOLLOW_UP_MONTHS):
        move_where_possible(session, "candidates", [row.candidate_id], "sustained", by=by, reason="followed up")
        move_where_possible(session, "vacancies", [row.vacancy_id], "sustained", by=by, reason="followed up")
    append(session, by, "record", "follow_ups", str(follow_up_id), facts={"months": row.months})


def past_placements(session: Session, months: int) -> tuple[PastPlacement, ...]:
    """Return what has become of placements so many months after they began, those imported as history before them."""
    query = (
        sa.select(placements, follow_ups.c.is_sustained)
        .join_from(follow_ups, placements)
        .where(follow_ups.c.months == months, follow_ups.c.is_sustained.is_not(None))
        .order_by(placements.c.placement_id)
    )
    followed = tuple(
        PastPlacement(
            placement_id=f"followed-{row.placement_id}",
            sustained=row.is_sustained,
            nice_share=row.nice_share,
            distance_km=row.distance_km,
            form=row.form,
            extent_percent=row.extent_percent,
        )
        for row in session.rows(query)
    )
    return (*loaded(session, "history"), *followed)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
