"""Sign-ins by the provider that have begun: kept until the answer comes, which each fits once, from one browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from matcher.store.accounts.accounts import (
    LONGEST_NAME,
    Account,
    account_named,
    account_of,
    account_of_subject,
    add_account,
)
from matcher.store.accounts.accounts import change_rights as _change_rights
from matcher.store.accounts.rights import Rights
from matcher.store.accounts.tokens import hash_of
from matcher.store.database.session import WritingSession
from matcher.store.tables.accounts import provider_flows

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What the answer of the provider must fit.

    Parameters
    ----------
    state, nonce, code_verifier : str
        Random texts: the first comes back in the address, the second in the token, the third proves to the provider
        that whoever exchanges the code is who has asked for it.
    back : str
        Where the person wanted to go.
    """

    state: str
    nonce: str
    code_verifier: str
    back: str


def keep_flow(session: WritingSession, flow: Flow, browser: str) -> None:
    """Keep a sign-in that begins now in the browser that has this secret."""
    session.change(provider_flows.delete().where(provider_flows.c.made_at <= session.now - LASTS))
    session.insert(
        provider_flows,
        state_hash=hash_of(flow.state),
        browser_hash=hash_of(browser),
        nonce=flow.nonce,
        code_verifier=flow.code_verifier,
        back=flow.back,
        made_at=session.now,
    )


def take_flow(session: WritingSession, state: str, browser: str) -> Flow | None:
    """Return the sign-in that an answer belongs to, once; ``None`` where it began elsewhere, too long ago or never."""
    own = provider_flows.c.state_hash == hash_of(state)
    row = session.first(sa.select(provider_flows).where(own))
    if row is None or not session.change(provider_flows.delete().where(own)):
        return None
    if row.browser_hash != hash_of(browser) or row.made_at <= session.now - LASTS:
        return None
    return Flow(state=state, nonce=row.nonce, code_verifier=row.code_verifier, back=row.back)


def keep_subject(session: WritingSession, issuer: str, subject: str, name: str, rights: Rights) -> Account:
    """Return the account of somebody whom the provider has named, with the rights that the provider gives.

    A local account of the same name is somebody else's, as far as anybody can tell: the new one's name then carries
    who the person is at the provider.
    """
    found = account_of_subject(session, issuer, subject)
    if found is not None:
        _change_rights(session, found.account_id, rights, by=issuer, reason="the provider's roles")
        return account_of(session, found.account_id)
    shown = "".join(letter for letter in name if letter.isprintable())[: LONGEST_NAME // 2].strip() or subject
    if account_named(session, shown) is not None:
        shown = f"{shown} ({subject})"
    return add_account(session, shown[:LONGEST_NAME], rights, by=issuer, issuer=issuer, subject=subject)
