"""Reads the tables and the policy of a folder of CSV files."""

from __future__ import annotations

from pathlib import Path

from matcher.errors import Fault
from matcher.formats.csv_reading import CsvTable
from matcher.formats.fault_log import FaultLog
from matcher.formats.headers import close_to
from matcher.formats.policy_keys import DEFAULT
from matcher.formats.policy_toml import POLICY_FILE, read_policy_toml
from matcher.formats.table_contents import Contents, ReadTable
from matcher.formats.table_reading import TableReader
from matcher.formats.tables import SIDE_TABLES, TABLES
from matcher.formats.text_lines import BrokenFile, checked_file

MAX_FILE = 16 << 30
_KNOWN = [table.file_name for table in TABLES]
_SIDE = [f"{name}.csv" for name in SIDE_TABLES]


def read_folder(folder: Path, log: FaultLog) -> Contents:
    """Return the tables and the policy of a folder; faults go to the log."""
    names = sorted(entry.name for entry in folder.iterdir())
    for name in names:
        if name.lower().endswith(".csv") and name not in (*_KNOWN, *_SIDE):
            log.add(_unknown_file(name))
    if not {*_KNOWN, POLICY_FILE}.intersection(names):
        raise BrokenFile("no_tables", f"hold at least one table ({', '.join(_KNOWN)})", "Name the problem's folder.")
    policy = DEFAULT
    if POLICY_FILE in names and _is_file(folder / POLICY_FILE, "policy", log):
        policy = read_policy_toml(folder / POLICY_FILE, log)
    tables = {}
    for table in TABLES:
        if table.file_name not in names:
            tables[table.name] = ReadTable(table=table)
        elif _is_file(path := folder / table.file_name, table.name, log):
            tables[table.name] = TableReader(table, CsvTable(path, table, log), log).read()
        else:
            tables[table.name] = ReadTable(table=table, is_readable=False)
    return Contents(tables=tables, policy=policy)


def _is_file(path: Path, table: str, log: FaultLog) -> bool:
    try:
        checked_file(path, MAX_FILE)
    except BrokenFile as error:
        log.add(error.fault(path.name, table))
        return False
    return True


def _unknown_file(name: str) -> Fault:
    return Fault(
        code="unknown_table",
        value=name,
        file=name,
        must=f"be one of {', '.join(_KNOWN)}",
        remedy="Correct the name, or move the file out of the folder." + close_to(name, _KNOWN),
    )
