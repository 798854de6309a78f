"""Writes files to import, imports them, and reads the folder back as texts."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from matcher.sources import ImportReport, import_files

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data files are not at {DATA}")


def imported(folder: Path, source: str, *contents: object, name: str = "") -> ImportReport:
    """Import contents, each in a file of its own: texts and bytes as they are, anything else as JSON."""
    inbox = folder.parent / f"inbox-{folder.name}"
    inbox.mkdir(exist_ok=True)
    for old in inbox.iterdir():
        old.unlink()
    paths = []
    for number, content in enumerate(contents):
        path = inbox / (name or f"{number}{'.xml' if source in ('eforms', 'ted') else '.json'}")
        path.write_bytes(_bytes(content))
        paths.append(path)
    return import_files(source, paths, folder)


def _bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)).encode()


def lines(*values: object) -> str:
    """Return values as newline-delimited JSON."""
    return "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a table, none where there is no file."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def only(rows: list[dict[str, str]]) -> dict[str, str]:
    """Return the only row."""
    assert len(rows) == 1, rows
    return rows[0]


def change(folder: Path, name: str, row: int = 0, **cells: str) -> None:
    """Change cells of a table as a person would."""
    rows = table(folder, name)
    rows[row].update(cells)
    _save(folder, name, rows)


def remove(folder: Path, name: str, row: int = 0) -> None:
    """Remove a row of a table as a person would."""
    rows = table(folder, name)
    header = list(rows[0])
    del rows[row]
    _save(folder, name, rows, header)


def _save(folder: Path, name: str, rows: list[dict[str, str]], header: list[str] | None = None) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, byte by byte."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.exists() else {}


def codes(report: ImportReport) -> list[str]:
    """Return why things were not taken, as codes."""
    return [skipped.code for skipped in report.skipped]


def needed(report: ImportReport, table_name: str) -> dict[str, str]:
    """Return the reasons of cells that need input, by column."""
    return {gap.column: gap.why for gap in report.needs_input if gap.table == table_name}


def skills_of(folder: Path, **where: Any) -> dict[str, dict[str, str]]:
    """Return the rows of vacancy_skills by skill."""
    return {
        row["skill"]: row
        for row in table(folder, "vacancy_skills")
        if all(row[column] == value for column, value in where.items())
    }
