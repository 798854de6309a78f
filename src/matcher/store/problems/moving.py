"""Moves a vacancy, candidate or proposal from its state to another, if that is allowed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from matcher.errors import Conflict, UnknownId
from matcher.problem import KEY_BY_TABLE
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.problems.lives import MOVES, THING_BY_ENTITY, check_move
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.trust import moves
from matcher.store.tables.work import proposals

_AT_ONCE = 500


def state_of(session: Session, entity: str, entity_id: str | int) -> str:
    """Return the state of a thing; raises `UnknownId` where there is no such thing.

    Parameters
    ----------
    entity : str
        ``vacancies``, ``candidates`` or ``proposals``.
    """
    table, key = _table(entity)
    query = sa.select(table.c.state).where(key == entity_id)
    if isinstance(session, WritingSession):
        query = query.with_for_update()  # nobody moves it between this look and our own move
    state = session.value(query)
    if state is None:
        raise UnknownId(
            f"{THING_BY_ENTITY[entity]} {str(entity_id)!r} must be there. Check the id.",
            entity=entity,
            entity_id=str(entity_id),
        )
    return str(state)


def move(
    session: WritingSession,
    entity: str,
    entity_id: str | int,
    wanted: str,
    *,
    by: str,
    reason: str | None = None,
    version: int | None = None,
) -> None:
    """Move a thing to another state, and log the move.

    Parameters
    ----------
    entity : str
        ``vacancies``, ``candidates`` or ``proposals``.
    wanted : str
        State to reach.
    by : str
        Who moves it.
    version : int, optional
        The version that the person has seen.

    Raises
    ------
    UnknownId
        Where there is no such thing.
    Conflict
        Where the move is not allowed (``refused_move``), or it is not the version that was seen (``stale_version``).
    InvalidInput
        Where who moves it, or why, has a personal number.
    """
    require_no_personal_number("moves", moved_by=by, reason=reason)
    table, key = _table(entity)
    state = state_of(session, entity, entity_id)
    found = session.value(sa.select(table.c.version).where(key == entity_id))
    if version is not None and found != version:
        raise stale(entity, str(entity_id), version, found)
    check_move(entity, str(entity_id), state, wanted)
    session.change(table.update().where(key == entity_id).values(state=wanted, version=table.c.version + 1))
    session.insert(
        moves,
        entity=entity,
        entity_id=str(entity_id),
        state_before=state,
        state=wanted,
        moved_by=by,
        reason=reason,
        moved_at=session.now,
    )


def move_where_possible(
    session: WritingSession, entity: str, entity_ids: Sequence[str | int], wanted: str, *, by: str, reason: str
) -> int:
    """Move those that may be moved and are not there yet; return how many there were."""
    table, key = _table(entity)
    count = 0
    for begin in range(0, len(entity_ids), _AT_ONCE):
        query = sa.select(key, table.c.state).where(key.in_(entity_ids[begin : begin + _AT_ONCE])).order_by(key)
        movable = [row for row in session.rows(query.with_for_update()) if wanted in MOVES[entity][row.state]]
        ids = [row[0] for row in movable]
        session.change(table.update().where(key.in_(ids)).values(state=wanted, version=table.c.version + 1))
        session.insert_all(
            moves,
            [
                {
                    "entity": entity,
                    "entity_id": str(row[0]),
                    "state_before": row.state,
                    "state": wanted,
                    "moved_by": by,
                    "reason": reason,
                    "moved_at": session.now,
                }
                for row in movable
            ],
        )
        count += len(movable)
    return count


def stale(entity: str, entity_id: str, version: int, found: int) -> Conflict:
    """Return the error of whoever has seen an earlier version."""
    thing = THING_BY_ENTITY.get(entity, entity)
    return Conflict(
        f"{thing} {entity_id!r} must still be version {version}, got {found}: somebody else has changed it. "
        "Read it again and decide anew.",
        code="stale_version",
        entity=entity,
        entity_id=entity_id,
    )


def _table(entity: str) -> tuple[sa.Table, sa.Column[object]]:
    if entity == "proposals":
        return proposals, proposals.c.proposal_id
    table = SQL_BY_TABLE[entity]
    return table, table.c[KEY_BY_TABLE[entity][0]]
