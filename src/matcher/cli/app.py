"""The commands and what they are called; each is loaded with what it needs only when it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from matcher import __version__
from matcher.cli.accounts import accounts
from matcher.cli.alternatives import alternatives
from matcher.cli.audit import audit, replay
from matcher.cli.batch import batch
from matcher.cli.cases import cases
from matcher.cli.check import check
from matcher.cli.db import db
from matcher.cli.demo import demo
from matcher.cli.diff import diff
from matcher.cli.doctor import doctor
from matcher.cli.equality import equality
from matcher.cli.explain import explain
from matcher.cli.export import export
from matcher.cli.generate import generate
from matcher.cli.identities import identities
from matcher.cli.import_files import import_files
from matcher.cli.law import law
from matcher.cli.outcome import outcome
from matcher.cli.oversight import oversight
from matcher.cli.retention import retention
from matcher.cli.rights import rights
from matcher.cli.serve import serve
from matcher.cli.solve import solve
from matcher.cli.suggest import suggest
from matcher.cli.whatif import whatif
from matcher.cli.worker import worker

app = typer.Typer(
    name="matcher",
    help="Optimal matching of candidates, training cohorts and contract vacancies for municipalities.",
    epilog=(
        "Exit status: 0 done, 2 wrong usage, 3 invalid input, 4 contradictory decisions, 5 limit reached without a "
        "plan, 6 check failed."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"matcher {__version__}")
        raise typer.Exit


@app.callback()
def _matcher(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


app.command()(demo)
app.command()(generate)
app.command("import")(import_files)
app.command()(solve)
app.command()(serve)
app.command()(check)
app.command()(explain)
app.command()(equality)
app.command()(suggest)
app.command()(diff)
app.command()(alternatives)
app.add_typer(whatif)
app.command()(export)
app.command()(doctor)
app.command()(batch)
app.command()(worker)
app.command()(law)
app.command()(replay)
app.add_typer(audit, name="audit")
app.add_typer(oversight, name="oversight")
app.add_typer(outcome, name="outcome")
app.add_typer(db, name="db")
app.add_typer(accounts, name="accounts")
app.add_typer(cases, name="cases")
app.add_typer(identities, name="identities")
app.add_typer(retention, name="retention")
app.add_typer(rights, name="rights")
