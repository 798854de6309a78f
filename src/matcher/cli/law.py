"""``matcher law``: the documents that law asks for, filled from the running system."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, DatabaseOption, opened
from matcher.cli.options import ForceOption, LangOption, language_of
from matcher.cli.terminal import Terminal
from matcher.cli.written import refuse_to_overwrite, require_folder_of


class TemplateChoice(StrEnum):
    """Which document."""

    PROCESSING_RECORD = "processing-record"
    IMPACT_ASSESSMENT = "impact-assessment"
    INSTRUCTIONS = "instructions"
    ALGORITHM_REGISTER = "algorithm-register"
    ACCESSIBILITY = "accessibility"


TemplateArgument = Annotated[
    TemplateChoice, typer.Argument(metavar="TEMPLATE", help="Which document.", show_default=False)
]
ControllerOption = Annotated[
    str | None,
    typer.Option(
        "--controller", envvar="MATCHER_CONTROLLER", metavar="NAME", help="Who is responsible.", show_default=False
    ),
]
OfficerOption = Annotated[
    str | None,
    typer.Option(
        "--officer",
        envvar="MATCHER_OFFICER",
        metavar="TEXT",
        help="The data protection officer, and how to reach them.",
        show_default=False,
    ),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write it there instead.", show_default=False)
]


def law(
    template: TemplateArgument,
    controller: ControllerOption = None,
    officer: OfficerOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    lang: LangOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Print a document that law asks for as Markdown, filled from the running system.

    One of processing-record, impact-assessment, instructions, algorithm-register and accessibility. What only the
    municipality knows stands in square brackets.
    """
    refuse_to_overwrite(out, reads=(database,), force=force)
    require_folder_of(out)
    from matcher.languages import phrases

    with opened(database, is_writer=False) as store:
        from matcher.report.legal import as_markdown
        from matcher.service.law import legal_document

        say = phrases(language_of(lang))
        text = as_markdown(legal_document(store, template.value, say, controller=controller, officer=officer))
    terminal = Terminal()
    if out is None:
        terminal.lines(text.splitlines())
        return
    out.write_text(text, encoding="utf-8")
    terminal.line(f"Written: {out}")
