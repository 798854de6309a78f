"""A worker: takes one job after the other, keeps its lease, and stores each result once."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from matcher.errors import Conflict, ContradictoryDecisions, InvalidInput, MatcherError, StoreFailure
from matcher.plan import Progress
from matcher.service.batches import Nightly
from matcher.service.proposing import store_result
from matcher.service.running import make_run
from matcher.service.studies import KINDS, make_study
from matcher.solver import StopSignal
from matcher.store import (
    Job,
    Pieces,
    Store,
    StoredRun,
    WritingSession,
    claim_job,
    end_job,
    release_job,
    renew_lease,
    run_of_job,
    save_study,
    standing_stop,
)

LEASE_S = 60.0
REST_S = 2.0
MOST_TOLD = 20  # lines of an error that are kept
# Stores what was worked out, in the transaction that ends the job.
Storing = Callable[[WritingSession], object]


class Worker:
    """Works on the jobs of a store, one at a time.

    Parameters
    ----------
    store : Store
    name : str, optional
        Which worker it is; by default machine and process.
    lease_s : float
        How long a job is its own without a sign of life.
    sign_s : float, optional
        How much time passes between two signs; a third of the lease unless given.
    """

    def __init__(
        self, store: Store, name: str | None = None, lease_s: float = LEASE_S, sign_s: float | None = None
    ) -> None:
        self._store = store
        self._lease_s = lease_s
        self._sign_s = sign_s or lease_s / 3
        self._present: StopSignal | None = None
        self._is_leaving = False
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"

    def work(self, until: threading.Event, rest_s: float = REST_S, nightly: Nightly | None = None) -> None:
        """Work until an event is set; where there is nothing to do, or the database does not answer, rest a while.

        Parameters
        ----------
        until : Event
        rest_s : float
        nightly : Nightly, optional
            Which batch to ask for when its time has come, by this machine's clock.
        """
        while not until.is_set():
            has_worked = False
            with suppress(MatcherError):  # the database does not answer, or what is stored does not fit together
                if nightly is not None:
                    nightly.ask_if_due(self._store, datetime.now().astimezone())
            with suppress(StoreFailure):
                has_worked = self.work_once()
            if not has_worked:
                until.wait(rest_s)

    def work_once(self, job_id: int | None = None) -> bool:
        """Work on one job, or on that one; return whether there was one to take.

        Raises
        ------
        StoreFailure
            Where the database does not answer. The job is taken over when its lease has ended.
        """
        with self._store.writing() as session:
            job = claim_job(session, self.name, self._lease_s, job_id)
        if job is None:
            return False
        with suppress(_Lost):
            self._perform(job)
        return True

    def leave(self) -> None:
        """Put the job that is being worked on back into the queue at the next opportunity: nothing of it is stored."""
        self._is_leaving = True
        if self._present is not None:
            self._present.by_person = True

    def _perform(self, job: Job) -> None:
        self._present = stop = StopSignal(job.time_limit_s)
        stop.by_person = self._is_leaving
        pulse = _Pulse(self._store, job, self._lease_s, self._sign_s, stop)
        try:
            with self._store.reading() as session:
                run = run_of_job(session, job.job_id)
            with pulse.beating():
                storing = self._worked_out(run, job, stop, pulse.note)
        except StoreFailure:
            raise
        except MatcherError as error:
            if self._gives_back(job, pulse):
                return
            self._fail(job, pulse, _told(error))
            return
        except Exception as error:  # one job that goes wrong in an unforeseen way must not end the worker
            self._fail(job, pulse, f"This should not have happened ({type(error).__name__}). Please report it.")
            return
        if self._gives_back(job, pulse):
            return
        with _lost_lease(), self._store.writing() as session:
            if pulse.is_cancelled:
                end_job(session, job, "cancelled")
                return
            if standing_stop(session) is not None:  # at the last moment: what was found is not stored
                release_job(session, job)
                return
            end_job(session, job, "done")  # first: whose job it is no longer, stores nothing more
            storing(session)

    def _worked_out(
        self, run: StoredRun, job: Job, stop: StopSignal, note: Callable[[Progress | Pieces], None]
    ) -> Storing:
        """Do what a job asks for, by its kind; nothing is stored yet."""
        if job.kind in KINDS:
            document = make_study(self._store, run, job, stop, note)
            return lambda session: save_study(session, run, document, by=job.worker or "worker")
        problem, result = make_run(self._store, run, job, stop, note)
        return lambda session: store_result(session, job, run, problem, result)

    def _gives_back(self, job: Job, pulse: _Pulse) -> bool:
        """Put a job back where the worker leaves or somebody has stopped planning: it begins anew afterwards."""
        is_given_back = self._is_leaving or (pulse.is_stopped and not pulse.is_cancelled)
        if is_given_back:
            with _lost_lease(), self._store.writing() as session:
                release_job(session, job)
        return is_given_back

    def _fail(self, job: Job, pulse: _Pulse, sentence: str) -> None:
        with _lost_lease(), self._store.writing() as session:
            if pulse.is_cancelled:
                end_job(session, job, "cancelled")
            else:
                end_job(session, job, "failed", sentence)


def _told(error: MatcherError) -> str:
    """Return what an error says in one line, or in one for each decision or fault that is wrong."""
    said = str(error) or "A limit ended it before any plan."
    if not isinstance(error, ContradictoryDecisions | InvalidInput):
        return said.splitlines()[0]
    lines = said.splitlines()
    return "\n".join([*lines[:MOST_TOLD], *([f"These are {MOST_TOLD} of {len(lines)}."] if lines[MOST_TOLD:] else [])])


class _Lost(Exception):
    """The job is somebody else's by now."""


@contextmanager
def _lost_lease() -> Iterator[None]:
    try:
        yield
    except Conflict as error:
        if error.code == "lost_lease":
            raise _Lost from None
        raise


class _Pulse:
    """The signs of life of one job: renews its lease, tells how far it is, and hears of a wish to cancel or a stop."""

    def __init__(self, store: Store, job: Job, lease_s: float, sign_s: float, stop: StopSignal) -> None:
        self._store, self._job, self._lease_s, self._sign_s, self._stop = store, job, lease_s, sign_s, stop
        self._progress: Progress | Pieces | None = None
        self._done = threading.Event()
        self.is_cancelled = False
        self.is_stopped = False

    def note(self, progress: Progress | Pieces) -> None:
        """Remember how far it is, for the next sign of life."""
        self._progress = progress

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Give signs of life while the block lasts."""
        thread = threading.Thread(target=self._beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()
            with suppress(MatcherError):
                self._sign()  # the last figures, too

    def _beat(self) -> None:
        while not self._done.wait(self._sign_s):
            try:
                self._sign()
            except Conflict:
                self._stop.by_person = True  # what it finds would not be stored
                return
            except MatcherError:
                continue  # the database does not answer just now; the lease may outlast that

    def _sign(self) -> None:
        with self._store.writing() as session:
            is_cancelled = renew_lease(session, self._job, self._lease_s, self._progress)
            is_stopped = standing_stop(session) is not None
        self.is_cancelled |= is_cancelled
        self.is_stopped |= is_stopped
        if is_cancelled or is_stopped:
            self._stop.by_person = True
