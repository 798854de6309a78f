"""Sign-ins that are half done: password or link were right, the second factor is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from matcher.store.accounts.accounts import Account, account_of
from matcher.store.accounts.tokens import hash_of, new_secret
from matcher.store.database.session import Session, WritingSession
from matcher.store.tables.accounts import half_sign_ins

HALF_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfSignIn:
    """Somebody who has given one factor.

    Parameters
    ----------
    account : Account
    means : str
        By what, for the log.
    back : str
        Where the person wanted to go.
    """

    account: Account
    means: str
    back: str


def begin_half(session: WritingSession, account_id: int, *, means: str, back: str) -> str:
    """Return the token of a sign-in that is half done."""
    session.change(half_sign_ins.delete().where(half_sign_ins.c.made_at <= session.now - HALF_LASTS))
    token = new_secret()
    session.insert(
        half_sign_ins,
        token_hash=hash_of(token),
        account_id=account_id,
        means=means,
        back=back,
        made_at=session.now,
    )
    return token


def half_of(session: Session, token: str) -> HalfSignIn | None:
    """Return what a token stands for; ``None`` where it has ended or never began, or the account is closed."""
    row = session.first(
        sa.select(half_sign_ins).where(
            half_sign_ins.c.token_hash == hash_of(token), half_sign_ins.c.made_at > session.now - HALF_LASTS
        )
    )
    if row is None:
        return None
    account = account_of(session, row.account_id)
    is_asked = account.is_active and account.second_factor_at is not None
    return HalfSignIn(account=account, means=row.means, back=row.back) if is_asked else None


def end_half(session: WritingSession, token: str) -> bool:
    """Take away what a token stands for, and tell whether it was there: of two who use it at once one has."""
    return session.change(half_sign_ins.delete().where(half_sign_ins.c.token_hash == hash_of(token))) == 1
