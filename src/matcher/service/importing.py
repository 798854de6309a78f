"""Takes in a file: every fault in its row, what it would change, what a person has still to fill in, and then it.

What can be read is kept as it was read, by its fingerprint, until somebody takes it in: so the steps of an import need
nothing but that fingerprint, whichever process answers. A workbook is meant as it stands; what notices and
advertisements say is joined with what is stored when they are looked at and when they are taken in, and overwrites
nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.formats import read_problem, write_problem
from matcher.formats.kinds import BadCell
from matcher.formats.tables import TABLE_BY_NAME
from matcher.problem import KEY_BY_TABLE, TABLE_NAMES, Policy, Problem, missing_facts
from matcher.service.apart import LARGE_BYTES, apart, reading_apart
from matcher.service.joining import joined, rows_like
from matcher.store import (
    Session,
    Snapshot,
    Store,
    WritingSession,
    keep_snapshot,
    load_problem,
    load_snapshot,
    news_of,
    policy_in_force,
    save_problem,
    snapshot_of,
)

DECIDED = ("decisions",)  # decisions are taken on their own pages, by a named person


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNews:
    """What a workbook would change in one table; rows that it does not have stay as they are."""

    table: str
    rows: int
    added: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file that was read and waits to be taken in.

    Parameters
    ----------
    problem_hash : str
        Under which it is kept.
    news : tuple of TableNews
    missing : tuple of Fault
        Empty cells that only a person can fill in; what they belong to is not planned until then.
    has_new_policy : bool
        Whether it has a policy of its own that is not in force.
    num_decisions : int
        In the workbook, and not taken in.
    """

    problem_hash: str
    news: tuple[TableNews, ...]
    missing: tuple[Fault, ...]
    has_new_policy: bool
    num_decisions: int

    @property
    def has_news(self) -> bool:
        """Tell whether anything would change."""
        return self.has_new_policy or any(one.added or one.changed for one in self.news)


def keep_workbook(store: Store, content: bytes, name: str) -> str:
    """Read a workbook, or a problem as JSON, and keep it; return its fingerprint.

    Raises
    ------
    InvalidInput
        With every fault; nothing is kept then.
    """
    return _kept(store, apart(len(content) > LARGE_BYTES, _read, content, name))


def keep_rows(store: Store, found: Problem) -> str | None:
    """Keep the rows of another program's file; return their fingerprint, ``None`` where there are none."""
    return _kept(store, snapshot_of(found)) if any(getattr(found, name) for name in TABLE_NAMES) else None


def draft_of(store: Store, problem_hash: str, *, is_whole: bool = True) -> Draft:
    """Return a file that was kept, compared with what is stored now.

    Parameters
    ----------
    problem_hash : str
    is_whole : bool
        Whether it is meant as it stands, as a workbook is; otherwise it adds rows and fills empty cells.

    Raises
    ------
    UnknownId
        Where none is kept under that fingerprint.
    InvalidInput
        Where what is stored now does not fit together with it.
    """
    return reading_apart(store, _draft, problem_hash, is_whole)


def fill_in(
    store: Store, problem_hash: str, cells: Mapping[tuple[str, str, str], str], *, is_whole: bool = True
) -> str:
    """Fill in empty cells of a file that is kept; return the fingerprint of what it then is.

    Parameters
    ----------
    cells : mapping of (table, id, field) to text
        Of those that are missing; empty texts fill in nothing.
    is_whole : bool
        See `draft_of`.

    Raises
    ------
    InvalidInput
        With the fault of every cell that cannot be read.
    """
    return _kept(store, reading_apart(store, _filled, problem_hash, cells, is_whole))


def take_in(
    store: Store, problem_hash: str, *, by: str, reason: str | None = None, is_whole: bool = True
) -> dict[str, int]:
    """Store a file that is kept: new rows are added, changed ones changed, others stay; return how many.

    Its policy is taken in where it has one of its own; its decisions are not. What is not meant as it stands
    (see `draft_of`) is joined with what is stored at this moment.
    """
    with store.reading() as reading:  # it never changes, and whoever wants to write need not wait for its being read
        problem = load_snapshot(reading, problem_hash)
    with store.writing() as session:
        whole = problem if is_whole else joined(load_problem(session), problem)
        return taken_in(session, whole, by=by, reason=reason)


def taken_in(session: WritingSession, problem: Problem, *, by: str, reason: str | None = None) -> dict[str, int]:
    """Store a problem that was read, in a transaction that may hold more; see `take_in`."""
    taken = replace(problem, decisions=(), policy=_policy(session, problem))
    return save_problem(session, taken, by=by, reason=reason)


def present_workbook(store: Store) -> bytes:
    """Return everything that is stored as a workbook, to be corrected and taken in again."""
    return reading_apart(store, _workbook)


def _read(content: bytes, name: str) -> Snapshot:
    with tempfile.TemporaryDirectory(prefix="matcher-import-") as folder:
        path = Path(folder) / (Path(name).name or "workbook.xlsx")
        path.write_bytes(content)
        return snapshot_of(read_problem(path))


def _draft(session: Session, problem_hash: str, is_whole: bool) -> Draft:
    problem = load_snapshot(session, problem_hash)
    whole = problem if is_whole else joined(load_problem(session), problem)
    return Draft(
        problem_hash=problem_hash,
        news=tuple(
            _news(session, name, rows_like(whole, problem, name))
            for name in TABLE_NAMES
            if name not in DECIDED and getattr(problem, name)
        ),
        missing=_missing(problem, whole),
        has_new_policy=is_whole and _policy(session, problem) != _policy(session, Problem()),
        num_decisions=len(problem.decisions),
    )


def _missing(problem: Problem, whole: Problem) -> tuple[Fault, ...]:
    """Return the empty cells of a file's own rows that only a person can fill in."""
    own = {(name, getattr(row, KEY_BY_TABLE[name][0])) for name in TABLE_NAMES for row in getattr(problem, name)}
    return tuple(fault for fault in missing_facts(whole) if (fault.table, fault.entity_id) in own)


def _filled(session: Session, problem_hash: str, cells: Mapping[tuple[str, str, str], str], is_whole: bool) -> Snapshot:
    problem = load_snapshot(session, problem_hash)
    whole = problem if is_whole else joined(load_problem(session), problem)
    faults: list[Fault] = []
    for fault in _missing(problem, whole):
        key = (fault.table or "", fault.entity_id or "", fault.field or "")
        text = cells.get(key, "").strip()
        if text:
            problem = _with_cell(problem, key, text, faults)
    if faults:
        raise InvalidInput(faults)
    return snapshot_of(problem)


def _workbook(session: Session) -> bytes:
    problem = load_problem(session)
    with tempfile.TemporaryDirectory(prefix="matcher-export-") as folder:
        path = Path(folder) / "matcher.xlsx"
        write_problem(problem, path)
        return path.read_bytes()


def _policy(session: Session, problem: Problem) -> Policy:
    """Return a problem's policy, or the one in force where it has none of its own."""
    in_force = policy_in_force(session)
    return problem.policy if in_force is None or problem.policy != Policy() else in_force.policy


def _kept(store: Store, snapshot: Snapshot) -> str:
    """Keep a file as it was read: also the groups of people that no rule names, which are to be stored with them."""
    with store.writing() as session:
        keep_snapshot(session, snapshot)
    return snapshot.problem_hash


def _news(session: Session, name: str, rows: tuple[Any, ...]) -> TableNews:
    new, changed = news_of(session, name, rows)
    return TableNews(table=name, rows=len(rows), added=len(new), changed=len(changed))


def _with_cell(problem: Problem, key: tuple[str, str, str], text: str, faults: list[Fault]) -> Problem:
    table, entity_id, field = key
    id_field = KEY_BY_TABLE[table][0]
    try:
        value = TABLE_BY_NAME[table].column_by_name[field].kind.read(text)
        rows = tuple(
            replace(row, **{field: value}) if getattr(row, id_field) == entity_id else row
            for row in getattr(problem, table)
        )
        changed: dict[str, Any] = {table: rows}
        return replace(problem, **changed)
    except BadCell as error:
        must = error.must.format(field=field)
        faults.append(
            Fault(
                code=error.code,
                table=table,
                entity_id=entity_id,
                field=field,
                must=must,
                remedy=error.remedy,
                value=text,
            )
        )
    except InvalidInput as error:
        faults += error.faults
    return problem
