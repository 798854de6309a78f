"""The stop switch: who has stopped runs and batches, and who has let them go on; neither is ever changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.tables.guards import guard_statement
from matcher.store.tables.types import ROW_NUMBER, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its guards."""
    op.create_table(
        "stops",
        sa.Column("stop_id", ROW_NUMBER, nullable=False),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("switched_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("switched_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("stop_id", name=op.f("pk_stops")),
    )
    for action in ("UPDATE", "DELETE"):
        op.execute(guard_statement(op.get_context().dialect.name, "stops", action))
