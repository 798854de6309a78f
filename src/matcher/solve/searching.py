"""The search for a plan over a problem's columns, promises kept as far as they can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.columns import Columns
from matcher.engine import Threads
from matcher.errors import ContradictoryDecisions, LimitReached
from matcher.problem import Problem
from matcher.solve.ahead import Ahead
from matcher.solve.differing import NothingElse, extra_limits
from matcher.solve.holding import pairs_to_hold
from matcher.solve.promising import accepted_pairs, hidden_conflicts, promise_conflicts, without_pins
from matcher.solve.published import published_columns
from matcher.solve.telling import Reporter
from matcher.solve.terms import Before, Terms
from matcher.solver import (
    NO_EXTRA_LIMITS,
    Asked,
    ColumnSource,
    ExtraLimits,
    InfeasiblePins,
    Interrupted,
    PinConflict,
    Pool,
    Rows,
    Solution,
    pool_of,
    pursued_tiers,
    solve_in_parts,
    solve_pool,
    solve_tiers,
)

NONE_FOUND = (
    "The search ended before any plan was found that keeps people's decisions and all hard quotas. "
    "Give it more time, or take back a decision."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A solution, the columns that it speaks of, and the promises that it could not keep."""

    columns: Columns
    solution: Solution
    conflicts: Sequence[PinConflict]


def searched(
    problem: Problem,
    source: ColumnSource,
    terms: Terms,
    before: Before | None,
    ahead: Ahead,
) -> Searched:
    """Search for the best plan.

    Parameters
    ----------
    problem : Problem
    source : ColumnSource
    terms : Terms
    before : Before or None
    ahead : Ahead
        Told when there is time to work beside the search, and of the rows once they are written.

    Raises
    ------
    NothingElse
        When no plan with the difference asked for was found.
    ContradictoryDecisions
        When people's decisions exclude one another.
    LimitReached
        When the search ended before any plan was found, or that there is none.
    KeyboardInterrupt
        When a person ended it then.
    """
    difference, told = terms.difference, terms.published or (None if before is None else before.plan)
    pool = pool_of(source, pairs_to_hold(source.limits, difference, told), terms.ceiling.most_held)
    conflicts = promise_conflicts(problem, pool.columns)
    try:
        return _solved(problem, pool, conflicts, terms, before, ahead)
    except InfeasiblePins:
        if difference is not None and not accepted_pairs(problem):
            raise NothingElse from None
        try:
            conflicts = hidden_conflicts(problem, pool.columns, conflicts, terms.stop)
            return _solved(problem, pool, conflicts, terms, before, ahead)
        except ContradictoryDecisions:
            if difference is not None:
                raise NothingElse from None
            raise
        except (InfeasiblePins, Interrupted):
            if difference is not None:
                raise NothingElse from None
            if terms.stop.by_person:
                raise KeyboardInterrupt from None
            raise LimitReached(NONE_FOUND) from None


def _solved(
    problem: Problem,
    pool: Pool,
    conflicts: Sequence[PinConflict],
    terms: Terms,
    before: Before | None,
    ahead: Ahead,
) -> Searched:
    """Return the best plan without the promises that nobody can keep."""
    tiers, difference, published = problem.policy.tiers, terms.difference, terms.published

    def extra_of(kept: Columns) -> ExtraLimits:
        if difference is None:
            return NO_EXTRA_LIMITS
        return extra_limits(kept, difference, pursued_tiers(kept, tiers)[0])

    def take_rows(rows: Rows) -> None:
        ahead.begin()
        if before is None:  # nobody compares what is solved again with a plan by hand
            ahead.take_rows(rows)

    asked = Asked(
        policy_tiers=tiers,
        gap=terms.gap,
        seed=terms.seed,
        stop=terms.stop,
        report=Reporter(terms.stop, terms.on_progress, published),
        extra_of=extra_of,
        published_of=lambda kept: None if published is None else published_columns(kept, published),
        earlier_of=lambda kept: None if before is None else before.proof(kept),
        on_wait=ahead.begin,
    )

    def over_all(kept: Columns) -> Solution:
        gap, seed, stop, report = asked.gap, asked.seed, asked.stop, asked.report
        if difference is None and published is None and before is None:
            engine = terms.engine or Threads(terms.threads)
            return solve_in_parts(
                kept,
                tiers,
                gap=gap,
                seed=seed,
                stop=stop,
                report=report,
                engine=engine,
                threads=terms.threads,
                on_rows=take_rows,
            )
        return solve_tiers(
            kept,
            tiers,
            gap=gap,
            seed=seed,
            stop=stop,
            report=report,
            extra=asked.extra_of(kept),
            published=asked.published_of(kept),
            earlier=asked.earlier_of(kept),
            threads=terms.threads,
            on_rows=take_rows,
        )

    used, solution = solve_pool(pool.within(without_pins(pool.columns, conflicts).limits), asked, over_all)
    return Searched(columns=used.columns, solution=solution, conflicts=conflicts)
