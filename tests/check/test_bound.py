"""Bounds recomputed from prices: equal to the slow reading, never below a plan, and tight where the prices are."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from matcher.check import check_plan
from matcher.plan import Certificate
from matcher.problem import Problem
from tests.amounts import some
from tests.check.certificates import random_cases, relaxation_cases
from tests.check.plans import SCALE, columns_of, sound_plan, told_keys, told_plan
from tests.oracles.bounds import bounds_of
from tests.oracles.brute_force import best_plan, plan_values
from tests.oracles.columns import Column, ColumnKey, enumerate_columns
from tests.oracles.limits import LEAST
from tests.strategies import random_problem


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(some(1, of=4)))
def test_the_bound_of_any_valid_prices_is_what_the_slow_reading_says_and_never_below_the_best_plan(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        problem = random_problem(seed)
        facts = enumerate_columns(problem)
        told = told_keys(seed, facts) if seed % 3 == 0 and "changes" in problem.policy.tiers else None
        published = None if told is None else told_plan(problem, told)
        best = best_plan(problem, facts, published=told)
        if best is None:
            continue
        price_scale = random.Random(seed).choice((1, 1000, 10**6))
        tiers = tuple(best.values)
        cases = random_cases(problem, facts, best.chosen, tiers, price_scale=price_scale, seed=seed)
        certificate = Certificate(price_scale=price_scale, cases=tuple(cases))
        expected = bounds_of(problem, facts, certificate, best.values, published=told)
        plan = sound_plan(problem, facts, best.chosen, cases=cases, bounds=expected, published=published)
        plan = replace(plan, certificate=certificate)
        report = check_plan(problem, plan, columns_of(problem, facts), published=published)
        assert report.violations == (), (seed, report.violations)
        assert [tier.bound for tier in report.tiers] == [Decimal(expected[tier]) / SCALE[tier] for tier in tiers], seed
        for tier in tiers:
            sign = -1 if tier in LEAST else 1
            assert sign * expected[tier] >= sign * best.values[tier], (seed, tier)


@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(some(1, of=2)))
def test_the_dual_values_of_the_relaxation_prove_the_relaxations_value(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        problem = random_problem(seed)
        facts = enumerate_columns(problem)
        best = best_plan(problem, facts)
        if best is None:
            continue
        cases, relaxed = relaxation_cases(problem, facts, best.values, price_scale=10**7)
        certificate = Certificate(price_scale=10**7, cases=tuple(cases))
        expected = bounds_of(problem, facts, certificate, best.values)
        plan = replace(sound_plan(problem, facts, best.chosen, bounds=expected), certificate=certificate)
        report = check_plan(problem, plan, columns_of(problem, facts))
        assert report.violations == (), (seed, report.violations)
        assert [tier.bound for tier in report.tiers] == [Decimal(expected[tier]) / SCALE[tier] for tier in expected], (
            seed
        )
        for tier, value in best.values.items():
            sign = -1 if tier in LEAST else 1
            assert sign * expected[tier] >= sign * value, (seed, tier)
            # Rounded prices cost a little, integral steps and excluded columns gain a little.
            assert sign * expected[tier] <= relaxed[tier] + 0.01 * abs(relaxed[tier]) + 1000, (seed, tier)


@pytest.mark.no_cover
def test_no_plan_that_is_as_good_in_the_earlier_tiers_is_better_than_the_bound() -> None:
    num_excluding = 0
    for seed in range(250):
        problem = random_problem(seed, max_candidates=4, max_vacancies=4)
        facts = enumerate_columns(problem)
        plans = _all_plans(problem, facts)
        if not plans or len(plans) > 3000:
            continue
        chosen, values = random.Random(seed).choice(plans)
        cases, _ = relaxation_cases(problem, facts, values, price_scale=1000)
        certificate = Certificate(price_scale=1000, cases=tuple(cases))
        report = check_plan(
            problem,
            replace(sound_plan(problem, facts, chosen), certificate=certificate),
            columns_of(problem, facts),
        )
        as_good = [other for _, other in plans]
        for tier, check in zip(values, report.tiers, strict=True):
            sign = -1 if tier in LEAST else 1
            assert check.bound is not None, (seed, report.violations)
            best = max(sign * other[tier] for other in as_good)
            assert sign * check.bound * SCALE[tier] >= best, (seed, tier)
            as_good = [other for other in as_good if sign * other[tier] >= sign * values[tier]]
        num_excluding += len(as_good) < len(plans)
    assert num_excluding > 50


def _all_plans(
    problem: Problem, facts: Mapping[ColumnKey, Column]
) -> list[tuple[tuple[ColumnKey, ...], dict[str, int]]]:
    options = [[None, *(key for key in facts if key[0] == candidate.candidate_id)] for candidate in problem.candidates]
    if math.prod(map(len, options)) > 3000:
        return []
    plans = []
    for taken in product(*options):
        chosen = tuple(key for key in taken if key is not None)
        values = plan_values(problem, facts, chosen)
        if values is not None:
            plans.append((chosen, values))
    return plans
