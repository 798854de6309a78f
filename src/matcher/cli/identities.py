"""``matcher identities``: the vault of who pseudonyms are. It takes in many at once and shows one at a time."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.db import DEFAULT_DATABASE, ByOption, DatabaseOption, opened
from matcher.cli.errors import CommandError
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.store import MasterKeys

identities = typer.Typer(
    help="The vault of identities: who a pseudonym is.", no_args_is_help=True, rich_markup_mode=None
)

KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        envvar="MATCHER_IDENTITY_KEY_FILE",
        metavar="FILE",
        help="Keys, as 'make-key' writes them; or the variable MATCHER_IDENTITY_KEYS.",
        show_default=False,
    ),
]
NeededKeyFile = Annotated[
    Path,
    typer.Argument(
        envvar="MATCHER_IDENTITY_KEY_FILE",
        metavar="FILE",
        help="Keys; its owner alone may read it, and no backup of the database holds it.",
        show_default=False,
    ),
]
CandidateArgument = Annotated[str, typer.Argument(metavar="ID", help="The pseudonym.", show_default=False)]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit log.", show_default=False)
]


@identities.command("make-key")
def make_key(file: NeededKeyFile, json: JsonOption = False) -> None:
    """Add a new key to a file, made where it is not there; from then on identities are kept under that key."""
    require_service()
    from matcher.store import make_key as made

    terminal = Terminal(is_json=json)
    key_id = made(file, date.today())
    terminal.line(f"Key {key_id} is in '{file}'. Keep a copy of the file apart from every backup of the database.")
    terminal.document({"key": key_id})


@identities.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, or a workbook with a sheet 'identities'.", show_default=False)
    ],
    by: ByOption,
    reason: ReasonOption,
    key_file: KeyFileOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Put identities into the vault: candidate_id and name, and perhaps phone, email, address and reference.

    All of them, or none where one has a fault. No command writes them out again.
    """
    terminal = Terminal(is_json=json)
    keys = keys_at_hand(key_file)
    from matcher.formats.identities import read_identities

    given = read_identities(file)
    with opened(database) as store:
        from matcher.store import save_identities

        with store.writing() as session:
            count = save_identities(session, keys, given, by=by, reason=reason)
    terminal.line(f"In the vault: {count} identities.")
    terminal.document({"saved": count})


@identities.command()
def show(
    candidate: CandidateArgument,
    by: ByOption,
    reason: ReasonOption,
    key_file: KeyFileOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Show who one pseudonym is; the look stands in the audit log."""
    terminal = Terminal(is_json=json)
    keys = keys_at_hand(key_file)
    with opened(database) as store:
        from matcher.store import look_at

        with store.writing() as session:
            found = look_at(session, keys, candidate, by=by, reason=reason)
    if found is None:
        raise CommandError(f"Nothing is known of who {candidate!r} is.", code="unknown_identity")
    known = {name: getattr(found, name) for name in found.__slots__ if getattr(found, name) is not None}
    terminal.lines(f"{name}: {value}" for name, value in known.items())
    terminal.document(known)


@identities.command()
def rotate(
    file: NeededKeyFile,
    by: ByOption,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget",
            help="Remove the older keys from the file: older backups tell no identity then, nor that of the erased.",
        ),
    ] = False,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Make a new key and wrap everybody's own key by it."""
    terminal = Terminal(is_json=json)
    with opened(database) as store:
        from matcher.store import forget_keys, keys_of_file, num_by_key, wrap_anew
        from matcher.store import make_key as made

        key_id = made(file, date.today())
        with store.writing() as session:
            count = wrap_anew(session, keys_of_file(file), by=by)
        with store.reading() as session:
            left = sorted(num_by_key(session).keys() - {key_id})
        gone = forget_keys(file, key_id) if forget and not left else []
    terminal.line(f"Key {key_id} wraps {count} people's keys.")
    if gone:
        terminal.line(f"Forgotten: {', '.join(gone)}. Older backups tell nobody's identity any more.")
    terminal.document({"key": key_id, "wrapped": count, "forgotten": gone})


def keys_at_hand(key_file: Path | None) -> MasterKeys:
    """Return the keys of a file, or of the environment.

    Raises
    ------
    CommandError
        Where neither says anything of them.
    """
    require_service()
    from matcher.store import keys_from, keys_of_file

    found = keys_from(os.environ) if key_file is None else keys_of_file(key_file)
    if found is None:
        raise CommandError("The keys of the vault are needed: --key-file FILE. Make one: matcher identities make-key.")
    return found


def require_service() -> None:
    """Raise where the libraries of the database and the vault are not installed."""
    try:
        import matcher.store  # noqa: F401 (whether it can be loaded at all)
    except ModuleNotFoundError as error:
        raise CommandError(
            f"A database needs more to be installed ({error.name} is missing): pip install 'matcher[service]'."
        ) from None
