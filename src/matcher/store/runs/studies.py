"""What studies came to: one document for each, kept as it was worked out."""

from __future__ import annotations

import hashlib
import zlib

import sqlalchemy as sa

from matcher.errors import StoreFailure, UnknownId
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.runs.runs import StoredRun
from matcher.store.tables.work import studies

_LEVEL = 6


def save_study(session: WritingSession, run: StoredRun, document: str, *, by: str) -> None:
    """Keep what a study came to, in the transaction that ends its job."""
    digest = hashlib.sha256(document.encode()).hexdigest()
    session.insert(
        studies,
        run_id=run.run_id,
        content_hash=digest,
        document=zlib.compress(document.encode(), _LEVEL),
        made_at=session.now,
    )
    append(session, by, "study", "runs", str(run.run_id), facts={"content_hash": digest})


def has_study(session: Session, run_id: int) -> bool:
    """Tell whether a study has been worked out."""
    return session.value(sa.select(studies.c.study_id).where(studies.c.run_id == run_id)) is not None


def load_study(session: Session, run_id: int) -> str:
    """Return what a study came to, as it was kept.

    Raises
    ------
    UnknownId
        Where the run has none.
    StoreFailure
        Where its bytes are not those that were stored.
    """
    row = session.first(sa.select(studies.c.document, studies.c.content_hash).where(studies.c.run_id == run_id))
    if row is None:
        raise UnknownId(
            f"Study '{run_id}' must be there. It may not have been worked out yet.",
            entity="studies",
            entity_id=str(run_id),
        )
    try:
        text = zlib.decompress(row.document)
    except zlib.error:
        text = b""
    if hashlib.sha256(text).hexdigest() != row.content_hash:
        raise StoreFailure(f"Study '{run_id}' must be as it was stored, got other bytes. Restore it from a backup.")
    return text.decode()
