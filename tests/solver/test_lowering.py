"""What a relaxation beside an earlier aim proves: prices that pay for what the aim's fixings took for granted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.instances.scaling import town
from benchmarks.instances.strained import with_supervisors, with_units, with_wishes
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING, HeldTier
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.programmes.linear import Algorithm, LinearSolver
from matcher.solver.programmes.programme import Basis, LinearOutcome
from matcher.solver.relaxations import cut_relaxation, linked_relaxation, lowering
from matcher.solver.relaxations.held_rows import Holding
from matcher.solver.relaxations.lowering import lowered
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.core import Core


def beside_shortfall(problem: Problem) -> tuple[TierTask, Relaxed, int]:
    """Return the placements of a problem beside its least shortfall, their relaxation, and those of the best plan."""
    rows = assemble_rows(build_columns(problem))
    plan = solve(problem).plan
    owed, placed = (int(tier.value * scale) for tier, scale in zip(plan.tiers, (10**8, 10**6), strict=False))
    root = relax(TierTask(rows=rows, tier="shortfall"), NOTHING, 1e-9, StopSignal())
    assert root.bound is not None
    held = HeldTier(tier="shortfall", value=-owed, step=1, bound=root.bound)
    task = TierTask(rows=rows, tier="placements", held=(held,))
    return task, relax(task, NOTHING, 1e-9, StopSignal()), placed


def towns() -> list[Problem]:
    """Return towns in whose relaxations something is owed in parts."""
    return [rule(town(300, seed)) for seed in (1, 2, 3) for rule in (with_units, with_supervisors)]


def test_lower_bounds_stay_above_the_best_plan() -> None:
    num_lower = 0
    for problem in towns():
        task, found, placed = beside_shortfall(problem)
        lower = lowered(task, found, StopSignal()).bound
        assert found.bound is not None
        assert lower is not None
        assert placed <= lower.value() <= found.bound.value()
        num_lower += lower.value() < found.bound.value()
    assert num_lower >= 2


def open_aims(plan: Plan) -> dict[str, float]:
    """Return the gap of every aim that is not closed."""
    return {tier.name: tier.gap for tier in plan.tiers if tier.gap}


def test_later_aims_are_closed_where_what_is_owed_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of hours something is left by rounding; what the fixings of the rest gained was paid for by later aims."""
    problem = with_units(town(300, 2))
    plan = solve(problem).plan
    assert max(open_aims(plan).values(), default=0) < 1e-6

    for module in (linked_relaxation, cut_relaxation):
        monkeypatch.setattr(module, "lowered", lambda task, found, *rest: found)
    monkeypatch.setattr(Core, "paid_bound", lambda *args: None)

    assert max(open_aims(solve(problem).plan).values()) > 1e-5


def test_the_draw_is_closed_where_a_wish_costs_a_little_or_placements_stay_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Placements of the second town stay open by a hundred-millionth, which is dear in every later aim."""
    wishes, supervisors = with_wishes(town(1_000, 1)), with_supervisors(town(1_000, 15))
    assert not open_aims(solve(wishes).plan)
    assert max(open_aims(solve(supervisors).plan).values(), default=0) < 1e-7

    for module in (linked_relaxation, cut_relaxation):
        monkeypatch.setattr(module, "lowered", lambda task, found, *rest: found)

    assert open_aims(solve(wishes).plan)["tie_break"] > 0
    assert open_aims(solve(supervisors).plan)["tie_break"] > 1e-3


@pytest.mark.parametrize("number", [0, 1])
def test_what_was_found_until_time_is_up_counts(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Nothing after no programme, and after one what it proves."""
    task, found, _ = beside_shortfall(with_units(town(300, 2)))
    assert found.bound is not None
    answer, num_solves = LinearSolver.solve, 0

    def ended(self: LinearSolver, stop: StopSignal, algorithm: Algorithm) -> LinearOutcome:
        nonlocal num_solves
        num_solves += 1
        if num_solves > number:
            raise Interrupted
        return answer(self, stop, algorithm)

    monkeypatch.setattr(LinearSolver, "solve", ended)
    bound = lowered(task, found, StopSignal()).bound

    assert bound is not None
    assert (bound.value() < found.bound.value()) == bool(number)


def test_nothing_is_solved_once_more_where_the_bound_is_low_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    task, found, _ = beside_shortfall(with_units(town(300, 2)))
    assert found.bound is not None

    def of_no_use(*args: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(lowering, "RestrictedProgramme", of_no_use)
    with pytest.raises(AssertionError):
        lowered(task, found, StopSignal())
    assert lowered(task, found, StopSignal(), found.bound.scaled) is found


@pytest.mark.parametrize("seed", [1, 2])
def test_of_very_many_columns_it_goes_on_from_where_the_relaxation_ended(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a basis of a programme that fixes more, whose plan is one of this programme, too."""
    task, found, placed = beside_shortfall(with_units(town(300, seed)))
    monkeypatch.setattr(lowering, "MANY_COLUMNS", 0)
    monkeypatch.setattr(lowering, "_is_met", lambda *args: False)
    assert found.bound is not None
    first: list[LinearOutcome] = []
    answer = LinearSolver.solve

    def noted(self: LinearSolver, stop: StopSignal, algorithm: Algorithm) -> LinearOutcome:
        first.append(answer(self, stop, algorithm))
        return first[-1]

    monkeypatch.setattr(LinearSolver, "solve", noted)
    values = []
    for is_from_there in (True, False):
        first.clear()
        if not is_from_there:
            monkeypatch.setattr(lowering, "_basis_beside", lambda *args: None)
        bound = lowered(task, found, StopSignal()).bound
        assert bound is not None
        assert placed <= bound.value() <= found.bound.value()
        values.append(first[0].value)
    assert values[0] == pytest.approx(values[1], rel=1e-6)


def test_a_basis_of_another_programme_is_no_beginning() -> None:
    """Other columns, or none: what stands where cannot be told."""
    task, found, _ = beside_shortfall(with_units(town(300, 1)))
    programme = RestrictedProgramme(task, found.chosen, task.rows.people(), Holding.PAID)
    assert lowering._basis_beside(task, replace(found, end=None), programme) is None
    assert found.end is not None
    basis = lowering._basis_beside(task, found, programme)
    assert basis is not None
    assert (basis.rows == Basis.BASIC).sum() + basis.is_basic.sum() == len(basis.rows)
    fewer = RestrictedProgramme(task, found.chosen[1:], task.rows.people(), Holding.PAID)
    assert lowering._basis_beside(task, found, fewer) is None
