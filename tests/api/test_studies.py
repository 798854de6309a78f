"""Studies over HTTP: asked for, watched, read in both languages, exported, cancelled; and scenarios exported alike."""

from __future__ import annotations

from dataclasses import fields
from io import BytesIO
from itertools import product
from typing import Any, get_args
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from matcher.service.studies import QUESTIONS
from matcher.service.worker import Worker
from matcher.store import Store, list_jobs, save_problem
from matcher_api.schemas_studies import AnyStudy
from tests.api.signing import bear_token
from tests.service.towns import AS_OF, town

PAYER = {"saved_per_year": 1000, "gained_per_year": 2000, "training_percent": 25}
SOCIETY = {
    "source": "a trial",
    "years": 3,
    "would_have_worked_percent": 20,
    **dict.fromkeys(("municipality", "region", "state", "person"), PAYER),
}
ASKED: dict[str, dict[str, Any]] = {
    "value": {"of": ["seat", "money"], "only": ["K1"], "society": SOCIETY},
    "invest": {"budget_id": "B1", "points": 5, "society": SOCIETY, "name": "Money"},
    "requirement": {"contract_id": "T1", "by": "2027-01-01", "number": 1, "groups": ["everybody"]},
    "simulate": {"replications": 60, "reaction": "resolve", "assumptions": {"no_show": 0.2}, "society": SOCIETY},
    "rolling": {"replications": 2, "futures": 1, "seed": 4},
}


LATE = {"kind": "requirement", "plan_id": 1, "contract_id": "T1", "by": "2027-01-01"}
REFUSED: tuple[tuple[dict[str, Any], int, str | None], ...] = (
    ({"kind": "sell", "plan_id": 1}, 422, ""),
    ({"plan_id": 1}, 422, ""),
    ({"kind": "invest", "plan_id": 99}, 404, None),
    ({"kind": "invest", "plan_id": 1, "budget_id": "B9"}, 422, "/budget_id"),
    ({"kind": "invest", "plan_id": 1, "points": "5"}, 422, "/points"),
    ({"kind": "invest", "plan_id": 1, "contract_id": "T1"}, 422, "/contract_id"),
    ({"kind": "value", "plan_id": 1, "only": ["K1", "K9"]}, 422, "/only/1"),
    ({"kind": "value", "plan_id": 1, "society": SOCIETY | {"state": PAYER | {"training_percent": 26}}}, 422, None),
    ({"kind": "requirement", "plan_id": 1, "contract_id": "T1"}, 422, "/by"),
    ({"kind": "requirement", "plan_id": 1, "contract_id": "T9", "number": 1}, 422, "/contract_id"),
    ({"kind": "requirement", "plan_id": 1, "contract_id": "T1", "by": "2020-01-01"}, 422, "/by"),
    (LATE | {"until": "2020-01-01"}, 422, "/until"),
    ({"kind": "simulate", "plan_id": 1, "changes": []}, 422, "/changes"),
    ({"kind": "simulate", "plan_id": 1, "compared_with": [1]}, 422, "/compared_with/0"),
    ({"kind": "simulate", "plan_id": 1, "compared_with": [98, 99]}, 422, "/compared_with/1"),
    ({"kind": "simulate", "plan_id": 1, "compared_with": [0]}, 422, "/compared_with/0"),
    ({"kind": "simulate", "plan_id": 1, "compared_with": list(range(2, 8))}, 422, "/compared_with"),
    ({"kind": "rolling", "plan_id": 1, "changes": [{"kind": "lose_contract", "contract_id": "T9"}]}, 422, None),
    (
        {"kind": "rolling", "plan_id": 1, "changes": [{"kind": "lose_contract", "by": {}}]},
        422,
        "/changes/0/by",
    ),
    ({"kind": "rolling", "plan_id": 1, "known": 1.5}, 422, "/known"),
)


@pytest.fixture
def planned(api: TestClient, fresh: Store) -> TestClient:
    """Return a client of a service that holds the town, with one plan made."""
    with fresh.writing() as session:
        save_problem(session, town(), by="Ada")
    api.post("/v1/runs", json={"kind": "batch", "as_of": AS_OF.isoformat(), "horizon_days": 365})
    assert Worker(fresh).work_once()
    return api


def ask(client: TestClient, kind: str, **more: Any) -> Any:
    return client.post("/v1/studies", json={"kind": kind, "plan_id": 1, **ASKED[kind], **more})


@pytest.mark.parametrize("kind", ASKED)
def test_a_study_is_asked_for_watched_read_and_exported(site: TestClient, store: Store, kind: str) -> None:
    """202 says where it is; its events end with how it ended; it is read as JSON, as a page and as a workbook."""
    asked = ask(site, kind)
    assert asked.status_code == 202, asked.text
    where = asked.headers["location"]
    run_id = asked.json()["run_id"]
    assert (asked.json()["kind"], site.get(where).json()["study"]) == (kind, None)
    assert site.get(f"{where}/report").status_code == 404
    assert Worker(store).work_once()

    events = site.get(f"/v1/runs/{run_id}/events").text
    assert "event: done" in events
    assert '"pieces":' in events
    english, swedish = (site.get(where, headers={"Accept-Language": each}).json() for each in ("en", "sv"))
    assert english["study"]["question"] == swedish["study"]["question"] == kind
    assert english["study"]["title"] != swedish["study"]["title"]
    assert english["run"]["progress"]["pieces_done"] >= 1
    assert (english["is_of_plan_in_use"], english["num_decisions"]) == (True, 0)
    has_society = any(table["name"] == "society" for table in english["study"]["tables"])
    assert has_society == ("society" in ASKED[kind])
    page = site.get(f"{where}/report", headers={"Accept-Language": "sv"})
    assert page.headers["content-type"].startswith("text/html")
    assert swedish["study"]["title"] in page.text
    book = site.get(f"{where}/report?format=xlsx")
    assert "xl/workbook.xml" in ZipFile(BytesIO(book.content)).namelist()
    assert site.get(f"{where}/report?format=json").json() == site.get(where).json()["study"]


def test_plans_are_compared_under_the_same_luck(site: TestClient, store: Store) -> None:
    """A plan of the same day differs from the first in nothing; one of a changed problem says that it is one."""
    site.post("/v1/runs", json={"kind": "run", "as_of": "2026-05-11", "horizon_days": 200})
    fewer = [{"kind": "change_seats", "cohort_id": "K1", "by": -1}]
    site.post("/v1/scenarios", json={"plan_id": 1, "name": "No seats", "changes": fewer})
    for _ in range(2):
        assert Worker(store).work_once()
    where = ask(site, "simulate", compared_with=[2, 3]).headers["location"]
    assert Worker(store).work_once()

    told = site.get(where, headers={"Accept-Language": "en"}).json()
    study = told["study"]
    tables = {table["name"]: table for table in study["tables"]}
    same, changed = tables["comparison"]["rows"]
    assert (same["plan"], changed["plan"]) == ("Plan 2", "Plan 3 (No seats)")
    assert {value for name, value in same.items() if name != "plan"} == {0}
    assert changed["begun"] < 0
    (owed,) = (row for row in tables["promises"]["rows"] if row["contract_id"] == "T1")
    assert owed["plan_1"] == owed["plan_2"] > owed["plan_3"]
    assert ["Plan 3 (No seats)" in line and "Plan 2" not in line for line in study["limits"]].count(True) == 1
    assert told["question"]["compared_with"] == [2, 3]
    assert told["run"]["progress"]["pieces_done"] == told["run"]["progress"]["pieces"] >= 3


def test_it_is_done_once_by_key_and_cancelled_once(planned: TestClient, fresh: Store) -> None:
    key = {"Idempotency-Key": "study"}
    body = {"kind": "invest", "plan_id": 1}
    first, again = (planned.post("/v1/studies", json=body, headers=key) for _ in range(2))
    assert first.content == again.content
    assert planned.post("/v1/studies", json={**body, "points": 7}, headers=key).status_code == 422
    where = first.headers["location"]
    assert planned.post(f"{where}/cancellation").json()["progress"]["state"] == "cancelled"
    assert planned.post(f"{where}/cancellation").status_code == 409
    assert not Worker(fresh).work_once()
    assert planned.get("/v1/runs?kind=invest").json()["items"][0]["progress"]["state"] == "cancelled"


def test_what_cannot_be_asked_is_refused_at_once(site: TestClient, store: Store) -> None:
    """As a problem document that points to the key, in both languages, and no job is left behind."""
    for (body, status, pointer), language in product(REFUSED, ("en", "sv")):
        answer = site.post("/v1/studies", json=body, headers={"Accept-Language": language})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        if pointer:
            assert pointer in {fault.get("pointer") for fault in answer.json()["faults"]}, answer.text
        if language == "sv":
            assert " must " not in answer.text
    with store.reading() as session:
        assert [job.kind for job in list_jobs(session)] == ["batch"]


def test_runs_and_studies_are_not_taken_for_one_another(site: TestClient, store: Store) -> None:
    ask(site, "invest")
    scenario = {"plan_id": 1, "name": "S", "changes": [{"kind": "change_seats", "cohort_id": "K1", "by": 1}]}
    of_scenario = site.post("/v1/scenarios", json=scenario).headers["location"]
    assert site.get(f"{of_scenario}/report").status_code == 404
    for _ in range(2):
        assert Worker(store).work_once()
    assert site.get("/v1/studies/1").status_code == site.get("/v1/scenarios/2").status_code == 404
    assert site.get("/v1/studies/3/report").status_code == site.get("/v1/scenarios/2/report").status_code == 404
    assert site.get(f"{of_scenario}/report?format=xlsx").content.startswith(b"PK")
    assert site.get("/v1/plans").json()["next_cursor"] is None  # a study makes no plan
    assert len(site.get("/v1/plans").json()["items"]) == 2


def test_whoever_is_limited_asks_for_no_study_of_the_whole_city(site: TestClient) -> None:
    where = ask(site, "invest").headers["location"]
    bear_token(site, units=["north"])
    assert [site.get(where).status_code, ask(site, "invest").status_code] == [404, 404]


def test_the_description_takes_what_the_questions_take() -> None:
    """Each kind's keys and defaults are written down twice, and are the same."""
    for schema in get_args(AnyStudy):
        (kind,) = get_args(schema.model_fields["kind"].annotation)
        common = {"kind", "plan_id", "name", "seed", "time_limit_s", "changes", "gap", "solve_time_limit_s"}
        own = {field.name: field.default for field in fields(QUESTIONS[kind])}  # type: ignore[arg-type]
        assert own.keys() == schema.model_fields.keys() - common, kind
        assert QUESTIONS[kind].has_changes == ("changes" in schema.model_fields)
        for name, default in own.items():
            told = schema.model_fields[name]
            if not told.is_required():
                assert (tuple(told.default) if isinstance(told.default, list) else told.default) == default, name
