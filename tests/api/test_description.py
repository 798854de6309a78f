"""The description of the interface: every address says what it takes and everything that it may answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from matcher.store import Store
from matcher_api import Settings, create_app
from matcher_api.answers import ANSWERS, OF_CONFLICT, OF_STATUS, PARAMETERS
from tests.api.conftest import Nothing
from tests.api.signing import bear_token
from tests.store.databases import SqliteFiles

STATELESS = ("/v1/solve", "/v1/check", "/v1/equality")  # nothing is stored there, so there is nothing to do twice
WATCHED = ("/healthz", "/readyz")


@pytest.fixture(scope="module")
def document(sqlite_files: SqliteFiles) -> dict[str, Any]:
    with Store(sqlite_files.address()) as store:
        described: dict[str, Any] = create_app(Settings(), Nothing(), store).openapi()
        return described


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def headers_of(operation: dict[str, Any]) -> set[str]:
    return {each["name"].lower() for each in operation.get("parameters", ()) if each["in"] == "header"}


def test_every_operation_has_a_name_a_summary_and_a_success(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        assert operation["summary"], (path, method)
        assert operation["tags"], (path, method)
        assert any(status.startswith("2") for status in operation["responses"]), (path, method)


def test_every_status_that_is_documented_says_what_is_answered(document: dict[str, Any]) -> None:
    """A problem document for every refusal, a body for every success but one that says that nothing follows."""
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            assert answer["description"], (path, method, status)
            if status >= "400":
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemDocument"}, (path, method, status)
            elif status not in ("204", "304"):
                assert answer["content"], (path, method, status)


def test_every_operation_documents_what_may_go_wrong_with_it(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        if path in WATCHED:
            continue
        expected = {"401", "403", "422", "429", "500", "503"}
        if "{" in path:
            expected.add("404")
        if method in ("post", "put"):
            expected.add("413")
        if "application/json" in operation.get("requestBody", {}).get("content", ()):
            expected |= {"400", "415"}
        if "if-match" in headers_of(operation):
            expected |= {"412", "428"}
        if method == "put":
            assert "if-match" in headers_of(operation), path
        assert expected <= operation["responses"].keys(), (path, method, expected - operation["responses"].keys())


def test_every_post_that_stores_something_may_be_sent_twice(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        if method == "post" and path not in STATELESS:
            assert "idempotency-key" in headers_of(operation), path
            assert "409" in operation["responses"], path


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (value for key, value in part.items() if key == "$ref")
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


def test_every_answer_to_an_error_has_a_kind_of_its_own() -> None:
    answers = [answer for _, answer in ANSWERS] + [*OF_CONFLICT.values(), PARAMETERS]
    kinds = [kind for _, kind, _, _ in answers]
    assert len(kinds) == len(set(kinds))
    for status, answer in OF_STATUS.items():
        assert answer[0] == status


def test_requests_beyond_the_rate_are_told_when_to_come_back(own_store: Store) -> None:
    """Counted by who asks; whoever watches over the service is never refused."""
    with TestClient(create_app(Settings(rate_per_minute=3), Nothing(), own_store)) as client:
        statuses = [client.get("/v1/openapi.json").status_code for _ in range(5)]
        refused = client.get("/v1/contracts", headers={"Accept-Language": "sv"})
        assert statuses == [200, 200, 200, 429, 429]
        assert refused.headers["content-type"] == "application/problem+json"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["title"] == "För många anrop"
        assert client.get("/healthz").status_code == 200
        figures = bear_token(client).get("/metrics").text
    assert 'matcher_requests_total{method="GET",path="/v1/openapi.json",status="200"} 3.0' in figures
    assert "matcher_requests_refused_total 3.0" in figures


def test_figures_name_addresses_as_they_are_described_and_no_id(api: TestClient) -> None:
    api.get("/v1/contracts/secret-id")
    api.get("/nowhere/secret-id")
    answer = bear_token(api).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "secret-id" not in answer.text
    assert 'path="/v1/contracts/{contract_id}",status="404"' in answer.text
    assert "matcher_database_up 1.0" in answer.text
    assert 'matcher_jobs{state="queued"} 0.0' in answer.text


def test_what_is_wrong_is_said_in_the_language_that_is_asked_for(api: TestClient) -> None:
    """Titles, details, faults of rows and of requests, and conflicts: nothing of an answer is left in English."""
    swedish = {"Accept-Language": "sv"}
    row = api.post("/v1/contracts", json={"contract_id": "T1", "start_date": "soon"}, headers=swedish).json()
    assert "måste ha start_date som en dag i kalendern" in row["faults"][0]["detail"]
    request = api.get("/v1/contracts?limit=0", headers=swedish).json()
    assert request["faults"][0]["detail"] == "limit: måste vara minst 1."
    body = api.post("/v1/runs", json={"seed": "x"}, headers=swedish).json()
    assert body["faults"][0]["detail"] == "seed: måste vara ett heltal."
    api.post("/v1/courses", json={"course_id": "U1"})
    conflict = api.post("/v1/courses", json={"course_id": "U1"}, headers=swedish).json()
    assert conflict["reasons"] == [
        "Rad 'U1' måste vara ny för att läggas till, men en är redan lagrad. Ändra den i stället."
    ]
