"""``matcher accounts``: who may sign in, and which other systems may ask; the pages for administrators do the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from matcher.cli.db import DEFAULT_DATABASE, ByOption, DatabaseOption, opened
from matcher.cli.errors import CommandError
from matcher.cli.options import JsonOption
from matcher.cli.terminal import Terminal

if TYPE_CHECKING:
    from matcher.store import Account, Rights, Role, Session

accounts = typer.Typer(help="Who may sign in, and with which rights.", no_args_is_help=True, rich_markup_mode=None)

RoleOption = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="ROLE",
        help="matcher, planner, supplier, auditor or administrator; may be given several times.",
        show_default=False,
    ),
]
UnitOption = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="UNIT", help="Sees the candidates of this unit alone.", show_default=False),
]
ContractOption = Annotated[
    list[str] | None,
    typer.Option("--contract", metavar="ID", help="Sees the vacancies of this contract alone.", show_default=False),
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit log.", show_default=False)
]
AddressOption = Annotated[
    str,
    typer.Option(
        "--address",
        envvar="MATCHER_PUBLIC_ADDRESS",
        metavar="ADDRESS",
        help="Where people reach the service, for the link.",
    ),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Of the account.", show_default=False)]
DEFAULT_SERVICE = "http://127.0.0.1:8000"


@accounts.command()
def invite(
    role: RoleOption,
    by: ByOption,
    unit: UnitOption = None,
    contract: ContractOption = None,
    address: AddressOption = DEFAULT_SERVICE,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Print a link by which somebody makes an account; it works once, for three days."""
    with opened(database) as store:
        from matcher.store import invite as invited

        with store.writing() as session:
            code = invited(session, _rights(role, unit, contract), by=by)
    _print_link(Terminal(is_json=json), address, code)


@accounts.command()
def reset(
    name: NameArgument,
    by: ByOption,
    address: AddressOption = DEFAULT_SERVICE,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Print a link by which a person chooses a new password; it works once, for three days."""
    with opened(database) as store:
        from matcher.store import reset as renewed

        with store.writing() as session:
            account = _named(session, name)
            if not account.is_active:
                sentence = (
                    f"Account {account.name!r} must not be disabled. Let it be used first: matcher accounts enable."
                )
                raise CommandError(sentence, code="disabled_account")
            code = renewed(session, account.account_id, by=by)
    _print_link(Terminal(is_json=json), address, code)


@accounts.command("remove-second-factor")
def remove_second_factor(
    name: NameArgument,
    by: ByOption,
    reason: ReasonOption,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Take the second factor from somebody who has lost it, once it is sure who asks; the password stays."""
    with opened(database) as store:
        from matcher.store import remove_second_factor as removed

        with store.writing() as session:
            is_gone = removed(session, _named(session, name).account_id, by=by, reason=reason)
    Terminal().line(f"Removed: the second factor of {name}" if is_gone else f"There is none: {name}")


@accounts.command()
def change(
    name: NameArgument,
    role: RoleOption,
    by: ByOption,
    reason: ReasonOption,
    unit: UnitOption = None,
    contract: ContractOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Give a person these rights instead of the present ones, from the next request on."""
    with opened(database) as store:
        from matcher.store import change_rights

        with store.writing() as session:
            change_rights(
                session, _named(session, name).account_id, _rights(role, unit, contract), by=by, reason=reason
            )
    Terminal().line(f"Changed: {name}")


@accounts.command("list")
def list_(database: DatabaseOption = DEFAULT_DATABASE, json: JsonOption = False) -> None:
    """List accounts and the tokens of other systems, disabled and revoked ones too."""
    terminal = Terminal(is_json=json)
    with opened(database, is_writer=False) as store:
        from matcher.store import list_accounts, list_tokens

        with store.reading() as session:
            people, systems = list_accounts(session), list_tokens(session)
    for account in people:
        ended = f", disabled {account.disabled_at:%Y-%m-%d}" if account.disabled_at else ""
        factor = ", second factor" if account.second_factor_at else ""
        terminal.line(f"{account.name}: {_rights_text(account.rights)}{factor}{ended}")
    for token in systems:
        state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
        terminal.line(f"token {token.token_id} of {token.name}: {_rights_text(token.rights)}, {state}")
    terminal.document(
        {
            "accounts": [
                {
                    "name": each.name,
                    **_document(each.rights),
                    "has_second_factor": each.second_factor_at is not None,
                    "is_active": each.is_active,
                }
                for each in people
            ],
            "tokens": [
                {
                    "token_id": each.token_id,
                    "name": each.name,
                    **_document(each.rights),
                    "expires_at": each.expires_at.isoformat(),
                    "is_revoked": each.revoked_at is not None,
                }
                for each in systems
            ],
        }
    )


@accounts.command()
def disable(
    name: NameArgument,
    by: ByOption,
    reason: ReasonOption,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Let nobody use an account any more, from the next request on."""
    with opened(database) as store:
        from matcher.store import disable as disabled

        with store.writing() as session:
            disabled(session, _named(session, name).account_id, by=by, reason=reason)
    Terminal().line(f"Disabled: {name}")


@accounts.command()
def enable(
    name: NameArgument,
    by: ByOption,
    reason: ReasonOption,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Let a disabled account be used again."""
    with opened(database) as store:
        from matcher.store import enable as enabled

        with store.writing() as session:
            enabled(session, _named(session, name).account_id, by=by, reason=reason)
    Terminal().line(f"Enabled: {name}")


@accounts.command("issue-token")
def issue_token(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the system that bears it.", show_default=False)],
    by: ByOption,
    days: Annotated[int, typer.Option("--days", min=1, max=732, help="How long it works.")] = 365,
    unit: UnitOption = None,
    contract: ContractOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
    json: JsonOption = False,
) -> None:
    """Print a token for another system; it is shown this once."""
    terminal = Terminal(is_json=json)
    with opened(database) as store:
        from matcher.store import issue_token as issued

        with store.writing() as session:
            token = issued(session, name, _rights(["service"], unit, contract), lasts=timedelta(days=days), by=by)
    terminal.line(token)
    terminal.document({"token": token})


@accounts.command("revoke-token")
def revoke_token(
    token_id: Annotated[int, typer.Argument(metavar="NUMBER", help="As listed.", min=1, show_default=False)],
    by: ByOption,
    reason: ReasonOption,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Let a token open nothing any more, from the next request on."""
    with opened(database) as store:
        from matcher.store import revoke_token as revoked

        with store.writing() as session:
            revoked(session, token_id, by=by, reason=reason)
    Terminal().line(f"Revoked: token {token_id}")


def _rights(roles: list[str], units: list[str] | None, contracts: list[str] | None) -> Rights:
    from matcher.store import Rights

    return Rights(
        roles=cast("frozenset[Role]", frozenset(roles)),
        units=frozenset(units) if units else None,
        contracts=frozenset(contracts) if contracts else None,
    )


def _named(session: Session, name: str) -> Account:
    from matcher.store import account_named

    found = account_named(session, name)
    if found is None:
        raise CommandError(f"Account {name!r} must be there. See: matcher accounts list.", code="unknown_account")
    return found


def _print_link(terminal: Terminal, address: str, code: str) -> None:
    link = f"{address.rstrip('/')}/invitation?code={code}"
    terminal.line(link)
    terminal.document({"link": link})


def _document(rights: Rights) -> dict[str, Any]:
    scopes = {"units": rights.units, "contracts": rights.contracts}
    return {"roles": sorted(rights.roles)} | {
        name: None if values is None else sorted(values) for name, values in scopes.items()
    }


def _rights_text(rights: Rights) -> str:
    text = ", ".join(sorted(rights.roles))
    for name, values in (("units", rights.units), ("contracts", rights.contracts)):
        if values is not None:
            text += f"; {name} {', '.join(sorted(values)) or 'none'}"
    return text
