"""A walk through a service on PostgreSQL in a real browser; what is deeper than a look is tested on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Error

from matcher.service.placing import begin_placement
from matcher.store import Role, Store, accept, list_proposals
from matcher_api.auth.policy import POLICY, RULES
from tests.api.test_tables import is_page
from tests.browser.newcomers import newcomer
from tests.browser.serving import MISSING, chromium, patient

pytestmark = pytest.mark.skipif(chromium() is None, reason=MISSING)

# What no link leads to: scenarios nobody has made, pages of suppliers and for passwords, and what is no page.
NOT_LED_TO = {
    "/what-if/{run_id}",
    "/accepted",
    "/healthz",
    "/readyz",
    "/metrics",
    "/import/{digest}",
}
BESIDE = ("/v1/", "/static/", "/sign-in", "/invitation", "/excel/")


@pytest.fixture
def store(planned: Callable[[], str]) -> Iterator[Store]:
    """Return a database with the small city and its first plan, in which somebody has begun."""
    with Store(planned()) as store:
        with store.writing() as session:
            first = list_proposals(session, state="proposed")[0]
            accept(session, first.proposal_id, by="Bo")
            begin_placement(session, first.candidate_id, first.vacancy_id, start_date=date(2025, 5, 5), by="Bo")
        yield store


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_every_page_opens_on_postgresql(opened: Browser, store: Store, address: str) -> None:
    """One of each kind, as links lead there from the first: it is answered, has a heading, and its scripts run."""
    roles: tuple[Role, ...] = ("matcher", "planner", "auditor", "administrator")
    context = newcomer(opened, store, address, "Bo Ek", *roles)  # with a password, and so a page of the second factor
    page = patient(context.new_page())
    broken: list[Error] = []

    def noted(error: Error) -> None:
        broken.append(error)

    page.on("pageerror", noted)
    seen: dict[str, int] = {}
    waiting = ["/"]
    while waiting:
        where = waiting.pop()
        rule = POLICY.find("GET", where.partition("?")[0]).rule
        if rule is None or rule.path in seen or not is_page(where):
            continue
        answer = page.goto(f"{address}{where}", wait_until="domcontentloaded")
        assert answer is not None
        seen[rule.path] = answer.status
        assert page.locator("h1").count() == 1, where
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
        waiting += [link.partition("#")[0] for link in links]
    assert set(seen.values()) == {200}
    assert broken == []
    pages = {rule.path for rule in RULES if rule.method == "GET" and not rule.path.startswith(BESIDE)}
    assert {path for path in pages - seen.keys() if is_page(path)} == NOT_LED_TO
