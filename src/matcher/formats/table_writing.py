"""From the objects of a table to the texts of its cells, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any

from matcher.formats.schema import Column, Table

BATCH_ROWS = 50_000


def used_columns(table: Table, rows: Sequence[Any]) -> list[Column]:
    """Return the columns that must be written: the required ones, and those that differ from the default somewhere."""
    return [column for column in table.columns if column.is_required or not _is_default(table, column, rows)]


def _is_default(table: Table, column: Column, rows: Sequence[Any]) -> bool:
    return set(map(attrgetter(column.name), rows)) <= {table.default_by_name[column.name]}


def batches_of_texts(
    columns: Sequence[Column], rows: Sequence[Any], show: Callable[[Column, Any], str]
) -> Iterator[list[list[str]]]:
    """Yield the texts of some rows at a time, by column; each different value is shown once.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of row objects
    show : callable
        From a column and a value to the text.
    """
    shown: list[dict[Any, str]] = [{} for _ in columns]
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH_ROWS)):
        yield [_texts(column, batch, known, show) for column, known in zip(columns, shown, strict=True)]


def _texts(column: Column, rows: Sequence[Any], known: dict[Any, str], show: Callable[[Column, Any], str]) -> list[str]:
    values = list(map(attrgetter(column.name), rows))
    for value in set(values).difference(known):
        known[value] = show(column, value)
    return [known[value] for value in values]
