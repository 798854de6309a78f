"""From the cells of one table to its objects: whole columns at once, and row by row only where something is wrong."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import repeat
from typing import Any, Protocol

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog
from matcher.formats.kinds import DATE, BadCell
from matcher.formats.schema import Column, Table
from matcher.problem import KEY_BY_TABLE, Policy
from matcher.problem.rules_of_fields import is_identifier

# Rules about one cell alone: they hold or not whatever stands in the other cells of the row.
CODES_OF_SINGLE_CELLS = frozenset(
    {
        "bad_entry",
        "bad_id",
        "bad_text",
        "empty_entry",
        "out_of_range",
        "repeated_entry",
        "route_too_long",
        "too_many_entries",
        "too_precise",
        "unknown_word",
    }
)


_AROUND_IDS = " \t\n'=+-@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some consecutive rows of a table, by column.

    Parameters
    ----------
    cells : sequence of sequence
        For each position of the header the cells of all rows.
    places : sequence of int
        Line, row or index of each row in its file.
    torn : collection of int
        Positions within the batch of rows whose cells cannot be told apart, already reported.
    """

    cells: Sequence[Sequence[Any]]
    places: Sequence[int]
    torn: Collection[int] = ()


class TableSource(Protocol):
    """Where the rows of one table come from: a CSV file, a sheet, an array in JSON."""

    @property
    def columns(self) -> Sequence[tuple[int, Column]]:
        """Return the known columns with their positions in the header."""

    def batches(self) -> Iterator[Batch]:
        """Yield all rows; faults of the file itself go to the log."""

    @property
    def is_complete(self) -> bool:
        """Tell, when all batches have been read, whether no row was lost."""

    def texts(self, column: Column, cells: Sequence[Any]) -> Sequence[str]:
        """Return cells as texts; raises `BadCell`."""

    def value(self, column: Column, text: str) -> Any:
        """Return the value of a text that is not empty; raises `BadCell`."""

    def located(self, fault: Fault, place: int, field: str | None) -> Fault:
        """Return a fault with its place in the file."""


@dataclass(slots=True, kw_only=True)
class ReadTable:
    """What became of one table.

    Parameters
    ----------
    table : Table
    source : TableSource or None
    rows : list
        Sound objects, and provisional ones where some cells were at fault.
    numbers : list of int or None
        Position of each object in the table; ``None`` while no row was left out.
    unsure : dict of int to set of str
        Columns of a provisional row that hold a stand-in.
    other_ids : set of str
        Ids, as far as they can be told, of rows of which no object could be made.
    count : int
        Rows read.
    is_readable : bool
        False where rows or their ids were lost, so that no reference to the table can be judged.
    """

    table: Table
    source: TableSource | None = None
    rows: list[Any] = field(default_factory=list)
    numbers: list[int] | None = None
    unsure: dict[int, set[str]] = field(default_factory=dict)
    other_ids: set[str] = field(default_factory=set)
    count: int = 0
    is_readable: bool = True
    _starts: list[int] = field(default_factory=list)
    _places: list[Sequence[int]] = field(default_factory=list)

    def begin_batch(self, places: Sequence[int]) -> None:
        """Remember where the next rows stand."""
        self._starts.append(self.count)
        self._places.append(places)

    def place_of(self, row: int) -> int:
        """Return the line, row or index of a row of the table."""
        batch = bisect_right(self._starts, row) - 1
        return self._places[batch][row - self._starts[batch]]

    def located(self, fault: Fault) -> Fault:
        """Return a fault between tables with its place in the file."""
        if self.source is None or fault.row is None:
            return fault
        return self.source.located(fault, self.place_of(fault.row), fault.field)

    def keep(self, rows: Sequence[Any]) -> None:
        """Add objects for the next rows, none left out."""
        if self.numbers is not None:
            self.numbers.extend(range(self.count, self.count + len(rows)))
        self.rows.extend(rows)
        self.count += len(rows)

    def leave_out(self, presumed_id: str) -> None:
        """Pass over a row of which no object can be made."""
        if self.numbers is None:
            self.numbers = list(range(self.count))
        if is_identifier(presumed_id):
            self.other_ids.add(presumed_id)
        else:
            self.is_readable = False
        self.count += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What was read of a problem.

    Parameters
    ----------
    tables : dict of table name to ReadTable
        All tables, those that are not given without rows.
    policy : Policy
    """

    tables: dict[str, ReadTable]
    policy: Policy


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
        self._key = KEY_BY_TABLE[table.name]

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
            raise BadCell("missing_value", "have a {field}", "Fill in the cell.")
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
