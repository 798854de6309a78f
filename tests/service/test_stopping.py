"""The stop switch: whatever is under way stores nothing while planning is stopped, and begins anew afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import matcher.service.worker as working
from matcher.errors import Conflict
from matcher.service.batches import Nightly, ask_batch
from matcher.service.publishing import publish
from matcher.service.running import ask_run
from matcher.service.scenarios import ask_scenario
from matcher.service.worker import Worker
from matcher.store import (
    Store,
    broken_entries,
    issue_token,
    job_of,
    list_proposals,
    list_stops,
    plan_of_run,
    resume_runs,
    save_problem,
    standing_stop,
    stop_runs,
)
from matcher.store.tables.trust import audit_log
from tests.api.signing import rights
from tests.service.towns import AS_OF, town


def stopped(store: Store, reason: str = "wrong seats") -> None:
    with store.writing() as session:
        stop_runs(session, by="Bo", reason=reason)


def resumed(store: Store) -> None:
    with store.writing() as session:
        resume_runs(session, by="Ada", reason="mended")


@pytest.fixture
def planned(store: Store) -> Store:
    """Return the town with a run's plan, numbered 1."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    ask_run(store, by="Ada", as_of=AS_OF, horizon_days=200)
    Worker(store).work_once()
    return store


def test_nothing_is_asked_for_made_or_published_while_planning_is_stopped(planned: Store) -> None:
    """Runs, batches, the nightly batch, scenarios and publications are refused with who, when and why."""
    waiting, _ = ask_run(planned, by="Ada")
    stopped(planned)
    nightly = Nightly(at=time(2))
    ways: list[Callable[[], Any]] = [
        lambda: ask_run(planned, by="Ada"),
        lambda: ask_batch(planned, as_of=AS_OF, horizon_days=120, by="Ada"),
        lambda: nightly.ask_if_due(planned, datetime(2026, 9, 1, 3, tzinfo=UTC)),
        lambda: ask_scenario(
            planned, 1, [{"kind": "change_seats", "cohort_id": "K1", "by": "1"}], name="one more", by="Ada"
        ),
        lambda: publish(planned, 1, by="Ada", seen=None),
    ]
    for way in ways:
        with pytest.raises(Conflict, match=r"got a stop by Bo since .* UTC: wrong seats\.") as caught:
            way()
        assert caught.value.code == "stopped"
    assert not Worker(planned).work_once()
    resumed(planned)
    assert Worker(planned).work_once()
    with planned.reading() as session:
        assert job_of(session, waiting.job_id).state == "done"


@pytest.mark.parametrize("moment", ["while it is made", "at the last moment"])
def test_a_run_under_way_is_put_back_and_made_anew(store: Store, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """A worker that hears of a stop stores nothing; the run waits, and its plan is made after the stop, once."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")
    job, run = ask_batch(store, as_of=AS_OF, horizon_days=120, by="Ada")
    make = working.make_run

    def stopping(*arguments: Any) -> Any:
        made = make(*arguments)
        if moment == "while it is made":
            stopped(store)  # heard of at the last sign of life
        return made

    def stored(*arguments: Any) -> bool:
        stopped(store)
        return False

    monkeypatch.setattr(working, "make_run", stopping)
    if moment == "at the last moment":
        monkeypatch.setattr(Worker, "_gives_back", stored)
    assert Worker(store, "night").work_once()
    monkeypatch.undo()

    with store.reading() as session:
        waits = job_of(session, job.job_id)
        assert (waits.state, waits.attempts, waits.worker) == ("queued", 0, None)
        assert list_proposals(session) == []
    resumed(store)
    assert Worker(store).work_once()
    with store.reading() as session:
        assert plan_of_run(session, run.run_id).plan_id == 1
        assert list_proposals(session)
        assert broken_entries(session) == []


def test_only_a_person_stops_planning_and_says_why(store: Store) -> None:
    """The switch and its end want a person's name and a reason; both stay, in the log too, and cannot be changed."""
    with store.writing() as session:
        issue_token(session, "case system", rights("service"), lasts=timedelta(days=1), by="Ada")
    for by, reason, sentence in (
        ("", "x", "must have the name of the person"),
        ("Bo", " ", "must have a reason"),
        ("case system", "x", "'case system', which is a program"),
        ("worker", "x", "'worker', which is a program"),
    ):
        with pytest.raises(Conflict, match=sentence), store.writing() as session:
            stop_runs(session, by=by, reason=reason)
    with pytest.raises(Conflict, match="must be stopped to be let go on"):
        resumed(store)
    stopped(store, "first")
    stopped(store, "second")
    with store.reading() as session:
        found = standing_stop(session)
    assert found is not None
    assert (found.switched_by, found.reason) == ("Bo", "second")
    resumed(store)
    with store.reading() as session:
        assert standing_stop(session) is None
        assert [(one.is_stopped, one.reason) for one in list_stops(session)] == [
            (False, "mended"),
            (True, "second"),
            (True, "first"),
        ]
        query = sa.select(audit_log.c.actor, audit_log.c.action, audit_log.c.reason).where(
            audit_log.c.entity == "stops"
        )
        assert [tuple(row) for row in session.rows(query)] == [
            ("Bo", "stop", "first"),
            ("Bo", "stop", "second"),
            ("Ada", "resume", "mended"),
        ]
    for statement in ("UPDATE stops SET is_stopped = false", "DELETE FROM stops"):
        with pytest.raises(Conflict, match="rows of stops are never changed"), store.writing() as session:
            session.connection.execute(sa.text(statement))


def test_a_batch_of_yesterday_stays_what_it_is(planned: Store) -> None:
    """Asked for again on its day, a batch that is done is the same one, stopped or not."""
    job, _ = ask_batch(planned, as_of=date(2026, 9, 1), horizon_days=120, by="Ada")
    Worker(planned).work_once()
    stopped(planned)
    again, _ = ask_batch(planned, as_of=date(2026, 9, 1), horizon_days=120, by="Ada")
    assert again.job_id == job.job_id
