"""Plans near a relaxation: the relaxation itself where it is whole, else the best of what is nearest to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.features import build_columns
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.rows import LEAD
from matcher.solver.plans.rounding import nearest_plan, rounded_plan
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import Relaxed, whole_plan
from matcher.solver.relaxations.tier_task import TierTask
from tests import builders as b
from tests.strategies import random_problem


def relaxed() -> tuple[TierTask, Relaxed]:
    """Return placements of three people in two vacancies, and their relaxation."""
    vacancies = [b.vacancy("V1"), b.vacancy("V2")]
    problem = b.problem(candidates=[b.candidate(f"C{i}") for i in range(3)], vacancies=vacancies)
    task = TierTask(rows=assemble_rows(build_columns(problem)), tier="placements")
    return task, relax(task, NOTHING, 0.0, StopSignal())


def test_a_relaxation_that_is_whole_is_a_plan() -> None:
    """Its columns keep every limit and are worth what it says."""
    task, root = relaxed()
    root = replace(root, x=np.rint(root.x))
    chosen = whole_plan(task, root)
    assert chosen is not None
    assert root.bound is not None
    assert task.rows.value(task.tier, task.rows.completed(chosen)) == root.bound.value()


def test_a_relaxation_in_parts_is_none() -> None:
    """Half a person in a place is nobody."""
    task, root = relaxed()
    assert whole_plan(task, replace(root, x=root.x / 2)) is None


def test_a_relaxation_that_breaks_a_limit_is_none() -> None:
    """Two people in one position: whole, but no plan."""
    task, root = relaxed()
    assert whole_plan(task, replace(root, x=np.ones_like(root.x))) is None


def test_the_best_of_the_nearest_columns_places_somebody_else() -> None:
    """Where one of three people has one of two places, in the worst way, two others may be placed instead."""
    task, root = relaxed()
    assert root.bound is not None
    worst = np.array([np.argmin(task.objective)])
    chosen = nearest_plan(task, root, worst, 0, StopSignal())
    assert chosen is not None
    assert task.rows.value(task.tier, task.rows.completed(chosen)) == root.bound.value()


def test_nothing_is_looked_for_near_a_plan_that_loses_nothing() -> None:
    task, root = relaxed()
    best = whole_plan(task, replace(root, x=np.rint(root.x)))
    assert best is not None
    assert nearest_plan(task, root, best, 0, StopSignal()) is None


@pytest.mark.parametrize("seed", [589, 1733, 2730, 3430, 3785])
def test_who_is_trained_in_parts_keeps_nothing_of_a_relaxation(seed: int) -> None:
    """A relaxation fits two places and half a course into one person's time: all together is no plan."""
    problem = random_problem(seed, has_pins=False, max_candidates=14, max_vacancies=14)
    task = TierTask(rows=assemble_rows(build_columns(problem)), tier=LEAD)
    root = relax(task, NOTHING, 1e-9, StopSignal())
    chosen = rounded_plan(task, root, 0, StopSignal())
    assert chosen is not None
    assert task.rows.is_feasible(task.rows.completed(chosen))
