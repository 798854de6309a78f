"""Pages for staff who are limited: whatever link they follow, nobody of another unit is named, and no link is shut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from matcher.service.desk.source import StoredDesks
from matcher.store import Role, Store, assign_case, list_proposals, list_stored
from matcher_api import Settings, create_app
from tests.api.conftest import DAY, HTML
from tests.api.signing import sign_in

pytestmark = pytest.mark.no_cover  # goes over every address: each has tests of its own


@pytest.fixture(scope="module")
def town(planned_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a planned city in which two units look after every third candidate each, and nobody after the rest."""
    path = tmp_path_factory.mktemp("sight") / "city.db"
    path.write_bytes(planned_file.read_bytes())
    with Store(f"sqlite:///{path}") as store:
        with store.writing() as session:
            for number, row in enumerate(list_stored(session, "candidates")):
                if unit := ("north", "south", None)[number % 3]:
                    assign_case(session, row.entity.candidate_id, "Bo", by="Ada", unit=unit)
        yield store


@pytest.fixture(scope="module")
def site(town: Store) -> Iterator[TestClient]:
    desks = StoredDesks(town, lambda: DAY)
    app = create_app(Settings(rate_per_minute=1_000_000), desks, town)
    with TestClient(app, headers=HTML, follow_redirects=False) as client:
        yield client


def people(store: Store, *numbers: int) -> list[str]:
    with store.reading() as session:
        rows = list_stored(session, "candidates")
    return [row.entity.candidate_id for place, row in enumerate(rows) if place % 3 in numbers]


def everything(site: TestClient, first: str) -> dict[str, str]:
    """Return the text of every page that links lead to, each of which must be there."""
    seen: dict[str, str] = {}
    waiting = {first}
    while waiting:
        address = waiting.pop()
        answer = site.get(address)
        assert answer.status_code == 200, address
        seen[address] = answer.text
        links = re.findall(r'href="(/[^"#]*)"', answer.text)
        waiting |= {
            link.replace("&amp;", "&") for link in links if not link.startswith("/static") and "excel=" not in link
        } - seen.keys()
    return seen


def named(text: str, ids: list[str]) -> list[str]:
    return [one for one in ids if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)]


def test_nobody_of_another_unit_is_named_on_any_page(site: TestClient, town: Store) -> None:
    """From the first page on through every link: own people are there, others and those of no unit are not."""
    sign_in(site, "matcher", "planner", units=["north"])
    own, others = people(town, 0), people(town, 1, 2)
    pages = everything(site, "/")
    assert {"/", "/candidates", "/proposals", "/vacancies", "/contracts", "/figures"} <= pages.keys()
    assert "people whom you may see" in pages["/figures"]
    assert {address: named(text, others) for address, text in pages.items() if named(text, others)} == {}
    assert set(named("".join(pages.values()), own)) == set(own)
    for person in others:
        assert site.get(f"/candidates/{person}").status_code == 404


def test_whoever_sees_every_unit_finds_what_the_first_test_looks_for(site: TestClient, town: Store) -> None:
    """Without a limit the same walk names everybody, so the walk would notice."""
    sign_in(site, "matcher")
    assert set(named("".join(everything(site, "/").values()), people(town, 0, 1, 2))) == set(people(town, 0, 1, 2))


def test_nobody_decides_about_another_unit_s_people(site: TestClient, town: Store) -> None:
    """Looking at a pair and deciding about it are shut alike, and nothing is stored."""
    sign_in(site, "matcher", units=["south"])
    others = set(people(town, 0, 2))
    with town.reading() as session:
        foreign = next(each for each in list_proposals(session) if each.candidate_id in others)
    address = f"/vacancies/{foreign.vacancy_id}/people/{foreign.candidate_id}"
    assert site.get(address).status_code == 404
    assert (
        site.post(address, data={"act": "accept", "seen": "0", "proposal_id": foreign.proposal_id}).status_code == 404
    )
    # Nor by naming their proposal on the page of one's own person.
    accepting = {"act": "accept", "seen": "0", "proposal_id": foreign.proposal_id}
    own = f"/vacancies/{foreign.vacancy_id}/people/{people(town, 1)[0]}"
    assert site.get(own).status_code == 200
    assert site.post(own, data=accepting).status_code == 404
    with town.reading() as session:
        assert foreign in list_proposals(session)


def test_whoever_is_limited_to_a_contract_sees_its_work_and_no_people(site: TestClient, town: Store) -> None:
    """They find their own work alone on the first page and everywhere else, nobody, and no way to candidates."""
    with town.reading() as session:
        mine, *rest = [row.entity.contract_id for row in list_stored(session, "contracts")]
    sign_in(site, "matcher", contracts=[mine])
    pages = everything(site, "/")
    assert {"/", "/contracts", "/vacancies"} <= pages.keys()
    assert not any(address.startswith(("/candidates", "/proposals", "/figures")) for address in pages)
    everybody = people(town, 0, 1, 2)
    assert {address: named(text, everybody) for address, text in pages.items() if named(text, everybody)} == {}
    assert {address: named(text, rest) for address, text in pages.items() if named(text, rest)} == {}
    text = site.get("/contracts").text
    assert f"/contracts/{mine}" in text
    assert not [other for other in rest if f'/contracts/{other}"' in text]
    assert "/candidates" not in text
    assert [site.get(f"/contracts/{one}").status_code for one in (mine, rest[0], "none")] == [200, 404, 404]


def test_nothing_that_may_not_be_seen_is_counted_or_written_into_a_workbook(site: TestClient, town: Store) -> None:
    """The figures of the first page are of one's own people, and so is every workbook."""
    sign_in(site, "matcher", "planner", units=["north"])
    told = re.search(r"People without a place.*?(\d+)", site.get("/").text, re.DOTALL)
    own = people(town, 0)
    assert told is not None
    assert int(told[1]) == site.get("/candidates?only=without").text.count('<tr role="row"><th role="rowheader"')
    assert int(told[1]) <= len(own)
    for kind in ("candidates", "proposals", "placements"):
        read = workbook(site.get(f"/excel/{kind}").content)
        assert named(read, people(town, 1, 2)) == []
    assert set(named(workbook(site.get("/excel/candidates").content), own)) == set(own)
    with town.reading() as session:
        mine, *rest = [row.entity.contract_id for row in list_stored(session, "contracts")]
    sign_in(site, "matcher", contracts=[mine])
    assert named(workbook(site.get("/excel/contracts").content), [mine, *rest]) == [mine]
    assert [site.get(f"/excel/{kind}").status_code for kind in ("candidates", "proposals", "vacancies")] == [
        404,
        404,
        200,
    ]


def workbook(content: bytes) -> str:
    """Return every text of a workbook."""
    with ZipFile(BytesIO(content)) as archive:
        sheets = " ".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    return " ".join(re.findall(r"<t[^>]*>([^<]*)</t>", sheets))


@pytest.mark.parametrize("role", ["matcher", "planner", "auditor"])
def test_of_the_plan_whoever_is_limited_finds_their_part(site: TestClient, town: Store, role: Role) -> None:
    """How many of theirs it places, and nothing that counts everybody: no aims, no runs, no way to either."""
    with town.reading() as session:
        own = len({one.candidate_id for one in list_proposals(session)} & set(people(town, 0)))
    sign_in(site, role, units=["north"])
    text = site.get("/plan").text
    assert f"It places {own} " in text
    assert not [told for told in ("Runs of the planner", "Proven gap", "/runs", "/plan/report") if told in text]
    for shut in ("/runs/1", "/plan/report", "/what-if", "/import", "/excel/runs/1"):
        assert site.get(shut).status_code in (403, 404), shut
    assert site.get("/plan?excel=1").status_code == 404


def test_the_part_of_a_contract_counts_its_positions_alone(site: TestClient, town: Store) -> None:
    with town.reading() as session:
        contract_id = list_stored(session, "contracts")[0].entity.contract_id
        own = [row.entity.positions for row in list_stored(session, "vacancies", contract_id=contract_id)]
    sign_in(site, "planner", contracts=[contract_id])
    text = site.get("/plan").text
    assert f" of {sum(own)} positions of your contracts" in text
    assert "People without a place" not in text
