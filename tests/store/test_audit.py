"""The audit log: whatever byte of it somebody changes past the guards, and whatever end is cut off, is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import (
    Anchor,
    ReadLog,
    Seen,
    Store,
    broken_entries,
    last_entry,
    list_page,
    run_of,
    save_problem,
    unmet_anchors,
)
from matcher.store.log.audit import append
from matcher.store.reading.listing import Wanted
from matcher.store.tables.trust import audit_log
from tests.builders import candidate, problem
from tests.service.towns import town
from tests.store.databases import SqliteFiles

COLUMNS = [column.name for column in audit_log.columns if column.name != "entry"]
ENTRIES = 4


def filled(store: Store) -> None:
    """Write a few entries, with everything that an entry may have."""
    with store.writing() as session:
        save_problem(session, problem(candidates=[candidate("C1")]), by="Åsa", reason="första")
        append(session, "Bo", "see", "candidates", "C1", facts={"where": "/candidates/{candidate_id}", "n": 1})
        append(session, "Bo", "see", "candidates", None)


@pytest.fixture(scope="module")
def changeable(sqlite_files: SqliteFiles) -> Iterator[tuple[Store, sqlite3.Connection]]:
    """Return a log, and a connection that changes it past the guards."""
    address = sqlite_files.address()
    with Store(address) as store:
        filled(store)
    path = Path(address.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for trigger in ("guard_audit_log_update", "guard_audit_log_delete"):
            raw.execute(f"DROP TRIGGER {trigger}")
        with Store(address, is_writer=False) as store:
            yield store, raw


@contextmanager
def changed(raw: sqlite3.Connection, entry: int, column: str, content: bytes, kind: str = "TEXT") -> Iterator[None]:
    """Let a value be other bytes while the block lasts."""
    (before,) = raw.execute(f"SELECT {column} FROM audit_log WHERE entry = ?", (entry,)).fetchone()
    raw.execute(f"UPDATE audit_log SET {column} = CAST(? AS {kind}) WHERE entry = ?", (content, entry))
    try:
        yield
    finally:
        raw.execute(f"UPDATE audit_log SET {column} = ? WHERE entry = ?", (before, entry))


def stored_bytes(raw: sqlite3.Connection, entry: int, column: str) -> bytes | None:
    (found,) = raw.execute(f"SELECT CAST({column} AS BLOB) FROM audit_log WHERE entry = ?", (entry,)).fetchone()
    return None if found is None else bytes(found)


def is_whole(store: Store) -> bool:
    with store.reading() as session:
        return broken_entries(session) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entry=st.integers(1, ENTRIES),
    column=st.sampled_from(COLUMNS),
    place=st.integers(0, 10_000),
    flipped=st.integers(1, 255),
)
def test_any_flipped_byte_of_any_value_is_found(
    changeable: tuple[Store, sqlite3.Connection], entry: int, column: str, place: int, flipped: int
) -> None:
    """One byte of any column of any entry, changed to any other, also to one that is no text."""
    store, raw = changeable
    found = stored_bytes(raw, entry, column)
    content = bytearray(found or b"\0")
    if found is not None and content:
        content[place % len(content)] ^= flipped
    with changed(raw, entry, column, bytes(content)):
        assert not is_whole(store)
    assert is_whole(store)


def test_every_byte_of_a_moment_counts(changeable: tuple[Store, sqlite3.Connection]) -> None:
    """Other texts for the same moment (a space for the T, a comma, -00:00) are changes like any other."""
    store, raw = changeable
    found = stored_bytes(raw, 2, "at")
    assert found is not None
    text = found.decode()
    for other in (text.replace("T", " "), text.replace("T", "t"), text.replace(".", ","), text.replace("+", "-")):
        assert other != text
        with changed(raw, 2, "at", other.encode()):
            assert not is_whole(store), other


@pytest.mark.parametrize("column", COLUMNS)
def test_the_same_bytes_as_another_kind_are_found(changeable: tuple[Store, sqlite3.Connection], column: str) -> None:
    """A text that became raw bytes reads alike to some programs; here it is a change."""
    store, raw = changeable
    with changed(raw, 2, column, stored_bytes(raw, 2, column) or b"", "BLOB"):
        assert not is_whole(store)


def test_removed_added_and_exchanged_entries_are_found(changeable: tuple[Store, sqlite3.Connection]) -> None:
    store, raw = changeable
    for statement in (
        "DELETE FROM audit_log WHERE entry = 1",
        "DELETE FROM audit_log WHERE entry = 2",
        "INSERT INTO audit_log SELECT 99, at, actor, action, entity, entity_id, reason, facts, hash_before, hash "
        "FROM audit_log WHERE entry = 2",
        "UPDATE audit_log SET entry = CASE entry WHEN 2 THEN 3 WHEN 3 THEN 20 ELSE entry END WHERE entry = 3",
    ):
        raw.execute("BEGIN")
        raw.execute(statement)
        raw.execute("COMMIT")
        assert not is_whole(store), statement
        raw.execute("DELETE FROM audit_log WHERE entry IN (20, 99)")
        _restore(raw, store)
    assert is_whole(store)


def _restore(raw: sqlite3.Connection, store: Store) -> None:
    """Write the entries as they were, from a copy kept when the first change was made."""
    if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'kept_log'").fetchone():
        raise AssertionError("no copy")
    raw.execute("DELETE FROM audit_log")
    raw.execute("INSERT INTO audit_log SELECT * FROM kept_log")


@pytest.fixture(autouse=True)
def _copy(request: pytest.FixtureRequest) -> None:
    if "changeable" in request.fixturenames:
        _, raw = request.getfixturevalue("changeable")
        raw.execute("CREATE TABLE IF NOT EXISTS kept_log AS SELECT * FROM audit_log")


def test_a_log_that_was_cut_off_or_written_anew_does_not_meet_its_anchor(store: Store) -> None:
    """What the log itself cannot tell, a hash kept elsewhere does: on both databases."""
    filled(store)
    with store.reading() as session:
        entry, digest = last_entry(session)
        anchor = Anchor(entry=entry, hash=digest, at="2026-09-01")
        assert unmet_anchors(session, [anchor, Anchor(entry=0, hash="0" * 64, at="2026-08-01")]) == []
    with store.writing() as session:
        _without_guards(session.connection)
        session.connection.execute(sa.text(f"DELETE FROM audit_log WHERE entry = {entry}"))
    with store.reading() as session:
        assert broken_entries(session) == []  # the log alone does not know how long it was
        assert unmet_anchors(session, [anchor]) == [
            f"Entry {entry} must have the hash that was noted on 2026-09-01, got none. The log was cut off or written "
            "anew."
        ]
    with store.writing() as session:
        append(session, "Eve", "see", "candidates", None)
    with store.reading() as session:
        assert broken_entries(session) == []
        assert "got another" in unmet_anchors(session, [anchor])[0]


def _without_guards(connection: sa.Connection) -> None:
    postgres = connection.dialect.name == "postgresql"
    on = " ON audit_log" if postgres else ""
    connection.execute(sa.text(f"DROP TRIGGER guard_audit_log_delete{on}"))


def test_a_run_stands_in_the_log_with_all_that_it_took_and_came_to(store: Store) -> None:
    """Input hash, policy, weights, seed, versions when it was asked for; status, values and bounds when it was made."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    _, run = ask_run(store, by="Ada")
    Worker(store, "night").work_once()
    with store.reading() as session:
        entries = list_page(session, "audit_log", Wanted()).items
        kept = run_of(session, run.run_id)
    (asked,) = (one for one in entries if (one.action, one.entity) == ("ask", "runs"))
    (made,) = (one for one in entries if one.action == "plan")
    assert (asked.actor, asked.entity_id) == ("Ada", str(run.run_id))
    assert asked.facts["problem_hash"] == kept.problem_hash
    assert asked.facts["policy_version"] == kept.policy_version
    assert len(asked.facts["weights_hash"]) == 64
    assert (asked.facts["seed"], asked.facts["versions"]) == (kept.seed, kept.versions)
    assert (made.actor, made.facts["status"]) == ("night", "optimal")
    assert {"value", "bound", "gap"} <= made.facts["tiers"][0].keys()


def test_readers_at_once_are_logged_once_each_in_few_transactions(sqlite_files: SqliteFiles) -> None:
    """Who comes while others are being logged is logged with them; who cannot be logged is told."""
    with Store(sqlite_files.address()) as store:
        reads = ReadLog(store)
        seen = [Seen(by=f"reader {number}", entity="candidates", entity_id="C1", where="/") for number in range(8)]
        for one in (*seen, *seen):
            reads.note([one])
        with store.reading() as session:
            assert last_entry(session)[0] == 8
            assert broken_entries(session) == []
