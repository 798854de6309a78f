"""The search tree does not end where rounding alone has broken a rule."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from matcher.columns import IntArray
from matcher.generate import generate
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import Algorithm, LinearSolver
from matcher.solver.programmes.programme import FloatArray, LinearOutcome
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search import open_search, parting
from matcher.solver.search.branching import Search
from matcher.solver.search.budgets import Budget, budget_of
from matcher.solver.tiers import cut_region, lead_plans
from tests import builders as build
from tests.strategies import random_problem


def unaffordable_and_free() -> Problem:
    """Return a problem of two people: one's training costs more than is left, the other has two ways to a place."""
    return build.problem(
        candidates=[build.candidate("C0"), build.candidate("C1")],
        contracts=[
            build.contract(
                "T0",
                start_date=None,
                end_date="2027-09-03",
                obligation_quantity=Decimal("8.06"),
                obligation_unit="person_months",
                obligation_kind="dialogue",
            )
        ],
        vacancies=[build.vacancy("V0", contract_id="T0"), build.vacancy("V1", 3)],
        courses=[build.course()],
        cohorts=[
            build.cohort("K0", cost_per_seat=Decimal(100), budget_id="B0"),
            build.cohort("K1", seats=1),
            build.cohort(
                "K6", cost_per_seat=Decimal("99.5"), budget_id="B0", start_date="2026-07-01", end_date="2026-07-30"
            ),
        ],
        budgets=[build.budget("B0", 150)],
        pairs=[
            build.pair("C0", "V0", "0.5", cohort_ids=("K0", "K6")),
            build.pair("C1", "V1", "0.5", cost=Decimal(20)),
            build.pair("C1", "V1", "0.5", cohort_ids=("K1",)),
        ],
    )


def test_the_cheaper_of_two_equal_routes_is_taken_where_the_prices_of_an_earlier_aim_hide_it() -> None:
    """The linear programme calls an empty plan as good as the best one, within its tolerance: it is not believed."""
    values = {tier.name: tier.value for tier in solve(unaffordable_and_free()).plan.tiers}

    assert (values["placements"], values["cost"]) == (Decimal("0.5"), 0)


def test_a_person_in_excess_by_a_millionth_counts_as_a_whole_one() -> None:
    """One of three is a little more than a share of 0.333333: the linear programme sees a millionth, people see one."""
    share = build.quota(
        scope="contract", scope_id="T1", max_share=Decimal("0.333333"), hard=False, price=Decimal("0.25")
    )
    problem = build.problem(
        candidates=[build.candidate("C1"), build.candidate("C2"), build.candidate("young", groups=("youth",))],
        contracts=[build.contract("T1")],
        vacancies=[build.vacancy("V1", 3, contract_id="T1"), build.vacancy("V2")],
        quotas=[share],
        pairs=[
            build.pair("C1", "V1", "0.5"),
            build.pair("C2", "V1", "0.5"),
            build.pair("young", "V1", "0.6"),
            build.pair("young", "V2", "0.5"),
        ],
    )
    plan = solve(problem).plan

    assert {tier.name: tier.value for tier in plan.tiers}["placements"] == Decimal("1.5")
    assert [entry.vacancy_id for entry in plan.assignments] == ["V1", "V1", "V2"]


@pytest.mark.parametrize(("seed", "optional_percent"), [(1, 0), (8, 60)])
def test_a_small_town_is_proven_in_every_aim(seed: int, optional_percent: int) -> None:
    """Prices of an earlier aim are whole: rounded apart from its limits', each delivery to an obligation left a gap."""
    plan = solve(generate("demo", seed, optional_percent=optional_percent)).plan
    assert plan.status == "optimal"
    assert {tier.name: tier.gap for tier in plan.tiers if tier.name != "tie_break"} == {
        "shortfall": 0.0,
        "placements": 0.0,
        "cost": 0.0,
    }


def test_what_is_decided_is_not_branched_on_again_where_a_solve_is_imprecise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simplex that leaves fixed columns in between spoils neither plan nor certificate: `solve` checks both."""
    answer = LinearSolver.solve
    num_fixed = 0

    def imprecise(self: LinearSolver, stop: StopSignal, algorithm: Algorithm) -> LinearOutcome:
        nonlocal num_fixed
        outcome = answer(self, stop, algorithm)
        if outcome.status == "infeasible":
            return outcome
        is_fixed = self._lower == self._upper
        num_fixed += int(is_fixed.sum())
        return replace(outcome, x=np.where(is_fixed, (outcome.x + 0.5) / 2, outcome.x))

    split, split_other = parting.split_column, parting.split_other

    def once(decisions: Decisions, columns: IntArray, values: FloatArray, *, dives: bool) -> parting.Halves:
        assert not (decisions.taken | decisions.left) & set(columns.tolist())
        return split(decisions, columns, values, dives=dives)

    def between(rows: Rows, decisions: Decisions, other: int, value: float) -> parting.Halves:
        one, another = split_other(rows, decisions, other, value)
        assert all(least <= most for least, most in (one.others[other], another.others[other]))
        return one, another

    problems = [random_problem(seed, has_pins=False) for seed in range(40)]
    exact = [solve(problem).plan for problem in problems]
    monkeypatch.setattr(LinearSolver, "solve", imprecise)
    monkeypatch.setattr(parting, "split_column", once)
    monkeypatch.setattr(parting, "split_other", between)
    for problem, plan in zip(problems, exact, strict=True):
        assert [tier.value for tier in solve(problem).plan.tiers] == [tier.value for tier in plan.tiers]
    assert num_fixed > 100


def test_what_was_parted_before_the_best_plan_came_up_is_closed_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer cases prove the same values, and the checker, which `solve` asks, finds nothing missing in them."""
    draw = random.Random(12)
    cohorts = [
        build.cohort(f"K{number}", seats=4, cost_per_seat=Decimal(draw.randint(20, 60)), budget_id="B0")
        for number in range(4)
    ]
    pairs = [
        build.pair(f"C{i}", f"V{j}", f"0.{draw.randint(100, 999)}", cohort_ids=(f"K{draw.randrange(4)}",))
        for i in range(24)
        for j in range(8)
        if draw.random() < 0.5
    ]
    problem = build.problem(
        candidates=[build.candidate(f"C{i}") for i in range(24)],
        vacancies=[build.vacancy(f"V{j}", 2) for j in range(8)],
        courses=[build.course()],
        cohorts=cohorts,
        budgets=[build.budget("B0", 300)],
        pairs=pairs,
    )
    monkeypatch.setattr(cut_region.CutRegion, "_near_columns", lambda self: None)  # else it comes up before
    for module in (cut_region, lead_plans):
        monkeypatch.setattr(module, "gains_cuts", lambda *args: False)
    few = solve(problem).plan
    monkeypatch.setattr(Search, "_grow_together", lambda self, core: None)
    many = solve(problem).plan

    assert [(tier.value, tier.bound) for tier in few.tiers] == [(tier.value, tier.bound) for tier in many.tiers]
    assert few.assignments == many.assignments
    assert len(few.certificate.cases) < len(many.certificate.cases)


@pytest.mark.parametrize("seed", [7, 22, 26, 45, 52])
def test_a_search_that_ends_near_enough_hands_over_ends_that_hold_every_plan(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Once its budget is spent, a search ends within the gap asked for: with parts still open, or on a narrow core."""

    def few(task: TierTask) -> Budget:
        return replace(budget_of(task), columns=2_000, may_grow=False)

    monkeypatch.setattr(open_search, "budget_of", few)
    problem = random_problem(seed, max_candidates=30, max_vacancies=12, max_cohorts=12, has_pins=False)

    plan = solve(problem, gap=0.2).plan  # which the checker has passed

    assert all(tier.claimed_gap <= tier.gap for tier in plan.tiers)
