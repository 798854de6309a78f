"""Indexes over the days by which lists are sorted, so that a page of one reads no more than its own rows."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_contracts_start_date", "contracts", ["start_date"], unique=False)
    op.create_index("ix_vacancies_start_date", "vacancies", ["start_date"], unique=False)
    op.create_index("ix_candidates_available_from", "candidates", ["available_from"], unique=False)
    op.create_index("ix_cohorts_start_date", "cohorts", ["start_date"], unique=False)
