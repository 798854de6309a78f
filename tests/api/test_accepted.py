"""What a supplier's contact sees: people accepted at their contracts, in the agreed fields, and nobody else."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from matcher.store import Store, accepted_people, assign_case, decide, save_problem, withdraw
from matcher_api import Settings, create_app
from tests.api.conftest import Nothing
from tests.api.signing import rights, sign_in
from tests.builders import candidate, contract, decision, problem, vacancy

HTML = {"Accept": "text/html"}


@pytest.fixture
def town(own_store: Store) -> Store:
    """Return one accepted at each of two contracts, one pinned, one forbidden and one without a contract."""
    given = problem(
        candidates=[candidate(f"C{number}") for number in range(1, 6)],
        contracts=[contract("T1", start_date="2026-10-01"), contract("T2")],
        vacancies=[
            vacancy("V1", contract_id="T1", positions=3, title="Cook", extent_percent=75),
            vacancy("V2", contract_id="T2"),
            vacancy("V3"),
        ],
        decisions=[
            decision("C1", "V1", "accepted"),
            decision("C2", "V2", "accepted"),
            decision("C5", "V3", "accepted"),
        ],
    )
    with own_store.writing() as session:
        save_problem(session, given, by="Ada")
        decide(session, "pin", "C3", "V1", by="Ada")
        decide(session, "forbid", "C4", "V1", by="Ada")
        assign_case(session, "C1", "Bo Ek", by="Ada", unit="north")
    return own_store


def seen(store: Store, **settings: object) -> str:
    with TestClient(create_app(Settings(**settings), Nothing(), store), headers=HTML) as client:  # type: ignore[arg-type]
        answer = sign_in(client, "supplier", contracts=["T1"]).get("/accepted")
    assert answer.status_code == 200
    return answer.text


def test_only_those_accepted_at_their_contracts_are_shown(town: Store) -> None:
    """Who is proposed, pinned, forbidden or accepted elsewhere is not there; nothing leads to pages of staff."""
    text = seen(town)
    assert "C1" in text
    assert not [other for other in ("C2", "C3", "C4", "C5") if f">{other}<" in text]
    assert "1 October 2026" in text
    assert "/candidates" not in text
    assert "/vacancies" not in text


def test_fields_that_are_not_agreed_on_are_not_shown(town: Store) -> None:
    """By default the day alone; what an installation has agreed on besides, where it says so."""
    assert not [word for word in ("Bo Ek", "75%") if word in seen(town)]
    text = seen(town, supplier_fields=["extent_percent", "caseworker"])
    assert "75%" in text
    assert "Bo Ek" in text
    assert "1 October 2026" not in text


def test_whoever_was_withdrawn_is_gone(town: Store) -> None:
    """The next look shows them no more; a contact of no contract sees nobody, staff of a unit its own people."""
    with town.writing() as session:
        assert [each.candidate_id for each in accepted_people(session, rights("matcher"))] == ["C1", "C2"]
        assert [each.candidate_id for each in accepted_people(session, rights("matcher", units=["north"]))] == ["C1"]
        assert accepted_people(session, rights("supplier")) == []
        withdraw(session, "C1", "V1", by="Ada", note="fell ill")
    assert "Nobody has been accepted yet" in seen(town)
