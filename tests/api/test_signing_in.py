"""Signing in and out as a person does, form by form; and what an attacker would try instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, Type
from starlette.testclient import TestClient

from matcher.service.opening import first_code
from matcher.store import Store, account_named, disable
from matcher_api import Settings, create_app
from matcher_api.auth import passwords
from matcher_api.auth.passwords import password_fault
from tests.api.conftest import Nothing
from tests.api.signing import rights, sign_in

NAME, PASSWORD = "Ada Berg", "sju sjösjuka sjömän"
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hashes of passwords take a thousandth of the memory, as nobody attacks these."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def browser(own_store: Store) -> Iterator[TestClient]:
    """Return a browser before a service where nobody has an account."""
    app = create_app(Settings(), Nothing(), own_store)
    with TestClient(app, headers=HTML, follow_redirects=False) as client:
        yield client


def field(text: str, name: str) -> str:
    """Return the value of a hidden field of the page's own form, which comes last."""
    return re.findall(rf'name="{name}" value="([^"]*)"', text)[-1]


def send(browser: TestClient, page: str, action: str | None = None, **values: str):  # type: ignore[no-untyped-def]
    """Fill in the form of a page and send it, as a browser without JavaScript does."""
    text = browser.get(page).text
    return browser.post(action or page.partition("?")[0], data={"form_token": field(text, "form_token"), **values})


def join(browser: TestClient) -> None:
    """Let the first administrator make an account, and sign out again."""
    code = first_code(browser.app.state.store, is_demo=True)  # type: ignore[attr-defined]
    assert code is not None
    page = f"/invitation?code={code}"
    assert field(browser.get(page).text, "code") == code
    answer = send(browser, page, code=code, name=NAME, password=PASSWORD, again=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get(page).status_code == 404
    assert send(browser, "/plan", "/sign-out").headers["location"] == "/sign-in"
    assert not browser.cookies.get("matcher-session")


def test_the_first_administrator_comes_in_by_the_link_and_then_by_the_password(browser: TestClient) -> None:
    """From the link to the page that was asked for, and out again."""
    join(browser)
    asked = browser.get("/vacancies?only=open")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?back=%2Fvacancies%3Fonly%3Dopen")
    page = browser.get(asked.headers["location"])
    assert field(page.text, "back") == "/vacancies?only=open"
    answer = send(browser, asked.headers["location"], name="ada berg", password=PASSWORD, back="/vacancies?only=open")
    assert (answer.status_code, answer.headers["location"]) == (303, "/vacancies?only=open")
    assert browser.get("/sign-in").headers["location"] == "/"
    seen = browser.get("/vacancies?only=open")
    assert seen.status_code == 503  # there is no plan yet
    assert NAME in seen.text


def test_cookies_say_nothing_and_stay_with_us(browser: TestClient) -> None:
    """No script reads them, no other site sends them along, and over https they are bound to it and to the host."""
    join(browser)
    answer = send(browser, "/sign-in", name=NAME, password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    with TestClient(browser.app, base_url="https://testserver", headers=HTML, follow_redirects=False) as secure:
        cookie = send(secure, "/sign-in", name=NAME, password=PASSWORD).headers["set-cookie"]
        assert cookie.startswith("__Host-matcher-session=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert secure.get("/plan").status_code == 200


def test_behind_a_proxy_cookies_are_bound_to_https(own_store: Store) -> None:
    """The public address says what the browser speaks, even where the proxy says nothing."""
    app = create_app(Settings(public_address="https://matcher.example"), Nothing(), own_store)
    with TestClient(app, headers=HTML) as client:
        answer = client.get("/sign-in")
    assert answer.headers["set-cookie"].startswith("__Host-matcher-form=")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_each_sign_in_has_a_session_of_its_own(browser: TestClient) -> None:
    """A session that somebody has put into the browser, or that was there before, opens nothing afterwards."""
    join(browser)
    browser.cookies.set("matcher-session", "planted", domain="testserver.local")
    send(browser, "/sign-in", name=NAME, password=PASSWORD)
    first = browser.cookies["matcher-session"]
    assert first != "planted"
    text = browser.get("/plan").text
    again = browser.post("/sign-in", data={"form_token": field(text, "form_token"), "name": NAME, "password": PASSWORD})
    assert again.status_code == 303
    second = browser.cookies["matcher-session"]
    assert second != first
    browser.cookies.clear()
    browser.cookies.set("matcher-session", first)
    assert browser.get("/plan").status_code == 303


@pytest.mark.parametrize("back", ["https://else.example", "//else.example", "/\\else.example", "x", "/a\nb"])
def test_signing_in_leads_nowhere_else(browser: TestClient, back: str) -> None:
    """An address of another site in the link is forgotten."""
    join(browser)
    assert field(browser.get("/sign-in", params={"back": back}).text, "back") == ""
    assert send(browser, "/sign-in", name=NAME, password=PASSWORD, back=back).headers["location"] == "/"


def test_wrong_passwords_unknown_names_and_disabled_accounts_look_alike(browser: TestClient) -> None:
    """Nobody learns by trying who has an account."""
    join(browser)
    store: Store = browser.app.state.store  # type: ignore[attr-defined]
    sign_in(browser, "administrator", name="Bo Ek")
    with store.writing() as session:
        account = account_named(session, "Ada Berg")
        assert account is not None
    texts = []
    browser.cookies.clear()
    del browser.headers["X-Form-Token"]
    for name, password in ((NAME, "wrong password here"), ("Nobody", PASSWORD), ("Bo Ek", "")):
        answer = send(browser, "/sign-in", name=name, password=password)
        assert answer.status_code == 403
        texts.append(re.sub(r'value="[^"]*"', "", answer.text))
    with store.writing() as session:
        disable(session, account.account_id, by="Bo Ek", reason="has left")
    answer = send(browser, "/sign-in", name=NAME, password=PASSWORD)
    texts.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(set(texts)) == 1


def test_guessing_is_slowed_down_whatever_the_password(browser: TestClient) -> None:
    """After five failures the right password has to wait, too, and the answer says how long."""
    join(browser)
    for _ in range(5):
        assert send(browser, "/sign-in", name=NAME, password="wrong").status_code == 403
    answer = send(browser, "/sign-in", name=NAME, password=PASSWORD)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 3
    assert send(browser, "/sign-in", name="Bo Ek", password=PASSWORD).status_code == 403


@pytest.mark.parametrize("token", [None, "", "AAAA", "\u00e5"])
def test_a_form_of_another_site_does_nothing(browser: TestClient, token: str | None) -> None:
    """Without the token that our own page carries, nothing that is sent is done."""
    join(browser)
    sign_in(browser, "matcher")
    del browser.headers["X-Form-Token"]
    for address in ("/sign-out", "/language", "/sign-in", "/invitation"):
        answer = browser.post(address, data={} if token is None else {"form_token": token})
        assert answer.status_code == 403
    assert browser.get("/plan").status_code == 200


def test_a_token_of_another_browser_does_nothing(browser: TestClient) -> None:
    """Whoever has a page of ours cannot use its token for somebody else's browser."""
    stolen = field(browser.get("/sign-in").text, "form_token")
    browser.cookies.clear()
    browser.get("/sign-in")
    assert browser.post("/sign-in", data={"form_token": stolen, "name": NAME}).status_code == 403


def test_what_is_wrong_with_a_new_account_is_said_and_the_link_still_works(browser: TestClient) -> None:
    """Too short, not the same twice, a name that is taken: the page says so, with what was typed but the passwords."""
    join(browser)
    store: Store = browser.app.state.store  # type: ignore[attr-defined]
    from matcher.store import invite

    with store.writing() as session:
        code = invite(session, rights("matcher"), by=NAME)
    page = f"/invitation?code={code}"
    for name, password, again, said in (
        ("Bo Ek", "short", "short", "at least 15"),
        ("Bo Ek", PASSWORD, PASSWORD + "x", "differ"),
        (NAME, PASSWORD, PASSWORD, "has that name"),
        (" ", PASSWORD, PASSWORD, "1 to 100"),
    ):
        answer = send(browser, page, code=code, name=name, password=password, again=again)
        assert answer.status_code == 422
        assert said in answer.text
        assert password not in answer.text
    swedish = browser.get(page, headers={"Accept-Language": "sv"})
    assert "Skapa ditt konto" in swedish.text
    assert send(browser, page, code=code, name="Bo Ek", password=PASSWORD, again=PASSWORD).status_code == 303
    assert send(browser, "/plan", "/sign-out").status_code == 303
    answer = send(browser, "/sign-in", "/invitation", code=code, name="Eve", password=PASSWORD, again=PASSWORD)
    assert answer.status_code == 404


def test_hashes_cost_what_the_standard_asks() -> None:
    """Argon2id with at least the memory and passes of the second choice of RFC 9106, section 4."""
    usual = PasswordHasher()
    assert (usual.type, usual.time_cost, usual.memory_cost, usual.parallelism) == (Type.ID, 3, 65536, 4)
    assert passwords.PasswordHasher is PasswordHasher


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("sju sjösjuka", False),
        ("sju sjösjuka sj", True),
        ("x" * 256, False),
        ("ab" * 10, False),
        ("abcdefg" * 3, False),
        ("a b c d e f g h i j", False),
        ("passwordpassword123", False),
        ("qwertyuiop123456", False),
        ("Sommar2026! Sommar2026!", False),
        ("P@ssw0rd P@ssw0rd 1", False),
        ("correct horse battery staple", False),
        ("LetMeIn-1234567890", False),
        ("lösenord1234567", False),
        ("1q2w3e4r5t6y7u8i", False),
        ("Välkommen till Göteborg 26", False),
        ("gröna moln över kajen", True),
        ("three otters count maps", True),
        ("sommaren då jag lagade cykeln", True),
        ("Ada Berg Matcher 1", False),
        (" ".join(["ordentligt"] + [str(n) for n in range(80)]), True),
        ("å" * 7 + "lång och stabil", True),
        ("lagom långt " + "och bra " * 40, False),
    ],
)
def test_which_passwords_are_good(password: str, is_good: bool) -> None:
    """Long enough, not the same over and over, no name, not what is tried first; no rule about which letters."""
    assert (password_fault(password, NAME) is None) is is_good
