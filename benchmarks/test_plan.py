"""From a solution to a plan in ids, dates and amounts."""

from __future__ import annotations

from typing import Any

from benchmarks.instance import Instance
from benchmarks.phases import planning
from matcher.problem import Problem


def test_plan(timed: Any, instance: Instance, problem: Problem) -> None:
    """The plan prints the known optimum."""
    plan = timed(planning(problem))

    printed = {tier.name: tier.value for tier in plan.tiers}
    assert {name: printed[name] for name in instance.best} == instance.best
