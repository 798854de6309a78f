"""Whole countries, solved roughly: plans that break no rule, and bounds that no plan beats."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.column_blocks import ColumnsInParts
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.generate import generate
from matcher.plan import relative_gap
from matcher.solve import solve_columns
from matcher.solver import Asked, ColumnSource, StopSignal, pool_of
from matcher.solver.bounds.bound import Prices, bound_from, losses
from matcher.solver.country import country
from matcher.solver.country.scaled import Rough, known_duals
from matcher.solver.model.rows import LEAD
from tests.check.plans import SCALE
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import enumerate_columns
from tests.oracles.limits import with_accepted
from tests.solver.stops import EndsAfter
from tests.solver.test_pool import LEAST, few_held
from tests.strategies import random_problem

__all__ = ["few_held"]


@pytest.fixture
def every_town_is_a_country(monkeypatch: pytest.MonkeyPatch, few_held: None) -> None:
    """Solve even the smallest problem as if it had too many people for a simplex."""
    monkeypatch.setattr(country, "MOST_FOR_SIMPLEX", -1)


@pytest.mark.parametrize("seed", range(60_000, 60_040))
@pytest.mark.usefixtures("every_town_is_a_country")
def test_plans_are_sound_and_no_bound_is_beaten(seed: int) -> None:
    """The checker accepts every plan, and the oracle's best plan lies between value and bound in the first aim."""
    problem = random_problem(seed, has_pins=False)
    best = best_plan(with_accepted(problem, ()), enumerate_columns(problem))
    columns = build_columns(problem)
    if best is None or not len(columns):
        return
    try:
        plan = solve_columns(problem, ColumnsInParts.of(columns, 4)).plan
    except ContradictoryDecisions:
        pytest.fail("There is a plan.")
    assert check_plan(problem, plan, columns).violations == ()
    first = plan.tiers[0]
    sign = -1 if first.name in LEAST else 1
    value, bound = (sign * Fraction(amount) * SCALE[first.name] for amount in (first.value, first.bound))
    assert value <= sign * best.values[first.name] <= bound


@pytest.mark.usefixtures("every_town_is_a_country")
def test_a_town_is_solved_nearly_as_well_as_by_a_simplex() -> None:
    """Within a ten-thousandth in both aims that lead, and no bound of one way is beaten by the plan of the other."""
    problem = generate("demo", 1)
    columns = build_columns(problem)
    rough = {tier.name: tier for tier in solve_columns(problem, ColumnsInParts.of(columns, 1000)).plan.tiers}
    assert rough["shortfall"].gap <= 1e-4
    assert rough["placements"].gap <= 1e-3
    assert relative_gap(rough["placements"].value, rough["placements"].bound) == rough["placements"].gap


@pytest.mark.usefixtures("every_town_is_a_country")
def test_without_time_the_plan_is_that_of_filling_by_hand_or_better() -> None:
    """A limit that is over at once still leaves a checked plan, and bounds no worse than those of no prices."""
    problem = generate("demo", 1)
    result = solve_columns(problem, ColumnsInParts.of(build_columns(problem), 1000), stop=StopSignal(0.0))
    assert result.stop_reason == "time_limit"
    tiers = {tier.name: tier for tier in result.plan.tiers}
    assert max(tiers["shortfall"].gap, tiers["cost"].gap) <= 1
    assert result.baseline is not None
    by_hand = result.baseline.value - country.PLACEMENTS_PER_PERSON * result.baseline.shortfall
    assert tiers["placements"].value - country.PLACEMENTS_PER_PERSON * tiers["shortfall"].value >= by_hand


@pytest.mark.usefixtures("every_town_is_a_country")
def test_prices_that_time_has_cut_short_still_bound_and_lead_to_a_plan() -> None:
    """After a few of Newton's steps bounds are worth telling, and with more time both gaps are smaller."""
    problem = generate("demo", 1)
    columns = build_columns(problem)
    gaps = []
    for times in (100, 250):
        result = solve_columns(problem, ColumnsInParts.of(columns, 1000), stop=EndsAfter(times))
        assert result.stop_reason == "time_limit"
        gaps.append([float(tier.gap) for tier in result.plan.tiers[:2]])
    early, late = gaps
    assert max(early) <= 0.5
    assert all(after < before for before, after in zip(early, late, strict=True))


def test_what_cannot_be_delivered_is_known_to_stay_short() -> None:
    """Such an obligation pays its whole price for every unit, and no other does beforehand."""
    columns = build_columns(generate("demo", 1))
    pool = pool_of(ColumnSource(ColumnsInParts.of(columns, 1000)), set(), 0)
    assert pool.divisors is not None
    limits = columns.limits
    most = np.zeros(len(limits.vacancy_ids), np.int64)
    np.maximum.at(most, columns.vacancy, columns.units)
    assert (pool.divisors.most_units == most).all()
    asked = Asked(policy_tiers=("shortfall",), gap=0.0, seed=0, stop=StopSignal(), report=lambda *_: None)
    rows = country._Country(asked).rows_of(pool)
    known = known_duals(rows, "shortfall", 1.0, most)
    delivered = dict.fromkeys(limits.contract_ids, 0)
    for vacancy, contract in enumerate(limits.contract_of_vacancy.tolist()):
        if contract >= 0:
            delivered[limits.contract_ids[contract]] += int(most[vacancy] * limits.positions[vacancy])
    required = dict(zip(limits.contract_ids, limits.required.tolist(), strict=True))
    short = {rows.entity_ids[row] for row in np.flatnonzero(~np.isnan(known))}
    assert short
    assert all(required[name] > delivered[name] for name in short)


@pytest.mark.usefixtures("few_held")
def test_what_holds_a_price_in_its_place_stays() -> None:
    """Of the columns of a round stay the nearest of every person and vacancy, what is in use, and what is pinned."""
    pool = pool_of(ColumnSource(ColumnsInParts.of(build_columns(generate("demo", 1)), 1000)), set())
    asked = Asked(policy_tiers=("shortfall", "placements"), gap=0.0, seed=0, stop=StopSignal(), report=lambda *_: None)
    rows = country._Country(asked).rows_of(pool)
    bound = bound_from(rows, LEAD, Prices(rows=np.zeros(len(rows.limit), dtype=np.int64), held=()), ())
    lost = losses(rows, bound)
    rough = Rough(x=np.zeros(rows.num_columns), others=np.zeros(len(rows.upper)), rows=np.zeros(len(rows.limit)))
    used = int(np.argmax(lost))
    rough.x[used] = 0.5
    kept = country._kept(rows, rough, bound)
    assert used in kept
    assert len(kept) < rows.num_columns
    for owner in (rows.candidate, rows.vacancy):
        least = np.full(int(owner.max()) + 1, np.iinfo(np.int64).max)
        np.minimum.at(least, owner, lost)
        held = np.full(len(least), np.iinfo(np.int64).max)
        np.minimum.at(held, owner[kept], lost[kept])
        assert (held == least).all()
