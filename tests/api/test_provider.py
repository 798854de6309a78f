"""Sign-in by a provider that runs on this machine, and every token that must not be believed."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPErrorProcessor, build_opener

import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import ValidationError
from starlette.testclient import TestClient

from matcher.store import Store, account_named, add_account, disable, list_accounts
from matcher.store.tables.trust import audit_log
from matcher_api import Settings, create_app
from tests.api.conftest import Nothing
from tests.api.provider import AUDIENCE, CLIENT_ID, CLIENT_SECRET, Provider, provider_running
from tests.api.signing import rights, sign_out

HTML = {"Accept": "text/html"}
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider_running() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """Return the provider as it was at its start."""
    running.person = {"sub": "7", "name": "Åsa Lind", "roles": ["Matchare", "unknown here"]}
    running.spoil = None
    return running


def settings(provider: Provider, **more: Any) -> Settings:
    return Settings(
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_audience=AUDIENCE,
        oidc_roles={"Matchare": "matcher", "Planerare": "planner", "Leverantör": "supplier", "System": "service"},
        **more,
    )


@pytest.fixture
def browser(provider: Provider, own_store: Store) -> Iterator[TestClient]:
    app = create_app(settings(provider), Nothing(), own_store)
    with TestClient(app, headers=HTML, follow_redirects=False) as client:
        yield client


class NoRedirects(HTTPErrorProcessor):
    """Hands out redirects as they are."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response


def at_provider(address: str) -> str:
    """Sign in at the provider, in the real browser's place, and return where it leads back to."""
    with build_opener(NoRedirects).open(address, timeout=10) as answer:
        return str(answer.headers["location"])


def sign_in(browser: TestClient, back: str = "") -> Any:
    """Go the whole way and return the last answer."""
    begun = browser.get("/sign-in/provider", params={"back": back})
    assert begun.status_code == 303
    return browser.get(at_provider(begun.headers["location"]))


def test_somebody_whom_the_provider_names_comes_in_with_its_roles(browser: TestClient, provider: Provider) -> None:
    """From the page that was asked for to the provider and back to it; a second time it is the same account."""
    assert 'href="/sign-in/provider?back=%2Fvacancies"' in browser.get("/sign-in?back=/vacancies").text
    answer = sign_in(browser, "/vacancies")
    assert (answer.status_code, answer.headers["location"]) == (303, "/vacancies")
    assert "Åsa Lind" in browser.get("/vacancies").text
    assert browser.get("/v1/solve", headers=HTML).status_code == 405
    provider.person["roles"] = ["Planerare"]
    browser.cookies.clear()
    assert sign_in(browser).headers["location"] == "/"
    with browser.app.state.store.reading() as session:  # type: ignore[attr-defined]
        (account,) = list_accounts(session)
    assert (account.name, account.subject, account.rights) == ("Åsa Lind", "7", rights("planner"))


def test_the_question_carries_what_the_answer_is_held_against(browser: TestClient, provider: Provider) -> None:
    """State, nonce and challenge are new each time, and the address to return to is the public one where it is set."""
    seen = []
    for _ in range(2):
        sign_in(browser)
        asked = provider.asked
        seen += [asked["state"], asked["nonce"], asked["code_challenge"]]
        assert asked["redirect_uri"] == "http://testserver/sign-in/answer"
        assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert len(set(seen)) == 6


def test_behind_a_proxy_the_provider_sends_back_to_the_public_address(provider: Provider, own_store: Store) -> None:
    """A header that the browser sends does not say where codes go."""
    app = create_app(settings(provider, public_address="https://matcher.example"), Nothing(), own_store)
    with TestClient(app, follow_redirects=False) as client:
        begun = client.get("/sign-in/provider", headers={"Host": "evil.example"})
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    assert query["redirect_uri"] == ["https://matcher.example/sign-in/answer"]


def test_an_answer_fits_once_and_in_its_own_browser(browser: TestClient, provider: Provider) -> None:
    """Played again, planted in another browser, with another state or from another issuer it lets nobody in."""
    begun = browser.get("/sign-in/provider").headers["location"]
    answer = at_provider(begun)
    with TestClient(browser.app, headers=HTML, follow_redirects=False) as other:
        other.get("/sign-in")
        assert other.get(answer).status_code == 403
    assert browser.get(answer).status_code == 403  # it has been tried, and is used up
    answer = at_provider(browser.get("/sign-in/provider").headers["location"])
    assert browser.get(answer).status_code == 303
    assert browser.get(answer).status_code == 403
    for spoilt in ({"state": "x"}, {"iss": "https://else.example"}, {"code": "x"}, {"code": ""}):
        begun = browser.get("/sign-in/provider").headers["location"]
        parts = urlsplit(at_provider(begun))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert browser.get(parts.path, params={**query, **spoilt}).status_code == 403, spoilt
    assert browser.get("/sign-in/answer?error=access_denied").status_code == 403


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = ({"alg": "none", **header}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def change(**values: Any) -> Any:
    """Return what spoils a token's claims; ``None`` takes a claim away."""

    def spoil(header: dict[str, Any], claims: dict[str, Any]) -> None:
        claims.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del claims[name]

    return spoil


def with_public_key_as_secret(provider: Provider) -> Any:
    def spoil(header: dict[str, Any], claims: dict[str, Any]) -> str:
        signed = unsigned({**header, "alg": "HS256"}, claims).rstrip(".")
        digest = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    return spoil


SPOILT = {
    "no algorithm": lambda _: lambda header, claims: unsigned({**header, "alg": "none"}, claims),
    "a key that is no secret": with_public_key_as_secret,
    "another's key": lambda _: lambda header, claims: jwt.encode(header, claims, OTHER_KEY),
    "another issuer": lambda _: change(iss="https://else.example"),
    "no issuer": lambda _: change(iss=None),
    "another audience": lambda _: change(aud="another"),
    "no audience": lambda _: change(aud=None),
    "several audiences": lambda _: change(aud=[CLIENT_ID, AUDIENCE, "another"], azp="another"),
    "expired": lambda _: change(exp=int(time.time()) - 3600),
    "never expires": lambda _: change(exp=None),
    "not yet": lambda _: change(nbf=int(time.time()) + 3600),
    "made in the future": lambda _: change(iat=int(time.time()) + 3600),
    "another nonce": lambda _: change(nonce="x"),
    "no nonce": lambda _: change(nonce=None),
    "nobody": lambda _: change(sub=""),
    "a number": lambda _: change(sub=7),
    "another type": lambda _: lambda header, claims: header.update(typ="logout+jwt"),
    "no token": lambda _: lambda header, claims: "x.y.z",
}


@pytest.mark.parametrize("how", SPOILT)
def test_no_spoilt_id_token_lets_anybody_in(
    browser: TestClient, provider: Provider, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is wrong with it: no session, no account, and an entry in the log."""
    provider.spoil = SPOILT[how](provider)
    assert sign_in(browser).status_code == 403
    assert re.search("token refused|made for|a token of type|nobody's token", caplog.text)  # it was looked at
    assert browser.get("/plan").headers["location"] == "/sign-in?back=%2Fplan"
    with browser.app.state.store.reading() as session:  # type: ignore[attr-defined]
        assert list_accounts(session) == []
        last = session.rows(sa.select(audit_log))[-1]
    assert (last.action, json.loads(last.facts)) == ("sign_in_failed", {"why": "provider's answer refused"})


def bearing(browser: TestClient, token: str) -> Any:
    """Ask for a plan of nothing with a token."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "application/json"}
    return browser.post("/v1/solve", content='{"version": 1}', headers=headers)


FOR_SESSIONS_ALONE = {"another nonce", "no nonce", "several audiences"}


def test_an_access_token_opens_the_api_with_its_roles(browser: TestClient, provider: Provider) -> None:
    """A system that the provider knows needs no account here; a person's roles count as on pages."""
    provider.person = {"sub": "case-system", "roles": ["System"]}
    assert bearing(browser, provider.token(aud=AUDIENCE)).status_code == 200
    provider.person = {"sub": "8", "roles": ["Leverantör"]}
    assert bearing(browser, provider.token(aud=AUDIENCE)).status_code == 401  # limited to no contract: no rights
    provider.person = {"sub": "9", "roles": []}
    assert bearing(browser, provider.token(aud=AUDIENCE)).status_code == 401
    provider.person = {"sub": "7", "roles": ["Matchare"]}
    assert bearing(browser, provider.token(aud=CLIENT_ID)).status_code == 401  # an ID token opens no API


@pytest.mark.parametrize("how", [how for how in SPOILT if how not in FOR_SESSIONS_ALONE])
def test_no_spoilt_access_token_opens_the_api(browser: TestClient, provider: Provider, how: str) -> None:
    """401, and how to ask; a cookie beside the header does not help."""
    sign_in(browser)
    assert bearing(browser, provider.token(aud=AUDIENCE)).status_code == 200
    provider.spoil = SPOILT[how](provider)
    answer = bearing(browser, provider.token(aud=AUDIENCE))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="matcher", error="invalid_token"'
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_is_disabled_here_is_out_whatever_the_provider_says(browser: TestClient, provider: Provider) -> None:
    """On pages and with access tokens alike, from the next request on."""
    sign_in(browser)
    store: Store = browser.app.state.store  # type: ignore[attr-defined]
    token = provider.token(aud=AUDIENCE)
    assert bearing(browser, token).status_code == 200
    with store.writing() as session:
        account = account_named(session, "Åsa Lind")
        assert account is not None
        disable(session, account.account_id, by="tests", reason="has left")
    assert bearing(browser, token).status_code == 401
    assert browser.get("/plan").status_code == 303
    assert sign_in(browser).status_code == 403


def test_who_has_no_role_comes_in_nowhere(browser: TestClient, provider: Provider) -> None:
    """The page says whom to ask; a system's role is nobody's on pages."""
    for roles in ([], ["unknown"], ["System"], "Matchare-not", None, {"a": 1}):
        provider.person = {"sub": "9", "name": "Eve", "roles": roles}
        answer = sign_in(browser)
        assert answer.status_code == 403
        assert "You have no role here" in answer.text


def test_a_name_that_somebody_has_here_is_not_taken_over(browser: TestClient, provider: Provider) -> None:
    """The provider's person gets an account beside the local one of the same name."""
    store: Store = browser.app.state.store  # type: ignore[attr-defined]
    with store.writing() as session:
        add_account(session, "Åsa Lind", rights("administrator"), by="tests", password_hash="x")
    sign_in(browser)
    with store.reading() as session:
        names = {account.name: account.rights.roles for account in list_accounts(session)}
    assert names == {"Åsa Lind": {"administrator"}, "Åsa Lind (7)": {"matcher"}}


def test_who_is_named_by_a_personal_number_does_not_come_in(browser: TestClient, provider: Provider) -> None:
    """As a subject it is refused, and as a name another claim stands for it; it is stored in neither case."""
    provider.person = {"sub": "191212121212", "name": "Eve", "roles": ["Matchare"]}
    answer = sign_in(browser)
    assert answer.status_code == 403
    assert "by a personal number" in answer.text
    provider.person = {"sub": "8", "name": "19121212-1212", "preferred_username": "eve", "roles": ["Matchare"]}
    assert sign_in(browser).status_code == 303
    store: Store = browser.app.state.store  # type: ignore[attr-defined]
    with store.reading() as session:
        assert [(account.name, account.subject) for account in list_accounts(session)] == [("eve", "8")]


def test_claims_limit_to_units_and_contracts(provider: Provider, own_store: Store) -> None:
    """Where a claim is set to limit people and a person has none, nothing of that kind is theirs."""
    chosen = settings(provider, oidc_role_claim="realm.roles", oidc_unit_claim="units", oidc_contract_claim="deals")
    provider.person = {"sub": "7", "realm": {"roles": ["Leverantör"]}, "deals": ["T1", "T2"]}
    with TestClient(create_app(chosen, Nothing(), own_store), headers=HTML, follow_redirects=False) as client:
        assert sign_in(client).status_code == 303
    with own_store.reading() as session:
        (account,) = list_accounts(session)
    assert account.rights == rights("supplier", units=[], contracts=["T1", "T2"])


def test_a_new_key_is_fetched_once_and_strangers_do_not_make_us_ask(browser: TestClient, provider: Provider) -> None:
    """Tokens with unknown keys do not turn into as many questions to the provider."""
    assert bearing(browser, provider.token(aud=AUDIENCE)).status_code == 200
    before = provider.num_key_reads
    provider.spoil = SPOILT["another's key"](provider)
    for _ in range(5):
        assert bearing(browser, provider.token(aud=AUDIENCE)).status_code == 401
    assert provider.num_key_reads - before <= 1


def test_a_key_that_is_new_is_believed_and_one_that_is_gone_is_not(
    browser: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider changes its key while people work: tokens by the new one count, those by the old one no more."""
    monkeypatch.setattr("matcher_api.auth.provider.KEYS_AGAIN_S", 0.0)
    old, key = provider.token(aud=AUDIENCE), provider.key
    assert bearing(browser, old).status_code == 200
    provider.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    provider.spoil = lambda header, claims: header.update(kid="two")
    try:
        assert bearing(browser, provider.token(aud=AUDIENCE)).status_code == 200
        assert bearing(browser, old).status_code == 401
    finally:
        provider.key = key


def test_without_a_provider_nothing_is_asked_of_one(anybody: TestClient) -> None:
    """The way there is not there, and the page does not show it."""
    assert anybody.get("/sign-in/provider").status_code == 404
    assert anybody.get("/sign-in/answer?code=x&state=y").status_code == 404
    assert "/sign-in/provider" not in anybody.get("/sign-in", headers=HTML).text


def test_a_provider_that_does_not_answer_is_said(own_store: Store) -> None:
    """503 and a sentence, while those with local accounts still come in."""
    chosen = Settings(oidc_issuer="http://127.0.0.1:9", oidc_client_id="x", oidc_roles={"a": "matcher"})
    with TestClient(create_app(chosen, Nothing(), own_store), headers=HTML, follow_redirects=False) as client:
        assert client.get("/sign-in/provider").status_code == 503
        assert client.get("/sign-in").status_code == 200
        assert sign_out(client).get("/plan").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://id.example", "oidc_client_id": "x", "oidc_roles": {"a": "matcher"}},
        {"oidc_issuer": "https://id.example", "oidc_roles": {"a": "matcher"}},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "x"},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "x", "oidc_roles": {"a": "king"}},
        {
            "oidc_issuer": "https://id.example",
            "oidc_client_id": "x",
            "oidc_audience": "x",
            "oidc_roles": {"a": "matcher"},
        },
        {"public_address": "https://matcher.example/path"},
    ],
)
def test_a_provider_that_is_half_described_is_refused_at_the_start(wrong: dict[str, Any]) -> None:
    """No sign-in that could be overheard, and no audience by which an ID token would pass for an access token."""
    with pytest.raises(ValidationError) as caught:
        Settings(**wrong, oidc_client_secret="s3cret")
    assert "s3cret" not in str(caught.value)
