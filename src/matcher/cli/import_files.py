"""``matcher import``: other people's data into a problem folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.errors import Status
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="ocds, eforms, ted, jobtech-ads or jobtech-taxonomy.",
        show_default=False,
    ),
]
FilesArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Files, or folders of files.", show_default=False)
]
IntoOption = Annotated[
    Path, typer.Option("--into", help="The problem folder; made if it is not there.", metavar="DIR", show_default=False)
]


def import_files(source: SourceArgument, files: FilesArgument, into: IntoOption, json: JsonOption = False) -> None:
    """Import other people's data into a folder.

    Award notices, contracting releases, advertisements and taxonomies become rows of a problem folder. Importing
    again changes nothing that a person has filled in; what no source states is listed at the end.
    """
    from matcher.sources import import_files as imported

    terminal = Terminal(is_json=json)
    report = imported(source, files, into)
    terminal.lines(report.as_text().splitlines())
    terminal.document(report.as_json())
    if report.num_faults and not report.taken:
        terminal.note("Nothing could be imported.")
        raise typer.Exit(Status.INVALID_INPUT)
