"""Signs clients in: with any roles, limited to units or contracts or not, as a browser or as another system."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Any

from starlette.testclient import TestClient

from matcher.store import Rights, Role, Store, account_named, add_account, begin_session, issue_token
from matcher_api.auth.forms import HEADER, _token

_NUMBER = count(1)


def rights(*roles: Role, units: Iterable[str] | None = None, contracts: Iterable[str] | None = None) -> Rights:
    """Return rights; a supplier's contact is limited to no contract at all unless told otherwise."""
    if "supplier" in roles and contracts is None:
        contracts = ()
    return Rights(
        roles=frozenset(roles),
        units=None if units is None else frozenset(units),
        contracts=None if contracts is None else frozenset(contracts),
    )


def sign_in(client: TestClient, *roles: Role, name: str | None = None, **scopes: Any) -> TestClient:
    """Let a client be signed in as a person from now on; its forms carry their token by themselves.

    Parameters
    ----------
    client : TestClient
        Of an application from `create_app`.
    *roles : str
    name : str, optional
        Of the account; a new one each time unless given.
    **scopes
        ``units`` and ``contracts``.
    """
    store: Store = client.app.state.store  # type: ignore[attr-defined]
    name = name or f"Test Person {next(_NUMBER)}"
    with store.writing() as session:
        account = account_named(session, name) or add_account(session, name, rights(*roles, **scopes), by="tests")
        token = begin_session(session, account.account_id, lasts=timedelta(hours=12), means="tests")
    sign_out(client)
    client.cookies.set("matcher-session", token)
    client.headers[HEADER] = _token(token)
    return client


def bear_token(client: TestClient, **scopes: Any) -> TestClient:
    """Let a client be another system with a token from now on."""
    store: Store = client.app.state.store  # type: ignore[attr-defined]
    with store.writing() as session:
        token = issue_token(session, "test system", rights("service", **scopes), lasts=timedelta(hours=1), by="tests")
    sign_out(client)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def sign_out(client: TestClient) -> TestClient:
    """Let a client be nobody."""
    client.cookies.clear()
    for header in (HEADER, "Authorization"):
        client.headers.pop(header, None)
    return client
