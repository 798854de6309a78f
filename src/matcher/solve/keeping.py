"""A problem with its columns to a checked plan, with the solution behind it in positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from matcher.check import Prepared, Reading, check_plan
from matcher.column_blocks import ColumnBlocks, WholeColumns
from matcher.columns import SHORTFALL_SCALE, WEIGHT_SCALE, Columns
from matcher.errors import CheckFailed, SolverFailure
from matcher.plan import Baseline, Plan, Result, StopReason
from matcher.problem import Problem
from matcher.solve.ahead import Ahead
from matcher.solve.differing import NothingElse, is_good_enough
from matcher.solve.planning import plan_from
from matcher.solve.promising import breaches_of
from matcher.solve.searching import Searched, searched
from matcher.solve.telling import Clock
from matcher.solve.terms import Before, Terms
from matcher.solver import (
    MANY_COLUMNS,
    ColumnSource,
    LeadsNowhere,
    Rows,
    Solution,
    StopSignal,
    enough_again,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A result, and the solution behind it in positions.

    Parameters
    ----------
    result : Result
    columns : Columns
        Those that the solve held, of which the solution speaks.
    solution : Solution
    reading : Reading
        By the checker, of the problem.
    """

    result: Result
    columns: Columns
    solution: Solution
    reading: Reading


def solve_keeping(
    problem: Problem, columns: Columns | ColumnBlocks, terms: Terms, before: Before | None = None
) -> Kept:
    """Solve what has not been refused as `solve_columns` does, and return the solution in positions beside the result.

    Where an earlier solve leads to no proof as good as was asked for, or a solver library fails on the way from it, the
    problem is solved afresh.

    Parameters
    ----------
    problem : Problem
    columns : Columns or ColumnBlocks
        All of the problem's.
    terms : Terms
    before : Before, optional
    """
    try:
        found = _kept(problem, columns, terms, before)
    except (SolverFailure, LeadsNowhere):
        if before is None:
            raise
        return _kept(problem, columns, terms, None)  # what was known has led astray: a fresh start needs none of it
    if before is None or terms.stop.is_due or _is_as_proven(found.result, before.gaps, terms.gap):
        return found
    return _kept(problem, columns, terms, None)


def _is_as_proven(result: Result, gaps: Mapping[str, float], gap: float) -> bool:
    """Tell whether every aim is proven as closely as was asked for, or, of very many columns, as is good enough.

    An aim that the earlier solve did not pursue, such as the fewest changes against its own plan, has no measure there:
    a fresh solve would leave the same open.
    """
    aims = [tier for tier in result.plan.tiers if tier.name != "tie_break"]  # the draw is no aim
    if result.num_columns <= MANY_COLUMNS or not gaps:
        return all(tier.gap <= gap for tier in aims)
    return all(tier.gap <= enough_again(tier.name, gap, gaps) for tier in aims if tier.name in gaps)


def _kept(problem: Problem, columns: Columns | ColumnBlocks, terms: Terms, before: Before | None) -> Kept:
    if "changes" not in problem.policy.tiers:
        terms = replace(terms, published=None)  # the policy does not ask what people have been told
    clock, ceiling = Clock(), terms.ceiling
    blocks = WholeColumns(columns=columns) if isinstance(columns, Columns) else columns
    source = ColumnSource(blocks, terms.threads)
    with Ahead(problem, blocks, terms) as ahead:
        with ceiling.during("searching for a first plan"):
            found = searched(problem, source, terms, before, ahead)
        solution, difference = found.solution, terms.difference
        if difference is not None and not is_good_enough(difference, solution.tiers[0].tier, solution.tiers[0].value):
            raise NothingElse
        clock.lap("solve")
        with ceiling.during("writing down the plan that was found"):
            plan = _written(problem, found, terms, ahead)
        clock.lap("plan")
        with ceiling.during("checking the plan that was found"):
            prepared = ahead.prepared
            _verify(problem, plan, blocks, terms.published, prepared)
        clock.lap("check")
        with ceiling.during("filling the places by hand, for comparison"):
            baseline = None if before is not None else _baseline(found.columns, solution.rows, ahead)
        clock.lap("greedy")
    result = Result(
        plan=plan,
        baseline=baseline,
        num_columns=len(source),
        stop_reason=_stop_reason(solution, plan, terms.stop),
        seconds=clock.seconds,
        threads=terms.threads,
    )
    return Kept(result=result, columns=found.columns, solution=solution, reading=prepared.reading)


def _written(problem: Problem, found: Searched, terms: Terms, ahead: Ahead) -> Plan:
    return plan_from(
        problem,
        found.columns,
        found.solution,
        gap=terms.gap,
        seed=terms.seed,
        difference=terms.difference,
        published=terms.published,
        breaches=breaches_of(problem, found.conflicts),
        problem_hash=ahead.problem_hash,
    )


def _verify(problem: Problem, plan: Plan, columns: ColumnBlocks, published: Plan | None, prepared: Prepared) -> None:
    report = check_plan(
        problem,
        plan,
        columns,
        problem_hash=plan.problem_hash,  # taken from this very problem
        published=published,
        prepared=prepared,
    )
    if not report.is_sound:
        raise CheckFailed([violation.message for violation in report.violations])


def _stop_reason(solution: Solution, plan: Plan, stop: StopSignal) -> StopReason:
    if solution.is_interrupted:
        if stop.by_person:
            return "interrupted"
        return "memory_limit" if stop.by_memory else "time_limit"
    return "proven" if plan.status == "optimal" else "solver_finished"


def _baseline(columns: Columns, rows: Rows, ahead: Ahead) -> Baseline:
    chosen = ahead.greedy(rows)
    x = rows.completed(chosen)
    shortfall = -rows.value("shortfall", x)
    value = int(columns.weight[chosen].sum())
    return Baseline(
        placements=int(np.count_nonzero(chosen >= 0)),
        value=Decimal(value) / WEIGHT_SCALE,
        shortfall=Decimal(shortfall) / SHORTFALL_SCALE,
    )
