"""Generated towns whose seats are paid: the least shortfall by way of the placements, and trees that stay open."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.instances.scaling import town
from matcher.plan import Plan
from matcher.solve import solve
from matcher.solver.search import branching, budgets
from matcher.solver.tiers import cut_region, lead_plans, region_search


def tier_of(plan: Plan, name: str) -> tuple[Any, Any]:
    """Return the value and the bound of a tier."""
    (tier,) = (tier for tier in plan.tiers if tier.name == name)
    return tier.value, tier.bound


def test_what_the_relaxation_promises_of_the_shortfall_is_reached_by_way_of_the_placements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Shortfall and placements at once owe a little more, for placements; held, the bound is met without a tree.

    The relaxation of shortfall alone is whole in a town as small as this, and would be the plan.
    """
    reached = []
    look = region_search.reaching_plan

    def told(*args: Any, **options: Any) -> Any:
        found = look(*args, **options)
        reached.append(found is not None)
        return found

    monkeypatch.setattr(region_search, "reaching_plan", told)
    monkeypatch.setattr(region_search, "whole_plan", lambda task, root: None)

    plan = solve(town(500, 6)).plan

    assert reached == [True]
    assert plan.status == "optimal"
    assert [case.tier for case in plan.certificate.cases].count("shortfall") == 1


def test_a_tree_that_is_left_open_proves_more_than_its_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its open ends are cases: `solve` has the checker read them, and the best plan keeps to what they prove."""
    problem = town(800, 3)
    best, _ = tier_of(solve(problem).plan, "placements")
    roots = []
    leave = branching.Search._leave_open

    def told(self: branching.Search, *args: Any) -> bool:
        roots.append((self.task.tier, self.bound.value(self.step)))
        return leave(self, *args)

    monkeypatch.setattr(branching.Search, "_leave_open", told)
    for module in (cut_region, lead_plans):
        monkeypatch.setattr(module, "gains_cuts", lambda *args: False)  # else these leave no tree
    monkeypatch.setattr(budgets, "PAID_BUDGET", 5_000)
    monkeypatch.setattr(branching, "NARROW_BUDGET", 600)

    plan = solve(problem).plan

    value, bound = tier_of(plan, "placements")
    ((tier, root),) = roots
    assert tier == "placements"
    assert plan.status == "feasible"
    assert value <= best <= bound < root / 10**6
    assert [case.tier for case in plan.certificate.cases].count("placements") > 2


def test_a_cut_search_goes_on_with_all_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a narrow core leaves unsearched is searched with the others: nothing is proven of some columns alone."""
    problem = town(800, 3)
    expected = tier_of(solve(problem).plan, "placements")
    cuts = []
    explore = branching.Search._explore

    def told(self: branching.Search, *args: Any, **options: Any) -> bool:
        is_closed = explore(self, *args, **options)
        cuts.append(self.is_cut)
        assert not (is_closed and self.is_cut)
        return is_closed

    monkeypatch.setattr(branching.Search, "_explore", told)
    monkeypatch.setattr(branching, "NARROW_BUDGET", 600)

    plan = solve(problem).plan

    assert any(cuts)
    assert tier_of(plan, "placements") == expected


def test_the_price_of_an_aim_is_whole_with_what_later_aims_bring_to_it() -> None:
    """Cost prices the shortfall itself and through the placements: rounded alone, it parted from its limits."""
    plan = solve(town(500, 5)).plan

    assert plan.status == "optimal"
    assert {tier.name: tier.gap for tier in plan.tiers if tier.name != "tie_break"} == {
        "shortfall": 0.0,
        "placements": 0.0,
        "cost": 0.0,
    }
