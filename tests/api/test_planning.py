"""Runs from a page: asked for, watched, compared with what people work by, published; and scenarios beside them."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from matcher.service.worker import Worker
from matcher.store import Store, decide, list_jobs, list_proposals, list_publications, published_plan_id
from tests.api.test_deciding import Forms


def started(site: TestClient) -> str:
    """Ask for a run and return its address."""
    answer = site.post("/runs", data={"time_limit_s": "60"}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def publishing(site: TestClient, where: str) -> dict[str, str]:
    return next(form for form in Forms(site.get(where).text).forms if "seen" in form)


def test_a_run_is_watched_compared_and_published(site: TestClient, store: Store) -> None:
    """What is due in the published plan is proposed in place of what waited; who compared with another is told."""
    first = publishing(site, "/runs/1")
    site.post("/runs/1/publish", data=first)
    with store.reading() as session:
        assert published_plan_id(session) == 1

    where = started(site)
    waiting = site.get(where)
    assert 'data-again="1"' in waiting.text
    assert '<noscript><meta http-equiv="refresh"' in waiting.text
    assert Worker(store).work_once()
    done = site.get(where)
    assert "data-again" not in done.text
    assert "Against the plan that people work by" in done.text

    late = site.post(f"{where}/publish", data={"seen": ""})
    assert late.status_code == 409
    assert "Another plan was published" in late.text
    assert site.post(f"{where}/publish", data=publishing(site, where) | {"reason": "Monday"}).status_code == 200
    with store.reading() as session:
        (last, _) = list_publications(session)
        assert (last.plan_id, last.reason) == (2, "Monday")
        assert {row.plan_id for row in list_proposals(session, state="proposed")} == {2}
    assert site.post("/runs/1/publish", data={"seen": "2"}).status_code == 409


def test_decisions_that_a_run_does_not_know_are_told(site: TestClient, store: Store) -> None:
    where = started(site)
    Worker(store).work_once()
    with store.reading() as session:
        proposal = list_proposals(session, state="proposed")[0]
    pair = f"/vacancies/{proposal.vacancy_id}/people/{proposal.candidate_id}"
    site.post(pair, data=Forms(site.get(pair).text).with_act("accept"))

    assert "1 decision was taken since this run was asked for." in site.get(where).text


def test_every_decision_that_leaves_no_plan_is_told_in_the_readers_language(site: TestClient, store: Store) -> None:
    """As many pinned as there are positions: the page of another pair warns, and the run that fails names them all."""
    page = "/vacancies/V1/people/C1"
    assert "With another pin no plan can be made." not in site.get(page).text
    with store.writing() as session:
        for candidate_id in ("C2", "C4", "C5"):
            decide(session, "pin", candidate_id, "V1", by="Ada")
    before = site.get(page).text
    after = site.post(page, data=Forms(before).with_act("pin")).text
    where = started(site)
    Worker(store).work_once()
    told = site.get(where, headers={"Accept-Language": "sv"}).text

    assert "With another pin no plan can be made." in before
    assert "No plan can be made with this pin." in after
    assert "The plan knew of no decision about this pair." in after  # it is of an earlier day
    assert told.count("kan inte vara låst på tjänst") == 2
    assert "cannot be" not in told


def test_a_run_that_waits_is_cancelled(site: TestClient, store: Store) -> None:
    where = started(site)
    assert "The run was cancelled." in site.post(f"{where}/cancel").text
    with store.reading() as session:
        assert list_jobs(session)[0].state == "cancelled"
    assert site.post(f"{where}/publish", data={"seen": ""}).status_code == 404


def test_a_run_needs_a_limit_of_the_list(site: TestClient) -> None:
    assert site.post("/runs", data={"time_limit_s": "999999"}).status_code == 400


def test_a_scenario_is_built_worked_out_and_read(site: TestClient, store: Store) -> None:
    """Its plan is compared with the one it was made from, and neither proposed nor taken for a plan to work by."""
    added = site.get("/what-if?kind=change_seats&cohort_id=K1&by=3")
    assert "3 more seats in Kitchen (K1)" in added.text
    changes = next(form["changes"] for form in Forms(added.text).forms if "name" in form)
    with store.reading() as session:
        before = list_proposals(session)

    waiting = site.post("/what-if", data={"changes": changes, "name": "More seats"})
    assert 'data-again="1"' in waiting.text
    assert Worker(store).work_once()
    where = str(waiting.url)
    done = site.get(where)

    assert "Against the problem as it is" in done.text
    assert "More seats" in done.text
    assert site.get(f"{where}/excel").content.startswith(b"PK")
    with store.reading() as session:
        assert list_proposals(session) == before
    assert f'/runs/{where.rpartition("/")[2]}"' not in site.get("/plan").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=change_seats&cohort_id=K1&by=many", "whole number"),
        ("kind=change_seats&cohort_id=K99&by=1", "K99"),
        ("kind=sell&cohort_id=K1", "known kind"),
        ("kind=copy_cohort&like=K1", "cohort_id"),
    ],
)
def test_a_change_that_cannot_be_made_is_told(site: TestClient, query: str, said: str) -> None:
    answer = site.get(f"/what-if?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_a_change_that_cannot_be_made_is_told_in_swedish(site: TestClient) -> None:
    answer = site.get("/what-if?kind=change_seats&cohort_id=K99&by=1", headers={"Accept-Language": "sv"})
    assert "måste" in answer.text
    assert "must" not in answer.text


def test_a_scenario_without_a_change_is_refused(site: TestClient) -> None:
    assert site.post("/what-if", data={"changes": ""}).status_code == 400
