"""The second factor as people meet it: set up, asked for, lost; and what somebody with the password alone would try."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from matcher.store import MasterKeys, Role, Store, account_named, add_account, begin_session, reset
from matcher_api import Settings, create_app
from matcher_api.auth import passwords
from matcher_api.auth.forms import HEADER, _token
from matcher_api.auth.passwords import hash_password
from tests.api.conftest import Nothing
from tests.api.signing import rights, sign_in, sign_out
from tests.onetime import code_at
from tests.store.databases import HeldClock, SqliteFiles

HTML = {"Accept": "text/html"}
PASSWORD, OTHER = "sju sjösjuka sjömän", "sex laxar i en laxask"
HERE = "/account/second-factor"
STEP = timedelta(seconds=30)
CLOCK = HeldClock()
NEEDED = Settings(second_factor_roles=("administrator", "auditor"))


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="module")
def service(sqlite_files: SqliteFiles) -> Iterator[TestClient]:
    """Return a service where administrators and auditors need a second factor; each test has people of its own."""
    with Store(sqlite_files.address(), clock=CLOCK) as store:
        app = create_app(NEEDED, Nothing(), store)
        with TestClient(app, headers=HTML, follow_redirects=False) as client:
            yield client


@pytest.fixture
def browser(service: TestClient) -> TestClient:
    """Return a browser before it that nobody has used."""
    return sign_out(service)


def state_of(browser: TestClient) -> Any:
    """Return what the application behind a browser holds."""
    return cast("FastAPI", browser.app).state


def store_of(browser: TestClient) -> Store:
    return cast("Store", state_of(browser).store)


def number_of(browser: TestClient, name: str) -> int:
    """Return the number of somebody's account."""
    with store_of(browser).reading() as session:
        account = account_named(session, name)
    assert account is not None
    return account.account_id


def join(browser: TestClient, name: str, *roles: Role) -> None:
    """Let somebody have an account with a password, and be signed in by it."""
    with store_of(browser).writing() as session:
        account = add_account(session, name, rights(*roles), by="tests", password_hash=hash_password(PASSWORD))
        token = begin_session(session, account.account_id, lasts=timedelta(hours=1), means="password")
    bear(browser, token)


def bear(browser: TestClient, token: str | None = None) -> None:
    """Let a browser go on with a session, its own present one unless told otherwise, and its forms with its token."""
    token = token or browser.cookies["matcher-session"]
    sign_out(browser).cookies.set("matcher-session", token, domain="testserver.local")
    browser.headers[HEADER] = _token(token)


def send(browser: TestClient, page: str, action: str | None = None, **values: str) -> Any:
    """Fill in a form of a page and send it, as nobody who has signed in."""
    tokens = re.findall(r'name="form_token" value="([^"]*)"', browser.get(page).text)
    return browser.post(action or page, data={"form_token": tokens[-1], **values})


def secret_on(text: str) -> str:
    found = re.search(r'<p class="secret">([A-Z2-7 ]+)</p>', text)
    assert found is not None
    return found[1]


def set_up(browser: TestClient) -> tuple[str, list[str]]:
    """Set up a second factor as the page asks, and return the secret and the recovery codes."""
    answer = browser.post(HERE, data={"present": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    bear(browser)
    secret = secret_on(browser.get(HERE).text)
    # A code of the step before, so that the present one is still there to sign in with.
    answer = browser.post(f"{HERE}/confirmation", data={"code": code_at(secret, CLOCK.now - STEP)})
    assert answer.status_code == 200
    codes = re.findall(r'<li class="secret">([^<]+)</li>', answer.text)
    assert len(codes) == 10
    return secret, codes


def by_password(browser: TestClient, name: str, back: str = "") -> None:
    """Give the first factor; nothing is open by it."""
    sign_out(browser)
    answer = send(browser, "/sign-in", name=name, password=PASSWORD, back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
    assert "matcher-session" not in browser.cookies
    assert browser.get("/account").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("given", "roles", "is_needed"),
    [
        (Settings(), ("administrator",), False),
        (Settings(database="sqlite:///city.db"), ("matcher",), True),
        (Settings(database="sqlite:///city.db", second_factor_roles=()), ("administrator",), False),
        (NEEDED, ("matcher", "auditor"), True),
        (NEEDED, ("matcher",), False),
    ],
)
def test_who_needs_a_second_factor(given: Settings, roles: tuple[Role, ...], is_needed: bool) -> None:
    """In the invented city nobody, with a database of one's own everybody, unless roles are named."""
    assert given.needs_second_factor(rights(*roles)) is is_needed


def test_who_needs_one_gets_no_further_until_it_is_there(browser: TestClient) -> None:
    """Every page leads to where it is set up, programs are refused; whoever has one goes on where they wanted."""
    join(browser, "Ada Berg", "administrator")
    for address in ("/", "/accounts", "/oversight", "/plan"):
        assert browser.get(address).headers["location"] == HERE, address
    assert browser.post("/accounts/invitations", data={"roles": ["administrator"]}).status_code == 403
    assert browser.get("/v1/oversight").status_code == 403
    assert browser.get("/account").status_code == 200
    assert "Your role needs one" in browser.get(HERE).text
    secret, _ = set_up(browser)
    assert browser.get("/accounts").status_code == 200
    by_password(browser, "Ada Berg", "/oversight")
    answer = send(browser, "/sign-in/code", code=code_at(secret, CLOCK.now))
    assert (answer.status_code, answer.headers["location"]) == (303, "/oversight")
    assert "matcher-half" not in browser.cookies
    bear(browser)
    assert browser.get("/accounts").status_code == 200
    answer = browser.post(f"{HERE}/removal", data={"present": PASSWORD, "code": code_at(secret, CLOCK.now + STEP)})
    assert answer.status_code == 409
    assert "needs a second factor" in answer.text


def test_people_signed_in_elsewhere_are_asked_for_none_here(browser: TestClient) -> None:
    """The organisation's provider asks them; there is nothing of theirs to set up, nor of another system's."""
    sign_in(browser, "administrator")
    assert browser.get("/accounts").status_code == 200
    for method, address in (("GET", HERE), ("POST", HERE), ("POST", f"{HERE}/confirmation"), ("POST", f"{HERE}/codes")):
        assert browser.request(method, address).status_code == 404


def test_the_page_shows_the_secret_three_ways_and_only_until_it_counts(browser: TestClient) -> None:
    """As a picture, as an address and as text, in both languages; afterwards not even to whose it is."""
    join(browser, "Page Ek", "matcher")
    assert browser.post(HERE, data={"present": "wrong"}).status_code == 422
    assert browser.post(f"{HERE}/codes", data={"present": PASSWORD}).status_code == 404
    browser.post(HERE, data={"present": PASSWORD})
    bear(browser)
    text = html.unescape(browser.get(HERE).text)
    secret = secret_on(text)
    plain = secret.replace(" ", "")
    assert f'href="otpauth://totp/Matcher:Page%20Ek?secret={plain}&issuer=Matcher' in text
    assert 'src="data:image/svg+xml' in text
    assert "Anslut din app" in browser.get(HERE, headers={"Accept-Language": "sv"}).text
    wrong = f"{(int(code_at(secret, CLOCK.now)) + 1) % 10**6:06}"
    refused = browser.post(f"{HERE}/confirmation", data={"code": wrong})
    assert refused.status_code == 422
    assert "The code is wrong" in refused.text
    assert browser.post(f"{HERE}/confirmation", data={"code": code_at(secret, CLOCK.now)}).status_code == 200
    for address in (HERE, "/account"):
        text = browser.get(address).text
        assert "Set up on" in text
        assert secret not in text
        assert plain not in text


def test_the_password_alone_opens_nothing(browser: TestClient) -> None:
    """No code, a wrong one, one that was used, another's, and a half sign-in of another browser: nobody comes in."""
    join(browser, "Alone Ek", "matcher")
    secret, codes = set_up(browser)
    join(browser, "Else Ek", "matcher")
    _, others = set_up(browser)
    sign_out(browser)
    assert browser.get("/sign-in/code").headers["location"] == "/sign-in"
    assert send(browser, "/sign-in", "/sign-in/code", code=codes[0]).headers["location"] == "/sign-in"
    by_password(browser, "Alone Ek")
    half = browser.cookies["matcher-half"]
    used = code_at(secret, CLOCK.now - STEP)
    for code in ("", "000000x", used, others[0]):
        answer = send(browser, "/sign-in/code", code=code)
        assert answer.status_code == 403
        assert "matcher-session" not in browser.cookies
    answer = send(browser, "/sign-in/code", code=codes[0])
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    sign_out(browser).cookies.set("matcher-half", half, domain="testserver.local")
    assert browser.get("/sign-in/code").headers["location"] == "/sign-in"


def test_guessing_codes_is_slowed_down_whoever_guesses(browser: TestClient) -> None:
    """Five wrong codes, and the right one has to wait, in a new sign-in, too, and on the page of the account."""
    join(browser, "Slow Ek", "matcher")
    secret, _ = set_up(browser)
    session = browser.cookies["matcher-session"]
    by_password(browser, "Slow Ek")
    for _ in range(5):
        assert send(browser, "/sign-in/code", code="000000x").status_code == 403
    by_password(browser, "Slow Ek")
    answer = send(browser, "/sign-in/code", code=code_at(secret, CLOCK.now))
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 3
    bear(browser, session)
    given = {"present": PASSWORD, "code": "000000x"}
    assert [browser.post(HERE, data=given).status_code for _ in range(6)] == [422] * 5 + [429]
    assert browser.post(f"{HERE}/removal", data=given).status_code == 429
    join(browser, "Slower Ek", "matcher")
    browser.post(HERE, data={"present": PASSWORD})
    bear(browser)
    tries = [browser.post(f"{HERE}/confirmation", data={"code": "000000x"}).status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]


def test_a_new_password_by_a_link_goes_around_nothing(browser: TestClient) -> None:
    """Whoever has got hold of a link for a new password is asked for the second factor all the same."""
    join(browser, "Link Ek", "matcher")
    secret, _ = set_up(browser)
    with store_of(browser).writing() as session:
        code = reset(session, number_of(browser, "Link Ek"), by="Ada Berg")
    sign_out(browser)
    answer = send(browser, f"/invitation?code={code}", "/invitation", code=code, password=OTHER, again=OTHER)
    assert answer.headers["location"] == "/sign-in/code"
    assert "matcher-session" not in browser.cookies
    answer = send(browser, "/sign-in/code", code=code_at(secret, CLOCK.now))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/account").status_code == 200


def test_whose_it_is_changes_it_with_password_and_code(browser: TestClient) -> None:
    """Neither of them alone renews the codes, begins another app or removes it; sessions elsewhere end."""
    join(browser, "Own Ek", "matcher")
    secret, codes = set_up(browser)
    for action in ("", "/codes", "/removal"):
        assert browser.post(HERE + action, data={"present": PASSWORD}).status_code == 422
    assert browser.post(f"{HERE}/removal", data={"present": OTHER, "code": codes[0]}).status_code == 422
    given = {"present": PASSWORD, "code": code_at(secret, CLOCK.now)}
    renewed = re.findall(r'<li class="secret">([^<]+)</li>', browser.post(f"{HERE}/codes", data=given).text)
    assert len(set(renewed) - set(codes)) == 10
    assert browser.post(HERE, data={"present": PASSWORD, "code": codes[1]}).status_code == 422
    answer = browser.post(HERE, data={"present": PASSWORD, "code": renewed[0]})
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    bear(browser)
    assert secret_on(browser.get(HERE).text) != secret
    _, codes = set_up(browser)
    answer = browser.post(f"{HERE}/removal", data={"present": PASSWORD, "code": codes[0]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "None yet" in browser.get("/account").text


def test_an_administrator_removes_it_for_who_has_lost_it(browser: TestClient) -> None:
    """With a reason, and never the own one that way: who holds an administrator's session has not their telephone."""
    join(browser, "Lost Ek", "matcher")
    set_up(browser)
    old = browser.cookies["matcher-session"]
    join(browser, "Keeper Ek", "administrator")
    set_up(browser)
    own, his = (f"/accounts/{number_of(browser, name)}/second-factor/removal" for name in ("Keeper Ek", "Lost Ek"))
    listed = browser.get("/accounts").text
    assert his in listed
    assert own not in listed
    assert browser.post(his, data={"reason": " "}).status_code == 422
    assert browser.post(own, data={"reason": "to be rid of it"}).status_code == 409
    assert browser.post(his, data={"reason": "telephone lost"}).status_code == 303
    assert "no second factor" in browser.get("/accounts").text
    assert browser.post("/accounts/99999/second-factor/removal", data={"reason": "nobody"}).status_code == 404
    bear(browser, old)
    assert browser.get("/account").status_code == 303
    sign_out(browser)
    assert send(browser, "/sign-in", name="Lost Ek", password=PASSWORD).headers["location"] == "/"


def test_a_key_that_is_gone_shuts_nobody_out_for_good(browser: TestClient) -> None:
    """What it has sealed cannot be read, which is said; a secret is begun anew, and codes on paper need no key."""
    state = state_of(browser)
    keys = MasterKeys(keys={"one": bytes(range(32))})
    try:
        state.identity_keys = keys
        join(browser, "Key Ek", "matcher")
        browser.post(HERE, data={"present": PASSWORD})
        bear(browser)
        secret_on(browser.get(HERE).text)
        state.identity_keys = None
        assert "Begin again" in browser.get(HERE).text
        state.identity_keys = keys
        _, codes = set_up(browser)
        state.identity_keys = None
        by_password(browser, "Key Ek")
        assert send(browser, "/sign-in/code", code="123456").status_code == 503
        assert send(browser, "/sign-in/code", code=codes[0]).status_code == 303
    finally:
        state.identity_keys = None
