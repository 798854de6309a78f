"""Cuts: relaxations come nearer to the best plan by them and stay above it, and certificates tell what they need."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from benchmarks.instances.scaling import town
from matcher.check import check_plan
from matcher.columns import Columns
from matcher.features import build_columns
from matcher.formats import plan_from_text, plan_to_text
from matcher.plan import Plan
from matcher.problem import Problem, Quota
from matcher.solve import resolve, solve
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE
from matcher.solver.model.links import CUT
from matcher.solver.model.rounding_cuts import Cut, RowsByRow
from matcher.solver.model.rows import Rows
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.relaxations.cohorts import LinkedProgramme, Links
from matcher.solver.relaxations.cut_relaxation import relax_with_cuts
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.tiers import cut_region, lead_plans
from matcher.whatif import alternatives
from tests import builders as build
from tests.oracles.columns import enumerate_columns
from tests.oracles.whole_model import best_values
from tests.strategies import random_problem

AIMS = ("shortfall", "placements")
ENOUGH_S = 5.0  # to tell: the aim stays open for half a minute, and is closed in a fifth of a second with cuts


def _problems(number: int, first: int = 0, size: int = 8) -> list[Problem]:
    """Return problems in which somebody may take several places."""
    found = (
        random_problem(seed, has_pins=False, max_candidates=size, max_vacancies=size)
        for seed in range(first, first + 20 * number)
    )
    return [one for one in found if any(who.max_placements > 1 for who in one.candidates)][:number]


def _bounds(rows: Rows, tier: str) -> tuple[Rows, int, int]:
    """Return the rows with the cuts that were found, and the scaled bounds without and with these."""
    task, links = TierTask(rows=rows, tier=tier), Links()
    task, root = relax_linked(task, links, NOTHING, 1e-9, StopSignal())
    assert root.bound is not None
    task, cut = relax_with_cuts(task, links, root, StopSignal())
    assert cut.bound is not None
    return links.grown(rows), root.bound.scaled, cut.bound.scaled


def test_relaxations_come_nearer_to_the_best_plan_by_cuts_and_stay_above_it() -> None:
    num_nearer = num_cuts = 0
    for problem in _problems(40, size=14):
        best = best_values(problem, enumerate_columns(problem))
        tier = problem.policy.tiers[0]
        if best is None or tier not in AIMS:
            continue
        rows, linked, cut = _bounds(assemble_rows(build_columns(problem)), tier)
        value = -best[tier] if tier == "shortfall" else best[tier]
        assert value * PRICE_SCALE <= cut <= linked
        num_nearer += cut < linked - PRICE_SCALE
        num_cuts += len(rows.cuts)
    assert num_nearer > 1
    assert num_cuts > 10


def test_every_plan_keeps_every_cut() -> None:
    num_cuts = 0
    for problem in _problems(40, size=14):
        columns = build_columns(problem)
        plain = assemble_rows(columns)
        for tier in AIMS:
            rows = _bounds(plain, tier)[0]
            num_cuts += len(rows.cuts)
            for order in range(4):
                chosen = greedy_columns(plain, _order(columns, order))
                x = plain.completed(chosen)
                assert not plain.is_feasible(x) or rows.is_feasible(x)
    assert num_cuts > 10


def _order(columns: Columns, number: int) -> np.ndarray:
    return np.random.default_rng(number).permutation(len(columns))


@pytest.fixture(scope="module")
def with_cuts() -> tuple[Problem, Plan]:
    """Return a problem and its plan, the proof of which needs cuts."""
    for problem in _problems(200, first=3000, size=14):
        plan = solve(problem).plan
        if plan.certificate.cuts and plan.status == "optimal":
            return problem, plan
    raise AssertionError("no plan needs cuts")


def _is_sound(problem: Problem, plan: Plan) -> bool:
    return check_plan(problem, plan, build_columns(problem)).violations == ()


def test_a_plan_file_keeps_cuts_without_which_nothing_is_proven(with_cuts: tuple[Problem, Plan]) -> None:
    problem, plan = with_cuts
    assert plan_from_text(plan_to_text(plan)) == plan
    assert _is_sound(problem, plan)
    assert not _is_sound(problem, replace(plan, certificate=replace(plan.certificate, cuts=())))


def test_a_cut_that_says_more_than_its_limits_is_not_believed(with_cuts: tuple[Problem, Plan]) -> None:
    """Another divisor, a limit less or once more than it was: the bound that is printed no longer follows."""
    problem, plan = with_cuts
    certificate = plan.certificate
    priced = {row.entity_id for case in certificate.cases for row in case.prices if row.kind == CUT}
    number = max(int(one) for one in priced) - 1
    cut = certificate.cuts[number]
    without = replace(cut, rows=cut.rows[1:])
    double = replace(cut, divisor=2 * cut.divisor)
    for other in (without, double):
        cuts = (*certificate.cuts[:number], other, *certificate.cuts[number + 1 :])
        assert not _is_sound(problem, replace(plan, certificate=replace(certificate, cuts=cuts)))


def test_solving_again_from_a_plan_with_cuts_ends_with_the_same_values(with_cuts: tuple[Problem, Plan]) -> None:
    problem, plan = with_cuts
    again = resolve(problem, plan).plan
    assert [(tier.name, tier.value) for tier in again.tiers] == [(tier.name, tier.value) for tier in plan.tiers]
    assert _is_sound(problem, again)


def test_a_plan_that_differs_from_another_is_proven_by_cuts_of_the_problems_own_limits() -> None:
    """What sets an alternative apart is no limit of the problem: no cut counts it, and the checker passes the plan."""
    num_cuts = 0
    for problem in _problems(25, first=3000, size=14):
        plan = solve(problem).plan
        if not plan.assignments or plan.status != "optimal":
            continue
        found = alternatives(problem, plan, count=1, differ_by=1, within=Decimal("0.5")).found
        cuts = [cut for other in found for cut in other.plan.certificate.cuts]
        assert not {row.kind for cut in cuts for row in cut.rows} & {"differ", "worst"}
        num_cuts += len(cuts)
    assert num_cuts > 0


def with_a_floor() -> Problem:
    """Return a town that cannot place as many of those longest out of work as it guarantees."""
    given = town(600, 3)
    floor = Quota(quota_id="F", months_out_of_work=36, min_share=Decimal("0.35"))
    return replace(given, quotas=(*given.quotas, floor))


def test_a_floor_that_cannot_be_kept_is_proven_by_cuts_where_a_tree_alone_leaves_it_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Persons missing from several hard quotas may be missing in parts: whichever is decided, others take the parts.

    Their sum is rounded up by one cut. People take one place each here.
    """
    problem = with_a_floor()
    with_cuts = solve(problem).plan
    assert with_cuts.tiers[0].gap == 0
    assert with_cuts.certificate.cuts

    monkeypatch.setattr(cut_region, "gains_cuts", lambda *args: False)
    monkeypatch.setattr(lead_plans, "gains_cuts", lambda *args: False)
    without = solve(problem, time_limit_s=ENOUGH_S).plan
    assert without.tiers[0].gap > 0
    assert without.tiers[0].value >= with_cuts.tiers[0].value


def test_what_a_relaxation_has_proven_stays_where_time_is_up_among_the_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    task = TierTask(rows=assemble_rows(build_columns(with_a_floor())), tier="shortfall")
    links = Links()
    task, root = relax_linked(task, links, NOTHING, 1e-9, StopSignal())
    assert root.bound is not None

    def ended(*args: Any) -> Any:
        raise Interrupted

    monkeypatch.setattr(LinkedProgramme, "solve", ended)
    _, found = relax_with_cuts(task, links, root, StopSignal())

    assert found.bound is not None
    assert found.bound.scaled == root.bound.scaled
    assert found.x is root.x


def test_what_is_owed_in_hours_is_rounded_where_dividing_alone_would_leave_nothing() -> None:
    """Ten people of 990 hours each owe 4 000: what five deliver beyond is no shortfall, what four leave is."""
    problem = build.problem(
        candidates=[build.candidate(f"C{n}") for n in range(10)],
        contracts=[build.contract("T1", obligation_quantity=Decimal(4000), obligation_unit="hours")],
        vacancies=[build.vacancy("V1", 10, contract_id="T1", extent_percent=50, duration_months=Decimal(12))],
    )
    rows = assemble_rows(build_columns(problem))
    row = rows.kinds.index("obligation")
    a_person = -int(rows.matrix[row].min())
    cut = Cut(
        divisor=a_person,
        rows=np.array([row]),
        row_times=np.array([1]),
    ).completed(rows)
    coefficients = cut.counted(RowsByRow(rows)).at(np.arange(rows.matrix.shape[1]))
    short = -rows.limit[row] % a_person  # of what four people leave

    assert set(coefficients[: rows.num_columns].tolist()) == {-short}
    assert coefficients[rows.num_columns :].min() == -1
    assert cut.limit == -short * -(rows.limit[row] // a_person)
