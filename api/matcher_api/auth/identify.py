"""From a cookie or a header to who it is; whoever shows what opens nothing is nobody."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from fastapi import Request

from matcher.errors import StoreFailure
from matcher.store import (
    TOKEN_PREFIX,
    Store,
    account_of_subject,
    failed,
    note_use,
    open_session,
    service_token,
    try_once,
)
from matcher_api.auth.actor import Actor
from matcher_api.auth.claims import NoRights, name_of_claims, rights_of_claims
from matcher_api.auth.cookies import cookie_of
from matcher_api.auth.provider import Provider, ProviderFailure
from matcher_api.settings import Settings

# Wrong tokens from one address that are logged one by one, before it is enough that they are refused.
LOGGED_TOKENS = 30


class Identify:
    """Finds out who asks.

    Parameters
    ----------
    store : Store
    settings : Settings
    provider : Provider or None
        Whose access tokens are believed.
    """

    def __init__(self, store: Store, settings: Settings, provider: Provider | None = None) -> None:
        self._store, self._settings, self._provider = store, settings, provider
        self._idle = timedelta(minutes=settings.session_idle_minutes)

    def of(self, request: Request) -> Actor | None:
        """Return who has sent a request. A header counts more than a cookie: it was set on purpose."""
        header = request.headers.get("authorization")
        if header is None:
            token = cookie_of(request, "session")
            return None if token is None else self._by_session(token)
        scheme, _, token = header.partition(" ")
        actor = self._by_token(token.strip()) if scheme.lower() == "bearer" else None
        if actor is None:
            self._note_wrong_token(place_of(request))
        return actor

    def _by_session(self, token: str) -> Actor | None:
        with self._store.reading() as session:
            found = open_session(session, token, idle=self._idle)
        if found is None:
            return None
        if found.is_due:
            # Where a full disk takes no note, reading goes on: the next request tries again, and idle time runs on.
            with suppress(StoreFailure), self._store.writing() as session:
                note_use(session, token)
        account = found.account
        is_bare = account.password_hash is not None and account.second_factor_at is None
        return Actor(
            name=account.name,
            rights=account.rights,
            account_id=account.account_id,
            is_in_browser=True,
            lacks_second_factor=is_bare and self._settings.needs_second_factor(account.rights),
        )

    def _by_token(self, token: str) -> Actor | None:
        if not token.startswith(TOKEN_PREFIX):
            return None if self._provider is None else self._by_access_token(self._provider, token)
        with self._store.reading() as session:
            found = service_token(session, token)
        if found is None:
            return None
        return Actor(name=found.name, rights=found.rights, account_id=None, is_in_browser=False)

    def _by_access_token(self, provider: Provider, token: str) -> Actor | None:
        try:
            claims = provider.claims_of_access_token(token)
            rights = rights_of_claims(claims, self._settings, is_person=False)
        except (ProviderFailure, NoRights):
            return None
        with self._store.reading() as session:
            account = account_of_subject(session, provider.issuer, claims["sub"])
        if account is None:
            return Actor(name=name_of_claims(claims), rights=rights, account_id=None, is_in_browser=False)
        if not account.is_active:
            return None
        return Actor(name=account.name, rights=rights, account_id=account.account_id, is_in_browser=False)

    def _note_wrong_token(self, place: str) -> None:
        with self._store.writing() as session:
            if try_once(session, {f"token|{place}": LOGGED_TOKENS}) == 0:
                failed(session, None, "wrong token")


def place_of(request: Request) -> str:
    """Return the address that a request comes from; behind a proxy uvicorn has read it from the proxy's header."""
    return request.client.host if request.client else "unknown"
