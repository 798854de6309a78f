"""Writes a problem as a folder of CSV files, an Excel workbook or a JSON document: equal problems, equal bytes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from matcher.formats.csv_writing import csv_pieces
from matcher.formats.fault_log import refused
from matcher.formats.json_writing import json_pieces
from matcher.formats.kinds import TEXT
from matcher.formats.policy_toml import POLICY_FILE, policy_document, policy_toml
from matcher.formats.problem_workbook import POLICY_HEADER, POLICY_SHEET, README_SHEET
from matcher.formats.schema import Column, Table
from matcher.formats.table_writing import used_columns
from matcher.formats.tables import TABLES
from matcher.formats.whole_files import unwritable, write_text
from matcher.formats.workbook_writing import WorkbookWriter, new_workbook
from matcher.problem import FORMAT_VERSION, Policy, Problem


def write_problem(problem: Problem, path: str | os.PathLike[str]) -> None:
    """Write a problem; reading it gives an equal one.

    Parameters
    ----------
    problem : Problem
    path : str or path
        ``*.xlsx`` becomes an Excel workbook, ``*.json`` a JSON document, a name without ending or a folder that
        exists a folder of CSV files. In such a folder, files of tables that have no rows are removed: it then holds
        this problem and no other.

    Raises
    ------
    InvalidInput
        Where the file cannot be written, or an Excel workbook cannot hold it.
    """
    path = Path(path)
    if path.is_dir() or not path.suffix:
        _write_folder(problem, path)
    elif path.suffix.lower() == ".xlsx":
        _write_workbook(problem, path)
    elif path.suffix.lower() == ".json":
        write_text(path, json_pieces(problem))
    else:
        must = "end in .xlsx or .json, or have no ending for a folder of CSV files"
        raise refused("unknown_format", must, "Choose one of the three.", value=path.suffix, file=str(path))


def problem_to_text(problem: Problem) -> str:
    """Return the JSON text of a problem; `problem_from_text` gives an equal problem back."""
    return "".join(json_pieces(problem))


def _write_folder(problem: Problem, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            rows = getattr(problem, table.name)
            if rows:
                write_text(folder / table.file_name, csv_pieces(table, rows))
            else:
                (folder / table.file_name).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from None
    write_text(folder / POLICY_FILE, [policy_toml(problem.policy)])


def _write_workbook(problem: Problem, path: Path) -> None:
    with new_workbook(path) as workbook:
        used = [table for table in TABLES if getattr(problem, table.name)]
        workbook.add_text(README_SHEET, _explained(used))
        for table in used:
            rows = getattr(problem, table.name)
            columns = used_columns(table, rows)
            workbook.add_table(table.name, columns, _values(columns, rows))
        _add_policy(workbook, problem.policy)


def _values(columns: Sequence[Column], rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    return list(zip(*(map(attrgetter(column.name), rows) for column in columns), strict=True))


def _add_policy(workbook: WorkbookWriter, policy: Policy) -> None:
    entries: list[tuple[str, str]] = [("version", str(FORMAT_VERSION))]
    for name, value in policy_document(policy).items():
        if isinstance(value, dict):
            entries += [(f"{name}.{inner}", str(each)) for inner, each in value.items()]
        else:
            entries.append((name, ";".join(value) if isinstance(value, list) else str(value)))
    columns = [Column(name=name, kind=TEXT, meaning="", example="") for name in POLICY_HEADER]
    workbook.add_table(POLICY_SHEET, columns, entries)


def _explained(tables: Sequence[Table]) -> list[tuple[str, str]]:
    """Return what the first sheet tells the person who opens the workbook."""
    return [
        ("Matcher", f"A matching problem, format version {FORMAT_VERSION}. This sheet is not read."),
        (
            "Dates",
            "Cells of dates hold dates; lists are separated by semicolons; codes are texts and keep their zeros.",
        ),
        *((table.name, table.meaning) for table in tables),
        (POLICY_SHEET, "Order of the aims, weights and horizons: a key and a value on each row."),
    ]
