"""Decisions on pages: what each costs stands there first, who is late is told so, and undoing stays in the log."""

from __future__ import annotations

import re
import threading
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from matcher.errors import InvalidInput
from matcher.service.desk.losses import Losses
from matcher.store import Proposal, Store, decisions_taken, list_proposals, list_stored, state_of
from tests.waits import PATIENCE_S, wait_until


class Forms(HTMLParser):
    """Collects the forms of a page, each with its fields as a browser would send them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag in ("input", "textarea", "select") and self.forms and "name" in given:
            self.forms[-1][given["name"]] = given.get("value") or ""

    def with_act(self, act: str) -> dict[str, str]:
        (form,) = (form for form in self.forms if form.get("act") == act)
        return form


@pytest.fixture
def proposal(store: Store) -> Proposal:
    with store.reading() as session:
        return list_proposals(session, state="proposed")[0]


def address(proposal: Proposal) -> str:
    return f"/vacancies/{proposal.vacancy_id}/people/{proposal.candidate_id}"


def forms(site: TestClient, where: str) -> Forms:
    return Forms(site.get(where).text)


def test_accepting_promises_the_place_and_says_so(site: TestClient, store: Store, proposal: Proposal) -> None:
    where = address(proposal)
    page = site.get(where)
    assert "nothing: the plan counts on it" in page.text

    answer = site.post(where, data=Forms(page.text).with_act("accept"))

    assert answer.status_code == 200
    assert "Accepted. The place" in answer.text
    with store.reading() as session:
        (taken,) = decisions_taken(session, candidate_id=proposal.candidate_id)
        assert (taken.act, taken.proposal_id) == ("accept", proposal.proposal_id)
        assert state_of(session, "candidates", proposal.candidate_id) == "accepted"


def test_rejecting_shows_what_it_costs_first_and_wants_a_reason_of_the_list(
    site: TestClient, store: Store, proposal: Proposal
) -> None:
    where = address(proposal)
    wait_until(lambda: "is being worked out" not in site.get(where).text, step_s=0.1)
    text = site.get(where).text
    assert "The candidate would" in text
    form = Forms(text).with_act("reject")

    without = site.post(where, data=form | {"reason_code": ""})
    assert without.status_code == 422
    assert "Choose why you reject it." in without.text
    assert site.post(where, data=form | {"reason_code": "because"}).status_code == 422
    with store.reading() as session:
        assert decisions_taken(session, candidate_id=proposal.candidate_id) == []

    done = site.post(where, data=form | {"reason_code": "too_far", "note": "two hours each way"})
    assert "The way is too long" in done.text
    assert "two hours each way" in done.text
    with store.reading() as session:
        assert [row.state for row in list_proposals(session, candidate_id=proposal.candidate_id)] == ["rejected"]


def test_a_form_that_has_gone_stale_stores_nothing_and_shows_how_it_is(
    site: TestClient, store: Store, proposal: Proposal
) -> None:
    where = address(proposal)
    old = forms(site, where)
    site.post(where, data=old.with_act("accept"))

    late = site.post(where, data=old.with_act("reject") | {"reason_code": "other"})

    assert late.status_code == 409
    assert "Somebody else has decided since you opened this page." in late.text
    assert "withdraw" in {form.get("act") for form in Forms(late.text).forms}
    with store.reading() as session:
        assert [one.act for one in decisions_taken(session, candidate_id=proposal.candidate_id)] == ["accept"]


def test_a_decision_is_taken_back_and_both_stay_in_the_log(site: TestClient, store: Store, proposal: Proposal) -> None:
    where = address(proposal)
    site.post(where, data=forms(site, where).with_act("accept"))

    site.post(where, data=forms(site, where).with_act("withdraw") | {"note": "a mistake"})

    with store.reading() as session:
        assert [one.act for one in decisions_taken(session, candidate_id=proposal.candidate_id)] == [
            "accept",
            "withdraw",
        ]
        assert list_stored(session, "decisions", candidate_id=proposal.candidate_id) == []
    assert {form.get("act") for form in forms(site, where).forms} >= {"pin", "forbid"}


def test_pinning_somebody_in_reserve_shows_the_opportunity_cost(site: TestClient, store: Store) -> None:
    """Everybody in the list of a vacancy can be pinned there, at the cost that the list shows."""
    people = re.findall(r'href="(/vacancies/V\d/people/C\d)">What it costs', site.get("/vacancies/V1").text)
    pinnable = [where for where in people if any(form.get("act") == "pin" for form in forms(site, where).forms)]
    assert pinnable
    where = pinnable[-1]

    done = site.post(where, data=forms(site, where).with_act("pin"))

    assert "Pinned. The next plan" in done.text
    with store.reading() as session:
        (row,) = list_stored(session, "decisions", decision="pinned")
        assert where.endswith(row.entity.candidate_id)


def test_what_cannot_be_read_is_refused(site: TestClient, proposal: Proposal) -> None:
    where = address(proposal)
    assert site.post(where, data={"act": "sell"}).status_code == 400
    assert site.post(where, data={"act": "accept", "seen": "x"}).status_code == 400
    assert site.post(where, content=b"act=accept", headers={"Content-Type": "text/plain"}).status_code == 415
    assert site.post("/vacancies/V1/people/nobody", data={"act": "forbid", "seen": "0"}).status_code == 404


def test_no_name_of_a_person_stands_in_a_title(site: TestClient, proposal: Proposal) -> None:
    title = re.search("<title>(.*)</title>", site.get(address(proposal)).text)
    assert title is not None
    assert proposal.candidate_id not in title[1]


def test_a_cost_that_takes_long_does_not_keep_the_page_waiting() -> None:
    """It is worked out beside the page, what is looked at before what is expected; one that cannot be told is none."""
    may_go_on, order = threading.Event(), []

    def solve(candidate_id: str, vacancy_id: str) -> Any:
        order.append(candidate_id)
        assert may_go_on.wait(PATIENCE_S)
        if candidate_id == "C3":
            raise InvalidInput([])
        return candidate_id

    losses = Losses(solve)
    losses.expect([("C1", "V1"), ("C2", "V1")])
    assert losses.of("C3", "V1", patience_s=0.01) == "pending"
    may_go_on.set()

    assert losses.of("C3", "V1", patience_s=PATIENCE_S) is None
    assert losses.of("C2", "V1", patience_s=PATIENCE_S) == "C2"
    assert losses.of("C1", "V1", patience_s=PATIENCE_S) == "C1"
    losses.close()
    assert losses.of("C4", "V1", patience_s=0.01) == "pending"
    assert "C4" not in order
    assert order.index("C3") <= 1  # only what was begun already comes before what somebody looks at
