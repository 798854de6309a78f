"""What interfaces do with stored work: runs, plans, proposals, decisions, placements, follow-ups and policies."""

from __future__ import annotations

import json
from typing import Any

from matcher.formats import member_texts, problem_from_text, problem_to_text
from matcher.problem import Policy, Problem
from matcher.service.placing import begin_placement
from matcher.service.running import RunSettings
from matcher.store import (
    REASON_CODES,
    Case,
    FollowUp,
    Job,
    PlacementRow,
    Proposal,
    Publication,
    RunWithJob,
    Session,
    StoredPlan,
    StoredPolicy,
    StoredRun,
    TakenDecision,
    WritingSession,
    accept,
    approve_policy,
    cancel_job,
    case_of,
    change_case,
    decide,
    end_placement,
    job_of,
    list_proposals,
    load_plan,
    plan_of,
    plan_text,
    proposal_of,
    publish_plan,
    record_follow_up,
    reject,
    save_policy,
    withdraw,
)

__all__ = [
    "REASON_CODES",
    "Case",
    "FollowUp",
    "Job",
    "PlacementRow",
    "Proposal",
    "Publication",
    "RunSettings",
    "RunWithJob",
    "Session",
    "StoredPlan",
    "StoredPolicy",
    "StoredRun",
    "TakenDecision",
    "WritingSession",
    "accept",
    "approve_policy",
    "begin_placement",
    "cancel_job",
    "case_of",
    "change_case",
    "decide",
    "end_placement",
    "job_of",
    "list_proposals",
    "load_plan",
    "plan_of",
    "plan_text",
    "policy_from_text",
    "policy_values",
    "proposal_of",
    "publish_plan",
    "record_follow_up",
    "reject",
    "save_policy",
    "withdraw",
]


def policy_values(policy: Policy) -> dict[str, Any]:
    """Return a policy as the JSON values of a problem's document, every key written out."""
    values: dict[str, Any] = json.loads(problem_to_text(Problem(policy=policy)))["policy"]
    return values


def policy_from_text(text: str) -> Policy:
    """Return the policy of a JSON object with one member, ``policy``.

    Raises
    ------
    InvalidInput
        With all faults.
    """
    own = member_texts(text, ("policy",))["policy"]
    return problem_from_text(f'{{"policy": {own}}}', "body").policy
