"""The cells of one sheet of an Excel workbook, row by row, as texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice, product
from string import ascii_uppercase

from matcher.formats.headers import MAX_COLUMNS
from matcher.formats.text_runs import TextRuns
from matcher.formats.workbook_archive import damaged, new_parser
from matcher.formats.workbook_sheets import Workbook

MAX_ROWS = 1_048_576
DIGITS_OF_NUMBERS = ".15g"
_DIGITS = "0123456789"
_LETTERS = ("", *ascii_uppercase)
_POSITION = {
    first + second: position
    for position, (first, second) in enumerate(islice(product(_LETTERS, ascii_uppercase), MAX_COLUMNS))
}
_MAX_DAY = 2_900_000  # before the end of the year 9999, counted from 1900 or 1904
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class NoValue:
    """A cell that shows something without holding a value: an error, or a formula that was never computed."""

    text: str

    def __str__(self) -> str:
        """Return what the cell shows."""
        return self.text


Cell = str | NoValue
Row = tuple[int, dict[int, Cell]]


class SheetCells:
    """Reads one sheet.

    Parameters
    ----------
    workbook : Workbook
    sheet : str
    """

    def __init__(self, workbook: Workbook, sheet: str) -> None:
        self._workbook = workbook
        self._part = workbook.part_by_sheet[sheet]
        self._marks: list[tuple[int, int, dict[str, str]]] = []  # row, column, attributes of each cell begun
        self._formulas: set[int] = set()
        self._row = 0
        self._column = -1

    def rows(self) -> Iterator[Row]:
        """Yield the number of each row that holds anything, and its cells by column; raises `BrokenFile`."""
        runs = TextRuns(new_parser(), "c", self._begin_cell, {"row": self._begin_row, "f": self._begin_formula})
        for _ in self._workbook.archive.parse(self._part, runs.parser):
            if len(self._marks) > 10_000:
                yield from self._finished(runs, keep_last=True)
        yield from self._finished(runs, keep_last=False)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
        if not self._row < row <= MAX_ROWS:
            raise damaged(f"have rows in ascending order up to {MAX_ROWS}", "Save it again.", number)
        self._row, self._column = row, -1

    def _begin_formula(self, attributes: dict[str, str]) -> None:
        self._formulas.add(len(self._marks) - 1)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else _POSITION.get(reference.rstrip(_DIGITS), MAX_COLUMNS)
        if not self._column < column < MAX_COLUMNS:
            must = f"have cells in ascending order, named like B12, in at most {MAX_COLUMNS} columns"
            raise damaged(must, "Remove what stands to the right of the table, and save it again.", reference)
        self._column = column
        self._marks.append((self._row, column, attributes))

    def _finished(self, runs: TextRuns, *, keep_last: bool) -> Iterator[Row]:
        """Yield the rows that are complete: all but the one under way."""
        last = self._marks[-1][0] if keep_last else None
        count, number = 0, 0
        cells: dict[int, Cell] = {}
        for position, (row, column, attributes) in enumerate(self._marks):
            if row == last:
                break
            if row != number:
                if cells:
                    yield number, cells
                number, cells = row, {}
            cell = self._cell(attributes, runs.texts[position], position in self._formulas)
            if cell:
                cells[column] = cell
            count = position + 1
        if cells:
            yield number, cells
        del self._marks[:count]
        del runs.texts[:count]
        self._formulas = {position - count for position in self._formulas if position >= count}

    def _cell(self, attributes: dict[str, str], text: str, is_formula: bool) -> Cell:
        kind = attributes.get("t", "n")
        if not text:
            return NoValue("a formula without a value") if is_formula and kind != "str" else ""
        if kind == "s":
            return _plain(self._shared(text))
        if kind == "b":
            return "true" if text == "1" else "false"
        if kind == "e":
            return NoValue(text)
        if kind != "n":
            return _plain(text)
        if attributes.get("s") in self._workbook.date_styles:
            return _day_text(text, self._workbook.is_1904)
        return _number_text(text)

    def _shared(self, number: str) -> str:
        if number.isdecimal() and len(number) < 10 and int(number) < len(self._workbook.texts):
            return self._workbook.texts[int(number)]
        raise damaged("refer to shared texts that exist", "Save it again as .xlsx from a spreadsheet program.", number)


def _plain(text: str) -> str:
    """Return a stored text with its escapes resolved: a character that XML cannot hold is stored as _x000B_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@lru_cache(maxsize=65_536)
def _number_text(text: str) -> str:
    """Return a stored number as Excel shows it, with 15 digits: 3 for 3.0, 0.05 for 5.0000000000000003E-2."""
    try:
        value = float(text)
    except ValueError:
        return text
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    shown = format(value, DIGITS_OF_NUMBERS)
    return f"{Decimal(shown):f}" if 1e-30 < abs(value) < 1e30 else shown


@lru_cache(maxsize=65_536)
def _day_text(text: str, is_1904: bool) -> str:
    """Return a stored day number as ``YYYY-MM-DD``, with the time where there is one."""
    try:
        days = float(text)
    except ValueError:
        return text
    if not 0 <= days < _MAX_DAY or (int(days) in (0, 60) and not is_1904):
        return text  # day 60 is the 29th of February 1900, which never was
    first = date(1904, 1, 1) if is_1904 else date(1899, 12, 30) if days >= 61 else date(1899, 12, 31)
    if days == int(days):
        return (first + timedelta(days=int(days))).isoformat()
    moment = datetime(first.year, first.month, first.day) + timedelta(days=days)
    return moment.isoformat(timespec="seconds")
