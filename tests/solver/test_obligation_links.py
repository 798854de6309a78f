"""Links between what is owed to a contract and an optional cohort: as specified, broken by no plan, and of use."""

from __future__ import annotations

from decimal import Decimal
from typing import NoReturn

import numpy as np
import pytest

from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Policy, Problem
from matcher.solve import solve
from matcher.solver import assemble_rows, greedy_columns
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.links import LINK_KINDS, OBLIGATION_LINK, with_links
from matcher.solver.model.rows import Rows
from matcher.solver.plans.opening import Opening
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.relaxations import cohorts
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.tiers import progress
from tests import builders as given
from tests.strategies import random_problem


def dear() -> Problem:
    """Return a contract that owes one person, whom only a cohort can bring that money opens by a quarter.

    The money would pay for a seat in another cohort, which nobody needs: whole seats come to all of it.
    """
    people = [f"C{i}" for i in range(4)]
    return given.problem(
        candidates=[given.candidate(name) for name in people],
        contracts=[given.contract("T1", obligation_quantity=Decimal(1), obligation_unit="persons")],
        vacancies=[given.vacancy("V1", 4, contract_id="T1"), given.vacancy("V2", 1)],
        courses=[given.course()],
        cohorts=[
            given.cohort("K1", seats=4, status="optional", budget_id="B1", fixed_cost=Decimal(100)),
            given.cohort("K2", seats=1, cost_per_seat=Decimal(25), budget_id="B1"),
        ],
        budgets=[given.budget("B1", 25)],
        pairs=[
            *(given.pair(name, "V1", score="0.5", cohort_ids=("K1",)) for name in people),
            given.pair("C0", "V2", score="0.25"),
        ],
        policy=Policy(tiers=("shortfall", "placements")),
    )


def every_link(rows: Rows) -> np.ndarray:
    """Return all links there can be."""
    limits = rows.limits
    owners = (np.unique(rows.person), np.unique(rows.vacancy), np.flatnonzero(limits.required > 0))
    opening = np.flatnonzero(rows.cohort >= 0)
    found = [(kind, one, other) for kind, own in enumerate(owners) for one in own for other in opening]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def test_every_link_has_the_row_that_the_specification_says() -> None:
    """Of whoever takes a seat, of whoever comes to a vacancy, and of what a contract gets by other ways."""
    num_found = [0, 0, 0]
    for seed in range(25):
        columns = build_columns(random_problem(seed, has_pins=False))
        rows = assemble_rows(columns)
        links = every_link(rows)
        linked = with_links(rows, links)
        first, number = len(rows.limit), rows.num_columns
        dense, whole = linked.matrix.toarray(), rows.matrix.toarray()
        assert (dense[:first] == whole).all()
        for row, (kind, owner, other) in enumerate(links.tolist(), start=first):
            limits, cohort = rows.limits, int(rows.cohort[other])
            through = whole[rows.row_of_variable[other], :number] != 0
            contract = limits.contract_of_vacancy[rows.vacancy]
            expected = np.zeros(whole.shape[1], dtype=np.int64)
            own = (rows.person, rows.vacancy, contract)[kind] == owner
            if kind == OBLIGATION_LINK:
                required = int(limits.required[owner])
                expected[:number] = -np.where(own & ~through, columns.units, 0)
                obligation = rows.kinds.index("obligation") + list(np.flatnonzero(limits.required)).index(owner)
                expected[number + np.flatnonzero(rows.row_of_variable == obligation)] = -1
                expected[number + other] = -required
                assert linked.limit[row] == -required
            else:
                expected[:number] = own & through
                most = min(int(limits.positions[owner]), int(limits.seats[cohort])) if kind == 1 else 1
                expected[number + other] = -most
                assert linked.limit[row] == 0
            assert (dense[row] == expected).all(), (seed, LINK_KINDS[kind])
            assert (linked.relief.toarray()[:, row] == -expected[number:]).all()
            num_found[kind] += bool(expected[:number].any())
        x = linked.completed(greedy_columns(rows))
        assert linked.is_feasible(x) == rows.is_feasible(x)
    assert min(num_found) > 10


def test_a_part_of_a_cohort_brings_only_a_part_of_what_is_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the link a quarter of the cohort, with four people in four places, would deliver the whole person."""
    task = TierTask(rows=assemble_rows(build_columns(dear())), tier="shortfall")
    links = Links()
    linked, near = relax_linked(task, links, NOTHING, 1e-9, StopSignal())
    monkeypatch.setattr(cohorts, "_broken_obligation_links", lambda *_: (np.empty((0, 3), np.int64), np.empty(0)))
    _, far = relax_linked(task, Links(), NOTHING, 1e-9, StopSignal())
    assert far.bound is not None
    assert near.bound is not None
    assert far.bound.value() == 0
    assert near.bound.value() == -75 * 10**6
    assert linked.rows.links[:, 0].tolist().count(OBLIGATION_LINK) == 1


def test_the_link_proves_that_a_person_is_missing() -> None:
    plan = solve(dear()).plan
    assert [tier.value for tier in plan.tiers] == [1, Decimal("0.25")]
    assert plan.status == "optimal"
    assert "obligation_link" in kinds_of(plan)


def test_a_bound_that_was_proven_is_told_where_the_search_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """What two aims at once have proven says something of each, also where no plan came of it any more."""

    def ended(*_: object) -> NoReturn:
        raise Interrupted

    monkeypatch.setattr(progress, "MANY_COLUMNS", 0)
    monkeypatch.setattr(Opening, "run", ended)
    plan = solve(dear()).plan
    shortfall, placements = plan.tiers
    assert plan.status == "feasible"
    assert Decimal("0.7") < shortfall.bound <= 1 == shortfall.value
    assert placements.value == Decimal("0.25")
    assert "obligation_link" in kinds_of(plan)


def kinds_of(plan: Plan) -> set[str]:
    return {price.kind for case in plan.certificate.cases for price in case.prices}
