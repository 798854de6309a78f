"""Very many columns: sifting, rounding and exchanges, tried on small problems and held to the oracles."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.columns import WEIGHT_SCALE
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.generate import generate
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve, solve_columns
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, HeldTier, Prices, bound_from, losses
from matcher.solver.model.rows import LEAD
from matcher.solver.plans.exchanges import improved_plan
from matcher.solver.plans.rounding import rounded_plan
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis
from matcher.solver.relaxations import relaxation, sifting
from matcher.solver.relaxations.inherited import inherited_bound
from matcher.solver.relaxations.ranking import Grouping, best_of_each
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import End
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.sifting import sift
from matcher.solver.relaxations.tier_task import TierTask
from tests.amounts import some
from tests.check.plans import SCALE
from tests.check.town import town
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import enumerate_columns
from tests.oracles.limits import with_accepted
from tests.strategies import random_problem

LEAST = ("shortfall", "cost", "changes", "tie_break")


def solved(problem: Problem) -> Plan | None:
    try:
        return solve(problem).plan
    except ContradictoryDecisions:
        return None


@pytest.mark.usefixtures("every_case_is_large")
@pytest.mark.parametrize("part", range(some(2, of=6)))
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
    lead = sift(task, NOTHING, 1e-9, StopSignal(), None, np.inf)
    assert whole.bound is not None
    assert lead.bound is not None
    assert lead.end is not None
    assert lead.bound.scaled / PRICE_SCALE == pytest.approx(whole.bound.scaled / PRICE_SCALE, rel=1e-6, abs=2)
    placements = TierTask(rows=task.rows, tier="placements")
    fresh, warm = (
        relax(placements, NOTHING, 1e-9, StopSignal()),
        sift(placements, NOTHING, 1e-9, StopSignal(), lead.end, np.inf),
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
    found = sifting.sift(task, NOTHING, 1e-9, StopSignal(), None, np.inf)
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


def held_at_its_plan(task: TierTask, relaxed: relaxation.Relaxed) -> TierTask:
    """Return the tier ``cost`` over the columns that a plan a little worse than a rounded one may take."""
    chosen = rounded_plan(task, relaxed, 0, StopSignal())
    assert chosen is not None
    assert relaxed.bound is not None
    value = task.rows.value(task.tier, task.rows.completed(chosen)) - WEIGHT_SCALE
    held = HeldTier(tier=task.tier, value=value, step=1, bound=relaxed.bound)
    whole = TierTask(rows=task.rows, tier="cost", held=(held,))
    return whole.subset(np.flatnonzero(losses(task.rows, relaxed.bound) <= held.slack))


@pytest.mark.parametrize("seed", [1, 2])
def test_what_money_is_worth_bounds_what_a_plan_costs(seed: int) -> None:
    """Prices of placements prove a bound of the cost that no plan as good in placements beats, and a close one."""
    generous = assemble_rows(build_columns(generate("demo", seed)))
    is_budget = np.array(generous.kinds) == "budget"
    scarce = replace(generous, limit=np.where(is_budget, generous.limit // 4, generous.limit))
    task = TierTask(rows=scarce, tier="placements")
    root = relax(task, NOTHING, 1e-9, StopSignal())
    cost = held_at_its_plan(task, root)
    bound = inherited_bound(cost)
    assert bound is not None
    found = relax(cost, NOTHING, 1e-9, StopSignal())
    assert found.bound is not None
    assert found.bound.scaled / PRICE_SCALE <= bound.scaled / PRICE_SCALE * (1 - 1e-9) + 1
    assert bound.value() < 0.5 * found.bound.value()
    assert inherited_bound(replace(cost, tier="tie_break")) is None
    assert inherited_bound(replace(cost, held=())) is None


def test_a_round_takes_in_few_of_many_columns_that_are_all_alike() -> None:
    """Of the tier of shortfalls nearly all columns lose the same: nothing."""
    task = TierTask(rows=assemble_rows(build_columns(generate("demo", 1))), tier="shortfall")
    chosen = sifting.first_columns(task, NOTHING)
    restricted = RestrictedProgramme(task, chosen, task.rows.people())
    no_prices = Prices(rows=np.zeros(len(task.rows.limit), dtype=np.int64), held=())
    bound = bound_from(task.rows, task.tier, no_prices, ())
    assert (losses(task.rows, bound) == 0).all()
    after = sifting.next_columns(task, bound, restricted, np.ones(len(chosen)), None)
    assert len(chosen) < len(after) <= len(chosen) + max(500, len(chosen) // 16) < task.rows.num_columns
