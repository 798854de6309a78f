"""What a solution over some of the columns proves about all of them, and which columns it lacks.

Prices that fix nothing are taken over every column, one pass each; what they exclude from the aims that follow is
left out there, as the checker does it. Where an aim was closed by a tree, its cases speak of the columns that are held
alone: they stand as long as nothing else is left that a plan as good could take.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import Bound, HeldTier, Prices, bound_from, exact_sum, losses
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.bounds.tariff import tariff_of
from matcher.solver.model.divisors import Divisors
from matcher.solver.model.rows import Rows
from matcher.solver.pools.source import ColumnSource
from matcher.solver.relaxations.cohorts import grown_prices
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.core import objective_step
from matcher.solver.solution import Solution, SolvedTier

BEYOND_ALL = 2**62  # what people with several placements have: all their columns are held


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is proven over all columns.

    Parameters
    ----------
    tiers : tuple of SolvedTier
    missing : int64 (n,)
        Positions, among all, of columns that the solve should have held; none where everything stands as it was.
    """

    tiers: tuple[SolvedTier, ...]
    missing: IntArray


def prove(source: ColumnSource, positions: IntArray, divisors: Divisors, solution: Solution) -> Proof:
    """Return what a solution proves over all columns.

    Parameters
    ----------
    source : ColumnSource
    positions : int64 (n,)
        Of the columns that the solution's rows stand over.
    divisors : Divisors
        Of all columns.
    solution : Solution
    """
    reader = _Reader(source, positions, divisors, solution.rows)
    tiers = tuple(reader.proved(tier) for tier in solution.tiers)
    return Proof(tiers=tiers, missing=np.unique(np.concatenate([np.empty(0, np.int64), *reader.missing])))


class _Reader:
    """Takes one tier after another, leaving out what the earlier ones exclude."""

    def __init__(self, source: ColumnSource, positions: IntArray, divisors: Divisors, rows: Rows) -> None:
        self._source, self._divisors, self._rows = source, divisors, rows
        self._is_open: BoolArray = np.ones(len(source), dtype=bool)
        self._is_open[positions] = False
        self._in_play = np.arange(rows.num_columns)
        self._held: tuple[HeldTier, ...] = ()
        self.missing: list[IntArray] = []

    def proved(self, tier: SolvedTier) -> SolvedTier:
        """Return a tier with what its cases prove over all columns."""
        step = objective_step(TierTask(rows=self._rows, tier=tier.tier))
        plain = [case for case in tier.cases if case.is_plain]
        if not plain:
            nothing = np.zeros(len(self._rows.limit), dtype=np.int64)
            plain = [SolvedCase.of_prices(Prices(rows=nothing, held=(0,) * len(self._held)))]
        bounds = [self._over_all(tier, case) for case in plain]
        bound = min(one.value(step) for one in bounds)
        self._held = (*self._held, HeldTier(tier=tier.tier, value=tier.value, step=step, bound=bounds[0]))
        has_tree = any(not case.is_plain for case in tier.cases)
        if has_tree and self._is_open.any():
            self.missing.append(np.flatnonzero(self._is_open))
        if has_tree and not self._lacks_columns:
            return tier
        proved = max(bound, tier.value)
        claimed = proved if self._lacks_columns else min(proved, tier.claimed_bound)
        return replace(tier, bound=proved, claimed_bound=claimed, cases=tuple(plain))

    @property
    def _lacks_columns(self) -> bool:
        return any(len(some) for some in self.missing)

    def _over_all(self, tier: SolvedTier, case: SolvedCase) -> Bound:
        """Return what one case that fixes nothing proves, and leave out what it excludes."""
        rows = self._rows.subset(self._in_play)
        prices = grown_prices(case.prices, rows)
        bound = bound_from(rows, tier.tier, prices, self._held)
        earlier = tuple(held.tier for held in self._held)
        tariff = tariff_of(rows, self._source.routes, tier.tier, prices, earlier, self._divisors)
        before = best_by_person(rows, bound)
        priced = self._source.priced(tariff, before, self._is_open)
        self.missing.append(priced.better)
        bound = _widened(rows, bound, before, priced.best)
        room = bound.slack(tier.value)
        self._in_play = self._in_play[losses(rows, bound) <= room]
        if room <= int(priced.best[before < BEYOND_ALL].max(initial=0)):  # otherwise next to nothing is excluded
            self._source.exclude(tariff, priced.best, room, self._is_open)
        return bound


def best_by_person(rows: Rows, bound: Bound) -> IntArray:
    """Return what each candidate contributes to a bound; int64 (C,)."""
    number = len(rows.limits.candidate_ids)
    if not rows.has_several:
        return bound.best[:number].copy()
    best = np.where(rows.limits.placements > 1, BEYOND_ALL, 0)
    single = rows.limits.placements[rows.person] == 1
    best[rows.person[single]] = bound.best[rows.candidate[single]]
    return best


def _widened(rows: Rows, bound: Bound, before: IntArray, after: IntArray) -> Bound:
    """Return a bound with what candidates contribute when all columns are considered."""
    best = bound.best.copy()
    if rows.has_several:
        single = rows.limits.placements[rows.person] == 1
        best[rows.candidate[single]] = after[rows.person[single]]
    else:
        best[: len(after)] = after
    return replace(bound, scaled=bound.scaled + exact_sum(after - before), best=best)
