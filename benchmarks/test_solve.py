"""From columns to a solution of every tier."""

from __future__ import annotations

from typing import Any

from benchmarks.instance import Instance
from benchmarks.phases import solving
from matcher.problem import Problem
from matcher.solve.planning import tier_amount


def test_solve(timed: Any, instance: Instance, problem: Problem) -> None:
    """Every tier whose optimum is known reaches it, and no bound is below its value."""
    solution = timed(solving(problem))

    assert all(tier.bound >= tier.value for tier in solution.tiers)
    reached = {tier.tier: tier_amount(tier.tier, tier.value) for tier in solution.tiers}
    assert {name: reached[name] for name in instance.best} == instance.best
