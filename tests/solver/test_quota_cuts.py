"""Cuts of how many a share counts: every plan keeps them, and they close what parts of people leave open."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from benchmarks.instances.scaling import town
from benchmarks.instances.strained import with_floor, with_wishes
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver.model.rows import LEAD
from tests import builders as build
from tests.solver.row_cuts import best_of, drawn_pairs, plans_that_keep_cuts, rows_cut_for

AIMS = ("shortfall", "placements")


def sharing(seed: int, *, people: int = 9, places: int = 6, several: bool = False) -> Problem:
    """Return a problem in which few people are members of what is to be a share of all placements, or of some."""
    chance = random.Random(seed)
    kinds = (
        {"min_share": Decimal(chance.choice((30, 35, 40, 45))) / 100},
        {"max_share": Decimal(chance.choice((20, 30, 40))) / 100},
        {"min_share": Decimal("0.35"), "hard": False, "price": Decimal("0.7")},
        {"max_share": Decimal("0.3"), "hard": False, "price": Decimal("0.7")},
    )
    return build.problem(
        candidates=[
            build.candidate(
                f"C{i}",
                groups=("ungdom",) if chance.random() < 0.35 else (),
                max_placements=2 if several and i % 3 == 0 else 1,
            )
            for i in range(people)
        ],
        contracts=[build.contract(f"T{t}", obligation_quantity=Decimal(4)) for t in range(2)],
        vacancies=[
            build.vacancy(
                f"V{j}", chance.randint(1, 3), contract_id=f"T{j % 2}", extent_percent=50 if several and j % 2 else 100
            )
            for j in range(places)
        ],
        pairs=drawn_pairs(chance, people, places),
        quotas=[build.quota("share", "ungdom", **chance.choice(kinds))],
        policy=build.policy(tiers=AIMS),
    )


@pytest.mark.parametrize("several", [False, True])
def test_every_plan_keeps_every_cut(several: bool) -> None:
    num_cuts = num_plans = 0
    for seed in range(60):
        plain, rows = rows_cut_for(sharing(seed, several=several), (*AIMS, LEAD), by_bases=True)
        num_cuts += len(rows.cuts)
        num_plans += plans_that_keep_cuts(plain, rows, seed)
    assert num_cuts > 20
    assert num_plans > 500


@pytest.mark.parametrize("several", [False, True])
def test_plans_found_with_cuts_are_the_best_and_proven_by_them(several: bool) -> None:
    plans = [best_of(sharing(seed, several=several)) for seed in range(30)]
    assert sum(bool(plan.certificate.cuts) for plan in plans) > 2
    assert all(tier.gap == 0 for plan in plans for tier in plan.tiers)


def test_a_town_with_a_floor_is_proven_where_parts_of_people_would_leave_it_open() -> None:
    """Of whole members, 107 allow 305 placements where 35 in a hundred are to be members; of parts, 305.7."""
    plan = solve(with_floor(town(2_000, 2)), gap=1e-6).plan
    assert all(tier.gap == 0 for tier in plan.tiers)
    assert plan.certificate.cuts


@pytest.mark.parametrize(
    ("rule", "people", "seed"), [(with_floor, 500, 1), (with_wishes, 500, 2), (with_wishes, 700, 4)]
)
def test_a_town_with_shares_is_proven_where_cohorts_are_optional(
    rule: Callable[[Problem], Problem], people: int, seed: int
) -> None:
    """Whichever cohorts run, parts of people would gain by a share; so their tree begins with cuts of it."""
    problem = rule(town(people, seed))
    cohorts = [
        replace(cohort, status="optional", fixed_cost=Decimal(30_000), min_participants=2) if number % 2 else cohort
        for number, cohort in enumerate(problem.cohorts)
    ]
    plan = solve(replace(problem, cohorts=tuple(cohorts)), gap=1e-6).plan
    assert all(tier.gap <= 1e-6 for tier in plan.tiers)
    assert plan.certificate.cuts
