"""The city's figures: clauses in service procurements, jobs, internships, and what they have led to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from matcher.problem import Contract, Problem
from matcher.service.desk import Figures, figures
from matcher.service.desk.figures import is_service, quarter
from matcher.service.desk.source import StoredDesks
from matcher.service.placing import begin_placement
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import (
    Store,
    accept,
    change,
    due_follow_ups,
    list_proposals,
    list_stored,
    record_follow_up,
    save_problem,
)
from tests import builders as b

AS_OF = date(2026, 9, 1)


def city() -> Problem:
    """Return a person of a group and another, a job and an internship, and procurements of three kinds."""
    return b.problem(
        candidates=[b.candidate("C1", groups=("youth",), max_placements=2), b.candidate("C2")],
        contracts=[
            b.contract("T1", start_date="2026-10-01", cpv="90910000", buyer="school board"),
            b.contract("T2", start_date="2027-01-15", cpv="45210000", buyer="park board"),
            b.contract(
                "T3", start_date="2027-01-15", cpv="90910000", buyer="park board", obligation_quantity=Decimal(0)
            ),
        ],
        vacancies=[
            b.vacancy("V1", contract_id="T1", form="internship", extent_percent=50, groups=("youth",)),
            b.vacancy("V2", contract_id="T2", extent_percent=50, groups=("youth",)),
        ],
    )


def seen(store: Store) -> Figures:
    desk = StoredDesks(store, lambda: AS_OF).desk()
    assert desk is not None
    return figures(desk, store)


def test_clauses_are_counted_in_services_alone(store: Store) -> None:
    """Works are no services; nothing owed and nobody asked for is no clause."""
    _plan(store)
    found = seen(store)
    assert (found.total.procurements, found.total.with_clause) == (2, 1)
    by_buyer = {row.name: (row.procurements, row.with_clause) for row in found.by_buyer}
    assert by_buyer == {"school board": (1, 1), "park board": (1, 0)}
    assert {row.name: row.procurements for row in found.by_quarter} == {"2026 Q4": 1, "2027 Q1": 1}
    assert (found.total.planned_jobs, found.total.planned_internships) == (1, 1)


def test_whose_places_are_not_seen_are_not_counted(store: Store) -> None:
    """Procurements are everybody's; of places, what some may see and what others may see make up all."""
    _plan(store)
    with store.writing() as session:
        for proposal in list_proposals(session):
            accept(session, proposal.proposal_id, by="Ada")
    desk = StoredDesks(store, lambda: AS_OF).desk()
    assert desk is not None
    own = figures(desk, store, lambda one: one == "C1").total
    others = figures(desk, store, lambda one: one != "C1").total
    every = figures(desk, store).total
    assert own.procurements == others.procurements == every.procurements
    for name in ("planned_jobs", "planned_internships", "accepted"):
        assert getattr(own, name) + getattr(others, name) == getattr(every, name), name
    assert own.accepted > 0


def test_what_changes_counts_at_once(store: Store) -> None:
    """The same desk, which keeps what it has read as long as nothing differs."""
    _plan(store)
    desk = StoredDesks(store, lambda: AS_OF).desk()
    assert desk is not None
    assert figures(desk, store) == figures(desk, store)
    with store.writing() as session:
        (contract,) = (row for row in list_stored(session, "contracts") if row.entity.contract_id == "T2")
        change(session, "contracts", replace(contract.entity, cpv="90910000"), version=contract.version, by="Ada")
    assert figures(desk, store).total.procurements == 3


def test_an_internship_that_a_job_follows_is_converted_and_a_year_is_sustained(store: Store) -> None:
    _plan(store)
    with store.writing() as session:
        for proposal in list_proposals(session):
            accept(session, proposal.proposal_id, by="Ada")
    accepted = seen(store)
    assert (accepted.total.accepted, accepted.total.jobs) == (2, 0)
    with store.writing() as session:
        begin_placement(session, "C1", "V1", start_date=date(2026, 10, 1), by="Ada")
        begin_placement(session, "C1", "V2", start_date=date(2027, 1, 15), by="Ada")
        for asked in due_follow_ups(session, date(2028, 12, 31)):
            record_follow_up(session, asked.follow_up_id, is_sustained=True, by="Ada", version=asked.version)

    found = seen(store)

    assert (found.total.internships, found.total.jobs) == (1, 1)
    assert (found.total.converted, found.total.sustained) == (1, 1)
    assert {row.name: row.converted for row in found.by_group} == {"youth": 1}
    assert {row.name: row.sustained for row in found.by_quarter}["2027 Q1"] == 1


def test_a_service_is_told_by_its_division() -> None:
    def of(cpv: str | None) -> Contract:
        return replace(b.contract(), cpv=cpv)

    assert [is_service(of(cpv)) for cpv in ("50000000", "98000000", "45000000", "48000000", "x", None)] == [
        *(True, True, False, False),
        *(False, False),
    ]


def test_quarters_order_as_time_does() -> None:
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [quarter(day) for day in days] == ["2026 Q1", "2026 Q2", "2026 Q4", "2027 Q1"]
    assert quarter(None) is None


def _plan(store: Store) -> None:
    with store.writing() as session:
        save_problem(session, city(), by="Ada")
    ask_run(store, by="Ada", kind="batch", as_of=AS_OF, horizon_days=365)
    Worker(store).work_once()
