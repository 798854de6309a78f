"""Problems as runs have read them, kept by their fingerprints: whatever changes later, a run can be made again."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.formats import problem_from_text, problem_to_text
from matcher.formats.tables import TABLE_BY_NAME
from matcher.problem import GroupMembership, Problem, declared_groups, fingerprint, with_groups, without_undeclared
from matcher.store.database.session import Session, WritingSession
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.work import snapshots

_LEVEL = 3  # a city's 16 MB become 1.4 in a twentieth of a second; more effort saves little


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A problem as it is kept.

    Parameters
    ----------
    problem_hash : str
    document : bytes
        Compressed JSON.
    """

    problem_hash: str
    document: bytes


def snapshot_of(problem: Problem) -> Snapshot:
    """Return a problem as it is kept, with all that it has."""
    document = zlib.compress(problem_to_text(problem).encode(), _LEVEL)
    return Snapshot(problem_hash=fingerprint(problem), document=document)


def save_snapshot(session: WritingSession, problem: Problem, groups_asked: Collection[str] = ()) -> str:
    """Keep a problem, once, without the groups of people that no rule and no question names; return its fingerprint."""
    problem = without_undeclared(problem, groups_asked)
    digest = fingerprint(problem)
    if not _has_snapshot(session, digest):
        keep_snapshot(session, snapshot_of(problem))
    return digest


def keep_snapshot(session: WritingSession, snapshot: Snapshot) -> None:
    """Keep what `snapshot_of` has made, once."""
    if not _has_snapshot(session, snapshot.problem_hash):
        values = {"problem_hash": snapshot.problem_hash, "document": snapshot.document}
        session.insert(snapshots, **values, saved_at=session.now)


def _has_snapshot(session: Session, digest: str) -> bool:
    return session.first(sa.select(snapshots.c.saved_at).where(snapshots.c.problem_hash == digest)) is not None


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


def load_snapshot_with_groups(session: Session, problem_hash: str) -> Problem:
    """Return a problem that was kept, with the groups that nothing in it names as they are stored today.

    That is for what asks about other groups than the run did: a scenario's new rule, an audit.
    """
    problem = load_snapshot(session, problem_hash)
    declared = declared_groups(problem)
    read = {row.candidate_id: row.groups for row in problem.candidates}
    others = {
        candidate_id: tuple(one for one in today if one.group not in declared)
        for candidate_id, today in groups_of_people(session).items()
        if candidate_id in read
    }
    return with_groups(problem, {one: (*read[one], *more) for one, more in others.items() if more})


def groups_of_people(session: Session) -> Mapping[str, tuple[GroupMembership, ...]]:
    """Return the groups of everybody who belongs to any, as they are stored today, by candidate."""
    table = SQL_BY_TABLE["candidates"]
    (read,) = [column.kind.read for column in TABLE_BY_NAME["candidates"].columns if column.name == "groups"]
    rows = session.rows(sa.select(table.c.candidate_id, table.c.groups).where(table.c.groups != ""))
    known = {text: read(text) for text in {row.groups for row in rows}}  # most people's are alike: each is read once
    return {row.candidate_id: known[row.groups] for row in rows}
