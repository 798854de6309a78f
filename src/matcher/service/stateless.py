"""A problem in, a plan out, and a plan checked: nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.check import CheckReport, check_plan
from matcher.features import build_columns
from matcher.formats import member_texts, plan_from_text, problem_from_text
from matcher.plan import Result
from matcher.solve import solve


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveLimits:
    """How much one solve may take.

    Parameters
    ----------
    max_rows : int
        Of one table.
    time_limit_s : float
    memory_limit_mb : int
    """

    max_rows: int
    time_limit_s: float
    memory_limit_mb: int


def solve_text(text: str, limits: SolveLimits, *, gap: float, seed: int) -> Result:
    """Solve the problem of a JSON text, within limits, and have the plan checked.

    Raises
    ------
    InvalidInput
        With all faults of the text, or where a table has more rows than is allowed.
    ContradictoryDecisions, LimitReached, CheckFailed
        As `matcher.solve.solve` does.
    """
    problem = problem_from_text(text, "problem", limits.max_rows)
    return solve(problem, gap=gap, seed=seed, time_limit_s=limits.time_limit_s, memory_limit_mb=limits.memory_limit_mb)


def check_text(text: str, limits: SolveLimits) -> CheckReport:
    """Check a plan against a problem; the JSON text is an object with both.

    Raises
    ------
    InvalidInput
        With all faults of the first of the two that has any.
    """
    texts = member_texts(text, ("problem", "plan"))
    problem = problem_from_text(texts["problem"], "body#/problem", limits.max_rows)
    return check_plan(problem, plan_from_text(texts["plan"], "body#/plan"), build_columns(problem))
