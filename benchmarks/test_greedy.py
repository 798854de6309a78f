"""The staff's way, best remaining pair first."""

from __future__ import annotations

from typing import Any

from benchmarks.instance import Instance
from benchmarks.phases import taking_greedily
from matcher.columns import WEIGHT_SCALE
from matcher.features import build_columns
from matcher.problem import Problem


def test_greedy(timed: Any, instance: Instance, problem: Problem) -> None:
    """It places people, and where it keeps what the optimum keeps, it is never better."""
    chosen = timed(taking_greedily(problem))

    assert len(chosen) > 0
    if instance.kind == "assignment":
        value = int(build_columns(problem).weight[chosen].sum())
        assert value <= instance.best["placements"] * WEIGHT_SCALE
