"""Workers: each result exists exactly once, whoever dies, sleeps or is told to stop on the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matcher.check import check_plan
from matcher.errors import Conflict, ContradictoryDecisions, LimitReached, UnknownId
from matcher.features import build_columns
from matcher.formats import plan_to_text
from matcher.plan import Progress
from matcher.problem import fingerprint
from matcher.service.running import RunSettings, ask_run, replayed
from matcher.service.worker import Worker
from matcher.solve import solve
from matcher.solver import StopSignal
from matcher.store import (
    Job,
    Store,
    broken_entries,
    cancel_job,
    claim_job,
    end_job,
    job_of,
    load_plan,
    load_snapshot,
    plan_of_run,
    plan_text,
    run_of_job,
    save_plan,
    save_problem,
)
from matcher.store.tables.work import jobs
from tests.builders import candidate, problem
from tests.service.towns import town
from tests.store.databases import HeldClock, PostgresServer, SqliteFiles
from tests.waits import join, started, wait_until

ROOT = Path(__file__).parents[2]
# A worker in a process of its own that has its result, has not committed it yet, says so and sleeps for ever.
SLEEPER = """
import sys, time
import matcher.service.worker as worker
from matcher.store import Store

stored = worker.store_result

def sleeping(*arguments):
    stored(*arguments)
    print("asleep", flush=True)
    time.sleep(600)

worker.store_result = sleeping
with Store(sys.argv[1]) as store:
    worker.Worker(store, "first", lease_s=1.5).work_once()
"""


def filled(store: Store) -> None:
    """Put the town in."""
    with store.writing() as session:
        save_problem(session, town(), by="Ada")


def job_in(store: Store, job_id: int) -> Job:
    """Return a job as it is now."""
    with store.reading() as session:
        return job_of(session, job_id)


def test_a_run_is_solved_checked_and_stored(store: Store) -> None:
    """What comes out is the plan that `solve` makes of what was read, byte by byte, with all that it took."""
    filled(store)
    job, run = ask_run(store, by="Ada", settings=RunSettings(seed=7, gap=0.0))

    assert Worker(store).work_once()
    assert not Worker(store).work_once()

    with store.reading() as session:
        stored = plan_of_run(session, run.run_id)
        plan = load_plan(session, stored.plan_id)
        given = load_snapshot(session, run.problem_hash)
        ended = job_of(session, job.job_id)
        assert broken_entries(session) == []
    assert plan_to_text(plan) == plan_to_text(solve(given, seed=7, gap=0.0).plan)
    assert check_plan(given, plan, build_columns(given)).is_sound
    assert run.problem_hash == fingerprint(given) == plan.problem_hash
    assert (run.seed, run.gap_limit) == (7, 0.0)
    assert set(run.versions) >= {"matcher", "ortools", "python"}
    assert (ended.state, ended.attempts, ended.error) == ("done", 1, None)
    assert [tier["value"] for tier in stored.tiers] == [str(tier.value) for tier in plan.tiers]


def test_a_run_is_replayed_whatever_changed_since(store: Store) -> None:
    """A run that is made again gives the same bytes, though the tables have moved on."""
    filled(store)
    _, run = ask_run(store, by="Ada")
    Worker(store).work_once()
    with store.writing() as session:
        save_problem(session, problem(candidates=[candidate("C1", available_from="2027-06-01")]), by="Ada")

    stored, again = replayed(store, run.run_id)

    assert stored == again


def test_a_killed_workers_job_is_taken_over(databases: SqliteFiles | PostgresServer) -> None:
    """A worker killed just before it commits leaves nothing of its result; the next one makes the only one."""
    address = databases.address()
    with Store(address) as store:
        filled(store)
        job, run = ask_run(store, by="Ada")
    with started([sys.executable, "-c", SLEEPER, address], cwd=ROOT, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "asleep\n"

    with Store(address) as store:
        assert (job_in(store, job.job_id).state, job_in(store, job.job_id).worker) == ("running", "first")
        with store.reading() as session, pytest.raises(Exception, match="must be there"):
            plan_of_run(session, run.run_id)
        wait_until(Worker(store, "second").work_once, step_s=0.1)

        ended = job_in(store, job.job_id)
        assert (ended.state, ended.attempts, ended.fence, ended.worker) == ("done", 2, 2, "second")
        with store.reading() as session:
            plan_of_run(session, run.run_id)
            assert broken_entries(session) == []


def test_a_sleeper_that_wakes_stores_nothing(databases: SqliteFiles | PostgresServer) -> None:
    """Of a worker that wakes after its lease, when another has the job or its result, not a single row is stored."""
    clock = HeldClock()
    with Store(databases.address(), clock=clock) as store:
        filled(store)
        job, run = ask_run(store, by="Ada")
        result = solve(town())
        with store.writing() as session:
            sleeper = claim_job(session, "sleeper", 60)
            assert claim_job(session, "other", 60) is None
        clock.now += timedelta(seconds=61)
        with store.writing() as session:
            other = claim_job(session, "other", 60)
        assert sleeper is not None
        assert other is not None

        def finish(bearer: Job) -> None:
            with store.writing() as session:
                end_job(session, bearer, "done")
                save_plan(session, run, result, by=bearer.worker or "")

        for _ in range(2):
            with pytest.raises(Conflict, match="must still belong to claim 1") as caught:
                finish(sleeper)
            assert caught.value.code == "lost_lease"
            if job_in(store, job.job_id).state == "running":
                finish(other)
        with store.reading() as session:
            text = plan_text(session, plan_of_run(session, run.run_id).plan_id)
        assert text == plan_to_text(result.plan)
        assert job_in(store, job.job_id).worker == "other"


def test_a_worker_hears_that_its_job_is_another_ones(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose lease was taken over while it solves stops its search, stores nothing, and lives on."""
    filled(store)
    job, run = ask_run(store, by="Ada")

    def robbed(_: Store, __: Any, own: Job, stop: StopSignal, ___: Any) -> Any:
        with store.writing() as session:
            session.change(jobs.update().where(jobs.c.job_id == own.job_id).values(fence=own.fence + 1))
        wait_until(lambda: stop.is_due, step_s=0.01)
        raise LimitReached("stopped")

    monkeypatch.setattr("matcher.service.worker.make_run", robbed)

    assert Worker(store, lease_s=0.3).work_once()
    assert job_in(store, job.job_id).state == "running"
    with store.reading() as session, pytest.raises(UnknownId):
        plan_of_run(session, run.run_id)


def test_a_job_that_kills_its_workers_is_given_up(databases: SqliteFiles | PostgresServer) -> None:
    """After three workers have died of a job, no fourth takes it, and the job says why."""
    clock = HeldClock()
    with Store(databases.address(), clock=clock) as store:
        filled(store)
        job, _ = ask_run(store, by="Ada")
        for _ in range(3):
            with store.writing() as session:
                assert claim_job(session, "doomed", 60) is not None
            clock.now += timedelta(seconds=61)
        with store.writing() as session:
            assert claim_job(session, "doomed", 60) is None

        assert job_in(store, job.job_id).state == "failed"
        assert job_in(store, job.job_id).error == "Its worker died 3 times. Give it more memory, or a smaller problem."


def test_two_workers_never_take_the_same(store: Store) -> None:
    """Many workers at once, many jobs: each job is claimed by one of them."""
    filled(store)
    asked = [ask_run(store, by="Ada")[0].job_id for _ in range(6)]
    taken: list[int] = []

    def take() -> None:
        while True:
            with store.writing() as session:
                job = claim_job(session, threading.current_thread().name, 60)
            if job is None:
                return
            taken.append(job.job_id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    join(*threads)

    assert sorted(taken) == asked


def test_progress_is_told_and_cancelling_heard(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a job runs its figures can be read, and whoever cancels it ends it without a plan."""
    filled(store)
    job, run = ask_run(store, by="Ada")
    told = Progress(phase="integer", tier="placements", seconds=1.0, gap=0.25)

    def solving(_: Store, __: Any, ___: Job, stop: StopSignal, on_progress: Any) -> Any:
        on_progress(told)
        wait_until(lambda: stop.is_due, step_s=0.01)
        raise LimitReached("stopped")

    monkeypatch.setattr("matcher.service.worker.make_run", solving)
    thread = threading.Thread(target=Worker(store, lease_s=0.3).work_once)
    thread.start()
    wait_until(lambda: job_in(store, job.job_id).gap is not None)
    seen = job_in(store, job.job_id)
    with store.writing() as session:
        cancel_job(session, job.job_id, by="Ada")
    join(thread)

    assert (seen.state, seen.phase, seen.tier, seen.gap) == ("running", "integer", "placements", 0.25)
    assert job_in(store, job.job_id).state == "cancelled"
    with store.reading() as session, pytest.raises(Exception, match="must be there"):
        plan_of_run(session, run.run_id)


def test_a_waiting_job_is_cancelled_at_once(store: Store) -> None:
    """A job that nobody has taken ends at once, nobody takes it, and it cannot be cancelled again."""
    filled(store)
    job, _ = ask_run(store, by="Ada")
    with store.writing() as session:
        assert cancel_job(session, job.job_id, by="Ada").state == "cancelled"

    assert not Worker(store).work_once()
    with pytest.raises(Conflict, match="must wait or run"), store.writing() as session:
        cancel_job(session, job.job_id, by="Ada")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (LimitReached("The memory did not suffice.\nAnd more."), "The memory did not suffice."),
        (ContradictoryDecisions(["One is wrong.", "Another is."]), "One is wrong.\nAnother is."),
        (ContradictoryDecisions(["Wrong."] * 21), "\n".join(["Wrong."] * 20) + "\nThese are 20 of 21."),
        (ZeroDivisionError("C17 is secret"), "This should not have happened (ZeroDivisionError). Please report it."),
    ],
)
def test_a_failure_is_one_sentence_or_one_for_each_decision(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    """A job that fails says why in few sentences, and nothing unforeseen is repeated in it; the worker lives on."""

    def failing(*_: Any) -> Any:
        raise error

    filled(store)
    job, _ = ask_run(store, by="Ada")
    monkeypatch.setattr("matcher.service.worker.make_run", failing)

    assert Worker(store).work_once()
    assert (job_in(store, job.job_id).state, job_in(store, job.job_id).error) == ("failed", sentence)


def test_limits_travel_with_the_job(store: Store) -> None:
    """A time limit ends the search with the best plan so far; what it is stands with the job."""
    filled(store)
    job, run = ask_run(store, by="Ada", settings=RunSettings(time_limit_s=0.000001))
    Worker(store).work_once()

    assert job_in(store, job.job_id).time_limit_s == 0.000001
    with store.reading() as session:
        assert plan_of_run(session, run.run_id).stop_reason in ("time_limit", "proven")
        assert run_of_job(session, job.job_id) == run


def test_working_ends_when_told(store: Store) -> None:
    """A worker in a thread works on what there is, rests, and ends when the event is set."""
    filled(store)
    job, _ = ask_run(store, by="Ada")
    until = threading.Event()
    thread = threading.Thread(target=Worker(store).work, args=(until, 0.01))
    thread.start()
    wait_until(lambda: job_in(store, job.job_id).state == "done")
    until.set()
    join(thread)
