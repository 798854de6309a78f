"""What the database holds, described for documents: tables about people, numbers of rows."""

from __future__ import annotations

import sqlalchemy as sa

from matcher.store.database.schema import metadata
from matcher.store.database.session import Session


def tables_about(entity: str) -> dict[str, tuple[str, ...]]:
    """Return the columns of a table and of all that refer to it, or to one that does, by name of the table."""
    about = {entity: tuple(column.name for column in metadata.tables[entity].columns)}
    for table in metadata.sorted_tables:  # what is named comes before what names it
        if any(key.column.table.name in about for key in table.foreign_keys):
            about[table.name] = tuple(column.name for column in table.columns)
    return about


def count_rows(session: Session, table: str) -> int:
    """Return how many rows a table has."""
    return int(session.value(sa.select(sa.func.count()).select_from(metadata.tables[table])))
