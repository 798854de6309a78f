"""A study as a file: a page, an Excel workbook or JSON, by the ending of its name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.formats.fault_log import refused
from matcher.formats.kinds import DATE, DECIMAL, INTEGER, NUMBER, TEXT, Kind
from matcher.formats.schema import Column
from matcher.formats.whole_files import write_text
from matcher.formats.workbook_writing import WorkbookWriter, new_workbook
from matcher.languages import Language, phrases
from matcher.report.study_html import cell_text, study_page
from matcher.whatif.study import Cell, Study, StudyTable

ENDINGS = (".html", ".xlsx", ".json")
STUDY_VERSION = 1
MOST_LETTERS = 31  # in the name of a sheet


def write_study(study: Study, path: Path, language: Language) -> None:
    """Write a study, whole or not at all.

    Parameters
    ----------
    study : Study
        In that language.
    path : Path
        Ends in ``.html``, ``.xlsx`` or ``.json``; an existing file is replaced.
    language : str

    Raises
    ------
    InvalidInput
        Where the name ends otherwise, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".html":
        write_text(path, [study_page(study, language)])
    elif ending == ".json":
        write_text(path, [json.dumps(study_document(study), ensure_ascii=False, indent=2, allow_nan=False), "\n"])
    elif ending == ".xlsx":
        _write_workbook(study, path, language)
    else:
        must = f"end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        raise refused("unknown_format", must, "Choose one of these endings.", value=ending, file=str(path))


def study_document(study: Study) -> dict[str, Any]:
    """Return a study as plain values for JSON: rows by the names of their columns, charts as their points."""
    return {
        "version": STUDY_VERSION,
        "question": study.question,
        "title": study.title,
        "sentences": list(study.sentences),
        "figures": [
            {"name": one.name, "title": one.title, "value": _plain(one.value), "kind": one.kind, "note": one.note}
            for one in study.figures
        ],
        "tables": [_table_document(table) for table in study.tables],
        "charts": [
            {
                "name": chart.name,
                "title": chart.title,
                "kind": chart.kind,
                "table": chart.table,
                "aim": chart.aim,
                "series": [
                    {
                        "name": series.name,
                        "title": series.title,
                        "points": [
                            {"x": _plain(point.x), "y": point.y, "low": point.low, "high": point.high}
                            for point in series.points
                        ],
                    }
                    for series in chart.series
                ],
            }
            for chart in study.charts
        ],
        "assumptions": list(study.assumptions),
        "limits": list(study.limits),
        "made_from": dict(study.made_from),
    }


def _table_document(table: StudyTable) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    return {
        "name": table.name,
        "title": table.title,
        "columns": [{"name": one.name, "title": one.title, "kind": one.kind} for one in table.columns],
        "rows": [dict(zip(names, map(_plain, row), strict=True)) for row in table.rows],
        "note": table.note,
    }


def _plain(value: Cell) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _write_workbook(study: Study, path: Path, language: Language) -> None:
    say = phrases(language)
    lines = [(say.text("Study"), study.title), *(("", sentence) for sentence in study.sentences)]
    lines += [(one.title, " ".join((cell_text(one.value, one.kind, say), one.note)).strip()) for one in study.figures]
    lines += [(say.text("Assumptions") if not place else "", line) for place, line in enumerate(study.assumptions)]
    lines += [(say.text("Limits") if not place else "", line) for place, line in enumerate(study.limits)]
    lines += list(study.made_from)
    with new_workbook(path) as workbook:
        workbook.add_text(say.text("Study"), lines)
        _add_tables(workbook, study.tables)


def write_tables(tables: Sequence[StudyTable], path: Path) -> None:
    """Write tables as an Excel workbook, a sheet for each.

    Raises
    ------
    InvalidInput
        Where the file cannot be written.
    """
    with new_workbook(path) as workbook:
        _add_tables(workbook, tables)


def _add_tables(workbook: WorkbookWriter, tables: Sequence[StudyTable]) -> None:
    for table in tables:
        columns = [
            Column(name=one.title, kind=_kind(table, place), meaning=one.title, example="")
            for place, one in enumerate(table.columns)
        ]
        rows = [
            tuple(_fitting(value, column.kind) for value, column in zip(row, columns, strict=True))
            for row in table.rows
        ]
        workbook.add_table(table.name[:MOST_LETTERS], columns, rows)


def _kind(table: StudyTable, place: int) -> Kind:
    """Return the kind of a column's cells in a workbook: numbers only where all of them are."""
    values = [row[place] for row in table.rows if row[place] is not None]
    if any(isinstance(value, str) for value in values):
        return TEXT
    if any(isinstance(value, date) for value in values):
        return DATE
    if any(isinstance(value, float) for value in values):
        return NUMBER
    return DECIMAL if any(isinstance(value, Decimal) for value in values) else INTEGER


def _fitting(value: Cell, kind: Kind) -> Cell:
    if value is None or kind is DATE:
        return value
    if kind is TEXT:
        return str(value)
    return float(value) if kind is NUMBER and not isinstance(value, str | date) else value
