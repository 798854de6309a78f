"""``matcher audit verify`` and ``matcher replay``: whether the log is whole, and whether a run gives the same plan."""

from __future__ import annotations

from json import dumps as to_json
from json import loads as from_json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, DatabaseOption, opened
from matcher.cli.errors import CommandError, Status, shown
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.store import Anchor

audit = typer.Typer(help="The audit log.", no_args_is_help=True, rich_markup_mode=None)


@audit.callback()
def _audit() -> None:
    """Take the options that stand before a command."""


AnchorsOption = Annotated[
    Path | None,
    typer.Option(
        "--anchors", metavar="FILE", help="What 'matcher audit anchor' has noted, kept elsewhere.", show_default=False
    ),
]


@audit.command()
def verify(
    anchors: AnchorsOption = None, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False
) -> None:
    """Recompute the hash of every entry.

    Exit status 6 where an entry was changed, removed or put in, and, with --anchors, where entries are missing at the
    end or the log was written anew since an anchor was noted.
    """
    terminal = Terminal(is_json=json)
    noted = [] if anchors is None else _noted(anchors)
    with opened(database, is_writer=False) as store:
        from matcher.store import broken_entries, last_entry, unmet_anchors

        with store.reading() as session:
            broken, (count, last) = broken_entries(session), last_entry(session)
            broken += unmet_anchors(session, noted)
    terminal.lines(shown(broken))
    if not broken:
        terminal.line(f"The audit log is whole: {count} entries, the last with hash {last}.")
        if anchors is not None:
            terminal.line(f"It meets {len(noted)} anchors.")
    terminal.document(
        {"is_whole": not broken, "entries": count, "last_hash": last, "anchors": len(noted), "broken": broken}
    )
    if broken:
        raise typer.Exit(Status.CHECK_FAILED)


@audit.command()
def anchor(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A line is added to it.", show_default=False)],
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Note number and hash of the last entry in a file, which belongs on another machine or medium.

    Whoever can change the whole database can shorten its log or write it anew; not without contradicting this file.
    """
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import last_entry

        with store.reading() as session:
            (entry, last), at = last_entry(session), session.now
    line = {"entry": entry, "hash": last, "at": at.isoformat(timespec="seconds")}
    with file.open("a", encoding="utf-8") as noted:
        noted.write(to_json(line) + "\n")
    terminal.line(f"Noted: entry {entry} with hash {last}.")
    terminal.document(line)


def _noted(file: Path) -> list[Anchor]:
    from matcher.store import Anchor

    try:
        lines = [from_json(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Anchor(entry=int(line["entry"]), hash=str(line["hash"]), at=str(line["at"])) for line in lines]
    except (OSError, ValueError, KeyError, TypeError):
        raise CommandError(
            f"'{file}' must have the lines that 'matcher audit anchor' writes. Check the name."
        ) from None


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
