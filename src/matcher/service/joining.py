"""Joins what another program's file says with what is stored: new rows are added, empty cells filled, nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from matcher.problem import KEY_BY_TABLE, Problem


def joined(stored: Problem, found: Problem) -> Problem:
    """Return what is stored with the rows that it does not have, and with its empty cells filled."""
    tables: dict[str, Any] = {}
    for table, names in KEY_BY_TABLE.items():
        key = attrgetter(*names)
        rows = {key(row): row for row in getattr(stored, table)}
        for row in getattr(found, table):
            rows[key(row)] = _filled(rows[key(row)], row) if key(row) in rows else row
        tables[table] = tuple(rows.values())
    return replace(stored, **tables)


def rows_like(whole: Problem, found: Problem, table: str) -> tuple[Any, ...]:
    """Return the rows of a table of the whole that the other problem has, too."""
    key = attrgetter(*KEY_BY_TABLE[table])
    known = {key(row) for row in getattr(found, table)}
    return tuple(row for row in getattr(whole, table) if key(row) in known)


def _filled(row: Any, found: Any) -> Any:
    empty = {each.name: getattr(found, each.name) for each in fields(row) if getattr(row, each.name) is None}
    return replace(row, **empty) if any(value is not None for value in empty.values()) else row
