"""``matcher db``: the database's schema, what is put into it, backups and copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.extras import require_extra
from matcher.cli.options import JsonOption, ProblemArgument
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.store import Store

db = typer.Typer(help="The database: schema, backups, copies.", no_args_is_help=True, rich_markup_mode=None)

DatabaseOption = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="MATCHER_DATABASE",
        metavar="ADDRESS",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME.",
    ),
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who does it, for the audit log.", show_default=False)
]
BackupArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup: one file.", show_default=False)]
DEFAULT_DATABASE = "sqlite:///matcher.db"


@db.command()
def upgrade(database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """Make the database, or bring it to the schema of this version."""
    terminal = Terminal(is_json=json)
    with opened(database, is_newest=False) as store:
        from matcher.store import upgrade as upgraded

        revision = upgraded(store)
        terminal.line(f"Database {store.address} has schema {revision}.")
        terminal.document({"schema": revision})


@db.command()
def save(
    problem: ProblemArgument, by: ByOption, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False
) -> None:
    """Put a problem into the database: new rows are added, changed ones changed, others stay."""
    from matcher.formats import read_problem

    terminal = Terminal(is_json=json)
    given = read_problem(problem)
    with opened(database) as store:
        from matcher.store import save_problem

        with store.writing() as session:
            counts = save_problem(session, given, by=by, reason="matcher db save")
    terminal.line(f"Saved: {counts['added']} rows added, {counts['changed']} changed.")
    terminal.document(counts)


@db.command()
def backup(file: BackupArgument, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """Write a backup of one moment; others may go on working."""
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import backup as backed_up

        info = backed_up(store, file)
    terminal.line(f"Written: {file} (schema {info.revision}, {info.content_hash})")
    terminal.document({"backup": str(file), "schema": info.revision, "content_hash": info.content_hash})


@db.command()
def restore(file: BackupArgument, database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """Fill an empty database from a backup, and verify it."""
    terminal = Terminal(is_json=json)
    with opened(database, is_newest=False) as store:
        from matcher.store import restore as restored

        info = restored(file, store)
        moment = f"{info.made_at:%Y-%m-%d %H:%M} UTC"
        terminal.line(f"Restored and verified: {store.address} holds what was there on {moment} ({info.content_hash}).")
    terminal.document({"backup": str(file), "made_at": info.made_at.isoformat(), "content_hash": info.content_hash})


@db.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Address of the database to copy.", show_default=False)],
    target: Annotated[str, typer.Argument(metavar="TO", help="Address of an empty one.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Copy a database into an empty one, for example SQLite to PostgreSQL, and compare both."""
    terminal = Terminal(is_json=json)
    with opened(source, is_writer=False) as given, opened(target, is_newest=False) as made:
        from matcher.store import copy_store, upgrade

        upgrade(made)
        digest = copy_store(given, made)
        terminal.line(f"Copied: {made.address} holds what {given.address} holds ({digest}).")
    terminal.document({"content_hash": digest})


def opened(address: str, *, is_writer: bool = True, is_newest: bool = True) -> Store:
    """Return the database at an address, which has the schema of this version unless told otherwise."""
    require_extra("service")
    from matcher.store import Store, require_newest

    store = Store(address, is_writer=is_writer)
    if is_newest:
        try:
            require_newest(store)
        except BaseException:
            store.close()
            raise
    return store
