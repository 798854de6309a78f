"""Very many columns: sifting, rounding and exchanges, tried on small problems and held to the oracles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve, solve_columns
from matcher.solver import StopSignal, assemble_rows, relaxation, rows, sifting, tiers
from matcher.solver.bound import NOTHING, PRICE_SCALE
from matcher.solver.limits import Interrupted
from matcher.solver.linear import Basis, LinearSolver
from matcher.solver.ranking import Grouping, best_of_each
from matcher.solver.relaxation import relax
from matcher.solver.restricted import TierTask
from matcher.solver.rounding import improved_plan, rounded_plan
from matcher.solver.rows import LEAD
from matcher.solver.sifting import End, sift
from tests.check.plans import SCALE
from tests.check.town import town
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import enumerate_columns
from tests.oracles.limits import with_accepted
from tests.strategies import random_problem

LEAST = ("shortfall", "cost", "changes", "tie_break")


@pytest.fixture
def every_case_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat even a handful of columns as very many."""
    monkeypatch.setattr(tiers, "MOST_KEPT", 0)
    for module in (relaxation, rows, tiers):
        monkeypatch.setattr(module, "MANY_COLUMNS", 0)


def solved(problem: Problem) -> Plan | None:
    try:
        return solve(problem).plan
    except ContradictoryDecisions:
        return None


@pytest.mark.usefixtures("every_case_is_large")
@pytest.mark.parametrize("part", range(6))
def test_plans_are_sound_and_no_bound_is_beaten(part: int) -> None:
    """The checker accepts every plan, and the oracle's best plan lies between value and bound in the first aim."""
    for seed in range(40_000 + part * 25, 40_000 + (part + 1) * 25):
        problem = random_problem(seed, has_pins=False)
        facts = enumerate_columns(problem)
        plan, best = solved(problem), best_plan(with_accepted(problem, ()), facts)
        assert (plan is None) == (best is None), seed
        if plan is None or best is None:
            continue
        assert check_plan(problem, plan, build_columns(problem)).violations == (), seed
        first = plan.tiers[0]
        sign = -1 if first.name in LEAST else 1
        value, bound = (sign * Fraction(amount) * SCALE[first.name] for amount in (first.value, first.bound))
        assert value <= sign * best.values[first.name] <= bound, seed


def test_a_sifted_relaxation_proves_what_the_whole_one_proves() -> None:
    """Starting from few columns, or from another aim's end, leads to the same bound."""
    task = TierTask(rows=assemble_rows(build_columns(town())), tier=LEAD)
    whole = relax(task, NOTHING, 1e-9, StopSignal())
    lead = sift(task, NOTHING, 1e-9, StopSignal())
    assert whole.bound is not None
    assert lead.bound is not None
    assert lead.end is not None
    assert lead.bound.scaled / PRICE_SCALE == pytest.approx(whole.bound.scaled / PRICE_SCALE, rel=1e-6, abs=2)
    placements = TierTask(rows=task.rows, tier="placements")
    fresh, warm = (
        relax(placements, NOTHING, 1e-9, StopSignal()),
        sift(placements, NOTHING, 1e-9, StopSignal(), lead.end),
    )
    assert fresh.bound is not None
    assert warm.bound is not None
    assert warm.bound.scaled / PRICE_SCALE == pytest.approx(fresh.bound.scaled / PRICE_SCALE, rel=1e-6, abs=2)


def test_rounding_and_exchanges_keep_every_rule_and_lose_nothing() -> None:
    """A rounded plan is feasible, and exchanges make it no worse."""
    task = TierTask(rows=assemble_rows(build_columns(town())), tier="placements")
    root = relax(task, NOTHING, 1e-9, StopSignal())
    assert root.bound is not None
    chosen = rounded_plan(task, root, 0, StopSignal())
    assert chosen is not None
    better = improved_plan(task, root.bound, chosen, 0.0, 0, StopSignal())
    before, after = task.rows.completed(chosen), task.rows.completed(better)
    assert task.rows.is_feasible(before)
    assert task.rows.is_feasible(after)
    assert task.rows.value("placements", before) <= task.rows.value("placements", after) <= root.bound.value()


def test_an_interrupted_sifting_keeps_what_it_has_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values and columns belong together, even where the next programme was ready already."""
    task = TierTask(rows=assemble_rows(build_columns(town())), tier=LEAD)
    few = np.union1d(np.arange(0, task.rows.num_columns, 3), sifting.pinned_columns(task.rows))
    monkeypatch.setattr(sifting, "first_columns", lambda task, start: few)
    answer, solves = LinearSolver.solve, []

    def solve_once(self: LinearSolver, stop: StopSignal, algorithm: Any) -> Any:
        solves.append(algorithm)
        if len(solves) > 1:
            raise Interrupted
        return answer(self, stop, algorithm)

    monkeypatch.setattr(LinearSolver, "solve", solve_once)
    found = relaxation._sifted(task, NOTHING, 1e-9, StopSignal(), None)
    assert len(solves) == 2
    assert len(found.chosen) == len(found.x)
    assert found.end is not None
    assert found.end.chosen.tolist() == found.chosen.tolist()


@pytest.mark.usefixtures("every_case_is_large")
def test_a_large_case_says_how_far_its_plan_may_be_from_the_best() -> None:
    """What no search has decided is claimed by nobody: a gap is printed for it."""
    problem = town()
    result = solve_columns(problem, build_columns(problem))
    draw = next(tier for tier in result.plan.tiers if tier.name == "tie_break")
    assert draw.claimed_gap == draw.gap
    assert result.plan.tiers[0].gap == pytest.approx(0.0)


def test_the_best_of_each_owner_are_marked_in_whatever_order_they_stand() -> None:
    """Both ways to choose agree with sorting, ties going to whoever stands first."""
    lots = np.random.default_rng(3)
    for owner in (np.sort(lots.integers(0, 9, 60)), lots.integers(0, 9, 60)):
        worth = lots.integers(0, 8, 60)
        most = np.arange(9)
        assert (Grouping(owner).best(worth, 3) == best_of_each(owner, worth, 3)).all()
        assert (Grouping(owner).best_by_size(worth, most) == best_of_each(owner, worth, most)).all()
    nobody = np.empty(0, dtype=np.int64)
    assert not len(Grouping(nobody).best(nobody, 2))


def test_a_basis_moves_to_other_columns() -> None:
    """What stays keeps its status, what is new is at its lower bound."""
    basis = Basis(rows=np.array([5, 3], dtype=np.int8), variables=np.array([2, 5, 3], dtype=np.int8))
    moved = basis.moved(1, np.array([4, 9]), np.array([2, 4, 7]))
    assert moved.variables.tolist() == [2, 2, 5, 2]
    end = End(chosen=np.array([1, 5, 8]), first_column=1, basis=basis)
    assert end.among(np.array([0, 5, 6, 8])).chosen.tolist() == [1, 3]
