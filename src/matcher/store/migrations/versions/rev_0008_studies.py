"""What studies came to, and how many of its pieces a job has done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.tables.guards import guard_statement
from matcher.store.tables.types import ROW_NUMBER, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "studies",
        sa.Column("study_id", ROW_NUMBER, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_studies_run_id")),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_studies")),
        sa.UniqueConstraint("run_id", name=op.f("uq_studies_run_id")),
    )
    op.add_column("jobs", sa.Column("pieces_done", sa.BigInteger(), nullable=True))
    op.add_column("jobs", sa.Column("pieces", sa.BigInteger(), nullable=True))
    op.execute(guard_statement(op.get_bind().dialect.name, "studies", "UPDATE"))
