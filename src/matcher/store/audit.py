"""The audit log: who did what when and why, each entry bound to the one before it by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from matcher.store.free_text import require_no_personal_number
from matcher.store.session import Session, WritingSession
from matcher.store.trust_tables import audit_log

BEGINNING = "0" * 64
_ONE_AT_A_TIME = 0x6D6174636865  # "matche": the lock by which PostgreSQL appends one entry after the other


def append(
    session: WritingSession,
    actor: str,
    action: str,
    entity: str,
    entity_id: str | None,
    *,
    reason: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry; it is stored together with what it tells of, or not at all.

    Parameters
    ----------
    actor : str
        Who: a person's account, or the name of a part of the service.
    action : str
        A verb.
    entity, entity_id : str
        On what.
    reason : str, optional
    facts : mapping, optional
        Hashes, counts, versions, names of fields; never a value about a person.

    Raises
    ------
    InvalidInput
        Where somebody has written a personal number into it.
    """
    require_no_personal_number("audit_log", actor=actor, entity_id=entity_id, reason=reason)
    if session.connection.dialect.name == "postgresql":
        session.value(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    last, before = last_entry(session)
    content = {
        "entry": last + 1,
        "at": session.now,
        "actor": actor,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "reason": reason,
        "facts": json.dumps(facts or {}, ensure_ascii=False, sort_keys=True),
    }
    session.insert(audit_log, **content, hash_before=before, hash=_hash(before, content))


def last_entry(session: Session) -> tuple[int, str]:
    """Return the number and the hash of the last entry; 0 and the hash before all where there is none."""
    row = session.first(sa.select(audit_log.c.entry, audit_log.c.hash).order_by(audit_log.c.entry.desc()).limit(1))
    return (0, BEGINNING) if row is None else (row.entry, row.hash)


def broken_entries(session: Session) -> list[str]:
    """Return a sentence for each place where the log is not what was written; none where it is whole."""
    sentences = []
    before, expected = BEGINNING, 1
    for row in session.connection.execute(sa.select(audit_log).order_by(audit_log.c.entry)):
        content = {name: value for name, value in row._mapping.items() if name not in ("hash", "hash_before")}
        if row.entry != expected:
            sentences.append(f"Entry {expected} must be there, got {row.entry} instead.")
        if row.hash_before != before:
            sentences.append(f"Entry {row.entry} must follow on the entry before it; one of the two was changed.")
        if row.hash != _hash(row.hash_before, content):
            sentences.append(f"Entry {row.entry} must be as it was written; it was changed.")
        before, expected = row.hash, row.entry + 1
    return sentences


def _hash(before: str, content: Mapping[str, Any]) -> str:
    texts = [
        value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for value in content.values()
    ]
    return hashlib.sha256(json.dumps([before, *texts], ensure_ascii=False).encode()).hexdigest()
