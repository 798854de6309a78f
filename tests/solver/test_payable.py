"""What whole seats come to: the solver's reading and the checker's against trying all numbers, and what they prove."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.check.steps import spendable
from matcher.columns import Limits
from matcher.features.build import build_columns
from matcher.solve import solve
from matcher.solver.model.payable import most_payable
from tests import builders as b
from tests.amounts import some

KINDS = 4  # of cohorts in a random budget


def limits_of(costs: list[int], seats: list[int], fixed: list[int], left: int) -> Limits:
    """Return the limits of one budget that pays some cohorts, each optional where it has a fixed cost."""
    limits = build_columns(b.problem(cohorts=(), budgets=(b.budget("B1", 1),))).limits
    number = len(costs)
    return replace(
        limits,
        cohort_ids=tuple(f"K{k}" for k in range(number)),
        seats=np.array(seats, np.int64),
        seat_cost=np.array(costs, np.int64),
        budget_of_cohort=np.zeros(number, np.int32),
        is_optional=np.array(fixed, np.int64) > 0,
        least_enrolment=np.zeros(number, np.int64),
        fixed_cost=np.array(fixed, np.int64),
        budget=np.array([left], np.int64),
        cohort_start=np.zeros(number, np.int64),
        cohort_end=np.zeros(number, np.int64),
    )


@settings(max_examples=some(60, of=2_000))
@given(data=st.data())
def test_both_readings_say_what_trying_all_numbers_says(data: st.DataObject) -> None:
    """Seats up to those left, fixed costs once; where everything is paid, what is left."""
    number = data.draw(st.integers(1, KINDS))
    costs = data.draw(st.lists(st.integers(0, 60), min_size=number, max_size=number))
    seats = data.draw(st.lists(st.integers(0, 5), min_size=number, max_size=number))
    fixed = data.draw(st.lists(st.sampled_from([0, 0, 35, 70]), min_size=number, max_size=number))
    left = data.draw(st.integers(0, 400))
    ways = [
        [n * cost + opened for n in range(most + 1) for opened in {0, extra}]
        for cost, most, extra in zip(costs, seats, fixed, strict=True)
    ]
    sums = {sum(way) for way in product(*ways)}

    limits = limits_of(costs, seats, fixed, left)

    expected = left if max(sums) <= left else max(amount for amount in sums if amount <= left)
    assert most_payable(limits).tolist() == [expected]
    assert spendable(limits).tolist() == [expected]


@pytest.mark.parametrize(("left", "most"), [(70_000_001, 70_000_000), (1_000_003, 1_000_002)])
def test_large_budgets_are_only_rounded_to_the_costs_divisor(left: int, most: int) -> None:
    """A table of all amounts would take too long; 700 and 300 öre have 100 in common, 21 and 9 only 3."""
    costs = [700, 300] if left > 10_000_000 else [21, 9]

    limits = limits_of(costs, [10**6, 10**6], [0, 0], left)

    assert most_payable(limits).tolist() == spendable(limits).tolist() == [most]


def test_money_for_part_of_a_seat_is_no_gap() -> None:
    """Two seats of 146 kronor are all that 350 pay, and one case proves that a third person cannot be placed."""
    result = solve(
        b.problem(
            candidates=tuple(b.candidate(f"C{number}") for number in range(4)),
            vacancies=(b.vacancy("V1", positions=4),),
            courses=(b.course("U1"),),
            cohorts=(b.cohort("K1", "U1", seats=4, cost_per_seat=146, budget_id="B1"),),
            budgets=(b.budget("B1", 350),),
            pairs=tuple(b.pair(f"C{number}", "V1", cohort_ids=("K1",)) for number in range(4)),
        )
    )

    assert len(result.plan.assignments) == 2
    assert result.plan.status == "optimal"
    assert [case.tier for case in result.plan.certificate.cases].count("placements") == 1
