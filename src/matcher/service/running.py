"""Asks for runs, and makes them: from what is stored to a checked plan that is stored."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

from matcher import __version__
from matcher.formats import plan_to_text
from matcher.plan import ProgressListener, Result
from matcher.problem import Problem, without_incomplete
from matcher.solve import solve
from matcher.solver import StopSignal
from matcher.store import (
    Job,
    Session,
    Store,
    StoredRun,
    WritingSession,
    ask_job,
    job_of,
    job_with_key,
    load_plan,
    load_problem,
    load_snapshot,
    plan_of_run,
    plan_text,
    run_of,
    run_of_job,
    save_run,
)

DEFAULT_GAP = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How a run is to be made.

    Parameters
    ----------
    gap : float
        Relative gap that is good enough.
    seed : int
    time_limit_s : float or None
    memory_limit_mb : int or None
        Of the worker's whole process.
    """

    gap: float = DEFAULT_GAP
    seed: int = 0
    time_limit_s: float | None = None
    memory_limit_mb: int | None = None


def ask_run(
    store: Store,
    *,
    by: str,
    kind: str = "run",
    settings: RunSettings | None = None,
    as_of: date | None = None,
    horizon_days: int | None = None,
    look_ahead_days: int = 0,
    once_key: str | None = None,
) -> tuple[Job, StoredRun]:
    """Ask for a run over what is stored now; what it reads is kept with it.

    Contracts and vacancies for which a person has still to supply facts are left out.

    Parameters
    ----------
    by : str
        Who asks.
    kind : str
        ``run``, or ``batch`` for one that proposes.
    settings : RunSettings, optional
    as_of, horizon_days : date and int, optional
        See `load_problem`.
    look_ahead_days : int
        Read so many days beyond the horizon, too.
    once_key : str, optional
        Asked for again under the same key, it is the same run.
    """
    with store.reading() as reading:  # all tables as of one moment
        known = None if once_key is None else job_with_key(reading, once_key)
        if known is not None:
            return known, run_of_job(reading, known.job_id)
        problem = problem_for_run(reading, as_of, horizon_days, look_ahead_days)
    with store.writing() as session:
        return ask_run_over(
            session,
            problem,
            by=by,
            kind=kind,
            settings=settings or RunSettings(),
            as_of=as_of,
            horizon_days=horizon_days,
            look_ahead_days=look_ahead_days,
            once_key=once_key,
        )


def problem_for_run(session: Session, as_of: date | None, horizon_days: int | None, look_ahead_days: int) -> Problem:
    """Return what a run over the present tables reads; see `ask_run`."""
    return without_incomplete(load_problem(session, as_of, _reach(horizon_days, look_ahead_days)))[0]


def ask_run_over(
    session: WritingSession,
    problem: Problem,
    *,
    by: str,
    kind: str,
    settings: RunSettings,
    as_of: date | None,
    horizon_days: int | None,
    look_ahead_days: int,
    once_key: str | None = None,
) -> tuple[Job, StoredRun]:
    """Ask for a run over what `problem_for_run` has read, in a transaction that may hold more; see `ask_run`."""
    arguments: dict[str, Any] = {"as_of": None if as_of is None else as_of.isoformat(), "horizon_days": horizon_days}
    arguments |= {"look_ahead_days": look_ahead_days} if look_ahead_days else {}
    job, is_new = ask_job(
        session,
        kind,
        arguments,
        by=by,
        once_key=once_key,
        time_limit_s=settings.time_limit_s,
        memory_limit_mb=settings.memory_limit_mb,
    )
    if not is_new:
        return job, run_of_job(session, job.job_id)
    run = save_run(
        session,
        job,
        problem,
        seed=settings.seed,
        gap_limit=settings.gap,
        versions=versions(),
        as_of=as_of,
        horizon_days=_reach(horizon_days, look_ahead_days),
    )
    return job, run


def _reach(horizon_days: int | None, look_ahead_days: int) -> int | None:
    return None if horizon_days is None else horizon_days + look_ahead_days


def make_run(
    store: Store, run: StoredRun, job: Job, stop: StopSignal, on_progress: ProgressListener | None = None
) -> tuple[Problem, Result]:
    """Solve what a run has kept; nothing is stored by that."""
    with store.reading() as session:
        problem = load_snapshot(session, run.problem_hash)
        published = None if run.published_plan_id is None else load_plan(session, run.published_plan_id)
    result = solve(
        problem,
        gap=run.gap_limit,
        seed=run.seed,
        threads=os.cpu_count() or 1,
        on_progress=on_progress,
        published=published,
        memory_limit_mb=job.memory_limit_mb,
        stop=stop,
    )
    return problem, result


def replayed(store: Store, run_id: int) -> tuple[str, str]:
    """Return the plan of a run as it was stored and as it comes out now, as JSON.

    The two are equal, byte by byte, where no limit of time or memory ended the search and the versions are the same.

    Raises
    ------
    UnknownId
        Where there is no such run, or it has no plan.
    """
    with store.reading() as session:
        run = run_of(session, run_id)
        job = job_of(session, run.job_id)
        stored = plan_text(session, plan_of_run(session, run_id).plan_id)
    _, result = make_run(store, run, job, StopSignal(None))
    return stored, plan_to_text(result.plan)


def versions() -> dict[str, str]:
    """Return the versions on which a plan may depend."""
    return {
        "matcher": __version__,
        "ortools": version("ortools"),
        "numpy": version("numpy"),
        "python": platform.python_version(),
    }
