"""What is kept: problems, runs, plans, decisions, outcomes; one schema for SQLite and PostgreSQL."""

from matcher.store.audit import broken_entries
from matcher.store.backup import BackupInfo, backup, restore
from matcher.store.copying import content_hash, copy_store
from matcher.store.database import DEFAULT_ADDRESS, Store
from matcher.store.models import StoredModel, model_in_use, save_model, stored_model, switch_model
from matcher.store.policies import StoredPolicy, approve_policy, policy_in_force, save_policy
from matcher.store.problems import load_problem, save_problem
from matcher.store.schema import newest_revision, require_newest, revision_of, upgrade
from matcher.store.session import Session, WritingSession

__all__ = [
    "DEFAULT_ADDRESS",
    "BackupInfo",
    "Session",
    "Store",
    "StoredModel",
    "StoredPolicy",
    "WritingSession",
    "approve_policy",
    "backup",
    "broken_entries",
    "content_hash",
    "copy_store",
    "load_problem",
    "model_in_use",
    "newest_revision",
    "policy_in_force",
    "require_newest",
    "restore",
    "revision_of",
    "save_model",
    "save_policy",
    "save_problem",
    "stored_model",
    "switch_model",
    "upgrade",
]
