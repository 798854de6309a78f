"""From a problem to its columns."""

from __future__ import annotations

from typing import Any

from benchmarks.instance import Instance
from benchmarks.phases import deriving
from matcher.problem import Problem


def test_columns(timed: Any, instance: Instance, problem: Problem) -> None:
    """Every instance has its columns, as many as are known."""
    columns = timed(deriving(problem))

    assert len(columns) > 0
    assert instance.num_columns in (None, len(columns))
