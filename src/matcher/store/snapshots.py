"""Problems as runs have read them, kept by their fingerprints: whatever changes later, a run can be made again."""

from __future__ import annotations

import zlib

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.formats import problem_from_text, problem_to_text
from matcher.problem import Problem, fingerprint
from matcher.store.session import Session, WritingSession
from matcher.store.work_tables import snapshots

_LEVEL = 3  # a city's 16 MB become 1.4 in a twentieth of a second; more effort saves little


def save_snapshot(session: WritingSession, problem: Problem) -> str:
    """Keep a problem, once; return its fingerprint."""
    digest = fingerprint(problem)
    if session.first(sa.select(snapshots.c.saved_at).where(snapshots.c.problem_hash == digest)) is None:
        document = zlib.compress(problem_to_text(problem).encode(), _LEVEL)
        session.insert(snapshots, problem_hash=digest, document=document, saved_at=session.now)
    return digest


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
