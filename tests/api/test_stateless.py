"""A problem in, a plan out; whatever is wrong is answered with a problem document that says where."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from matcher.check import check_plan
from matcher.errors import (
    CheckFailed,
    ContradictoryDecisions,
    EngineFailure,
    LimitReached,
    MatcherError,
    SolverFailure,
)
from matcher.features import build_columns
from matcher.formats import plan_from_text, plan_schema, problem_schema, problem_to_text
from matcher_api.answers import ANSWERS
from matcher_api.routers import stateless
from tests import builders as build

JSON = {"Content-Type": "application/json"}


def small_text() -> str:
    problem = build.problem(
        candidates=(build.candidate("C1"), build.candidate("C2")),
        contracts=(build.contract("K1"),),
        vacancies=(build.vacancy("V1", contract_id="K1"),),
    )
    return problem_to_text(problem)


def solve(client: TestClient, text: str, query: str = "", **headers: str) -> Any:
    return client.post(f"/v1/solve{query}", content=text, headers={**JSON, **headers})


def test_a_problem_comes_back_as_a_plan_that_the_checker_passes(client: TestClient) -> None:
    text = small_text()
    answer = solve(client, text)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    plan = plan_from_text(answer.text)
    assert len(plan.assignments) == 1
    from matcher.formats import problem_from_text

    problem = problem_from_text(text)
    assert check_plan(problem, plan, build_columns(problem)).is_sound


def test_the_same_problem_gives_the_same_bytes(client: TestClient) -> None:
    assert solve(client, small_text()).content == solve(client, small_text()).content


def test_what_is_sent_and_answered_fits_the_published_schemas(client: TestClient) -> None:
    jsonschema.validate(json.loads(small_text()), problem_schema())
    jsonschema.validate(solve(client, small_text()).json(), plan_schema())


def test_all_faults_come_at_once_with_pointers_into_the_body(client: TestClient) -> None:
    document = json.loads(small_text())
    document["vacancies"][0]["contract_id"] = "K9"
    document["candidates"][1]["available_from"] = "2026-13-01"
    answer = solve(client, json.dumps(document))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["type"] == "/problems/invalid-input"
    assert {fault["pointer"] for fault in found["faults"]} >= {"/candidates/1/available_from"}
    assert all(fault["detail"] for fault in found["faults"])
    assert found["num_faults"] == len(found["faults"])


def test_an_error_speaks_the_language_that_is_asked_for(client: TestClient) -> None:
    swedish = solve(client, "{", **{"Accept-Language": "sv-SE, en;q=0.5"})
    english = solve(client, "{", **{"Accept-Language": "fr, en;q=0.5, sv;q=0.1"})

    assert swedish.headers["content-language"] == "sv"
    assert swedish.json()["title"] == "Indata har fel"
    assert english.json()["title"] == "The input has faults"


@pytest.mark.parametrize(
    ("text", "pointer"),
    [("", ""), ("[]", ""), ("{} {}", ""), ('{"versio": 1}', "/versio"), ('{"version": 99}', "/version")],
)
def test_what_is_not_a_problem_is_refused_with_its_place(client: TestClient, text: str, pointer: str) -> None:
    answer = solve(client, text)
    assert answer.status_code == 422
    assert (answer.json()["faults"][0].get("pointer") or "") == pointer


def test_a_table_with_too_many_rows_is_refused(client: TestClient) -> None:
    problem = build.problem(candidates=tuple(build.candidate(f"C{n}") for n in range(501)))
    found = solve(client, problem_to_text(problem)).json()
    assert found["faults"][0]["code"] == "too_many_rows"
    assert found["faults"][0]["pointer"] == "/candidates"


def test_a_body_beyond_the_limit_is_refused(client: TestClient) -> None:
    answer = solve(client, " " * (2 << 20))
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/too-large"


@pytest.mark.parametrize("query", ["?gap=2", "?gap=abc", "?seed=-1", "?time_limit_s=0", "?seed=1.5"])
def test_a_wrong_parameter_is_named(client: TestClient, query: str) -> None:
    answer = solve(client, small_text(), query)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["parameter"] == query[1:].partition("=")[0]


def test_another_format_or_address_or_method_is_a_problem_document_too(client: TestClient) -> None:
    text = client.post("/v1/solve", content="x", headers={"Content-Type": "text/csv"})
    bytes_ = client.post("/v1/solve", content=b"\xff\xfe{", headers=JSON)
    nowhere = client.get("/v1/nothing")
    get = client.get("/v1/solve")
    assert [each.status_code for each in (text, bytes_, nowhere, get)] == [415, 400, 404, 405]
    assert {each.headers["content-type"] for each in (text, bytes_, nowhere, get)} == {"application/problem+json"}
    assert get.headers["allow"] == "POST"


def test_decisions_that_exclude_one_another_are_a_conflict(client: TestClient) -> None:
    document = json.loads(small_text())
    document["decisions"] = [{"candidate_id": name, "vacancy_id": "V1", "kind": "pin"} for name in ("C1", "C2")]
    answer = solve(client, json.dumps(document))
    assert answer.status_code in (409, 422)
    assert answer.json()["type"] in ("/problems/contradictory-decisions", "/problems/invalid-input")


def test_who_finds_no_place_is_told_to_come_back(client: TestClient) -> None:
    with client.app.state.slots.taken():  # type: ignore[attr-defined]
        answer = solve(client, small_text())
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert solve(client, small_text()).status_code == 200


def test_a_sound_plan_is_sound_and_a_tampered_one_is_not(client: TestClient) -> None:
    problem, plan = small_text(), solve(client, small_text()).text
    sound = client.post("/v1/check", content=f'{{"problem": {problem}, "plan": {plan}}}', headers=JSON).json()
    assert sound["is_sound"]
    assert sound["tiers"]

    tampered = json.loads(plan)
    tampered["assignments"] = []
    body = f'{{"problem": {problem}, "plan": {json.dumps(tampered)}}}'
    found = client.post("/v1/check", content=body, headers=JSON).json()
    assert not found["is_sound"]
    assert found["violations"]


def test_what_is_missing_to_check_a_plan_is_named_and_pointers_lead_into_the_body(client: TestClient) -> None:
    missing = client.post("/v1/check", content='{"problem": {}, "plans": 1}', headers=JSON).json()
    assert {fault["pointer"] for fault in missing["faults"]} == {"/plan", "/plans"}

    body = '{\n"plan": {},\n"problem": {"candidates": [{"candidate_id": "C1", "available_from": "soon"}]}}'
    wrong = client.post("/v1/check", content=body, headers=JSON).json()
    assert wrong["faults"][0]["pointer"] == "/problem/candidates/0/available_from"
    assert wrong["faults"][0]["line"] == 3


KINDS = [CheckFailed, ContradictoryDecisions, EngineFailure, LimitReached, SolverFailure]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_of_the_library_has_an_answer_without_a_traceback(
    client: TestClient, kind: type[MatcherError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise kind(["secret"]) if kind in (CheckFailed, ContradictoryDecisions) else kind("secret")

    monkeypatch.setattr(stateless, "solve_text", fail)
    answer = solve(client, small_text())
    assert answer.status_code >= 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    assert ("secret" in answer.text) == (kind is ContradictoryDecisions)


def test_what_nobody_expected_is_answered_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(stateless, "solve_text", fail)
    answer = solve(client, small_text())
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/unexpected"
    assert "secret" not in answer.text


def test_every_kind_of_error_is_listed() -> None:
    def kinds(of: type[MatcherError]) -> set[type[MatcherError]]:
        return {of, *(each for child in of.__subclasses__() for each in kinds(child))}

    known = tuple(kind for kind, _ in ANSWERS)
    public = {kind for kind in kinds(MatcherError) - {MatcherError} if kind.__module__ == "matcher.errors"}
    assert all(issubclass(kind, known) for kind in public)
