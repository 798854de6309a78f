"""``matcher cases``: who looks after whom, and for which unit; limited accounts see their own units' people alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, ByOption, DatabaseOption, opened
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

cases = typer.Typer(help="Who looks after whom, and for which unit.", no_args_is_help=True, rich_markup_mode=None)

CandidatesArgument = Annotated[
    list[str], typer.Argument(metavar="CANDIDATE...", help="One or several ids.", show_default=False)
]


@cases.command()
def assign(
    candidates: CandidatesArgument,
    by: ByOption,
    caseworker: Annotated[
        str, typer.Option("--caseworker", metavar="NAME", help="Who looks after them.", show_default=False)
    ],
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="UNIT", help="For which unit; none unless given.", show_default=False),
    ] = None,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Say who looks after candidates, and for which unit: all of them, or none where one is not there."""
    terminal = Terminal(is_json=json)
    with opened(database) as store:
        from matcher.store import change_case

        with store.writing() as session:
            changed = [
                change_case(session, candidate, caseworker, unit, version=None, by=by) for candidate in candidates
            ]
    terminal.line(f"{caseworker} looks after {len(changed)}" + (f" for {unit}." if unit else ", for no unit."))
    terminal.document({"cases": [asdict(each) for each in changed]})


@cases.command("list")
def list_(database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """List who looks after whom."""
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import list_cases

        with store.reading() as session:
            found = list_cases(session)
    for case in found:
        terminal.line(f"{case.candidate_id}: {case.caseworker}, {case.unit or 'no unit'}")
    terminal.document({"cases": [asdict(each) for each in found]})
