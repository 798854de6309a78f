"""A whole country: too many people for a simplex, too many columns to be held.

Rough prices come from a first-order method over some columns, and a second-order one sharpens them; a pass over all
columns tells what they miss, until next to nothing is missing. Whoever the relaxation places whole stays there, a
simplex and SCIP decide about the others, and where the plan loses most it is mended. The bounds are exact, as
everywhere: whatever the prices are, they are taken over every column.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import SHORTFALL_SCALE, WEIGHT_SCALE, BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, HeldTier, Prices, bound_from, losses
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.bounds.tariff import tariff_of
from matcher.solver.country.corners import first_columns
from matcher.solver.country.first_order import rough_solution
from matcher.solver.country.mending import mended
from matcher.solver.country.proximal import sharpened
from matcher.solver.country.regions import Improver
from matcher.solver.country.scaled import Rough, Scaled, known_duals, prices_of
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import LEAD, Rows
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.pools.pool import Pool
from matcher.solver.pools.proof import best_by_person, prove
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.inherited import inherited_bound
from matcher.solver.relaxations.ranking import best_of_each
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.core import objective_step
from matcher.solver.solution import Solution, SolvedTier
from matcher.solver.tiers.asked import Asked
from matcher.solver.tiers.tiers import pursued_tiers

MOST_FOR_SIMPLEX = 100_000  # people and vacancies: beyond that a simplex takes longer than anybody waits
PLACEMENTS_PER_PERSON = 25  # what a person equivalent weighs in the lead
ROUNDS = 12
FIRST_ITERATIONS = 150  # of the first-order method
CLOSE = 2e-7  # relative: what all columns may add to the bound over those that are held; ends the rounds
SHARPER = 0.1  # of what was missing: how closely the next round is solved
SHARP = ((0.1, 1e-3), (-np.inf, 3e-4))  # relative, at the least, after missing so much
FAR = 3e-2  # relative, likewise: beyond it no column is let go
REACHES = ((FAR, 0.1), (1e-3, 1.0), (1e-5, 4.0), (-np.inf, 16.0))  # of Newton's method, after missing so much
KEPT_PER_PERSON = 5  # columns of a round that stay for the next
KEPT_PER_VACANCY, KEPT_PER_POSITION = 4, 1
USED = 1e-4  # of a person
LEAD_SHARE, PLAN_SHARE = 0.65, 0.7  # of the time that is left when they begin
MEND = 1e-6  # what a plan may lose in the lead, relative
MOST_TRIED = 1_000_000  # columns that may fill what is left, the nearest to the prices first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What the best round of a relaxation left."""

    pool: Pool
    rows: Rows
    rough: Rough
    prices: Prices
    bound: Bound
    scaled: int  # over all columns


def is_a_country(pool: Pool) -> bool:
    """Tell whether a pool is of so many people and vacancies that its relaxations are only solved roughly."""
    limits = pool.columns.limits
    return not pool.is_whole and len(limits.candidate_ids) + len(limits.vacancy_ids) > MOST_FOR_SIMPLEX


def solve_country(pool: Pool, asked: Asked) -> tuple[Pool, Solution]:
    """Solve every tier over all columns; see `matcher.solver.pools.pool.solve_pool`.

    Raises
    ------
    InfeasiblePins
        When no plan was found.
    """
    country = _Country(asked)
    names, _ = country.tiers_of(pool)
    lead = country.relaxed(pool, LEAD, WEIGHT_SCALE, None, asked.stop.share(LEAD_SHARE))
    asked.report("relaxation", names[0], None, None)
    x = country.plan(lead, asked.stop.share(PLAN_SHARE))
    prices = {}
    if "shortfall" in names:
        start = _scaled_down(lead.rough)
        own = country.relaxed(lead.pool, "shortfall", SHORTFALL_SCALE, start, asked.stop)
        prices["shortfall"] = replace(own.prices, held=(0,) * names.index("shortfall"))
    prices["placements"] = _of_placements(lead.prices, names)
    solution = _solution(lead.rows, x, names, prices, is_interrupted=asked.stop.is_due)
    assert lead.pool.divisors is not None
    proof = prove(lead.pool.source, lead.pool.held, lead.pool.divisors, solution)
    tiers = tuple(replace(tier, claimed_bound=tier.bound) for tier in proof.tiers)  # nothing more is claimed
    return lead.pool, replace(solution, tiers=tiers)


def _scaled_down(rough: Rough) -> Rough:
    """Return where the relaxation of shortfall begins, of which the lead counts so many placements per person."""
    return replace(rough, rows=rough.rows / PLACEMENTS_PER_PERSON)


class _Country:
    """Relaxations and plans of one country."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def tiers_of(self, pool: Pool) -> tuple[tuple[str, ...], bool]:
        """Return the tiers to be solved, and whether obligations count."""
        has_published = self._asked.published_of(pool.columns) is not None
        return pursued_tiers(pool.columns, self._asked.policy_tiers, has_published=has_published)

    def rows_of(self, pool: Pool) -> Rows:
        """Return the rows over the columns that a pool holds, with the country's own lead."""
        rows = assemble_rows(
            pool.columns,
            counts_obligations=self.tiers_of(pool)[1],
            extra=self._asked.extra_of(pool.columns),
            published=self._asked.published_of(pool.columns),
            divisors=pool.divisors,
        )
        per_unit = SHORTFALL_SCALE // (PLACEMENTS_PER_PERSON * WEIGHT_SCALE)
        lead = rows.objectives["placements"] + rows.objectives["shortfall"] // per_unit
        return replace(rows, objectives={**rows.objectives, LEAD: lead})

    def relaxed(self, pool: Pool, tier: str, unit: int, start: Rough | None, stop: StopSignal) -> _Round:
        """Return the best of some rounds: what is missing joins after each, what is hopeless leaves."""
        rough, best, missing = start, None, 0.0 if start else 1.0
        for number in range(ROUNDS):
            rows = self.rows_of(pool)
            scaled = Scaled.of(rows, tier, float(unit), _known(pool, rows, tier, unit))
            if rough is None:
                self._asked.on_wait()
                rough = rough_solution(scaled, FIRST_ITERATIONS, pool.source.threads, stop)
            else:
                gap = max(min(SHARPER * missing, _sharp(missing)), CLOSE / 4)
                rough = sharpened(scaled, rough, gap, pool.source.threads, stop, _reach(missing))
            prices = prices_of(rows, tier, float(unit), rough)
            bound, better, over_all = self._over_all(pool, rows, tier, prices)
            if best is None or over_all < best.scaled:
                best = _Round(pool=pool, rows=rows, rough=rough, prices=prices, bound=bound, scaled=over_all)
            missing = (over_all - bound.scaled) / max(abs(over_all), 1)
            if missing <= CLOSE or stop.is_due or number == ROUNDS - 1:
                break
            before = pool.held
            if missing <= FAR:  # rough prices would let go what is needed
                pool = pool.only(_kept(rows, rough, bound))
            pool = pool.with_columns(better)
            rough = rough.moved(before, pool.held)
        assert best is not None
        return best

    def _over_all(self, pool: Pool, rows: Rows, tier: str, prices: Prices) -> tuple[Bound, IntArray, int]:
        """Return the bound over the columns held, what is better beyond them, and the bound over all (scaled)."""
        assert pool.divisors is not None
        bound = bound_from(rows, tier, prices, ())
        before = best_by_person(rows, bound)
        is_open = np.ones(len(pool.source), dtype=bool)
        is_open[pool.held] = False
        tariff = tariff_of(rows, pool.source.routes, tier, prices, (), pool.divisors)
        priced = pool.source.priced(tariff, before, is_open)
        return bound, priced.better, bound.scaled + int((priced.best - before).sum())

    def plan(self, lead: _Round, stop: StopSignal) -> IntArray:
        """Return a plan near the lead's relaxation, made better region by region."""
        rows = lead.rows
        improver = Improver(
            rows=rows,
            tier=LEAD,
            unit=WEIGHT_SCALE,
            bound=lead.bound,
            seed=self._asked.seed,
            stop=stop,
            threads=lead.pool.source.threads,
        )
        first = first_columns(improver, lead.rough.x)
        near = np.argsort(improver.lost, kind="stable")
        best: IntArray | None = None
        # The best pair first, as by hand, where time has ended before the prices were good for more.
        for order in (np.r_[first, near[:MOST_TRIED]], None, first[:0]):
            x = rows.completed(greedy_columns(rows, order))
            if rows.is_feasible(x) and (best is None or rows.value(LEAD, x) > rows.value(LEAD, best)):
                best = x  # the last are the pins alone: they always come first
        if best is None:
            raise InfeasiblePins
        self._asked.report("integer", "placements", rows.value("placements", best), None)
        return mended(improver, best, MEND)


def _reach(missing: float) -> float:
    """Return with which reach a round begins after one that missed so much: the nearer, the farther prices may see."""
    return next(reach for least, reach in REACHES if missing >= least)


def _sharp(missing: float) -> float:
    """Return how closely a round is solved at the least after one that missed so much."""
    return next(gap for least, gap in SHARP if missing >= least)


def _known(pool: Pool, rows: Rows, tier: str, unit: int) -> FloatArray:
    assert pool.divisors is not None
    return known_duals(rows, tier, float(unit), pool.divisors.most_units)


def _kept(rows: Rows, rough: Rough, bound: Bound) -> IntArray:
    """Return the columns of a round that stay for the next: those in use, and the nearest to its prices.

    The nearest of a person say what else the person would take, the nearest of a vacancy who else would take it: where
    either are missing, nothing holds a price in its place.
    """
    lost = -losses(rows, bound)
    most = KEPT_PER_VACANCY + KEPT_PER_POSITION * rows.limits.positions
    near = best_of_each(rows.candidate, lost, KEPT_PER_PERSON) | best_of_each(rows.vacancy, lost, most)
    return np.flatnonzero((rough.x > USED) | near | _is_pinned(rows))


def _is_pinned(rows: Rows) -> BoolArray:
    """Tell which columns belong to pairs that must stay held."""
    number = len(rows.limits.vacancy_ids)
    pins = rows.limits.pinned_candidate.astype(np.int64) * number + rows.limits.pinned_vacancy
    pinned: BoolArray = np.isin(rows.person * number + rows.vacancy, pins)
    return pinned


def _of_placements(lead: Prices, names: tuple[str, ...]) -> Prices:
    """Return the lead's prices as those of placements: shortfall, where it is held, at the price that it has there."""
    per_unit = SHORTFALL_SCALE // (PLACEMENTS_PER_PERSON * WEIGHT_SCALE)
    before = names[: names.index("placements")] if "placements" in names else ()
    held = tuple(-(-PRICE_SCALE // per_unit) if name == "shortfall" else 0 for name in before)
    if "shortfall" in names and "shortfall" not in before:
        return Prices(rows=np.zeros_like(lead.rows), held=held)  # they would pay for what nobody holds yet
    return Prices(rows=lead.rows, held=held)


def _solution(
    rows: Rows, x: IntArray, names: tuple[str, ...], known: dict[str, Prices], *, is_interrupted: bool
) -> Solution:
    """Return the plan with the prices that bound each tier, what they prove being left to `prove`."""
    tiers: list[SolvedTier] = []
    held: tuple[HeldTier, ...] = ()
    for name in names:
        task = TierTask(rows=rows, tier=name, held=held)
        nothing = Prices(rows=np.zeros(len(rows.limit), dtype=np.int64), held=(0,) * len(held))
        prices = known.get(name, nothing)
        inherited = inherited_bound(task)  # of the cost: what an öre is worth to the aims before it
        if inherited is not None:
            prices = inherited.prices
        value = rows.value(name, x)
        # Over all columns, rough prices can prove less than none, by which no aim is beaten that counts what is lost.
        cases = tuple(map(SolvedCase.of_prices, (prices,) if prices is nothing else (prices, nothing)))
        tiers.append(SolvedTier(tier=name, value=value, bound=value, claimed_bound=value, cases=cases))
        bound = bound_from(rows, name, prices, held)
        held = (*held, HeldTier(tier=name, value=value, step=objective_step(task), bound=bound))
    chosen = np.flatnonzero(x[: rows.num_columns])
    return Solution(rows=rows, chosen=chosen, x=x, tiers=tuple(tiers), is_interrupted=is_interrupted, end=None)
