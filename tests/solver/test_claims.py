"""What SCIP says is best where people take several places: a plan and a claim, and every proof stays our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from matcher.check import check_plan
from matcher.errors import MatcherError
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solve.planning import SCALES
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.branching import Search
from matcher.solver.search.cohort_search import CohortSearch
from matcher.solver.search.ends import Found
from matcher.solver.tiers import cut_region, region_search
from tests.oracles.columns import enumerate_columns
from tests.oracles.whole_model import best_values
from tests.solver.test_cohorts import drawn
from tests.strategies import random_problem


def _problems() -> list[Problem]:
    """Return problems in which somebody may take several places, with optional cohorts and without."""
    found = [random_problem(seed, has_pins=False) for seed in range(60)]
    return [problem for problem in found if any(one.max_placements > 1 for one in problem.candidates)][:12]


@pytest.fixture
def always_asks(monkeypatch: pytest.MonkeyPatch) -> list[Found]:
    """Ask SCIP about every region in which somebody may take several places; return what it says."""
    said: list[Found] = []
    claim = Search.claim

    def noted(self: Search) -> Found:
        said.append(claim(self))
        return said[-1]

    monkeypatch.setattr(Search, "claim", noted)
    monkeypatch.setattr(region_search, "FEW", 0)
    monkeypatch.setattr(region_search, "FAR", 0.0)
    monkeypatch.setattr(region_search, "FEW_STEPS", 0)
    monkeypatch.setattr(cut_region, "gains_cuts", lambda *args: False)  # which leave SCIP little to say
    return said


def test_plans_are_the_best_and_their_proofs_hold(always_asks: list[Found]) -> None:
    """Whoever says so, no plan is better, and no bound is above what the checker reads."""
    num_solved = 0
    for problem in _problems():
        columns = enumerate_columns(problem)
        best = best_values(problem, columns)
        if best is None:
            continue
        plan = solve(problem).plan
        assert check_plan(problem, plan, build_columns(problem)).violations == ()
        for tier in plan.tiers:
            if tier.name in best and tier.name != "tie_break":
                assert int(tier.value * abs(SCALES[tier.name])) == best[tier.name]
                assert tier.claimed_gap <= tier.gap
        num_solved += 1
    assert num_solved > 5
    assert any(found.is_exhausted for found in always_asks)


def test_nobody_dives_for_what_is_there_already(always_asks: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SCIP says that no plan is better, trees look for proofs alone."""
    dives: list[bool] = []

    def noting(first: Callable[[Any], object]) -> Callable[[Any], object]:
        def noted(self: Any) -> object:
            dives.append(self.is_claimed)
            return first(self)

        return noted

    for kind in (Search, CohortSearch):
        monkeypatch.setattr(kind, "first", noting(kind.first))
    for problem in _problems():
        try:
            solve(problem)
        except MatcherError:
            continue
    assert not any(dives)


def test_nobody_asks_about_people_with_one_place_each(always_asks: list[Found]) -> None:
    """A relaxation is near enough to a plan there, and a tree closes the rest."""
    solve(drawn(0, candidates=24, vacancies=12, cohorts=7))
    assert always_asks == []


def test_a_relaxation_that_has_lost_the_plan_that_is_known_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simplex took what an earlier aim holds for impossible, and a plan that others beat for the best."""
    honest = region_search.relax_linked
    num_lost = 0

    def losing(task: TierTask, *given: Any) -> tuple[TierTask, Relaxed]:
        nonlocal num_lost
        grown, root = honest(task, *given)
        is_lost = task.tier == "placements" and bool(task.held) and not len(task.taken)
        num_lost += is_lost
        return grown, replace(root, is_feasible=root.is_feasible and not is_lost)

    monkeypatch.setattr(region_search, "relax_linked", losing)
    problems = (random_problem(seed, has_pins=False) for seed in range(40))
    for problem in problems:
        best = best_values(problem, enumerate_columns(problem))
        if best is None:
            continue
        for tier in solve(problem).plan.tiers:
            if tier.name in best and tier.name != "tie_break":
                assert int(tier.value * abs(SCALES[tier.name])) == best[tier.name]
    assert num_lost > 5
