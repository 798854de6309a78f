"""``matcher whatif``: the questions about what would be if, one command each."""

from __future__ import annotations

import typer

from matcher.cli.simulate import simulate

whatif = typer.Typer(
    name="whatif",
    help="Ask what would be if: things go wrong, people come later, something is changed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

whatif.command()(simulate)
