"""Suggestions over HTTP: ranked, explained, with what the plan would lose; and what a decision costs beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from matcher.report import RunFacts
from matcher.service.desk import Desk
from matcher.service.desk.source import Waiting
from matcher.service.suggesting import Suggestions
from matcher.solve import solve
from matcher.store import Store, assign_case, save_problem
from matcher_api import Settings, create_app
from tests.api.conftest import DAY, Nothing
from tests.api.signing import bear_token, sign_in
from tests.builders import candidate, cohort, contract, course, held_skill, problem, required_skill, vacancy
from tests.waits import wait_until


class Ready:
    """A source whose desk is there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def today(self) -> date:
        return DAY

    def desk(self) -> Desk:
        return self._desk

    def waiting(self) -> Waiting:
        return Waiting(job=None)


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Return a town in which five people want two places, one of them after a course that has one seat."""
    given = problem(
        candidates=[candidate(f"C{number}", available_from="2026-01-01") for number in range(1, 6)],
        candidate_skills=[held_skill("C1", "forklift"), held_skill("C2", "forklift")],
        contracts=[contract("T1", start_date="2026-10-01", obligation_quantity=2)],
        vacancies=[vacancy("V1", 1, contract_id="T1"), vacancy("V2", 1, contract_id="T1", extent_percent=50)],
        vacancy_skills=[required_skill("V1", "forklift")],
        courses=[course("U1", skills=["forklift"], completion_rate=Decimal("0.8"))],
        cohorts=[cohort("K1", start_date="2026-09-07", end_date="2026-09-25", seats=1)],
    )
    return Desk(given, solve(given).plan, RunFacts(is_checked=True), DAY)


@pytest.fixture
def planned(own_store: Store, desk: Desk) -> Iterator[TestClient]:
    """Return a client of a service that works by the plan of that town."""
    with TestClient(create_app(Settings(), Ready(desk), own_store)) as client:
        yield sign_in(client, "planner")


def test_everybody_for_a_place_is_ranked_as_the_desk_ranks_them(planned: TestClient, desk: Desk) -> None:
    """In the order of the proven losses, with the same ends, the way there and every rule in words."""
    seen = 0
    for vacancy_id in desk.reading.places:
        answer = planned.get(f"/v1/vacancies/{vacancy_id}/suggestions").json()
        ranking = desk.ranking(vacancy_id)
        found = answer["suggestions"]
        assert [one["candidate_id"] for one in found] == [one.candidate_id for one in ranking.entries]
        assert [one["rank"] for one in found] == list(range(1, len(found) + 1))
        assert answer["further"] == 0
        for one, ranked in zip(found, ranking.entries, strict=True):
            assert Decimal(one["cost"]["least"]["amount"]) == ranked.least.amount
            assert one["cost"]["is_exact"] == ranked.is_exact
            assert one["cost"]["text"]
            assert one["facts"]
            assert all(fact["holds"] for fact in one["facts"])
        seen += len(found)
    assert seen


def test_suggestions_speak_the_readers_language(planned: TestClient, desk: Desk) -> None:
    vacancy_id = next(one for one in desk.reading.places if desk.ranking(one).entries)
    english = planned.get(f"/v1/vacancies/{vacancy_id}/suggestions")
    swedish = planned.get(f"/v1/vacancies/{vacancy_id}/suggestions", headers={"Accept-Language": "sv"})
    assert (english.headers["content-language"], swedish.headers["content-language"]) == ("en", "sv")
    assert english.json()["suggestions"][0]["facts"] != swedish.json()["suggestions"][0]["facts"]
    assert english.json()["plan_id"] == swedish.json()["plan_id"]


def test_suggestions_are_prepared_once_for_every_place(desk: Desk) -> None:
    """What was prepared is what is given; preparing ends at once where nobody needs it any more."""
    ended = Suggestions(desk)
    ended.prepare(lambda: True)
    assert ended.num_made == 0
    whole = Suggestions(desk)
    whole.prepare(lambda: False)
    assert whole.num_made == len(desk.reading.places)


def test_a_shorter_look_finds_the_same_first_people(desk: Desk) -> None:
    """Whoever is looked at keeps losses and order; who is left out is counted."""
    for vacancy_id in desk.reading.places:
        whole = desk.ranker.ranking(vacancy_id, solve_again=0)
        short = desk.ranker.ranking(vacancy_id, solve_again=0, most_people=1)
        assert len(short.entries) + short.num_left_out == len(whole.entries)
        assert all(entry in whole.entries for entry in short.entries)


def test_what_a_decision_costs_is_told_before_it_is_made(planned: TestClient, desk: Desk) -> None:
    """Without a planned pair the plan loses at least something somewhere; with another pair what its ranking says."""
    placed = desk.plan.assignments[0]
    told: list[dict[str, Any]] = []

    def is_told() -> bool:
        asked = {"candidate_id": placed.candidate_id, "vacancy_id": placed.vacancy_id}
        told.append(planned.get("/v1/decision-costs", params=asked).json())
        return not told[-1]["is_pending"]

    wait_until(is_told)  # a busy machine needs longer than a reader is let wait
    without = told[-1]
    assert without["is_planned"]
    assert [loss["aim"] for loss in without["without_pair"]][:2] == ["shortfall", "placements"]
    vacancy_id = next(one for one in desk.reading.places if desk.ranking(one).entries)
    entry = desk.ranking(vacancy_id).entries[0]
    other = planned.get(
        "/v1/decision-costs", params={"candidate_id": entry.candidate_id, "vacancy_id": vacancy_id}
    ).json()
    assert not other["is_planned"]
    assert Decimal(other["with_pair"]["least"]["amount"]) == entry.least.amount


def test_what_is_not_there_is_not_found(planned: TestClient) -> None:
    assert planned.get("/v1/vacancies/none/suggestions").status_code == 404
    assert planned.get("/v1/decision-costs?candidate_id=none&vacancy_id=V1").status_code == 404
    assert planned.get("/v1/decision-costs?candidate_id=C1").status_code == 422


def test_until_there_is_a_plan_one_is_told_to_come_back(own_store: Store) -> None:
    with TestClient(create_app(Settings(), Nothing(), own_store)) as client:
        answer = sign_in(client, "planner").get("/v1/vacancies/V1/suggestions")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-plan-yet")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("unit", ["north", "south"])
def test_suggestions_rank_and_count_one_s_own_people_alone(
    planned: TestClient, own_store: Store, desk: Desk, unit: str
) -> None:
    """Neither a rank, nor how many there are besides, tells of anybody else; those who would be moved are left out."""
    units = {person.candidate_id: ("north", "south")[place % 2] for place, person in enumerate(desk.problem.candidates)}
    with own_store.writing() as session:
        save_problem(session, desk.problem, by="Ada")
        for person, of in units.items():
            assign_case(session, person, "Bo", by="Ada", unit=of)
    found = {}
    for vacancy_id in desk.reading.places:
        path = f"/v1/vacancies/{vacancy_id}/suggestions"
        everybody = sign_in(planned, "planner").get(path).json()["suggestions"]
        answer = bear_token(planned, units=[unit]).get(path).json()
        own = [one for one in everybody if units[one["candidate_id"]] == unit]
        assert [one["candidate_id"] for one in answer["suggestions"]] == [one["candidate_id"] for one in own]
        assert [one["rank"] for one in answer["suggestions"]] == list(range(1, len(own) + 1))
        assert answer["further"] == 0
        assert {units[person] for one in answer["suggestions"] for person in one["displaced"]} <= {unit}
        found[vacancy_id] = len(everybody) - len(own)
        for person, of in units.items():
            asked = {"candidate_id": person, "vacancy_id": vacancy_id}
            assert (planned.get("/v1/decision-costs", params=asked).status_code == 404) == (of != unit)
    assert any(found.values())
    assert bear_token(planned, contracts=["T1"]).get("/v1/vacancies/V1/suggestions").status_code == 404
