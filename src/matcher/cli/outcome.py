"""``matcher outcome``: the forecast of what lasts, trained on follow-ups; in use only once a person says so."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, ByOption, DatabaseOption, opened
from matcher.cli.errors import CommandError
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.service.outcomes import Score

outcome = typer.Typer(
    help="The forecast of what lasts: train, compare, switch.", no_args_is_help=True, rich_markup_mode=None
)
MonthsOption = Annotated[
    int, typer.Option("--months", help="Learn from what was found so many months after the start.")
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit log.", show_default=False)
]
WITHOUT_MODEL = "policy"


@outcome.command()
def train(
    by: ByOption, months: MonthsOption = 12, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False
) -> None:
    """Train a model on follow-ups, and compare it with the one in use on outcomes that it has not seen.

    Nothing is switched by that.
    """
    terminal = Terminal(is_json=json)
    with opened(database) as store:
        from matcher.service.outcomes import train_model
        from matcher.store import FOLLOW_UP_MONTHS

        if months not in FOLLOW_UP_MONTHS:
            raise CommandError(f"--months must be one of {', '.join(map(str, FOLLOW_UP_MONTHS))}, got {months}.")
        model, comparison = train_model(store, months=months, by=by)
    terminal.line(f"Outcome model {model.model_id}, trained on {comparison.trained_on} placements.", style="bold")
    terminal.line(f"On {comparison.held_out} others:")
    for name, score in (("new", comparison.new), ("in use", comparison.used)):
        terminal.line(f"  {name:7} log loss {score.log_loss:.4f}, Brier score {score.brier:.4f}")
        _show_groups(score, terminal)
    word = "better" if comparison.is_better else "not clearly better"
    terminal.line(
        f"The new one is {word}: {comparison.gain:+.4f} in log loss, standard error {comparison.standard_error:.4f}."
    )
    terminal.line(f"To use it: matcher outcome switch {model.model_id} --by NAME --reason TEXT")
    terminal.document(
        {
            "model_id": model.model_id,
            "coefficients": asdict(model.coefficients),
            "comparison": asdict(comparison) | {"is_better": comparison.is_better},
        }
    )


@outcome.command()
def switch(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help=f"Its number, or '{WITHOUT_MODEL}'.", show_default=False)
    ],
    by: ByOption,
    reason: ReasonOption,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Use another model from now on, or with 'policy' what the policy believes. A person decides that, by name."""
    terminal = Terminal(is_json=json)
    if model != WITHOUT_MODEL and not (model.isascii() and model.isdecimal() and len(model) < 16):
        raise CommandError(f"The number of a model is needed, or '{WITHOUT_MODEL}', not {model!r}.")
    number = None if model == WITHOUT_MODEL else int(model)
    with opened(database) as store:
        from matcher.store import switch_model

        with store.writing() as session:
            switch_model(session, number, by=by, reason=reason)
    terminal.line(f"In use from now on: {'what the policy believes' if number is None else f'outcome model {number}'}.")
    terminal.document({"model_id": number})


@outcome.command("list")
def list_(database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """List the trained models, the newest first, and say which is in use."""
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import list_models, model_in_use

        with store.reading() as session:
            models, used = list_models(session), model_in_use(session)
    for model in models:
        mark = "  in use" if used is not None and used.model_id == model.model_id else ""
        terminal.line(f"{model.model_id}  {model.trained_at:%Y-%m-%d}  by {model.trained_by}{mark}")
        found = model.comparison
        terminal.line(
            f"   after {found['months']} months, on {found['held_out']} others: {found['gain']:+.4f} in log loss "
            f"against the one in use then, standard error {found['standard_error']:.4f}"
        )
    if used is None:
        terminal.line("In use: what the policy believes.")
    terminal.document(
        {
            "in_use": None if used is None else used.model_id,
            "models": [
                {
                    "model_id": model.model_id,
                    "trained_at": model.trained_at.isoformat(),
                    "trained_by": model.trained_by,
                    "coefficients": asdict(model.coefficients),
                    "comparison": dict(model.comparison),
                }
                for model in models
            ],
        }
    )


def _show_groups(score: Score, terminal: Terminal) -> None:
    pairs = ", ".join(f"{group.forecast:.0%}/{group.lasted:.0%}" for group in score.groups)
    terminal.line(f"          forecast/lasted by fifths: {pairs}")
