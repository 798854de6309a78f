"""``matcher audit verify`` and ``matcher replay``: whether the log is whole, and whether a run gives the same plan."""

from __future__ import annotations

from typing import Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, DatabaseOption, opened
from matcher.cli.errors import Status, shown
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

audit = typer.Typer(help="The audit log.", no_args_is_help=True, rich_markup_mode=None)


@audit.callback()
def _audit() -> None:
    """Take the options that stand before a command."""


@audit.command()
def verify(database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """Recompute the hash of every entry.

    Exit status 6 where an entry was changed, removed or put in. Keep the last hash elsewhere, too: it tells whether
    entries are missing at the end.
    """
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import broken_entries, last_entry

        with store.reading() as session:
            broken, (count, last) = broken_entries(session), last_entry(session)
    terminal.lines(shown(broken))
    if not broken:
        terminal.line(f"The audit log is whole: {count} entries, the last with hash {last}.")
    terminal.document({"is_whole": not broken, "entries": count, "last_hash": last, "broken": broken})
    if broken:
        raise typer.Exit(Status.CHECK_FAILED)


def replay(
    run: Annotated[int, typer.Argument(metavar="RUN", help="Number of the run.", min=1, show_default=False)],
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Make a run again from what it had read, and compare the plans byte by byte.

    Exit status 6 where they differ. They may, where a limit of time or memory had ended the search, or with other
    versions of Matcher and its solver than those of the run.
    """
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.service.running import replayed, versions
        from matcher.store import plan_of_run, run_of

        with store.reading() as session:
            known, plan = run_of(session, run), plan_of_run(session, run)
        stored, again = replayed(store, run)
    is_same = stored == again
    differing = sorted(name for name, version in versions().items() if known.versions.get(name) != version)
    terminal.line(f"Run {run}: {'the same plan, byte by byte' if is_same else 'another plan'}.")
    if not is_same:
        terminal.line(
            f"The search had ended by: {plan.stop_reason}. Other versions now: {', '.join(differing) or 'none'}."
        )
    terminal.document({"run_id": run, "is_same": is_same, "stop_reason": plan.stop_reason, "other_versions": differing})
    if not is_same:
        raise typer.Exit(Status.CHECK_FAILED)
