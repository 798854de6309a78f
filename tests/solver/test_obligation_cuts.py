"""Cuts of obligations to which people deliver different amounts: they hold for every plan, and close what is open."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from benchmarks.instances.scaling import town
from benchmarks.instances.strained import with_units
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.rows import LEAD
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.cut_relaxation import relax_with_row_cuts
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.obligation_cuts import ObligationCuts
from matcher.solver.relaxations.tier_task import TierTask
from tests import builders as build
from tests.solver.row_cuts import comes_nearer, drawn_pairs, plans_that_keep_cuts, rows_cut_for, uses_cuts

AIMS = ("shortfall", "placements")


def owing(seed: int, *, people: int = 7, places: int = 6) -> Problem:
    """Return a problem in which two contracts are owed hours or months, of which places deliver different ones."""
    chance = random.Random(seed)
    return build.problem(
        candidates=[build.candidate(f"C{i}", groups=("ungdom",)) for i in range(people)],
        contracts=[
            build.contract("T0", obligation_quantity=chance.randint(20, 40) * Decimal(97), obligation_unit="hours"),
            build.contract("T1", obligation_quantity=Decimal(chance.randint(12, 30)), obligation_unit="person_months"),
        ],
        vacancies=[
            build.vacancy(
                f"V{j}",
                chance.randint(1, 3),
                contract_id=f"T{j % 2}",
                extent_percent=chance.choice((40, 60, 75, 100)),
                duration_months=Decimal(chance.randint(3, 12)),
            )
            for j in range(places)
        ],
        pairs=drawn_pairs(chance, people, places),
        policy=build.policy(tiers=AIMS),
    )


def test_relaxations_come_nearer_to_the_best_plan_by_cuts_and_stay_above_it() -> None:
    assert sum(comes_nearer(owing(seed)) for seed in range(40)) > 10


def test_every_plan_keeps_every_cut() -> None:
    """Cuts of relaxations of both aims that come first."""
    num_cuts = num_plans = 0
    for seed in range(30):
        plain, rows = rows_cut_for(owing(seed), (*AIMS, LEAD))
        num_cuts += len(rows.cuts)
        num_plans += plans_that_keep_cuts(plain, rows, seed)
    assert num_cuts > 30
    assert num_plans > 1000


def test_a_contract_to_which_all_deliver_as_much_is_not_cut() -> None:
    """The model says of it by itself what cuts would."""
    problem = build.problem(
        candidates=[build.candidate(f"C{i}") for i in range(4)],
        contracts=[build.contract("T0", obligation_quantity=Decimal(25), obligation_unit="person_months")],
        vacancies=[build.vacancy(f"V{j}", 2, contract_id="T0", duration_months=Decimal(7)) for j in range(2)],
    )
    assert not ObligationCuts(assemble_rows(build_columns(problem)))
    assert ObligationCuts(assemble_rows(build_columns(owing(0))))
    assert not ObligationCuts(assemble_rows(build_columns(build.problem())))


def test_plans_found_with_cuts_are_the_best_and_proven_by_them() -> None:
    assert sum(uses_cuts(owing(seed)) for seed in range(25)) > 3


def test_a_town_that_is_owed_hours_is_proven_where_a_relaxation_of_parts_of_people_leaves_much_open() -> None:
    problem = with_units(town(2_000, 2))
    rows, links = assemble_rows(build_columns(problem)), Links()
    task, root = relax_linked(TierTask(rows=rows, tier="shortfall"), links, NOTHING, 1e-9, StopSignal())
    _, cut = relax_with_row_cuts(task, links, root, 1e-9, StopSignal())
    plan = solve(problem).plan
    value = -int(plan.tiers[0].value * 10**8)
    assert root.bound is not None
    assert cut.bound is not None
    assert root.bound.slack(value) > 100 * cut.bound.slack(value)
    assert plan.tiers[0].gap == 0


@pytest.mark.usefixtures("every_case_is_large")
def test_placements_of_a_city_have_a_relaxation_of_their_own_where_the_shortfall_stays_open() -> None:
    """In the prices of both together a unit owed counts a hundred placements, and so does what is open of it."""
    plan = solve(with_units(town(3_000, 1)), gap=1e-5).plan
    assert plan.tiers[0].gap > 0
    assert plan.tiers[1].gap < 1e-3
