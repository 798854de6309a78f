"""A problem as it is on a day: what starts soon and can still begin, and every promise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.problem import OutcomePrior, Problem
from matcher.store import Store, approve_policy, load_problem, move, save_model, save_policy, save_problem, switch_model
from matcher.store.problems.horizon import within
from matcher.store.problems.lives import first_states
from tests.builders import (
    candidate,
    cohort,
    contract,
    course,
    decision,
    enrolment,
    pair,
    past_placement,
    policy,
    problem,
    quota,
    resource,
    vacancy,
)
from tests.strategies import random_problem

AS_OF = date(2026, 9, 1)


def seen(given_problem: Problem, days: int | None = 120, **states: dict[str, str]) -> Problem:
    """Return a problem as one sees it on the day, with some states other than the first ones."""
    first = first_states(given_problem)
    return within(given_problem, {name: first[name] | states.get(name, {}) for name in first}, AS_OF, days, None)


def ids(rows: Any) -> list[str]:
    """Return the vacancies' or candidates' ids."""
    return [getattr(row, "vacancy_id", None) or row.candidate_id for row in rows]


@pytest.mark.parametrize(
    ("fields", "is_in"),
    [
        ({"start_date": "2026-12-30"}, True),  # the 120th day
        ({"start_date": "2026-12-31"}, False),
        ({"start_date": "2026-08-01", "latest_start_date": "2026-09-01"}, True),
        ({"start_date": "2026-08-01", "latest_start_date": "2026-08-31"}, False),
        ({"contract_id": "soon"}, True),
        ({"contract_id": "late"}, False),
        ({"contract_id": "over"}, False),
        ({"contract_id": "unknown date"}, False),
    ],
)
def test_what_begins_within_the_horizon_is_in(fields: dict[str, Any], is_in: bool) -> None:
    """A vacancy counts by its own start or its contract's, on the last day still, and while it can begin at all."""
    given_problem = problem(
        contracts=[
            contract("soon", start_date="2026-10-01"),
            contract("late", start_date="2027-10-01"),
            contract("over", start_date="2026-10-01", status="ended"),
            contract("unknown date", start_date=None),
        ],
        vacancies=[vacancy("V1", **fields)],
    )

    result = seen(given_problem)

    assert ids(result.vacancies) == (["V1"] if is_in else [])
    assert [row.contract_id for row in result.contracts] == (
        [fields["contract_id"]] if is_in and len(fields) == 1 and "contract_id" in fields else []
    )


@pytest.mark.parametrize(
    ("state", "is_in"),
    [("forecast", False), ("tendered", False), ("awarded", True), ("open", True), ("proposed", True), ("ended", False)],
)
def test_a_vacancy_is_planned_in_some_states_only(state: str, is_in: bool) -> None:
    """What is not awarded yet, and what has ended, is not planned."""
    result = seen(problem(vacancies=[vacancy("V1")]), vacancies={"V1": state})

    assert bool(result.vacancies) == is_in


@pytest.mark.parametrize("state", ["available", "proposed", "accepted", "paused", "left", "started"])
def test_a_candidate_is_planned_in_some_states_only(state: str) -> None:
    """Who has left, pauses or works already is not planned for."""
    result = seen(problem(candidates=[candidate("C1")]), candidates={"C1": state})

    assert bool(result.candidates) == (state in ("available", "proposed", "accepted"))


def test_promises_stay_whatever_their_dates() -> None:
    """An accepted person's job that has begun, or begins late, stays, with her place and no other."""
    given_problem = problem(
        candidates=[candidate("C1", available_from="2026-01-01"), candidate("C2", available_from="2026-01-01")],
        vacancies=[
            vacancy("begun", positions=3, start_date="2026-02-01"),
            vacancy("late", positions=2, start_date="2028-01-01"),
            vacancy("past", start_date="2026-02-01"),
        ],
        decisions=[
            decision("C1", "begun", "accepted"),
            decision("C2", "late", "pinned"),
            decision("C2", "past", "forbidden"),
        ],
    )

    result = seen(given_problem, candidates={"C1": "started"}, vacancies={"begun": "started"})

    assert [(row.vacancy_id, row.positions) for row in result.vacancies] == [("begun", 1), ("late", 1)]
    assert [row.vacancy_id for row in result.decisions] == ["begun", "late"]
    assert [row.available_from for row in result.candidates] == [date(2026, 1, 1)] * 2


def test_nobody_new_begins_in_the_past() -> None:
    """Who has no promise begins on the day at the earliest, and a cohort that has begun takes nobody new."""
    given_problem = problem(
        candidates=[
            candidate("C1", available_from="2026-01-01"),
            candidate("C2", available_from="2026-11-01"),
            candidate("gone", available_from="2026-01-01", available_until="2026-08-31"),
        ],
        courses=[course("U1")],
        cohorts=[
            cohort("K1", start_date="2026-08-31", end_date="2026-10-01"),
            cohort("K2", start_date="2026-09-01", end_date="2026-10-01"),
        ],
        enrolments=[enrolment("C1", "K1"), enrolment("gone", "K1")],
    )

    result = seen(given_problem)

    assert [row.available_from for row in result.candidates] == [AS_OF, date(2026, 11, 1)]
    assert [row.status for row in result.cohorts] == ["running", "planned"]
    assert [row.candidate_id for row in result.enrolments] == ["C1"]


def test_rules_about_what_is_left_out_are_left_out() -> None:
    """Quotas of other contracts go; a resource stays while something uses it, without a place that is not there."""
    given_problem = problem(
        contracts=[
            contract("T1", start_date="2026-10-01", buyer="school board"),
            contract("T2", start_date="2028-01-01", buyer="park board"),
        ],
        vacancies=[
            vacancy("V1", contract_id="T1", resource_id="R1", resource_use=Decimal(1)),
            vacancy("V2", contract_id="T2", resource_id="R2", resource_use=Decimal(1)),
        ],
        quotas=[
            quota("Q1"),
            quota("Q2", scope="buyer", scope_id="school board"),
            quota("Q3", scope="contract", scope_id="T2"),
            quota("Q4", scope="buyer", scope_id="park board"),
        ],
        resources=[resource("R1", scope="vacancy", scope_id="V2"), resource("R2")],
    )

    result = seen(given_problem)

    assert [row.quota_id for row in result.quotas] == ["Q1", "Q2"]
    assert [(row.resource_id, row.scope_id) for row in result.resources] == [("R1", None)]


def test_a_ready_scored_problem_stays_one() -> None:
    """Where none of the given pairs is left, nothing is derived in their place."""
    given_problem = problem(
        candidates=[candidate("C1"), candidate("C2")], vacancies=[vacancy("V1")], pairs=[pair("C1", "V1")]
    )

    assert seen(given_problem).pairs == given_problem.pairs
    assert seen(given_problem, candidates={"C1": "left"}).vacancies == ()


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), days=st.sampled_from([None, 0, 30, 400]))
@example(seed=2861, days=None)  # somebody is pinned at a vacancy whose contract has been cancelled
def test_what_is_seen_is_always_a_problem(seed: int, days: int | None) -> None:
    """Whatever is left out of a random problem, what remains fits together, adds nothing and keeps what was promised.

    Except where a vacancy has ended, as those of a cancelled contract have.
    """
    drawn = random_problem(seed)

    result = seen(drawn, days)

    assert {row.vacancy_id for row in result.vacancies} <= {row.vacancy_id for row in drawn.vacancies}
    states = first_states(drawn)["vacancies"]
    standing = [row for row in drawn.decisions if row.decision != "forbidden" and states[row.vacancy_id] != "ended"]
    assert [row for row in result.decisions if row.decision != "forbidden"] == standing or drawn.is_ready_scored


def test_the_policy_is_that_of_the_day(store: Store) -> None:
    """From its day on the approved policy counts, before it the earlier one; a saved one alone counts for nothing."""
    with store.writing() as session:
        for name, day in (("first", date(2026, 1, 1)), ("second", date(2026, 10, 1))):
            version = save_policy(session, policy(name=name), by="Ada")
            approve_policy(session, version, by="Bo", legal_basis="decision 12 of the board", valid_from=day)
        save_policy(session, policy(name="an idea"), by="Ada")
        names = [
            load_problem(session, day, 100).policy.name
            for day in (date(2026, 9, 30), date(2026, 10, 1), date(2030, 1, 1))
        ]

    assert names == ["first", "second", "second"]


def test_the_forecast_is_the_one_in_use(store: Store) -> None:
    """History alone changes no forecast: the model that a person switched to does, until somebody switches back."""
    trained = OutcomePrior(intercept=0.75)
    history = [past_placement(f"P{number}", sustained=number % 3 > 0) for number in range(90)]
    with store.writing() as session:
        save_problem(session, problem(history=history), by="Ada")
        assert load_problem(session, AS_OF, 100).history == ()
        assert load_problem(session, AS_OF, 100).policy.outcome == OutcomePrior()
        model_id = save_model(session, trained, {}, by="Ada")
        assert load_problem(session, AS_OF, 100).policy.outcome == OutcomePrior()
        switch_model(session, model_id, by="Bo", reason="better on held-out outcomes")
        assert load_problem(session, AS_OF, 100).policy.outcome == trained
        switch_model(session, None, by="Bo", reason="too few outcomes")
        assert load_problem(session, AS_OF, 100).policy.outcome == OutcomePrior()
        assert len(load_problem(session).history) == 90


def test_states_decide_in_the_store_too(store: Store) -> None:
    """A candidate who has paused is in what is stored, and not in what is planned."""
    with store.writing() as session:
        save_problem(session, problem(candidates=[candidate("C1"), candidate("C2")]), by="Ada")
        move(session, "candidates", "C1", "paused", by="Bo", reason="parental leave")

        assert ids(load_problem(session, AS_OF, 100).candidates) == ["C2"]
        assert ids(load_problem(session).candidates) == ["C1", "C2"]
