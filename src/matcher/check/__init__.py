"""Verifies plans from the problem, and bounds from the columns it is handed; shares no code with the solver."""

from matcher.check.plan_check import Prepared, check_plan, prepare, verify_or_raise
from matcher.check.reading import Reading
from matcher.check.report import CheckReport, TierCheck, Violation

__all__ = [
    "CheckReport",
    "Prepared",
    "Reading",
    "TierCheck",
    "Violation",
    "check_plan",
    "prepare",
    "verify_or_raise",
]
