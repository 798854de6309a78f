"""Where fewest changes cannot be told, a plan and the published one together make one that keeps more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.columns import IntArray
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.solve import solve
from matcher.solver import StopSignal, assemble_rows, enough_again
from matcher.solver.bounds.bound import HeldTier, Prices, bound_from
from matcher.solver.plans.crossing import crossed_plan, leaves_changes_open
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.tiers import known_region
from tests import builders as b
from tests.strategies import random_problem

PEOPLE, PLACES = 4, 3
PUBLISHED = np.array([0, 4, 11])  # C0 to V0, C1 to V1, C3 to V2


def task_of(chosen: IntArray) -> TierTask:
    """Return the changes of a plan of three of four people, with its placements held; who comes first weighs most."""
    people = [b.candidate(f"C{i}", months_out_of_work=12 * (PEOPLE - i)) for i in range(PEOPLE)]
    columns = build_columns(b.problem(candidates=people, vacancies=[b.vacancy(f"V{j}") for j in range(PLACES)]))
    rows = assemble_rows(columns, published=PUBLISHED)
    value = rows.value("placements", rows.completed(chosen))
    dear = np.where(np.arange(len(rows.limit)) < PLACES, 10**6 * int(columns.weight[chosen].min()), 0)
    bound = bound_from(rows, "placements", Prices(rows=dear, held=()), ())
    return TierTask(rows=rows, tier="changes", held=(HeldTier(tier="placements", value=value, step=1, bound=bound),))


def test_people_who_changed_places_for_nothing_go_back() -> None:
    """Two who took one another's places have those that were published; the third stays, who weighs more than then."""
    swapped = np.array([1, 3, 8])  # C0 to V1, C1 to V0, C2 to V2
    found = crossed_plan(task_of(swapped), swapped, 0, StopSignal())

    assert found is not None
    assert found.tolist() == [0, 4, 8]


def test_what_is_published_as_it_stands_is_not_searched() -> None:
    """Nothing can be kept beyond everything."""
    assert crossed_plan(task_of(PUBLISHED), PUBLISHED, 0, StopSignal()) is None


def test_changes_are_open_only_where_an_earlier_aim_is() -> None:
    """Held at a value that is its bound, an earlier aim leaves no other plans than those that are as good."""
    task = task_of(PUBLISHED)
    proven = replace(task, held=(replace(task.held[0], value=task.held[0].bound.value()),))
    open_ = replace(task, held=(replace(task.held[0], value=task.held[0].bound.value() - 1),))

    assert not leaves_changes_open(proven, 0.0)
    assert leaves_changes_open(open_, 0.0)
    assert not leaves_changes_open(replace(open_, tier="cost"), 0.0)
    assert not leaves_changes_open(open_, 1e-3)


@pytest.mark.usefixtures("every_case_is_large")
def test_whatever_rules_a_problem_mixes_what_is_crossed_is_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checker accepts it, and nothing is claimed of changes that is not so."""
    monkeypatch.setattr(known_region, "leaves_changes_open", lambda task, gap: task.tier == "changes")
    num_kept = 0
    for seed in range(10):
        problem = random_problem(seed, has_pins=False)
        aims = ("placements", "changes")
        problem = replace(problem, policy=replace(problem.policy, tiers=aims))
        try:
            published = solve(replace(problem, policy=replace(problem.policy, tiers=("cost", "placements")))).plan
            plan = solve(problem, published=published).plan
        except ContradictoryDecisions:
            continue
        assert check_plan(problem, plan, build_columns(problem), published=published).is_sound
        changes = plan.tiers[-1]
        assert changes.name == "changes"
        assert changes.bound <= changes.value
        num_kept += changes.value < len(published.assignments)

    assert num_kept > 1


@pytest.mark.parametrize(
    ("tier", "known", "enough"),
    [
        ("placements", 0.0, 1e-6),  # what was closed is closed again
        ("placements", 5e-7, 1e-6),
        ("placements", 2e-5, 1e-4),
        ("placements", 3e-4, 3e-4),
        ("cost", 2e-4, 0.01),
        ("cost", 0.0, 1e-6),
    ],
)
def test_what_is_enough_after_a_change(tier: str, known: float, enough: float) -> None:
    """As close as a fresh solve comes where the earlier one had left a gap; as was asked for where it had left none."""
    assert enough_again(tier, 1e-6, {tier: known}) == enough
    assert enough_again(tier, 1e-6, {}) == 1e-6
