"""Plans of large cases when time is short: what a part of the search cannot finish, a quicker one takes over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.features import build_columns
from matcher.generate import generate
from matcher.problem import Problem
from matcher.solve import solve, solve_columns
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.rows import LEAD
from matcher.solver.plans import exchanges, greedy
from matcher.solver.plans.exchanges import improved_plan
from matcher.solver.plans.rounding import any_plan
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.tiers import lead
from tests.solver.stops import EndsAfter
from tests.solver.test_cohorts import drawn


class _NothingForParts(StopSignal):
    """Time without end for the whole, and none for any part of it."""

    __slots__ = ()

    def share(self, share: float) -> StopSignal:
        return StopSignal(0.0, within=self)


def _optional() -> Problem:
    return drawn(0, candidates=24, vacancies=12, cohorts=7)


def _plain() -> Problem:
    return generate("demo", 1)


CASES = [pytest.param(_plain, id="plain"), pytest.param(_optional, id="optional cohorts")]


@pytest.mark.usefixtures("every_case_is_large")
@pytest.mark.parametrize("case", CASES)
def test_a_part_without_time_costs_little_of_the_plan(case: Any) -> None:
    """One programme and one rounding are enough for a plan that owes hardly more than with all the time."""
    problem = case()
    columns = build_columns(problem)
    found = solve_columns(problem, columns, stop=_NothingForParts()).plan
    best = solve_columns(problem, columns).plan
    assert check_plan(problem, found, columns).violations == ()
    (owed, placed), (least, most) = ([tier.value for tier in plan.tiers[:2]] for plan in (found, best))
    assert owed <= least + 1
    assert placed >= most * 8 / 10
    assert found.tiers[0].bound <= least


@pytest.mark.usefixtures("every_case_is_large")
@pytest.mark.parametrize("case", CASES)
def test_whenever_the_search_is_ended_there_is_a_plan_and_more_time_is_no_loss(case: Any) -> None:
    problem = case()
    columns = build_columns(problem)
    ranks = []
    for times in (5, 20, 80, 320, 10_000):
        plan = solve_columns(problem, columns, stop=EndsAfter(times)).plan
        assert check_plan(problem, plan, columns).violations == ()
        owed, placed = (tier.value for tier in plan.tiers[:2])
        ranks.append((-owed, placed))
    assert ranks[-1] == max(ranks)
    assert ranks[-1] > ranks[0]


@pytest.mark.usefixtures("every_case_is_large")
def test_the_first_programme_of_a_relaxation_may_take_the_time_of_the_whole() -> None:
    """Without it nothing would be known, whatever the part was to have."""
    task = TierTask(rows=assemble_rows(build_columns(_plain())), tier=LEAD)
    found = relax(task, NOTHING, 1e-9, _NothingForParts().share(0.5))
    assert found.bound is not None
    with pytest.raises(Interrupted):
        relax(task, NOTHING, 1e-9, StopSignal(0.0))


def test_exchanges_that_are_ended_keep_what_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the bound says so little that nearly every column could be part of a better plan."""
    task = TierTask(rows=assemble_rows(build_columns(_plain())), tier=LEAD)
    root = relax(task, NOTHING, 1e-9, StopSignal())
    assert root.bound is not None
    chosen = greedy.greedy_columns(task.rows)
    assert task.rows.is_feasible(task.rows.completed(chosen))
    assert improved_plan(task, root.bound, chosen, 0.0, 0, StopSignal(0.0)).tolist() == chosen.tolist()
    better = improved_plan(task, root.bound, chosen, 0.0, 0, StopSignal())
    assert task.rows.value(LEAD, task.rows.completed(better)) > task.rows.value(LEAD, task.rows.completed(chosen))
    monkeypatch.setattr(exchanges, "MOST_NEAR", 0)
    assert improved_plan(task, root.bound, chosen, 0.0, 0, StopSignal()).tolist() == chosen.tolist()


def test_any_plan_keeps_every_rule() -> None:
    """Where there is none, that is said by none."""
    task = TierTask(rows=assemble_rows(build_columns(_optional())), tier=LEAD)
    chosen = any_plan(task, 0, StopSignal())
    assert chosen is not None
    assert task.rows.is_feasible(task.rows.completed(chosen))
    same = task.rows.columns_of(int(task.rows.candidate[0]), int(task.rows.vacancy[0]))
    other = np.flatnonzero((task.rows.candidate == task.rows.candidate[0]) & (np.arange(task.rows.num_columns) > 0))
    assert len(same)
    assert len(other)
    twice = np.array([0, other[0]])
    assert any_plan(TierTask(rows=task.rows, tier=LEAD, taken=twice), 0, StopSignal()) is None


def test_where_neither_rounding_nor_dives_find_a_plan_another_solver_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promises and hard shares leave so few plans that a dive can go on for minutes; it is not even begun."""
    problem = _optional()
    monkeypatch.setattr(lead.Lead, "_rounded", lambda self: np.arange(self.progress.rows.num_columns))
    monkeypatch.setattr(lead.Lead, "_dived", lambda *_, **__: pytest.fail("a dive was begun"))
    plan = solve(problem).plan
    assert check_plan(problem, plan, build_columns(problem)).violations == ()
    assert plan.tiers[0].gap == 0
