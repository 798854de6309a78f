"""The line of column names on top of a CSV file or a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from matcher.errors import Fault
from matcher.formats.schema import Column, Table

MAX_COLUMNS = 100


def known_columns(
    names: Sequence[str], table: Table, report: Callable[[Fault, int | None], None]
) -> list[tuple[int, Column]] | None:
    """Return the known columns with their positions, or ``None`` where the table cannot be read with this header.

    Parameters
    ----------
    names : sequence of str
        The cells of the first line.
    table : Table
    report : callable
        Takes each fault and the position of the cell that it is about.
    """
    if len(names) > MAX_COLUMNS:
        report(_too_many(table, len(names)), None)
        return None
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        report(_wrong_separator(table, names[0]), 0)
        return None
    columns: list[tuple[int, Column]] = []
    for position, name in enumerate(names):
        column = table.column_by_name.get(name)
        if column is None:
            report(_unknown(table, name), position)
        elif name in names[:position]:
            report(_repeated(table, name), position)
        else:
            columns.append((position, column))
    missing = [column for column in table.columns if column.is_required and column.name not in names]
    for column in missing:
        report(_missing(table, column), None)
    return None if missing else columns


def close_to(word: str, words: Sequence[str]) -> str:
    """Return ``" Did you mean '...'?"`` where one of the words is near, else nothing."""
    near = get_close_matches(word.strip().lower(), words, n=1, cutoff=0.75)
    return f" Did you mean {near[0]!r}?" if near else ""


def _too_many(table: Table, count: int) -> Fault:
    return Fault(
        code="too_many_columns",
        table=table.name,
        value=count,
        must=f"have at most {MAX_COLUMNS} columns",
        remedy="Remove what does not belong to the table.",
    )


def _wrong_separator(table: Table, line: str) -> Fault:
    return Fault(
        code="wrong_separator",
        table=table.name,
        value=line,
        must="have its columns separated by commas",
        remedy="Save the file as CSV with commas (semicolons separate the entries of a list).",
    )


def _unknown(table: Table, name: str) -> Fault:
    names = list(table.column_by_name)
    return Fault(
        code="unknown_column",
        table=table.name,
        field=name or None,
        value=name,
        must=f"have only the columns {', '.join(names)}",
        remedy="Correct the name or remove the column." + close_to(name, names),
    )


def _repeated(table: Table, name: str) -> Fault:
    return Fault(
        code="repeated_column",
        table=table.name,
        field=name,
        value=name,
        must="have each column once",
        remedy="Remove one of the two columns.",
    )


def _missing(table: Table, column: Column) -> Fault:
    return Fault(
        code="missing_column",
        table=table.name,
        field=column.name,
        must=f"have a column {column.name}",
        remedy="Add the column and fill it in.",
    )
