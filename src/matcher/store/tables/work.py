"""The tables of the service's work: policies, runs, plans, proposals, placements, follow-ups, outcome models, jobs."""

from __future__ import annotations

import sqlalchemy as sa

from matcher.store.tables.problem import metadata
from matcher.store.tables.types import ROW_NUMBER, Exact, Instant


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, ROW_NUMBER, primary_key=True)


def _text(name: str, *rest: sa.ForeignKey, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *rest, nullable=nullable)


def _whole(name: str, *rest: sa.ForeignKey, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, *rest, nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Instant, nullable=nullable)


policies = sa.Table(
    "policies",
    metadata,
    _number("policy_version"),
    _text("name"),
    _text("document"),  # the policy as JSON, every key written out
    _text("document_hash"),
    _text("legal_basis", nullable=True),
    _text("approved_by", nullable=True),
    sa.Column("valid_from", sa.Date, nullable=True),  # in force from this day on; empty: proposed, not approved
    _text("saved_by"),
    _moment("saved_at"),
    _moment("approved_at", nullable=True),
)

# What a run reads, kept as it was: a plan can be made again although the tables have moved on.
snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("problem_hash", sa.Text, primary_key=True),
    sa.Column("document", sa.LargeBinary, nullable=False),  # the problem as JSON, deflated
    _moment("saved_at"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    _number("job_id"),
    _text("kind"),
    _text("arguments"),  # JSON: numbers, dates and settings, never anything about a person
    sa.Column("once_key", sa.Text, nullable=True, unique=True),  # asked for twice under one key, it is one job
    _text("state"),
    _text("asked_by"),
    _moment("asked_at"),
    _moment("started_at", nullable=True),
    _moment("ended_at", nullable=True),
    _whole("attempts"),
    _whole("fence"),  # counts claims; only the bearer of the highest may write
    _text("worker", nullable=True),
    _moment("lease_until", nullable=True),
    sa.Column("is_cancel_asked", sa.Boolean, nullable=False),
    sa.Column("time_limit_s", sa.Double, nullable=True),
    _whole("memory_limit_mb", nullable=True),
    _text("phase", nullable=True),
    _text("tier", nullable=True),
    sa.Column("incumbent", Exact, nullable=True),
    sa.Column("bound", Exact, nullable=True),
    sa.Column("gap", sa.Double, nullable=True),
    _text("error", nullable=True),
    _whole("pieces_done", nullable=True),  # of a study
    _whole("pieces", nullable=True),
    sa.Index("ix_jobs_state_job_id", "state", "job_id"),
)

runs = sa.Table(
    "runs",
    metadata,
    _number("run_id"),
    sa.Column("job_id", sa.BigInteger, sa.ForeignKey("jobs.job_id"), nullable=False, unique=True),
    _text("problem_hash", sa.ForeignKey("snapshots.problem_hash")),
    _whole("policy_version", sa.ForeignKey("policies.policy_version")),
    _text("weights"),  # the policy as it was used, forecast included
    sa.Column("as_of", sa.Date, nullable=True),
    _whole("horizon_days", nullable=True),
    _whole("seed"),
    sa.Column("gap_limit", sa.Double, nullable=False),
    _whole("published_plan_id", nullable=True),
    _text("versions"),  # JSON: of Matcher, its solver and Python
    _moment("asked_at"),
)

plans = sa.Table(
    "plans",
    metadata,
    _number("plan_id"),
    sa.Column("run_id", sa.BigInteger, sa.ForeignKey("runs.run_id"), nullable=False, unique=True),
    _text("plan_hash"),
    _text("status"),
    _text("stop_reason"),
    _text("content_hash"),  # SHA-256 of the document before it was deflated
    sa.Column("document", sa.LargeBinary, nullable=False),  # the plan as JSON with its certificate, deflated
    _text("tiers"),  # JSON: name, value, bound and gap of each aim
    _text("story"),  # JSON: baseline, seconds, threads, number of columns
    _moment("checked_at"),
)

# What a study came to, in every language: it is read as it was worked out, whatever is stored later.
studies = sa.Table(
    "studies",
    metadata,
    _number("study_id"),
    sa.Column("run_id", sa.BigInteger, sa.ForeignKey("runs.run_id"), nullable=False, unique=True),
    _text("content_hash"),  # SHA-256 of the document before it was deflated
    sa.Column("document", sa.LargeBinary, nullable=False),  # JSON, a study for each language, deflated
    _moment("made_at"),
)

publications = sa.Table(
    "publications",
    metadata,
    _number("publication_id"),
    _whole("plan_id", sa.ForeignKey("plans.plan_id")),
    _text("published_by"),
    _text("reason", nullable=True),
    _moment("published_at"),
)

proposals = sa.Table(
    "proposals",
    metadata,
    _number("proposal_id"),
    _whole("plan_id", sa.ForeignKey("plans.plan_id")),
    _text("candidate_id", sa.ForeignKey("candidates.candidate_id")),
    _text("vacancy_id", sa.ForeignKey("vacancies.vacancy_id")),
    _text("cohort_ids"),
    sa.Column("start_date", sa.Date, nullable=True),
    sa.Column("score", Exact, nullable=False),
    _text("state"),
    _whole("version"),
    sa.UniqueConstraint("plan_id", "candidate_id", "vacancy_id"),
    sa.Index("ix_proposals_candidate_id", "candidate_id"),
    sa.Index("ix_proposals_vacancy_id_state", "vacancy_id", "state"),
)

placements = sa.Table(
    "placements",
    metadata,
    _number("placement_id"),
    _text("candidate_id", sa.ForeignKey("candidates.candidate_id")),
    _text("vacancy_id", sa.ForeignKey("vacancies.vacancy_id")),
    _whole("proposal_id", sa.ForeignKey("proposals.proposal_id"), nullable=True),
    sa.Column("start_date", sa.Date, nullable=False),
    sa.Column("ended_on", sa.Date, nullable=True),
    # What the forecast may look at, as it was when the placement began.
    sa.Column("nice_share", sa.Double, nullable=False),
    sa.Column("distance_km", sa.Double, nullable=False),
    _text("form"),
    _whole("extent_percent"),
    _whole("version"),
    sa.UniqueConstraint("candidate_id", "vacancy_id", "start_date"),
    sa.Index("ix_placements_vacancy_id", "vacancy_id"),
)

follow_ups = sa.Table(
    "follow_ups",
    metadata,
    _number("follow_up_id"),
    _whole("placement_id", sa.ForeignKey("placements.placement_id")),
    _whole("months"),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("is_sustained", sa.Boolean, nullable=True),
    _text("recorded_by", nullable=True),
    _moment("recorded_at", nullable=True),
    _whole("version"),
    sa.UniqueConstraint("placement_id", "months"),
    sa.Index("ix_follow_ups_due_on", "due_on"),
)

outcome_models = sa.Table(
    "outcome_models",
    metadata,
    _number("model_id"),
    _text("coefficients"),  # JSON by name
    _text("comparison"),  # JSON: rows, held-out losses and calibration of this one and the one in use
    _text("trained_by"),
    _moment("trained_at"),
    _whole("compared_with", nullable=True),
)

# What was answered to a request that its sender gave a key: sent again, it is answered the same and not done again.
kept_answers = sa.Table(
    "kept_answers",
    metadata,
    sa.Column("key_hash", sa.Text, primary_key=True),
    _text("request_hash"),
    _whole("status"),
    _text("document"),
    _text("headers"),  # JSON
    _moment("saved_at"),
    sa.Index("ix_kept_answers_saved_at", "saved_at"),
)

# Who looks after whom: where proposals and reports go.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("candidate_id", sa.Text, sa.ForeignKey("candidates.candidate_id"), primary_key=True),
    _text("caseworker"),
    _text("unit", nullable=True),
    _whole("version"),
    sa.Index("ix_cases_caseworker", "caseworker"),
)

# Which model was in use from when on; empty: what the policy believes. Switching back is one more row.
model_switches = sa.Table(
    "model_switches",
    metadata,
    _number("switch_id"),
    _whole("model_id", sa.ForeignKey("outcome_models.model_id"), nullable=True),
    _text("switched_by"),
    _text("reason"),
    _moment("switched_at"),
)
