"""Reads one array of a JSON document as a table of the problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from matcher.errors import Fault
from matcher.formats.fault_log import FaultLog, TooManyFaults
from matcher.formats.headers import close_to
from matcher.formats.json_text import JsonCursor, described
from matcher.formats.schema import Column, Table
from matcher.formats.table_contents import Batch
from matcher.formats.typed_values import typed_texts

BATCH_ROWS = 20_000


class JsonTable:
    """The rows of the array at which a cursor stands.

    Parameters
    ----------
    cursor : JsonCursor
    file : str
    table : Table
    log : FaultLog
    max_rows : int, optional
        Where there are more, nothing is read beyond them.
    """

    def __init__(self, cursor: JsonCursor, file: str, table: Table, log: FaultLog, max_rows: int | None = None) -> None:
        self._max_rows = max_rows
        self._cursor = cursor
        self._file = file
        self._table = table
        self._log = log
        self._count = 0
        self.columns: Sequence[tuple[int, Column]] = tuple(enumerate(table.columns))
        self.is_complete = False

    def texts(self, column: Column, cells: Sequence[Any]) -> Sequence[str]:
        """Return values as the texts that a cell would hold; raises `BadCell` for a value of the wrong type."""
        return typed_texts(column.kind, cells)

    def value(self, column: Column, text: str) -> Any:
        """Return the value of a text."""
        return column.kind.read(text)

    def located(self, fault: Fault, place: int, field: str | None) -> Fault:
        """Return a fault with the pointer to its value and the line on which its object begins."""
        pointer = f"{self._file}#/{self._table.name}/{fault.row}"
        return fault.at(file=f"{pointer}/{field}" if field else pointer, line=self._cursor.line(place))

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in batches; raises `BrokenFile` where the document is not JSON."""
        if not self._cursor.is_at("["):
            self._report("wrong_type", "be an array of objects", self._cursor.position, described(self._cursor.value()))
            return
        values = self._cursor.values()
        while placed := list(islice(values, BATCH_ROWS)):
            if self._max_rows is not None and self._count + len(placed) > self._max_rows:
                must = f"have at most {self._max_rows} rows in a table"
                remedy = "Send less at a time, or use the command line, which has no such limit."
                self._report("too_many_rows", must, placed[0][0], "more", remedy=remedy)
                raise TooManyFaults
            yield self._batch(placed)
        self.is_complete = True

    def _batch(self, placed: list[tuple[int, Any]]) -> Batch:
        torn = {position for position, (_, row) in enumerate(placed) if not isinstance(row, dict)}
        rows: list[dict[str, Any]] = [row if isinstance(row, dict) else {} for _, row in placed]
        for position in torn:
            place, value = placed[position]
            self._report("wrong_type", "be an object", place, described(value), self._count + position)
        if not self._table.column_by_name.keys() >= set().union(*rows):
            self._report_unknown_keys(placed)
        self._count += len(rows)
        cells = [[row.get(column.name) for row in rows] for column in self._table.columns]
        return Batch(cells=cells, places=[place for place, _ in placed], torn=torn)

    def _report_unknown_keys(self, placed: list[tuple[int, Any]]) -> None:
        names = list(self._table.column_by_name)
        for position, (place, row) in enumerate(placed):
            for key in sorted(row.keys() - set(names)) if isinstance(row, dict) else ():
                must = f"have only the keys {', '.join(names)}"
                remedy = "Correct the key or remove it." + close_to(key, names)
                self._report("unknown_column", must, place, key, self._count + position, remedy)

    def _report(
        self,
        code: str,
        must: str,
        place: int,
        value: str,
        row: int | None = None,
        remedy: str = "Write it as docs/formats.md shows.",
    ) -> None:
        pointer = f"{self._file}#/{self._table.name}" + ("" if row is None else f"/{row}")
        self._log.add(
            Fault(
                code=code,
                table=self._table.name,
                row=row,
                must=must,
                remedy=remedy,
                value=value,
                file=pointer,
                line=self._cursor.line(place),
            )
        )
