"""Rows over HTTP: added once, read with their version, changed only by who has seen it, listed page by page."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from starlette.testclient import TestClient

from matcher.store import Store, broken_entries, load_problem, save_problem
from tests.builders import candidate, contract, problem
from tests.service.towns import town

CONTRACT = {"contract_id": "T1", "start_date": "2026-10-01", "buyer": "school board", "obligation_quantity": 2.5}


def post(client: TestClient, address: str, body: Any, **headers: str) -> Any:
    return client.post(address, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_row_is_added_read_and_changed(api: TestClient) -> None:
    """Each answer carries the version, and a change needs the one that was seen last."""
    added = post(api, "/v1/contracts", CONTRACT)
    assert (added.status_code, added.headers["etag"], added.headers["location"]) == (201, '"1"', "/v1/contracts/T1")

    read = api.get(added.headers["location"])
    assert read.json() == added.json()
    assert read.json()["fields"]["obligation_quantity"] == 2.5
    assert read.json()["fields"]["groups"] == []

    changed = api.put("/v1/contracts/T1", json={**CONTRACT, "buyer": "parks"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert api.get("/v1/contracts/T1").json()["fields"]["buyer"] == "parks"


def test_who_has_not_seen_the_last_version_changes_nothing(api: TestClient, fresh: Store) -> None:
    """Without a version 428, with an older one or another text 412, and nothing is stored by either."""
    post(api, "/v1/contracts", CONTRACT)
    api.put("/v1/contracts/T1", json={**CONTRACT, "buyer": "parks"}, headers={"If-Match": '"1"'})
    wanted = {**CONTRACT, "buyer": "nobody"}

    assert api.put("/v1/contracts/T1", json=wanted).status_code == 428
    for seen in ('"1"', '"99"', 'W/"2"', '"2", "1"', "2", '"x"'):
        answer = api.put("/v1/contracts/T1", json=wanted, headers={"If-Match": seen})
        assert answer.status_code == 412, seen
        assert answer.json()["type"] == "/problems/stale-version"
    assert api.get("/v1/contracts/T1").json()["fields"]["buyer"] == "parks"
    assert api.put("/v1/contracts/T1", json=wanted, headers={"If-Match": "*"}).status_code == 200
    with fresh.reading() as session:
        assert broken_entries(session) == []


def test_a_version_at_hand_is_not_sent_again(api: TestClient) -> None:
    post(api, "/v1/contracts", CONTRACT)
    assert api.get("/v1/contracts/T1", headers={"If-None-Match": '"7", "1"'}).status_code == 304
    assert api.get("/v1/contracts/T1", headers={"If-None-Match": '"7"'}).status_code == 200


def test_a_request_sent_twice_under_one_key_is_done_once(api: TestClient) -> None:
    """The second answer is the first one, byte by byte; another request under that key is refused."""
    first = post(api, "/v1/contracts", CONTRACT, Idempotency_Key="a-1")
    again = post(api, "/v1/contracts", CONTRACT, Idempotency_Key="a-1")
    assert (again.status_code, again.content, again.headers["location"]) == (201, first.content, "/v1/contracts/T1")
    assert again.headers["etag"] == first.headers["etag"]

    other = post(api, "/v1/contracts", {**CONTRACT, "contract_id": "T2"}, Idempotency_Key="a-1")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/reused-key")
    elsewhere = post(api, "/v1/courses", {"course_id": "U1"}, Idempotency_Key="a-1")
    assert elsewhere.status_code == 422
    assert api.get("/v1/contracts").json()["items"] == [first.json()]
    assert post(api, "/v1/contracts", CONTRACT).status_code == 409
    assert post(api, "/v1/contracts", CONTRACT, Idempotency_Key="a b").status_code == 422


def test_what_failed_under_a_key_may_be_tried_again_under_it(api: TestClient) -> None:
    vacancy = {"vacancy_id": "V1", "positions": 1, "contract_id": "T1"}
    assert post(api, "/v1/vacancies", vacancy, Idempotency_Key="b").status_code == 422
    post(api, "/v1/contracts", CONTRACT)
    assert post(api, "/v1/vacancies", vacancy, Idempotency_Key="b").status_code == 201


def test_a_row_must_fit_the_others(api: TestClient) -> None:
    """What names nothing that is there, or would make the whole unreadable, is refused with a pointer."""
    wrong = post(api, "/v1/vacancies", {"vacancy_id": "V1", "positions": 1, "contract_id": "T9"})
    assert wrong.status_code == 422
    assert [(fault["code"], fault["pointer"]) for fault in wrong.json()["faults"]] == [("unknown_id", "/contract_id")]

    post(api, "/v1/contracts", {**CONTRACT, "end_date": "2026-12-31"})
    vacancy = {"vacancy_id": "V1", "positions": 1, "contract_id": "T1"}
    late = post(api, "/v1/vacancies", {**vacancy, "start_date": "2027-02-01"})
    assert [fault["pointer"] for fault in late.json()["faults"]] == ["/start_date"]
    post(api, "/v1/vacancies", {**vacancy, "start_date": "2026-12-01"})
    early = api.put("/v1/contracts/T1", json={**CONTRACT, "end_date": "2026-11-01"}, headers={"If-Match": '"1"'})
    assert early.status_code == 422
    assert early.json()["faults"][0]["entity_id"] == "V1"

    circle = {"course_id": "U1", "skills": ["a"], "prerequisites": ["a"]}
    assert post(api, "/v1/courses", circle).json()["faults"][0]["pointer"] == "/prerequisites"


def test_all_faults_of_a_row_come_at_once(api: TestClient) -> None:
    sent = {"contract_id": "T1;", "start_date": "soon", "obligation_quantity": "2", "status": "lost", "extra": 1}
    answer = post(api, "/v1/contracts", sent)
    assert answer.status_code == 422
    pointers = {fault.get("pointer") for fault in answer.json()["faults"]}
    assert pointers >= {"/contract_id", "/start_date", "/obligation_quantity", "/status"}
    assert answer.json()["num_faults"] == 5


@pytest.mark.parametrize("text", ["", "[]", "{} {}", "{}, {}", "{", '{"contract_id": "T1", "contract_id": "T1"}', "1"])
def test_what_is_no_row_is_refused(api: TestClient, text: str) -> None:
    answer = api.post("/v1/contracts", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"]


@pytest.mark.parametrize("row_id", ["2024/17", "å ä", "a%2Fb", "?x#y", ".", "100%"])
def test_an_id_may_hold_any_printable_letter(api: TestClient, row_id: str) -> None:
    added = post(api, "/v1/contracts", {**CONTRACT, "contract_id": row_id})
    assert added.headers["location"] == f"/v1/contracts/{quote(row_id, safe='')}"
    if row_id != ".":  # which every client takes out of an address
        assert api.get(added.headers["location"]).json()["fields"]["contract_id"] == row_id


@pytest.mark.parametrize("part", ["none", "%00", "%FF", "a%3Bb", "%0A"])
def test_what_is_not_there_is_not_found(api: TestClient, part: str) -> None:
    assert api.get(f"/v1/contracts/{part}").status_code == 404
    changed = api.put(f"/v1/contracts/{part}", json={**CONTRACT, "contract_id": "none"}, headers={"If-Match": '"1"'})
    assert changed.status_code == 404


def test_the_key_of_a_row_stays(api: TestClient) -> None:
    post(api, "/v1/contracts", CONTRACT)
    moved = api.put("/v1/contracts/T1", json={**CONTRACT, "contract_id": "T2"}, headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["faults"][0]["pointer"]) == (422, "/contract_id")


def test_rows_with_several_parts_of_a_key_have_addresses_of_as_many(api: TestClient) -> None:
    post(api, "/v1/candidates", {"candidate_id": "C/1", "available_from": "2026-01-01"})
    added = post(api, "/v1/candidate-skills", {"candidate_id": "C/1", "skill": "C#", "level": 2})
    assert added.headers["location"] == "/v1/candidate-skills/C%2F1/C%23"
    changed = {"candidate_id": "C/1", "skill": "C#", "level": 3}
    assert api.put(added.headers["location"], json=changed, headers={"If-Match": '"1"'}).status_code == 200
    listed = api.get("/v1/candidate-skills", params={"candidate_id": "C/1"}).json()["items"]
    assert [item["fields"]["level"] for item in listed] == [3]


def test_a_list_is_read_page_by_page_whatever_is_added_meanwhile(api: TestClient, fresh: Store) -> None:
    """Every row is read once, in order, those without a value last; a row added meanwhile moves none of the others."""
    with fresh.writing() as session:
        rows = [contract(f"T{n:02}", buyer=None if n % 5 == 0 else f"b{n % 3}") for n in range(23)]
        save_problem(session, problem(contracts=rows), by="Ada")
    for sort in ("buyer", "-buyer", "contract_id", "-contract_id", None):
        wanted = {"limit": "4"} | ({"sort": sort} if sort else {})
        seen: list[Any] = []
        cursor = None
        while True:
            page = api.get("/v1/contracts", params=wanted | ({"cursor": cursor} if cursor else {})).json()
            seen += [item["fields"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        ids = [fields["contract_id"] for fields in seen]
        assert len(ids) == len(set(ids)) == 23, sort
        if sort in ("buyer", "-buyer"):
            buyers = [fields["buyer"] for fields in seen]
            known = [buyer for buyer in buyers if buyer is not None]
            assert known == sorted(known, reverse=sort.startswith("-"))
            assert buyers == known + [None] * (23 - len(known))


def test_texts_are_sorted_by_their_code_points_on_every_database(api: TestClient) -> None:
    for name in ("b", "B", "ä", "a", "Z", "_"):
        post(api, "/v1/courses", {"course_id": name, "title": name})
    items = api.get("/v1/courses", params={"sort": "title"}).json()["items"]
    assert [item["fields"]["title"] for item in items] == sorted("bBäaZ_")


def test_a_list_is_narrowed_by_values_and_ranges(api: TestClient, fresh: Store) -> None:
    with fresh.writing() as session:
        save_problem(session, town(), by="Ada")

    def ids(**query: str) -> list[str]:
        answer = api.get("/v1/contracts", params=query)
        assert answer.status_code == 200, answer.text
        return [item["fields"]["contract_id"] for item in answer.json()["items"]]

    assert ids(buyer="park board") == ["T2"]
    assert ids(start_date_min="2026-10-02") == ["T2"]
    assert ids(start_date_max="2026-10-01") == ["T1"]
    assert ids(start_date="2026-10-01", buyer="park board") == []
    assert [item["state"] for item in api.get("/v1/vacancies?state=awarded").json()["items"]] == ["awarded", "awarded"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "sort=price", "cursor=x", "cursor=WzFd", "buyers=x", "start_date=soon", "buyer=%00"],
)
def test_a_list_asked_for_wrongly_is_refused_and_not_guessed(api: TestClient, query: str) -> None:
    answer = api.get(f"/v1/contracts?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"][0]["parameter"] == query.partition("=")[0]


def test_a_cursor_belongs_to_its_sort(api: TestClient, fresh: Store) -> None:
    with fresh.writing() as session:
        save_problem(session, problem(contracts=[contract(f"T{n}") for n in range(3)]), by="Ada")
    cursor = api.get("/v1/contracts?limit=1&sort=buyer").json()["next_cursor"]
    assert api.get("/v1/contracts", params={"cursor": cursor, "sort": "title"}).status_code == 422


def test_a_state_is_moved_only_where_its_life_allows(api: TestClient) -> None:
    post(api, "/v1/candidates", {"candidate_id": "C1", "available_from": "2026-01-01"})
    seen = {"If_Match": '"1"'}
    refused = post(api, "/v1/candidates/C1/moves", {"state": "sustained", "reason": "x"}, **seen)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/refused-move")
    assert post(api, "/v1/candidates/C1/moves", {"state": "paused", "reason": "ill"}).status_code == 428
    paused = post(api, "/v1/candidates/C1/moves", {"state": "paused", "reason": "ill"}, **seen)
    assert (paused.json()["state"], paused.headers["etag"]) == ("paused", '"2"')
    assert post(api, "/v1/candidates/C1/moves", {"state": "available", "reason": "x"}, **seen).status_code == 412


def test_answers_fit_their_description(api: TestClient, fresh: Store) -> None:
    """Rows of every table, as they are answered, are what the description says, and nothing more."""
    with fresh.writing() as session:
        save_problem(session, town(), by="Ada")
    document = api.get("/v1/openapi.json").json()
    for path in ("candidates", "candidate-skills", "contracts", "vacancies", "vacancy-skills", "courses", "cohorts"):
        answered = document["paths"][f"/v1/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        page = api.get(f"/v1/{path}").json()
        assert page["items"]
        jsonschema.validate(page, {**answered, "components": document["components"]})


def test_what_is_written_row_by_row_is_the_problem_that_is_read(api: TestClient, fresh: Store) -> None:
    given = town()
    tables = ("municipalities", "budgets", "contracts", "vacancies", "vacancy_skills", "courses", "cohorts")
    from matcher.formats import row_to_text

    for table in (*tables, "candidates", "candidate_skills"):
        for row in getattr(given, table):
            address = f"/v1/{table.replace('_', '-')}"
            headers = {"Content-Type": "application/json"}
            answer = api.post(address, content=row_to_text(table, row).encode(), headers=headers)
            assert answer.status_code == 201, answer.text
    with fresh.reading() as session:
        assert load_problem(session) == given


def test_numbers_keep_every_digit(api: TestClient) -> None:
    text = '{"budget_id": "B1", "amount": 123456789.123456789012345678}'
    api.post("/v1/budgets", content=text, headers={"Content-Type": "application/json"})
    assert '"amount": 123456789.123456789012345678' in api.get("/v1/budgets/B1").text


def test_a_candidate_is_found_only_by_the_whole_id(api: TestClient, fresh: Store) -> None:
    with fresh.writing() as session:
        save_problem(session, problem(candidates=[candidate("C1"), candidate("C11")]), by="Ada")
    assert len(api.get("/v1/candidates?candidate_id=C1").json()["items"]) == 1
    assert json.loads(api.get("/v1/candidates/C1").text)["fields"]["candidate_id"] == "C1"
