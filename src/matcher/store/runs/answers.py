"""Answers that were given to requests under a key of the asker's, so that asked again the same answer is given.

An answer is stored in the transaction that does what was asked: either both are there, or neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from matcher.errors import Conflict
from matcher.store.database.session import WritingSession
from matcher.store.tables.work import kept_answers

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What was answered.

    Parameters
    ----------
    status : int
    document : str
        Its text.
    headers : mapping of str to str
    """

    status: int
    document: str
    headers: Mapping[str, str]


def kept_answer(session: WritingSession, asker: str, key: str, request_hash: str) -> KeptAnswer | None:
    """Return the answer that was given under a key; ``None`` where there is none.

    Who asks under the same key at the same time waits until the first has been answered.

    Raises
    ------
    Conflict
        Where something else was asked under that key (``reused_key``).
    """
    digest = _digest(asker, key)
    if session.connection.dialect.name == "postgresql":
        session.value(sa.select(sa.func.pg_advisory_xact_lock(int(digest[:15], 16))))
    session.change(kept_answers.delete().where(kept_answers.c.saved_at < session.now - KEPT_FOR))
    row = session.first(sa.select(kept_answers).where(kept_answers.c.key_hash == digest))
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise Conflict(
            "A key must stand for one request, got another request under the same key. Choose a new key for each.",
            code="reused_key",
            entity="kept_answers",
            entity_id=digest,
        )
    return KeptAnswer(status=row.status, document=row.document, headers=json.loads(row.headers))


def keep_answer(session: WritingSession, asker: str, key: str, request_hash: str, answer: KeptAnswer) -> None:
    """Keep the answer to a request for a day."""
    session.insert_all(
        kept_answers,
        [
            {
                "key_hash": _digest(asker, key),
                "request_hash": request_hash,
                "status": answer.status,
                "document": answer.document,
                "headers": json.dumps(dict(answer.headers), sort_keys=True),
                "saved_at": session.now,
            }
        ],
    )


def _digest(asker: str, key: str) -> str:
    return hashlib.sha256(json.dumps([asker, key]).encode()).hexdigest()
