"""What is wrong with a file, and what was left out of it, as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcher.errors import Fault
from matcher.languages import Phrases, message
from matcher.languages.error_texts import fault_words, sentence_text
from matcher.service.importing import Draft
from matcher.sources import ImportReport
from matcher.whatif.study import StudyTable
from matcher_api.web.sheets import Entry, table_of

MOST_ROWS = 5_000  # more would make a page too heavy that holds them


def of_faults(faults: Sequence[Fault], tables: Mapping[str, str], say: Phrases) -> StudyTable:
    """Return the faults of a workbook, each with its row."""
    columns: list[Entry] = [
        (message("Table"), "text", lambda row, say: say.text(tables[row.table]) if row.table in tables else row.file),
        (message("Row"), "count", lambda row, say: row.line),
        (message("Column"), "count", lambda row, say: row.column),
        (message("Id"), "text", lambda row, say: row.entity_id),
        (message("Found"), "text", lambda row, say: None if row.value is None else str(row.value)),
        (message("What is wrong, and what to do"), "text", lambda row, say: fault_words(row, say.language)),
    ]
    return table_of("faults", say.text("Faults"), columns, faults[:MOST_ROWS], say)


def of_left_out(report: ImportReport, say: Phrases) -> StudyTable:
    """Return what was left out of notices or advertisements, and why."""
    columns: list[Entry] = [
        (message("Where"), "text", lambda row, say: sentence_text(row.position, say.language)),
        (message("What"), "text", lambda row, say: sentence_text(row.what, say.language)),
        (message("What to do"), "text", lambda row, say: sentence_text(row.remedy, say.language)),
    ]
    return table_of("left_out", say.text("Left out"), columns, report.skipped[:MOST_ROWS], say)


def of_draft(view: Draft, tables: Mapping[str, str], asked: Mapping[str, str], say: Phrases) -> list[StudyTable]:
    """Return what a file would change, table by table, and what a person has still to fill in."""
    missing: list[Entry] = [
        (message("Table"), "text", lambda row, say: say.text(tables[row.table])),
        (message("Row"), "text", lambda row, say: row.entity_id),
        (
            message("What is missing"),
            "text",
            lambda row, say: say.text(asked[row.field]) if row.field in asked else row.field,
        ),
    ]
    news: list[Entry] = [
        (message("Table"), "text", lambda row, say: say.text(tables[row.table])),
        (message("Rows"), "count", lambda row, say: row.rows),
        (message("New"), "count", lambda row, say: row.added),
        (message("Changed"), "count", lambda row, say: row.changed),
    ]
    return [
        table_of("missing", say.text("Missing facts"), missing, view.missing, say),
        table_of("news", say.text("Table by table"), news, view.news, say),
    ]
