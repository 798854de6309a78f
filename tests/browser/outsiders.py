"""Who is no staff: somebody at the door, who keeps accounts, and a supplier's contact, each with their pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from matcher.store import Rights, Store, accepted_people, account_named, add_account, invite
from tests.browser.serving import signed_in
from tests.browser.sights import Sight

CONTACT = "Nils Holm"
KEEPER = "Maj Lind"
UNLIMITED = Rights(roles=frozenset({"planner"}))


def contact(opened: Browser, store: Store, address: str, **options: Any) -> BrowserContext:
    """Return the browser of a contact of the suppliers at whose contracts somebody has been accepted by now."""
    with store.writing() as session:
        if account_named(session, CONTACT) is None:
            contracts = frozenset(one.contract_id for one in accepted_people(session, UNLIMITED))
            add_account(session, CONTACT, Rights(roles=frozenset({"supplier"}), contracts=contracts), by="tests")
    return signed_in(opened, store, address, "supplier", name=CONTACT, **options)


def keeper(opened: Browser, store: Store, address: str, **options: Any) -> BrowserContext:
    """Return the browser of somebody who keeps accounts and sees nobody."""
    return signed_in(opened, store, address, "administrator", name=KEEPER, **options)


def sights_at_the_door(store: Store, address: str) -> Iterator[Sight]:
    """Yield what somebody sees who has not signed in, with a link that nobody has used."""
    yield Sight(name="sign-in", address=f"{address}/sign-in")
    yield Sight(name="sign-in-refused", address=f"{address}/sign-in", press=_refused)
    with store.writing() as session:
        code = invite(session, Rights(roles=frozenset({"matcher"}), units=frozenset({"north"})), by=KEEPER)
    yield Sight(name="invitation", address=f"{address}/invitation?code={code}")
    yield Sight(name="invitation-used", address=f"{address}/invitation?code=none")


def sights_of_keepers(address: str) -> Iterator[Sight]:
    """Yield the page of accounts, as it is and with the link for somebody new."""
    yield Sight(name="accounts", address=f"{address}/accounts")
    yield Sight(name="accounts-link", address=f"{address}/accounts", press=_invited)


def sights_of_contacts(address: str) -> Iterator[Sight]:
    """Yield what a supplier's contact sees."""
    yield Sight(name="accepted", address=f"{address}/accepted")


def _refused(page: Page) -> None:
    page.fill("input[name=name]", "Bo Ek")
    page.fill("input[name=password]", "not the password at all")
    page.click("main form button")
    page.wait_for_selector(".fault")


def _invited(page: Page) -> None:
    form = page.locator("form[action='/accounts/invitations']")
    form.locator("input[value=matcher]").check()
    form.locator("input[name=units]").fill("north")
    form.locator("button").click()
    page.wait_for_selector("p.secret")
