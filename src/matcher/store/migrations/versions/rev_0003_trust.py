"""The tables that trust rests on, and the guards that keep what was planned, decided and logged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.tables.guards import guard_statements
from matcher.store.tables.types import ROW_NUMBER, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_log",
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("hash_before", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_entity_entity_id", "audit_log", ["entity", "entity_id"], unique=False)
    op.create_table(
        "moves",
        sa.Column("move_id", ROW_NUMBER, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("state_before", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_entity_entity_id", "moves", ["entity", "entity_id"], unique=False)
    op.create_table(
        "retention_rules",
        sa.Column("rule_id", ROW_NUMBER, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("after_state", sa.Text(), nullable=True),
        sa.Column("keep_months", sa.BigInteger(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_retention_rules")),
    )
    op.create_table(
        "identities",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("outer_key_id", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("nonce", sa.LargeBinary(), nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.Column("erased_by", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_identities_candidate_id")),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_identities")),
    )
    op.create_table(
        "decision_log",
        sa.Column("decision_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_decision_log_candidate_id")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.proposal_id"], name=op.f("fk_decision_log_proposal_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_decision_log_vacancy_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_log")),
    )
    op.create_index("ix_decision_log_candidate_id", "decision_log", ["candidate_id"], unique=False)
    op.create_index("ix_decision_log_vacancy_id", "decision_log", ["vacancy_id"], unique=False)

    for statement in guard_statements(op.get_context().dialect.name):
        op.execute(statement)
