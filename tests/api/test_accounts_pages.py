"""The pages about accounts: an administrator's whole day, and what everybody may do about their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from matcher.store import Store, list_accounts, list_tokens
from matcher_api import Settings, create_app
from matcher_api.auth import passwords
from tests.api.conftest import Nothing
from tests.api.signing import rights, sign_in, sign_out

HTML = {"Accept": "text/html"}
PASSWORD, OTHER = "sju sjösjuka sjömän", "sex laxar i en laxask"


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def browser(own_store: Store) -> Iterator[TestClient]:
    """Return the browser of the administrator Ada Berg."""
    with TestClient(create_app(Settings(), Nothing(), own_store), headers=HTML, follow_redirects=False) as client:
        yield sign_in(client, "administrator", name="Ada Berg")


def secret_on(text: str) -> str:
    found = re.search(r'<p class="secret">([^<]+)</p>', text)
    assert found is not None
    return found[1]


def join(browser: TestClient, link: str, name: str, password: str = PASSWORD) -> None:
    """Use a link as the person who was sent it."""
    sign_out(browser)
    path = link.removeprefix("http://testserver")
    found = re.findall(r'name="form_token" value="([^"]*)"', browser.get(path).text)
    values = {"code": path.partition("=")[2], "name": name, "password": password, "again": password}
    assert browser.post("/invitation", data={"form_token": found[-1], **values}).status_code == 303


def test_an_administrator_invites_closes_and_opens_accounts(browser: TestClient, own_store: Store) -> None:
    """The link is shown once; whoever uses it has the rights that were chosen; disabled, they are out at once."""
    assert browser.get("/").headers["location"] == "/accounts"
    invited = browser.post("/accounts/invitations", data={"roles": ["matcher", "planner"], "units": "north; south,"})
    link = secret_on(invited.text)
    assert link not in browser.get("/accounts").text
    join(browser, link, "Bo Ek")
    assert browser.get("/account").status_code == 200
    session = browser.cookies["matcher-session"]
    with own_store.reading() as reading:
        bo = list_accounts(reading)[1]
    assert (bo.name, bo.rights) == ("Bo Ek", rights("matcher", "planner", units=["north", "south"]))

    sign_in(browser, "administrator", name="Ada Berg")
    assert "Bo Ek" in browser.get("/accounts").text
    address = f"/accounts/{bo.account_id}"
    assert browser.post(f"{address}/disable", data={"reason": " "}).status_code == 422
    assert browser.post(f"{address}/disable", data={"reason": "has left"}).status_code == 303
    assert "Enable" in browser.get("/accounts").text
    sign_out(browser).cookies.set("matcher-session", session)
    assert browser.get("/account").status_code == 303
    sign_in(browser, "administrator", name="Ada Berg")
    assert browser.post(f"{address}/enable").status_code == 303
    join(
        browser, secret_on(sign_in(browser, "administrator", name="Ada Berg").post(f"{address}/reset").text), "", OTHER
    )
    assert "Bo Ek" in browser.get("/account").text


def test_somebody_can_always_invite(browser: TestClient) -> None:
    """The last administrator cannot shut herself out, and is told why; nobody's account is not found."""
    answer = browser.post("/accounts/1/disable", data={"reason": "oops"})
    assert answer.status_code == 409
    assert "Invite another one first" in answer.text
    assert browser.post("/accounts/99/reset").status_code == 404
    assert browser.post("/accounts/x/reset").status_code == 422


@pytest.mark.parametrize(
    "given", [{}, {"roles": "king"}, {"roles": "supplier"}, {"roles": ["supplier", "matcher"], "contracts": "T1"}]
)
def test_rights_that_make_no_sense_are_refused_on_the_page(browser: TestClient, given: dict[str, str]) -> None:
    """The page says what is missing, and makes no link."""
    answer = browser.post("/accounts/invitations", data=given)
    assert answer.status_code == 422
    assert "Choose at least one role" in answer.text
    assert "invitation?code" not in answer.text


def test_systems_get_tokens_that_are_shown_once_and_revoked(browser: TestClient, own_store: Store) -> None:
    """With the token the system comes in, until it is revoked; the page never shows it again."""
    answer = browser.post("/accounts/tokens", data={"name": "case system", "days": "30", "contracts": "T1"})
    token = secret_on(answer.text)
    assert token not in browser.get("/accounts").text
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    assert browser.post("/v1/solve", content='{"version": 1}', headers=headers).status_code == 200
    with own_store.reading() as session:
        (kept,) = list_tokens(session)
    assert kept.rights == rights("service", contracts=["T1"])
    assert browser.post(f"/accounts/tokens/{kept.token_id}/revoke").status_code == 303
    assert browser.post("/v1/solve", content='{"version": 1}', headers=headers).status_code == 401
    assert browser.post("/accounts/tokens", data={"name": " "}).status_code == 422
    assert browser.post("/accounts/tokens", data={"name": "x", "days": "9999"}).status_code == 422


def test_everybody_changes_their_own_password(browser: TestClient) -> None:
    """Only with the present one; other sessions end, this one goes on as a new one."""
    link = secret_on(browser.post("/accounts/invitations", data={"roles": "matcher"}).text)
    join(browser, link, "Bo Ek")
    first = browser.cookies["matcher-session"]

    def change(present: str, password: str, again: str) -> tuple[int, str]:
        token = re.findall(r'name="form_token" value="([^"]*)"', browser.get("/account").text)[-1]
        values = {"form_token": token, "present": present, "password": password, "again": again}
        answer = browser.post("/account/password", data=values)
        return answer.status_code, answer.text

    for present, password, again, said in (
        ("wrong", OTHER, OTHER, "present password is wrong"),
        (PASSWORD, "short", "short", "at least 15"),
        (PASSWORD, OTHER, PASSWORD, "differ"),
    ):
        status, text = change(present, password, again)
        assert status == 422
        assert said in text
    assert change(PASSWORD, OTHER, OTHER)[0] == 303
    assert browser.cookies["matcher-session"] != first
    assert browser.get("/account").status_code == 200
    browser.cookies.clear()
    browser.cookies.set("matcher-session", first)
    assert browser.get("/account").status_code == 303


def test_rights_are_changed_with_a_reason(browser: TestClient, own_store: Store) -> None:
    """The new rights hold at once; without a reason, or a role, nothing changes."""
    join(browser, secret_on(browser.post("/accounts/invitations", data={"roles": "matcher"}).text), "Bo Ek")
    bo = browser.cookies["matcher-session"]
    sign_in(browser, "administrator", name="Ada Berg")
    address, roles = "/accounts/2/rights", {"roles": ["planner"], "units": "north"}
    assert browser.post(address, data=roles).status_code == 422
    assert browser.post(address, data={"reason": "none"}).status_code == 422
    assert browser.post("/accounts/1/rights", data={**roles, "reason": "oops"}).status_code == 409
    assert browser.post(address, data={**roles, "reason": "new task"}).status_code == 303
    with own_store.reading() as session:
        assert list_accounts(session)[1].rights == rights("planner", units=["north"])
    sign_out(browser).cookies.set("matcher-session", bo)
    assert "north" in browser.get("/account").text


def test_whoever_has_lost_a_telephone_signs_out_everywhere(browser: TestClient) -> None:
    """Every session ends, the present one too; other people's go on."""
    join(browser, secret_on(browser.post("/accounts/invitations", data={"roles": "matcher"}).text), "Bo Ek")
    lost = browser.cookies["matcher-session"]
    assert sign_in(browser, "matcher", name="Bo Ek").post("/account/sign-out-everywhere").status_code == 303
    sign_out(browser).cookies.set("matcher-session", lost)
    assert browser.get("/account").status_code == 303
    assert sign_in(browser, "administrator", name="Ada Berg").get("/account").status_code == 200


def test_guessing_the_present_password_is_slowed_down(browser: TestClient) -> None:
    """Whoever finds a browser that is signed in cannot try passwords as fast as it sends them."""
    join(browser, secret_on(browser.post("/accounts/invitations", data={"roles": "matcher"}).text), "Bo Ek")
    token = re.findall(r'name="form_token" value="([^"]*)"', browser.get("/account").text)[-1]
    seen = [
        browser.post("/account/password", data={"form_token": token, "present": "wrong"}).status_code for _ in range(6)
    ]
    assert seen == [422] * 5 + [429]


@pytest.mark.parametrize("address", ["/accounts", "/account"])
def test_the_pages_speak_swedish(browser: TestClient, address: str) -> None:
    text = browser.get(address, headers={"Accept-Language": "sv"}).text
    assert '<html lang="sv">' in text
    assert "Roller" in text
