"""Lists for whoever is limited: over every list of the table of rules, exactly what is theirs, by whatever way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from matcher.service.desk.source import StoredDesks
from matcher.service.lists import list_columns
from matcher.service.placing import begin_placement
from matcher.store import Store, accept, assign_case, list_proposals, list_stored, reject
from matcher_api import Settings, create_app
from matcher_api.auth.policy import RULES
from tests.api.conftest import DAY
from tests.api.signing import bear_token, sign_in

pytestmark = pytest.mark.no_cover  # goes over every address: each has tests of its own

OWNERS = ("candidate_id", "vacancy_id", "contract_id")
# Every list of other systems that holds something of a unit or a contract, as the table of rules has it.
LISTS = sorted(
    rule.path
    for rule in RULES
    if rule.method == "GET"
    and rule.path.startswith("/v1/")
    and "{" not in rule.path
    and rule.scope in ("people", "rows")
    if rule.path != "/v1/decision-costs"
)
LIMITS: dict[str, dict[str, list[str]]] = {
    "a unit": {"units": ["north"]},
    "no unit": {"units": []},
    "a contract": {"contracts": ["T1"]},
    "both": {"units": ["north"], "contracts": ["T1"]},
}


@pytest.fixture(scope="module")
def town(planned_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a planned city of two units, in which some proposals are decided and some people have begun."""
    path = tmp_path_factory.mktemp("seen") / "city.db"
    path.write_bytes(planned_file.read_bytes())
    with Store(f"sqlite:///{path}") as store, store.writing() as session:
        for number, row in enumerate(list_stored(session, "candidates")):
            if unit := (None, "south", "north")[number % 3]:
                assign_case(session, row.entity.candidate_id, "Bo", by="Ada", unit=unit)
        first, *others = list_proposals(session)
        for proposal in (first, *others[:-1]):
            accept(session, proposal.proposal_id, by="Ada")
            begin_placement(session, proposal.candidate_id, proposal.vacancy_id, start_date=DAY, by="Ada")
        reject(session, others[-1].proposal_id, by="Ada", reason_code="other")
    with Store(f"sqlite:///{path}") as store:
        yield store


@pytest.fixture(scope="module")
def client(town: Store) -> Iterator[TestClient]:
    app = create_app(Settings(rate_per_minute=1_000_000), StoredDesks(town, lambda: DAY), town)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def all_of(client: TestClient, path: str, **asked: Any) -> list[Any]:
    """Return the rows of a list, read page by page."""
    found, cursor = [], None
    while True:
        answer = client.get(path, params={**asked, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, (path, asked, answer.text)
        found += [item.get("fields", item) for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


def unit_of(store: Store) -> dict[str, str | None]:
    with store.reading() as session:
        rows = list_stored(session, "candidates")
    return {row.entity.candidate_id: (None, "south", "north")[number % 3] for number, row in enumerate(rows)}


def contract_of(store: Store) -> dict[str, str | None]:
    with store.reading() as session:
        return {row.entity.vacancy_id: row.entity.contract_id for row in list_stored(session, "vacancies")}


def is_theirs(row: Any, limits: dict[str, list[str]], units: dict[str, Any], contracts: dict[str, Any]) -> bool:
    """Say it once more, in a plain way: whose the person is, and whose the work."""
    theirs = True
    if "candidate_id" in row:
        theirs = "units" in limits and units[row["candidate_id"]] in limits["units"]
    if "contracts" in limits and ("vacancy_id" in row or "contract_id" in row):
        contract = contracts[row["vacancy_id"]] if "vacancy_id" in row else row["contract_id"]
        theirs = theirs and contract in limits["contracts"]
    return theirs


def test_these_are_the_lists() -> None:
    """Written down a second time: a list that joins the table of rules joins this test."""
    assert [
        f"/v1/{name}"
        for name in (
            *("candidate-skills", "candidates", "contracts", "decisions", "enrolments", "follow-ups"),
            *("placements", "proposals", "vacancies", "vacancy-skills"),
        )
    ] == LISTS


@pytest.mark.parametrize("limit", LIMITS)
def test_a_list_shows_exactly_what_is_theirs_by_whatever_way(client: TestClient, town: Store, limit: str) -> None:
    """Narrowed, sorted, cut into pages, begun in the middle of another's: the same rows, and nobody else's."""
    limits, units, contracts = LIMITS[limit], unit_of(town), contract_of(town)
    num_seen = 0
    for path in LISTS:
        everything = all_of(sign_in(client, "planner"), path, limit=500)
        assert everything or path == "/v1/enrolments", path
        middle = client.get(path, params={"limit": 1}).json()["next_cursor"]
        theirs = [row for row in everything if is_theirs(row, limits, units, contracts)]
        bear_token(client, **limits)
        first = client.get(path)
        if "contracts" in limits and path not in ("/v1/contracts", "/v1/vacancies", "/v1/vacancy-skills"):
            assert first.status_code == 404  # whoever is limited to contracts finds their work, and nobody
            continue
        num_seen += len(theirs)
        assert all_of(client, path, limit=500) == theirs, path
        assert all_of(client, path, limit=1) == theirs, path
        name = {"decisions": "decision_log"}.get(path.removeprefix("/v1/"), path.removeprefix("/v1/").replace("-", "_"))
        for column in list_columns(name):
            for sort in (column, f"-{column}"):
                assert sorted(map(str, all_of(client, path, limit=500, sort=sort))) == sorted(map(str, theirs)), sort
        for owner in OWNERS:
            for value in {row[owner] for row in everything if row.get(owner)} | {"nobody"}:
                if owner in everything[0]:
                    expected = [row for row in theirs if row[owner] == value]
                    assert all_of(client, path, **{owner: value}) == expected
        if middle is not None:
            later = client.get(path, params={"cursor": middle}).json()["items"]
            assert [item.get("fields", item) for item in later] == [row for row in theirs if row != everything[0]]
    assert num_seen


def test_nothing_is_moved_into_what_is_not_theirs(client: TestClient, town: Store) -> None:
    """A vacancy may not be put into another's contract or out of every contract, nor the city's own rows be changed."""
    contracts = contract_of(town)
    mine = next(vacancy for vacancy, contract in contracts.items() if contract == "T1")
    bear_token(client, contracts=["T1"])
    before = client.get(f"/v1/vacancies/{mine}")
    seen = {"If-Match": before.headers["etag"]}
    for other in ("T2", "T9", None):
        moved = {**before.json()["fields"], "contract_id": other}
        assert client.put(f"/v1/vacancies/{mine}", json=moved, headers=seen).status_code == 404, other
    assert client.get(f"/v1/vacancies/{mine}").json() == before.json()
    renamed = {**before.json()["fields"], "title": "Another title"}
    assert client.put(f"/v1/vacancies/{mine}", json=renamed, headers=seen).status_code == 200
    budget = client.get("/v1/budgets").json()["items"][0]["fields"]
    assert client.put(f"/v1/budgets/{budget['budget_id']}", json=budget, headers=seen).status_code == 404
    assert client.post("/v1/budgets", json={**budget, "budget_id": "B9"}).status_code == 404
    assert client.get("/v1/quotas").status_code == 404


def test_nobody_decides_about_or_begins_with_another_unit_s_people(client: TestClient, town: Store) -> None:
    """What is named in a body is judged as what is named in an address."""
    units = unit_of(town)
    vacancy = next(iter(contract_of(town)))
    own, other = (next(one for one, unit in units.items() if unit == wanted) for wanted in ("north", "south"))
    sign_in(client, "matcher", units=["north"])
    for person, expected in ((other, 404), ("nobody", 404), (own, 409)):
        begun = {"candidate_id": person, "vacancy_id": vacancy, "start_date": "2026-05-11"}
        assert client.post("/v1/placements", json=begun).status_code == expected, person
    for person, expected in ((other, 404), ("nobody", 404)):
        decided = {"act": "pin", "candidate_id": person, "vacancy_id": vacancy}
        assert client.post("/v1/decisions", json=decided).status_code == expected, person
