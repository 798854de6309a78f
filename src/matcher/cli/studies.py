"""How every what-if command shows its study: the answer, its tables, the files, and how far it has come."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from matcher.cli.errors import CommandError
from matcher.cli.terminal import Terminal, printable

if TYPE_CHECKING:
    from matcher.languages import Phrases
    from matcher.plan import Progress
    from matcher.whatif.kept import StudyProgress
    from matcher.whatif.study import Study, StudyTable

MOST_ROWS = 12
QUIET_S = 1.0
BETWEEN_LINES_S = 10.0
ENDINGS = (".html", ".xlsx", ".json")

StudyReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Write the study as a web page, an Excel workbook or JSON, by the ending of the name.",
        metavar="STUDY.html|.xlsx|.json",
        show_default=False,
    ),
]
KeepOption = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        help="Keep finished pieces in this folder, so that an interrupted study goes on.",
        metavar="FOLDER",
        show_default=False,
    ),
]


def require_ending(report: Path | None) -> None:
    """Raise where a report's name says no format."""
    if report is not None and report.suffix.lower() not in ENDINGS:
        raise CommandError(f"The report '{report}' must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}.")


def show_study(study: Study, report: Path | None, terminal: Terminal, say: Phrases) -> None:
    """Write a study to the terminal, and to a file where one is wanted."""
    from matcher.report import study_document, write_study

    if report is not None:
        write_study(study, report, say.language)
    terminal.line()
    terminal.line(study.title, style="bold")
    terminal.lines(study.sentences)
    for table in study.tables:
        if table.rows:
            _show_table(table, terminal, say)
    if report is not None:
        terminal.line()
        terminal.line(say.text("Written: {files}", files=str(report)))
    terminal.document(study_document(study) | {"report": None if report is None else str(report)})


def _show_table(table: StudyTable, terminal: Terminal, say: Phrases) -> None:
    from matcher.report.study_html import shown_columns

    drawn = Table(box=None, padding=(0, 2, 0, 0), title_justify="left", title_style="bold")
    drawn.title = printable(table.title)
    columns = shown_columns(table, say)
    for column in columns:
        justify: Literal["right", "left"] = "right" if column.is_numeric else "left"
        drawn.add_column(printable(column.title), justify=justify, header_style="dim", overflow="fold")
    for number in range(min(MOST_ROWS, len(table.rows))):
        drawn.add_row(*(printable(column.cells[number]) for column in columns))
    terminal.line()
    terminal.table(drawn)
    further = len(table.rows) - MOST_ROWS
    if further > 0:
        rest = say.plural("{count} further row: see --report.", "{count} further rows: see --report.", further)
        terminal.line(rest)


class ShownProgress:
    """Says on standard error how far a study has come and how long it will still take; nothing in the first second.

    Parameters
    ----------
    terminal : Terminal
    say : Phrases
    """

    def __init__(self, terminal: Terminal, say: Phrases) -> None:
        self._terminal, self._say = terminal, say
        self._began = self._last = self._spoken = time.monotonic()

    def __call__(self, progress: StudyProgress) -> None:
        """Say it, unless it was said only just now."""
        now = time.monotonic()
        is_end = progress.done == progress.total
        if now - self._began < QUIET_S or (now - self._last < BETWEEN_LINES_S and not is_end):
            return
        self._last = now
        done = self._say.text("{done} of {total} pieces", done=progress.done, total=progress.total)
        if progress.remaining_s:
            left = self._say.text("about {seconds} s left", seconds=self._say.number(progress.remaining_s, 0))
            done = f"{done}, {left}"
        self._write(now, done)

    def solving(self, progress: Progress) -> None:
        """Say how far the solve of one piece has come, where nothing has been said for some time."""
        from matcher.cli.progress import progress_text

        now = time.monotonic()
        if now - self._spoken >= BETWEEN_LINES_S:
            self._write(now, progress_text(progress, self._say))

    def _write(self, now: float, text: str) -> None:
        self._spoken = now
        self._terminal.note(f"{now - self._began:6.0f} s  {text}")
