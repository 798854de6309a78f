"""What candidates ask for: that somebody else looks at a decision, that facts are corrected, and the like."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.tables.types import ROW_NUMBER, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rights_requests",
        sa.Column("request_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_rights_requests_candidate_id")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_rights_requests_vacancy_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_rights_requests")),
    )
    op.create_index("ix_rights_requests_candidate_id", "rights_requests", ["candidate_id"], unique=False)
    op.create_index("ix_rights_requests_vacancy_id", "rights_requests", ["vacancy_id"], unique=False)
