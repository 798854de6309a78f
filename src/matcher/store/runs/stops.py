"""The stop switch: a named person freezes runs and batches, and one lets them go on; both stay in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matcher.errors import Conflict
from matcher.store.accounts.persons import require_person
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.tables.trust import stops

STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """That somebody has stopped runs and batches, or has let them go on.

    Parameters
    ----------
    stop_id : int
    is_stopped : bool
    switched_by, reason : str
    switched_at : datetime
    """

    stop_id: int
    is_stopped: bool
    switched_by: str
    reason: str
    switched_at: datetime


def stop_runs(session: WritingSession, *, by: str, reason: str) -> None:
    """Freeze runs and batches: none is asked for, made, stored, proposed or published until somebody lets them go on.

    Pressed twice, it stays stopped: whoever sees that something is wrong does not have to look first.

    Raises
    ------
    Conflict
        Where no person or no reason is named (``refused_move``).
    """
    _switch(session, is_stopped=True, by=by, reason=reason)


def resume_runs(session: WritingSession, *, by: str, reason: str) -> None:
    """Let runs and batches go on.

    Raises
    ------
    Conflict
        Where they are not stopped, or no person or no reason is named (``refused_move``).
    """
    if standing_stop(session) is None:
        raise _refused("Planning must be stopped to be let go on, got nothing that stops it. Look at it anew.")
    _switch(session, is_stopped=False, by=by, reason=reason)


def standing_stop(session: Session) -> Stop | None:
    """Return what stops runs and batches now; ``None`` where they may go on."""
    row = session.first(sa.select(stops).order_by(stops.c.stop_id.desc()).limit(1))
    return Stop(**row._mapping) if row is not None and row.is_stopped else None


def list_stops(session: Session, limit: int = 100) -> list[Stop]:
    """Return when runs were stopped and let go on, the last first."""
    rows = session.rows(sa.select(stops).order_by(stops.c.stop_id.desc()).limit(limit))
    return [Stop(**row._mapping) for row in rows]


def require_going(session: Session) -> None:
    """Raise `Conflict` (``stopped``) where somebody has stopped runs and batches."""
    found = standing_stop(session)
    if found is not None:
        raise Conflict(
            f"Planning must not be stopped, got a stop by {found.switched_by} since "
            f"{found.switched_at:%Y-%m-%d %H:%M} UTC: {found.reason}. Wait until somebody lets it go on.",
            code=STOPPED,
            entity="stops",
            entity_id=str(found.stop_id),
        )


def _switch(session: WritingSession, *, is_stopped: bool, by: str, reason: str) -> None:
    require_person(session, by, "stops", "stop")
    if not reason.strip():
        raise _refused("A stop, and its end, must have a reason, got none. Say why.")
    session.insert(stops, is_stopped=is_stopped, switched_by=by, reason=reason.strip(), switched_at=session.now)
    append(session, by, "stop" if is_stopped else "resume", "stops", None, reason=reason.strip())


def _refused(sentence: str) -> Conflict:
    return Conflict(sentence, code="refused_move", entity="stops", entity_id="stop")
