"""Questions from the page of what if: asked of the plan or of a scenario, watched, read, exported and cancelled."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from matcher.service.worker import Worker
from matcher.store import Job, Store, list_jobs
from tests.api.test_tables import checked

FORMS = {
    "value": {"of": "seat", "money": "10000"},
    "invest": {"budget_id": "B1", "most": "", "points": "4"},
    "requirement": {"contract_id": "T1", "by": "2027-01-01", "number": "", "groups": "everybody"},
    "simulate": {"replications": "60", "sure": "90", "reaction": "nobody"},
    "rolling": {"replications": "2", "known": "72,5"},
}
REFUSED = [
    ({"kind": "value", "money": "much"}, "Hur många kronor mer: måste vara ett heltal."),
    ({"kind": "simulate", "replications": "1"}, "Hur många gånger det slumpas: måste vara minst 2."),
    ({"kind": "rolling", "known": "most"}, "Kända personer den första dagen, i procent: måste vara ett tal."),
    ({"kind": "requirement", "contract_id": "T1"}, "fråga efter ett största antal till en dag"),
    ({"kind": "requirement", "contract_id": "T1", "by": "soon"}, "måste vara en dag"),
    ({"kind": "invest", "budget_id": "B9"}, "B9"),
    ({"kind": "invest", "changes": "kind=lose_contract&contract_id=T9"}, "T9"),
]
SEATS = "kind=change_seats&cohort_id=K1&by=3"


@pytest.mark.parametrize("kind", FORMS)
def test_a_question_is_asked_watched_and_read(site: TestClient, store: Store, kind: str) -> None:
    """In the reader's language, with its workbook and the page to print; the list says what was asked before."""
    waiting = site.post("/what-if/questions", data={"kind": kind, **FORMS[kind]})
    where = str(waiting.url)
    assert 'data-again="2"' in waiting.text
    assert Worker(store).work_once()
    done = site.get(where, headers={"Accept-Language": "sv"})
    assert "data-again" not in done.text
    assert "Begränsningar" in done.text
    assert site.get(f"{where}/excel").content.startswith(b"PK")
    found = checked(site, done.text, where)  # every table has one of its own, too
    assert sum(one.tables for one in found.sections) > 0
    assert site.get(f"{where}/excel?table=magic").status_code == 404
    assert site.get(f"{where}/report").headers["content-security-policy"] == "frame-ancestors 'none'"
    assert f'href="/what-if/{where.rpartition("/")[2]}"' in site.get("/what-if").text


def test_a_question_about_a_scenario_tells_what_is_otherwise(site: TestClient, store: Store) -> None:
    where = str(site.post("/what-if/questions", data={"kind": "invest", "changes": SEATS, **FORMS["invest"]}).url)
    assert "3 more seats in Kitchen (K1)" in site.get(where).text
    assert Worker(store).work_once()
    assert "3 more seats in Kitchen (K1)" in site.get(where).text


def test_what_cannot_be_asked_is_told_in_the_readers_language(site: TestClient, store: Store) -> None:
    for form, said in REFUSED:
        answer = site.post("/what-if/questions", data=form, headers={"Accept-Language": "sv"})
        assert answer.status_code == 422
        assert said in answer.text
        assert "body#" not in answer.text
        assert " must " not in answer.text
    with store.reading() as session:
        assert [job.kind for job in list_jobs(session)] == ["batch"]


def test_an_unknown_question_is_refused(site: TestClient) -> None:
    assert site.post("/what-if/questions", data={"kind": "sell"}).status_code == 400


def test_a_question_is_cancelled_and_says_so(site: TestClient, store: Store) -> None:
    where = str(site.post("/what-if/questions", data={"kind": "invest", **FORMS["invest"]}).url)
    assert "It was cancelled" in site.post(f"{where}/cancel").text
    assert "It was cancelled" in site.post(f"{where}/cancel").text
    assert not Worker(store).work_once()
    assert [site.get(f"{where}/{each}").status_code for each in ("excel", "report")] == [404, 404]
    assert site.post("/what-if/1/cancel").status_code == 404


def test_what_has_changed_since_is_told(site: TestClient, store: Store) -> None:
    where = str(site.post("/what-if/questions", data={"kind": "invest", **FORMS["invest"]}).url)
    assert Worker(store).work_once()
    assert "People work by another plan now." not in site.get(where).text
    site.post("/runs", data={"time_limit_s": "60"})
    assert Worker(store).work_once()
    newest = max(job.job_id for job in list_jobs_of(store))
    site.post(f"/runs/{newest}/publish", data={"seen": ""})
    assert "People work by another plan now." in site.get(where).text


def list_jobs_of(store: Store) -> list[Job]:
    with store.reading() as session:
        return list(list_jobs(session))
