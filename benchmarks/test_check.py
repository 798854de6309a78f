"""The check of a finished plan and its certificate."""

from __future__ import annotations

from typing import Any

from benchmarks.instance import Instance
from benchmarks.phases import checking
from matcher.problem import Problem


def test_check(timed: Any, instance: Instance, problem: Problem) -> None:
    """The checker finds nothing wrong and recomputes the known optimum."""
    report = timed(checking(problem))

    assert report.violations == ()
    recomputed = {tier.name: tier.value for tier in report.tiers}
    assert {name: recomputed[name] for name in instance.best} == instance.best
