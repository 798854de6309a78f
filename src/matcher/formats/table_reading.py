"""From the cells of one table to its objects: whole columns at once, and row by row only where something is wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import repeat
from typing import Any

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog
from matcher.formats.kinds import DATE, BadCell
from matcher.formats.schema import Column, Table
from matcher.formats.table_contents import Batch, ReadTable, TableSource
from matcher.problem import KEY_BY_TABLE

# Rules about one cell alone: they hold or not whatever stands in the other cells of the row.
CODES_OF_SINGLE_CELLS = frozenset(
    {
        "bad_entry",
        "bad_id",
        "bad_text",
        "empty_entry",
        "out_of_range",
        "personal_number",
        "repeated_entry",
        "route_too_long",
        "too_many_entries",
        "too_precise",
        "unknown_word",
    }
)


_AROUND_IDS = " \t\n'=+-@"


class TableReader:
    """Reads one table.

    Parameters
    ----------
    table : Table
    source : TableSource
    log : FaultLog
    """

    def __init__(self, table: Table, source: TableSource, log: FaultLog) -> None:
        self._table = table
        self._source = source
        self._log = log
        self._result = ReadTable(table=table, source=source)
        self._values: dict[str, dict[str, Any]] = {}
        self._key = KEY_BY_TABLE.get(table.name, (table.columns[0].name,))

    def read(self) -> ReadTable:
        """Return every object of the table; faults go to the log."""
        for batch in self._source.batches():
            self._result.begin_batch(batch.places)
            try:
                self._result.keep(self._whole(batch))
            except (BadCell, InvalidInput):
                for row in range(len(batch.places)):
                    self._single(batch, row)
        self._result.is_readable &= self._source.is_complete
        return self._result

    def _whole(self, batch: Batch) -> list[Any]:
        if batch.torn:
            raise InvalidInput([])
        columns = {
            column.name: self._column(column, batch.cells[position]) for position, column in self._source.columns
        }
        return objects(self._table, columns, len(batch.places))

    def _column(self, column: Column, cells: Sequence[Any]) -> list[Any]:
        """Parse each different text once: ids, dates and scores repeat a great deal."""
        texts = self._source.texts(column, cells)
        values = self._values.setdefault(column.name, {})
        try:
            return [values[text] for text in texts]
        except KeyError:
            for text in set(texts).difference(values):
                values[text] = self._value(column, text)
            return [values[text] for text in texts]

    def _value(self, column: Column, text: str) -> Any:
        if text:
            return self._source.value(column, text)
        if column.is_required and not column.may_be_empty:
            raise BadCell("missing_value", "have {field} filled in", "Fill in the cell.")
        return self._table.default_by_name[column.name]

    def _single(self, batch: Batch, row: int) -> None:
        """Read one row, record its faults, and keep an object with stand-ins where its key is sound."""
        values = {column.name: self._stand_in(column) for column in self._table.columns}
        unsure: set[str] = set()
        faults: list[Fault] = []
        for position, column in self._source.columns:
            try:
                (text,) = self._source.texts(column, (batch.cells[position][row],))
                values[column.name] = self._value(column, text)
            except BadCell as error:
                unsure.add(column.name)
                faults.append(fault_of_cell(error, column.name, batch.cells[position][row]))
        entity_id = None if self._key[0] in unsure else values[self._key[0]]
        presumed_id = self._presumed_id(batch, row)
        if row in batch.torn:
            self._result.leave_out(presumed_id)
            return
        made = self._made(values, unsure, faults)
        place = batch.places[row]
        number = self._result.count
        for fault in faults:
            fault = replace(fault, table=self._table.name, row=number, entity_id=entity_id)
            self._log.add(self._source.located(fault, place, fault.field))
        if made is None or unsure.intersection(self._key):
            self._result.leave_out(presumed_id)
            return
        if unsure:
            self._result.unsure[number] = unsure
        self._result.keep([made])

    def _presumed_id(self, batch: Batch, row: int) -> str:
        """Return the row's id, cleared of what does not belong to it, so that references to it are no faults."""
        for position, column in self._source.columns:
            if column.name == self._key[0]:
                return str(batch.cells[position][row] or "").strip(_AROUND_IDS)
        return ""

    def _made(self, values: dict[str, Any], unsure: set[str], faults: list[Fault]) -> Any:
        """Make the object, putting stand-ins for what its own rules refuse; ``None`` where even that fails."""
        for _ in range(len(values) + 1):
            try:
                return self._table.row_type(**values)
            except InvalidInput as error:
                found = [fault for fault in error.faults if fault.field not in unsure]
                if not found:
                    return None
                faults += found if not unsure else [fault for fault in found if fault.code in CODES_OF_SINGLE_CELLS]
                for fault in found:
                    unsure.update(self._fields_in_doubt(fault))
            for name in unsure:
                values[name] = self._stand_in(self._table.column_by_name[name])
        return None

    def _fields_in_doubt(self, fault: Fault) -> set[str]:
        if fault.code == "date_order":  # either of the dates may be the wrong one
            return {column.name for column in self._table.columns if column.kind is DATE}
        return {fault.field} if fault.field else set()

    def _stand_in(self, column: Column) -> Any:
        if column.is_required and not column.may_be_empty:
            return column.kind.read(column.example)
        return self._table.default_by_name[column.name]


def fault_of_cell(error: BadCell, field: str, cell: Any) -> Fault:
    """Return the fault of a cell that could not be read."""
    value = None if error.code in ("missing_value", "empty_entry") else (cell if error.value is None else error.value)
    return Fault(
        code=error.code, must=error.must.replace("{field}", field), remedy=error.remedy, field=field, value=value
    )


def objects(table: Table, columns: dict[str, list[Any]], count: int) -> list[Any]:
    """Make the objects of a table from whole columns, every object's own rules applied.

    Does column by column what the generated ``__init__`` does row by row, three times as fast.

    Parameters
    ----------
    table : Table
    columns : dict of field to list
        Fields that are missing get their default.
    count : int
        Number of rows.
    """
    made = list(map(object.__new__, repeat(table.row_type, count)))
    for each in fields(table.row_type):
        values = columns.get(each.name) or repeat(table.default_by_name[each.name], count)
        deque(map(getattr(table.row_type, each.name).__set__, made, values), maxlen=0)
    deque(map(table.row_type.__post_init__, made), maxlen=0)
    return made
