"""Questions from the page of what if: asked of the plan or of a scenario, watched, read, exported and cancelled."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from matcher.service.studies import study_rows, values_of
from matcher.service.worker import Worker
from matcher.store import Job, Store, list_jobs
from matcher_api.web.questions import PAYERS
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
    ({"kind": "value", "only": "K1, K9"}, "K9"),
    ({"kind": "simulate", "late": "200"}, "1"),
    ({"kind": "simulate", "no_show": "often"}, "Kommer inte den första dagen, i procent: måste vara ett tal."),
    ({"kind": "simulate", "plan_99": "1"}, "nämna planer som finns, fick 99"),
    ({"kind": "simulate", "plan_x": "1"}, "Jämförs med: måste vara ett heltal."),
    ({"kind": "value", "years": "3"}, "Varifrån beloppen kommer: måste finnas."),
    ({"kind": "invest", "state.saved_per_year": "much"}, "stat"),
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


def test_everything_that_the_command_line_asks_is_asked_on_the_page(site: TestClient, store: Store) -> None:
    """As people write numbers; what was asked is what the question holds, and what is left empty keeps its default."""
    payers = {f"{payer}.{name}": "1 000,5" for payer in PAYERS for name in ("saved_per_year", "gained_per_year")}
    shares = {f"{payer}.training_percent": "25" for payer in PAYERS}
    society = {"source": "a trial", "years": "3", "would_have_worked_percent": "12,5", **payers, **shares}
    asked = [
        {"kind": "simulate", "sure": "87,5", "no_show": "4,5", "late_weeks": "6", "arrivals_per_month": "", **society},
        {"kind": "rolling", "replications": "2", "contracts_dropped": "2,5", "lead_weeks": "4", "futures": "1"},
        {"kind": "value", "only": "K1, B1", "name": "Of these", **society},
        {"kind": "invest", "amounts": "1000 2000", "points": "3"},
        {"kind": "requirement", "contract_id": "T1", "number": "1", "until": "2027-03-01"},
    ]
    for form in asked:
        assert site.post("/what-if/questions", data=form).status_code == 200, form
    with store.reading() as session:
        rows = [row.asked for row in study_rows(session)]
    simulated, rolled, valued, invested, required = (values_of(row.question) for row in reversed(rows))
    assert (simulated["sure"], simulated["assumptions"]["no_show"]) == (0.875, "0.045")
    assert (simulated["assumptions"]["late_weeks"], simulated["assumptions"]["refusal"]) == (6, "0.05")
    assert simulated["society"]["payers"]["state"]["saved_per_year"] == "1000.5"
    assert (rolled["contracts_dropped"], rolled["lead_weeks"], rolled["known"]) == (0.025, 4, 0.7)
    assert (valued["only"], valued["society"]["would_have_worked_percent"]) == (["K1", "B1"], "12.5")
    assert (invested["amounts"], required["until"]) == ([1000, 2000], "2027-03-01")
    assert rows[2].name == "Of these"


def test_a_refused_question_keeps_what_was_filled_in(site: TestClient) -> None:
    """Also what stands in a part that is folded, which is open then."""
    answer = site.post("/what-if/questions", data={"kind": "simulate", "replications": "77", "no_show": "often"})
    assert answer.status_code == 422
    assert 'name="replications" value="77"' in answer.text
    assert 'name="no_show" value="often"' in answer.text
    assert answer.text.count('<details class="further" open>') == 1


def test_other_plans_are_chosen_for_comparison(site: TestClient, store: Store) -> None:
    """Those of runs and scenarios, without the one that people work by; each once chosen is in the answer."""
    assert "plan_1" not in site.get("/what-if").text
    site.post("/runs", data={"time_limit_s": "60"})
    site.post("/what-if", data={"changes": SEATS, "name": "More seats"})
    for _ in range(2):
        assert Worker(store).work_once()
    page = site.get("/what-if").text
    assert [f'name="plan_{number}"' in page for number in (1, 2, 3)] == [False, True, True]
    assert "Plan 3 (More seats)" in page
    assert 'name="plan_2" value="1"' in site.get("/runs/2").text
    form = {"kind": "simulate", "replications": "20", "plan_2": "1", "plan_3": "1"}
    where = str(site.post("/what-if/questions", data=form).url)
    assert Worker(store).work_once()
    assert "Other plans under the same luck" in site.get(where).text


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
