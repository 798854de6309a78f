"""A transaction as the rest of the store sees it: one that reads, or one that may write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from matcher.errors import Conflict, StoreFailure, StoreFull

NEVER_CHANGED = "are never changed"  # how the refusals of `guards` end


class Session:
    """One transaction that reads; all its answers are of one moment.

    Parameters
    ----------
    connection : sqlalchemy Connection
    now : datetime
        When it began, in UTC: the database server's clock, where there is a server.
    """

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now

    def rows(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """Return all rows of a query."""
        return self.connection.execute(statement).all()

    def first(self, statement: sa.Select[Any]) -> sa.Row[Any] | None:
        """Return the first row of a query, if there is one."""
        return self.connection.execute(statement).first()

    def value(self, statement: sa.Select[Any]) -> Any:
        """Return the first value of the first row of a query, if there is one."""
        return self.connection.execute(statement).scalar()


class WritingSession(Session):
    """One transaction that may write: all of it is stored, or nothing."""

    def insert(self, table: sa.Table, **values: Any) -> int:
        """Add one row and return its number."""
        (key,) = self.connection.execute(table.insert().values(**values)).inserted_primary_key or (0,)
        return int(key) if isinstance(key, int) else 0

    def insert_all(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add many rows."""
        if rows:
            self.connection.execute(table.insert(), list(rows))

    def change(self, statement: sa.Update | sa.Delete) -> int:
        """Change or remove rows and return how many there were."""
        return self.connection.execute(statement).rowcount


@contextmanager
def spoken(address: str) -> Iterator[None]:
    """Turn what the database's driver raises into errors of ours; no value of a row is repeated in them."""
    try:
        yield
    except exc.TimeoutError:
        raise StoreFailure(f"Database {address} must have a free connection. Try again in a moment.") from None
    except exc.DBAPIError as error:
        said = (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]
        if said.endswith(NEVER_CHANGED):
            raise _refused(f"The database must keep its log and its plans as they are: {said}.", address) from None
        if isinstance(error, exc.IntegrityError | exc.DataError):
            name = type(error.orig).__name__
            raise _refused(f"A row must fit the others that are stored, got a refusal ({name}).", address) from None
        if _is_full(error.orig):
            raise StoreFull(
                f"Database {address} must have room for what is to be stored, got: {said}. Make room for it."
            ) from None
        raise StoreFailure(f"Database {address} must answer, got: {said}. Mend that and try again.") from None


# SQLite where its file, its log or the index of its log cannot grow; PostgreSQL's class 53100.
_FULL_CODES = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"})


def _is_full(error: object) -> bool:
    return getattr(error, "sqlite_errorname", None) in _FULL_CODES or getattr(error, "sqlstate", None) == "53100"


def _refused(sentence: str, address: str) -> Conflict:
    remedy = "Read what is stored by now and try again."
    return Conflict(f"{sentence} {remedy}", code="refused_row", entity="database", entity_id=address)
