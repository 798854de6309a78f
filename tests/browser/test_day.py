"""A whole working day in a real browser, on each database: what was taken in, decided and published is there then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from matcher.formats import read_problem
from matcher.store import Store, decisions_taken, list_proposals, list_stored, published_plan_id
from tests.browser.serving import MISSING, chromium, patient, signed_in

pytestmark = pytest.mark.skipif(chromium() is None, reason=MISSING)


@pytest.fixture
def store(planned: Callable[[], str]) -> Iterator[Store]:
    """Return a database of each kind with the small city and its first plan."""
    with Store(planned()) as store:
        yield store


def test_a_working_day_goes_by(opened: Browser, store: Store, address: str, workbook: Path, tmp_path: Path) -> None:
    """A workbook is taken in and completed, people are decided about, a new plan keeps them and is published."""
    context = signed_in(opened, store, address, "matcher", "planner", accept_downloads=True)
    page = patient(context.new_page())

    page.goto(f"{address}/import")
    page.set_input_files("#workbook", workbook)
    page.click("form[enctype] button")
    page.fill("input[type=date]", "2026-09-14")
    page.fill("input[inputmode=decimal]", "1")
    page.click("form[action$='/fill'] button")
    page.wait_for_selector("form[action$='/take']")
    assert page.locator("form[action$='/fill']").count() == 0
    page.click("form[action$='/take'] button")
    page.wait_for_selector(".notice-box.good")

    page.goto(f"{address}/")
    page.locator("tbody a.button").first.click()
    page.wait_for_selector("#cost-reject:not([data-again])")  # what it costs stands there, at once or a moment later
    assert "The candidate would" in page.inner_text("#cost-reject")
    accepted = page.url
    page.click("form.act button.yes")
    page.wait_for_selector(".notice-box.good")
    page.click(".notice-box.good a.button")
    page.locator("tbody a.button").first.click()
    page.select_option("select[name=reason_code]", "too_far")
    page.click("form.act button.no")
    page.wait_for_selector(".notice-box.good")

    page.goto(f"{address}/plan")
    page.click("form[action='/runs'] button")
    page.wait_for_selector("#publish")  # the page looks again by itself until the plan is there
    assert "1 accepted placement, and it is kept." in page.content()
    page.fill("input[name=reason]", "Monday")
    page.click("form[action$='/publish'] button")
    page.wait_for_selector("#runs")

    page.goto(f"{address}/import")
    with page.expect_download() as waiting:
        page.click("a[href='/import/workbook']")
    path = tmp_path / "back.xlsx"
    waiting.value.save_as(path)
    assert any(contract.contract_id == "NEW-1" for contract in read_problem(path).contracts)
    with store.reading() as session:
        assert [one.act for one in decisions_taken(session)] == ["accept", "reject"]
        assert {row.entity.decision for row in list_stored(session, "decisions")} == {"accepted", "forbidden"}
        assert published_plan_id(session) == 2
        kept = [row for row in list_proposals(session) if row.state == "accepted"]
    assert [accepted.endswith(row.candidate_id) for row in kept] == [True]
