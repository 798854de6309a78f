"""Everything that is stored about somebody, found by the database's own foreign keys: no table can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from matcher.store.database.schema import metadata
from matcher.store.database.session import Session
from matcher.store.problems.moving import state_of
from matcher.store.tables.trust import audit_log, identities, moves

PERSON = "candidates"
# Of the vault's rows the identity itself is told, by whoever may open it: keys and what they have sealed say nothing.
SEALED = frozenset({identities.c.wrapped_key, identities.c.nonce, identities.c.ciphertext, identities.c.outer_key_id})
Rows = Sequence[Mapping[str, Any]]


def everything_about(session: Session, candidate_id: str) -> dict[str, Rows]:
    """Return all rows about somebody, by table: those that name the person, and those that name one of these.

    Beside them stand the moves from state to state and the entries of the audit log, which name people in words.

    Raises
    ------
    UnknownId
        Where there is no such candidate.
    """
    state_of(session, PERSON, candidate_id)
    kept: dict[str, list[sa.Row[Any]]] = {}
    for table in metadata.sorted_tables:  # what is named comes before what names it
        rows = session.rows(sa.select(table).where(_concerns(table, candidate_id, kept)).order_by(*table.primary_key))
        if rows:
            kept[table.name] = list(rows)
    proposals = [str(row.proposal_id) for row in kept.get("proposals", ())]
    kept[moves.name] = list(_moves(session, candidate_id, proposals))
    kept[audit_log.name] = list(_entries(session, candidate_id, kept))
    return {name: [_document(metadata.tables[name], row) for row in rows] for name, rows in kept.items() if rows}


def _concerns(table: sa.Table, candidate_id: str, kept: Mapping[str, list[sa.Row[Any]]]) -> sa.ColumnElement[bool]:
    """Return the condition for rows of a table that name the person, or a row that is kept already."""
    if table.name == PERSON:
        return table.c.candidate_id == candidate_id
    conditions: list[sa.ColumnElement[bool]] = []
    for key in table.foreign_keys:
        named = key.column
        values = [getattr(row, named.name) for row in kept.get(named.table.name, ())]
        if values:
            conditions.append(key.parent.in_(values))
    return sa.or_(sa.false(), *conditions)


def _moves(session: Session, candidate_id: str, proposals: Sequence[str]) -> Sequence[sa.Row[Any]]:
    own = (moves.c.entity == PERSON) & (moves.c.entity_id == candidate_id)
    theirs = (moves.c.entity == "proposals") & moves.c.entity_id.in_(proposals)
    return session.rows(sa.select(moves).where(own | theirs).order_by(moves.c.move_id))


def _entries(session: Session, candidate_id: str, kept: Mapping[str, list[sa.Row[Any]]]) -> Sequence[sa.Row[Any]]:
    """Return the entries of the log about the person: by pseudonym, alone or in a pair, or by number of a request."""
    pair = candidate_id.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "|%"
    requests = [str(row.request_id) for row in kept.get("rights_requests", ())]
    about = audit_log.c.entity_id == candidate_id
    about |= audit_log.c.entity_id.like(pair, escape="\\")
    about |= (audit_log.c.entity == "rights_requests") & audit_log.c.entity_id.in_(requests)
    return session.rows(sa.select(audit_log).where(about).order_by(audit_log.c.entry))


def _document(table: sa.Table, row: sa.Row[Any]) -> dict[str, Any]:
    return {
        column.name: _plain(value) for column, value in zip(table.columns, row, strict=True) if column not in SEALED
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value
