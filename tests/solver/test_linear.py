"""Linear programmes are solved by another simplex, or another library, where one loses its way; Ctrl-C ends them."""

from __future__ import annotations

import os
import random
import signal
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from matcher.errors import SolverFailure
from matcher.solve import solve
from matcher.solver.programmes import glop, linear
from matcher.solver.programmes.entries import entries_of
from matcher.solver.programmes.glop import solved_by_glop
from matcher.solver.programmes.highs import solved_by_highs
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Programme
from tests.solve.changes import changed
from tests.strategies import random_problem


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


def test_what_is_fixed_is_left_out_of_a_programme_and_counted() -> None:
    """Rows in which nothing is open go as well; the value stays what it was."""
    programme = Programme(
        objective=np.array([2.0, 1.0, 4.0]),
        matrix=sp.csr_matrix(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]])),
        low=np.array([-np.inf, 1.0]),
        high=np.array([2.5, 1.0]),
        lower=np.array([0.0, 0.0, 1.0]),
        upper=np.ones(3),
    )
    free, left = programme.undecided()
    outcome = LinearSolver(left).solve(StopSignal(), "dual")

    assert free.tolist() == [0, 1]
    assert left.high.tolist() == [1.5]
    assert outcome.value == LinearSolver(programme).solve(StopSignal(), "dual").value == 6.5
    assert outcome.x.tolist() == [1.0, 0.5, 1.0]


@pytest.mark.parametrize("columns", [[0, 1, 2, 3], [3, 1], [2], []])
def test_entries_of_some_columns_are_those_of_the_slice(columns: list[int]) -> None:
    """Column by column, in the order asked for; the third has none."""
    matrix = sp.csc_matrix(np.array([[5, 0, 0, -2], [0, 7, 0, 2**60]]))

    row, place, value = entries_of(matrix, np.array(columns, dtype=np.int64))

    assert sp.csr_matrix((value, (row, place)), shape=(2, len(columns))).toarray().tolist() == (
        matrix.toarray()[:, columns].tolist()
    )
    assert place.tolist() == sorted(place.tolist())


def losing(monkeypatch: pytest.MonkeyPatch, *lost: str) -> list[str]:
    """Make some simplex algorithms break down, and return the list of those that are tried."""
    tried: list[str] = []

    def answer(*given: Any, algorithm: Any, **fields: Any) -> Any:
        tried.append(algorithm)
        return None if algorithm in lost else solved_by_glop(*given, algorithm=algorithm, **fields)

    monkeypatch.setattr(linear, "solved_by_glop", answer)
    return tried


def beginnings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list that gains where each solve by GLOP is told to begin."""
    starts: list[Any] = []

    def answer(*given: Any, start: Any, **fields: Any) -> Any:
        starts.append(start)
        return solved_by_glop(*given, start=start, **fields)

    monkeypatch.setattr(linear, "solved_by_glop", answer)
    return starts


def without_highs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let HiGHS answer nothing."""
    monkeypatch.setattr(linear, "solved_by_highs", lambda *_: None)


def test_the_primal_simplex_answers_where_the_dual_one_breaks_down(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = losing(monkeypatch, "dual")
    outcome = LinearSolver(knapsack()).solve(StopSignal(), "dual")

    assert (outcome.value, outcome.x.tolist()) == (2.5, [1.0, 0.5])
    assert tried == ["dual", "dual", "primal"]


@pytest.mark.parametrize("gains_row", [False, True])
def test_a_programme_that_gains_columns_is_solved_on_from_where_it_ended(
    monkeypatch: pytest.MonkeyPatch, *, gains_row: bool
) -> None:
    """The first of two new things is worth most, unless a new row lets only half of it be taken."""
    solver = LinearSolver(knapsack())
    solver.solve(StopSignal(), "dual")
    starts = beginnings(monkeypatch)
    for worth in (3.0, 0.5):
        solver.add_columns(np.array([worth]), sp.csr_matrix(np.ones((1, 1))), np.ones(1))
    if gains_row:
        solver.add_rows(sp.csr_matrix([[0.0, 0.0, 1.0, 0.0]]), np.array([-np.inf]), np.array([0.5]))
    outcome = solver.solve(StopSignal(), "dual")

    assert outcome.x.tolist() == ([1.0, 0.0, 0.5, 0.0] if gains_row else [0.5, 0.0, 1.0, 0.0])
    assert len(starts) == 1
    assert (len(starts[0].rows), len(starts[0].variables)) == (1 + gains_row, 4)
    assert (starts[0].rows == starts[0].BASIC).sum() + starts[0].is_basic.sum() == 1 + gains_row


def test_highs_answers_where_glop_breaks_down_and_glop_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """With values, duals and a basis, from which a new row is then met."""
    tried = losing(monkeypatch, "dual", "primal")
    solver = LinearSolver(knapsack())
    outcome = solver.solve(StopSignal(), "dual")

    assert (outcome.value, outcome.x.tolist(), outcome.duals.tolist()) == (2.5, [1.0, 0.5], [1.0])
    assert tried == ["dual", "dual", "primal"]
    assert solver.basis is not None
    assert solver.basis.is_basic.tolist() == [False, True]
    assert not solver.is_fresh

    monkeypatch.undo()
    starts = beginnings(monkeypatch)
    solver.add_rows(sp.csr_matrix([[1.0, 0.0]]), np.array([-np.inf]), np.array([0.75]))
    assert solver.solve(StopSignal(), "dual").x.tolist() == [0.75, 0.75]
    assert [start.is_basic.tolist() for start in starts] == [[False, True]]
    assert (len(starts[0].rows), starts[0].rows[-1]) == (2, starts[0].BASIC)


def test_highs_says_where_nothing_is_possible_and_is_silent_where_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    losing(monkeypatch, "dual", "primal")
    nothing = replace(knapsack(), low=np.array([3.0]), high=np.array([4.0]))
    assert LinearSolver(nothing).solve(StopSignal(), "dual").status == "infeasible"

    endless = replace(knapsack(), high=np.array([np.inf]), upper=np.full(2, np.inf))
    assert solved_by_highs(LinearSolver(endless)._model(), StopSignal()) is None


def test_highs_is_not_asked_what_would_take_it_long(monkeypatch: pytest.MonkeyPatch) -> None:
    losing(monkeypatch, "dual", "primal")
    monkeypatch.setattr(linear, "QUICK_COLUMNS", 1)
    with pytest.raises(SolverFailure, match="1 rows x 2 columns"):
        LinearSolver(knapsack()).solve(StopSignal(), "dual")


def test_a_problem_on_whose_relaxation_glop_breaks_down_is_proven() -> None:
    """27 rows and 37 variables with coefficients from 1e-10 to 2e2, which GLOP leaves without any solution."""
    problem = changed(random_problem(91), random.Random(91))
    assert solve(problem, gap=0.0).plan.status == "optimal"


def test_an_end_whose_prices_lose_too_much_by_rounding_is_proven_by_those_of_highs() -> None:
    """GLOP's prices of two earlier aims are 1e9 each in it, those of HiGHS a few thousand: both are best prices."""
    problem = changed(random_problem(372), random.Random(372))
    assert solve(problem, gap=0.0).plan.status == "optimal"


def test_a_programme_that_no_simplex_answers_is_a_failure_and_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    losing(monkeypatch, "dual", "primal")
    without_highs(monkeypatch)
    with pytest.raises(SolverFailure, match="1 rows x 2 columns"):
        LinearSolver(knapsack()).solve(StopSignal(), "dual")


def test_a_simplex_that_goes_round_in_circles_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a number of steps that no honest solve needs; here by fewer than this programme can do with."""
    draw = np.random.default_rng(0)
    programme = Programme(
        objective=draw.uniform(1, 2, 60),
        matrix=sp.csr_matrix(draw.uniform(0, 1, (30, 60))),
        low=np.full(30, -np.inf),
        high=np.full(30, 5.0),
        lower=np.zeros(60),
        upper=np.ones(60),
    )
    assert LinearSolver(programme).solve(StopSignal(), "primal").status == "optimal"
    without_highs(monkeypatch)
    monkeypatch.setattr(glop, "FREE_ITERATIONS", 3)
    monkeypatch.setattr(glop, "ITERATIONS_PER_LINE", 0)
    with pytest.raises(SolverFailure, match="30 rows x 60 columns"):
        LinearSolver(programme).solve(StopSignal(), "primal")


def test_a_problem_on_which_the_primal_simplex_circles_is_proven() -> None:
    """Pattern programmes of 42 rows and 73 columns, on which GLOP's primal simplex takes steps without end."""
    problem = random_problem(29, max_candidates=30, max_vacancies=12, max_cohorts=12)
    assert solve(problem, gap=0.0, time_limit_s=300).plan.status == "optimal"


def test_where_no_simplex_answers_the_plan_is_as_good_and_its_gap_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """SCIP finds it, and what SCIP says is a claim."""
    problems = [random_problem(seed, has_pins=False) for seed in range(20)]
    proven = [solve(problem).plan for problem in problems]
    monkeypatch.setattr(linear, "solved_by_glop", lambda *_, **__: None)
    without_highs(monkeypatch)
    num_claimed = 0
    for problem, plan in zip(problems, proven, strict=True):
        claimed = solve(problem).plan
        assert [tier.value for tier in claimed.tiers] == [tier.value for tier in plan.tiers]
        assert all(tier.claimed_gap == 0 for tier in claimed.tiers)
        num_claimed += claimed.status == "claimed_optimal"
    assert num_claimed > 5


def market_split() -> Programme:
    """Return: four sums met exactly by some things taken or left, over which a search sits for long.

    Source: Cornuéjols and Dawande (1998), A class of hard small 0-1 programs, IPCO, LNCS 1412.
    """
    draw = np.random.default_rng(1)
    sums = draw.integers(0, 100, (4, 24)).astype(float)
    half = np.floor(sums.sum(axis=1) / 2)
    return Programme(
        objective=np.ones(24),
        matrix=sp.csr_matrix(sums),
        low=half,
        high=half,
        lower=np.zeros(24),
        upper=np.ones(24),
    )


def test_ctrl_c_reaches_whom_it_is_meant_for_while_an_integer_programme_is_solved() -> None:
    """SCIP would take it from the whole process: a service that works in a thread could not be stopped."""
    stop = StopSignal(60)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupting = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    interrupting.start()
    try:
        solve_integer(market_split(), np.ones(24, dtype=bool), stop, gap=0.0, seed=1, node_limit=10**9)
    finally:
        interrupting.join(5)
        signal.signal(signal.SIGINT, before)

    assert stop.by_person
