"""Problem to columns to solution to plan, and the checker's word on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

import numpy as np

from matcher.check import check_plan
from matcher.columns import SHORTFALL_SCALE, WEIGHT_SCALE, ColumnBlocks, Columns, WholeColumns
from matcher.engine import Engine, Threads
from matcher.errors import CheckFailed, ContradictoryDecisions, SolverFailure
from matcher.features import build_blocks
from matcher.plan import Baseline, Difference, Plan, Progress, ProgressListener, Result, StopReason, relative_gap
from matcher.plan.result import Phase
from matcher.problem import Problem
from matcher.solve.differing import NothingElse, extra_limits, is_good_enough
from matcher.solve.earlier import PlanProof, good_enough_again
from matcher.solve.holding import pairs_to_hold
from matcher.solve.memory import MemoryCeiling
from matcher.solve.planning import plan_from, tier_amount
from matcher.solve.promising import accepted_pairs, breaches_of, hidden_conflicts, promise_conflicts, without_pins
from matcher.solve.published import published_columns
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solver import (
    MANY_COLUMNS,
    NO_EXTRA_LIMITS,
    Asked,
    ColumnSource,
    Earlier,
    InfeasiblePins,
    LeadsNowhere,
    PinConflict,
    Pool,
    Rows,
    Solution,
    StopSignal,
    enough_again,
    greedy_columns,
    pool_of,
    pursued_tiers,
    solve_in_parts,
    solve_pool,
    solve_tiers,
)

DEFAULT_GAP = 1e-6


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
        with closing(blocks):
            result = solve_columns(
                problem,
                blocks,
                gap=gap,
                threads=threads,
                seed=seed,
                on_progress=on_progress,
                stop=stop,
                published=published,
                ceiling=ceiling,
                engine=engine,
            )
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
    return solve_keeping(
        problem,
        columns,
        gap=gap,
        threads=threads,
        seed=seed,
        on_progress=on_progress,
        stop=stop,
        difference=difference,
        published=published,
        ceiling=ceiling,
        engine=engine,
        earlier=None if earlier is None else partial(PlanProof, earlier),
        told=earlier,
        gaps=None if earlier is None else good_enough_again(earlier),
    ).result


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A result, and the solution behind it in positions.

    Parameters
    ----------
    result : Result
    columns : Columns
        Those that the solve held, of which the solution speaks.
    solution : Solution
    """

    result: Result
    columns: Columns
    solution: Solution


def solve_keeping(
    problem: Problem,
    columns: Columns | ColumnBlocks,
    *,
    gap: float,
    threads: int,
    seed: int,
    on_progress: ProgressListener | None,
    stop: StopSignal | None,
    difference: Difference | None = None,
    published: Plan | None,
    ceiling: MemoryCeiling | None,
    engine: Engine | None,
    earlier: Callable[[Columns], Earlier] | None = None,
    told: Plan | None = None,
    gaps: Mapping[str, float] | None = None,
    problem_hash: str | None = None,
) -> Kept:
    """Solve as `solve_columns` does, and return the solution in positions beside the result.

    Where an earlier solve leads to no proof as good as was asked for, or a solver library fails on the way from it, the
    problem is solved afresh.

    Parameters
    ----------
    earlier : callable, optional
        Returns what is left of an earlier solve, for the columns that this one holds.
    told : Plan, optional
        The plan of that solve: its columns are held.
    gaps : dict of tier to float, optional
        Good enough again where there are very many columns.
    problem_hash : str, optional
        `fingerprint` of the problem, where it is known.
    """
    stop = stop or StopSignal()

    def kept(earlier: Callable[[Columns], Earlier] | None, told: Plan | None) -> Kept:
        return _kept(
            problem,
            columns,
            gap=gap,
            threads=threads,
            seed=seed,
            on_progress=on_progress,
            stop=stop,
            difference=difference,
            published=published,
            ceiling=ceiling or MemoryCeiling(None),
            engine=engine,
            earlier=earlier,
            told=told,
            problem_hash=problem_hash,
        )

    try:
        found = kept(earlier, told)
    except (SolverFailure, LeadsNowhere):
        if told is None:
            raise
        return kept(None, None)  # what was known before has led a solver library astray: a fresh start needs none of it
    if told is None or stop.is_due or _is_as_proven(found.result, gaps or {}, gap):
        return found
    return kept(None, None)


def _is_as_proven(result: Result, gaps: Mapping[str, float], gap: float) -> bool:
    """Tell whether every aim is proven as closely as was asked for, or, of very many columns, as is good enough.

    An aim that the earlier solve did not pursue, such as the fewest changes against its own plan, has no measure there:
    a fresh solve would leave the same open.
    """
    aims = [tier for tier in result.plan.tiers if tier.name != "tie_break"]  # the draw is no aim
    if result.num_columns <= MANY_COLUMNS or not gaps:
        return all(tier.gap <= gap for tier in aims)
    return all(tier.gap <= enough_again(tier.name, gap, gaps) for tier in aims if tier.name in gaps)


def _kept(
    problem: Problem,
    columns: Columns | ColumnBlocks,
    *,
    gap: float,
    threads: int,
    seed: int,
    on_progress: ProgressListener | None,
    stop: StopSignal,
    difference: Difference | None,
    published: Plan | None,
    ceiling: MemoryCeiling,
    engine: Engine | None,
    earlier: Callable[[Columns], Earlier] | None,
    told: Plan | None,
    problem_hash: str | None,
) -> Kept:
    if "changes" not in problem.policy.tiers:
        published = None  # the policy does not ask what people have been told
    refuse_what_cannot_be_solved(problem)
    clock = _Clock()
    report = _Reporter(stop, on_progress, published)
    blocks = WholeColumns(columns=columns) if isinstance(columns, Columns) else columns
    source = ColumnSource(blocks, threads)
    asked = Asked(
        policy_tiers=problem.policy.tiers,
        gap=gap,
        seed=seed,
        stop=stop,
        report=report,
        extra_of=lambda kept: (
            NO_EXTRA_LIMITS
            if difference is None
            else extra_limits(kept, difference, pursued_tiers(kept, problem.policy.tiers)[0])
        ),
        published_of=lambda kept: None if published is None else published_columns(kept, published),
        earlier_of=lambda kept: None if earlier is None else earlier(kept),
    )

    def over_all(kept: Columns) -> Solution:
        if difference is None and published is None and earlier is None:
            workers = engine or Threads(threads)
            return solve_in_parts(
                kept, problem.policy.tiers, gap=gap, seed=seed, stop=stop, report=report, engine=workers
            )
        return solve_tiers(
            kept,
            problem.policy.tiers,
            gap=gap,
            seed=seed,
            stop=stop,
            report=report,
            extra=asked.extra_of(kept),
            published=asked.published_of(kept),
            earlier=asked.earlier_of(kept),
        )

    def solution_of(conflicts: Sequence[PinConflict]) -> tuple[Pool, Solution]:
        return solve_pool(pool.within(without_pins(pool.columns, conflicts).limits), asked, over_all)

    with ceiling.during("searching for a first plan"):
        pool = pool_of(source, pairs_to_hold(source.limits, difference, published or told), ceiling.most_held)
        conflicts = promise_conflicts(problem, pool.columns)
        try:
            used, solution = solution_of(conflicts)
        except InfeasiblePins:
            if difference is not None and not accepted_pairs(problem):
                raise NothingElse from None
            try:
                conflicts = hidden_conflicts(problem, pool.columns, conflicts, stop)
                used, solution = solution_of(conflicts)
            except (InfeasiblePins, ContradictoryDecisions):
                if difference is not None:
                    raise NothingElse from None
                raise
    if difference is not None and not is_good_enough(difference, solution.tiers[0].tier, solution.tiers[0].value):
        raise NothingElse
    clock.lap("solve")
    with ceiling.during("writing down the plan that was found"):
        plan = plan_from(
            problem,
            used.columns,
            solution,
            gap=gap,
            seed=seed,
            difference=difference,
            published=published,
            breaches=breaches_of(problem, conflicts),
            problem_hash=problem_hash,
        )
    clock.lap("plan")
    with ceiling.during("checking the plan that was found"):
        _verify(problem, plan, blocks, published)
    clock.lap("check")
    with ceiling.during("filling the places by hand, for comparison"):
        baseline = None if earlier is not None else _baseline(used.columns, solution.rows)
    clock.lap("greedy")
    result = Result(
        plan=plan,
        baseline=baseline,
        num_columns=len(source),
        stop_reason=_stop_reason(solution, plan, stop),
        seconds=clock.seconds,
        threads=threads,
    )
    return Kept(result=result, columns=used.columns, solution=solution)


def _verify(problem: Problem, plan: Plan, columns: ColumnBlocks, published: Plan | None) -> None:
    report = check_plan(
        problem,
        plan,
        columns,
        problem_hash=plan.problem_hash,  # taken from this very problem
        published=published,
    )
    if not report.is_sound:
        raise CheckFailed([violation.message for violation in report.violations])


class _Clock:
    """Measures how long each part takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, part: str) -> None:
        """Note the time since the last lap as that of `part`."""
        now = time.perf_counter()
        self.seconds[part] = now - self._last
        self._last = now


class _Reporter:
    """Turns the solver's integers into the numbers that people read."""

    def __init__(self, stop: StopSignal, listener: ProgressListener | None, published: Plan | None) -> None:
        self._stop, self._listener, self._published = stop, listener, published

    def __call__(self, phase: Phase, tier: str, value: int | None, bound: int | None) -> None:
        if self._listener is None:
            return
        incumbent = None if value is None else tier_amount(tier, value, self._published)
        limit = None if bound is None else tier_amount(tier, bound, self._published)
        gap = None if incumbent is None or limit is None else relative_gap(incumbent, limit)
        self._listener(
            Progress(phase=phase, tier=tier, seconds=self._stop.seconds, incumbent=incumbent, bound=limit, gap=gap)
        )


def _stop_reason(solution: Solution, plan: Plan, stop: StopSignal) -> StopReason:
    if solution.is_interrupted:
        if stop.by_person:
            return "interrupted"
        return "memory_limit" if stop.by_memory else "time_limit"
    return "proven" if plan.status == "optimal" else "solver_finished"


def _baseline(columns: Columns, rows: Rows) -> Baseline:
    chosen = greedy_columns(rows)
    x = rows.completed(chosen)
    shortfall = -rows.value("shortfall", x)
    value = int(columns.weight[chosen].sum())
    return Baseline(
        placements=int(np.count_nonzero(chosen >= 0)),
        value=Decimal(value) / WEIGHT_SCALE,
        shortfall=Decimal(shortfall) / SHORTFALL_SCALE,
    )
