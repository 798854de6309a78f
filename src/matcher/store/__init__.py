"""What is kept: problems, runs, plans, decisions, outcomes; one schema for SQLite and PostgreSQL."""

from matcher.store.audit import broken_entries, last_entry
from matcher.store.backup import BackupInfo, backup, restore
from matcher.store.copying import content_hash, copy_store
from matcher.store.database import DEFAULT_ADDRESS, Store
from matcher.store.deciding import REASON_CODES, TakenDecision, accept, decide, decisions_taken, reject, withdraw
from matcher.store.entities import Stored, add, change, list_stored, stored
from matcher.store.follow_up import (
    FOLLOW_UP_MONTHS,
    FollowUp,
    OutcomeInputs,
    due_follow_ups,
    past_placements,
    record_follow_up,
    start_placement,
)
from matcher.store.jobs import (
    Job,
    ask_job,
    cancel_job,
    claim_job,
    end_job,
    job_of,
    job_with_key,
    list_jobs,
    renew_lease,
)
from matcher.store.lives import MOVES
from matcher.store.models import StoredModel, list_models, model_in_use, save_model, stored_model, switch_model
from matcher.store.moving import move, state_of
from matcher.store.policies import StoredPolicy, approve_policy, policy_in_force, save_policy
from matcher.store.problems import load_pair, load_problem, save_problem
from matcher.store.proposals import Proposal, assign_case, caseworkers, list_proposals, proposal_of, propose
from matcher.store.runs import (
    StoredPlan,
    StoredRun,
    load_plan,
    plan_of,
    plan_of_run,
    plan_text,
    publish_plan,
    published_plan_id,
    run_of,
    run_of_job,
    save_plan,
    save_run,
)
from matcher.store.schema import newest_revision, require_newest, revision_of, upgrade
from matcher.store.session import Session, WritingSession
from matcher.store.snapshots import load_snapshot, save_snapshot

__all__ = [
    "DEFAULT_ADDRESS",
    "FOLLOW_UP_MONTHS",
    "MOVES",
    "REASON_CODES",
    "BackupInfo",
    "FollowUp",
    "Job",
    "OutcomeInputs",
    "Proposal",
    "Session",
    "Store",
    "Stored",
    "StoredModel",
    "StoredPlan",
    "StoredPolicy",
    "StoredRun",
    "TakenDecision",
    "WritingSession",
    "accept",
    "add",
    "approve_policy",
    "ask_job",
    "assign_case",
    "backup",
    "broken_entries",
    "cancel_job",
    "caseworkers",
    "change",
    "claim_job",
    "content_hash",
    "copy_store",
    "decide",
    "decisions_taken",
    "due_follow_ups",
    "end_job",
    "job_of",
    "job_with_key",
    "last_entry",
    "list_jobs",
    "list_models",
    "list_proposals",
    "list_stored",
    "load_pair",
    "load_plan",
    "load_problem",
    "load_snapshot",
    "model_in_use",
    "move",
    "newest_revision",
    "past_placements",
    "plan_of",
    "plan_of_run",
    "plan_text",
    "policy_in_force",
    "proposal_of",
    "propose",
    "publish_plan",
    "published_plan_id",
    "record_follow_up",
    "reject",
    "renew_lease",
    "require_newest",
    "restore",
    "revision_of",
    "run_of",
    "run_of_job",
    "save_model",
    "save_plan",
    "save_policy",
    "save_problem",
    "save_run",
    "save_snapshot",
    "start_placement",
    "state_of",
    "stored",
    "stored_model",
    "switch_model",
    "upgrade",
    "withdraw",
]
