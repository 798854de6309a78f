"""A walk over all pages: every table is an Excel workbook, too, and no title and no address names anybody."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from matcher.service.desk.source import StoredDesks
from matcher.service.placing import begin_placement
from matcher.service.worker import Worker
from matcher.store import Store, accept, list_proposals, list_stored
from matcher_api import Settings, create_app
from matcher_api.web.page_tables import table_on
from tests.api.conftest import DAY, HTML
from tests.api.signing import sign_in
from tests.api.test_deciding import Forms
from tests.api.test_importing import CONTRACTS, VACANCIES, sheets
from tests.sources import ads


@dataclass
class Section:
    """A part of a page: how many tables it has, and the workbooks that it leads to."""

    name: str = ""
    tables: int = 0
    workbooks: list[str] = field(default_factory=list)


class Sections(HTMLParser):
    """Collects the parts of a page, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: list[Section] = []
        self.links: set[str] = set()
        self._open: list[Section] = [Section(name="outside of every section")]
        self.sections += self._open
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "section":
            self._open.append(Section(name=given.get("aria-labelledby", "?")))
            self.sections.append(self._open[-1])
        elif tag == "table":
            self._open[-1].tables += 1
        elif tag == "a":
            address = given.get("href", "")
            if "excel" in given.get("class", "").split():
                self._open[-1].workbooks.append(address)
            elif address.startswith("/"):
                self.links.add(address.partition("#")[0])

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self._open.pop()

    @property
    def without(self) -> list[str]:
        """Return the parts that have more tables than they lead to workbooks."""
        return [one.name for one in self.sections if one.tables > len(one.workbooks)]


def is_page(address: str) -> bool:
    return (
        not address.startswith("/excel/")
        and "excel=" not in address
        and not address.endswith(("/excel", "/workbook", "/report"))
    )


@pytest.fixture(scope="module")
def town(planned_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a city in which somebody was accepted, somebody has begun, and a second run waits to be published."""
    path = tmp_path_factory.mktemp("tables") / "city.db"
    path.write_bytes(planned_file.read_bytes())
    with Store(f"sqlite:///{path}") as store:
        with store.writing() as session:
            first, second, *_ = list_proposals(session, state="proposed")
            for one in (first, second):
                accept(session, one.proposal_id, by="Bo")
            begin_placement(session, first.candidate_id, first.vacancy_id, start_date=date(2025, 5, 5), by="Bo")
        yield store


@pytest.fixture(scope="module")
def site(town: Store) -> Iterator[TestClient]:
    app = create_app(Settings(rate_per_minute=1_000_000), StoredDesks(town, lambda: DAY), town)
    with TestClient(app, headers=HTML) as client:
        sign_in(client, "matcher", "planner", "auditor", "administrator", name="Ada Berg")
        client.post("/accounts/tokens", data={"name": "case system"})
        client.post("/runs", data={"time_limit_s": "60"})
        added = client.get("/what-if?kind=change_seats&cohort_id=K1&by=3")
        changes = next(form["changes"] for form in Forms(added.text).forms if "name" in form)
        client.post("/what-if", data={"changes": changes, "name": "More seats"})
        while Worker(town).work_once():
            pass
        yield client


def checked(site: TestClient, text: str, where: str) -> Sections:
    """Return the parts of a page whose tables all lead to a workbook that is one."""
    found = Sections(text)
    assert found.without == [], where
    for section in found.sections:
        for address in section.workbooks:
            if address.startswith("data:"):
                content = base64.b64decode(address.partition(",")[2])
            else:
                content = site.get(address).content
            assert content.startswith(b"PK"), (where, address)
    return found


def test_an_audit_s_tables_are_workbooks(site: TestClient) -> None:
    """They stand on one answer alone as well; nothing of an audit is kept."""
    table = b"candidate_id,attribute,value\nC1,sex,woman\nC2,sex,man\n"
    answer = site.post("/equality", files={"table": ("a.csv", table)}, data={"without": "skill:kitchen"})
    found = checked(site, answer.text, "/equality")
    assert sum(one.tables for one in found.sections) == sum(len(one.workbooks) for one in found.sections) > 2


@pytest.fixture(scope="module")
def walked(site: TestClient) -> dict[str, str]:
    """Return the text of every page that links lead to from the first one on."""
    seen: dict[str, str] = {}
    waiting = {"/", "/placements?only="}
    while waiting:
        address = waiting.pop()
        answer = site.get(address)
        assert answer.status_code == 200, address
        seen[address] = answer.text
        links = {one.replace("&amp;", "&") for one in Sections(answer.text).links if is_page(one)}
        waiting |= links - seen.keys()
    return seen


def test_every_table_of_every_page_is_a_workbook(site: TestClient, walked: dict[str, str]) -> None:
    """Beside each stands a link, in its caption or above it, and what it leads to is a workbook."""
    tables = {
        address: sum(section.tables for section in checked(site, text, address).sections)
        for address, text in walked.items()
    }
    assert sum(tables.values()) > 30
    for path in ("/placements/1", "/runs/2", "/what-if/3", "/accounts", "/oversight"):
        assert tables[path] > 0, path


def test_no_title_and_no_address_holds_personal_data(walked: dict[str, str], town: Store) -> None:
    """No title names anybody, not by a pseudonym either; addresses have pseudonyms at most, and nobody's name."""
    with town.reading() as session:
        people = [row.entity.candidate_id for row in list_stored(session, "candidates")]
    names = ("Ada", "Berg", "Bo")
    for address, text in walked.items():
        title = re.search("<title>(.*)</title>", text)
        assert title is not None, address
        assert not set(re.findall(r"[\w-]+", title[1])) & {*people, *names}, (address, title[1])
        for found in re.findall(r'(?:href|action|src)="(/[^"]*)"', text):
            assert not set(re.findall(r"[\w-]+", unquote(found))) & set(names), (address, found)


def test_a_day_is_written_one_way_in_english_as_people_say_it(walked: dict[str, str]) -> None:
    """No page mixes 2027-06-01 with 1 June 2027; fields of forms and attributes have the form of machines."""
    machine = re.compile(r"\d{4}-\d\d-\d\d")
    for address, text in walked.items():
        shown = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>", " ", text)
        assert machine.findall(shown) == [], address
    assert sum(len(re.findall(r">\d{1,2} [A-Z][a-z]+ 20\d\d<", text)) for text in walked.values()) > 50


def test_a_file_s_faults_and_what_it_would_change_are_workbooks(site: TestClient) -> None:
    """They stand on one answer alone, so the workbook is in the page itself."""
    contract = ("T8", "", "Snow", 1)
    faulty = sheets({"contracts": [CONTRACTS, contract], "vacancies": [VACANCIES, ("V8", 0, "T8")]})
    good = sheets({"contracts": [CONTRACTS, contract]})
    left_out = json.dumps([ads.ad(), ads.ad("778", number_of_vacancies=0)]).encode()
    for content, said in ((faulty, "1 fault"), (good, "missing"), (left_out, "left out")):
        answer = site.post("/import", files={"workbook": ("city.xlsx", content)})
        assert said in answer.text
        assert sum(one.tables for one in checked(site, answer.text, said).sections) > 0


def test_a_supplier_s_list_is_a_workbook(site: TestClient, town: Store) -> None:
    """With the agreed fields alone, and of their own contracts."""
    text = site.get("/contracts").text
    own = sorted(set(re.findall(r'href="/contracts/([^"]+)"', text)))
    with TestClient(site.app, headers=HTML) as client:
        sign_in(client, "supplier", contracts=own)
        page = client.get("/accepted")
        assert checked(client, page.text, "/accepted").sections


def test_what_is_read_off_a_page_are_its_words_days_and_numbers() -> None:
    """What is to be pressed, or for other eyes, is left out, and with it a column that holds nothing else."""
    page = """<table><caption><span class="hidden">Other</span></caption></table>
    <table><caption><span class="hidden">Runs</span><a class="excel" href="?">Excel<span class="hidden"> Runs</span></a>
    </caption><thead><tr><th>Run</th><th>Begins</th><th>Seats</th><th>Money</th><th>Do</th></tr></thead>
    <tbody><tr><th><a href="/runs/1">Run 1</a> <span class="note">by&nbsp;hand</span></th>
    <td><time datetime="2026-06-01">1 June 2026</time> <span class="note">in 21 days</span></td><td>12,345.5</td>
    <td>9 kr</td><td><form><input name="x"><button>Cancel <span class="hidden">1</span></button></form></td></tr>
    <tr><th>Run 2</th><td>not known</td><td>-3</td><td></td><td></td></tr></tbody></table>"""
    found = table_on(page, 2, "en")
    assert found is not None
    assert [column.title for column in found.columns] == ["Run", "Begins", "Seats", "Money"]
    assert found.rows == (
        ("Run 1 by\N{NO-BREAK SPACE}hand", date(2026, 6, 1), Decimal("12345.5"), "9 kr"),
        ("Run 2", "not known", Decimal(-3), None),
    )
    swedish = table_on(page.replace("12,345.5", "12\N{NO-BREAK SPACE}345,5"), 2, "sv")
    assert swedish is not None
    assert swedish.rows[0][2] == Decimal("12345.5")
    assert table_on(page, 3, "en") is None


def test_a_table_that_a_page_has_not_is_not_found(site: TestClient) -> None:
    assert site.get("/plan?excel=99").status_code == 404
    assert site.get("/plan?excel=x").headers["content-type"].startswith("text/html")
