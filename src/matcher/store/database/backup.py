"""Backups: one SQLite file of either database, of one moment, with the hash by which a restore is verified."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from matcher.errors import StoreFailure
from matcher.store.database.copying import content_hash, copy_rows, copy_store
from matcher.store.database.opening import Store
from matcher.store.database.schema import newest_revision, require_newest, upgrade

_INFO = "backup_info"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupInfo:
    """What a backup says of itself.

    Parameters
    ----------
    made_at : datetime
    revision : str
        Schema that it has.
    content_hash : str
    """

    made_at: datetime
    revision: str
    content_hash: str


def backup(store: Store, path: Path) -> BackupInfo:
    """Write a backup of what a database holds at one moment; others may go on writing.

    Raises
    ------
    StoreFailure
        Where the file is there already, cannot be written, or does not hold what the database holds.
    """
    require_newest(store)
    if path.exists():
        raise StoreFailure(f"Backup '{path}' must not be there already. Choose another name; nothing is overwritten.")
    with _beside(path) as draft:
        digest = _draft_of(store, draft)
        info = BackupInfo(made_at=datetime.now(UTC), revision=newest_revision(), content_hash=digest)
        with _plain(draft) as connection:
            connection.execute(f"DROP TABLE IF EXISTS {_INFO}")  # of a backup that somebody has gone on working with
            connection.execute(f"CREATE TABLE {_INFO} (made_at TEXT, revision TEXT, content_hash TEXT)")
            row = (info.made_at.isoformat(), info.revision, info.content_hash)
            connection.execute(f"INSERT INTO {_INFO} VALUES (?, ?, ?)", row)
            connection.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
        _to_disk(draft)
        os.replace(draft, path)
    return info


def restore(path: Path, store: Store) -> BackupInfo:
    """Fill an empty database from a backup and verify it, whatever release of Matcher wrote it.

    Raises
    ------
    StoreFailure
        Where the file is no sound backup, or the database is not empty.
    """
    info = read_info(path)
    upgrade(store)
    with _beside(Path(tempfile.gettempdir()) / "matcher-restore.db") as draft:
        shutil.copyfile(path, draft)
        with Store(f"sqlite:///{draft}") as given:
            if info.revision == newest_revision():
                with given.reading() as session:
                    _require(content_hash(session) == info.content_hash, path, "hold what its hash was taken over")
            upgrade(given)
            copy_store(given, store)
    return info


def read_info(path: Path) -> BackupInfo:
    """Return what a backup says of itself, once SQLite has found the whole file sound."""
    if not path.is_file():
        raise StoreFailure(f"Backup '{path}' must be there. Check the name.")
    try:
        with closing(sqlite3.connect(f"file:{path.absolute()}?mode=ro&immutable=1", uri=True)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            made_at, revision, digest = connection.execute(f"SELECT * FROM {_INFO}").fetchone()
    except (sqlite3.Error, TypeError, ValueError):
        sound, made_at, revision, digest = False, "", "", ""
    _require(sound, path, "be a sound backup as 'matcher db backup' writes it")
    return BackupInfo(made_at=datetime.fromisoformat(made_at), revision=revision, content_hash=digest)


def _draft_of(store: Store, draft: Path) -> str:
    """Copy a database into a file, and return the hash of what the file then holds."""
    if store.is_postgres:
        with Store(f"sqlite:///{draft}") as made:
            upgrade(made)
            with store.reading() as given, made.writing() as session:
                copy_rows(given, session)
                return content_hash(session)
    with store.reading() as given, _plain(draft) as connection:
        driver = given.connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.backup(connection)  # in one step: what is written meanwhile is not in it
    with Store(f"sqlite:///{draft}") as made, made.reading() as session:
        return content_hash(session)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a file in a folder of its own beside the wanted one, readable by nobody else, and tidy up after it."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise StoreFailure(f"The folder of '{path}' must be writable ({error.strerror}). Choose another.") from None
    try:
        yield folder / "draft.db"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _plain(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def _to_disk(path: Path) -> None:
    os.chmod(path, 0o600)
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _require(holds: bool, path: Path, must: str) -> None:
    if not holds:
        raise StoreFailure(f"Backup '{path}' must {must}, got something else. Take an older one.")
