"""Rows of the problem's tables to and from domain objects, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import Any

import sqlalchemy as sa

from matcher.formats.tables import TABLE_BY_NAME
from matcher.problem import KEY_BY_TABLE
from matcher.store.database.session import Session
from matcher.store.tables.problem import LIVING, SQL_BY_TABLE


def field_names(table: str) -> tuple[str, ...]:
    """Return the columns of a table that its domain objects have."""
    return tuple(column.name for column in TABLE_BY_NAME[table].columns)


def loaded(session: Session, table: str, *conditions: sa.ColumnElement[bool]) -> tuple[Any, ...]:
    """Return the domain objects of a table, in the order in which they were first saved."""
    sql = SQL_BY_TABLE[table]
    wanted = [sql.c[name] for name in field_names(table)]
    rows = session.rows(sa.select(*wanted).where(*conditions).order_by(sql.c.row_id))
    return objects_of(table, rows)


def objects_of(table: str, rows: Sequence[Any]) -> tuple[Any, ...]:
    """Return domain objects from rows that begin with the columns of `field_names`."""
    if not rows:
        return ()
    described = TABLE_BY_NAME[table]
    columns: list[Iterable[Any]] = []
    for column, values in zip(described.columns, zip(*rows, strict=True), strict=False):
        if column.kind.is_list:
            # Most lists of a table are empty or alike: each is read once, and the objects share it.
            known = {text: column.kind.read(text) if text else () for text in set(values)}
            columns.append([known[text] for text in values])
        else:
            columns.append(values)
    names = field_names(table)
    make: Callable[..., Any] = described.row_type
    return tuple(make(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True))


def news_of(session: Session, table: str, entities: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return which domain objects are new among what is stored, and which differ from it.

    Cells are compared as they stand in the database: of a city's 170 000 rows objects are made of those that differ.
    """
    known = _stored_cells(session, table)
    if not known:
        return list(entities), []
    new, changed = [], []
    key = _key_of_cells(table)
    for entity, cells in zip(entities, zip(*_columns_of(table, entities), strict=True), strict=True):
        stored = known.get(key(cells))
        if stored is None:
            new.append(entity)
        elif stored != cells and objects_of(table, [stored]) != (entity,):  # a list may be written in two ways
            changed.append(entity)
    return new, changed


def _stored_cells(session: Session, table: str) -> dict[Any, tuple[Any, ...]]:
    """Return the cells of every stored row by those of its key."""
    sql, key = SQL_BY_TABLE[table], _key_of_cells(table)
    rows = session.rows(sa.select(*(sql.c[name] for name in field_names(table))))
    return {key(row): tuple(row) for row in rows}


def _key_of_cells(table: str) -> Callable[[Any], Any]:
    names = field_names(table)
    return itemgetter(*(names.index(name) for name in KEY_BY_TABLE[table]))


def _columns_of(table: str, entities: Sequence[Any]) -> list[Iterable[Any]]:
    """Return the cells of domain objects as the database has them, column by column."""
    columns: list[Iterable[Any]] = []
    for column in TABLE_BY_NAME[table].columns:
        values = list(map(attrgetter(column.name), entities))
        columns.append([column.kind.write(value) for value in values] if column.kind.is_list else values)
    return columns


def rows_of(table: str, entities: Sequence[Any], states: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the rows of domain objects that are new.

    Parameters
    ----------
    table : str
    entities : sequence of domain objects
    states : mapping of id to state, optional
        Where the table's rows have one.
    """
    columns = _columns_of(table, entities)
    names = [*field_names(table), "version"]
    columns.append(repeat(1, len(entities)))
    if table in LIVING:
        ids = map(attrgetter(names[0]), entities)
        names.append("state")
        columns.append([(states or {})[entity_id] for entity_id in ids])
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
