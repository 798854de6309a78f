"""Backups, restores and copies lose nothing, and say so only when it is true."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from matcher.errors import StoreFailure
from matcher.store import Store, backup, content_hash, copy_store, load_problem, restore, save_problem, upgrade
from tests.builders import candidate, problem
from tests.formats.rich import rich_problem
from tests.store.databases import PostgresServer, SqliteFiles, start
from tests.strategies import random_problem
from tests.waits import join

Databases = SqliteFiles | PostgresServer


def fill(store: Store, seed: int = 5) -> None:
    """Put some rows of every table of a problem in."""
    with store.writing() as session:
        save_problem(session, rich_problem(seed), by="Ada")


def hash_of(store: Store) -> str:
    """Return the hash of everything in a database."""
    with store.reading() as session:
        return content_hash(session)


def test_a_restored_backup_holds_the_same(databases: Databases, store: Store, tmp_path: Path) -> None:
    """What was backed up comes back whole, on the same kind of database, and work goes on in it."""
    fill(store)
    info = backup(store, tmp_path / "kept.db")

    with Store(databases.empty_address()) as other:
        restore(tmp_path / "kept.db", other)
        assert hash_of(other) == hash_of(store) == info.content_hash
        with other.writing() as session:
            save_problem(session, problem(candidates=[candidate("later")]), by="Ada")


def test_a_backup_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    """While somebody writes, a backup holds the first so many transactions whole, and nothing half."""
    enough = threading.Event()

    def write() -> None:
        for number in range(200):
            with store.writing() as session:
                both = [candidate(f"A{number}"), candidate(f"B{number}")]
                save_problem(session, problem(candidates=both), by="Ada")
            if enough.is_set() and number > 3:
                return

    writer = threading.Thread(target=write)
    writer.start()
    backup(store, tmp_path / "kept.db")
    enough.set()
    join(writer)
    with Store(f"sqlite:///{tmp_path / 'kept.db'}") as kept, kept.reading() as session:
        names = [row.candidate_id for row in load_problem(session).candidates]

    assert names == [f"{letter}{number}" for number in range(len(names) // 2) for letter in "AB"]


def test_sqlite_and_postgresql_hold_equal_content(sqlite_files: SqliteFiles, databases: Databases) -> None:
    """A copy has the same hash as the original, and the problem that is loaded from it is equal."""
    with Store(sqlite_files.address()) as store, Store(databases.address()) as other:
        fill(store)
        digest = copy_store(store, other)

        assert digest == hash_of(store) == hash_of(other)
        with other.reading() as session:
            assert load_problem(session) == rich_problem(5)
        fill(other, 6)  # rows are numbered on from where the original had come
        assert hash_of(other) != digest


def test_a_changed_value_changes_the_hash(store: Store) -> None:
    """The hash is one of the content: whatever is changed, it is another."""
    fill(store)
    before = hash_of(store)
    with store.writing() as session:
        save_problem(session, problem(candidates=[candidate("one more")]), by="Ada")

    assert hash_of(store) != before


def test_nothing_is_copied_over_something(store: Store, databases: Databases, tmp_path: Path) -> None:
    """A database that holds rows is neither restored nor copied into, and stays as it is."""
    fill(store)
    backup(store, tmp_path / "kept.db")
    with Store(databases.address()) as other:
        with other.writing() as session:
            save_problem(session, random_problem(2), by="Ada")
        before = hash_of(other)

        with pytest.raises(StoreFailure, match="must be empty"):
            restore(tmp_path / "kept.db", other)
        with pytest.raises(StoreFailure, match="must be empty"):
            copy_store(store, other)
        assert hash_of(other) == before


def test_a_backup_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    """A file that is there already stays."""
    (tmp_path / "kept.db").write_text("precious")

    with pytest.raises(StoreFailure, match="must not be there already"):
        backup(store, tmp_path / "kept.db")
    assert (tmp_path / "kept.db").read_text() == "precious"


def test_a_backup_of_a_file_that_was_a_backup_is_one(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """Whoever goes on working with a backup instead of restoring it can still take one, with its own hash."""
    with Store(sqlite_files.empty_address()) as first:
        upgrade(first)
        backup(first, tmp_path / "kept.db")
    with Store(f"sqlite:///{tmp_path}/kept.db") as store:
        with store.writing() as session:
            save_problem(session, problem(candidates=[candidate("C1")]), by="Ada")
        made = backup(store, tmp_path / "again.db")
    with Store(f"sqlite:///{tmp_path}/restored.db") as store:
        assert restore(tmp_path / "again.db", store) == made


def test_a_changed_backup_is_refused(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """A backup in which a single value was changed, or a page was damaged, is not restored."""
    kept = tmp_path / "kept.db"
    with Store(sqlite_files.address()) as store:
        fill(store)
        backup(store, kept)
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE candidates SET extent_percent = 1")
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(kept.read_bytes()[:20_000])

    for path in (kept, damaged):
        with Store(sqlite_files.empty_address()) as other, pytest.raises(StoreFailure, match="must"):
            restore(path, other)


def test_a_file_that_is_no_backup_is_refused(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """A text file, an empty one and a missing one are told apart from a backup."""
    (tmp_path / "text.db").write_text("no database at all")
    (tmp_path / "empty.db").touch()

    for name in ("text.db", "empty.db", "missing.db"):
        with Store(sqlite_files.empty_address()) as store, pytest.raises(StoreFailure, match="Backup"):
            restore(tmp_path / name, store)


def test_one_process_writes_to_a_file(sqlite_files: SqliteFiles) -> None:
    """A second writer of an SQLite file is refused at its start; a reader is not; afterwards there is room again."""
    address = sqlite_files.address()
    with Store(address):
        with pytest.raises(StoreFailure, match="must have one writing process"):
            Store(address)
        with Store(address, is_writer=False) as reader, reader.reading() as session:
            load_problem(session)
        with Store(address, is_writer=False) as reader, pytest.raises(StoreFailure, match="opened for reading only"):
            reader.writing().__enter__()
    Store(address).close()


@pytest.mark.parametrize("address", ["", "sqlite://", "mysql://root@localhost/x", "no address"])
def test_other_addresses_are_refused(address: str) -> None:
    """An address that is neither of the two kinds is refused with an example of each."""
    with pytest.raises(StoreFailure, match=r"must be like sqlite:///matcher\.db or postgresql://"):
        Store(address)


def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """Where no server listens, the sentence names the address without its password."""
    with pytest.raises(StoreFailure, match="must answer") as caught:
        Store(f"postgresql://ada:secret@/none?host={tmp_path}")
    assert "secret" not in str(caught.value)


def test_a_missing_server_skips(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The tests say why they leave PostgreSQL out, where it cannot run."""
    monkeypatch.setattr("tests.store.databases._STARTED", {})
    monkeypatch.setattr("tests.store.databases.PostgresServer.__init__", lambda _: 1 / 0)
    with pytest.raises(pytest.skip.Exception, match="PostgreSQL cannot run here: ZeroDivisionError"):
        start("postgresql", tmp_path)
