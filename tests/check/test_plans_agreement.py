"""Plans are as good as any plan can be, by three ways to find out that share no code with the solver."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Policy, Problem, Tier
from matcher.solve import solve
from tests.amounts import some
from tests.check.plans import SCALE, told_keys, told_plan
from tests.oracles.assignment import is_pure_assignment, largest_weight
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import Column, ColumnKey, enumerate_columns
from tests.oracles.limits import lost_seats, with_accepted
from tests.oracles.whole_model import Unverified, best_values
from tests.strategies import random_problem, shuffled

FIRST_PART = int(os.environ.get("AGREEMENT_FIRST_PART", "0"))
NUM_PARTS = int(os.environ.get("AGREEMENT_PARTS", some(4, of=20)))  # `make trust-long` asks for 40: 2 000 problems
PART = 50


def values_of(plan: Plan) -> dict[str, int]:
    """Return every tier's value in its own integers."""
    values = {tier.name: Fraction(tier.value) * SCALE[tier.name] for tier in plan.tiers}
    assert all(value.denominator == 1 for value in values.values())
    return {name: value.numerator for name, value in values.items()}


def solved(problem: Problem) -> Plan | None:
    """Return the plan; ``None`` where people's decisions exclude one another."""
    try:
        return solve(problem).plan
    except ContradictoryDecisions:
        return None


def kept_promises(problem: Problem, facts: Mapping[ColumnKey, Column], plan: Plan) -> frozenset[tuple[str, str]]:
    """Return the accepted pairs that a plan keeps, having seen that it lists the others and that no plan keeps more."""
    accepted = {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "accepted"}
    broken = {(row.candidate_id, row.entity_id) for row in plan.breaches if row.kind == "accepted"}
    assert broken <= accepted
    lost = [(row.candidate_id, row.entity_id) for row in plan.breaches if row.kind == "enrolment"]
    assert lost == lost_seats(problem)
    for more in combinations(sorted(accepted), len(accepted) - len(broken) + 1):
        assert best_plan(with_accepted(problem, more), facts) is None, more
    return frozenset(accepted - broken)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(FIRST_PART, FIRST_PART + NUM_PARTS))
def test_every_tier_is_as_good_as_the_oracles_say_and_the_plan_is_sound(part: int) -> None:
    num_unverified = 0
    for seed in range(part * PART, (part + 1) * PART):
        problem = random_problem(seed)
        facts = enumerate_columns(problem)
        plan = solved(problem)
        if plan is None:
            assert best_plan(with_accepted(problem, ()), facts) is None, seed
            continue
        problem, given = with_accepted(problem, kept_promises(problem, facts, plan)), problem
        best = best_plan(problem, facts)
        assert best is not None, seed
        assert values_of(plan) == best.values, seed
        assert plan.status in ("optimal", "claimed_optimal"), seed
        assert check_plan(given, plan, build_columns(given)).violations == (), seed
        try:
            assert best_values(problem, facts) == best.values, seed
        except Unverified:
            num_unverified += 1
    assert num_unverified <= PART // 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(some(2, of=8)))
def test_as_little_changes_against_a_published_plan_as_the_oracles_say(part: int) -> None:
    """Wherever the policy puts the tier, and whatever the published plan said that is no longer possible."""
    orders: list[tuple[Tier, ...]] = [
        ("shortfall", "placements", "cost", "changes", "tie_break"),
        ("shortfall", "changes", "placements", "tie_break"),
        ("changes", "shortfall", "cost"),
        ("changes",),
    ]
    num_unverified = num_changed = 0
    for seed in range(part * 25, (part + 1) * 25):
        problem = random_problem(seed)
        choices = orders if not any(row.hard and row.min_count is not None for row in problem.quotas) else orders[:2]
        problem = replace(problem, policy=replace(problem.policy, tiers=choices[seed % len(choices)]))
        facts = enumerate_columns(problem)
        told = told_keys(seed, facts)
        published = told_plan(problem, told)
        try:
            plan = solve(problem, published=published).plan
        except ContradictoryDecisions:
            assert best_plan(with_accepted(problem, ()), facts) is None, seed
            continue
        assert check_plan(problem, plan, build_columns(problem), published=published).violations == (), seed
        problem = with_accepted(problem, kept_promises(problem, facts, plan))
        best = best_plan(problem, facts, published=told)
        assert best is not None, seed
        assert values_of(plan) == best.values, seed
        num_changed += best.values["changes"] > 0
        try:
            assert best_values(problem, facts, told) == best.values, seed
        except Unverified:
            num_unverified += 1
    assert num_unverified <= 3
    assert num_changed > 3


@pytest.mark.slow
def test_a_pure_assignment_is_solved_as_scipy_solves_it() -> None:
    num_compared = 0
    for seed in range(400):
        problem = random_problem(seed, max_cohorts=0, has_pins=False)
        problem = replace(problem, quotas=(), policy=Policy(tiers=("placements",)))
        facts = enumerate_columns(problem)
        if is_pure_assignment(problem, facts) and facts:
            plan = solved(problem)
            assert plan is not None
            assert values_of(plan) == {"placements": largest_weight(problem, facts)}, seed
            num_compared += 1
    assert num_compared > 50


def test_decisions_that_exclude_one_another_are_refused() -> None:
    for seed in range(40):
        assert solved(random_problem(seed, is_contradictory=True)) is None, seed


@pytest.mark.slow
def test_the_order_of_rows_makes_no_difference_to_the_plan() -> None:
    for seed in range(30):
        problem = random_problem(seed)
        assert solved(shuffled(problem, seed)) == solved(problem), seed
