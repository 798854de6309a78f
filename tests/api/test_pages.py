"""The pages for staff: each in both languages, links lead somewhere, and what is shown is what the plan says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from matcher.problem import HeldSkill
from matcher.service.desk import Desk, today
from matcher.service.desk.source import StoredDesks
from matcher.store import Store
from matcher_api import Settings, create_app
from matcher_api.web.rendering import with_whole_days
from tests.api.conftest import DAY, HTML, Nothing, city, fill
from tests.api.signing import sign_in
from tests.store.databases import SqliteFiles


@pytest.fixture(scope="module")
def store(planned_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return one database for all tests here, none of which changes what pages show."""
    path = tmp_path_factory.mktemp("pages") / "city.db"
    path.write_bytes(planned_file.read_bytes())
    with Store(f"sqlite:///{path}") as store:
        yield store


@pytest.fixture(scope="module")
def desks(store: Store) -> StoredDesks:
    return StoredDesks(store, lambda: DAY)


@pytest.fixture(scope="module")
def desk(desks: StoredDesks) -> Desk:
    desk = desks.desk()
    assert desk is not None
    return desk


@pytest.fixture(scope="module")
def site(store: Store, desks: StoredDesks) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), desks, store), headers=HTML) as client:
        yield sign_in(client, "matcher", "planner", name="Ada Berg")


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


ADDRESSES = (
    *("/", "/proposals", "/contracts", "/vacancies", "/candidates", "/courses", "/plan", "/runs/1", "/what-if"),
    *("/figures", "/import", "/placements"),
)


def is_workbook(address: str) -> bool:
    return address.startswith("/excel/") or address.endswith(("/excel", "/workbook")) or "excel=" in address


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
        waiting |= {one for one in links.addresses if one.startswith("/") and not is_workbook(one)} - seen
    assert {"/proposals", "/contracts", "/vacancies", "/candidates", "/courses", "/plan", "/plan/report"} <= seen
    assert {"/what-if", "/figures", "/import"} <= seen
    assert any(address.startswith("/runs/") for address in seen)
    assert sum(address.startswith("/candidates/") for address in seen) > 1


def test_a_candidates_skills_are_told_with_what_their_number_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = city()
    speaks = HeldSkill(candidate_id=given.candidates[0].candidate_id, skill="danish", level=3)
    changed = replace(given, candidate_skills=(*given.candidate_skills, speaks))
    monkeypatch.setattr("tests.api.conftest.city", lambda: changed)
    with Store(SqliteFiles(tmp_path).address()) as store:
        fill(store)
        app = create_app(Settings(), StoredDesks(store, lambda: DAY), store)
        with TestClient(app, headers=HTML) as client:
            site, address = sign_in(client, "matcher", name="Ada Berg"), f"/candidates/{speaks.candidate_id}"
            assert "danish level 3" in site.get(address, headers={"Accept-Language": "en"}).text
            assert "danish nivå 3" in site.get(address, headers={"Accept-Language": "sv"}).text


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_speaks_swedish_where_the_reader_does(site: TestClient, address: str) -> None:
    answer = site.get(address, headers={"Accept-Language": "sv"})
    assert '<html lang="sv">' in answer.text
    assert "Bara förslag: en människa beslutar om varje placering." in answer.text
    assert answer.headers["content-language"] == "sv"


def test_no_line_ends_within_a_day(site: TestClient) -> None:
    """Browsers break 2027-03-06 behind its hyphens; whatever else stands in a sentence is text."""
    said = with_whole_days("<i> 2027-03-06: too late, 12027-03-061")
    assert said == '&lt;i&gt; <span class="date">2027-03-06</span>: too late, 12027-03-061'
    facts = site.get("/vacancies/V1/people/C1", headers={"Accept-Language": "sv"}).text
    checks = facts.partition('<ul class="checks">')[2].partition("</ul>")[0]
    assert (
        len(re.findall(r"\d{4}-\d\d-\d\d", checks))
        == len(re.findall(r'<span class="date">\d{4}-\d\d-\d\d<', checks))
        > 0
    )


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
    assert "<script>" not in text


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


def test_nothing_is_loaded_from_elsewhere_and_scripts_are_the_service_s_own(site: TestClient) -> None:
    answer = site.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall("<script[^>]*>", answer.text) == re.findall('<script src="/static/desk[^"]*" defer>', answer.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    style = re.search(r'href="(/static/style\.css\?[^"]+)"', answer.text)
    assert style is not None
    sheet = site.get(style[1])
    assert sheet.headers["content-type"].startswith("text/css")
    assert "section > ul" in sheet.text


def test_until_there_is_a_plan_the_pages_say_so(own_store: Store) -> None:
    with TestClient(create_app(Settings(), Nothing(), own_store), headers=HTML) as client:
        answer = sign_in(client, "matcher").get("/vacancies")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "There is no plan yet" in answer.text


@pytest.mark.parametrize("kind", ["contracts", "vacancies", "candidates", "courses", "proposals"])
def test_a_list_is_a_workbook_with_the_rows_that_fit(site: TestClient, kind: str) -> None:
    whole = site.get(f"/excel/{kind}")
    nothing = site.get(f"/excel/{kind}?q=nobodyatall")
    assert whole.content.startswith(b"PK")
    assert f'filename="{kind}.xlsx"' in whole.headers["content-disposition"]
    assert len(nothing.content) < len(whole.content)


@pytest.mark.parametrize("address", ["/excel/figures", "/excel/vacancies/V1/people", "/import/workbook"])
def test_other_tables_are_workbooks_too(site: TestClient, address: str) -> None:
    assert site.get(address).content.startswith(b"PK")


def test_losses_are_rounded_for_people(site: TestClient) -> None:
    text, _ = read(site, "/vacancies/V1")
    assert not re.search(r"\d[.,]\d{3,}", re.sub("<[^>]*>", " ", text))
