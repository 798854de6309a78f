"""The pages in a real browser: everybody can use them, in every state.

They need the system's Chromium, and skip with a sentence that says how to install it where there is none.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from matcher.store import (
    Role,
    Store,
    accept,
    account_named,
    decisions_taken,
    list_proposals,
    stop_runs,
)
from tests.api.conftest import DAY
from tests.browser.newcomers import HERE, newcomer, sights_of_newcomers
from tests.browser.serving import MISSING, chromium, patient, served, signed_in
from tests.browser.sights import Sight, sights

pytestmark = pytest.mark.skipif(chromium() is None, reason=MISSING)

PRESSED = "header, form.search, button, .button, .excel"
# What passes is counted only: to describe every place where a rule is kept takes as long again as to look.
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}
# Tables of which a part is out of sight; those of a study have a column for each answer, and scroll on purpose.
CUT_OFF = """[...document.querySelectorAll('table:not(.wide-table > table:not(.tight))')]
    .filter(each => each.scrollWidth > each.parentElement.clientWidth + 1)
    .map(each => each.caption ? each.caption.innerText : each.className)"""
# Words of the large figures that do not fit into one line, such as Employmen-t.
SPLIT = """[...document.querySelectorAll('.figure .value')].flatMap(each => {
    const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(one => one.top)).size > 1) found.push(word[0]);
    }
    return found;
})"""


def looks(opened: Browser, store: Store, address: str, *roles: Role) -> list[tuple[str, Page]]:
    """Return two readers: one in English and light on a desk, one in Swedish and dark on a telephone."""
    found = []
    for language, scheme, width in (("en", "light", 1440), ("sv", "dark", 360)):
        context = signed_in(
            opened,
            store,
            address,
            *(roles or ("matcher", "planner")),
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            bypass_csp=True,  # axe is put into the page from outside
        )
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        found.append((language, patient(context.new_page())))
    return found


def violations(page: Page, sight: Sight | str) -> list[tuple[str, str, list[str]]]:
    """Return what axe-core finds on a page; no wider than its window, and without buttons on paper."""
    shown = Sight(name=sight, address=sight) if isinstance(sight, str) else sight
    shown.shown_on(page)
    where = shown.name
    own = page.viewport_size
    assert own is not None
    for width in (320, 768, own["width"]):
        page.set_viewport_size({"width": width, "height": own["height"]})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (where, width)
        assert page.evaluate(CUT_OFF) == [], (where, width)
        assert page.evaluate(SPLIT) == [], (where, width)
    page.emulate_media(media="print")
    assert page.locator("h1").first.is_visible(), where
    assert not page.evaluate(f"[...document.querySelectorAll('{PRESSED}')].some(each => each.checkVisibility())"), where
    page.emulate_media(media="screen")
    found = Axe().run(page, options=AXE).response["violations"]
    return [(where, each["id"], [node["target"] for node in each["nodes"][:3]]) for each in found]


@pytest.mark.slow
def test_axe_finds_nothing_on_any_page_in_any_state(
    opened: Browser, store: Store, address: str, workbook: Path
) -> None:
    """For both readers; the script of axe-core comes from a wheel."""
    guide = patient(signed_in(opened, store, address, "matcher", "planner").new_page())
    readers = looks(opened, store, address)
    found = []
    for sight in sights(guide, address, workbook):
        for _, page in readers:
            found += violations(page, sight.address)
    assert found == []


@pytest.mark.slow
def test_axe_finds_nothing_on_what_auditors_read(opened: Browser, store: Store, address: str) -> None:
    """Oversight while planning is stopped, the log, and an equality audit with the plan without a rule."""
    with store.writing() as session:
        stop_runs(session, by="Bo", reason="the seats are wrong")
    for _, page in looks(opened, store, address, "auditor"):
        for where in ("/oversight", "/audit", "/audit?action=stop", "/equality"):
            assert violations(page, f"{address}{where}") == []
            assert page.locator("main > .notice-box.bad").count() == 1
        page.select_option("select[name=without]", "skill:kitchen")
        page.click("button[value=page]")
        page.wait_for_selector("#limits")
        assert Axe().run(page, options=AXE).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.slow
def test_axe_finds_nothing_on_the_pages_of_the_second_factor(opened: Browser, store: Store, address: str) -> None:
    """From the account on: set up, the codes for its loss, asked for when signing in, and a wrong code."""
    for language, scheme, width in (("en", "light", 1440), ("sv", "dark", 320)):
        context = newcomer(
            opened,
            store,
            address,
            f"Bo {language}",
            "matcher",
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            bypass_csp=True,
        )
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        page = patient(context.new_page())
        seen = []
        for sight in sights_of_newcomers(address):
            assert violations(page, sight) == []
            seen.append(page.url.removeprefix(address))
        assert set(seen) == {"/account", HERE, f"{HERE}/confirmation", "/sign-in/code"}
    with store.reading() as session:
        assert [account_named(session, name).second_factor_at is None for name in ("Bo en", "Bo sv")] == [False, False]


def test_axe_finds_nothing_where_somebody_should_have_begun(opened: Browser, store: Store) -> None:
    """A form for each person stands on the first page and on that of follow-ups."""
    with store.writing() as session:
        accept(session, list_proposals(session, state="proposed")[0].proposal_id, by="Bo")
    with served(store, lambda: DAY + timedelta(days=200)) as address:
        for _, page in looks(opened, store, address):
            assert violations(page, f"{address}/placements") == []
            assert page.locator("input[name=start_date]").count() == 1


def test_without_scripts_and_with_the_keyboard_alone(opened: Browser, store: Store, address: str) -> None:
    """A proposal is accepted by tabulator and return, in a browser that runs no script."""
    page = patient(signed_in(opened, store, address, "matcher", java_script_enabled=False).new_page())
    page.goto(f"{address}/proposals")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the navigation
    _press_until(page, "tbody a.button")
    page.keyboard.press("Enter")
    page.wait_for_selector("form.act")
    _press_until(page, "form.act button.yes")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice-box.good")
    with store.reading() as session:
        assert [one.act for one in decisions_taken(session)] == ["accept"]


def test_the_bar_is_one_row_at_any_width_and_opens_without_scripts(opened: Browser, store: Store, address: str) -> None:
    """Also for somebody who has every role of staff, in the language with the longer words; nothing is out of reach."""
    roles: tuple[Role, ...] = ("matcher", "planner", "auditor", "administrator")
    page = patient(signed_in(opened, store, address, *roles, java_script_enabled=False).new_page())
    for language in ("en", "sv"):
        page.context.add_cookies([{"name": "language", "value": language, "url": address}])
        for width in (320, 768, 1280, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{address}/account")
            box = page.locator("header").bounding_box()
            assert box is not None
            assert (box["width"], box["height"] < 64) == (width, True), (language, width, box)
    for width, way in ((320, "details.menu"), (1440, "details.folded:not(.own)")):
        page.set_viewport_size({"width": width, "height": 900})
        page.locator(f"{way} > summary").first.click()
        page.locator(f"{way} a[href='/plan']").click()
        page.wait_for_selector("#runs")


def _press_until(page: Page, selector: str) -> None:
    """Press the tabulator until something has the focus."""
    for _ in range(60):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tabulator must reach {selector}")
