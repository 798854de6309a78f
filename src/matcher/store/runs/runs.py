"""Runs: what was solved with what, and the plan that came out; neither is ever changed."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from matcher.errors import StoreFailure, UnknownId
from matcher.formats import plan_from_text, plan_to_text
from matcher.plan import Plan, Result, plan_fingerprint
from matcher.problem import Problem
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.problems.policies import policy_in_force, policy_text, save_policy
from matcher.store.problems.snapshots import save_snapshot
from matcher.store.runs.jobs import Job
from matcher.store.runs.stops import require_going
from matcher.store.tables.work import jobs, plans, publications, runs

_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """What was solved with what.

    Parameters
    ----------
    run_id, job_id : int
    problem_hash : str
        Fingerprint of what it read, which is kept as a snapshot.
    policy_version : int
    weights : str
        The policy as it was used, as JSON.
    as_of : date or None
    horizon_days : int or None
    seed : int
    gap_limit : float
    published_plan_id : int or None
        The published plan against which changes count.
    versions : mapping of str to str
    asked_at : datetime
    """

    run_id: int
    job_id: int
    problem_hash: str
    policy_version: int
    weights: str
    as_of: date | None
    horizon_days: int | None
    seed: int
    gap_limit: float
    published_plan_id: int | None
    versions: Mapping[str, str]
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan as it came out of a run and passed its check.

    Parameters
    ----------
    plan_id, run_id : int
    plan_hash : str
        `plan_fingerprint`.
    content_hash : str
        Of every byte, certificate included.
    status, stop_reason : str
    tiers : list of mapping
        Name, value, bound and certified gap of each aim.
    story : mapping
        Baseline, seconds by phase, threads and number of columns.
    checked_at : datetime
    """

    plan_id: int
    run_id: int
    plan_hash: str
    content_hash: str
    status: str
    stop_reason: str
    tiers: list[Mapping[str, Any]]
    story: Mapping[str, Any]
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """That a plan became the one that people are told."""

    publication_id: int
    plan_id: int
    published_by: str
    reason: str | None
    published_at: datetime


def save_run(
    session: WritingSession,
    job: Job,
    problem: Problem,
    *,
    seed: int,
    gap_limit: float,
    versions: Mapping[str, str],
    as_of: date | None = None,
    horizon_days: int | None = None,
    groups_asked: Collection[str] = (),
) -> StoredRun:
    """Keep what a job is to solve, in the transaction that asks for it.

    Of people's groups only those are kept that a rule of the problem names, or `groups_asked`.
    """
    digest = save_snapshot(session, problem, groups_asked)
    told = published_plan_id(session)
    run_id = session.insert(
        runs,
        job_id=job.job_id,
        problem_hash=digest,
        policy_version=_version_behind(session, problem, job.asked_by, as_of),
        weights=policy_text(problem.policy),
        as_of=as_of,
        horizon_days=horizon_days,
        seed=seed,
        gap_limit=gap_limit,
        published_plan_id=told,
        versions=json.dumps(versions, sort_keys=True),
        asked_at=session.now,
    )
    run = run_of(session, run_id)
    facts = {
        "problem_hash": digest,
        "policy_version": run.policy_version,
        "weights_hash": hashlib.sha256(run.weights.encode()).hexdigest(),
        "seed": seed,
        "gap_limit": gap_limit,
        "versions": dict(versions),
    }
    append(session, job.asked_by, "ask", "runs", str(run_id), facts=facts)
    return run


def run_of(session: Session, run_id: int) -> StoredRun:
    """Return a run; raises `UnknownId` where there is none of that number."""
    return _run(session, runs.c.run_id == run_id, str(run_id))


def run_of_job(session: Session, job_id: int) -> StoredRun:
    """Return the run that a job makes; raises `UnknownId` where it makes none."""
    return _run(session, runs.c.job_id == job_id, f"of job {job_id}")


def list_runs(session: Session, kinds: Sequence[str] = (), limit: int = 100) -> list[StoredRun]:
    """Return runs, the newest first, of certain kinds of jobs where any are named."""
    query = sa.select(runs).order_by(runs.c.run_id.desc()).limit(limit)
    if kinds:
        query = query.where(runs.c.job_id.in_(sa.select(jobs.c.job_id).where(jobs.c.kind.in_(kinds))))
    return [_read_run(row) for row in session.rows(query)]


def newest_plan_id(session: Session, kinds: Sequence[str]) -> int | None:
    """Return the number of the last plan that a run of one of these kinds has made."""
    query = (
        sa.select(plans.c.plan_id)
        .join_from(plans, runs)
        .join(jobs, jobs.c.job_id == runs.c.job_id)
        .where(jobs.c.kind.in_(kinds))
        .order_by(plans.c.plan_id.desc())
        .limit(1)
    )
    number = session.value(query)
    return None if number is None else int(number)


def save_plan(session: WritingSession, run: StoredRun, result: Result, *, by: str) -> StoredPlan:
    """Keep a checked plan with its whole certificate.

    Raises
    ------
    Conflict
        Where a person has stopped runs and batches meanwhile (``stopped``).
    """
    require_going(session)
    plan = result.plan
    text = plan_to_text(plan)
    digest = hashlib.sha256(text.encode()).hexdigest()
    tiers = [
        {"name": tier.name, "value": str(tier.value), "bound": str(tier.bound), "gap": tier.gap} for tier in plan.tiers
    ]
    baseline = result.baseline
    story = {
        "baseline": None
        if baseline is None
        else {
            "placements": baseline.placements,
            "value": str(baseline.value),
            "shortfall": str(baseline.shortfall),
        },
        "seconds": {phase: round(seconds, 3) for phase, seconds in result.seconds.items()},
        "threads": result.threads,
        "num_columns": result.num_columns,
    }
    plan_id = session.insert(
        plans,
        run_id=run.run_id,
        plan_hash=plan_fingerprint(plan),
        status=plan.status,
        stop_reason=result.stop_reason,
        content_hash=digest,
        document=zlib.compress(text.encode(), _LEVEL),
        tiers=json.dumps(tiers),
        story=json.dumps(story, sort_keys=True),
        checked_at=session.now,
    )
    facts = {"run_id": run.run_id, "content_hash": digest, "status": plan.status, "tiers": tiers}
    append(session, by, "plan", "plans", str(plan_id), facts=facts)
    return plan_of(session, plan_id)


def plan_of(session: Session, plan_id: int) -> StoredPlan:
    """Return what is known of a plan; raises `UnknownId` where there is none of that number."""
    return _stored_plan(session, plans.c.plan_id == plan_id, str(plan_id))


def plan_of_run(session: Session, run_id: int) -> StoredPlan:
    """Return what is known of the plan of a run; raises `UnknownId` where it has none."""
    return _stored_plan(session, plans.c.run_id == run_id, f"of run {run_id}")


def list_plans(session: Session, run_ids: Sequence[int]) -> list[StoredPlan]:
    """Return what is known of the plans of some runs."""
    columns = [plans.c[name] for name in StoredPlan.__slots__]
    rows = session.rows(sa.select(*columns).where(plans.c.run_id.in_(run_ids)).order_by(plans.c.plan_id))
    return [_read_plan(row) for row in rows]


def load_plan(session: Session, plan_id: int) -> Plan:
    """Return a plan with its certificate.

    Raises
    ------
    UnknownId
        Where there is none of that number.
    StoreFailure
        Where its bytes are not those that were stored.
    """
    return plan_from_text(plan_text(session, plan_id), f"plan {plan_id}")


def plan_text(session: Session, plan_id: int) -> str:
    """Return the JSON of a plan, byte by byte as it came out; see `load_plan`."""
    stored = plan_of(session, plan_id)
    document = session.value(sa.select(plans.c.document).where(plans.c.plan_id == plan_id))
    try:
        text = zlib.decompress(document)
    except zlib.error:
        text = b""
    if hashlib.sha256(text).hexdigest() != stored.content_hash:
        raise StoreFailure(f"Plan '{plan_id}' must be as it was stored, got other bytes. Restore it from a backup.")
    return text.decode()


def publish_plan(session: WritingSession, plan_id: int, *, by: str, reason: str | None = None) -> int:
    """Make a plan the one that people are told; the earlier ones stay, and stay known.

    Raises
    ------
    UnknownId
        Where there is no such plan.
    Conflict
        Where a person has stopped planning (``stopped``).
    """
    require_going(session)
    plan_of(session, plan_id)
    publication = session.insert(
        publications, plan_id=plan_id, published_by=by, reason=reason, published_at=session.now
    )
    append(session, by, "publish", "plans", str(plan_id), reason=reason)
    return publication


def published_plan_id(session: Session) -> int | None:
    """Return the number of the plan that was published last."""
    number = session.value(sa.select(publications.c.plan_id).order_by(publications.c.publication_id.desc()).limit(1))
    return None if number is None else int(number)


def list_publications(session: Session, limit: int = 100) -> list[Publication]:
    """Return which plans were published when and by whom, the last first."""
    rows = session.rows(sa.select(publications).order_by(publications.c.publication_id.desc()).limit(limit))
    return [Publication(**row._mapping) for row in rows]


def _version_behind(session: WritingSession, problem: Problem, by: str, as_of: date | None) -> int:
    """Return the version of the policy; where a trained forecast stands in for the policy's, that of the policy."""
    stored = policy_in_force(session, as_of)
    if stored is not None and replace(stored.policy, outcome=problem.policy.outcome) == problem.policy:
        return stored.policy_version
    return save_policy(session, problem.policy, by=by)


def _run(session: Session, condition: sa.ColumnElement[bool], which: str) -> StoredRun:
    row = session.first(sa.select(runs).where(condition))
    if row is None:
        raise UnknownId(f"Run '{which}' must be there. List the runs and choose one.", entity="runs", entity_id=which)
    return _read_run(row)


def _read_run(row: sa.Row[Any]) -> StoredRun:
    return StoredRun(**(dict(row._mapping) | {"versions": json.loads(row.versions)}))


def _stored_plan(session: Session, condition: sa.ColumnElement[bool], which: str) -> StoredPlan:
    columns = [plans.c[name] for name in StoredPlan.__slots__]
    row = session.first(sa.select(*columns).where(condition))
    if row is None:
        raise UnknownId(
            f"Plan '{which}' must be there. List the plans and choose one.", entity="plans", entity_id=which
        )
    return _read_plan(row)


def _read_plan(row: sa.Row[Any]) -> StoredPlan:
    read = {"tiers": json.loads(row.tiers), "story": json.loads(row.story)}
    return StoredPlan(**(dict(row._mapping) | read))
