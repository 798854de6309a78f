"""The tables that trust rests on: audit log, decisions as they were taken, moves, identities, retention, requests.

Rows of the three logs are never changed: the database itself refuses it (`guards`). Personal data stands in
`identities` alone, encrypted; everything else knows people by their pseudonyms.
"""

from __future__ import annotations

import sqlalchemy as sa

from matcher.store.tables.problem import metadata
from matcher.store.tables.types import ROW_NUMBER, Instant

# Each entry's hash is taken over its content and the hash before it: whoever changes one must change all that follow.
audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("entity_id", sa.Text, nullable=True),
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("facts", sa.Text, nullable=False),  # JSON: hashes, versions and names of fields, no values of theirs
    sa.Column("hash_before", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("ix_audit_log_entity_entity_id", "entity", "entity_id"),
)

decision_log = sa.Table(
    "decision_log",
    metadata,
    sa.Column("decision_id", ROW_NUMBER, primary_key=True),
    sa.Column("candidate_id", sa.Text, sa.ForeignKey("candidates.candidate_id"), nullable=False),
    sa.Column("vacancy_id", sa.Text, sa.ForeignKey("vacancies.vacancy_id"), nullable=False),
    sa.Column("proposal_id", sa.BigInteger, sa.ForeignKey("proposals.proposal_id"), nullable=True),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("reason_code", sa.Text, nullable=True),
    sa.Column("note", sa.Text, nullable=True),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Index("ix_decision_log_candidate_id", "candidate_id"),
    sa.Index("ix_decision_log_vacancy_id", "vacancy_id"),
)

moves = sa.Table(
    "moves",
    metadata,
    sa.Column("move_id", ROW_NUMBER, primary_key=True),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("entity_id", sa.Text, nullable=False),
    sa.Column("state_before", sa.Text, nullable=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("moved_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("moved_at", Instant, nullable=False),
    sa.Index("ix_moves_entity_entity_id", "entity", "entity_id"),
)

# Whether runs and batches are stopped: the last row says it. Each stop and each end of one is a row of its own.
stops = sa.Table(
    "stops",
    metadata,
    sa.Column("stop_id", ROW_NUMBER, primary_key=True),
    sa.Column("is_stopped", sa.Boolean, nullable=False),
    sa.Column("switched_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("switched_at", Instant, nullable=False),
)

# Who a pseudonym is. Each person has a key of their own, wrapped by one that is kept outside the database (`vault`):
# destroying the person's key erases what it has encrypted, and leaves the row as the mark that it was there.
identities = sa.Table(
    "identities",
    metadata,
    sa.Column("candidate_id", sa.Text, sa.ForeignKey("candidates.candidate_id"), primary_key=True),
    sa.Column("outer_key_id", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=True),
    sa.Column("nonce", sa.LargeBinary, nullable=True),
    sa.Column("ciphertext", sa.LargeBinary, nullable=True),
    sa.Column("saved_at", Instant, nullable=False),
    sa.Column("erased_at", Instant, nullable=True),
    sa.Column("erased_by", sa.Text, nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

# The municipality's own rules: how long rows of an entity are kept after what, and on what ground.
retention_rules = sa.Table(
    "retention_rules",
    metadata,
    sa.Column("rule_id", ROW_NUMBER, primary_key=True),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("after_state", sa.Text, nullable=True),
    sa.Column("keep_months", sa.BigInteger, nullable=True),  # empty: for ever
    sa.Column("is_archived", sa.Boolean, nullable=False),  # the archive's rule stands: erasure is refused until then
    sa.Column("legal_basis", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)

# What candidates ask for, and what they were answered: see `requests`.
rights_requests = sa.Table(
    "rights_requests",
    metadata,
    sa.Column("request_id", ROW_NUMBER, primary_key=True),
    sa.Column("candidate_id", sa.Text, sa.ForeignKey("candidates.candidate_id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("vacancy_id", sa.Text, sa.ForeignKey("vacancies.vacancy_id"), nullable=True),
    sa.Column("words", sa.Text, nullable=False),  # the person's own, or as a caseworker noted them
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("outcome", sa.Text, nullable=True),
    sa.Column("answer", sa.Text, nullable=True),
    sa.Column("answered_by", sa.Text, nullable=True),
    sa.Column("answered_at", Instant, nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Index("ix_rights_requests_candidate_id", "candidate_id"),
    sa.Index("ix_rights_requests_vacancy_id", "vacancy_id"),
)
