"""Sixteen clients race for one place or one seat: one of them gets it, never two, never none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from matcher.errors import Conflict
from matcher.plan import Assignment
from matcher.problem import Problem
from matcher.solve import solve
from matcher.store import (
    Store,
    accept,
    ask_job,
    decisions_taken,
    load_problem,
    propose,
    save_plan,
    save_problem,
    save_run,
)
from tests.builders import candidate, cohort, course, problem, required_skill, vacancy
from tests.trust.places import databases, unsound
from tests.trust.trials import Portion, Tally
from tests.waits import join

CLIENTS = 16
RACES_PER_DATABASE = 50


def race_sqlite(portion: Portion) -> Tally:
    """Race on SQLite files."""
    return _raced("sqlite", portion)


def race_postgresql(portion: Portion) -> Tally:
    """Race on PostgreSQL."""
    return _raced("postgresql", portion)


def _raced(kind: str, portion: Portion) -> Tally:
    faults: list[str] = []
    counts = {"attempts": 0, "refused": 0}
    left = portion.count
    with databases(kind, portion.folder) as made:
        while left > 0 and not faults:
            races = min(left, RACES_PER_DATABASE)
            with Store(made.address()) as store:
                faults += _races(store, races, counts)
                faults += unsound(store)
            left -= races
    return Tally(counts=counts, faults=faults)


def _town(races: int) -> Problem:
    """Return a place of one position for each race of even number, and a course of one seat for each other."""
    places, seats = range(0, races, 2), range(1, races, 2)
    return problem(
        candidates=[candidate(f"C{race}-{client}") for race in range(races) for client in range(CLIENTS)],
        vacancies=[
            *(vacancy(f"V{race}") for race in places),
            *(vacancy(f"V{race}", positions=CLIENTS) for race in seats),
        ],
        vacancy_skills=[required_skill(f"V{race}", f"s{race}") for race in seats],
        courses=[course(f"U{race}", skills=[f"s{race}"]) for race in seats],
        cohorts=[cohort(f"K{race}", f"U{race}", seats=1) for race in seats],
    )


def _races(store: Store, races: int, counts: dict[str, int]) -> list[str]:
    given = _town(races)
    with store.writing() as session:
        save_problem(session, given, by="Ada")
        job, _ = ask_job(session, "batch", {}, by="Ada")
        stored = save_plan(
            session, save_run(session, job, problem(), seed=0, gap_limit=1, versions={}), solve(problem()), by="Ada"
        )
        wishes = [_wish(race, client) for race in range(races) for client in range(CLIENTS)]
        propose(session, stored.plan_id, wishes, by="Ada")
    faults = []
    for race in range(races):
        numbers = range(race * CLIENTS + 1, (race + 1) * CLIENTS + 1)
        won, refused = _race([_attempt(store, number) for number in numbers])
        counts["attempts"] += CLIENTS
        counts["refused"] += refused
        if (won, refused) != (1, CLIENTS - 1):
            faults.append(f"{won} of {CLIENTS} got the last place, {refused} were refused")
    with store.reading() as session:
        held = load_problem(session)
        if len(decisions_taken(session)) != races or len(held.decisions) != races:
            faults.append(f"{len(held.decisions)} decisions stand after {races} races")
        if len(held.enrolments) != races // 2:
            faults.append(f"{len(held.enrolments)} seats are taken of {races // 2}")
    return faults


def _wish(race: int, client: int) -> Assignment:
    return Assignment(
        candidate_id=f"C{race}-{client}",
        vacancy_id=f"V{race}",
        cohort_ids=(f"K{race}",) if race % 2 else (),
        start_date=date(2026, 9, 1),
        score=Decimal("0.5"),
    )


def _attempt(store: Store, number: int) -> Callable[[], bool]:
    def attempt() -> bool:
        try:
            with store.writing() as session:
                accept(session, number, by="Bo")
        except Conflict as error:
            return error.code != "refused_move"  # another refusal counts as a place that was got: nobody expects it
        return True

    return attempt


def _race(attempts: list[Callable[[], bool]]) -> tuple[int, int]:
    """Let all begin at the same time; return how many succeeded and how many were refused."""
    start = threading.Barrier(len(attempts))
    outcomes: list[bool] = []

    def run(attempt: Callable[[], bool]) -> None:
        start.wait()
        outcomes.append(attempt())

    threads = [threading.Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    join(*threads)
    return outcomes.count(True), outcomes.count(False)
