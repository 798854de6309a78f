"""Solves over some of the columns, again and again, until nothing of the others is missing.

This is column generation once more, over columns that are too many to be held (Barnhart et al. 1998, Branch-and-price,
Operations Research 46(3)): whatever the columns that are held prove holds for all as soon as no other has a better
reduced value than its candidate's best. Where all are held there is nothing to take in, and this is the plain solve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matcher.columns import Columns
from matcher.errors import SolverFailure
from matcher.solver.again.earlier import Known
from matcher.solver.bounds.tariff import tariff_of
from matcher.solver.country.country import is_a_country, solve_country
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import LEAD, MANY_COLUMNS
from matcher.solver.pools.pool import Pool
from matcher.solver.pools.proof import Proof, best_by_person, prove
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.relaxations.cohorts import grown_prices
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import End
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.solution import Solution
from matcher.solver.tiers.asked import Asked
from matcher.solver.tiers.tiers import pursued_tiers, solve_tiers

LEAD_ROUNDS = 30
ROUNDS = 30
LEAD_SHARE = 0.5  # of the time that is left
CLOSE, CLOSE_OF_MANY = 1e-3, 0.5  # of the gap asked for: what the lead's relaxation may still miss


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
    if is_a_country(pool):
        return solve_country(pool, asked)
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
        if len(pool.columns) + len(proof.missing) > pool.most_held:
            break  # a part of them would leave the same bound
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
        threads=pool.source.threads,
    )


def _proof(pool: Pool, solution: Solution) -> Proof:
    assert pool.divisors is not None
    return prove(pool.source, pool.held, pool.divisors, solution)


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
    num_rows = len(solution.rows.limit) - len(solution.rows.links)
    prices = {}
    for tier in solution.tiers:
        for case in tier.cases:
            if case.is_plain and not case.prices.rows[num_rows:].any():
                prices[tier.tier] = replace(case.prices, rows=case.prices.rows[:num_rows])
    return Known(chosen=grown.place_of(pool.held[solution.chosen]), prices=prices)


def _with_lead(pool: Pool, asked: Asked) -> Pool:
    """Return the pool with the columns that the lead's relaxation asks for."""
    _, counts_obligations = pursued_tiers(pool.columns, asked.policy_tiers)
    start, stop = np.empty(0, np.int64), asked.stop.share(LEAD_SHARE)
    end: End | None = None
    for _ in range(LEAD_ROUNDS):
        if pool.positions is None or stop.is_due:
            break
        rows = assemble_rows(pool.columns, counts_obligations=counts_obligations, divisors=pool.divisors)
        try:
            relaxed = relax(TierTask(rows=rows, tier=LEAD), start, asked.gap, stop, end)
        except (Interrupted, SolverFailure):
            break  # the columns that are held already may do
        if relaxed.bound is None or pool.divisors is None:
            break
        prices = grown_prices(relaxed.bound.prices, rows)
        tariff = tariff_of(rows, pool.source.routes, LEAD, prices, (), pool.divisors)
        is_open = np.ones(len(pool.source), dtype=bool)
        is_open[pool.held] = False
        before = best_by_person(rows, relaxed.bound)
        priced = pool.source.priced(tariff, before, is_open)
        gained = float((priced.best - before).sum())
        are_many = len(pool.columns) > MANY_COLUMNS
        if gained <= (CLOSE_OF_MANY if are_many else CLOSE) * asked.gap * abs(relaxed.bound.scaled):
            break
        held, used = pool.held, pool.held[relaxed.chosen]
        pool = pool.with_columns(priced.better)
        start = pool.place_of(used)
        if are_many and relaxed.end is not None:  # the simplex goes on from there, with those that were missing
            end = replace(relaxed.end, chosen=pool.place_of(held[relaxed.end.chosen]))
            start = np.union1d(start, pool.place_of(np.intersect1d(priced.better, pool.held)))
    return pool
