"""People with a password of their own, each in a browser, and the pages of the second factor as they come to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from matcher.store import Rights, Role, Store, add_account
from matcher_api.auth.passwords import hash_password
from tests.browser.serving import signed_in
from tests.browser.sights import Sight
from tests.onetime import code_at

PASSWORD = "sju sjösjuka sjömän"
HERE = "/account/second-factor"


def newcomer(opened: Browser, store: Store, address: str, name: str, *roles: Role, **options: Any) -> BrowserContext:
    """Return the browser of somebody who has just joined: setting up a second factor signs out everywhere else."""
    with store.writing() as session:
        rights = Rights(roles=frozenset(roles))
        add_account(session, name, rights, by="tests", password_hash=hash_password(PASSWORD))
    return signed_in(opened, store, address, *roles, name=name, **options)


def sights_of_newcomers(address: str) -> Iterator[Sight]:
    """Yield the pages of the second factor, in the order in which a newcomer sees them."""
    where = f"{address}{HERE}"
    yield Sight(name="account", address=f"{address}/account")
    yield Sight(name="second-factor", address=where)
    yield Sight(name="second-factor-app", address=where, press=_begun, leads_on=True)
    yield Sight(name="second-factor-codes", address=where, press=_confirmed, leads_on=True)
    yield Sight(name="second-factor-kept", address=where)
    yield Sight(name="sign-in-code", address=where, press=_half_way, leads_on=True)
    yield Sight(name="sign-in-wrong-code", address=f"{address}/sign-in/code", press=_refused)


def _begun(page: Page) -> None:
    page.fill("input[name=present]", PASSWORD)
    page.click(f"form[action='{HERE}'] button")
    page.wait_for_selector("main img")


def _confirmed(page: Page) -> None:
    secret = page.locator("p.secret").inner_text()
    page.fill("input[name=code]", code_at(secret, datetime.now(UTC)))
    page.click(f"form[action='{HERE}/confirmation'] button")
    page.wait_for_selector("ul.codes")


def _half_way(page: Page) -> None:
    """Sign in with the password alone, by the name that stands in the page's own form."""
    name = page.locator("input[name=username]").first.input_value()
    page.context.clear_cookies(name="matcher-session")
    page.goto(page.url.replace(HERE, "/sign-in"))
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/sign-in/code")


def _refused(page: Page) -> None:
    page.fill("input[name=code]", "000 000")
    page.click("main form button")
    page.wait_for_selector(".fault")
