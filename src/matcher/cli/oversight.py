"""``matcher oversight``: the switch that stops runs and batches, and whether it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, ByOption, DatabaseOption, opened
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.store import Session

oversight = typer.Typer(
    help="How people watch over the planner: the stop switch.", no_args_is_help=True, rich_markup_mode=None
)

ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it stands on every page.", show_default=False)
]


@oversight.callback()
def _oversight() -> None:
    """Take the options that stand before a command."""


@oversight.command()
def status(database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """Say whether planning is stopped, and by whom, when and why."""
    with opened(database, is_writer=False) as store, store.reading() as session:
        _tell(session, Terminal(is_json=json))


@oversight.command()
def stop(
    by: ByOption, reason: ReasonOption, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False
) -> None:
    """Freeze runs and batches: none is asked for, made, stored, proposed or published until they go on.

    With SQLite the command needs the database for itself; while the service runs, the page Oversight does the same.
    """
    with opened(database) as store, store.writing() as session:
        from matcher.store import stop_runs

        stop_runs(session, by=by, reason=reason)
        _tell(session, Terminal(is_json=json))


@oversight.command()
def resume(
    by: ByOption, reason: ReasonOption, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False
) -> None:
    """Let runs and batches go on."""
    with opened(database) as store, store.writing() as session:
        from matcher.store import resume_runs

        resume_runs(session, by=by, reason=reason)
        _tell(session, Terminal(is_json=json))


def _tell(session: Session, terminal: Terminal) -> None:
    from matcher.store import standing_stop

    found = standing_stop(session)
    if found is None:
        terminal.line("Planning goes on.")
        terminal.document({"is_stopped": False})
        return
    at = f"{found.switched_at:%Y-%m-%d %H:%M}"
    terminal.line(f"Planning is stopped since {at} UTC by {found.switched_by}: {found.reason}")
    terminal.document(
        {
            "is_stopped": True,
            "by": found.switched_by,
            "at": found.switched_at.isoformat(),
            "reason": found.reason,
        }
    )
