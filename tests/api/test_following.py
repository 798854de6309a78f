"""Who has begun, on pages: noted once accepted, asked about when it is due, ended on a day; nothing by accident."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from matcher.service.desk.source import StoredDesks
from matcher.service.following import begun_rows, expected_rows
from matcher.store import Proposal, Store, accept, assign_case, begun_people, list_proposals, state_of
from matcher_api import Settings, create_app
from tests.api.conftest import HTML
from tests.api.signing import sign_in
from tests.api.test_deciding import Forms

BEGAN = date(2026, 10, 12)


class Clock:
    """The day on which everybody looks, until it is moved."""

    today = BEGAN

    def __call__(self) -> date:
        return self.today


@pytest.fixture
def store(planned: Callable[[], str]) -> Iterator[Store]:
    """Return a database of each kind with the small city and its first plan."""
    with Store(planned()) as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accepted(store: Store) -> Proposal:
    """Return a proposal that somebody has accepted; Ada Berg looks after the person."""
    with store.writing() as session:
        proposal = list_proposals(session, state="proposed")[0]
        accept(session, proposal.proposal_id, by="Bo")
        assign_case(session, proposal.candidate_id, "Ada Berg", by="Bo", unit="north")
    return proposal


@pytest.fixture
def later(store: Store, clock: Clock) -> Iterator[TestClient]:
    """Return the pages as they are some months after the plan was made."""
    with TestClient(create_app(Settings(), StoredDesks(store, clock), store), headers=HTML) as client:
        yield sign_in(client, "matcher", "planner", name="Ada Berg")


def begin(site: TestClient, proposal: Proposal, day: str = BEGAN.isoformat()) -> str:
    """Note that somebody has begun; return the address of the placement."""
    where = f"/vacancies/{proposal.vacancy_id}/people/{proposal.candidate_id}/start"
    answer = site.post(where, data={"start_date": day})
    assert answer.status_code == 200, answer.text
    assert "Noted." in answer.text
    found = re.search(r"/placements/\d+", site.get("/placements?only=").text)
    assert found is not None
    return found[0]


def forms(site: TestClient, where: str) -> list[dict[str, str]]:
    return [form for form in Forms(site.get(where).text).forms if "version" in form or "start_date" in form]


def test_whoever_was_accepted_is_asked_about_from_the_first_day_on(
    later: TestClient, store: Store, accepted: Proposal
) -> None:
    """The first page names the person until somebody has noted the start, once and on a day that has come."""
    person = accepted.candidate_id
    assert "Should have begun" in later.get("/").text
    page = later.get("/placements").text
    assert "1 person should have begun" in page
    assert f'/people/{person}/start"' in page

    where = f"/vacancies/{accepted.vacancy_id}/people/{person}/start"
    assert later.post(where, data={"start_date": "soon"}).status_code == 422
    early = later.post(where, data={"start_date": "2026-10-13"})
    assert early.status_code == 409
    assert "must not lie after today" in early.text
    begin(later, accepted)
    assert "Should have begun" not in later.get("/").text
    again = later.post(where, data={"start_date": "2026-10-11"})
    assert again.status_code == 409
    assert "must not be at work" in again.text
    with store.reading() as session:
        assert [one.start_date for one in begun_people(session)] == [BEGAN]
        assert state_of(session, "candidates", person) == "started"


def test_a_question_that_is_due_stands_on_the_first_page_until_it_is_answered(
    later: TestClient, store: Store, accepted: Proposal, clock: Clock
) -> None:
    """Three months to the day, not a day before; answered once, and not before its time."""
    where = begin(later, accepted)
    clock.today = date(2027, 1, 11)
    assert "Is it still going on?" not in later.get("/").text
    early = begun_rows(store, clock.today)[0].begun.questions[0]
    address = f"{where}/follow-ups/{early.follow_up_id}"
    assert later.post(address, data={"version": "1"}).status_code == 409

    clock.today = date(2027, 1, 12)
    assert "Is it still going on?" in later.get("/").text
    assert "Find out about 1 person who has begun" in later.get("/placements").text
    assert "It lasts so far" in later.post(address, data={"version": "1"}).text
    assert "Nobody is to be asked about today" in later.get("/placements").text
    late = later.post(address, data={"version": "1"})
    assert late.status_code == 409
    assert "somebody else has changed it" in late.text
    (row,) = begun_rows(store, date(2027, 10, 12), "Ada Berg")
    assert (row.course, row.is_mine, row.due and row.due.months) == ("lasting", True, 6)


def test_whoever_lasts_a_year_has_lasted(later: TestClient, store: Store, accepted: Proposal, clock: Clock) -> None:
    where = begin(later, accepted)
    clock.today = date(2027, 10, 12)
    for _ in range(3):
        (form,) = [one for one in forms(later, "/placements") if "version" in one]
        due = begun_rows(store, clock.today)[0].due
        assert due is not None
        later.post(f"{where}/follow-ups/{due.follow_up_id}", data=form)
    assert begun_rows(store, clock.today)[0].course == "lasted"
    assert "lasted a year" in later.get("/placements?only=lasted").text


def test_a_last_day_answers_what_lies_before_and_after_it(
    later: TestClient, store: Store, accepted: Proposal, clock: Clock
) -> None:
    """Who left after four months lasted three and not six; a day before the first or after today ends nothing."""
    where = begin(later, accepted)
    clock.today = date(2027, 2, 20)
    (form,) = [one for one in forms(later, where) if "ended_on" in one]
    assert later.post(f"{where}/end", data=form).status_code == 422
    for day, said in (("2026-10-11", "must end on or after its start"), ("2027-02-21", "must not lie after today")):
        refused = later.post(f"{where}/end", data=form | {"ended_on": day})
        assert refused.status_code == 409
        assert said in refused.text
    assert begun_rows(store, clock.today)[0].course == "lasting"

    assert "open again" in later.post(f"{where}/end", data=form | {"ended_on": "2027-02-12", "note": "moved"}).text
    (row,) = begun_rows(store, clock.today)
    assert [one.is_sustained for one in row.begun.questions] == [True, False, False]
    assert (row.course, row.due, row.begun.ended_on) == ("left", None, date(2027, 2, 12))
    assert expected_rows(store, clock.today) == ()
    assert later.post(f"{where}/end", data=form | {"ended_on": "2027-02-12"}).status_code == 409
    assert "has ended" in later.get(where).text


def test_another_placement_s_question_is_not_answered_by_the_way(
    later: TestClient, accepted: Proposal, clock: Clock
) -> None:
    where = begin(later, accepted)
    clock.today = date(2027, 10, 12)
    assert later.post(f"{where}/follow-ups/999", data={"version": "1"}).status_code == 404
    assert later.get("/placements/999").status_code == 404


def test_nobody_of_another_unit_is_shown(later: TestClient, store: Store, accepted: Proposal, clock: Clock) -> None:
    """Neither on the list, nor by the number of the placement."""
    where = begin(later, accepted)
    clock.today = date(2027, 10, 12)
    own = sign_in(later, "matcher", units=["north"])
    assert accepted.candidate_id in own.get("/placements").text
    other = sign_in(later, "matcher", units=["south"])
    assert f">{accepted.candidate_id}<" not in other.get("/placements?only=").text
    assert other.get(where).status_code == 404
    assert other.post(f"{where}/end", data={"ended_on": "2027-01-01", "version": "1"}).status_code == 404


def test_it_is_told_in_swedish(later: TestClient, accepted: Proposal) -> None:
    later.headers["Accept-Language"] = "sv"
    where = f"/vacancies/{accepted.vacancy_id}/people/{accepted.candidate_id}/start"
    answer = later.post(where, data={"start_date": "2026-10-13"})
    assert "får inte ha början efter i dag" in answer.text


@pytest.mark.parametrize("kind", ["placements", "expected"])
def test_both_lists_are_workbooks(later: TestClient, accepted: Proposal, kind: str) -> None:
    whole, nothing = later.get(f"/excel/{kind}"), later.get(f"/excel/{kind}?q=nobodyatall")
    assert whole.content.startswith(b"PK")
    assert kind == "placements" or len(whole.content) > len(nothing.content)
