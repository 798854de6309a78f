"""Solving again after a change: what an earlier solve has found out, kept in memory for the next one.

Nothing that is kept is believed. A plan is mended where the change has broken it, prices are bounded anew over the new
columns, and the checker reads the whole plan and the whole certificate as it does after any solve. What is kept makes
the next solve quick, never its proof shorter.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from matcher.columns import Columns
from matcher.engine import Engine
from matcher.features import build_columns, changed_columns
from matcher.plan import Plan, ProgressListener, Result
from matcher.problem import Problem, WrittenOut, written_out
from matcher.solve.earlier import before_of, good_enough_again
from matcher.solve.keeping import Kept, solve_keeping
from matcher.solve.memory import MemoryCeiling
from matcher.solve.refusals import refuse_what_cannot_be_solved
from matcher.solve.terms import DEFAULT_GAP, Before, Terms
from matcher.solver import Earlier, KeptSolve, StopSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A problem, its checked plan, and what makes solving it again after a change quick.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    result : Result
    kept : Kept
        The plan and its proof in positions of columns and limits.
    written : WrittenOut
        The problem's rows as its fingerprint reads them.
    gaps : dict of tier to float
        What is looked for where there are very many columns: 2.5 times what the first solve had left, however many
        changes have been solved since.
    """

    problem: Problem
    columns: Columns
    result: Result
    kept: Kept
    written: WrittenOut
    gaps: Mapping[str, float]

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.result.plan


def resolve(
    problem: Problem,
    previous: Solved | Plan | None = None,
    *,
    gap: float = DEFAULT_GAP,
    time_limit_s: float | None = None,
    threads: int = 1,
    seed: int = 0,
    on_progress: ProgressListener | None = None,
    published: Plan | None = None,
    memory_limit_mb: int | None = None,
    engine: Engine | None = None,
    columns: Columns | None = None,
    stop: StopSignal | None = None,
) -> Solved:
    """Solve a problem that differs little from one that has been solved, and have the plan checked.

    Values, bounds, status and proof are those of `matcher.solve.solve` on the same problem, and so is the plan where
    the draw between equal plans has been decided; one that the first solve left open is left open again. Where what was
    kept leads to no proof as good as the earlier one, the problem is solved afresh. A first call without anything
    earlier solves afresh and keeps what later calls need::

        base = resolve(problem)
        one_more = replace(problem, cohorts=with_one_more_seat(problem.cohorts))
        print(resolve(one_more, base).plan.tiers)

    Every call leaves what it is given as it was, so one `Solved` serves any number of changes, one after the other or
    in threads; the `Solved` that comes back serves changes of the changed problem. Change a problem by
    ``dataclasses.replace`` and keep the objects that stay the same (``replace(problem, cohorts=...)`` with the old
    `Cohort` objects but for the one that changes): equal objects are found equal at once when they are the same.

    Parameters
    ----------
    problem : Problem
        The changed problem, as a whole.
    previous : Solved or Plan, optional
        What was solved before; of a plan, as read from a file, the placements and the prices are of use.
    gap, time_limit_s, threads, seed, on_progress, published, memory_limit_mb, engine
        As for `matcher.solve.solve`.
    columns : Columns, optional
        All of the changed problem's, where they are at hand.
    stop : StopSignal, optional
        Of a whole of which this solve is a part: it ends with that at the latest.

    Returns
    -------
    Solved

    Raises
    ------
    IncompleteInput, UnsupportedRule, ContradictoryDecisions, LimitReached, CheckFailed
        As `matcher.solve.solve` does.
    """
    began = time.perf_counter()
    stop = StopSignal(time_limit_s, within=stop)
    refuse_what_cannot_be_solved(problem)
    with MemoryCeiling(memory_limit_mb) as ceiling:
        ceiling.end_in_time(stop)
        with ceiling.during("finding out who can take what"):
            if columns is None:
                columns = _columns_of(problem, previous, threads)
        seconds = {"columns": time.perf_counter() - began}
        written = written_out(problem, previous.written if isinstance(previous, Solved) else None)
        before = None if previous is None else _before(previous)
        terms = Terms(
            gap=gap,
            threads=threads,
            seed=seed,
            stop=stop,
            on_progress=on_progress,
            published=published,
            ceiling=ceiling,
            engine=engine,
            problem_hash=written.fingerprint,
            read_before=previous.kept.reading if isinstance(previous, Solved) else None,
        )
        found = solve_keeping(problem, columns, terms, before)
    result = replace(found.result, seconds={**seconds, **found.result.seconds})
    gaps = good_enough_again(result.plan) if before is None else before.gaps
    return Solved(problem=problem, columns=columns, result=result, kept=found, written=written, gaps=gaps)


def _columns_of(problem: Problem, previous: Solved | Plan | None, threads: int) -> Columns:
    if isinstance(previous, Solved):
        return changed_columns(problem, previous.problem, previous.columns, threads=threads)
    return build_columns(problem, threads=threads)


def _before(previous: Solved | Plan) -> Before:
    if isinstance(previous, Plan):
        return before_of(previous)

    def proof(columns: Columns) -> Earlier:
        return KeptSolve(solution=previous.kept.solution, then=previous.kept.columns, now=columns, gaps=previous.gaps)

    return Before(plan=previous.plan, proof=proof, gaps=previous.gaps)
