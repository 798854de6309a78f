"""Writes sheets that are pleasant to open: bold names that stay in view, fitting widths, real dates, no formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from matcher.formats.fault_log import refused
from matcher.formats.kinds import DATE, TEXTUAL
from matcher.formats.schema import Column
from matcher.formats.spreadsheet_text import neutral
from matcher.formats.whole_files import replacing
from matcher.formats.workbook_cells import DIGITS_OF_NUMBERS

MAX_ROWS = 1_048_575  # below the names
MAX_TEXT = 32_767
_WIDTHS = (9, 48)
_ROWS_FOR_WIDTH = 200
_CREATED = datetime(2000, 1, 1)  # the same always, so that equal content gives equal bytes


class WorkbookWriter:
    """An Excel workbook under construction, sheet by sheet.

    Parameters
    ----------
    workbook
        The library's workbook.
    name : str
        Of the file, for faults.
    """

    def __init__(self, workbook: Any, name: str) -> None:
        self._workbook = workbook
        self._name = name
        self._bold = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        self._date = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._text = workbook.add_format({"num_format": "@"})
        self._wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})

    def add_table(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Write a sheet with a first row of names; values are written as their kinds want.

        Parameters
        ----------
        name : str
        columns : sequence of Column
        rows : sequence of sequence
            Values in the order of `columns`; ``None`` stays empty.
        """
        if len(rows) > MAX_ROWS:
            must, remedy = f"have at most {MAX_ROWS} rows in a workbook", "Write a folder of CSV files."
            raise refused("too_many_rows", must, remedy, value=len(rows), file=f"{self._name} sheet {name}")
        sheet = self._workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for position, column in enumerate(columns):
            sheet.set_column(position, position, _width(column, position, rows), self._column_format(column))
        for position, column in enumerate(columns):
            sheet.write_string(0, position, column.name, self._bold)
        ready: list[dict[Any, tuple[Any, ...]]] = [{} for _ in columns]
        for number, row in enumerate(rows, start=1):
            for position, value in enumerate(row):
                if value is None or value == ():
                    continue
                write = ready[position].get(value)
                if write is None:
                    write = ready[position][value] = self._ready(sheet, columns[position], value)
                write[0](number, position, *write[1:])

    def add_text(self, name: str, lines: Iterable[tuple[str, str]]) -> None:
        """Write a sheet for people: a bold word and a sentence on each row."""
        sheet = self._workbook.add_worksheet(name)
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 110, self._wrapped)
        for number, (word, sentence) in enumerate(lines):
            sheet.write_string(number, 0, neutral(word), self._bold)
            sheet.write_string(number, 1, neutral(sentence), self._wrapped)

    def _column_format(self, column: Column) -> Any:
        return self._date if column.kind is DATE else self._text if column.kind in TEXTUAL else None

    def _ready(self, sheet: Any, column: Column, value: Any) -> tuple[Any, ...]:
        """Return the library's method that writes a value, and what to pass it after row and column."""
        kind = column.kind
        if kind is DATE:
            return sheet.write_datetime, value, self._date
        text = kind.write(value)
        if kind.json_type == "boolean":
            return sheet.write_boolean, value
        if kind.json_type == "number" and _is_exact(text):
            return sheet.write_number, float(text)
        text = neutral(text) if kind in TEXTUAL else text
        if len(text) > MAX_TEXT:
            must, remedy = f"have at most {MAX_TEXT} characters in a cell of a workbook", "Write CSV or JSON."
            raise refused("cell_too_long", must, remedy, value=text, file=f"{self._name} sheet {sheet.name}")
        return sheet.write_string, text


@contextmanager
def new_workbook(path: Path) -> Iterator[WorkbookWriter]:
    """Yield a workbook to fill; it is in its place when the block ends.

    Raises
    ------
    InvalidInput
        Where the file cannot be written.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with replacing(path) as part, part.open("wb") as file:
        workbook = xlsxwriter.Workbook(file, options)
        workbook.set_properties({"created": _CREATED})
        try:
            yield WorkbookWriter(workbook, path.name)
        finally:
            _close(workbook)


def _close(workbook: Any) -> None:
    try:
        workbook.close()
    except XlsxWriterException as error:
        raise OSError(None, str(error)) from None


def _is_exact(text: str) -> bool:
    """Tell whether Excel shows the whole number; one that needs more digits is written, and read, as a text."""
    return Decimal(format(float(text), DIGITS_OF_NUMBERS)) == Decimal(text)


def _width(column: Column, position: int, rows: Sequence[Sequence[Any]]) -> int:
    least, most = _WIDTHS
    texts = (column.kind.write(row[position]) for row in rows[:_ROWS_FOR_WIDTH])
    return min(most, max(least, len(column.name) + 2, *(len(text) + 1 for text in texts)))
