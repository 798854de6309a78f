"""What becomes of a finished run: its plan is stored, and what a batch found due is proposed to people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from matcher.plan import Assignment, Plan, Result
from matcher.problem import Problem
from matcher.store import Job, StoredPlan, StoredRun, WritingSession, propose, save_plan


def store_result(session: WritingSession, job: Job, run: StoredRun, problem: Problem, result: Result) -> StoredPlan:
    """Store a plan, and for a batch propose what is due; in the transaction that ends the job."""
    by = job.worker or "worker"
    stored = save_plan(session, run, result, by=by)
    if job.kind == "batch":
        propose(session, stored.plan_id, [entry for entry, _ in due_and_later(problem, result.plan, job)[0]], by=by)
    return stored


Dated = tuple[Assignment, date | None]


def due_and_later(problem: Problem, plan: Plan, job: Job) -> tuple[list[Dated], list[Dated]]:
    """Return the placements that nobody has accepted yet: those to be decided within the horizon, and the others.

    Each with the day by which it is decided: on which training that is not promised yet begins, or work. Who is planned
    for later is held back by that, since the plan weighs now and later at once.

    Parameters
    ----------
    problem : Problem
        That was solved.
    plan : Plan
    job : Job
        A batch.
    """
    last = date.fromisoformat(job.arguments["as_of"]) + timedelta(days=job.arguments["horizon_days"])
    accepted = {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "accepted"}
    promised = {(row.candidate_id, row.cohort_id) for row in problem.standing_enrolments}
    begins = {cohort.cohort_id: cohort.start_date for cohort in problem.cohorts}
    due: list[Dated] = []
    later: list[Dated] = []
    for entry in plan.assignments:
        if (entry.candidate_id, entry.vacancy_id) in accepted:
            continue
        new = [begins[cohort] for cohort in entry.cohort_ids if (entry.candidate_id, cohort) not in promised]
        day = _earliest([*new, entry.start_date])
        (due if day is None or day <= last else later).append((entry, day))
    return due, later


def _earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
