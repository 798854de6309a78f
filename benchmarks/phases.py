"""The phases of a run, each prepared for a clock: everything before it has happened, and nothing after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matcher.check import CheckReport, check_plan
from matcher.columns import Columns, IntArray
from matcher.features import build_columns
from matcher.formats import read_problem, write_problem
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve_columns
from matcher.solve.planning import plan_from
from matcher.solver import Solution, StopSignal, assemble_rows, greedy_columns, solve_tiers

GAP = 1e-6
SEED = 0


def reading(problem: Problem, folder: Path) -> Callable[[], Problem]:
    """Return the reading of a problem folder."""
    write_problem(problem, folder)
    return lambda: read_problem(folder)


def deriving(problem: Problem) -> Callable[[], Columns]:
    """Return the way from problem to columns."""
    return lambda: build_columns(problem)


def solving(problem: Problem) -> Callable[[], Solution]:
    """Return the way from columns to a solution."""
    columns = build_columns(problem)
    tiers = problem.policy.tiers
    return lambda: solve_tiers(columns, tiers, gap=GAP, seed=SEED, stop=StopSignal(), report=_unheard)


def _unheard(*progress: object) -> None:
    """Take progress and tell nobody."""


def planning(problem: Problem) -> Callable[[], Plan]:
    """Return the way from solution to plan."""
    columns = build_columns(problem)
    solution = solving(problem)()
    return lambda: plan_from(problem, columns, solution, gap=GAP, seed=SEED)


def checking(problem: Problem) -> Callable[[], CheckReport]:
    """Return the check of the finished plan."""
    columns = build_columns(problem)
    plan = solve_columns(problem, columns, gap=GAP, seed=SEED).plan
    return lambda: check_plan(problem, plan, columns)


def taking_greedily(problem: Problem) -> Callable[[], IntArray]:
    """Return the staff's way over the rows of a solution."""
    rows = assemble_rows(build_columns(problem))
    return lambda: greedy_columns(rows)
