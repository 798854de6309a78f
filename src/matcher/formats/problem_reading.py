"""Reads a problem from a folder of CSV files, an Excel workbook or a JSON document, reporting every fault at once."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.errors import Fault, InvalidInput
from matcher.formats.fault_log import FaultLog, TooManyFaults
from matcher.formats.json_text import read_text
from matcher.formats.problem_folder import read_folder
from matcher.formats.problem_json import contents_of_text
from matcher.formats.problem_workbook import read_workbook
from matcher.formats.table_contents import Contents, ReadTable
from matcher.formats.text_lines import UTF8_MARK, UTF16_MARKS, BrokenFile, checked_file, unreadable
from matcher.problem import Problem, cross_faults

MAX_FILE = 1 << 40  # a JSON document or a workbook has a limit of its own
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read_problem(path: str | os.PathLike[str]) -> Problem:
    """Return the problem that a folder, an Excel workbook or a JSON document describes.

    Which of the three it is, is told from what it holds, not from its name.

    Parameters
    ----------
    path : str or path
        docs/formats.md describes what stands in it.

    Raises
    ------
    InvalidInput
        With all faults, each with file, line, column, value and what to do.
    """
    path = Path(path)
    return _read(path.name or str(path), lambda log: _contents(path, log))


def problem_from_text(text: str, name: str = "problem", max_rows: int | None = None) -> Problem:
    """Return the problem of a JSON text.

    Parameters
    ----------
    text : str
    name : str
        What to call the text in faults.
    max_rows : int, optional
        Of one table; where there are more, reading ends there.

    Raises
    ------
    InvalidInput
        With all faults.
    """
    return _read(name, lambda log: contents_of_text(text, name, log, max_rows))


def _read(name: str, contents: Callable[[FaultLog], Contents]) -> Problem:
    log = FaultLog()
    problem = None
    try:
        with _without_collecting():
            problem = _assembled(contents(log), log)
    except BrokenFile as error:
        log.faults.append(error.fault(name))
    except TooManyFaults:
        pass  # those that there is room for are reported
    log.raise_if_any()
    assert problem is not None  # without it there are faults
    return problem


def _contents(path: Path, log: FaultLog) -> Contents:
    try:
        if path.is_dir():
            return read_folder(path, log)
        checked_file(path, MAX_FILE)
        with path.open("rb") as file:
            head = file.read(4096)
        if head.startswith(_ZIP):
            return read_workbook(path, log)
    except OSError as error:
        raise unreadable(error) from None
    if _is_json(head, path):
        return contents_of_text(read_text(path), path.name, log)
    raise _no_problem(head, path)


def _is_json(head: bytes, path: Path) -> bool:
    return head.removeprefix(UTF8_MARK).lstrip().startswith(b"{") or (bool(head) and path.suffix.lower() == ".json")


def _no_problem(head: bytes, path: Path) -> BrokenFile:
    if not head:
        return BrokenFile("empty_file", "hold something", "Name the folder or file of the problem.")
    if path.suffix.lower() in (".xlsx", ".xls") or head.startswith(_OLD_OFFICE):
        must = "be an Excel workbook of the kind .xlsx, without a password"
        return BrokenFile("not_a_workbook", must, "Save it as .xlsx from a spreadsheet program.", value=path.suffix)
    must = "be a folder of CSV files, an Excel workbook (.xlsx) or a JSON document"
    is_table = path.suffix.lower() == ".csv" or head.startswith(UTF16_MARKS)
    remedy = "Name the folder that the file is in." if is_table else "Name one of the three."
    return BrokenFile("unknown_format", must, remedy, value=path.name)


def _assembled(contents: Contents, log: FaultLog) -> Problem | None:
    """Put the tables together; where anything was at fault, only look for what else is."""
    tables = contents.tables
    if not log.faults:
        try:
            return Problem(policy=contents.policy, **{name: tuple(table.rows) for name, table in tables.items()})
        except InvalidInput as error:
            log.extend(tables[fault.table or ""].located(fault) for fault in error.faults)
        return None
    found = cross_faults(
        {name: table.rows for name, table in tables.items()},
        also_known=_also_known(tables),
        row_numbers={name: table.numbers for name, table in tables.items() if table.numbers is not None},
        limit=log.room,
    )
    for fault in found:
        table = tables[fault.table or ""]
        if not _follows(fault, table):
            log.add(table.located(fault))
    return None


def _also_known(tables: dict[str, ReadTable]) -> dict[str, set[str] | None]:
    known = {name: table.other_ids if table.is_readable else None for name, table in tables.items()}
    contracts = tables["contracts"]
    for name in ("buyer", "supplier"):
        if contracts.numbers is not None or any(name in fields for fields in contracts.unsure.values()):
            known[name] = None
    return known


def _follows(fault: Fault, table: ReadTable) -> bool:
    """Tell whether a fault may come from a stand-in for a cell that was at fault itself."""
    unsure = table.unsure.get(-1 if fault.row is None else fault.row, ())
    return bool(unsure) and (fault.field in unsure or fault.code == "date_order")


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare the garbage collector from walking over millions of new rows again and again: none of them is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
