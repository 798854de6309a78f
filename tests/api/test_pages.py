"""The pages for staff: each in both languages, links lead somewhere, and what is shown is what the plan says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from matcher.report import RunFacts
from matcher.service.desk import Desk, today
from matcher.service.desk.source import SolvedInBackground
from matcher.solve import solve
from matcher.store import Store
from matcher_api import Settings, create_app
from tests.api.signing import sign_in
from tests.report.stories import small_city
from tests.store.databases import SqliteFiles

DAY = date(2026, 8, 3)
HTML = {"Accept": "text/html"}


class Ready:
    """A source whose desk is there."""

    progress = None
    failure = None

    def __init__(self, desk: Desk | None) -> None:
        self.desk = desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    problem = small_city()
    result = solve(problem)
    return Desk(problem, result.plan, RunFacts(is_checked=True, baseline=result.baseline), DAY)


@pytest.fixture(scope="module")
def site(desk: Desk, sqlite_files: SqliteFiles) -> Iterator[TestClient]:
    with (
        Store(sqlite_files.address()) as store,
        TestClient(create_app(Settings(), Ready(desk), store), headers=HTML) as client,
    ):
        yield sign_in(client, "matcher", name="Ada Berg")


class Links(HTMLParser):
    """Collects addresses, ids and what is missing for readers of all kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.headings: list[int] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and (address := given.get("href")):
            self.addresses.add(address)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if name := given.get("id"):
            self.ids.append(name)


def read(site: TestClient, address: str) -> tuple[str, Links]:
    answer = site.get(address)
    assert answer.status_code == 200, address
    links = Links()
    links.feed(answer.text)
    return answer.text, links


def test_every_link_of_every_page_leads_to_a_page(site: TestClient) -> None:
    """Whoever follows links from the first page meets no dead end, and reads one heading of the first rank a page."""
    seen: set[str] = set()
    waiting = {"/"}
    while waiting:
        address = waiting.pop()
        seen.add(address)
        _, links = read(site, address)
        assert links.headings.count(1) == 1, address
        assert all(after <= before + 1 for before, after in zip(links.headings, links.headings[1:], strict=False))
        assert len(links.ids) == len(set(links.ids)), address
        waiting |= {one for one in links.addresses if one.startswith("/")} - seen
    assert {"/contracts", "/vacancies", "/candidates", "/courses", "/plan", "/plan/report"} <= seen
    assert sum(address.startswith("/candidates/") for address in seen) > 1


@pytest.mark.parametrize("address", ["/", "/contracts", "/vacancies", "/candidates", "/courses", "/plan"])
def test_each_page_speaks_swedish_where_the_reader_does(site: TestClient, address: str) -> None:
    answer = site.get(address, headers={"Accept-Language": "sv"})
    assert '<html lang="sv">' in answer.text
    assert "Bara förslag: en människa beslutar om varje placering." in answer.text
    assert answer.headers["content-language"] == "sv"


def test_a_chosen_language_stays(site: TestClient) -> None:
    chosen = site.post("/language", data={"to": "sv", "back": "/courses"}, follow_redirects=False)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/courses")
    assert '<html lang="sv">' in site.get("/", headers={"Accept-Language": "en"}).text
    del site.cookies["language"]


@pytest.mark.parametrize("back", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_choosing_a_language_leads_nowhere_else(site: TestClient, back: str) -> None:
    assert site.post("/language", data={"to": "sv", "back": back}, follow_redirects=False).status_code == 400


def test_the_first_page_names_what_lacks_people(site: TestClient, desk: Desk) -> None:
    text, _ = read(site, "/")
    view = today(desk)
    assert view.lacking
    assert view.starting
    for row in view.lacking:
        assert f"/vacancies/{row.vacancy.vacancy_id}" in text
        assert row.open == desk.open_at[row.vacancy.vacancy_id]


def test_a_list_is_searched_and_narrowed(site: TestClient, desk: Desk) -> None:
    first = desk.problem.candidates[0].candidate_id
    text, _ = read(site, f"/candidates?q={first}")
    assert f"/candidates/{first}" in text
    without, _ = read(site, "/candidates?only=without")
    placed = {entry.candidate_id for entry in desk.plan.assignments}
    assert not any(f'/candidates/{one}"' in without for one in placed)
    assert "0 of" in site.get("/candidates?q=nobodyatall").text


def test_what_is_typed_is_shown_as_text(site: TestClient) -> None:
    text, _ = read(site, '/candidates?q="><script>alert(1)</script>')
    assert "<script" not in text


def test_page_titles_name_nobody(site: TestClient, desk: Desk) -> None:
    for candidate in desk.problem.candidates[:5]:
        text, _ = read(site, f"/candidates/{candidate.candidate_id}")
        title = re.search("<title>(.*)</title>", text)
        assert title is not None
        assert candidate.candidate_id not in title[1]


def test_what_is_not_there_is_a_page_for_people_and_a_document_for_programs(site: TestClient) -> None:
    person = site.get("/vacancies/none")
    program = site.get("/vacancies/none", headers={"Accept": "application/json"})
    assert (person.status_code, program.status_code) == (404, 404)
    assert "<h1>Not found</h1>" in person.text
    assert program.headers["content-type"] == "application/problem+json"


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(site: TestClient) -> None:
    answer = site.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    style = re.search(r'href="(/static/style\.css\?[^"]+)"', answer.text)
    assert style is not None
    sheet = site.get(style[1])
    assert sheet.headers["content-type"].startswith("text/css")
    assert "section > ul" in sheet.text


def test_until_the_plan_is_there_the_pages_say_so(own_store: Store) -> None:
    with TestClient(create_app(Settings(), Ready(None), own_store), headers=HTML) as client:
        answer = sign_in(client, "matcher").get("/vacancies")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "The plan is being made" in answer.text


def test_a_problem_is_solved_while_the_service_starts() -> None:
    source = SolvedInBackground(small_city, lambda: DAY, 60)
    assert source.desk is None
    source.start()
    source.wait(120)
    assert source.failure is None
    assert source.desk is not None
    assert source.desk.plan.assignments
