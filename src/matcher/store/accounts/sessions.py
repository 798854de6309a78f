"""Sessions of people who have signed in, and tokens of other systems: found by the hash of what they bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from matcher.errors import Fault, InvalidInput, UnknownId
from matcher.store.accounts.accounts import Account, account_of
from matcher.store.accounts.rights import Rights, rights_columns, rights_of
from matcher.store.accounts.tokens import TOKEN_PREFIX, hash_of, new_secret
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.tables.accounts import accounts, service_tokens, sessions

LONGEST_TOKEN = timedelta(days=2 * 366)
SEEN_AGAIN = timedelta(minutes=1)  # how exactly a session's last use is kept: not every request writes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session that is open.

    Parameters
    ----------
    account : Account
    is_due : bool
        Whether its last use is to be noted again.
    """

    account: Account
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceToken:
    """What another system bears; the token itself is nowhere.

    Parameters
    ----------
    token_id : int
    name : str
    rights : Rights
    made_by : str
    made_at, expires_at : datetime
    revoked_at : datetime or None
    """

    token_id: int
    name: str
    rights: Rights
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def begin_session(session: WritingSession, account_id: int, *, lasts: timedelta, means: str) -> str:
    """Return the token of a new session.

    Parameters
    ----------
    account_id : int
    lasts : timedelta
        However busy it is, it ends then.
    means : str
        How the person has signed in, for the log.
    """
    account = account_of(session, account_id)
    session.change(sessions.delete().where(sessions.c.expires_at <= session.now))
    token = new_secret()
    session.insert(
        sessions,
        token_hash=hash_of(token),
        account_id=account_id,
        made_at=session.now,
        seen_at=session.now,
        expires_at=session.now + lasts,
    )
    append(session, account.name, "sign_in", "accounts", str(account_id), facts={"means": means})
    return token


def open_session(session: Session, token: str, *, idle: timedelta) -> OpenSession | None:
    """Return the session that a token opens; ``None`` where it has ended, was idle too long or never began."""
    row = session.first(
        sa.select(sessions.c.account_id, sessions.c.seen_at)
        .join(accounts, accounts.c.account_id == sessions.c.account_id)
        .where(
            sessions.c.token_hash == hash_of(token),
            sessions.c.expires_at > session.now,
            sessions.c.seen_at > session.now - idle,
            accounts.c.disabled_at.is_(None),
        )
    )
    if row is None:
        return None
    return OpenSession(account=account_of(session, row.account_id), is_due=row.seen_at <= session.now - SEEN_AGAIN)


def note_use(session: WritingSession, token: str) -> None:
    """Note that a session is used now."""
    session.change(sessions.update().where(sessions.c.token_hash == hash_of(token)).values(seen_at=session.now))


def end_session(session: WritingSession, token: str) -> None:
    """End a session, as its owner asks."""
    own = sessions.c.token_hash == hash_of(token)
    account_id = session.value(sa.select(sessions.c.account_id).where(own))
    if account_id is None:
        return
    session.change(sessions.delete().where(own))
    append(session, account_of(session, account_id).name, "sign_out", "accounts", str(account_id))


def issue_token(session: WritingSession, name: str, rights: Rights, *, lasts: timedelta, by: str) -> str:
    """Return a new token for another system; it is shown once.

    Raises
    ------
    InvalidInput
        Where it has no name, is to last longer than two years, or is not for a system.
    """
    name = " ".join(name.split())
    faults = []
    if not name or not name.isprintable():
        faults.append(_fault("bad_name", "have a name", "Say which system bears it.", "name", name))
    if not timedelta(0) < lasts <= LONGEST_TOKEN:
        remedy = "Choose fewer; a new one can be issued before it ends."
        faults.append(_fault("bad_end", "last 1 to 732 days", remedy, "expires_at", lasts.days))
    if rights.roles != {"service"}:
        faults.append(
            _fault("role_alone", "have the role service alone", "People have accounts.", "roles", sorted(rights.roles))
        )
    if faults:
        raise InvalidInput(faults)
    token = new_secret(TOKEN_PREFIX)
    scopes = {field: value for field, value in rights_columns(rights).items() if field != "roles"}
    token_id = session.insert(
        service_tokens,
        token_hash=hash_of(token),
        name=name,
        **scopes,
        made_by=by,
        made_at=session.now,
        expires_at=session.now + lasts,
    )
    facts = {"name": name, "expires_at": (session.now + lasts).isoformat(), **scopes}
    append(session, by, "issue", "service_tokens", str(token_id), facts=facts)
    return token


def service_token(session: Session, token: str) -> ServiceToken | None:
    """Return what a token stands for; ``None`` where it was revoked, has expired or was never issued."""
    row = session.first(
        sa.select(service_tokens).where(
            service_tokens.c.token_hash == hash_of(token),
            service_tokens.c.revoked_at.is_(None),
            service_tokens.c.expires_at > session.now,
        )
    )
    return None if row is None else _token(row)


def list_tokens(session: Session) -> Sequence[ServiceToken]:
    """Return every token that was issued, revoked ones too."""
    return [_token(row) for row in session.rows(sa.select(service_tokens).order_by(service_tokens.c.token_id))]


def revoke_token(session: WritingSession, token_id: int, *, by: str, reason: str) -> None:
    """Let a token open nothing any more, from the next request on."""
    own = (service_tokens.c.token_id == token_id) & service_tokens.c.revoked_at.is_(None)
    if not session.change(service_tokens.update().where(own).values(revoked_at=session.now)):
        raise UnknownId(
            f"Token '{token_id}' must be there and not be revoked. List the tokens and choose one.",
            entity="service_tokens",
            entity_id=str(token_id),
        )
    append(session, by, "revoke", "service_tokens", str(token_id), reason=reason)


def _token(row: sa.Row[Any]) -> ServiceToken:
    return ServiceToken(
        token_id=row.token_id,
        name=row.name,
        rights=rights_of(row._asdict()),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def _fault(code: str, must: str, remedy: str, field: str, value: object) -> Fault:
    return Fault(code=code, must=must, remedy=remedy, table="service_tokens", field=field, value=value)
