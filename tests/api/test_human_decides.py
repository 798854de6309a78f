"""No way leads from a proposal to a placement but a named person's acceptance of that very person."""

from __future__ import annotations

import ast
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from matcher.errors import Conflict
from matcher.formats import problem_to_text
from matcher.service.batches import ask_batch
from matcher.service.publishing import publish
from matcher.service.worker import Worker
from matcher.store import (
    Store,
    accept,
    add_account,
    decisions_taken,
    issue_token,
    list_placements,
    list_proposals,
    list_stored,
    save_problem,
    state_of,
)
from matcher_api.auth.policy import RULES
from tests import builders as b
from tests.api.conftest import DAY, city
from tests.api.signing import bear_token, rights, sign_in

ROOT = Path(__file__).parents[2]
# Everything that makes a promise of a proposal: who calls it takes the name of a person who has signed in.
WAYS_IN = {
    "src/matcher/service/deciding.py",  # the page of a pair and that of several: `by` is the actor of a session
    "src/matcher/service/work.py",  # hands it on to the interface
    "src/matcher/store/__init__.py",
    "api/matcher_api/routers/decisions.py",  # POST of a decision, closed to other systems
}


def untouched(store: Store) -> None:
    """Assert that nobody has been accepted or placed."""
    with store.reading() as session:
        assert decisions_taken(session) == []
        assert list_placements(session) == []
        assert list_stored(session, "decisions", decision="accepted") == []
        assert {one.state for one in list_proposals(session)} <= {"proposed", "superseded"}
        for entity in ("candidates", "vacancies"):
            for row in list_stored(session, entity):
                entity_id = row.entity.candidate_id if entity == "candidates" else row.entity.vacancy_id
                assert state_of(session, entity, entity_id) not in ("accepted", "started", "sustained")


def test_what_accepts_is_called_by_the_ways_of_people_alone() -> None:
    """No other module so much as knows the function: neither worker, batch, schedule nor any command."""
    found = set()
    for room in ("src/matcher", "api/matcher_api"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            for node in ast.walk(ast.parse(text)) if "accept" in text else ():
                is_import = isinstance(node, ast.ImportFrom) and any(alias.name == "accept" for alias in node.names)
                if is_import or (isinstance(node, ast.Attribute) and node.attr == "accept"):
                    found.add(str(path.relative_to(ROOT)))
    assert found == WAYS_IN


def test_no_rule_lets_another_system_decide() -> None:
    """Accepting, rejecting, pinning, publishing and approving are for people, whatever a token is allowed beside."""
    shut = ("/decision", "/decisions", "/publications", "/approval", "/stop", "/stop/end")
    decided = [rule for rule in RULES if rule.method == "POST" and rule.path.endswith(shut)]
    assert len(decided) >= 6
    for rule in decided:
        assert "service" not in rule.roles, rule.path


def test_another_system_gets_nobody_accepted_by_any_address(site: TestClient, store: Store) -> None:
    """Whatever a token is allowed to send (moves, rows, imports, placements), nobody is accepted or placed by it."""
    with store.reading() as session:
        proposal = list_proposals(session, state="proposed")[0]
    person, place = proposal.candidate_id, proposal.vacancy_id
    bear_token(site)
    program: dict[str, Any] = {"headers": {"Accept": "application/json", "If-Match": f'"{proposal.version}"'}}
    assert (
        site.post(f"/v1/proposals/{proposal.proposal_id}/decision", json={"act": "accept"}, **program).status_code
        == 403
    )
    for kind, entity_id in (("candidates", person), ("vacancies", place)):
        for state in ("accepted", "started", "sustained"):
            seen = site.get(f"/v1/{kind}/{entity_id}").headers["ETag"]
            moved = site.post(
                f"/v1/{kind}/{entity_id}/moves", json={"state": state, "reason": "x"}, headers={"If-Match": seen}
            )
            assert moved.status_code in (403, 409), (kind, state)
    begun = {"candidate_id": person, "vacancy_id": place, "start_date": "2026-09-01"}
    assert site.post("/v1/placements", json=begun).status_code == 409
    decided = b.problem(
        candidates=city().candidates,
        vacancies=city().vacancies,
        contracts=city().contracts,
        municipalities=city().municipalities,
        decisions=[b.decision(person, place, "accepted", decided_by="somebody")],
    )
    taken = site.post("/v1/imports/workbook", content=problem_to_text(decided).encode())
    assert taken.status_code == 200, taken.text
    untouched(store)


def test_every_address_leaves_proposals_alone_unless_a_person_decides(site: TestClient, store: Store) -> None:
    """Asked by another system and by a planner with what accepts elsewhere, no other address accepts anybody."""
    body = {"act": "accept", "state": "accepted", "reason": "x", "seen": "0", "version": "1", "proposal_id": "1"}
    decides = {"/v1/proposals/{proposal_id}/decision", "/vacancies/{vacancy_id}/people/{candidate_id}"}
    changing = [rule for rule in RULES if rule.method != "GET" and not rule.is_open and rule.path not in decides]
    for role in ("service", "planner"):
        client = bear_token(site) if role == "service" else sign_in(site, "planner")
        for rule in changing:
            if role not in rule.roles or rule.path == "/sign-out" or (role == "planner" and "service" in rule.roles):
                continue
            sent: dict[str, Any] = {"json": body} if rule.path.startswith("/v1/") else {"data": body}
            address = rule.path.format_map(_Guessed())
            client.request(rule.method, address, **sent, headers={"If-Match": '"1"'}, follow_redirects=False)
    untouched(store)


class _Guessed(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return {"candidate_id": "C1", "vacancy_id": "V1", "contract_id": "T1", "cohort_id": "K1"}.get(name, "1")


def test_batches_workers_and_publications_accept_nobody(store: Store) -> None:
    """However often the machine plans, proposes and publishes, what waits for a person still waits."""
    ask_batch(store, as_of=DAY, horizon_days=150, by="schedule")
    assert Worker(store).work_once()
    publish(store, 2, by="Ada", seen=None)
    with store.reading() as session:
        assert list_proposals(session, state="proposed")
    untouched(store)


@pytest.mark.parametrize("by", ["", "worker", "schedule", "case system", "night"])
def test_a_decision_under_the_name_of_a_program_is_refused(store: Store, by: str) -> None:
    """Past every interface, the store itself takes a decision from a person only."""
    with store.writing() as session:
        issue_token(session, "case system", rights("service"), lasts=timedelta(days=1), by="Ada")
    ask_batch(store, as_of=DAY, horizon_days=150, by="schedule")
    Worker(store, "night").work_once()
    with store.reading() as session:
        number = list_proposals(session, state="proposed")[0].proposal_id
    with pytest.raises(Conflict, match=r"name of the person|which is a program"), store.writing() as session:
        accept(session, number, by=by)
    untouched(store)
    with store.writing() as session:  # a person who happens to be called like a system has an account
        add_account(session, "case system", rights("matcher"), by="Ada")
        accept(session, number, by="case system")


def test_nobody_begins_by_an_acceptance_that_nobody_stands_for(store: Store) -> None:
    """An accepted pair that came in a file without the name of who accepted is a promise, but no way to begin."""
    with store.reading() as session:
        proposal = list_proposals(session, state="proposed")[0]
    person, place = proposal.candidate_id, proposal.vacancy_id
    given = b.problem(
        candidates=city().candidates,
        vacancies=city().vacancies,
        contracts=city().contracts,
        municipalities=city().municipalities,
        decisions=[b.decision(person, place, "accepted")],
    )
    assert json.loads(problem_to_text(given))["decisions"]
    with store.writing() as session:
        save_problem(session, given, by="Ada")
    from matcher.service.placing import begin_placement

    with pytest.raises(Conflict, match="by a named person"), store.writing() as session:
        begin_placement(session, person, place, start_date=DAY, by="Bo")
    with store.writing() as session:
        session.connection.execute(sa.text("UPDATE decisions SET decided_by = 'Cy'"))
        assert begin_placement(session, person, place, start_date=DAY, by="Bo")
