"""Opens a database, SQLite or PostgreSQL, and hands out its transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import exc, pool

from matcher.errors import StoreFailure
from matcher.store.database.lock import WriterLock
from matcher.store.database.session import Session, WritingSession, spoken

DEFAULT_ADDRESS = "sqlite:///matcher.db"
BUSY_MS = 10_000
# A process that is paused in the middle of a transaction keeps its locks: the server ends its connection after a while,
# and nobody waits for a lock longer than that either.
PATIENCE = "-c idle_in_transaction_session_timeout=60s -c lock_timeout=30s"
MOST_READERS = 16
SYNCHRONOUS = "FULL"  # what SQLite has acknowledged survives a power cut

Clock = Callable[[], datetime]


class Store:
    """A database with Matcher's schema.

    Parameters
    ----------
    address : str
        ``sqlite:///path`` or ``postgresql://user@host/name``.
    is_writer : bool
        False only reads, beside whoever writes. With SQLite one process at a time may write.
    clock : callable, optional
        Says what time it is, in UTC; by default the database server's clock, or this machine's for SQLite.

    Raises
    ------
    StoreFailure
        Where the database cannot be opened, or another process writes to the SQLite file.
    """

    def __init__(self, address: str = DEFAULT_ADDRESS, *, is_writer: bool = True, clock: Clock | None = None) -> None:
        self.url = _url(address)
        self.is_writer = is_writer
        self._clock = clock
        self._lock: WriterLock | None = None
        if self.is_postgres:
            self._writer = self._reader = _postgres(self.url)
        else:
            path = Path(self.url.database or "")
            if not is_writer and not path.is_file():
                raise StoreFailure(f"Database '{path}' must be there. Make it with: matcher db upgrade.")
            self._lock = WriterLock(path) if is_writer else None
            self._writer = _sqlite(self.url, writes=True)
            self._reader = _sqlite(self.url, writes=False)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    @property
    def is_postgres(self) -> bool:
        """Tell whether it is PostgreSQL, where several processes may write."""
        return self.url.get_backend_name() == "postgresql"

    @property
    def address(self) -> str:
        """Return the address without its password."""
        return repr(self.url.render_as_string(hide_password=True))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a transaction whose answers are all of one moment."""
        options: dict[str, Any] = {}
        if self.is_postgres:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with spoken(self.address), self._reader.connect().execution_options(**options) as connection:
            yield Session(connection, self._now(connection))

    @contextmanager
    def writing(self) -> Iterator[WritingSession]:
        """Give a transaction that is stored as a whole at its end, or not at all where something is raised."""
        if not self.is_writer:
            raise StoreFailure(f"Database {self.address} must be opened for writing. It was opened for reading only.")
        with spoken(self.address), self._writer.begin() as connection:
            yield WritingSession(connection, self._now(connection))

    def close(self) -> None:
        """Let go of every connection, and of the right to write."""
        self._reader.dispose()
        self._writer.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _now(self, connection: sa.Connection) -> datetime:
        if self._clock is not None:
            return self._clock()
        if self.is_postgres:
            moment: datetime = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
            return moment.astimezone(UTC)
        return datetime.now(UTC)

    def _check(self) -> None:
        """Connect once, and see that SQLite keeps its log beside the database: a network drive may not."""
        engine = self._writer if self.is_writer else self._reader
        with spoken(self.address), engine.connect() as connection:
            if self.is_postgres:
                connection.execute(sa.text("SELECT 1"))
                return
            mode = connection.execute(sa.text("PRAGMA journal_mode")).scalar()
            keys = connection.execute(sa.text("PRAGMA foreign_keys")).scalar()
        if mode != "wal" and self.is_writer:
            raise StoreFailure(f"Database {self.address} must be in WAL mode, got {mode}. Put it on a local disk.")
        if not keys:
            raise StoreFailure(f"Database {self.address} must keep foreign keys. Use a build of SQLite that has them.")


def _url(address: str) -> sa.URL:
    try:
        url = sa.make_url(address)
        backend = url.get_backend_name()
    except exc.SQLAlchemyError:
        url, backend = None, ""
    if url is None or backend not in ("sqlite", "postgresql") or (backend == "sqlite" and not url.database):
        raise StoreFailure(
            "The database's address must be like sqlite:///matcher.db or postgresql://user@host/name. Correct it."
        )
    return url


def _postgres(url: sa.URL) -> sa.Engine:
    options = {} if "options" in url.query else {"options": PATIENCE}
    try:
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,  # an error must not tell what stood in a row
            pool_pre_ping=True,
            pool_size=MOST_READERS,
            connect_args={"connect_timeout": 10, "application_name": "matcher", **options},
        )
    except ImportError:
        raise StoreFailure("PostgreSQL needs its driver. Install it: pip install 'matcher[postgres]'.") from None


def _sqlite(url: sa.URL, *, writes: bool) -> sa.Engine:
    """Return one connection that writes and takes its turns, or connections that cannot write at all."""
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        poolclass=pool.QueuePool,
        pool_size=1 if writes else MOST_READERS,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where `_began` says, not where the driver guesses
        settings = ["foreign_keys = ON", f"synchronous = {SYNCHRONOUS}", "cache_size = -32768"]
        settings += ["journal_mode = WAL"] if writes else ["query_only = ON", "wal_autocheckpoint = 0"]
        for setting in settings:
            connection.execute(f"PRAGMA {setting}").close()

    @sa.event.listens_for(engine, "begin")
    def _began(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
