"""Runs and plans stay what they were; one of them is what people have been told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from matcher.errors import Conflict, StoreFailure, UnknownId
from matcher.plan import Plan, plan_fingerprint
from matcher.problem import Policy, Problem
from matcher.service.running import ask_run
from matcher.service.worker import Worker
from matcher.store import (
    Store,
    Stored,
    approve_policy,
    load_plan,
    load_snapshot,
    move,
    plan_of_run,
    publish_plan,
    published_plan_id,
    run_of,
    save_policy,
    save_problem,
    stored,
)
from matcher.store.tables.types import Instant
from tests.builders import candidate, problem, vacancy
from tests.service.towns import town
from tests.store.databases import SqliteFiles


def planned(store: Store, given: Problem) -> tuple[int, Plan]:
    """Save a problem, run it, and return the number of the plan, and the plan."""
    with store.writing() as session:
        save_problem(session, given, by="Ada")
    _, run = ask_run(store, by="Ada")
    Worker(store).work_once()
    with store.reading() as session:
        plan_id = plan_of_run(session, run.run_id).plan_id
        return plan_id, load_plan(session, plan_id)


def test_the_next_run_counts_changes_against_the_published_plan(store: Store) -> None:
    """What people were told is kept where another plan would be as good; earlier publications stay known."""
    alike = problem(candidates=[candidate(f"C{number}") for number in range(4)], vacancies=[vacancy("V1")])
    first_id, first = planned(store, alike)
    with store.writing() as session:
        assert published_plan_id(session) is None
        publish_plan(session, first_id, by="Bo", reason="told everybody")
        assert published_plan_id(session) == first_id

    second_id, second = planned(store, alike)

    assert second.published_hash == plan_fingerprint(first)
    assert [row.candidate_id for row in second.assignments] == [row.candidate_id for row in first.assignments]
    with store.writing() as session:
        publish_plan(session, second_id, by="Bo")
        publish_plan(session, first_id, by="Bo", reason="back to the first")
        assert published_plan_id(session) == first_id
        with pytest.raises(UnknownId, match="Plan '99' must be there"):
            publish_plan(session, 99, by="Bo")


@pytest.mark.parametrize("change", ["document = zeroblob(10)", "content_hash = 'x'"])
def test_a_changed_plan_is_not_handed_out(sqlite_files: SqliteFiles, change: str) -> None:
    """A plan whose bytes are not those that were stored, even past the guards, is refused."""
    address = sqlite_files.address()
    with Store(address) as store:
        plan_id, _ = planned(store, town())
    with closing(sqlite3.connect(Path(address.removeprefix("sqlite:///")))) as connection, connection:
        with pytest.raises(sqlite3.IntegrityError, match="rows of plans are never changed"):
            connection.execute(f"UPDATE plans SET {change}")
        connection.execute("DROP TRIGGER guard_plans_update")
        connection.execute(f"UPDATE plans SET {change}")
    with (
        Store(address) as store,
        store.reading() as session,
        pytest.raises(StoreFailure, match="must be as it was stored"),
    ):
        load_plan(session, plan_id)


def test_what_is_not_there_is_told(store: Store) -> None:
    """Runs, plans and snapshots that are not there are told by their names."""
    with store.reading() as session:
        for act, sentence in (
            (lambda: run_of(session, 7), "Run '7' must be there"),
            (lambda: load_plan(session, 7), "Plan '7' must be there"),
            (lambda: plan_of_run(session, 7), "Plan 'of run 7' must be there"),
            (lambda: load_snapshot(session, "sha256:0"), "Snapshot 'sha256:0' must be there"),
        ):
            with pytest.raises(UnknownId, match=sentence):
                act()


def test_a_policy_is_approved_once(store: Store) -> None:
    """A version that somebody has approved is not approved again, nor one that is not there."""
    with store.writing() as session:
        version = save_policy(session, Policy(), by="Ada")
        assert save_policy(session, Policy(), by="Ada") == version
        approve_policy(session, version, by="Bo", legal_basis="decision 12", valid_from=date(2026, 1, 1))
    for number in (version, 99):
        with pytest.raises(UnknownId, match="not be approved yet"), store.writing() as session:
            approve_policy(session, number, by="Cy", legal_basis="decision 13", valid_from=date(2026, 2, 1))


def test_a_move_needs_the_version_that_was_seen(store: Store) -> None:
    """Who moves a candidate by a page of yesterday is told that somebody else was first."""
    with store.writing() as session:
        save_problem(session, problem(candidates=[candidate("C1")]), by="Ada")
        move(session, "candidates", "C1", "paused", by="Bo", version=1)
    with pytest.raises(Conflict, match="must still be version 1, got 2") as caught, store.writing() as session:
        move(session, "candidates", "C1", "left", by="Cy", version=1)
    assert caught.value.code == "stale_version"
    with store.reading() as session:
        assert stored(session, "candidates", "C1") == Stored(entity=candidate("C1"), version=2, state="paused")


def test_a_moment_has_a_time_zone(store: Store) -> None:
    """A moment without one, which could be any of 24, is not stored."""
    column = sa.column("at", Instant())
    with pytest.raises((exc.StatementError, ValueError), match="needs a time zone"), store.reading() as session:
        session.rows(sa.select(sa.literal(1)).where(column == datetime(2026, 9, 1)))
