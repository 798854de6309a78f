"""An import on pages: every fault in its row, what would change, what is missing filled in, and then taken in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from starlette.testclient import TestClient

from matcher.formats import write_problem
from matcher.problem import Policy
from matcher.store import Store, list_stored, policy_in_force, stored
from tests import builders as b
from tests.report.stories import small_city


def sheets(tables: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """Return a workbook with these rows, names first."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        for name, rows in tables.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


def drop(site: TestClient, content: bytes) -> Any:
    return site.post("/import", files={"workbook": ("city.xlsx", content)})


CONTRACTS = ("contract_id", "start_date", "title", "obligation_quantity")
VACANCIES = ("vacancy_id", "positions", "contract_id")


def test_every_fault_is_shown_in_its_row_and_nothing_is_stored(site: TestClient, store: Store) -> None:
    answer = drop(
        site,
        sheets(
            {
                "contracts": [CONTRACTS, ("T8", "2026-13-01", "Snow", 1)],
                "vacancies": [VACANCIES, ("V8", 0, "T8"), ("V9", 1, "T9")],
            }
        ),
    )
    assert answer.status_code == 422
    assert "The workbook has 3 faults" in answer.text
    for said in ("row 2, column B", "2026-13-01", "row 3, column C", "T9"):
        assert said in answer.text
    with store.reading() as session:
        assert list_stored(session, "contracts", contract_id="T8") == []


def test_a_fault_is_told_in_swedish(site: TestClient) -> None:
    """Where the reader does, with nothing of it left in English."""
    site.headers["Accept-Language"] = "sv"
    answer = drop(site, sheets({"contracts": [CONTRACTS, ("T8", "2026-13-01", "Snow", 1)]}))
    assert "Raden måste ha start_date som en dag i kalendern" in answer.text
    assert "It must" not in answer.text
    assert "Write" not in answer.text


def test_what_is_no_workbook_is_told(site: TestClient) -> None:
    assert "the whole file" in drop(site, b"hello").text


def test_missing_facts_are_filled_in_and_the_workbook_is_taken_in(site: TestClient, store: Store) -> None:
    """Reading stores nothing; filling in makes another draft; taking in adds the rows and keeps the policy."""
    with store.reading() as session:
        before = policy_in_force(session)
    draft = drop(site, sheets({"contracts": [CONTRACTS, ("T8", "", "Snow", "")]}))
    assert draft.status_code == 200
    assert "2 facts are missing" in draft.text
    where = str(draft.url.path)

    wrong = site.post(f"{where}/fill", data={"contracts|T8|start_date": "soon"})
    assert wrong.status_code == 422
    assert "a day of the calendar" in wrong.text
    cells = {"contracts|T8|start_date": "2026-11-02", "contracts|T8|obligation_quantity": "2"}
    filled = site.post(f"{where}/fill", data=cells)
    assert "missing that only" not in filled.text
    with store.reading() as session:
        assert list_stored(session, "contracts", contract_id="T8") == []

    taken = site.post(f"{filled.url.path}/take", data={"reason": "tender 8"})

    assert "1 row was stored." in taken.text
    with store.reading() as session:
        assert stored(session, "contracts", "T8").entity.start_date == b.day("2026-11-02")
        after = policy_in_force(session)
        assert before is not None
        assert after is not None
        assert (after.policy_version, after.policy) == (before.policy_version, before.policy)


def test_the_present_workbook_comes_back_and_changes_nothing(site: TestClient) -> None:
    draft = drop(site, site.get("/import/workbook").content)
    assert "The workbook changes nothing" in draft.text


def test_decisions_of_a_workbook_are_left_out(site: TestClient, store: Store, tmp_path: Path) -> None:
    """Who is accepted is decided by a named person, not by a row; a policy of the workbook's own is taken in."""
    policy = Policy(name="ours", max_trainings_total=1)
    path = tmp_path / "city.xlsx"
    write_problem(replace(small_city(), decisions=(b.decision("C1", "V1", "accepted"),), policy=policy), path)

    draft = drop(site, path.read_bytes())
    assert "1 decision in the workbook is left out" in draft.text
    site.post(f"{draft.url.path}/take", data={"reason": ""})

    with store.reading() as session:
        assert list_stored(session, "decisions") == []
        in_force = policy_in_force(session)
        assert in_force is not None
        assert in_force.policy == policy


@pytest.mark.parametrize("address", ["/import/0000", "/import/" + "0" * 64])
def test_a_draft_that_is_not_there_is_not_found(site: TestClient, address: str) -> None:
    assert site.get(address).status_code == 404
