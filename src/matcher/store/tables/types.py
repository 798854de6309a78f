"""Column types that keep a value exactly on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

BIG = sa.BigInteger()
# SQLite numbers rows by itself only where the column is called INTEGER.
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Exact(sa.TypeDecorator[Decimal]):
    """A decimal number with every digit: NUMERIC in PostgreSQL, text in SQLite, which would make a float of it."""

    impl = sa.Text
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        """Return the type of its values."""
        return Decimal

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Return the type that the database has for it."""
        is_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.NUMERIC() if is_postgres else sa.Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Return what is written."""
        return value if value is None or dialect.name == "postgresql" else f"{value:f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return what was read."""
        return value if value is None or isinstance(value, Decimal) else Decimal(value)


class Instant(sa.TypeDecorator[datetime]):
    """A moment in UTC: TIMESTAMPTZ in PostgreSQL, text in SQLite whose order is that of time."""

    impl = sa.Text
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Return the type of its values."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Return the type that the database has for it."""
        is_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True) if is_postgres else sa.Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what is written; a moment without a time zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return what was read."""
        if value is None:
            return None
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)
