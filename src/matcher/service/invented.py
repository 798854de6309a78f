"""An invented city in an empty database, for whoever wants to look before there is any data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from matcher.generate import PLANNING_DAY, Size, generate
from matcher.problem import Contract, Problem
from matcher.service.batches import DEFAULT_HORIZON_DAYS, DEFAULT_LOOK_AHEAD_DAYS
from matcher.service.running import RunSettings, ask_run
from matcher.store import Session, Store, assign_case, job_with_key, list_jobs, list_stored, save_problem

SEED = 1
TIME_LIMIT_S = 60.0
BY = "demo"
ONCE_KEY = "demo"
CASEWORKERS = ("Ada Berg", "Bo Ek", "Disa Lund", "Emil Nyström")
WITHOUT_CLAUSE = 34  # contracts of the invented city that ask for no employment, so that a share can be shown


def fill_with_invented_city(store: Store) -> bool:
    """Put an invented city into a database that holds nothing, and ask for its first batch; tell whether it did."""
    with store.reading() as session:
        if not _is_empty(session):
            return False
    problem = invented_city()
    with store.writing() as session:
        if not _is_empty(session):
            return False
        save_problem(session, problem, by=BY, reason="an invented city to look at")
        for number, candidate in enumerate(problem.candidates):
            caseworker = CASEWORKERS[number % len(CASEWORKERS)]
            assign_case(session, candidate.candidate_id, caseworker, by=BY)
    ask_run(
        store,
        by=BY,
        kind="batch",
        settings=RunSettings(time_limit_s=TIME_LIMIT_S),
        as_of=PLANNING_DAY,
        horizon_days=DEFAULT_HORIZON_DAYS,
        look_ahead_days=DEFAULT_LOOK_AHEAD_DAYS,
        once_key=ONCE_KEY,
    )
    return True


def invented_day(session: Session) -> date | None:
    """Return the day on which the invented city is looked at; ``None`` where the data are somebody's own."""
    return None if job_with_key(session, ONCE_KEY) is None else PLANNING_DAY


def invented_city() -> Problem:
    """Return the demo's city, with contracts that ask for no employment beside those that do."""
    problem = generate(Size.DEMO, SEED)
    return replace(problem, contracts=(*problem.contracts, *_without_clause(problem.contracts)))


def _without_clause(contracts: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """Return contracts like the first ones, tendered some weeks earlier by the same buyers, that owe nothing."""
    return tuple(
        Contract(
            contract_id=f"B{number:03d}",
            start_date=None if contract.start_date is None else contract.start_date - timedelta(weeks=3 * number),
            buyer=contract.buyer,
            title=contract.title,
            cpv=contract.cpv,
            municipality=contract.municipality,
            end_date=contract.end_date,
            obligation_quantity=Decimal(0),
            status="active",
        )
        for number, contract in enumerate(contracts[:WITHOUT_CLAUSE], 1)
    )


def _is_empty(session: Session) -> bool:
    return not list_jobs(session, limit=1) and not any(
        list_stored(session, table, limit=1) for table in ("contracts", "vacancies", "candidates", "courses")
    )
