"""The tables of the service's work: policies, jobs, runs, plans, proposals, placements, outcome models."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.tables.types import ROW_NUMBER, Exact, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "jobs",
        sa.Column("job_id", ROW_NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("once_key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("is_cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("time_limit_s", sa.Double(), nullable=True),
        sa.Column("memory_limit_mb", sa.BigInteger(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("incumbent", Exact(), nullable=True),
        sa.Column("bound", Exact(), nullable=True),
        sa.Column("gap", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("once_key", name=op.f("uq_jobs_once_key")),
    )
    op.create_index("ix_jobs_state_job_id", "jobs", ["state", "job_id"], unique=False)
    op.create_table(
        "outcome_models",
        sa.Column("model_id", ROW_NUMBER, nullable=False),
        sa.Column("coefficients", sa.Text(), nullable=False),
        sa.Column("comparison", sa.Text(), nullable=False),
        sa.Column("trained_by", sa.Text(), nullable=False),
        sa.Column("trained_at", Instant(), nullable=False),
        sa.Column("compared_with", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_outcome_models")),
    )
    op.create_table(
        "policies",
        sa.Column("policy_version", ROW_NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("policy_version", name=op.f("pk_policies")),
    )
    op.create_table(
        "snapshots",
        sa.Column("problem_hash", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("problem_hash", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "cases",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("caseworker", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_cases_candidate_id")),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_caseworker", "cases", ["caseworker"], unique=False)
    op.create_table(
        "model_switches",
        sa.Column("switch_id", ROW_NUMBER, nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=True),
        sa.Column("switched_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("switched_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["outcome_models.model_id"], name=op.f("fk_model_switches_model_id")),
        sa.PrimaryKeyConstraint("switch_id", name=op.f("pk_model_switches")),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", ROW_NUMBER, nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("problem_hash", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.BigInteger(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("horizon_days", sa.BigInteger(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("gap_limit", sa.Double(), nullable=False),
        sa.Column("published_plan_id", sa.BigInteger(), nullable=True),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_runs_job_id")),
        sa.ForeignKeyConstraint(["policy_version"], ["policies.policy_version"], name=op.f("fk_runs_policy_version")),
        sa.ForeignKeyConstraint(["problem_hash"], ["snapshots.problem_hash"], name=op.f("fk_runs_problem_hash")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
        sa.UniqueConstraint("job_id", name=op.f("uq_runs_job_id")),
    )
    op.create_table(
        "plans",
        sa.Column("plan_id", ROW_NUMBER, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("checked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_plans_run_id")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plans")),
        sa.UniqueConstraint("run_id", name=op.f("uq_plans_run_id")),
    )
    op.create_table(
        "proposals",
        sa.Column("proposal_id", ROW_NUMBER, nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("cohort_ids", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("score", Exact(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_proposals_candidate_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.plan_id"], name=op.f("fk_proposals_plan_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_proposals_vacancy_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposals")),
        sa.UniqueConstraint(
            "plan_id", "candidate_id", "vacancy_id", name=op.f("uq_proposals_plan_id_candidate_id_vacancy_id")
        ),
    )
    op.create_index("ix_proposals_candidate_id", "proposals", ["candidate_id"], unique=False)
    op.create_index("ix_proposals_vacancy_id_state", "proposals", ["vacancy_id", "state"], unique=False)
    op.create_table(
        "publications",
        sa.Column("publication_id", ROW_NUMBER, nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("published_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.plan_id"], name=op.f("fk_publications_plan_id")),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_publications")),
    )
    op.create_table(
        "placements",
        sa.Column("placement_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("nice_share", sa.Double(), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("extent_percent", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_placements_candidate_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.proposal_id"], name=op.f("fk_placements_proposal_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_placements_vacancy_id")),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_placements")),
        sa.UniqueConstraint(
            "candidate_id", "vacancy_id", "start_date", name=op.f("uq_placements_candidate_id_vacancy_id_start_date")
        ),
    )
    op.create_index("ix_placements_vacancy_id", "placements", ["vacancy_id"], unique=False)
    op.create_table(
        "follow_ups",
        sa.Column("follow_up_id", ROW_NUMBER, nullable=False),
        sa.Column("placement_id", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_sustained", sa.Boolean(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.placement_id"], name=op.f("fk_follow_ups_placement_id")),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("placement_id", "months", name=op.f("uq_follow_ups_placement_id_months")),
    )
    op.create_index("ix_follow_ups_due_on", "follow_ups", ["due_on"], unique=False)
