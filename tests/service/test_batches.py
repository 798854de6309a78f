"""The day's batch: once, keeping promises, proposing and never deciding; told to buyers and caseworkers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from matcher.problem import Problem
from matcher.service.batch_report import batch_report
from matcher.service.batches import Nightly, ask_batch
from matcher.service.worker import Worker
from matcher.store import (
    Store,
    accept,
    add_rule,
    assign_case,
    cancel_job,
    claim_job,
    end_job,
    has_retained,
    is_erased,
    list_jobs,
    list_proposals,
    load_problem,
    move,
    plan_of,
    plan_text,
    save_problem,
)
from tests.builders import candidate, cohort, contract, course, enrolment, held_skill, problem, required_skill, vacancy
from tests.service.towns import AS_OF, town


def worked(store: Store, as_of: date = AS_OF, days: int = 120) -> int:
    """Ask for a batch, work on it, and return the number of its run."""
    _, run = ask_batch(store, as_of=as_of, horizon_days=days, by="Ada")
    Worker(store, "night").work_once()
    return run.run_id


def proposals_in(store: Store, state: str | None = None) -> list[Any]:
    """Return candidate, vacancy and route of proposals."""
    with store.reading() as session:
        return [(row.candidate_id, row.vacancy_id, row.cohort_ids) for row in list_proposals(session, state=state)]


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the town in it."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
        assign_case(session, "C1", "Bo", by="Ada", unit="north")
    return store


def test_what_starts_soon_is_proposed_and_nothing_decided(filled: Store) -> None:
    """The vacancy in October is proposed to who can take it, trained where needed; no decision is made by that."""
    worked(filled)

    assert sorted((vacancy_id, route) for _, vacancy_id, route in proposals_in(filled)) == [("V1", ()), ("V1", ("K1",))]
    with filled.reading() as session:
        assert load_problem(session).decisions == ()
        assert load_problem(session).enrolments == ()


def test_a_day_has_one_batch(filled: Store) -> None:
    """Asked for again on the same day it is the same run, whatever has changed; the next day has its own."""
    first = worked(filled)
    with filled.writing() as session:
        accept(session, 1, by="Bo")
    before = proposals_in(filled)

    assert worked(filled) == first
    assert proposals_in(filled) == before
    assert worked(filled, date(2026, 9, 2)) != first
    assert worked(filled, AS_OF, 300) != first


def test_a_failed_batch_may_be_asked_for_again(filled: Store) -> None:
    """A batch that was cancelled or has failed does not stand in the way of the next try."""
    jobs = []
    for state in ("cancelled", "failed"):
        job, _ = ask_batch(filled, as_of=AS_OF, horizon_days=120, by="Ada")
        jobs.append(job.job_id)
        with filled.writing() as session:
            if state == "cancelled":
                cancel_job(session, job.job_id, by="Ada")
            else:
                claimed = claim_job(session, "night", 60)
                assert claimed is not None
                end_job(session, claimed, "failed", "no luck")
    worked(filled)

    with filled.reading() as session:
        assert [(job.job_id, job.state) for job in list_jobs(session)] == [
            (3, "done"),
            (2, "failed"),
            (1, "cancelled"),
        ]
    assert jobs == [1, 2]


def test_the_next_batch_keeps_what_people_accepted(filled: Store) -> None:
    """Who was accepted stands in the next day's plan with her seat, is not proposed again, and no plan is changed."""
    worked(filled)
    with filled.writing() as session:
        trained = next(row for row in list_proposals(session) if row.cohort_ids)
        accept(session, trained.proposal_id, by="Bo")
        text = plan_text(session, 1)
    run_id = worked(filled, date(2026, 9, 2))
    report = batch_report(filled, run_id)

    with filled.reading() as session:
        assert plan_text(session, 1) == text
        assert plan_of(session, 1).run_id != run_id
        now = {(row.candidate_id, row.plan_id): row.state for row in list_proposals(session)}
    assert now[trained.candidate_id, 1] == "accepted"
    assert (trained.candidate_id, 2) not in now
    assert sorted(now.values()) == ["accepted", "proposed", "superseded"]
    (school,) = report.buyers
    assert [(line.accepted, line.proposed, line.open) for line in school.vacancies] == [(1, 1, 0)]
    assert report.breaches == ()


def test_the_report_speaks_to_buyers_and_caseworkers(filled: Store) -> None:
    """Each buyer sees its vacancies, each caseworker the proposals to decide about, the most urgent first."""
    report = batch_report(filled, worked(filled))

    (school,) = report.buyers
    assert (school.buyer, school.shortfalls) == ("school board", ())
    assert [(line.vacancy_id, line.start_date, line.positions, line.proposed) for line in school.vacancies] == [
        ("V1", date(2026, 10, 1), 2, 2)
    ]
    known, unknown = report.caseworkers
    assert (known.caseworker, [line.proposal.candidate_id for line in known.proposals]) == ("Bo", ["C1"])
    assert [line.decide_by for line in known.proposals] == [date(2026, 10, 1)]
    assert unknown.caseworker is None
    assert [line.decide_by for line in unknown.proposals] == [date(2026, 9, 7)]
    assert (report.run.as_of, report.run.horizon_days, report.plan.status) == (AS_OF, 365, "optimal")
    assert [(candidate_id == "C1", vacancy_id, day) for candidate_id, vacancy_id, day in report.held] == [
        (False, "V2", date(2027, 4, 1))
    ]


def test_the_nightly_batch_is_asked_for_once_a_day(filled: Store) -> None:
    """Before its time nothing is asked for; after it one batch, however often it is looked at."""
    nightly = Nightly(at=time(2, 15), horizon_days=60)

    assert nightly.ask_if_due(filled, datetime(2026, 9, 1, 2, 14, tzinfo=UTC)) is None
    jobs = {
        nightly.ask_if_due(filled, datetime(2026, 9, day, hour, tzinfo=UTC)).job_id for day in (1, 2) for hour in (3, 9)
    }  # type: ignore[union-attr]

    assert len(jobs) == 2
    with filled.reading() as session:
        assert [dict(job.arguments) for job in list_jobs(session)] == [
            {"as_of": "2026-09-02", "horizon_days": 60, "look_ahead_days": 245},
            {"as_of": "2026-09-01", "horizon_days": 60, "look_ahead_days": 245},
        ]


def test_what_is_due_is_erased_once_a_day_with_the_nightly_batch(filled: Store) -> None:
    """The rules of retention are applied after the same time of day, once; without rules nothing is noted."""
    nightly = Nightly(at=time(2, 15), horizon_days=60)
    nightly.ask_if_due(filled, datetime(2026, 9, 1, 3, tzinfo=UTC))
    with filled.reading() as session:
        assert not has_retained(session, session.now.date())
    with filled.writing() as session:
        add_rule(session, "identities", keep_months=0, legal_basis="x", by="Ada", valid_from=session.now.date())
        move(session, "candidates", "C3", "left", by="Ada")
    for hour in (1, 3, 4):
        nightly.ask_if_due(filled, datetime(2026, 9, 2, hour, tzinfo=UTC))
        with filled.reading() as session:
            assert has_retained(session, session.now.date()) == is_erased(session, "C3") == (hour > 1)


def needed_later() -> Problem:
    """Return the only welder, a job for her now, and a contract in spring that has to employ a welder."""
    return problem(
        candidates=[candidate("C1", available_from="2026-01-01")],
        candidate_skills=[held_skill("C1", "welding")],
        contracts=[contract("T1", start_date="2027-04-01", end_date="2028-03-31", obligation_quantity=1)],
        vacancies=[vacancy("now", start_date="2026-10-01", duration_months=6), vacancy("later", contract_id="T1")],
        vacancy_skills=[required_skill("later", "welding")],
    )


@pytest.mark.parametrize(("look_ahead_days", "proposed"), [(245, []), (0, ["now"])])
def test_who_is_needed_more_later_is_held_back(store: Store, look_ahead_days: int, proposed: list[str]) -> None:
    """A person whom a later contract needs more is not proposed now; without looking ahead she is."""
    with store.writing() as session:
        save_problem(session, needed_later(), by="Ada")
    _, run = ask_batch(store, as_of=AS_OF, horizon_days=120, look_ahead_days=look_ahead_days, by="Ada")
    Worker(store).work_once()
    report = batch_report(store, run.run_id)

    assert [vacancy_id for _, vacancy_id, _ in proposals_in(store)] == proposed
    assert report.held == (() if proposed else (("C1", "later", date(2027, 4, 1)),))
    assert [line.vacancy_id for buyer in report.buyers for line in buyer.vacancies] == ["now"]


def test_training_that_begins_now_is_proposed_now(store: Store) -> None:
    """A job in spring whose course begins within the horizon is to be decided now; a promised seat is no such day."""
    given = replace(
        needed_later(),
        candidate_skills=(),
        courses=(course("U1", skills=["welding"]),),
        cohorts=(cohort("K1", "U1", start_date="2026-11-02", end_date="2027-01-29"),),
    )
    for enrolled, expected in (((), ["later"]), ((enrolment("C1", "K1"),), [])):
        with store.writing() as session:
            save_problem(session, replace(given, enrolments=enrolled), by="Ada")
        worked(store, date(2026, 9, 2) if enrolled else AS_OF)
        assert [vacancy_id for _, vacancy_id, _ in proposals_in(store, "proposed")] == expected
