"""Accounts of people: made by an invitation or by the provider, changed and disabled by name, never removed.

An account that is gone from the list could not say any more who has decided what; a disabled one still does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matcher.errors import Conflict, Fault, InvalidInput, UnknownId
from matcher.store.accounts.rights import Rights, rights_columns, rights_of
from matcher.store.accounts.tokens import hash_of
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.tables.accounts import accounts, half_sign_ins, second_factors, sessions

LONGEST_NAME = 100
_WITH_FACTOR = sa.select(accounts, second_factors.c.confirmed_at.label("second_factor_at")).outerjoin(
    second_factors, second_factors.c.account_id == accounts.c.account_id
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in.

    Parameters
    ----------
    account_id : int
    name : str
        As the logs have it.
    rights : Rights
    password_hash : str or None
        ``None`` for whom only the provider may sign in.
    issuer, subject : str or None
        Who the person is at the provider.
    made_at : datetime
    disabled_at : datetime or None
    second_factor_at : datetime or None
        Since when the account has a second factor of its own.
    version : int
        Counts changes.
    """

    account_id: int
    name: str
    rights: Rights
    password_hash: str | None
    issuer: str | None
    subject: str | None
    made_at: datetime
    disabled_at: datetime | None
    second_factor_at: datetime | None
    version: int

    @property
    def is_active(self) -> bool:
        """Tell whether the person may sign in."""
        return self.disabled_at is None


def name_key(name: str) -> str:
    """Return a name as it is looked up: without capitals, compositions and outer spaces."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def add_account(
    session: WritingSession,
    name: str,
    rights: Rights,
    *,
    by: str,
    password_hash: str | None = None,
    issuer: str | None = None,
    subject: str | None = None,
) -> Account:
    """Make an account.

    Raises
    ------
    InvalidInput
        Where the name is empty, too long or cannot be printed, or it or the subject has a personal number.
    Conflict
        Where somebody has that name already (``name_taken``).
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        must = f"have a name of 1 to {LONGEST_NAME} letters that can be printed"
        raise InvalidInput(
            [Fault(code="bad_name", must=must, remedy="Choose another.", table="accounts", field="name", value=name)]
        )
    require_no_personal_number("accounts", name=name, subject=subject)
    if account_named(session, name) is not None:
        raise Conflict(
            f"Account {name!r} must have a name that nobody else has. Choose another.",
            code="name_taken",
            entity="accounts",
            entity_id=name,
        )
    account_id = session.insert(
        accounts,
        name=name,
        name_key=name_key(name),
        **rights_columns(rights),
        password_hash=password_hash,
        issuer=issuer,
        subject=subject,
        made_by=by,
        made_at=session.now,
        version=1,
    )
    append(session, by, "add", "accounts", str(account_id), facts=_rights_facts(rights))
    return account_of(session, account_id)


def account_of(session: Session, account_id: int) -> Account:
    """Return an account; raises `UnknownId` where there is none of that number."""
    found = _first(session, accounts.c.account_id == account_id)
    if found is None:
        raise UnknownId(
            f"Account '{account_id}' must be there. List the accounts and choose one.",
            entity="accounts",
            entity_id=str(account_id),
        )
    return found


def account_named(session: Session, name: str) -> Account | None:
    """Return the account with a name, however it is capitalised, if there is one."""
    return _first(session, accounts.c.name_key == name_key(name))


def account_of_subject(session: Session, issuer: str, subject: str) -> Account | None:
    """Return the account of somebody whom the provider knows, if there is one."""
    return _first(session, (accounts.c.issuer == issuer) & (accounts.c.subject == subject))


def list_accounts(session: Session) -> Sequence[Account]:
    """Return every account in the order in which they were made."""
    return [_account(row) for row in session.rows(_WITH_FACTOR.order_by(accounts.c.account_id))]


def change_rights(session: WritingSession, account_id: int, rights: Rights, *, by: str, reason: str) -> None:
    """Give a person other rights; whoever is signed in has them from the next request on.

    Raises
    ------
    Conflict
        Where the last administrator would be none any more (``last_administrator``).
    """
    before = account_of(session, account_id)
    if before.rights == rights:
        return
    if "administrator" not in rights.roles:
        _require_another_administrator(session, before)
    _change(session, account_id, **rights_columns(rights))
    append(session, by, "change", "accounts", str(account_id), reason=reason, facts=_rights_facts(rights))


def set_password(session: WritingSession, account_id: int, password_hash: str, *, by: str) -> None:
    """Give an account a new password; every session that has begun with the old one ends."""
    account_of(session, account_id)
    _change(session, account_id, password_hash=password_hash)
    end_sessions(session, account_id)
    append(session, by, "set_password", "accounts", str(account_id))


def renew_password_hash(session: WritingSession, account_id: int, password_hash: str) -> None:
    """Keep the same password under a stronger hash; nothing that anybody does or sees has changed."""
    session.change(accounts.update().where(accounts.c.account_id == account_id).values(password_hash=password_hash))


def disable(session: WritingSession, account_id: int, *, by: str, reason: str) -> None:
    """Let nobody use an account any more, from the next request on; its name stays in the logs.

    Raises
    ------
    Conflict
        Where it is the last administrator's (``last_administrator``): nobody could invite anybody again.
    """
    account = account_of(session, account_id)
    if not account.is_active:
        return
    _require_another_administrator(session, account)
    _change(session, account_id, disabled_at=session.now)
    end_sessions(session, account_id)
    append(session, by, "disable", "accounts", str(account_id), reason=reason)


def enable(session: WritingSession, account_id: int, *, by: str, reason: str) -> None:
    """Let a disabled account be used again."""
    if account_of(session, account_id).is_active:
        return
    _change(session, account_id, disabled_at=None)
    append(session, by, "enable", "accounts", str(account_id), reason=reason)


def end_sessions(session: WritingSession, account_id: int, *, by: str | None = None, but: str | None = None) -> None:
    """End every session of an account, those half begun too; logged where somebody has asked for it.

    Parameters
    ----------
    account_id : int
    by : str, optional
        Who has asked.
    but : str, optional
        Token of a session that goes on.
    """
    own = sessions.c.account_id == account_id
    kept = None if but is None else hash_of(but)
    ended = session.change(sessions.delete().where(own if kept is None else own & (sessions.c.token_hash != kept)))
    session.change(half_sign_ins.delete().where(half_sign_ins.c.account_id == account_id))
    if by is not None:
        append(session, by, "sign_out", "accounts", str(account_id), facts={"sessions": ended})


def _change(session: WritingSession, account_id: int, **values: Any) -> None:
    own = accounts.c.account_id == account_id
    session.change(accounts.update().where(own).values(**values, version=accounts.c.version + 1))


def _require_another_administrator(session: Session, account: Account) -> None:
    active = [each.account_id for each in list_accounts(session) if each.is_active and _is_administrator(each)]
    if active == [account.account_id]:
        raise Conflict(
            f"Account {account.name!r} must not be the last administrator's. Invite another administrator first.",
            code="last_administrator",
            entity="accounts",
            entity_id=str(account.account_id),
        )


def _is_administrator(account: Account) -> bool:
    return "administrator" in account.rights.roles


def _first(session: Session, condition: sa.ColumnElement[bool]) -> Account | None:
    row = session.first(_WITH_FACTOR.where(condition))
    return None if row is None else _account(row)


def _account(row: sa.Row[Any]) -> Account:
    return Account(
        account_id=row.account_id,
        name=row.name,
        rights=rights_of(row._asdict()),
        password_hash=row.password_hash,
        issuer=row.issuer,
        subject=row.subject,
        made_at=row.made_at,
        disabled_at=row.disabled_at,
        second_factor_at=row.second_factor_at,
        version=row.version,
    )


def _rights_facts(rights: Rights) -> dict[str, Any]:
    return {name: value for name, value in rights_columns(rights).items() if value is not None}
