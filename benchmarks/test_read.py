"""Reading a problem folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.phases import reading
from matcher.problem import Problem


def test_read(timed: Any, problem: Problem, tmp_path: Path) -> None:
    """What was written is read again."""
    assert timed(reading(problem, tmp_path)) == problem
