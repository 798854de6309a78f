"""What is read of a problem: batches of cells on the way in, tables of objects and where each stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from matcher.errors import Fault
from matcher.formats.schema import Column, Table
from matcher.problem import KEY_BY_TABLE, Policy
from matcher.problem.rules_of_fields import is_identifier


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
        found = self.source.located(fault, self.place_of(fault.row), fault.field)
        if fault.repeats is None:
            return found
        earlier = self.source.located(replace(fault, row=fault.repeats), self.place_of(fault.repeats), None)
        key = " + ".join(KEY_BY_TABLE[self.table.name])
        must = f"be the only row with this {key} (line {earlier.line} of {earlier.file} has it too)"
        return replace(found, must=must)

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
