"""Runs and batches asked for by a request that may be sent twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from matcher.service.once import KeptAnswer, Once
from matcher.service.running import RunSettings, ask_run_over, problem_for_run
from matcher.store import Job, StoredRun

Answered = Callable[[Job, StoredRun], KeptAnswer]


def ask_run_once(
    once: Once,
    *,
    by: str,
    kind: str,
    settings: RunSettings,
    as_of: date | None,
    horizon_days: int | None,
    look_ahead_days: int,
    answered: Answered,
) -> KeptAnswer:
    """Ask for a run over what is stored now, or return the answer that the same request was given before.

    Parameters
    ----------
    once : Once
    by, kind, settings, as_of, horizon_days, look_ahead_days
        See `ask_run`.
    answered : callable
        From the new job and run to the answer.

    Raises
    ------
    InvalidInput
        Where what is stored does not fit together.
    Conflict
        Where something else was asked under the same key (``reused_key``).
    """
    with once.store.writing() as session:
        known = once.known(session)
    if known is not None:
        return known
    # Read before the writing begins: a whole city takes more than a second, in which nobody else could write.
    with once.store.reading() as reading:
        problem = problem_for_run(reading, as_of, horizon_days, look_ahead_days)
    with once.store.writing() as session:
        known = once.known(session)
        if known is not None:
            return known
        job, run = ask_run_over(
            session,
            problem,
            by=by,
            kind=kind,
            settings=settings,
            as_of=as_of,
            horizon_days=horizon_days,
            look_ahead_days=look_ahead_days,
        )
        return once.keep(session, answered(job, run))
