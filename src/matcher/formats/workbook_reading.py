"""Reads one sheet of an Excel workbook as a table of the problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from matcher.errors import Fault
from matcher.formats.fault_log import FaultLog
from matcher.formats.headers import known_columns
from matcher.formats.kinds import BadCell
from matcher.formats.schema import Column, Table
from matcher.formats.spreadsheet_text import cell_value
from matcher.formats.table_contents import Batch
from matcher.formats.text_lines import BrokenFile
from matcher.formats.workbook_cells import Cell, NoValue, Row, SheetCells
from matcher.formats.workbook_sheets import Workbook

BATCH_ROWS = 20_000


class SheetTable:
    """The rows of one sheet.

    Parameters
    ----------
    workbook : Workbook
    file : str
        Name of the workbook's file.
    table : Table
    log : FaultLog
    """

    def __init__(self, workbook: Workbook, file: str, table: Table, log: FaultLog) -> None:
        self._workbook = workbook
        self._table = table
        self._log = log
        self._file = sheet_place(file, table.name)
        self._names: list[str] = []
        self.columns: Sequence[tuple[int, Column]] = ()
        self.is_complete = False

    def texts(self, column: Column, cells: Sequence[Any]) -> Sequence[str]:
        """Return the cells, which are texts but for those that hold no value."""
        if NoValue in set(map(type, cells)):
            raise no_value()
        return cells

    def value(self, column: Column, text: str) -> Any:
        """Return the value of a text."""
        return cell_value(column, text)

    def located(self, fault: Fault, place: int, field: str | None) -> Fault:
        """Return a fault with sheet, row and column."""
        column = self._names.index(field) + 1 if field in self._names else None
        return fault.at(file=self._file, line=place, column=column)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in batches."""
        try:
            yield from self._batches(SheetCells(self._workbook, self._table.name).rows())
        except BrokenFile as error:
            self._log.add(error.fault(self._file, self._table.name))

    def _batches(self, rows: Iterator[Row]) -> Iterator[Batch]:
        header = next(rows, None)
        if header is None:
            must, remedy = "have a row of column names", "Fill in the table or remove the sheet."
            raise BrokenFile("empty_file", must, remedy)
        line, cells = header
        self._names = [str(cells.get(position, "")) for position in range(max(cells) + 1)]

        def report(fault: Fault, position: int | None) -> None:
            self._log.add(fault.at(file=self._file, line=line, column=None if position is None else position + 1))

        columns = known_columns(self._names, self._table, report)
        if columns is None:
            return
        self.columns = columns
        while numbered := list(islice(rows, BATCH_ROWS)):
            yield self._batch(numbered)
        self.is_complete = True

    def _batch(self, numbered: list[Row]) -> Batch:
        width = len(self._names)
        torn = {position for position, (_, cells) in enumerate(numbered) if max(cells) >= width}
        for position in torn:
            self._report_width(*numbered[position])
        positions = range(width)
        columns: list[list[Cell]] = [[cells.get(position, "") for _, cells in numbered] for position in positions]
        return Batch(cells=columns, places=[line for line, _ in numbered], torn=torn)

    def _report_width(self, line: int, cells: dict[int, Cell]) -> None:
        column = max(cells)
        self._log.add(
            Fault(
                code="too_many_cells",
                table=self._table.name,
                value=str(cells[column]),
                must="have nothing in columns without a name",
                remedy="Clear the cell, or write a name in the first row.",
                file=self._file,
                line=line,
                column=column + 1,
            )
        )


def sheet_place(file: str, sheet: str) -> str:
    """Return how a sheet is named in faults."""
    return f"{file} sheet {sheet}"


def no_value() -> BadCell:
    """Return the fault of a cell that shows an error or a formula without a value."""
    return BadCell(
        "no_value_in_cell",
        "have {field} as a value",
        "Correct the formula, open and save the workbook in a spreadsheet program, or write the value.",
    )
