"""What comes out: plans, their certificates, and results."""

from matcher.plan.plan import (
    PLAN_VERSION,
    Assignment,
    Case,
    Certificate,
    CohortUse,
    Delivery,
    FixedColumn,
    Plan,
    PlanStatus,
    PricedRow,
    QuotaBreach,
    SolverInfo,
    TierResult,
    Unfilled,
    relative_gap,
)
from matcher.plan.result import Baseline, Progress, ProgressListener, Result, StopReason

__all__ = [
    "PLAN_VERSION",
    "Assignment",
    "Baseline",
    "Case",
    "Certificate",
    "CohortUse",
    "Delivery",
    "FixedColumn",
    "Plan",
    "PlanStatus",
    "PricedRow",
    "Progress",
    "ProgressListener",
    "QuotaBreach",
    "Result",
    "SolverInfo",
    "StopReason",
    "TierResult",
    "Unfilled",
    "relative_gap",
]
