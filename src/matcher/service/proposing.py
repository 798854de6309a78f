"""What becomes of a finished run: its plan is stored, and a batch's placements are proposed to people."""

from __future__ import annotations

from matcher.plan import Result
from matcher.problem import Problem
from matcher.store import Job, StoredPlan, StoredRun, WritingSession, propose, save_plan


def store_result(session: WritingSession, job: Job, run: StoredRun, problem: Problem, result: Result) -> StoredPlan:
    """Store a plan, and for a batch propose what nobody has decided yet; in the transaction that ends the job."""
    by = job.worker or "worker"
    stored = save_plan(session, run, result, by=by)
    if job.kind == "batch":
        settled = {
            (decision.candidate_id, decision.vacancy_id)
            for decision in problem.decisions
            if decision.decision == "accepted"
        }
        fresh = [entry for entry in result.plan.assignments if (entry.candidate_id, entry.vacancy_id) not in settled]
        propose(session, stored.plan_id, fresh, by=by)
    return stored
