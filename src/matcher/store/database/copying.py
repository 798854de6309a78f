"""Copies a whole database into an empty one, and tells by a hash that nothing was lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from matcher.errors import StoreFailure
from matcher.problem.fingerprint import decimal_text
from matcher.store.database.opening import Store
from matcher.store.database.schema import is_empty, metadata, require_newest
from matcher.store.database.session import Session, WritingSession

_AT_ONCE = 5_000


def content_hash(session: Session) -> str:
    """Return ``sha256:`` and 64 hexadecimal digits over every row: equal content, equal hash, on both databases."""
    digest = hashlib.sha256()
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        digest.update(f"{table.name}\n".encode())
        # Databases order texts differently: the order of the rows' own hashes is the same everywhere.
        rows = sorted(hashlib.sha256(_row_text(row).encode()).digest() for row in _rows(session.connection, table))
        for row in rows:
            digest.update(row)
    return f"sha256:{digest.hexdigest()}"


def copy_rows(source: Session, target: WritingSession) -> None:
    """Copy every row of one database into another that has none, within one transaction on each side.

    Raises
    ------
    StoreFailure
        Where the target holds something, or does not hold the same afterwards.
    """
    if not is_empty(target.connection):
        raise StoreFailure("The database to copy into must be empty, got one with rows. Choose or make another.")
    for table in metadata.sorted_tables:
        batch: list[dict[str, Any]] = []
        for row in _rows(source.connection, table):
            batch.append(dict(row._mapping))
            if len(batch) == _AT_ONCE:
                target.insert_all(table, batch)
                batch = []
        target.insert_all(table, batch)
    if target.connection.dialect.name == "postgresql":
        _go_on_counting(target)
    if content_hash(source) != content_hash(target):
        raise StoreFailure("The copy must hold what the original holds, got something else. Nothing was stored.")


def copy_store(source: Store, target: Store) -> str:
    """Copy a database into an empty one with the present schema; return the hash of both."""
    require_newest(source)
    require_newest(target)
    with source.reading() as given, target.writing() as made:
        copy_rows(given, made)
        return content_hash(made)


def _rows(connection: sa.Connection, table: sa.Table) -> Iterable[sa.Row[Any]]:
    return connection.execute(sa.select(table), execution_options={"yield_per": _AT_ONCE})


def _go_on_counting(target: WritingSession) -> None:
    """Let PostgreSQL number new rows after those that brought their numbers along."""
    for table in metadata.sorted_tables:
        (key, *others) = table.primary_key.columns
        if others or not isinstance(key.type, sa.BigInteger) or key.autoincrement is False:
            continue
        last = target.value(sa.select(sa.func.max(key)))
        if last is not None:
            target.value(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, key.name), last)))


def _row_text(row: sa.Row[Any]) -> str:
    return "\x1f".join(map(_text, row))


def _text(value: Any) -> str:
    if value is None:
        return "\x00"  # no text in the database holds it
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return repr(value) if isinstance(value, float) else str(value)
