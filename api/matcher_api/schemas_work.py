"""What is sent and answered about runs, plans, proposals, decisions, placements, follow-ups and policies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from pydantic import Field

from matcher.service.work import REASON_CODES, Job, RunWithJob, StoredPlan, StoredPolicy
from matcher_api.fields import Answered, Day, Identifier, Number, Seconds, Sent, Share, Whole, Words, YesNo

Item = TypeVar("Item")
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
ReasonCode = Literal[
    "candidate_declines",
    "employer_declines",
    "not_suitable",
    "other_plan",
    "facts_wrong",
    "health_or_family",
    "too_far",
    "other",
]
assert set(REASON_CODES) == set(ReasonCode.__args__)  # type: ignore[attr-defined]  # the two lists are one


class Page(Answered, Generic[Item]):
    """Some of the things that were asked for, in order."""

    items: list[Item]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last one.")


class AskedRun(Sent):
    """A run or batch that is asked for."""

    kind: Literal["run", "batch"] = Field(default="run", description="A batch proposes what is due; a run does not.")
    as_of: Day | None = Field(default=None, description="What can no longer begin by then is left out.")
    horizon_days: Whole | None = Field(default=None, description="Only what starts so many days after that day.")
    look_ahead_days: Whole = Field(default=0, description="Plan so many days further, but propose nothing of it.")
    gap: Share = Field(default=1e-6, description="Relative gap that is good enough.")
    seed: Whole = 0
    time_limit_s: Seconds | None = None
    memory_limit_mb: Number | None = None


class Progressing(Answered):
    """How far a job is."""

    state: JobState
    phase: str | None = Field(description="What is being done.")
    tier: str | None = Field(description="For which aim.")
    incumbent: Decimal | None = Field(description="Value of the best plan so far, in this aim.")
    bound: Decimal | None = Field(description="No plan is better than this.")
    gap: float | None
    pieces_done: int | None = Field(description="Of a study: how many of its pieces are done.")
    pieces: int | None
    is_cancel_asked: bool
    error: str | None

    @classmethod
    def of(cls, job: Job) -> Progressing:
        """Return what a job tells."""
        return cls.model_validate(job)


class RunDocument(Answered):
    """A run: what it reads, how far it is, and where its plan is."""

    run_id: int
    kind: str
    asked_by: str
    asked_at: datetime
    as_of: date | None
    horizon_days: int | None
    seed: int
    gap_limit: float
    policy_version: int
    problem_hash: str
    published_plan_id: int | None
    versions: Mapping[str, str]
    plan_id: int | None = Field(description="Its plan, once it is done.")
    progress: Progressing

    @classmethod
    def of(cls, found: RunWithJob) -> RunDocument:
        """Return what is known of a run."""
        run, job = found.run, found.job
        own = {name: getattr(run, name) for name in cls.model_fields if hasattr(run, name)}
        told = {"kind": job.kind, "asked_by": job.asked_by, "plan_id": found.plan_id, "progress": Progressing.of(job)}
        return cls(**(own | told))


class TierDocument(Answered):
    """What a plan reaches of one aim, and what is proven of it."""

    name: str
    value: Decimal
    bound: Decimal
    gap: float | None


class PlanDocument(Answered):
    """A plan that passed its check."""

    plan_id: int
    run_id: int
    plan_hash: str
    content_hash: str
    status: str
    stop_reason: str
    checked_at: datetime
    tiers: list[TierDocument]
    baseline: dict[str, Any] | None = Field(description="What the best remaining pair first would have reached.")

    @classmethod
    def of(cls, stored: StoredPlan) -> PlanDocument:
        """Return what is known of a plan."""
        own = {name: getattr(stored, name) for name in cls.model_fields if name not in ("tiers", "baseline")}
        tiers = [TierDocument.model_validate(tier) for tier in stored.tiers]
        return cls(**own, tiers=tiers, baseline=stored.story.get("baseline"))


class Publishing(Sent):
    """Why a plan becomes the one that people are told."""

    reason: Words | None = None


class PublicationDocument(Answered):
    """A plan that people are told from then on."""

    publication_id: int
    plan_id: int
    published_by: str
    reason: str | None
    published_at: datetime


class ProposalDocument(Answered):
    """One proposed placement and what has become of it."""

    proposal_id: int
    plan_id: int
    candidate_id: str
    vacancy_id: str
    cohort_ids: list[str]
    start_date: date | None
    score: Decimal
    state: Literal["proposed", "accepted", "rejected", "withdrawn", "superseded"]
    version: int = Field(description="Counts its changes; also its ETag.")


class Accepting(Sent):
    """A proposal is accepted."""

    act: Literal["accept"]


class Rejecting(Sent):
    """A proposal is rejected, and not made again until that is withdrawn."""

    act: Literal["reject"]
    reason_code: ReasonCode
    note: Words | None = None


class DecidingPair(Sent):
    """A pair is pinned, forbidden, or what was decided about it withdrawn."""

    act: Literal["pin", "forbid", "withdraw"]
    candidate_id: Identifier
    vacancy_id: Identifier
    note: Words | None = Field(default=None, description="Needed where a decision is withdrawn.")


class DecisionDocument(Answered):
    """A decision as it was taken."""

    decision_id: int
    candidate_id: str
    vacancy_id: str
    proposal_id: int | None
    act: Literal["accept", "reject", "pin", "forbid", "withdraw"]
    reason_code: str | None
    note: str | None
    decided_by: str
    decided_at: datetime


class Beginning(Sent):
    """An accepted candidate has begun."""

    candidate_id: Identifier
    vacancy_id: Identifier
    start_date: Day


class Ending(Sent):
    """Somebody has left."""

    ended_on: Day
    note: Words


class PlacementDocument(Answered):
    """A placement that has begun."""

    placement_id: int
    candidate_id: str
    vacancy_id: str
    start_date: date
    ended_on: date | None
    version: int = Field(description="Counts its changes; also its ETag.")


class FollowUpDocument(Answered):
    """The question whether a placement still lasts."""

    follow_up_id: int
    placement_id: int
    candidate_id: str
    vacancy_id: str
    months: int
    due_on: date
    is_sustained: bool | None = Field(description="null until somebody has found out.")
    version: int = Field(description="Counts its changes; also its ETag.")


class FollowingUp(Sent):
    """What was found out about a placement."""

    is_sustained: YesNo


class Approving(Sent):
    """On what ground a policy is in force, and from when on."""

    legal_basis: Words
    valid_from: Day


class Moving(Sent):
    """Where a life goes on."""

    state: str
    reason: Words


class PolicyDocument(Answered):
    """A version of the policy."""

    policy_version: int
    name: str
    legal_basis: str | None
    approved_by: str | None
    valid_from: date | None = Field(description="null while nobody has approved it.")
    policy: dict[str, Any] = Field(description="As docs/formats.md describes it.")

    @classmethod
    def of(cls, stored: StoredPolicy) -> PolicyDocument:
        """Return what is known of a version."""
        from matcher.service.work import policy_values

        own = {name: getattr(stored, name) for name in ("policy_version", "legal_basis", "approved_by", "valid_from")}
        return cls(**own, name=stored.policy.name, policy=policy_values(stored.policy))
