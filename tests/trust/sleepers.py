"""Workers that are paused and wake too late, and clocks that jump: no result is stored twice, none is left undone."""

from __future__ import annotations

import os
import random
import select
import signal
import time
from datetime import timedelta

from matcher.errors import Conflict
from matcher.plan import Result
from matcher.service.running import ask_run
from matcher.solve import solve
from matcher.store import (
    Job,
    Store,
    ask_job,
    broken_entries,
    claim_job,
    end_job,
    job_of,
    list_jobs,
    plan_of_run,
    renew_lease,
    run_of_job,
    save_plan,
    save_problem,
    save_run,
)
from tests.builders import problem
from tests.service.killing import Forked, forked
from tests.service.towns import town
from tests.service.verified import wrong_plans
from tests.store.databases import HeldClock
from tests.trust.places import databases, unsound
from tests.trust.trials import Portion, Tally

LATEST_S = 0.12  # after it has begun to solve, a worker is paused
PATIENCE_S = 60.0
# How long the server lets a worker's connection sleep in the middle of a transaction, with its locks; a minute in use.
# On a busy machine one that nobody has paused sleeps for a second, too.
SHORT = "options=-c%20idle_in_transaction_session_timeout%3D3s%20-c%20lock_timeout%3D15s"


def pause(portion: Portion) -> Tally:
    """Pause a worker at a random moment, let another take over, and wake the first."""
    solve(town())
    chance = random.Random(portion.first)
    counts = {"woke too late": 0, "had ended before": 0}
    faults: list[str] = []
    with databases("postgresql", portion.folder) as made:
        address = made.address()
        of_workers = address + ("&" if "?" in address else "?") + SHORT
        with Store(address) as store, store.writing() as session:
            save_problem(session, town(), by="Ada")
        for number in range(portion.count):
            with Store(address) as store:
                job, run = ask_run(store, by="Ada")
            first = forked(of_workers)
            _wait(first.begins)
            time.sleep(chance.uniform(0, LATEST_S))
            os.kill(first.process, signal.SIGSTOP)
            second = forked(of_workers)
            faults += _ended(second, "the worker that took over")
            os.kill(first.process, signal.SIGCONT)
            faults += _ended(first, "the worker that woke")
            with Store(address) as store, store.reading() as session:
                ended = job_of(session, job.job_id)
                plan_of_run(session, run.run_id)
            counts["had ended before" if ended.attempts == 1 else "woke too late"] += 1
            if ended.state != "done":
                faults.append(f"job {number} is {ended.state}")
            if faults:
                break
        with Store(address) as store:
            faults += unsound(store) + wrong_plans(store)
    return Tally(counts=counts, faults=faults)


def _wait(handle: int) -> None:
    ready, _, _ = select.select([handle], [], [], PATIENCE_S)
    if not ready:
        raise TimeoutError("A worker has not begun within a minute.")


def _ended(worker: Forked, which: str) -> list[str]:
    """Wait for a worker's end and return what was wrong with it; one that does not end is ended."""
    until = time.monotonic() + PATIENCE_S
    while True:
        process, status = os.waitpid(worker.process, os.WNOHANG)
        if process:
            os.close(worker.begins)
            return [f"{which} failed"] if status else []
        if time.monotonic() > until:
            os.kill(worker.process, signal.SIGKILL)
            worker.end()
            return [f"{which} did not end within a minute"]
        time.sleep(0.01)


def jump(portion: Portion) -> Tally:
    """Let the clock jump by up to a day, forwards and backwards, while workers take, renew and end jobs."""
    counts = {"jumps": 0, "claims": 0, "results stored": 0, "results refused": 0}
    faults: list[str] = []
    result = solve(problem())
    with databases("sqlite", portion.folder) as made:
        for seed in range(portion.first, portion.first + portion.count):
            with Store(made.address(), clock=(clock := HeldClock())) as store:
                story = _Story(store, clock, random.Random(f"clock {seed}"), result, counts)
                faults += [f"seed {seed}: {wrong}" for wrong in story.told()]
    return Tally(counts=counts, faults=faults)


class _Story:
    """Some workers on some jobs by a clock that cannot be trusted."""

    def __init__(
        self, store: Store, clock: HeldClock, chance: random.Random, result: Result, counts: dict[str, int]
    ) -> None:
        self._store, self._clock, self._chance, self._result, self._counts = store, clock, chance, result, counts
        self._held: list[Job] = []
        self._stored: dict[int, int] = {}
        self._wrong: list[str] = []

    def told(self) -> list[str]:
        """Go through eighty steps, then let time pass as it should, and return what was wrong."""
        for _ in range(80):
            self._chance.choice((self._jump, self._ask, self._claim, self._claim, self._renew, self._end))()
        for _ in range(200):  # every lease ends, and somebody takes what is left
            self._clock.now += timedelta(days=1)
            if self._claim():
                self._end(last=True)
            elif not self._open():  # a lease given by a clock that went back by days stands until its day comes again
                break
        self._wrong += [f"job {job.job_id} is left {job.state}" for job in self._open()]
        with self._store.reading() as session:
            self._wrong += broken_entries(session)
        self._wrong += [f"job {job} was ended {times} times" for job, times in self._stored.items() if times > 1]
        return self._wrong

    def _open(self) -> list[Job]:
        with self._store.reading() as session:
            return list(list_jobs(session, ("queued", "running")))

    def _jump(self) -> None:
        self._clock.now += timedelta(seconds=self._chance.randint(-86_400, 86_400))
        self._counts["jumps"] += 1

    def _ask(self) -> None:
        with self._store.writing() as session:
            job, _ = ask_job(session, "run", {}, by="Ada")
            save_run(session, job, problem(), seed=0, gap_limit=1e-6, versions={})

    def _claim(self) -> bool:
        with self._store.writing() as session:
            before = {job.job_id: job for job in list_jobs(session, ("running",))}
            job = claim_job(session, "worker", 60)
        if job is None:
            return False
        self._counts["claims"] += 1
        earlier = before.get(job.job_id)
        if earlier is not None and earlier.lease_until is not None and earlier.lease_until >= self._clock.now:
            self._wrong.append(f"job {job.job_id} was taken while its lease stood")
        if earlier is not None and job.fence <= earlier.fence:
            self._wrong.append(f"claim {job.fence} of job {job.job_id} is no later than {earlier.fence}")
        self._held.append(job)
        return True

    def _renew(self) -> None:
        if self._held:
            self._try(self._renewed, self._chance.choice(self._held))

    def _renewed(self, job: Job) -> None:
        with self._store.writing() as session:
            renew_lease(session, job, 60)

    def _end(self, *, last: bool = False) -> None:
        if not self._held:
            return
        job = self._held.pop() if last else self._held.pop(self._chance.randrange(len(self._held)))
        if self._try(self._ended, job):
            self._counts["results stored"] += 1
            self._stored[job.job_id] = self._stored.get(job.job_id, 0) + 1

    def _ended(self, job: Job) -> None:
        with self._store.writing() as session:
            end_job(session, job, "done")
            save_plan(session, run_of_job(session, job.job_id), self._result, by="worker")

    def _try(self, act: object, job: Job) -> bool:
        assert callable(act)
        try:
            act(job)
        except Conflict as error:
            if error.code != "lost_lease":
                self._wrong.append(f"job {job.job_id}: {error}")
            self._counts["results refused"] += act == self._ended
            return False
        return True
