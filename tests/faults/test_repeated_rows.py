"""A row that is there twice: the fault names both places, each as a reader of the file finds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.errors import Fault
from matcher.languages.error_texts import fault_text
from tests.faults.folders import faults_of, only_fault
from tests.faults.workbooks import sheet, text, workbook


def folder(path: Path) -> Path:
    """Write a folder in which the third line of candidates says the same as the fifth."""
    lines = ("candidate_id,available_from", "C1,2026-04-01", "C2,2026-04-01", "C3,2026-04-01", "C2,2026-05-01")
    (path / "candidates.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def book(path: Path) -> Path:
    """Write a workbook in which the third row of the sheet says the same as the fifth."""
    cells = (("candidate_id", "available_from"), *((one, "2026-04-01") for one in ("C1", "C2", "C3", "C2")))
    return workbook(path / "problem.xlsx", {"candidates": sheet(*(text(*row) for row in cells))})


def document(path: Path) -> Path:
    """Write a document in which the object on the third line says the same as that on the fifth."""
    rows = [json.dumps({"candidate_id": one, "available_from": "2026-04-01"}) for one in ("C1", "C2", "C3", "C2")]
    written = path / "problem.json"
    written.write_text('{"version": 1, "candidates": [\n' + ",\n".join(rows) + "]}\n", encoding="utf-8")
    return written


def place(fault: Fault) -> tuple[str | None, int | None]:
    return fault.file, fault.line


@pytest.mark.parametrize(
    ("write", "file", "earlier"),
    [
        (folder, "candidates.csv", "line 3 of candidates.csv"),
        (book, "problem.xlsx sheet candidates", "line 3 of problem.xlsx sheet candidates"),
        (document, "problem.json#/candidates/3/candidate_id", "line 3 of problem.json#/candidates/1"),
    ],
)
def test_both_rows_are_named_where_they_stand(
    write: Callable[[Path], Path], file: str, earlier: str, tmp_path: Path
) -> None:
    """The line of a CSV file or of JSON, the row of a sheet: nobody has to count the rows of a table."""
    fault = only_fault(write(tmp_path))

    assert place(fault) == (file, 5)
    assert fault.must == f"be the only row with this candidate_id ({earlier} has it too)"
    assert "har det också)" in fault_text(fault, "sv")


def test_rows_that_are_at_fault_themselves_are_counted(tmp_path: Path) -> None:
    """Two lines of which one cannot be read still stand where they stand."""
    lines = ("candidate_id,available_from", "C1,soon", "C2,2026-04-01", ",2026-04-01", "C2,2026-04-01")
    (tmp_path / "candidates.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    fault = next(one for one in faults_of(tmp_path) if one.code == "duplicate_id")

    assert place(fault) == ("candidates.csv", 5)
    assert "(line 3 of candidates.csv has it too)" in fault.must
