"""Reads one CSV file of a problem folder."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import methodcaller
from pathlib import Path
from typing import Any

from matcher.errors import Fault
from matcher.formats.csv_records import records
from matcher.formats.fault_log import FaultLog
from matcher.formats.headers import known_columns
from matcher.formats.schema import Column, Table
from matcher.formats.spreadsheet_text import cell_value
from matcher.formats.table_contents import Batch
from matcher.formats.text_lines import BrokenFile, Lines, blocks_of_lines, unreadable

BATCH_ROWS = 20_000
_count_commas = methodcaller("count", ",")


class CsvTable:
    """The rows of one CSV file.

    Parameters
    ----------
    path : Path
    table : Table
    log : FaultLog
    """

    def __init__(self, path: Path, table: Table, log: FaultLog) -> None:
        self._path = path
        self._table = table
        self._log = log
        self._names: list[str] = []
        self.columns: Sequence[tuple[int, Column]] = ()
        self.is_complete = False

    def texts(self, column: Column, cells: Sequence[Any]) -> Sequence[str]:
        """Return the cells, which are texts."""
        return cells

    def value(self, column: Column, text: str) -> Any:
        """Return the value of a text."""
        return cell_value(column, text)

    def located(self, fault: Fault, place: int, field: str | None) -> Fault:
        """Return a fault with file, line and column."""
        column = self._names.index(field) + 1 if field in self._names else None
        return fault.at(file=self._table.file_name, line=place, column=column)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in batches."""
        try:
            with self._path.open("rb") as file:
                yield from self._batches(blocks_of_lines(file))
        except OSError as error:
            self._log.add(unreadable(error).fault(self._table.file_name, self._table.name))
        except BrokenFile as error:
            self._log.add(error.fault(self._table.file_name, self._table.name))

    def _batches(self, blocks: Iterator[Lines]) -> Iterator[Batch]:
        lines = next(blocks, None)
        if lines is None or not lines.text.strip():
            must, remedy = "have a line of column names", "Fill in the table or remove the file."
            raise BrokenFile("empty_file", must, remedy)
        end = lines.text.find("\n") + 1 or len(lines.text)
        self._names = _header(lines.text[:end])
        columns = known_columns(self._names, self._table, self._report_header)
        if columns is None:
            return
        self.columns = columns
        lines = Lines(first=lines.first + 1, text=lines.text[end:])
        while lines is not None and '"' not in lines.text:
            if lines.text:
                yield self._plain(lines)
            lines = next(blocks, None)
        if lines is not None:  # a quoted cell may run over lines and blocks: the rest is read record by record
            found = records(lines, blocks)
            while numbered := list(islice(found, BATCH_ROWS)):
                yield self._batch([(line, row) for line, row in numbered if row])
        self.is_complete = True

    def _report_header(self, fault: Fault, position: int | None) -> None:
        column = None if position is None else position + 1
        self._log.add(fault.at(file=self._table.file_name, line=1, column=column))

    def _plain(self, lines: Lines) -> Batch:
        """Split a block without quotation marks: all cells at once where every line has the right number of commas."""
        width = len(self._names)
        text = lines.text.removesuffix("\n")
        rows = text.split("\n")
        if set(map(_count_commas, rows)) == {width - 1} and "" not in rows:
            cells = text.replace("\n", ",").split(",")
            places = range(lines.first, lines.first + len(rows))
            return Batch(cells=[cells[position::width] for position in range(width)], places=places)
        return self._batch([(lines.first + number, row.split(",")) for number, row in enumerate(rows) if row])

    def _batch(self, numbered: list[tuple[int, list[str]]]) -> Batch:
        """Make rows of the right width; report those with too few or too many cells."""
        width = len(self._names)
        torn = {position for position, (_, row) in enumerate(numbered) if len(row) != width}
        for position in torn:
            line, row = numbered[position]
            self._report_width(line, len(row))
            numbered[position] = (line, [*row, *[""] * width][:width])
        cells = list(zip(*(row for _, row in numbered), strict=True)) or [()] * width
        return Batch(cells=cells, places=[line for line, _ in numbered], torn=torn)

    def _report_width(self, line: int, count: int) -> None:
        width = len(self._names)
        is_wide = count > width
        self._log.add(
            Fault(
                code="too_many_cells" if is_wide else "too_few_cells",
                table=self._table.name,
                value="1 cell" if count == 1 else f"{count} cells",
                must=f"have rows of {width} cells, one for each column",
                remedy='Put a value that holds a comma between two ".'
                if is_wide
                else "Keep a comma for an empty cell.",
                file=self._table.file_name,
                line=line,
            )
        )


def _header(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        must, remedy = "begin with the names of its columns", "Correct the first line."
        raise BrokenFile("bad_quote", must, remedy, value=line.rstrip("\n")[:80], line=1) from None
