"""Guards against numbers that do not fit, and steps between values: what a hostile certificate would aim at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.check.variables import common_divisor
from matcher.problem import Problem
from tests import builders as build
from tests.check.plans import best_sound_plan, columns_of
from tests.check.rejected import codes, priced, with_case
from tests.check.town import town, town_plan

HALF = 2**61  # of the largest sum; two of them are too much


@pytest.mark.parametrize(
    ("tier", "rows"),
    [
        ("placements", [("vacancy", "truck", HALF), ("quota_min", "least_youth", HALF)]),
        ("placements", [("vacancy", "kitchen", HALF), ("quota_max", "most_foreign", HALF)]),
        ("placements", [("vacancy", "truck", HALF), ("obligation", "hall", HALF // 100)]),
        ("placements", [("vacancy", "truck", HALF), ("budget", "purse", HALF // 10**4)]),
        ("cost", [("vacancy", "truck", HALF), ("held", "placements", HALF // 400_000)]),
        ("tie_break", [("held", "cost", 2**50)]),
        ("tie_break", [("vacancy", "truck", HALF), ("held", "cost", HALF // 10**4)]),
    ],
)
def test_two_halves_of_the_largest_sum_are_too_much_together(tier: str, rows: list[Any]) -> None:
    """Whichever terms of a column add up to 2^62, the certificate is void and nothing is computed with them."""
    report = check_plan(town(), with_case(town_plan(), tier, priced(tier, *rows)), columns_of(town()))

    assert "certificate" in codes(report)
    assert next(one for one in report.tiers if one.name == tier).bound is None


@pytest.mark.parametrize("rows", [[("vacancy", "truck", HALF)], [("quota_min", "least_youth", HALF)]])
def test_one_half_of_the_largest_sum_is_no_fault(rows: list[Any]) -> None:
    """Large prices prove little, but they prove something."""
    report = check_plan(town(), with_case(town_plan(), "placements", priced("placements", *rows)), columns_of(town()))

    assert "certificate" not in codes(report)
    assert report.tiers[1].bound is not None


def hours() -> Problem:
    """Return one person and one place, where a supervisor has ten hours and is needed for four."""
    return build.problem(
        candidates=[build.candidate()],
        vacancies=[build.vacancy()],
        resources=[build.resource("R1", 10)],
        pairs=[build.pair(resource_id="R1", resource_use=4)],
    )


def test_what_a_resource_costs_counts_beside_all_else() -> None:
    """A price of hours and a price of the place are too much together, and neither is alone."""
    plan, columns = best_sound_plan(hours()), columns_of(hours())
    assert plan is not None
    found = {}
    for name, rows in {
        "both": [("vacancy", "V1", HALF), ("resource", "R1", HALF)],
        "place": [("vacancy", "V1", HALF)],
        "hours": [("resource", "R1", HALF)],
    }.items():
        report = check_plan(hours(), with_case(plan, "placements", priced("placements", *rows)), columns)
        found[name] = "certificate" in codes(report)

    assert found == {"both": True, "place": False, "hours": False}


def test_a_step_divides_every_value_and_not_the_first_thousand_alone() -> None:
    """A bound may be rounded to a step only if no plan's value lies between two of them."""
    limits = columns_of(town()).limits
    free = columns_of(build.problem(candidates=[build.candidate()], vacancies=[build.vacancy()])).limits
    even = np.full(1001, 4)
    odd = np.append(even[:-1], 7)

    assert common_divisor("placements", SimpleNamespace(weight=even, cost=even, lottery=even), free) == 4
    assert common_divisor("placements", SimpleNamespace(weight=odd, cost=even, lottery=even), free) == 1
    assert common_divisor("placements", SimpleNamespace(weight=even * 10**6, cost=even, lottery=even), limits) == 10**5
