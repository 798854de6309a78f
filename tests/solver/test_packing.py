"""Packing resources: the knapsack is exact, its set fits, and bounds meet plans where prices per unit leave a gap."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.features import build_columns
from matcher.plan import Plan, PricedRow
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver.bounds.packing import packed
from tests import builders as build


def best_by_trying(values: list[int], uses: list[int], groups: list[int], capacity: int) -> int:
    """Return the greatest worth of a set with at most one of each group that fits."""
    return max(
        sum(values[item] for item in chosen)
        for size in range(len(values) + 1)
        for chosen in combinations(range(len(values)), size)
        if sum(uses[item] for item in chosen) <= capacity and len({groups[item] for item in chosen}) == size
    )


def test_the_best_set_that_fits_is_found_and_named() -> None:
    chance = random.Random(0)
    for _ in range(200):
        count = chance.randint(0, 8)
        values = [chance.randint(1, 20) for _ in range(count)]
        uses = [chance.randint(0, 9) for _ in range(count)]
        groups = sorted(chance.randint(0, 5) for _ in range(count))
        capacity = chance.randint(0, 20)
        worth, chosen = packed(np.array(values, int), np.array(uses, int), np.array(groups, int), capacity)

        assert worth == best_by_trying(values, uses, groups, capacity)
        assert worth == sum(values[item] for item in chosen)
        assert sum(uses[item] for item in chosen) <= capacity
        assert len({groups[item] for item in chosen}) == len(chosen)


def test_a_capacity_too_large_for_a_table_is_bounded_from_above() -> None:
    """A million steps are counted fifty at a time, each use rounded down: never worth less than the truth."""
    uses, values = np.array([400_030, 600_020]), np.array([5, 7])

    assert packed(values, uses, np.arange(2), 1_000_049)[0] == 12
    assert packed(values, uses, np.arange(2), 999_900)[0] in (7, 12)
    assert packed(values, uses, np.arange(2), 400_030)[0] == 5


def crowded(seed: int, *, people: int = 14, places: int = 3) -> Problem:
    """Return a random generalized assignment: everybody fits everywhere, hours are short."""
    chance = random.Random(seed)
    names = [f"C{number:02d}" for number in range(people)]
    return build.problem(
        candidates=[build.candidate(name) for name in names],
        vacancies=[build.vacancy(f"V{number}", people) for number in range(places)],
        resources=[build.resource(f"R{number}", 22) for number in range(places)],
        pairs=[
            build.pair(
                name,
                f"V{number}",
                Decimal(chance.randint(300_000, 900_000)) / 10**6,
                resource_id=f"R{number}",
                resource_use=Decimal(chance.randint(4, 11)),
            )
            for name in names
            for number in range(places)
        ],
        policy=build.policy(tiers=("placements",)),
    )


def participations(plan: Plan) -> list[PricedRow]:
    return [row for case in plan.certificate.cases for row in case.prices if row.kind == "participation"]


@pytest.mark.parametrize("seed", range(6))
def test_scarce_hours_are_shared_out_with_no_gap_left(seed: int) -> None:
    plan = solve(crowded(seed)).plan

    assert plan.tiers[0].bound == plan.tiers[0].value
    assert plan.status == "optimal"


def test_a_packed_case_with_a_lower_price_for_taking_part_proves_less_and_is_found_out() -> None:
    problem = crowded(0)
    plan = solve(problem).plan
    assert participations(plan)

    def cheaper(row: PricedRow) -> PricedRow:
        return replace(row, price=row.price // 2) if row.kind == "participation" else row

    cases = tuple(replace(case, prices=tuple(map(cheaper, case.prices))) for case in plan.certificate.cases)
    spoilt = replace(plan, certificate=replace(plan.certificate, cases=cases))
    report = check_plan(problem, spoilt, build_columns(problem))

    assert {violation.code for violation in report.violations} == {"bound"}


def test_time_that_runs_out_leaves_a_plan_with_an_honest_bound() -> None:
    result = solve(crowded(1, people=90, places=9), time_limit_s=1.0)
    tier = result.plan.tiers[0]

    assert result.plan.assignments
    assert tier.bound >= tier.value
    assert result.stop_reason in ("time_limit", "proven")
