"""Problems as runs have read them, kept by their fingerprints: whatever changes later, a run can be made again."""

from __future__ import annotations

import zlib
from datetime import datetime

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.formats import problem_from_text, problem_to_text
from matcher.problem import Problem, fingerprint
from matcher.store.database.session import Session, WritingSession
from matcher.store.tables.work import snapshots

_LEVEL = 3  # a city's 16 MB become 1.4 in a twentieth of a second; more effort saves little


def save_snapshot(session: WritingSession, problem: Problem) -> str:
    """Keep a problem, once; return its fingerprint."""
    digest = fingerprint(problem)
    if session.first(sa.select(snapshots.c.saved_at).where(snapshots.c.problem_hash == digest)) is None:
        document = zlib.compress(problem_to_text(problem).encode(), _LEVEL)
        session.insert(snapshots, problem_hash=digest, document=document, saved_at=session.now)
    return digest


def snapshot_hashes(session: Session) -> list[tuple[str, datetime]]:
    """Return the fingerprints of all problems that are kept, the oldest first, with the moments they were kept at."""
    rows = session.rows(sa.select(snapshots.c.problem_hash, snapshots.c.saved_at).order_by(snapshots.c.saved_at))
    return [(row.problem_hash, row.saved_at) for row in rows]


def load_snapshot(session: Session, problem_hash: str) -> Problem:
    """Return a problem that was kept; raises `UnknownId` where there is none with that fingerprint."""
    document = session.value(sa.select(snapshots.c.document).where(snapshots.c.problem_hash == problem_hash))
    if document is None:
        raise UnknownId(
            f"Snapshot '{problem_hash}' must be there. It may have been removed when its time of keeping ended.",
            entity="snapshots",
            entity_id=problem_hash,
        )
    return problem_from_text(zlib.decompress(document).decode(), "snapshot")
