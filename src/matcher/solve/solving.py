"""Problem to columns to solution to plan, and the checker's word on it."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace

from matcher.column_blocks import ColumnBlocks
from matcher.columns import Columns
from matcher.engine import Engine
from matcher.features import build_blocks
from matcher.plan import Difference, Plan, ProgressListener, Result
from matcher.problem import Problem
from matcher.solve.earlier import before_of
from matcher.solve.keeping import solve_keeping
from matcher.solve.memory import MemoryCeiling
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solve.terms import DEFAULT_GAP, Terms
from matcher.solver import StopSignal


def solve(
    problem: Problem,
    *,
    gap: float = DEFAULT_GAP,
    time_limit_s: float | None = None,
    threads: int = 1,
    seed: int = 0,
    on_progress: ProgressListener | None = None,
    published: Plan | None = None,
    memory_limit_mb: int | None = None,
    engine: Engine | None = None,
    stop: StopSignal | None = None,
) -> Result:
    """Solve a problem and have the plan checked.

    Parameters
    ----------
    problem : Problem
    gap : float
        Relative gap that is good enough.
    time_limit_s : float, optional
        Seconds after which the best plan so far is returned with its honest gap.
    threads : int
        More make it faster and never change the plan.
    seed : int
        Of the integer solver; matters only where its search is handed over to it.
    on_progress : callable, optional
        Told phase, incumbent, bound and gap as they move.
    published : Plan, optional
        What people have been told: the policy's tier ``changes`` keeps as much of it as it can.
    memory_limit_mb : int, optional
        Most memory of this process, in MB; before it is reached the best plan so far is returned with its honest gap.
    engine : Engine, optional
        What the components of a problem that falls apart are solved on; threads unless given. Never changes the plan.
    stop : StopSignal, optional
        By which another thread can end the search; it then holds the time limit, too.

    Returns
    -------
    Result

    Raises
    ------
    IncompleteInput
        When facts are missing that only a person can supply.
    UnsupportedRule
        When the problem asks for a rule that this version cannot keep.
    ContradictoryDecisions
        When people's decisions exclude one another.
    LimitReached
        When the memory does not suffice for any plan, or for checking the one that was found.
    CheckFailed
        When the checker refuses the plan: a fault of ours, and no plan is handed out.
    """
    began = time.perf_counter()
    stop = stop or StopSignal(time_limit_s)
    refuse_what_cannot_be_solved(problem)
    with MemoryCeiling(memory_limit_mb) as ceiling:
        ceiling.end_in_time(stop)
        with ceiling.during("finding out who can take what"):
            blocks = build_blocks(problem, max_bytes=ceiling.most_column_bytes, threads=threads)
        seconds = {"columns": time.perf_counter() - began}
        terms = Terms(
            gap=gap,
            threads=threads,
            seed=seed,
            stop=stop,
            on_progress=on_progress,
            published=published,
            ceiling=ceiling,
            engine=engine,
        )
        with closing(blocks):
            result = solve_keeping(problem, blocks, terms).result
    return replace(result, seconds={**seconds, **result.seconds})


def solve_columns(
    problem: Problem,
    columns: Columns | ColumnBlocks,
    *,
    gap: float = DEFAULT_GAP,
    threads: int = 1,
    seed: int = 0,
    on_progress: ProgressListener | None = None,
    stop: StopSignal | None = None,
    difference: Difference | None = None,
    published: Plan | None = None,
    ceiling: MemoryCeiling | None = None,
    engine: Engine | None = None,
    earlier: Plan | None = None,
) -> Result:
    """Solve a problem whose columns are at hand, and have the plan checked; see `solve`.

    Parameters
    ----------
    columns : Columns or ColumnBlocks
        All of the problem's.
    difference : Difference, optional
        What the plan is to keep beside all rules, where an alternative is wanted.
    ceiling : MemoryCeiling, optional
        That is in force.
    engine : Engine, optional
        See `solve`.
    earlier : Plan, optional
        A plan of a problem that differs little: its placements, its cases and their prices are where the solve begins.

    Raises
    ------
    NothingElse
        When no plan with that difference was found.
    """
    refuse_what_cannot_be_solved(problem)
    terms = Terms(
        gap=gap,
        threads=threads,
        seed=seed,
        stop=stop or StopSignal(),
        on_progress=on_progress,
        published=published,
        difference=difference,
        ceiling=ceiling or MemoryCeiling(None),
        engine=engine,
    )
    return solve_keeping(problem, columns, terms, None if earlier is None else before_of(earlier)).result
