"""The audit log: who did what when and why, each entry bound to the one before it by its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from matcher.store.database.session import Session, WritingSession
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.tables.trust import audit_log

BEGINNING = "0" * 64
# What nobody has written: a hash, and the id of a key of the vault, which may have digits after its day.
_MADE = re.compile(r"(?:sha256:)?[0-9a-f]{64}|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{6}")
_ONE_AT_A_TIME = 0x6D6174636865  # "matche": the lock by which PostgreSQL appends one entry after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what when and why.

    Parameters
    ----------
    entry : int
        Counts from 1, without gaps.
    at : datetime
    actor, action, entity : str
    entity_id, reason : str or None
    facts : mapping
    hash : str
        Over all this and the hash of the entry before.
    """

    entry: int
    at: datetime
    actor: str
    action: str
    entity: str
    entity_id: str | None
    reason: str | None
    facts: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What the last entry was at a moment, kept where whoever can change the database cannot.

    Parameters
    ----------
    entry : int
    hash : str
    at : str
        When it was noted.
    """

    entry: int
    hash: str
    at: str


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
    words = "\n".join(fact for fact in (facts or {}).values() if isinstance(fact, str) and not _MADE.fullmatch(fact))
    require_no_personal_number("audit_log", actor=actor, entity_id=entity_id, reason=reason, facts=words)
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
    """Return a sentence for each place where the log is not what was written; none where it is whole.

    Entries that are missing at the end, and a log that was written anew from some entry on by somebody who can
    recompute every hash, do not show in the log itself: `unmet_anchors` finds these.
    """
    sentences: list[str] = []
    before, expected = BEGINNING, 1
    # The moment as it is stored: several texts may stand for one moment, and only one of them was written.
    query = sa.select(audit_log, sa.type_coerce(audit_log.c.at, sa.Text).label("written_at"))
    try:
        for row in session.connection.execute(query.order_by(audit_log.c.entry)):
            named = dict(row._mapping)
            written_at, own, own_before = named.pop("written_at"), named.pop("hash"), named.pop("hash_before")
            if row.entry != expected:
                sentences.append(f"Entry {expected} must be there, got {row.entry} instead.")
            if own_before != before:
                sentences.append(f"Entry {row.entry} must follow on the entry before it; one of the two was changed.")
            if not _is_as_written(named, written_at) or own != _hash(own_before, named):
                sentences.append(f"Entry {row.entry} must be as it was written; it was changed.")
            before, expected = own, row.entry + 1
    except (exc.DBAPIError, ValueError, TypeError):  # bytes that are no text, or a text that is no moment
        sentences.append(f"Entry {expected} must be readable, or one after it; it was changed.")
    return sentences


def unmet_anchors(session: Session, anchors: Sequence[Anchor]) -> list[str]:
    """Return a sentence for each anchor that the log does not meet: its end was cut off, or it was written anew."""
    sentences = []
    for anchor in anchors:
        found = session.value(sa.select(audit_log.c.hash).where(audit_log.c.entry == anchor.entry))
        if found != anchor.hash and anchor.entry > 0:
            got = "none" if found is None else "another"
            sentences.append(
                f"Entry {anchor.entry} must have the hash that was noted on {anchor.at}, got {got}. "
                "The log was cut off or written anew."
            )
    return sentences


def _is_as_written(content: Mapping[str, Any], written_at: object) -> bool:
    """Tell whether every value is of its kind, and the moment written as this program writes it."""
    if not all(value is None or isinstance(value, str | int | datetime) for value in content.values()):
        return False
    return not isinstance(written_at, str) or written_at == _moment(content["at"])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(before: str, content: Mapping[str, Any]) -> str:
    texts = [_moment(value) if isinstance(value, datetime) else value for value in content.values()]
    return hashlib.sha256(json.dumps([before, *texts], ensure_ascii=False).encode()).hexdigest()
