"""Answers that were given under a key of the asker's, so that a request sent twice is done once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.tables.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "kept_answers",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_kept_answers")),
    )
    op.create_index("ix_kept_answers_saved_at", "kept_answers", ["saved_at"], unique=False)
