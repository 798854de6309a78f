"""The first plan of a large case with optional cohorts: cohorts are made whole, then people, and no rule is broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.features import build_columns
from matcher.solve import solve
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.rows import LEAD, Intervals
from matcher.solver.plans.first_plan import OPEN_FROM, decided_cohorts, first_plan, undecided_cohorts, whole_cohorts
from matcher.solver.relaxations import linked_relaxation, relaxation
from matcher.solver.relaxations.cohorts import Links, violated_links
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.tier_task import TierTask
from tests.check.town import town
from tests.oracles.columns import enumerate_columns
from tests.oracles.whole_model import best_values
from tests.solver.test_cohorts import drawn


@pytest.mark.parametrize("seed", range(3))
def test_a_first_plan_opens_whole_cohorts_and_is_near_the_best(seed: int) -> None:
    """It keeps every rule, the links that it has never seen included, and reaches nine tenths of the best."""
    problem = drawn(seed)
    task = TierTask(rows=assemble_rows(build_columns(problem)), tier=LEAD)
    linked, root = relax_linked(task, Links(), NOTHING, 1e-9, StopSignal())
    assert undecided_cohorts(task).sum() == 10
    decided = decided_cohorts(task, root, np.arange(task.rows.num_columns), StopSignal())
    assert decided is not None
    assert {value for interval in decided.values() for value in interval} <= {0, 1}
    chosen = first_plan(task, root, 1e-9, 0, StopSignal())
    assert chosen is not None
    x = task.rows.completed(chosen)
    assert task.rows.is_feasible(x)
    assert linked.rows.is_feasible(linked.rows.completed(chosen))
    opened = x[task.rows.num_columns :]
    assert opened[task.rows.cohort >= 0].any()
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    assert task.rows.value("shortfall", x) == -best["shortfall"]
    assert task.rows.value("placements", x) >= 0.9 * best["placements"]


@pytest.mark.parametrize("seed", range(3))
def test_changing_one_cohort_after_the_other_is_never_worse_than_rounding(seed: int) -> None:
    """The relaxation under the cohorts that are decided in the end is at least as good as under those rounded."""
    task = TierTask(rows=assemble_rows(build_columns(drawn(seed))), tier=LEAD)
    _, root = relax_linked(task, Links(), NOTHING, 1e-9, StopSignal())
    found = decided_cohorts(task, root, np.arange(task.rows.num_columns), StopSignal())
    assert found is not None
    assert set(found) == set(whole_cohorts(task, root, 0.5))

    def value(opened: Intervals) -> float:
        inside = replace(task, rows=task.rows.between({}, opened))
        relaxed = relaxation.relax(inside, NOTHING, 1e-9, StopSignal())
        return -np.inf if not relaxed.is_feasible or relaxed.bound is None else relaxed.bound.scaled

    rounded = max(value(whole_cohorts(task, root, share)) for share in OPEN_FROM)
    assert value(found) >= rounded - abs(rounded) * 1e-6


def test_without_optional_cohorts_nothing_is_decided_about_them() -> None:
    """The plan is the rounded relaxation."""
    task = TierTask(rows=assemble_rows(build_columns(town())), tier=LEAD)
    root = relaxation.relax(task, NOTHING, 1e-9, StopSignal())
    assert not undecided_cohorts(task).any()
    assert whole_cohorts(task, root, 0.5) == {}
    chosen = first_plan(task, root, 1e-9, 0, StopSignal())
    assert chosen is not None
    assert task.rows.is_feasible(task.rows.completed(chosen))


@pytest.mark.usefixtures("every_case_is_large")
@pytest.mark.parametrize("seed", range(2))
def test_a_large_case_with_optional_cohorts_is_sound(seed: int) -> None:
    """Its plan passes the checker, and its bounds are not beaten by another solver's best plan."""
    problem = drawn(seed)
    plan = solve(problem).plan
    assert check_plan(problem, plan, build_columns(problem)).violations == ()
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    by_name = {tier.name: tier for tier in plan.tiers}
    assert by_name["shortfall"].bound <= best["shortfall"] <= by_name["shortfall"].value * 10**8
    assert by_name["placements"].bound * 10**6 >= best["placements"]
    assert np.isclose(float(by_name["placements"].value) * 10**6, best["placements"], rtol=0.1)


@pytest.mark.parametrize("seed", range(2))
def test_links_and_columns_are_found_in_the_same_rounds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many columns, the relaxation with links is that of few: as strong, and ended as near to its bound."""
    task = TierTask(rows=assemble_rows(build_columns(drawn(seed))), tier=LEAD)
    _, few = relax_linked(task, Links(), NOTHING, 1e-9, StopSignal())
    for module in (linked_relaxation, relaxation):
        monkeypatch.setattr(module, "MANY_COLUMNS", 0)
    links = Links()
    linked, many = relax_linked(task, links, NOTHING, 1e-9, StopSignal())
    assert few.bound is not None
    assert many.bound is not None
    assert len(links) == len(linked.rows.links) > 0
    assert np.isclose(many.bound.scaled, few.bound.scaled, rtol=1e-4)
    assert not len(violated_links(linked, many.chosen, many.x, many.others))
    assert many.end is not None
    assert many.end.basis is not None
    assert len(many.end.basis.rows) == len(linked.rows.limit) + len(linked.rows.people())
