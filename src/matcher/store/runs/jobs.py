"""Jobs in one table: who may work on which until when, and whose result counts.

A worker claims a job for a time (its lease) and gets a number (its fence) that no earlier claim had. It renews the
lease while it works, and stores its result in the transaction that ends the job, which demands the fence of the last
claim: of a worker that was thought dead and wakes again, nothing is stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from matcher.errors import Conflict, UnknownId
from matcher.plan import Progress
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.runs.stops import require_going, standing_stop
from matcher.store.tables.work import jobs

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
MOST_ATTEMPTS = 3  # what has killed three workers would kill the next
FIRST_KINDS = ("run", "batch")
_TOLD_OF_PLAN = ("phase", "tier", "incumbent", "bound", "gap")
_TOLD_OF_STUDY = ("pieces_done", "pieces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be computed, and how far it is.

    Parameters
    ----------
    job_id : int
    kind : str
    arguments : mapping
    state : str
        ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
    asked_by : str
    attempts, fence : int
        How often it was claimed; the number of the last claim.
    worker : str or None
    lease_until : datetime or None
    is_cancel_asked : bool
    time_limit_s : float or None
    memory_limit_mb : int or None
    phase, tier : str or None
        What is being done, and for which aim.
    incumbent, bound : Decimal or None
    gap : float or None
    error : str or None
        Why it failed, in one sentence.
    pieces_done, pieces : int or None
        How much of a study is done.
    """

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    state: JobState
    asked_by: str
    attempts: int
    fence: int
    worker: str | None
    lease_until: datetime | None
    is_cancel_asked: bool
    time_limit_s: float | None
    memory_limit_mb: int | None
    phase: str | None
    tier: str | None
    incumbent: Decimal | None
    bound: Decimal | None
    gap: float | None
    error: str | None
    pieces_done: int | None
    pieces: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """How far a study has come, which has no plan of its own to tell of.

    Parameters
    ----------
    pieces_done, pieces : int
    """

    pieces_done: int
    pieces: int


def ask_job(
    session: WritingSession,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    by: str,
    once_key: str | None = None,
    time_limit_s: float | None = None,
    memory_limit_mb: int | None = None,
) -> tuple[Job, bool]:
    """Put a job into the queue; return it, and whether it is a new one.

    Parameters
    ----------
    kind : str
        Which work it is.
    arguments : mapping
        Numbers, dates as text and settings; never anything about a person.
    by : str
        Who asks.
    once_key : str, optional
        Asked for again under the same key, it is the same job, unless that has failed or was cancelled.
    time_limit_s, memory_limit_mb : float and int, optional

    Raises
    ------
    Conflict
        Where a person has stopped runs and batches (``stopped``).
    """
    known = None if once_key is None else job_with_key(session, once_key)
    if known is not None:
        return known, False
    require_going(session)
    session.change(jobs.update().where(jobs.c.once_key == once_key).values(once_key=None))  # a failed one's
    job_id = session.insert(
        jobs,
        kind=kind,
        arguments=json.dumps(arguments, sort_keys=True),
        once_key=once_key,
        state="queued",
        asked_by=by,
        asked_at=session.now,
        attempts=0,
        fence=0,
        is_cancel_asked=False,
        time_limit_s=time_limit_s,
        memory_limit_mb=memory_limit_mb,
    )
    append(session, by, "ask", "jobs", str(job_id), facts={"kind": kind, "once_key": once_key})
    return job_of(session, job_id), True


def job_of(session: Session, job_id: int) -> Job:
    """Return a job; raises `UnknownId` where there is none of that number."""
    row = session.first(sa.select(jobs).where(jobs.c.job_id == job_id))
    if row is None:
        raise UnknownId(
            f"Job '{job_id}' must be there. List the jobs and choose one of them.",
            entity="jobs",
            entity_id=str(job_id),
        )
    return _job(row)


def job_with_key(session: Session, once_key: str) -> Job | None:
    """Return the job that was asked for under a key, unless it has failed or was cancelled."""
    has_key = (jobs.c.once_key == once_key) & jobs.c.state.in_(("queued", "running", "done"))
    row = session.first(sa.select(jobs).where(has_key))
    return None if row is None else _job(row)


def list_jobs(session: Session, states: Sequence[JobState] = (), limit: int = 100) -> list[Job]:
    """Return jobs, the newest first, of certain states where any are named."""
    query = sa.select(jobs).order_by(jobs.c.job_id.desc()).limit(limit)
    return [_job(row) for row in session.rows(query.where(jobs.c.state.in_(states)) if states else query)]


def count_jobs(session: Session) -> dict[str, int]:
    """Return how many jobs there are in each state that any is in."""
    query = sa.select(jobs.c.state, sa.func.count().label("number")).group_by(jobs.c.state)
    return {row.state: row.number for row in session.rows(query)}


def claim_job(session: WritingSession, worker: str, lease_s: float, job_id: int | None = None) -> Job | None:
    """Take the oldest job that waits, or whose worker has died; ``None`` where there is none, or planning is stopped.

    Plans that people work by come before studies of them, however long these have waited.

    Parameters
    ----------
    worker : str
        Who takes it.
    lease_s : float
        For how long, unless renewed.
    job_id : int, optional
        Take this one only.
    """
    if standing_stop(session) is not None:
        return None
    is_free = (jobs.c.state == "queued") | ((jobs.c.state == "running") & (jobs.c.lease_until < session.now))
    can_wait = sa.case((jobs.c.kind.in_(FIRST_KINDS), 0), else_=1)
    query = sa.select(jobs).where(is_free).order_by(can_wait, jobs.c.job_id).limit(1).with_for_update(skip_locked=True)
    if job_id is not None:
        query = query.where(jobs.c.job_id == job_id)
    while (row := session.first(query)) is not None:
        job = _job(row)
        if job.is_cancel_asked:
            _end(session, job.job_id, "cancelled", None)
        elif job.attempts >= MOST_ATTEMPTS:
            sentence = f"Its worker died {job.attempts} times. Give it more memory, or a smaller problem."
            _end(session, job.job_id, "failed", sentence)
        else:
            taken = {
                "state": "running",
                "attempts": job.attempts + 1,
                "fence": job.fence + 1,
                "worker": worker,
                "started_at": row.started_at or session.now,
                "lease_until": session.now + timedelta(seconds=lease_s),
            }
            session.change(jobs.update().where(jobs.c.job_id == job.job_id).values(**taken))
            return job_of(session, job.job_id)
    return None


def renew_lease(session: WritingSession, job: Job, lease_s: float, progress: Progress | Pieces | None = None) -> bool:
    """Go on working, and tell how far it is; return whether somebody has asked to cancel it.

    Raises
    ------
    Conflict
        Where the job is no longer this worker's (code ``lost_lease``).
    """
    told: dict[str, Any] = {}
    if progress is not None:
        names = _TOLD_OF_STUDY if isinstance(progress, Pieces) else _TOLD_OF_PLAN
        told = {name: getattr(progress, name) for name in names}
    lease = session.now + timedelta(seconds=lease_s)
    _as_bearer(session, job, lease_until=lease, **told)
    return bool(session.value(sa.select(jobs.c.is_cancel_asked).where(jobs.c.job_id == job.job_id)))


def release_job(session: WritingSession, job: Job) -> None:
    """Put a job back into the queue: its worker leaves in good order, which counts as no attempt.

    Raises
    ------
    Conflict
        Where the job is no longer this worker's (code ``lost_lease``).
    """
    _as_bearer(session, job, state="queued", lease_until=None, worker=None, attempts=job.attempts - 1)
    append(session, job.worker or "worker", "release", "jobs", str(job.job_id), facts={"fence": job.fence})


def end_job(session: WritingSession, job: Job, state: JobState, error: str | None = None) -> None:
    """End a job in the transaction that stores its result.

    Raises
    ------
    Conflict
        Where the job is no longer this worker's (code ``lost_lease``): the whole transaction is not stored.
    """
    _as_bearer(session, job, state=state, error=error, ended_at=session.now, lease_until=None)
    append(session, job.worker or "worker", state, "jobs", str(job.job_id), facts={"fence": job.fence})


def cancel_job(session: WritingSession, job_id: int, *, by: str) -> Job:
    """Ask for the end of a job: one that waits ends at once, one that runs as soon as its worker hears of it.

    Raises
    ------
    Conflict
        Where it has ended already (code ``refused_move``).
    """
    job = job_of(session, job_id)
    is_open = (jobs.c.job_id == job_id) & jobs.c.state.in_(("queued", "running"))
    if not session.change(jobs.update().where(is_open).values(is_cancel_asked=True)):
        raise Conflict(
            f"Job '{job_id}' must wait or run to be cancelled, got {job.state}. Its result stays.",
            code="refused_move",
            entity="jobs",
            entity_id=str(job_id),
        )
    waits = (jobs.c.job_id == job_id) & (jobs.c.state == "queued")
    session.change(jobs.update().where(waits).values(state="cancelled", ended_at=session.now))
    append(session, by, "cancel", "jobs", str(job_id))
    return job_of(session, job_id)


def _as_bearer(session: WritingSession, job: Job, **values: Any) -> None:
    is_ours = (jobs.c.job_id == job.job_id) & (jobs.c.fence == job.fence) & (jobs.c.state == "running")
    if not session.change(jobs.update().where(is_ours).values(**values)):
        raise Conflict(
            f"Job '{job.job_id}' must still belong to claim {job.fence}, got a later one or its end. Nothing of this "
            "claim is stored.",
            code="lost_lease",
            entity="jobs",
            entity_id=str(job.job_id),
        )


def _end(session: WritingSession, job_id: int, state: JobState, error: str | None) -> None:
    values = {"state": state, "error": error, "ended_at": session.now, "lease_until": None}
    session.change(jobs.update().where(jobs.c.job_id == job_id).values(**values))
    append(session, "queue", state, "jobs", str(job_id))


_SHOWN = Job.__slots__


def _job(row: sa.Row[Any]) -> Job:
    values = {name: row._mapping[name] for name in _SHOWN}
    return Job(**(values | {"arguments": json.loads(row.arguments)}))
