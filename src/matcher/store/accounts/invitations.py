"""Invitations: links that work once, by which people choose a name and a password of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.store.accounts.accounts import Account, account_of, add_account, set_password
from matcher.store.accounts.rights import Rights, rights_columns, rights_of
from matcher.store.accounts.tokens import hash_of, new_secret
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.tables.accounts import accounts, invitations

LASTS = timedelta(days=3)
OF_FIRST_START = "first start"  # who invites where nobody is there yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that has not been used.

    Parameters
    ----------
    invitation_id : int
    rights : Rights
        Of the account that it makes.
    account : Account or None
        Whose password it resets; ``None`` where it makes an account.
    """

    invitation_id: int
    rights: Rights
    account: Account | None


def invite(session: WritingSession, rights: Rights, *, by: str, lasts: timedelta = LASTS) -> str:
    """Return the code of a link by which somebody makes an account with these rights."""
    return _new(session, rights, None, by, lasts)


def reset(session: WritingSession, account_id: int, *, by: str, lasts: timedelta = LASTS) -> str:
    """Return the code of a link by which a person chooses a new password; the old one works until then."""
    return _new(session, account_of(session, account_id).rights, account_id, by, lasts)


def first_invitation(session: WritingSession, rights: Rights) -> str | None:
    """Return the code of the link for the first administrator; ``None`` where there is any account.

    Links of earlier starts that nobody has used do not work any more.
    """
    if session.first(sa.select(accounts.c.account_id).limit(1)) is not None:
        return None
    session.change(invitations.delete().where(invitations.c.used_at.is_(None)))
    return invite(session, rights, by=OF_FIRST_START)


def invitation_of(session: Session, code: str) -> Invitation:
    """Return what a link is for; raises `UnknownId` where it was used, has expired or was never given out."""
    row = session.first(
        sa.select(invitations).where(
            invitations.c.code_hash == hash_of(code),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > session.now,
        )
    )
    account = None if row is None or row.account_id is None else account_of(session, row.account_id)
    if row is None or (account is not None and not account.is_active):
        raise UnknownId(
            "The link must be one that has not been used and has not expired. Ask for a new one.",
            entity="invitations",
            entity_id="",
        )
    return Invitation(invitation_id=row.invitation_id, rights=rights_of(row._asdict()), account=account)


def redeem(session: WritingSession, code: str, *, name: str | None, password_hash: str) -> Account:
    """Make the account, or give it its new password; the link works no more.

    Raises
    ------
    UnknownId
        As `invitation_of`.
    InvalidInput, Conflict
        As `add_account`; the link can be used again then.
    """
    found = invitation_of(session, code)
    is_open = (invitations.c.invitation_id == found.invitation_id) & invitations.c.used_at.is_(None)
    if not session.change(invitations.update().where(is_open).values(used_at=session.now)):
        return redeem(session, code, name=name, password_hash=password_hash)  # somebody was quicker: say so
    if found.account is not None:
        set_password(session, found.account.account_id, password_hash, by=found.account.name)
        return account_of(session, found.account.account_id)
    name = name or ""
    return add_account(session, name, found.rights, by=" ".join(name.split()), password_hash=password_hash)


def _new(session: WritingSession, rights: Rights, account_id: int | None, by: str, lasts: timedelta) -> str:
    code = new_secret()
    values: dict[str, Any] = {"account_id": account_id, "made_by": by, "made_at": session.now}
    number = session.insert(
        invitations,
        code_hash=hash_of(code),
        **rights_columns(rights),
        **values,
        expires_at=session.now + lasts,
    )
    facts = {"invitation": number, **{name: value for name, value in rights_columns(rights).items() if value}}
    append(session, by, "invite" if account_id is None else "reset", "accounts", _text(account_id), facts=facts)
    return code


def _text(account_id: int | None) -> str | None:
    return None if account_id is None else str(account_id)
