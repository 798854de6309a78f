"""A day's work over HTTP: a run asked for and watched, proposals decided, the plan published, people followed up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from matcher.formats import plan_from_text
from matcher.service.worker import Worker
from matcher.store import Store, broken_entries, list_stored, save_problem
from tests.service.towns import AS_OF, town

BATCH = {"kind": "batch", "as_of": AS_OF.isoformat(), "horizon_days": 120}


@pytest.fixture
def filled(api: TestClient, fresh: Store) -> TestClient:
    """Return a client of a service whose database holds the town."""
    with fresh.writing() as session:
        save_problem(session, town(), by="Ada")
    return api


@pytest.fixture
def proposed(filled: TestClient, fresh: Store) -> TestClient:
    """Return a client of a service whose first batch is done."""
    assert filled.post("/v1/runs", json=BATCH).status_code == 202
    assert Worker(fresh).work_once()
    return filled


def events_of(text: str) -> list[dict[str, str]]:
    """Return the events of a stream."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = [line.partition(": ") for line in block.splitlines() if not line.startswith(":")]
        found.append({name: value for name, _, value in lines})
    return found


def waiting(client: TestClient) -> list[Any]:
    return list(client.get("/v1/proposals?state=proposed").json()["items"])


def decide(client: TestClient, proposal: Any, body: Any, **headers: str) -> Any:
    seen = {"If-Match": f'"{proposal["version"]}"', **headers}
    return client.post(f"/v1/proposals/{proposal['proposal_id']}/decision", json=body, headers=seen)


def test_a_run_is_asked_for_watched_and_read(filled: TestClient, fresh: Store) -> None:
    """202 says where it is; its events end with how it ended; its plan is the one that was checked, byte by byte."""
    asked = filled.post("/v1/runs", json={"seed": 3})
    assert asked.status_code == 202
    address = asked.headers["location"]
    assert filled.get(address).json()["progress"]["state"] == "queued"

    assert Worker(fresh).work_once()
    run = filled.get(address).json()
    assert (run["progress"]["state"], run["seed"]) == ("done", 3)

    stream = filled.get(f"{address}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    told = [event for event in events_of(stream.text) if "id" in event]
    assert told[-1]["event"] == "done"
    assert json.loads(told[-1]["data"])["state"] == "done"

    document = filled.get(f"/v1/plans/{run['plan_id']}/document")
    assert plan_from_text(document.text).problem_hash == run["problem_hash"]
    seen = {"If-None-Match": document.headers["etag"]}
    assert filled.get(f"/v1/plans/{run['plan_id']}/document", headers=seen).status_code == 304
    summary = filled.get(f"/v1/plans/{run['plan_id']}").json()
    assert [tier["name"] for tier in summary["tiers"]][:2] == ["shortfall", "placements"]


def test_a_stream_goes_on_after_the_last_event_that_was_seen(filled: TestClient, fresh: Store) -> None:
    """Whoever comes back is told what differs by then, and that nothing more will come where the end was seen."""
    address = filled.post("/v1/runs", json={}).headers["location"]
    Worker(fresh).work_once()
    first = [event for event in events_of(filled.get(f"{address}/events").text) if "id" in event]
    again = filled.get(f"{address}/events", headers={"Last-Event-ID": first[-1]["id"]})
    assert (again.status_code, again.content) == (204, b"")
    older = filled.get(f"{address}/events", headers={"Last-Event-ID": "an-older-one"})
    assert [event["id"] for event in events_of(older.text) if "id" in event] == [first[-1]["id"]]


def test_a_run_asked_for_twice_under_one_key_is_one_run(filled: TestClient) -> None:
    key = {"Idempotency-Key": "nightly"}
    first, again = (filled.post("/v1/runs", json=BATCH, headers=key) for _ in range(2))
    assert first.headers["location"] == again.headers["location"]
    assert first.content == again.content
    assert len(filled.get("/v1/runs").json()["items"]) == 1
    assert filled.post("/v1/runs", json={}, headers=key).status_code == 422


def test_a_run_that_waits_is_cancelled_once(filled: TestClient, fresh: Store) -> None:
    address = filled.post("/v1/runs", json={}).headers["location"]
    assert filled.post(f"{address}/cancellation").json()["progress"]["state"] == "cancelled"
    assert filled.post(f"{address}/cancellation").status_code == 409
    assert not Worker(fresh).work_once()
    assert filled.get("/v1/runs?state=cancelled").json()["items"]


def test_a_proposal_is_accepted_by_who_has_seen_it(proposed: TestClient, fresh: Store) -> None:
    """The place and the seats are promised then, and the next plan keeps the promise."""
    first, *others = waiting(proposed)
    assert others
    address = f"/v1/proposals/{first['proposal_id']}"
    assert proposed.get(address).headers["etag"] == '"1"'
    assert proposed.post(f"{address}/decision", json={"act": "accept"}).status_code == 428
    assert decide(proposed, {**first, "version": 7}, {"act": "accept"}).status_code == 412

    accepted = decide(proposed, first, {"act": "accept"})
    assert (accepted.status_code, accepted.json()["state"], accepted.headers["etag"]) == (200, "accepted", '"2"')
    assert decide(proposed, first, {"act": "accept"}).status_code == 412
    assert decide(proposed, accepted.json(), {"act": "accept"}).status_code == 409

    proposed.post("/v1/runs", json={})
    Worker(fresh).work_once()
    newest = proposed.get("/v1/plans?sort=-plan_id&limit=1").json()["items"][0]
    plan = plan_from_text(proposed.get(f"/v1/plans/{newest['plan_id']}/document").text)
    pair = (first["candidate_id"], first["vacancy_id"])
    assert pair in {(row.candidate_id, row.vacancy_id) for row in plan.assignments}
    with fresh.reading() as session:
        assert broken_entries(session) == []


def test_a_proposal_is_rejected_with_a_reason_of_the_list(proposed: TestClient) -> None:
    first = waiting(proposed)[0]
    assert decide(proposed, first, {"act": "reject"}).status_code == 422
    assert decide(proposed, first, {"act": "reject", "reason_code": "bad mood"}).status_code == 422
    rejected = decide(proposed, first, {"act": "reject", "reason_code": "too_far", "note": "two hours each way"})
    assert rejected.json()["state"] == "rejected"
    taken = proposed.get("/v1/decisions?sort=-decision_id").json()["items"][0]
    assert (taken["act"], taken["reason_code"], taken["note"]) == ("reject", "too_far", "two hours each way")


def test_a_decision_sent_twice_is_taken_once(proposed: TestClient) -> None:
    first = waiting(proposed)[0]
    answers = [decide(proposed, first, {"act": "accept"}, **{"Idempotency-Key": "d"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(proposed.get("/v1/decisions").json()["items"]) == 1


def test_a_pair_is_pinned_forbidden_and_taken_back(filled: TestClient, fresh: Store) -> None:
    pair = {"candidate_id": "C1", "vacancy_id": "V1"}
    pinned = filled.post("/v1/decisions", json={"act": "pin", **pair})
    assert (pinned.status_code, pinned.json()["act"]) == (201, "pin")
    refused = filled.post("/v1/decisions", json={"act": "forbid", **pair})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/refused-move")
    assert filled.post("/v1/decisions", json={"act": "withdraw", **pair}).json()["faults"][0]["pointer"] == "/note"
    assert filled.post("/v1/decisions", json={"act": "withdraw", **pair, "note": "a mistake"}).status_code == 201
    assert filled.post("/v1/decisions", json={"act": "forbid", **pair}).status_code == 201
    with fresh.reading() as session:
        assert [row.entity.decision for row in list_stored(session, "decisions")] == ["forbidden"]
    assert filled.post("/v1/decisions", json={"act": "pin", **pair, "vacancy_id": "V9"}).status_code == 404


def test_who_has_begun_is_followed_up(proposed: TestClient) -> None:
    """Nobody begins whom nobody has accepted; then there are three questions, each answered with its version."""
    first = waiting(proposed)[0]
    began = {"candidate_id": first["candidate_id"], "vacancy_id": first["vacancy_id"], "start_date": "2026-10-01"}
    assert proposed.post("/v1/placements", json=began).status_code == 409
    decide(proposed, first, {"act": "accept"})
    placement = proposed.post("/v1/placements", json=began)
    assert placement.status_code == 201
    assert proposed.get(placement.headers["location"]).json() == placement.json()

    due = proposed.get("/v1/follow-ups?is_answered=false&due_on_max=2027-01-01&sort=due_on").json()["items"]
    assert [one["months"] for one in due] == [3]
    address = f"/v1/follow-ups/{due[0]['follow_up_id']}"
    assert proposed.put(address, json={"is_sustained": True}).status_code == 428
    answered = proposed.put(address, json={"is_sustained": True}, headers={"If-Match": '"1"'})
    assert (answered.json()["is_sustained"], answered.headers["etag"]) == (True, '"2"')
    assert proposed.put(address, json={"is_sustained": 1}, headers={"If-Match": '"2"'}).status_code == 422

    left = {"ended_on": "2027-02-01", "note": "moved away"}
    end = f"{placement.headers['location']}/end"
    assert proposed.post(end, json=left, headers={"If-Match": '"9"'}).status_code == 412
    ended = proposed.post(end, json=left, headers={"If-Match": '"1"'})
    assert ended.json()["ended_on"] == "2027-02-01"


def test_a_plan_is_published_and_stays_known(proposed: TestClient) -> None:
    plan_id = proposed.get("/v1/plans").json()["items"][0]["plan_id"]
    published = proposed.post(f"/v1/plans/{plan_id}/publications", json={"reason": "the board has agreed"})
    assert (published.status_code, published.json()["plan_id"]) == (201, plan_id)
    assert proposed.get("/v1/publications").json()["items"] == [published.json()]
    assert proposed.post("/v1/plans/99/publications", json={}).status_code == 404


def test_a_policy_is_saved_approved_once_and_read(api: TestClient) -> None:
    saved = api.post("/v1/policies", json={"policy": {"name": "longest wait", "priority_per_year": 0.25}})
    assert saved.status_code == 201
    assert saved.json()["policy"]["priority_per_year"] == 0.25
    assert saved.json()["valid_from"] is None
    wrong = api.post("/v1/policies", json={"policy": {"tiers": ["luck"]}})
    assert (wrong.status_code, wrong.json()["faults"][0]["pointer"]) == (422, "/policy/tiers")

    approval = f"{saved.headers['location']}/approval"
    decided = {"legal_basis": "LOU 17:2", "valid_from": "2026-09-01"}
    assert api.post(approval, json=decided).json()["legal_basis"] == "LOU 17:2"
    assert api.post(approval, json=decided).status_code == 404
    assert api.get("/v1/policies").json()["items"][0]["valid_from"] == "2026-09-01"


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/v1/runs", {"seed": "1"}),
        ("/v1/runs", {"seed": True}),
        ("/v1/runs", {"gap": "0.1"}),
        ("/v1/runs", {"as_of": 0}),
        ("/v1/runs", {"as_of": "2026-09-01T00:00:00"}),
        ("/v1/runs", {"kind": "study"}),
        ("/v1/runs", {"extra": 1}),
        ("/v1/decisions", {"act": "accept", "candidate_id": "C1", "vacancy_id": "V1"}),
        ("/v1/decisions", {"act": "pin", "candidate_id": "C\x00", "vacancy_id": "V1"}),
        ("/v1/placements", {"candidate_id": "C1", "vacancy_id": "V1", "start_date": "1800-01-01"}),
    ],
)
def test_types_are_strict(api: TestClient, address: str, body: Any) -> None:
    answer = api.post(address, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"][0]["pointer"].startswith("/")
