"""Keeps personal numbers out of what an import writes: notices have them, mostly as the number of a sole trader.

No problem may hold one, so a folder with one could not be read again. In a text the number is hidden; a row whose id or
reference is one would stand for nothing then, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from matcher.formats.kinds import ID, TEXTUAL
from matcher.formats.tables import TABLE_BY_NAME
from matcher.personal_numbers import has_personal_number, without_personal_numbers
from matcher.sources.rows import ImportedRow, Record, Skipped
from matcher.sources.tables import TABLES

_CODE = "personal_number"
_COLUMNS = {(table.name, column.name): column.kind for table in TABLE_BY_NAME.values() for column in table.columns}


def without_numbers(record: Record, file: str) -> Iterator[Record | Skipped]:
    """Yield a record without the personal numbers in it, and what was hidden or left out for that.

    Parameters
    ----------
    record : Record
    file : str
        Where it comes from.
    """
    position = without_personal_numbers(record.record_id)
    if position != record.record_id:
        yield _left_out(file, position, "a personal or coordination number stands in the id of the record")
        return
    rows: list[ImportedRow] = []
    gone: set[tuple[str, str]] = set()
    for row in record.rows:
        where = _number_in_id(row)
        if where is not None:
            gone.add((row.table, row.row_id))
            what = f"a personal or coordination number stands in {where} of {row.table}"
            yield _left_out(file, position, what)
            continue
        cells = _hidden(row)
        changed = [column for column, text in cells.items() if text != row.cells[column]]
        if changed:
            row = replace(row, cells=cells)
            what = f"a personal or coordination number stands in {changed[0]} of {row.table}"
            remedy = "It was hidden. Tell the publisher: it belongs into no public text."
            yield Skipped(file=file, position=position, code=_CODE, what=what, remedy=remedy)
        rows.append(row)
    needs = tuple(
        replace(need, why=without_personal_numbers(need.why))
        for need in record.needs_input
        if (need.table, need.row_id) not in gone
    )
    yield replace(record, rows=tuple(rows), needs_input=needs)


def _number_in_id(row: ImportedRow) -> str | None:
    """Return the column in which a personal number stands for something."""
    for column, text in zip(TABLES[row.table].key, row.key, strict=True):
        if has_personal_number(text):
            return column
    for column, text in row.cells.items():
        if _COLUMNS.get((row.table, column)) is ID and has_personal_number(text):
            return column
    return None


def _hidden(row: ImportedRow) -> Mapping[str, str]:
    return {
        column: without_personal_numbers(text) if _COLUMNS.get((row.table, column), ID) in TEXTUAL else text
        for column, text in row.cells.items()
    }


def _left_out(file: str, position: str, what: str) -> Skipped:
    remedy = "What it names was left out. Enter it by hand, with an id of your own."
    return Skipped(file=file, position=position, code=_CODE, what=what, remedy=remedy)
