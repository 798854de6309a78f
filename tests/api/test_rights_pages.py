"""Pages about candidates' rights: names for those who may, each look logged, letters, requests, erasure, retention."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.testclient import TestClient

from matcher.formats.identities import Identity
from matcher.languages import phrases
from matcher.service.desk.source import StoredDesks
from matcher.store import (
    MasterKeys,
    Store,
    accept,
    assign_case,
    broken_entries,
    decide,
    is_erased,
    list_proposals,
    list_requests,
    list_rules,
    save_identities,
)
from matcher.store.tables.trust import audit_log
from matcher_api import Settings, create_app
from tests.api.conftest import DAY, HTML
from tests.api.signing import sign_in

KEYS = "first AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
NAME = "Kanariefågel Testsson"
SWEDISH = {"Accept-Language": "sv"}


@pytest.fixture
def site(store: Store) -> Iterator[TestClient]:
    """Return the pages of a service that has the vault's keys, before somebody who decides."""
    settings = Settings(identity_keys=SecretStr(KEYS), supplier_fields=("start_date", "name", "phone"))
    keys = settings.vault_keys()
    assert isinstance(keys, MasterKeys)
    with store.writing() as session:
        people = ("C1", "C2", "C5")
        given = [Identity(candidate_id=one, name=f"{NAME} {one}", phone="070-174 06 05") for one in people]
        save_identities(session, keys, given, by="Ada")
    app = create_app(settings, StoredDesks(store, lambda: DAY), store)
    with TestClient(app, headers=HTML) as site:
        yield sign_in(site, "matcher", name="Ada Berg")


def looks(store: Store) -> list[tuple[str, str, str]]:
    with store.reading() as session:
        rows = session.rows(sa.select(audit_log).where(audit_log.c.action == "look").order_by(audit_log.c.entry))
        assert broken_entries(session) == []
    return [(row.actor, row.entity_id, row.reason) for row in rows]


def test_a_name_is_shown_to_who_may_and_says_why(site: TestClient, store: Store) -> None:
    """A matcher gives a reason and reads the name once; a planner, an auditor and an administrator never do."""
    page = site.get("/candidates/C1/rights")
    assert NAME not in page.text
    refused = site.post("/candidates/C1/identity", data={"reason": ""})
    assert (refused.status_code, NAME in refused.text) == (422, False)
    shown = site.post("/candidates/C1/identity", data={"reason": "calls"}, headers=SWEDISH)
    assert f"{NAME} C1" in shown.text
    assert "Visas den här gången" in shown.text
    assert NAME not in site.get("/candidates/C1/rights").text
    for role in ("planner", "auditor", "administrator"):
        sign_in(site, role)
        assert site.post("/candidates/C1/identity", data={"reason": "curious"}).status_code == 403
        assert site.post("/candidates/C1/access").status_code == 403
        assert site.get("/identities").status_code == 403
    assert looks(store) == [("Ada Berg", "C1", "calls")]


def test_nobody_of_another_unit_is_known(site: TestClient, store: Store) -> None:
    with store.writing() as session:
        assign_case(session, "C1", "Bo", by="Ada", unit="north")
    sign_in(site, "matcher", name="Eva", units=["south"])
    for method, address in (
        ("GET", "/candidates/C1/rights"),
        ("POST", "/candidates/C1/access"),
        ("GET", "/candidates/C1/letter"),
        ("POST", "/candidates/C1/identity"),
        ("POST", "/candidates/C1/erasure"),
    ):
        assert site.request(method, address, data={"reason": "x"} if method == "POST" else None).status_code == 404
    assert looks(store) == []


def test_a_supplier_sees_contacts_of_the_accepted_alone_in_agreed_fields(site: TestClient, store: Store) -> None:
    """Of somebody who was accepted, name and telephone; each view is a look in the log. Of others, nothing."""
    with store.writing() as session:
        proposal = next(one for one in list_proposals(session) if one.candidate_id == "C1")
        accept(session, proposal.proposal_id, by="Ada")
    page = sign_in(site, "supplier", name="Lingon", contracts=["T1"]).get("/accepted")
    assert f"{NAME} C1" in page.text
    assert "070-174 06 05" in page.text
    assert "C2" not in page.text
    assert looks(store) == [("Lingon", "C1", "accepted")]
    other = sign_in(site, "supplier", name="Other", contracts=["T2"]).get("/accepted")
    assert NAME not in other.text


def test_access_is_a_file_with_everything(site: TestClient, store: Store) -> None:
    answer = site.post("/candidates/C1/access")
    assert "attachment" in answer.headers["content-disposition"]
    document = json.loads(answer.text)
    assert document["identity"]["name"] == f"{NAME} C1"
    assert {"candidates", "candidate_skills", "proposals", "moves", "audit_log"} <= document["tables"].keys()
    assert f"{NAME} C2" not in answer.text


def test_the_interface_does_the_same(site: TestClient, store: Store) -> None:
    """Requests, answers, access and erasure as documents, with the same refusals; retention says what is due."""
    with store.writing() as session:
        decide(session, "forbid", "C5", "V3", by="Ada Berg")
    body = {"kind": "review", "words": "Why not me?", "vacancy_id": "V3"}
    asked = site.post("/v1/candidates/C5/requests", json=body, headers={"Idempotency-Key": "once"})
    again = site.post("/v1/candidates/C5/requests", json=body, headers={"Idempotency-Key": "once"})
    assert (asked.status_code, asked.json()) == (201, again.json())
    address = f"/v1/candidates/C5/requests/{asked.json()['request_id']}/answer"
    reply = {"outcome": "granted", "answer": "We look again."}
    assert site.post(address, json=reply).status_code == 409
    assert site.post(address.replace("C5", "C1"), json=reply).status_code == 404
    sign_in(site, "matcher", name="Bo Ek")
    assert site.post(address, json=reply).json()["answered_by"] == "Bo Ek"
    assert [one["outcome"] for one in site.get("/v1/candidates/C5/requests").json()["items"]] == ["granted"]
    document = site.get("/v1/candidates/C5/access").json()
    assert document["identity"]["name"] == f"{NAME} C5"
    assert "rights_requests" in document["tables"]
    gone = site.post("/v1/candidates/C5/erasure", json={"reason": "asked for"}).json()
    assert gone["candidate_id"] == "C5"
    assert site.get("/v1/candidates/C5/access").json()["identity"] is None
    assert site.get("/v1/candidates/nobody/access").status_code == 404
    sign_in(site, "administrator", name="Root")
    assert site.get("/v1/retention?on=2030-01-01").json() == {"rules": [], "due": []}


@pytest.mark.parametrize("candidate_id", ["C1", "C5"])
def test_a_letter_explains_in_plain_words_and_names_nobody_else(site: TestClient, candidate_id: str) -> None:
    """Who has a place reads why it fits; who has none what would have to be otherwise, proven by planning again."""
    letter = site.get(f"/candidates/{candidate_id}/letter", headers=SWEDISH)
    assert letter.status_code == 200
    assert "en människa beslutar om varje placering" in letter.text
    assert not any(f"{other} " in letter.text or f">{other}<" in letter.text for other in ("C2", "C3", "C4"))
    if candidate_id == "C5":
        assert "ingen plats för dig" in letter.text
        proven = site.get("/candidates/C5/letter?proven=true", headers=SWEDISH)
        assert 'href="/candidates/C5/letter?proven=true"' not in proven.text
        assert phrases("sv").text("Why not, proven by solving again:") in proven.text
    assert site.get("/candidates/nobody/letter").status_code == 404


def test_a_request_is_written_down_and_answered_by_another(site: TestClient, store: Store) -> None:
    """Whoever has decided is shown no form and is refused; a colleague answers, and both stand on the page."""
    with store.writing() as session:
        decide(session, "forbid", "C5", "V3", by="Ada Berg")
    asked = site.post("/candidates/C5/requests", data={"kind": "review", "words": "Why not me?", "vacancy_id": "V3"})
    assert "Why not me?" in asked.text
    assert "/requests/1/answer" not in asked.text
    reply = {"outcome": "granted", "answer": "We look again."}
    assert site.post("/candidates/C5/requests/1/answer", data=reply).status_code == 409
    sign_in(site, "matcher", name="Bo Ek")
    assert "/candidates/C5/rights" in site.get("/requests", headers=SWEDISH).text
    assert site.post("/candidates/C1/requests/1/answer", data=reply).status_code == 404
    answered = site.post("/candidates/C5/requests/1/answer", data=reply)
    assert "We look again." in answered.text
    assert site.post("/candidates/C5/requests", data={"kind": "review", "words": ""}).status_code == 422
    assert site.post("/candidates/C5/requests", data={"kind": "wish", "words": "x"}).status_code == 400
    with store.reading() as session:
        (found,) = list_requests(session)
    assert (found.asked_by, found.answered_by, found.outcome) == ("Ada Berg", "Bo Ek", "granted")


def test_erasing_is_refused_with_the_reason_or_done(site: TestClient, store: Store) -> None:
    sign_in(site, "administrator", name="Root")
    rule = {"entity": "candidates", "keep_months": "24", "legal_basis": "Arkivlagen 10 §", "is_archived": "yes"}
    assert "Arkivlagen 10 §" in site.post("/retention/rules", data=rule | {"after_state": "left"}).text
    sign_in(site, "matcher", name="Ada Berg")
    page = site.get("/candidates/C5/rights", headers=SWEDISH)
    assert "Arkivregel 1 hindrar det, och ingen dag är satt" in page.text
    sure = {"reason": "asked for", "sure": "C5"}
    assert site.post("/candidates/C5/erasure", data=sure).status_code == 409
    sign_in(site, "administrator", name="Root")
    assert site.post("/retention/rules/1/remove", data={"reason": ""}).status_code == 422
    assert site.post("/retention/rules/1/remove", data={"reason": "new plan"}).status_code == 200
    sign_in(site, "matcher", name="Ada Berg")
    assert site.post("/candidates/C5/erasure", data={"reason": "asked for"}).status_code == 422
    done = site.post("/candidates/C5/erasure", data=sure, headers=SWEDISH)
    assert "Vem det var har raderats." in done.text
    assert site.post("/candidates/C5/identity", data={"reason": "calls"}).text.count(NAME) == 0
    with store.reading() as session:
        assert is_erased(session, "C5")


def test_rules_of_retention_are_kept_on_their_page(site: TestClient, store: Store) -> None:
    sign_in(site, "administrator", name="Root")
    assert site.post("/retention/rules", data={"entity": "runs", "legal_basis": "Beslut 7"}).status_code == 422
    rule = {"entity": "runs", "keep_months": "12", "legal_basis": "Beslut 7", "after_state": "left"}
    assert "raderas efter 12 månader" in site.post("/retention/rules", data=rule, headers=SWEDISH).text
    assert "0 things were erased." in site.post("/retention/apply").text
    with store.reading() as session:
        (found,) = list_rules(session)
    assert (found.entity, found.after_state, found.approved_by) == ("runs", None, "Root")
    assert '<form class="entry"' not in sign_in(site, "auditor").get("/retention").text


def test_identities_come_in_by_a_file(site: TestClient, store: Store) -> None:
    """A file is taken in as a whole; faults are told without what stands in them; nothing is shown afterwards."""
    taken = site.post(
        "/identities", data={"reason": "new"}, files={"file": ("who.csv", f"candidate_id,name\nC3,{NAME}\n".encode())}
    )
    assert "1 identity was taken in." in taken.text
    assert NAME not in taken.text
    for text, status in (("C3,19121212-1212", 422), ("nobody,Hemlig", 409), ("C3", 422)):
        bad = site.post("/identities", files={"file": ("who.csv", f"candidate_id,name\n{text}\n".encode())})
        assert (bad.status_code, "1212" in bad.text, "Hemlig" in bad.text) == (status, False, False)
