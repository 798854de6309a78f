"""Every page of the service in its states, by name: where it is found, from the first page on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page

PLAN_S = 600_000  # a study takes its time on a machine that has much else to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A page to look at.

    Its name in file names, its address, and what to press there, where an answer is the sight. The next one may begin
    where each reader of this one has got to.
    """

    name: str
    address: str
    press: Callable[[Page], None] | None = None
    leads_on: bool = False

    def shown_on(self, page: Page) -> None:
        """Go there."""
        page.goto(self.address)
        if self.press is not None:
            self.press(page)


def until_planned(page: Page, address: str) -> None:
    """Wait until the service has made its first plan."""
    page.goto(address)
    page.wait_for_selector("#lacking", timeout=PLAN_S)


def sights(page: Page, address: str, faulty: Path) -> Iterator[Sight]:
    """Yield every page; some decisions, a run and a scenario are made on the way, so that there is something to see.

    What takes longest comes last: whoever wants some pages alone need not wait for it.
    """
    for name in ("proposals", "contracts", "vacancies", "candidates", "courses", "figures"):
        yield Sight(name=name, address=f"{address}/{name}")
    for name, kind in (("contract", "contracts"), ("candidate", "candidates")):
        page.goto(f"{address}/{kind}")
        yield Sight(name=name, address=_first(page, f"tbody a[href^='/{kind}/']", address))
    yield Sight(name="candidate-without", address=_first_of(page, address, "/candidates?only=without", "candidates"))
    for name in ("rights", "letter"):
        yield Sight(name=name, address=f"{_first_of(page, address, '/candidates?only=without', 'candidates')}/{name}")
    for name in ("requests", "retention", "identities", "law", "law/processing-record", "law/accessibility"):
        yield Sight(name=name.replace("/", "-"), address=f"{address}/{name}")
    yield Sight(name="vacancy-open", address=_first_of(page, address, "/vacancies?only=open", "vacancies"))
    yield Sight(name="vacancy", address=_first_of(page, address, "/vacancies?only=filled", "vacancies"))
    page.goto(f"{address}/proposals")
    yield Sight(name="several", address=f"{address}/proposals/several")
    yield Sight(name="decide", address=_first(page, "tbody a.button", address))
    yield Sight(name="decided", address=_accepted(page, address))
    yield Sight(name="placement", address=_begun(page, address))
    yield Sight(name="placements", address=f"{address}/placements")
    yield Sight(name="oversight", address=f"{address}/oversight")
    yield Sight(name="import", address=f"{address}/import")
    yield Sight(name="import-draft", address=_draft(page, address, faulty))
    yield Sight(name="today", address=f"{address}/")
    yield Sight(name="not-found", address=f"{address}/nowhere")
    yield Sight(name="run", address=_run(page, address))
    yield Sight(name="plan", address=f"{address}/plan")
    yield Sight(name="what-if-result", address=_scenario(page, address))
    yield Sight(name="what-if", address=_changed(page, address))
    yield Sight(name="what-if-study", address=_study(page, address))
    yield Sight(name="today-stopped", address=_stopped(page, address))


def sights_of_auditors(address: str) -> Iterator[Sight]:
    """Yield the pages that auditors alone see; an audit is an answer to a form, and has no address."""
    yield Sight(name="audit", address=f"{address}/audit")
    yield Sight(name="equality", address=f"{address}/equality")
    yield Sight(name="equality-audit", address=f"{address}/equality", press=_audited)


def _audited(page: Page) -> None:
    page.select_option("select[name=without]", index=1)
    page.click("button[value=page]")
    page.wait_for_selector("#limits", timeout=PLAN_S)


def _changed(page: Page, address: str) -> str:
    """Return the address of a scenario with one change: five more seats in a course that is there."""
    page.goto(f"{address}/what-if")
    page.locator("form:has(input[name=kind][value=change_seats]) button").click()
    page.wait_for_selector("#so-far")
    return page.url


def _first(page: Page, selector: str, address: str) -> str:
    return f"{address}{page.locator(selector).first.get_attribute('href')}"


def _first_of(page: Page, address: str, path: str, kind: str) -> str:
    page.goto(f"{address}{path}")
    return _first(page, f"tbody a[href^='/{kind}/']", address)


def _accepted(page: Page, address: str) -> str:
    page.goto(_first(page, "tbody a.button", address))
    page.click("form.act button.yes")
    page.wait_for_selector(".notice-box.good")
    return page.url


def _begun(page: Page, address: str) -> str:
    """Note on the page of a pair that was accepted that it began two hundred days ago: two questions are due by now."""
    day = page.locator("input[name=start_date]")
    today = date.fromisoformat(day.get_attribute("max") or "")
    day.fill((today - timedelta(days=200)).isoformat())
    page.locator("form:has(input[name=start_date]) button").click()
    page.wait_for_selector(".notice-box.good")
    page.goto(f"{address}/placements")
    return _first(page, "tbody a.button[href^='/placements/']", address).partition("#")[0]


def _run(page: Page, address: str) -> str:
    page.goto(f"{address}/plan")
    page.click("form[action='/runs'] button")
    page.wait_for_selector("#publish", timeout=PLAN_S)
    return page.url


def _scenario(page: Page, address: str) -> str:
    page.goto(f"{address}/what-if")
    page.locator("form:has(input[value='more_candidates']) button").click()
    page.wait_for_selector("ol.changes")
    page.click("form[method='post'][action='/what-if'] button")
    page.wait_for_selector("#limits", timeout=PLAN_S)
    return page.url


def _study(page: Page, address: str) -> str:
    page.goto(f"{address}/what-if")
    form = page.locator("form:has(input[value='invest'])")
    form.locator("input[name=points]").fill("3")  # each takes as long as a plan
    form.locator("button").click()
    page.wait_for_selector("#limits", timeout=PLAN_S)
    return page.url


def _stopped(page: Page, address: str) -> str:
    page.goto(f"{address}/oversight")
    page.fill("form[action='/oversight/stop'] input[name=reason]", "K01 has 12 seats, not 20")
    page.click("form[action='/oversight/stop'] button")
    page.wait_for_selector("form[action='/oversight/resume']")
    return f"{address}/"


def _draft(page: Page, address: str, workbook: Path) -> str:
    page.goto(f"{address}/import")
    page.set_input_files("#workbook", workbook)
    page.click("form[enctype] button")
    page.wait_for_selector("#news")
    return page.url
