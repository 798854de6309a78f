"""Files in and out, and scenarios: what is imported overwrites nothing, and what is exported reads back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from matcher.formats import problem_from_text, read_problem, write_problem
from matcher.problem import KEY_BY_TABLE
from matcher.service.worker import Worker
from matcher.store import Store, load_problem, save_problem
from tests.service.towns import AS_OF, town

RELEASE: dict[str, Any] = {
    "ocid": "ocds-x-1",
    "id": "1",
    "date": "2026-05-01T00:00:00Z",
    "tag": ["award"],
    "buyer": {"name": "school board"},
    "tender": {"title": "School kitchens"},
    "awards": [{"id": "A1", "status": "active", "title": "Kitchens", "suppliers": [{"name": "Lingon AB"}]}],
}


@pytest.fixture
def filled(api: TestClient, fresh: Store) -> TestClient:
    """Return a client of a service whose database holds the town."""
    with fresh.writing() as session:
        save_problem(session, town(), by="Ada")
    return api


def workbook_of(tmp_path: Path) -> bytes:
    write_problem(town(), tmp_path / "town.xlsx")
    return (tmp_path / "town.xlsx").read_bytes()


def take(client: TestClient, source: str, content: bytes, **headers: str) -> Any:
    return client.post(f"/v1/imports/{source}", content=content, headers=headers)


def test_a_workbook_is_taken_in_and_comes_out_again(api: TestClient, fresh: Store, tmp_path: Path) -> None:
    """Taken in again it changes nothing; what is exported, as JSON or as a workbook, is what was taken in."""
    content = workbook_of(tmp_path)
    first, again = take(api, "workbook", content), take(api, "workbook", content)
    assert first.status_code == 200
    assert first.json()["added"] == sum(len(getattr(town(), name)) for name in KEY_BY_TABLE)
    assert (again.json()["added"], again.json()["changed"]) == (0, 0)
    with fresh.reading() as session:
        assert load_problem(session) == town()
    assert problem_from_text(api.get("/v1/problem").text) == town()
    (tmp_path / "out.xlsx").write_bytes(api.get("/v1/problem?format=xlsx").content)
    assert read_problem(tmp_path / "out.xlsx") == town()


def test_an_award_notice_brings_what_is_new_and_overwrites_nothing(filled: TestClient, fresh: Store) -> None:
    """A contract that only the notice knows is added, its missing facts are listed, and what people wrote stays."""
    content = json.dumps({"releases": [RELEASE]}).encode()
    first = take(filled, "ocds", content)
    assert first.status_code == 200, first.text
    assert first.json()["read"] == 1
    assert first.json()["added"] >= 1
    with fresh.reading() as session:
        after = load_problem(session)
    assert set(town().contracts) <= set(after.contracts)
    new = next(contract for contract in after.contracts if contract not in town().contracts)
    assert new.supplier == "Lingon AB"

    stored = filled.get("/v1/contracts", params={"contract_id": new.contract_id}).json()["items"][0]
    changed = {**stored["fields"], "start_date": "2026-11-02"}
    address = f"/v1/contracts/{quote(new.contract_id, safe='')}"
    assert filled.put(address, json=changed, headers={"If-Match": '"1"'}).status_code == 200
    again = take(filled, "ocds", content).json()
    assert (again["added"], again["changed"]) == (0, 0)


def test_an_import_sent_twice_under_one_key_is_one_import(api: TestClient, tmp_path: Path) -> None:
    content = workbook_of(tmp_path)
    answers = [take(api, "workbook", content, **{"Idempotency-Key": "i"}) for _ in range(2)]
    assert answers[0].json()["added"] > 0
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"{}x", b"\xff\xfe"])
def test_a_broken_workbook_is_refused_with_its_faults(api: TestClient, content: bytes) -> None:
    answer = take(api, "workbook", content)
    assert answer.status_code == 422
    assert answer.json()["faults"]


@pytest.mark.parametrize("source", ["ocds", "eforms", "jobtech-ads"])
def test_what_is_wrong_with_a_notice_is_listed_and_stores_nothing(api: TestClient, source: str) -> None:
    answer = take(api, source, b"nonsense")
    assert answer.status_code == 200
    assert answer.json()["num_left_out"] >= 1
    assert answer.json()["added"] == 0


def test_a_source_that_nobody_knows_is_refused(api: TestClient) -> None:
    assert take(api, "carrier-pigeon", b"x").status_code == 422


def test_a_scenario_is_solved_and_compared_with_its_plan(filled: TestClient, fresh: Store) -> None:
    """Its comparison is there once a worker has made it, in the reader's language; the plan is nobody's proposal."""
    batch = {"kind": "batch", "as_of": AS_OF.isoformat(), "horizon_days": 120}
    filled.post("/v1/runs", json=batch)
    Worker(fresh).work_once()
    plan_id = filled.get("/v1/plans").json()["items"][0]["plan_id"]
    proposals = filled.get("/v1/proposals").json()

    changes = [{"kind": "change_positions", "vacancy_id": "V1", "positions": 1}]
    wrong = filled.post("/v1/scenarios", json={"plan_id": plan_id, "name": "less", "changes": [{"kind": "magic"}]})
    assert wrong.status_code == 422
    key = {"Idempotency-Key": "s"}
    body = {"plan_id": plan_id, "name": "less", "changes": changes}
    asked, again = (filled.post("/v1/scenarios", json=body, headers=key) for _ in range(2))
    assert asked.status_code == 202, asked.text
    assert asked.headers["location"] == again.headers["location"]
    assert filled.get(asked.headers["location"]).json()["study"] is None

    assert Worker(fresh).work_once()
    swedish = filled.get(asked.headers["location"], headers={"Accept-Language": "sv"}).json()
    english = filled.get(asked.headers["location"]).json()
    assert english["study"]["question"] == swedish["study"]["question"] == "scenario"
    assert english["study"]["title"] != swedish["study"]["title"]
    assert filled.get("/v1/proposals").json() == proposals
    assert filled.get("/v1/scenarios/1").status_code == 404
    export = filled.get(f"/v1/plans/{plan_id}/workbook")
    assert export.content.startswith(b"PK")
