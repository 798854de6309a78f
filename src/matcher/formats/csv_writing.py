"""Writes tables as CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from matcher.formats.kinds import TEXTUAL
from matcher.formats.schema import Column, Table
from matcher.formats.spreadsheet_text import neutral
from matcher.formats.table_writing import batches_of_texts, used_columns


def csv_pieces(table: Table, rows: Sequence[Any]) -> Iterator[str]:
    """Yield the text of a table's file piece by piece, the names of the used columns first."""
    columns = used_columns(table, rows)
    yield ",".join(column.name for column in columns) + "\n"
    for texts in batches_of_texts(columns, rows, _cell):
        yield "\n".join(map(",".join, zip(*texts, strict=True))) + "\n"


def csv_line(values: Iterable[str]) -> str:
    """Return texts as one line of CSV."""
    return ",".join(map(_quoted, values)) + "\n"


def _cell(column: Column, value: Any) -> str:
    text = column.kind.write(value)
    return _quoted(neutral(text)) if column.kind in TEXTUAL else text


def _quoted(text: str) -> str:
    if any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text
