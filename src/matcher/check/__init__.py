"""Verifies plans from the problem, and bounds from the columns it is handed; shares no code with the solver."""

from matcher.check.plan_check import check_plan, verify_or_raise
from matcher.check.report import CheckReport, TierCheck, Violation

__all__ = ["CheckReport", "TierCheck", "Violation", "check_plan", "verify_or_raise"]
