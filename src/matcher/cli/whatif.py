"""``matcher whatif``: the questions about what would be if, one command each."""

from __future__ import annotations

import typer

from matcher.cli.invest import invest
from matcher.cli.requirement import requirement
from matcher.cli.rolling import rolling
from matcher.cli.scenario import scenario
from matcher.cli.simulate import simulate
from matcher.cli.value import value

whatif = typer.Typer(
    name="whatif",
    help="Ask what would be if: things go wrong, people come later, something is changed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

whatif.command()(scenario)
whatif.command()(value)
whatif.command()(invest)
whatif.command()(requirement)
whatif.command()(simulate)
whatif.command()(rolling)
