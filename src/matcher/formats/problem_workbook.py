"""Reads the tables and the policy of an Excel workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matcher.errors import Fault
from matcher.formats.fault_log import FaultLog
from matcher.formats.headers import close_to
from matcher.formats.kinds import BadCell
from matcher.formats.policy_keys import DEFAULT, policy_from
from matcher.formats.schema import Column
from matcher.formats.spreadsheet_text import cell_value
from matcher.formats.table_contents import Contents, ReadTable
from matcher.formats.table_reading import TableReader
from matcher.formats.tables import SIDE_TABLES, TABLE_BY_NAME, TABLES
from matcher.formats.text_lines import BrokenFile
from matcher.formats.workbook_archive import Archive
from matcher.formats.workbook_cells import NoValue, SheetCells
from matcher.formats.workbook_reading import SheetTable, no_value, sheet_place
from matcher.formats.workbook_sheets import Workbook, open_workbook
from matcher.problem import Policy

POLICY_SHEET = "policy"
README_SHEET = "readme"
POLICY_HEADER = ("key", "value")


def read_workbook(path: Path, log: FaultLog) -> Contents:
    """Return the tables and the policy of a workbook; faults go to the log."""
    with Archive(path) as archive:
        workbook = open_workbook(archive)
        sheets = workbook.part_by_sheet
        for name in sheets:
            if name not in (*TABLE_BY_NAME, *SIDE_TABLES, POLICY_SHEET, README_SHEET):
                log.add(_unknown_sheet(path.name, name))
        if not {*TABLE_BY_NAME, POLICY_SHEET}.intersection(sheets):
            must = f"hold at least one table as a sheet ({', '.join(TABLE_BY_NAME)})"
            raise BrokenFile("no_tables", must, "Name the workbook of a problem.")
        policy = _policy(workbook, path.name, log) if POLICY_SHEET in sheets else DEFAULT
        tables = {
            table.name: TableReader(table, SheetTable(workbook, path.name, table, log), log).read()
            if table.name in sheets
            else ReadTable(table=table)
            for table in TABLES
        }
    return Contents(tables=tables, policy=policy)


def _policy(workbook: Workbook, file: str, log: FaultLog) -> Policy:
    """Read the sheet of keys and values."""
    place = sheet_place(file, POLICY_SHEET)
    lines: dict[str, int] = {}
    entries: dict[str, Any] = {}

    def locate(fault: Fault, name: str) -> Fault:
        return fault.at(file=place, line=lines.get(name), column=2 if name in lines else None)

    try:
        for line, cells in SheetCells(workbook, POLICY_SHEET).rows():
            name = str(cells.get(0, ""))
            if line == 1 and (name, cells.get(1)) == POLICY_HEADER:
                continue
            if name in lines:
                log.add(_repeated_key(name).at(file=place, line=line, column=1))
                continue
            lines[name] = line
            entries[name] = cells.get(1, "")
    except BrokenFile as error:
        log.add(error.fault(place, "policy"))
    return policy_from(entries, _value, locate, log)


def _value(key: Column, cell: Any) -> Any:
    if isinstance(cell, NoValue):
        raise no_value()
    if not cell and not key.kind.is_list:
        raise BadCell("missing_value", "have {field} filled in", "Fill in the cell or remove the row.")
    return cell_value(key, cell) if cell else ()


def _repeated_key(name: str) -> Fault:
    return Fault(
        code="repeated_key",
        table="policy",
        field=name,
        value=name,
        must="name each key once",
        remedy="Remove one of the two rows.",
    )


def _unknown_sheet(file: str, name: str) -> Fault:
    names = [*TABLE_BY_NAME, POLICY_SHEET, README_SHEET]
    return Fault(
        code="unknown_table",
        value=name,
        file=sheet_place(file, name),
        must=f"be one of {', '.join(names)}",
        remedy="Correct the name of the sheet, or remove it." + close_to(name, names),
    )
