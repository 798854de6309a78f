"""The checker over blocks of columns says what it says over all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.column_blocks import ColumnsInParts
from matcher.columns import Columns
from matcher.errors import MatcherError
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve_columns
from tests.strategies import random_problem


def solved(seed: int) -> tuple[Problem, Columns, Plan] | None:
    problem = random_problem(seed, max_candidates=12, max_vacancies=9)
    try:
        columns = build_columns(problem)
        return problem, columns, solve_columns(problem, columns).plan
    except MatcherError:
        return None


def spoilt(plan: Plan) -> list[Plan]:
    """Return plans that claim too much, that have fewer or dearer prices, and that leave somebody out."""
    tiers = tuple(replace(tier, bound=tier.value, gap=0.0) for tier in plan.tiers)
    cases = plan.certificate.cases
    fewer = tuple(replace(case, prices=case.prices[::2]) for case in cases)
    dearer = tuple(
        replace(case, prices=tuple(replace(row, price=3 * row.price + 1) for row in case.prices)) for case in cases
    )
    return [
        replace(plan, tiers=tiers, certificate=replace(plan.certificate, cases=fewer)),
        replace(plan, certificate=replace(plan.certificate, cases=fewer)),
        replace(plan, certificate=replace(plan.certificate, cases=dearer)),
        replace(plan, assignments=plan.assignments[1:]),
    ]


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("seed", range(71_000, 71_030))
def test_blocks_and_one_block_are_checked_alike(seed: int, size: int) -> None:
    """Sound plans are sound, with the same bounds; spoilt ones have the same violations in the same words."""
    found = solved(seed)
    if found is None:
        return
    problem, columns, plan = found
    assert check_plan(problem, plan, ColumnsInParts.of(columns, size)).is_sound
    for one in (plan, *spoilt(plan)):
        assert check_plan(problem, one, ColumnsInParts.of(columns, size)) == check_plan(problem, one, columns)


def test_blocks_that_divide_a_candidate_are_refused() -> None:
    """What each candidate adds is found block by block, so nobody may stand in two of them."""
    found = next(one for one in map(solved, range(71_000, 71_030)) if one is not None and len(one[1]) > 3)
    problem, columns, plan = found
    owner = columns.candidate
    cut = next(place for place in range(1, len(owner)) if owner[place] == owner[place - 1])
    divided = ColumnsInParts(columns=columns, starts=np.array([0, cut, len(owner)], np.int64))
    report = check_plan(problem, plan, divided)
    assert [one.code for one in report.violations] == ["columns"]
