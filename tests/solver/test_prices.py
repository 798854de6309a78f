"""Prices are as large as they have to be, as long as nothing that they add up to leaves 64 bits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.generate import generate
from matcher.solve import solve
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.relaxations.whole_prices import WholePrices
from tests.solver.test_again import task
from tests.trust.comparison import Size, compared


def of(own: TierTask) -> WholePrices:
    return WholePrices(rows=own.rows, objective=own.objective, held=own.held)


@pytest.mark.parametrize(("price", "fits"), [(2.0**57, True), (2.0**60, True), (2.0**61, False)])
def test_a_price_fits_by_what_it_adds_up_to(price: float, *, fits: bool) -> None:
    """Placements in one vacancy: each pays the vacancy's price and earns a millionfold weight, and nothing else."""
    own = task()
    assert of(own).fit(np.array([price]), ()) is fits


def test_a_large_price_does_not_fit_where_there_are_columns_that_are_not_held() -> None:
    """What they pay nobody adds up here."""
    own = task()
    own = replace(own, rows=replace(own.rows, divisors={"placements": 1}))
    assert of(own).fit(np.array([2.0**57]), ())
    assert not of(own).fit(np.array([2.0**60]), ())


def test_the_checker_takes_the_dearest_seat_for_every_seat_of_a_route() -> None:
    """Problem 4869 of the trial of agreement: prices fitted by what each column pays, and the checker refused."""
    verdict = compared(4869, Size(candidates=30, vacancies=12, cohorts=12))
    assert verdict.disagreements == []
    assert verdict.agreed


@pytest.mark.parametrize("seed", [2, 12])
def test_least_cost_is_proven_whatever_prices_it_takes(seed: int) -> None:
    """Of a budget that has to hold the placements (seed 2); of parts in which some cohort takes nobody (seed 12).

    `solve` has the checker read the certificate.
    """
    plan = solve(generate("demo", seed, optional_percent=0)).plan
    assert plan.status == "optimal"
    assert {tier.name: tier.gap for tier in plan.tiers}["cost"] == 0
