"""Personal numbers are refused at every door of the service, and no answer repeats them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.testclient import TestClient

from matcher.errors import InvalidInput
from matcher.formats import problem_from_text, read_problem, write_problem
from matcher.store import Store, decisions_taken, list_proposals, list_stored
from matcher_api.auth.forms import FIELD
from matcher_api.fields import Sent
from tests.report.stories import small_city

NUMBER = "19121212-1212"


def test_no_row_of_the_interface_takes_one(client: TestClient) -> None:
    for row in (
        {"candidate_id": NUMBER, "available_from": "2026-01-01"},
        {"candidate_id": "C9", "available_from": "2026-01-01", "municipality": "121212+1212"},
        {"candidate_id": "C1212121212", "available_from": "2026-01-01"},
    ):
        answer = client.post("/v1/candidates", json=row, headers={"Accept-Language": "sv"})
        assert answer.status_code == 422, answer.text
        assert [fault["code"] for fault in answer.json()["faults"]] == ["personal_number"]
        assert "utan person- eller samordningsnummer" in answer.text
        assert "1212" not in answer.text.replace(str(answer.json()["instance"]), "")
    assert client.post("/v1/candidates", json={"candidate_id": "C9", "available_from": "2026-01-01"}).status_code == 201


def test_no_text_that_the_interface_is_sent_can_hold_one() -> None:
    """Every text of every body: refused, or of those whose words are few or are not kept."""

    def of(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
        for each in kind.__subclasses__():
            yield each
            yield from of(each)

    given: list[Any] = [NUMBER, [NUMBER], [[NUMBER]], {"x": NUMBER}, {NUMBER: 1}, {NUMBER: NUMBER}, [{"x": NUMBER}]]
    taken, seen = set(), 0
    for kind in of(Sent):
        for name, field in kind.model_fields.items():
            seen += 1
            form = TypeAdapter(Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation)
            for value in given:
                with suppress(ValidationError):
                    if "1212-1212" in repr(form.validate_python(value)):
                        taken.add(f"{kind.__name__}.{name}")
    assert seen > 50
    # A state is looked up in a list; what an audit of equality is given is read, and not kept.
    assert taken == {"Moving.state", "AskedAudit.attributes"}


def test_no_note_and_no_reason_of_the_interface_takes_one(site: TestClient, store: Store) -> None:
    with store.reading() as session:
        first = list_proposals(session)[0]
    pair = {"candidate_id": first.candidate_id, "vacancy_id": first.vacancy_id}
    answer = site.post("/v1/decisions", json={"act": "forbid", "note": f"knows {NUMBER}", **pair})
    assert answer.status_code == 422
    assert NUMBER not in answer.text
    run = site.post("/v1/plans/1/publications", json={"reason": NUMBER})
    assert run.status_code == 422
    with store.reading() as session:
        assert decisions_taken(session) == []


def test_no_form_of_a_page_takes_one(site: TestClient, store: Store) -> None:
    """Whoever types one into a note reads on the page what to do, in their language, and not the number."""
    with store.reading() as session:
        first = list_proposals(session)[0]
    address = f"/vacancies/{first.vacancy_id}/people/{first.candidate_id}"
    form = {"act": "forbid", "note": f"{NUMBER} called", "seen": "0"}
    answer = site.post(address, data=form, headers={"Accept-Language": "sv"})
    assert answer.status_code == 422
    assert "utan person- eller samordningsnummer" in answer.text
    assert NUMBER not in answer.text
    with store.reading() as session:
        assert decisions_taken(session) == []
    assert site.post(address, data=form | {"note": "070-174 06 05 called"}, follow_redirects=False).status_code == 303
    assert FIELD not in form


@pytest.mark.parametrize("kind", ["folder", "workbook", "json"])
def test_no_file_takes_one(kind: str, tmp_path: Path, store: Store) -> None:
    """The fault says in which line and column it stands."""
    path = {"folder": tmp_path / "city", "workbook": tmp_path / "city.xlsx", "json": tmp_path / "city.json"}[kind]
    write_problem(small_city(), path)
    if kind == "folder":
        table = path / "candidates.csv"
        table.write_text(table.read_text().replace("C3", NUMBER))
    elif kind == "json":
        path.write_text(path.read_text().replace('"C3"', f'"{NUMBER}"'))
    else:
        from matcher.problem import Candidate

        clean = small_city()
        object.__setattr__(clean.candidates[2], "candidate_id", NUMBER)
        assert isinstance(clean.candidates[2], Candidate)
        path.unlink()
        write_problem(clean, path)
    with pytest.raises(InvalidInput) as raised:
        read_problem(path)
    fault = next(fault for fault in raised.value.faults if fault.code == "personal_number")
    assert (fault.table, fault.field) == ("candidates", "candidate_id")
    assert fault.place
    assert NUMBER not in str(raised.value)
    with pytest.raises(InvalidInput):
        problem_from_text(f'{{"format": "matcher problem 1", "candidates": [{{"candidate_id": "{NUMBER}"}}]}}')
    with store.reading() as session:
        assert len(list_stored(session, "candidates")) == 5
