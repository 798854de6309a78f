"""Linear programmes are solved by the other simplex where the first one loses its way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from matcher.errors import SolverFailure
from matcher.solver.limits import StopSignal
from matcher.solver.linear import LinearSolver, Programme


def knapsack() -> Programme:
    """Return: at most three halves of two things, the first worth twice the second."""
    return Programme(
        objective=np.array([2.0, 1.0]),
        matrix=sp.csr_matrix(np.ones((1, 2))),
        low=np.array([-np.inf]),
        high=np.array([1.5]),
        lower=np.zeros(2),
        upper=np.ones(2),
    )


def losing(monkeypatch: pytest.MonkeyPatch, *lost: str) -> list[str]:
    """Make some simplex algorithms break down, and return the list of those that are tried."""
    tried: list[str] = []
    answer = LinearSolver._result

    def result(self: LinearSolver, stop: StopSignal, algorithm: Any, presolve: int, start: Any) -> Any:
        tried.append(algorithm)
        return None if algorithm in lost else answer(self, stop, algorithm, presolve, start)

    monkeypatch.setattr(LinearSolver, "_result", result)
    return tried


def test_the_primal_simplex_answers_where_the_dual_one_breaks_down(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = losing(monkeypatch, "dual")
    outcome = LinearSolver(knapsack()).solve(StopSignal(), "dual")

    assert (outcome.value, outcome.x.tolist()) == (2.5, [1.0, 0.5])
    assert tried == ["dual", "dual", "primal"]


def test_a_programme_that_no_simplex_answers_is_a_failure_and_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    losing(monkeypatch, "dual", "primal")
    with pytest.raises(SolverFailure, match="1 rows x 2 columns"):
        LinearSolver(knapsack()).solve(StopSignal(), "dual")
