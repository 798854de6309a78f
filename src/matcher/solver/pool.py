"""A solve that holds some of the columns, and takes in what its prices find missing until they prove what they say.

This is column generation once more, over columns that are too many to be held (Barnhart et al. 1998, Branch-and-price,
Operations Research 46(3)): whatever the columns that are held prove holds for all as soon as no other has a better
reduced value than its candidate's best. Where all are held there is nothing to take in, and this is the plain solve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import Columns, IntArray, Limits
from matcher.solver.assembly import assemble_rows
from matcher.solver.cohorts import grown_prices
from matcher.solver.divisors import Divisors
from matcher.solver.earlier import Earlier, Known
from matcher.solver.limits import Interrupted, StopSignal
from matcher.solver.pins import InfeasiblePins
from matcher.solver.proof import Proof, best_by_person, prove
from matcher.solver.relaxation import relax
from matcher.solver.restricted import TierTask
from matcher.solver.rows import LEAD, MANY_COLUMNS, NO_EXTRA_LIMITS, ExtraLimits
from matcher.solver.source import ColumnSource
from matcher.solver.tariff import tariff_of
from matcher.solver.tiers import Report, Solution, pursued_tiers, solve_tiers

MOST_HELD = 6_000_000  # columns: a city's are all held, a country's are not
SMALL = 100_000  # columns that any solve may hold in the end
LEAD_ROUNDS = 30
ROUNDS = 30
CLOSE = 1e-3  # of the gap asked for: what the lead's relaxation may still miss


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The columns that a solve holds.

    Parameters
    ----------
    source : ColumnSource
        Of all columns.
    positions : int64 (n,) or None
        Which are held, sorted; ``None`` for all.
    columns : Columns
    divisors : Divisors or None
        Of all columns, where they are not all held.
    most_held : int
        Columns that it may grow to.
    """

    source: ColumnSource
    positions: IntArray | None
    columns: Columns
    divisors: Divisors | None
    most_held: int

    @property
    def is_whole(self) -> bool:
        """Tell whether every column is held."""
        return self.positions is None

    def within(self, limits: Limits) -> Pool:
        """Return the same columns under other limits."""
        return replace(self, columns=replace(self.columns, limits=limits))

    def with_columns(self, more: IntArray) -> Pool:
        """Return the pool that holds more columns, by their positions among all, as far as it may."""
        assert self.positions is not None
        more = np.setdiff1d(more, self.positions)[: max(self.most_held - len(self.columns), 0)]
        positions = np.union1d(self.positions, more)
        columns = replace(self.source.taken(positions), limits=self.columns.limits)
        is_whole = len(positions) == len(self.source)
        return replace(self, positions=None if is_whole else positions, columns=columns)

    def place_of(self, positions: IntArray) -> IntArray:
        """Return where columns that are held, by their positions among all, stand in the pool."""
        place: IntArray = positions if self.positions is None else np.searchsorted(self.positions, positions)
        return place


def pool_of(source: ColumnSource, pairs: set[tuple[int, int]], most_held: int = MOST_HELD) -> Pool:
    """Return the columns to begin with: all, or a good first choice where they are more than `most_held`.

    Parameters
    ----------
    source : ColumnSource
    pairs : set of (candidate, vacancy)
        Whose columns must be held: what people have decided or been told, and what an alternative differs from.
    most_held : int
    """
    if len(source) <= most_held:
        return Pool(source=source, positions=None, columns=source.whole(), divisors=None, most_held=most_held)
    positions = np.union1d(source.first(), source.of_pairs(pairs))
    return Pool(
        source=source,
        positions=positions,
        columns=source.taken(positions),
        divisors=source.divisors(),
        most_held=max(most_held, SMALL),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a solve; see `matcher.solver.tiers.solve_tiers`.

    Parameters
    ----------
    policy_tiers : sequence of str
    gap : float
    seed : int
    stop : StopSignal
    report : callable
    extra_of : callable
        Returns the limits of an alternative over some columns.
    published_of : callable
        Returns the positions, among some columns, of those of a published plan, or ``None`` where there is none.
    earlier_of : callable
        Returns what an earlier solve of a similar problem left, or ``None``.
    """

    policy_tiers: Sequence[str]
    gap: float
    seed: int
    stop: StopSignal
    report: Report
    extra_of: Callable[[Columns], ExtraLimits] = lambda _: NO_EXTRA_LIMITS
    published_of: Callable[[Columns], IntArray | None] = lambda _: None
    earlier_of: Callable[[Columns], Earlier | None] = lambda _: None


def solve_pool(pool: Pool, asked: Asked, whole: Callable[[Columns], Solution]) -> tuple[Pool, Solution]:
    """Solve every tier over all columns, of which the pool holds some.

    Parameters
    ----------
    pool : Pool
    asked : Asked
    whole : callable
        Solves over columns that are all there are.

    Returns
    -------
    pool : Pool
        Whose columns the solution's positions are of.
    solution : Solution
        With bounds over all columns.

    Raises
    ------
    InfeasiblePins
        When people's decisions leave no plan.
    """
    if pool.is_whole:
        return pool, whole(pool.columns)
    pool = _with_lead(pool, asked)
    known: Known | None = None
    for _ in range(ROUNDS):
        if pool.is_whole:
            return pool, whole(pool.columns)
        try:
            solution = _solved(pool, asked, known)
        except InfeasiblePins:
            if len(pool.source) > pool.most_held:
                raise
            pool = pool.with_columns(np.arange(len(pool.source)))
            continue
        proof = _proof(pool, solution)
        if solution.is_interrupted or _is_good_enough(pool, proof, asked.gap):
            break
        grown = pool.with_columns(proof.missing)
        if len(grown.columns) == len(pool.columns):
            break
        known = _known(pool, grown, solution)
        pool = grown
    return pool, replace(solution, tiers=proof.tiers)


def _solved(pool: Pool, asked: Asked, known: Known | None) -> Solution:
    return solve_tiers(
        pool.columns,
        asked.policy_tiers,
        gap=asked.gap,
        seed=asked.seed,
        stop=asked.stop,
        report=asked.report,
        extra=asked.extra_of(pool.columns),
        published=asked.published_of(pool.columns),
        known=known,
        earlier=asked.earlier_of(pool.columns) if known is None else None,
        divisors=pool.divisors,
    )


def _proof(pool: Pool, solution: Solution) -> Proof:
    assert pool.positions is not None
    assert pool.divisors is not None
    return prove(pool.source, pool.positions, pool.divisors, solution)


def _is_good_enough(pool: Pool, proof: Proof, gap: float) -> bool:
    """Tell whether nothing is missing, or, where there are many columns, nothing that an aim would gain much by."""
    if not len(proof.missing):
        return True
    if len(pool.columns) <= MANY_COLUMNS:
        return False
    aims = [tier for tier in proof.tiers if tier.tier != "tie_break"]
    return all(tier.bound - tier.value <= gap * max(abs(tier.bound), abs(tier.value)) for tier in aims)


def _known(pool: Pool, grown: Pool, solution: Solution) -> Known:
    """Return the plan and the prices that a larger pool begins with."""
    assert pool.positions is not None
    num_rows = len(solution.rows.limit) - len(solution.rows.links)
    prices = {}
    for tier in solution.tiers:
        for case in tier.cases:
            if case.is_plain and not case.prices.rows[num_rows:].any():
                prices[tier.tier] = replace(case.prices, rows=case.prices.rows[:num_rows])
    return Known(chosen=grown.place_of(pool.positions[solution.chosen]), prices=prices)


def _with_lead(pool: Pool, asked: Asked) -> Pool:
    """Return the pool with the columns that the lead's relaxation asks for."""
    _, counts_obligations = pursued_tiers(pool.columns, asked.policy_tiers)
    start = np.empty(0, np.int64)
    for _ in range(LEAD_ROUNDS):
        if pool.positions is None or asked.stop.is_due:
            break
        rows = assemble_rows(pool.columns, counts_obligations=counts_obligations, divisors=pool.divisors)
        try:
            relaxed = relax(TierTask(rows=rows, tier=LEAD), start, asked.gap, asked.stop)
        except Interrupted:
            break
        if relaxed.bound is None or pool.divisors is None:
            break
        prices = grown_prices(relaxed.bound.prices, rows)
        tariff = tariff_of(rows, pool.source.routes, LEAD, prices, (), pool.divisors)
        is_open = np.ones(len(pool.source), dtype=bool)
        is_open[pool.positions] = False
        before = best_by_person(rows, relaxed.bound)
        priced = pool.source.priced(tariff, before, is_open)
        gained = float((priced.best - before).sum())
        if gained <= CLOSE * asked.gap * abs(relaxed.bound.scaled):
            break
        used = pool.positions[relaxed.chosen]
        pool = pool.with_columns(priced.better)
        start = pool.place_of(used)
    return pool
