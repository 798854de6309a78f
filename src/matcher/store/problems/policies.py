"""Policies: every version is kept; one that a named person has approved is in force from its day on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.formats import problem_from_text, problem_to_text
from matcher.problem import Policy, Problem
from matcher.store.accounts.persons import require_person
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.tables.work import policies


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPolicy:
    """A version of the policy.

    Parameters
    ----------
    policy_version : int
    policy : Policy
    legal_basis, approved_by : str or None
    valid_from : date or None
        ``None`` while nobody has approved it.
    """

    policy_version: int
    policy: Policy
    legal_basis: str | None
    approved_by: str | None
    valid_from: date | None


def policy_text(policy: Policy) -> str:
    """Return a policy as JSON, every key written out: equal policies, equal texts."""
    return problem_to_text(Problem(policy=policy))


def policy_of_text(text: str) -> Policy:
    """Return the policy that `policy_text` wrote."""
    return problem_from_text(text, "policy").policy


def save_policy(session: WritingSession, policy: Policy, *, by: str) -> int:
    """Save a policy as a new version, unless the last one is the same; return its number."""
    text = policy_text(policy)
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = session.first(
        sa.select(policies.c.policy_version, policies.c.document_hash).order_by(policies.c.policy_version.desc())
    )
    if last is not None and last.document_hash == digest:
        return int(last.policy_version)
    version = session.insert(
        policies, name=policy.name, document=text, document_hash=digest, saved_by=by, saved_at=session.now
    )
    append(session, by, "save", "policies", str(version), facts={"document_hash": digest})
    return version


def approve_policy(
    session: WritingSession, policy_version: int, *, by: str, legal_basis: str, valid_from: date
) -> None:
    """Put a version of the policy in force from a day on.

    Raises
    ------
    UnknownId
        Where there is no such version, or it has been approved already: a decision is not taken twice.
    InvalidInput
        Where the legal basis has a personal number.
    Conflict
        Where it is not a person who approves it (``refused_move``).
    """
    require_person(session, by, "policies", str(policy_version))
    require_no_personal_number("policies", legal_basis=legal_basis)
    is_open = (policies.c.policy_version == policy_version) & policies.c.valid_from.is_(None)
    decided = {"legal_basis": legal_basis, "approved_by": by, "valid_from": valid_from, "approved_at": session.now}
    if not session.change(policies.update().where(is_open).values(**decided)):
        raise UnknownId(
            f"Policy version '{policy_version}' must be there and not be approved yet. Save a new version instead.",
            entity="policies",
            entity_id=str(policy_version),
        )
    facts = {"valid_from": valid_from.isoformat(), "legal_basis": legal_basis}
    append(session, by, "approve", "policies", str(policy_version), facts=facts)


def policy_in_force(session: Session, as_of: date | None = None) -> StoredPolicy | None:
    """Return the policy in force on a day: the approved one with the latest beginning, else the last that was saved."""
    query = sa.select(policies)
    newest = policies.c.policy_version.desc()
    row = None
    if as_of is not None:
        in_force = policies.c.valid_from <= as_of
        row = session.first(query.where(in_force).order_by(policies.c.valid_from.desc(), newest).limit(1))
    row = row or session.first(query.order_by(newest).limit(1))
    if row is None:
        return None
    return StoredPolicy(
        policy_version=row.policy_version,
        policy=policy_of_text(row.document),
        legal_basis=row.legal_basis,
        approved_by=row.approved_by,
        valid_from=row.valid_from,
    )
