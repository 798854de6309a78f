"""A small plan with everything a report shows: training, promises, budgets, quotas, open positions, contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from matcher.explain import unfilled_reasons
from matcher.features import build_columns
from matcher.plan import Baseline, Plan
from matcher.problem import Problem
from matcher.report import RunFacts
from tests.explain.plans import assignment, plan, tier
from tests.report.cities import small_city

__all__ = ["facts", "small_city", "small_plan"]


def small_plan(problem: Problem, **fields: Any) -> Plan:
    """Return the plan that fills four of the six positions."""
    fields.setdefault(
        "tiers",
        (
            tier("shortfall", "0"),
            tier("placements", "2.9", "2.900003", gap=1.1e-6),
            tier("cost", "18000"),
            tier("tie_break", "123456"),
        ),
    )
    return plan(
        problem,
        assignment("C1", "V1"),
        assignment("C2", "V1", "K1"),
        assignment("C3", "V1", "K1"),
        assignment("C4", "V2", "K2", start="2026-10-05"),
        **fields,
    )


def facts(problem: Problem, made: Plan, **fields: Any) -> RunFacts:
    """Return what a run knows about the plan."""
    given: dict[str, Any] = {
        "is_checked": True,
        "baseline": Baseline(placements=3, value=Decimal("2.2"), shortfall=Decimal(1)),
        "unfilled": unfilled_reasons(problem, made, build_columns(problem, threads=1)),
    }
    return RunFacts(**given | fields)
