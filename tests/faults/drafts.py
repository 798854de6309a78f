"""A valid problem as grids of cells, which a test may spoil and then write as CSV, Excel or JSON with other means
than the product's own writers, knowing on which line and in which column every cell ends up."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import xlsxwriter

from matcher.formats.tables import TABLE_BY_NAME

CONTAINERS = ("folder", "workbook", "json")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|NaN|-?Infinity")
_SHORT_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
_DAY = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")

VALID = Path(__file__).parent / "valid"


@dataclass(slots=True)
class Grid:
    """The cells of one table as texts."""

    header: list[str]
    rows: list[list[str]]


@dataclass(slots=True)
class Draft:
    """A problem that is not yet a file.

    Attributes
    ----------
    grids : dict of table to Grid
    policy : list of (key, TOML value)
    extra_tables : list of str
        Names of tables that do not exist, to be added.
    taken : set of (table, row)
        Rows that already hold a planted fault.
    """

    grids: dict[str, Grid]
    policy: list[tuple[str, str]] = field(default_factory=lambda: [("version", "1"), ("name", '"test"')])
    extra_tables: list[str] = field(default_factory=list)
    taken: set[tuple[str, int]] = field(default_factory=set)


def new_draft() -> Draft:
    """Return a draft of the valid problem."""
    grids = {}
    for table in TABLE_BY_NAME:
        header, *rows = csv.reader(io.StringIO((VALID / f"{table}.csv").read_text(encoding="utf-8")))
        grids[table] = Grid(header, rows)
    return Draft(grids)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault must be reported."""

    file: str
    line: int | None
    column: int | None


class Written:
    """A draft as files, and where each of its cells stands."""

    def __init__(self, draft: Draft, container: str, folder: Path) -> None:
        self.draft = draft
        self.container = container
        self._lines: dict[str, list[int]] = {}
        self.path = {"folder": self._folder, "workbook": self._workbook, "json": self._json}[container](folder)

    def place(self, table: str, row: int | None, column: str | int | None) -> Place:
        """Return the place of a cell (column by name), a header cell (row ``None``, column by position) or a row."""
        if self.container == "json":
            pointer = f"problem.json#/{table}" + ("" if row is None else f"/{row}")
            if isinstance(column, str) and row is not None:
                pointer += f"/{column}"
            return Place(pointer, None if row is None else self._lines[table][row], None)
        header = self.draft.grids[table].header
        number = column if isinstance(column, int) else header.index(column) + 1 if column in header else None
        file = f"{table}.csv" if self.container == "folder" else f"problem.xlsx sheet {table}"
        return Place(file, 1 if row is None else self._lines[table][row], number)

    def _folder(self, folder: Path) -> Path:
        path = folder / "problem"
        path.mkdir()
        for table, grid in self.draft.grids.items():
            (path / f"{table}.csv").write_text(self._csv(table, grid), encoding="utf-8", newline="\n")
        for table in self.draft.extra_tables:
            (path / f"{table}.csv").write_text("a\n", encoding="utf-8")
        (path / "policy.toml").write_text("".join(f"{key} = {value}\n" for key, value in self.draft.policy), "utf-8")
        return path

    def _csv(self, table: str, grid: Grid) -> str:
        text, self._lines[table] = io.StringIO(), []
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(grid.header)
        for row in grid.rows:
            self._lines[table].append(text.getvalue().count("\n") + 1)
            writer.writerow(row)
        return text.getvalue()

    def _workbook(self, folder: Path) -> Path:
        path = folder / "problem.xlsx"
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
            day = workbook.add_format({"num_format": "yyyy-mm-dd"})
            for table, grid in self.draft.grids.items():
                sheet = workbook.add_worksheet(table)
                self._lines[table] = list(range(2, len(grid.rows) + 2))
                for number, row in enumerate([grid.header, *grid.rows]):
                    for position, cell in enumerate(row):
                        name = grid.header[position] if number and position < len(grid.header) else ""
                        _write_cell(sheet, number, position, cell, _type_of(table, name), day)
            for table in self.draft.extra_tables:
                workbook.add_worksheet(table).write_string(0, 0, "a")
        return path

    def _json(self, folder: Path) -> Path:
        path = folder / "problem.json"
        text = '{"version": 1'
        for table, grid in self.draft.grids.items():
            text += f',\n"{table}": ['
            self._lines[table] = []
            for number, row in enumerate(grid.rows):
                text += ("," if number else "") + ("\n" * (number % 3))
                self._lines[table].append(text.count("\n") + 1)
                cells = zip(grid.header, row, strict=True)
                text += "{" + ", ".join(f'"{name}": {_json(table, name, cell)}' for name, cell in cells if cell) + "}"
            text += "]"
        text += "".join(f',\n"{table}": []' for table in self.draft.extra_tables)
        path.write_text(text + "}\n", encoding="utf-8")
        return path


def _type_of(table: str, name: str) -> str:
    column = TABLE_BY_NAME[table].column_by_name.get(name)
    if column is None:
        return "text"
    return "list" if column.kind.is_list else "date" if column.kind.name == "date" else column.kind.json_type


def _write_cell(sheet: object, row: int, position: int, cell: str, kind: str, day: object) -> None:
    write = sheet  # typed loosely: the library has no types
    if not cell:
        return
    if kind == "number" and _SHORT_NUMBER.fullmatch(cell):
        write.write_number(row, position, float(cell))  # type: ignore[attr-defined]
    elif kind == "boolean" and cell in ("true", "false"):
        write.write_boolean(row, position, cell == "true")  # type: ignore[attr-defined]
    elif kind == "date" and _DAY.fullmatch(cell) and _exists(cell):
        write.write_datetime(row, position, date.fromisoformat(cell), day)  # type: ignore[attr-defined]
    else:
        write.write_string(row, position, cell)  # type: ignore[attr-defined]


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_json_number(text: str) -> bool:
    """Tell whether a text can stand in JSON as a number (and in Python's JSON as NaN or Infinity)."""
    return bool(_NUMBER.fullmatch(text))


def _json(table: str, name: str, cell: str) -> str:
    kind = _type_of(table, name)
    if kind == "list":
        return json.dumps(cell.split(";"))
    if (kind == "number" and is_json_number(cell)) or (kind == "boolean" and cell in ("true", "false")):
        return cell
    return json.dumps(cell)
