"""Plans among the columns nearest to a relaxation, and trees that decide first what is dear: towns that strain both."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import cycle
from typing import Any

import numpy as np
import pytest

from benchmarks.instances.scaling import town
from matcher.features import build_columns
from matcher.problem import Problem, Quota
from matcher.solve import solve
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE
from matcher.solver.model.rows import LEAD
from matcher.solver.plans import nearest
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.plans.nearest import near_plan
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search import tree_search
from matcher.solver.search.parting import dear_others
from matcher.solver.tiers import cut_region, lead_plans

PER_PERSON = {"hours": 1980, "person_months": 12, "credit": 6}
ENOUGH_S = 5.0  # to tell: the aim stays open however long it is given


def owed_in_many_units() -> Problem:
    """Return a town whose contracts, three of five, are owed hours, months or credit, which nobody delivers exactly."""
    given = town(600, 1)
    units, contracts = cycle(PER_PERSON), []
    for number, contract in enumerate(given.contracts):
        if contract.obligation_quantity and contract.obligation_unit == "persons" and number % 5 < 3:
            unit: Any = next(units)
            owed = (contract.obligation_quantity * PER_PERSON[unit]).quantize(Decimal(1))
            contracts.append(replace(contract, obligation_unit=unit, obligation_quantity=owed))
        else:
            contracts.append(contract)
    return replace(given, contracts=tuple(contracts))


def relaxed(problem: Problem) -> tuple[TierTask, Relaxed]:
    task = TierTask(rows=assemble_rows(build_columns(problem)), tier=LEAD)
    return task, relax(task, NOTHING, 1e-9, StopSignal(None))


def apart(task: TierTask, root: Relaxed, chosen: np.ndarray) -> float:
    """Return how many placements a plan may lose against the relaxation."""
    assert root.bound is not None
    x = task.rows.completed(chosen)
    return root.bound.slack(task.rows.value(LEAD, x)) / PRICE_SCALE / 1e6


def test_a_plan_near_the_relaxation_is_far_better_than_one_by_hand() -> None:
    task, root = relaxed(owed_in_many_units())
    by_hand = greedy_columns(task.rows)

    found = near_plan(task, root, by_hand, 0, StopSignal(None))

    assert found is not None
    assert task.rows.is_feasible(task.rows.completed(found))
    assert apart(task, root, found) < 0.05 * apart(task, root, by_hand)


def test_the_same_plan_is_found_whatever_the_first_one_and_none_is_needed() -> None:
    task, root = relaxed(owed_in_many_units())

    found = near_plan(task, root, None, 0, StopSignal(None))

    assert found is not None
    assert task.rows.is_feasible(task.rows.completed(found))
    assert near_plan(task, root, found, 0, StopSignal(None)) is not None


def test_what_is_near_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    task, root = relaxed(town(600, 1))
    found = near_plan(task, root, None, 0, StopSignal(None))
    assert found is not None

    def refuse(*args: Any, **options: Any) -> Any:
        raise AssertionError("a plan so near is for a tree")

    monkeypatch.setattr(nearest, "decided", refuse)

    assert near_plan(task, root, found, 0, StopSignal(None)) is found


def test_what_a_part_of_a_unit_costs_tells_which_variable_is_decided_first() -> None:
    objective = np.array([-10, -1000, 0, -1000])
    others = np.array([3.5, 7.25, 1.5, 2.0])

    assert dear_others(objective, others, np.array([0, 1, 2]), 1.0).tolist() == [1, 0]
    assert dear_others(objective, others, np.array([0, 1, 2]), 100.0).tolist() == [1]
    assert dear_others(objective, others, np.array([0, 2]), 100.0).tolist() == []


def test_persons_in_parts_are_decided_before_people_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several groups are each wished a share of all placements, at a price: the relaxation lacks parts of persons."""
    given = town(400, 3)
    groups = sorted({own.group for candidate in given.candidates for own in candidate.groups})
    wished = tuple(
        Quota(quota_id=f"W{number}", group=group, min_share=Decimal("0.3"), hard=False, price=Decimal(3))
        for number, group in enumerate(groups)
    )
    problem = replace(given, quotas=(*given.quotas, *wished))
    monkeypatch.setattr(cut_region, "gains_cuts", lambda *args: False)  # else these close it
    monkeypatch.setattr(lead_plans, "gains_cuts", lambda *args: False)

    assert solve(problem).plan.tiers[1].gap == 0
    monkeypatch.setattr(tree_search, "DEAR", np.inf)
    assert solve(problem, time_limit_s=ENOUGH_S).plan.tiers[1].gap > 0
