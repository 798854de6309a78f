"""The tables of a problem: people, work, training, rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.tables.types import ROW_NUMBER, Exact

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "budgets",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("budget_id", sa.Text(), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("budget_id", name=op.f("uq_budgets_budget_id")),
    )
    op.create_table(
        "candidates",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("max_distance_km", sa.Double(), nullable=True),
        sa.Column("extent_percent", sa.BigInteger(), nullable=False),
        sa.Column("max_placements", sa.BigInteger(), nullable=False),
        sa.Column("occupations", sa.Text(), nullable=False),
        sa.Column("max_trainings", sa.BigInteger(), nullable=True),
        sa.Column("months_out_of_work", sa.BigInteger(), nullable=False),
        sa.Column("available_until", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_candidates")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_candidates_candidate_id")),
    )
    op.create_table(
        "contracts",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("contract_id", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("buyer", sa.Text(), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("cpv", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("obligation_quantity", Exact(), nullable=True),
        sa.Column("obligation_unit", sa.Text(), nullable=False),
        sa.Column("obligation_kind", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_contracts_contract_id")),
    )
    op.create_table(
        "courses",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("completion_rate", Exact(), nullable=False),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("prerequisites", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_courses")),
        sa.UniqueConstraint("course_id", name=op.f("uq_courses_course_id")),
    )
    op.create_table(
        "history",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("placement_id", sa.Text(), nullable=False),
        sa.Column("sustained", sa.Boolean(), nullable=False),
        sa.Column("nice_share", sa.Double(), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("extent_percent", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_history")),
        sa.UniqueConstraint("placement_id", name=op.f("uq_history_placement_id")),
    )
    op.create_table(
        "municipalities",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_municipalities")),
        sa.UniqueConstraint("municipality", name=op.f("uq_municipalities_municipality")),
    )
    op.create_table(
        "quotas",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("quota_id", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("months_out_of_work", sa.BigInteger(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=True),
        sa.Column("min_count", sa.BigInteger(), nullable=True),
        sa.Column("max_count", sa.BigInteger(), nullable=True),
        sa.Column("min_share", Exact(), nullable=True),
        sa.Column("max_share", Exact(), nullable=True),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("price", Exact(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_quotas")),
        sa.UniqueConstraint("quota_id", name=op.f("uq_quotas_quota_id")),
    )
    op.create_table(
        "resources",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("limit", Exact(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_resources")),
        sa.UniqueConstraint("resource_id", name=op.f("uq_resources_resource_id")),
    )
    op.create_table(
        "candidate_skills",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_candidate_skills_candidate_id")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_candidate_skills")),
        sa.UniqueConstraint("candidate_id", "skill", name=op.f("uq_candidate_skills_candidate_id_skill")),
    )
    op.create_table(
        "cohorts",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("cohort_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("min_participants", sa.BigInteger(), nullable=False),
        sa.Column("cost_per_seat", Exact(), nullable=False),
        sa.Column("fixed_cost", Exact(), nullable=False),
        sa.Column("budget_id", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.budget_id"], name=op.f("fk_cohorts_budget_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.course_id"], name=op.f("fk_cohorts_course_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_cohorts_cohort_id")),
    )
    op.create_index(op.f("ix_cohorts_budget_id"), "cohorts", ["budget_id"], unique=False)
    op.create_index(op.f("ix_cohorts_course_id"), "cohorts", ["course_id"], unique=False)
    op.create_table(
        "vacancies",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("positions", sa.BigInteger(), nullable=False),
        sa.Column("contract_id", sa.Text(), nullable=True),
        sa.Column("occupation", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("latest_start_date", sa.Date(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("extent_percent", sa.BigInteger(), nullable=False),
        sa.Column("duration_months", Exact(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=True),
        sa.Column("resource_use", Exact(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.contract_id"], name=op.f("fk_vacancies_contract_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.resource_id"], name=op.f("fk_vacancies_resource_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_vacancies")),
        sa.UniqueConstraint("vacancy_id", name=op.f("uq_vacancies_vacancy_id")),
    )
    op.create_index(op.f("ix_vacancies_contract_id"), "vacancies", ["contract_id"], unique=False)
    op.create_index(op.f("ix_vacancies_resource_id"), "vacancies", ["resource_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_decisions_candidate_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_decisions_vacancy_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_decisions")),
        sa.UniqueConstraint(
            "candidate_id", "vacancy_id", "decision", name=op.f("uq_decisions_candidate_id_vacancy_id_decision")
        ),
    )
    op.create_index(op.f("ix_decisions_vacancy_id"), "decisions", ["vacancy_id"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_enrolments_candidate_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.cohort_id"], name=op.f("fk_enrolments_cohort_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("candidate_id", "cohort_id", name=op.f("uq_enrolments_candidate_id_cohort_id")),
    )
    op.create_index(op.f("ix_enrolments_cohort_id"), "enrolments", ["cohort_id"], unique=False)
    op.create_table(
        "pairs",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("score", Exact(), nullable=False),
        sa.Column("cohort_ids", sa.Text(), nullable=False),
        sa.Column("cost", Exact(), nullable=True),
        sa.Column("resource_id", sa.Text(), nullable=True),
        sa.Column("resource_use", Exact(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.candidate_id"], name=op.f("fk_pairs_candidate_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.resource_id"], name=op.f("fk_pairs_resource_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_pairs_vacancy_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_pairs")),
    )
    op.create_index(op.f("ix_pairs_candidate_id"), "pairs", ["candidate_id"], unique=False)
    op.create_index(op.f("ix_pairs_resource_id"), "pairs", ["resource_id"], unique=False)
    op.create_index(op.f("ix_pairs_vacancy_id"), "pairs", ["vacancy_id"], unique=False)
    op.create_table(
        "vacancy_skills",
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weight", Exact(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_vacancy_skills_vacancy_id")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_vacancy_skills")),
        sa.UniqueConstraint("vacancy_id", "skill", "kind", name=op.f("uq_vacancy_skills_vacancy_id_skill_kind")),
    )
