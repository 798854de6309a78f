"""Solving again after a change reaches what solving afresh reaches, with a proof that the checker accepts."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions, MatcherError, SolverFailure
from matcher.features import build_columns
from matcher.plan import Plan, TierResult
from matcher.problem import Problem
from matcher.solve import Solved, resolve, solve, solve_columns
from matcher.solve.keeping import _is_as_proven
from matcher.solver import KeptSolve
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.programmes.programme import Basis
from tests import builders as build
from tests.amounts import some
from tests.solve.changes import changed
from tests.strategies import random_problem

SEEDS = int(os.environ.get("MATCHER_WARM_SEEDS", some(30, of=120)))  # thousands where somebody has the time
PART = 30


def assert_like_fresh(problem: Problem, fresh: Plan, again: Solved) -> None:
    """Compare with a fresh solve: every value, the status, and the plan, which the draw makes the only one."""
    assert [(tier.name, tier.value) for tier in again.plan.tiers] == [(tier.name, tier.value) for tier in fresh.tiers]
    assert again.plan.status == fresh.status
    if "tie_break" in problem.policy.tiers:
        assert again.plan.assignments == fresh.assignments
    assert check_plan(problem, again.plan, again.columns).is_sound


def better(one: TierResult, other: TierResult) -> bool:
    """Tell whether a value is better than the bound of another solve of the same problem."""
    return one.value > other.bound if one.name == "placements" else one.value < other.bound


@pytest.mark.slow
@pytest.mark.parametrize("part", range(SEEDS // PART))
def test_after_a_change_every_value_is_that_of_a_fresh_solve(part: int) -> None:
    """Whatever rules the problem mixes and whatever changes, twice in a row, from memory or from a plan's file."""
    num_compared = 0
    for seed in range(part * PART, (part + 1) * PART):
        problem = random_problem(seed)
        try:
            before = resolve(problem)
        except ContradictoryDecisions:
            continue
        draw = random.Random(seed)
        for _ in range(2):
            problem = changed(problem, draw)
            try:
                fresh = solve(problem).plan
            except MatcherError as error:
                with pytest.raises(type(error)):
                    resolve(problem, before)
                break
            before = resolve(problem, before)
            assert_like_fresh(problem, fresh, before)
            num_compared += 1
    assert num_compared > PART


def test_a_decision_that_needs_what_no_earlier_plan_was_near_has_a_plan() -> None:
    """Bo's place needs a cohort of two, which Anna joins for a place that is worth much less than hers was."""
    rows: dict[str, Any] = {
        "candidates": [build.candidate("anna"), build.candidate("bo")],
        "vacancies": [build.vacancy(f"V{n}") for n in (1, 2, 3)],
        "courses": [build.course("U1")],
        "cohorts": [build.cohort("K1", seats=2, min_participants=2, status="optional")],
        "pairs": [
            build.pair("anna", "V1", "0.1", cohort_ids=("K1",)),
            build.pair("anna", "V2", "0.9"),
            build.pair("bo", "V3", "0.5", cohort_ids=("K1",)),
        ],
        "policy": build.policy(tiers=("placements", "cost", "tie_break")),
    }
    first = solve(build.problem(**rows)).plan
    assert [row.vacancy_id for row in first.assignments] == ["V2"]
    decided = build.problem(**rows, decisions=[build.decision("bo", "V3")])
    again = solve_columns(decided, build_columns(decided), earlier=first).plan
    assert [row.vacancy_id for row in again.assignments] == ["V1", "V3"]
    assert again.status == "optimal"


def test_what_is_solved_again_without_a_change_is_the_same_plan_to_the_byte() -> None:
    """The certificate may be another, the proposal not."""
    problem = random_problem(7, is_ready_scored=False, has_pins=False)
    first = resolve(problem)
    again = resolve(problem, first)
    assert replace(again.plan, certificate=first.plan.certificate, tiers=first.plan.tiers) == first.plan


def test_where_a_solver_library_fails_on_what_was_kept_the_problem_is_solved_afresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once, and with everything that a fresh solve reaches; where that fails as well, it is told."""
    problem = random_problem(7, is_ready_scored=False, has_pins=False)
    first, after = resolve(problem), changed(problem, random.Random(2))
    fresh = solve(after).plan
    monkeypatch.setattr(KeptSolve, "known", fail)
    assert_like_fresh(after, fresh, resolve(after, first))

    monkeypatch.setattr("matcher.solve.searching.solve_pool", fail)
    with pytest.raises(SolverFailure, match="astray"):
        resolve(after, first)


@pytest.mark.parametrize("seed", range(8))
def test_a_draw_that_an_earlier_solve_could_not_decide_is_left_open_again(seed: int) -> None:
    """Every aim is closed as afresh; of the draw the plan says no more than is proven."""
    problem = random_problem(seed, has_pins=False)
    first = resolve(problem)
    problem = changed(problem, random.Random(seed))
    fresh = solve(problem).plan
    again = resolve(problem, replace(first, gaps={**first.gaps, "tie_break": 0.5})).plan
    for own, other in zip(again.tiers, fresh.tiers, strict=True):
        if own.name == "tie_break":
            assert own.bound <= other.value <= own.value
            draws = [case for case in again.certificate.cases if case.tier == own.name]
            assert not own.gap or [(case.fixed, case.between, case.prices) for case in draws] == [((), (), ())]
        else:
            assert (own.name, own.value, own.bound) == (other.name, other.value, other.bound)
    assert check_plan(problem, again, build_columns(problem)).is_sound


def fail(*_: object) -> None:
    """Fail as a solver library does."""
    raise SolverFailure("The simplex went astray.")


@pytest.mark.slow
def test_very_many_columns_are_proven_as_closely_again_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many changes follow one another: the first solve's gap is the measure, and no bound is passed."""
    for module in ("solve.keeping", "solver.tiers.progress", "solver.relaxations.relaxation"):
        monkeypatch.setattr(import_module(f"matcher.{module}"), "MANY_COLUMNS", 0)
    for seed in range(12):
        problem, draw = random_problem(seed, is_ready_scored=seed % 2 == 0, has_pins=False), random.Random(seed)
        again = first = resolve(problem)
        for _ in range(3):
            problem = changed(problem, draw)
            try:
                again = resolve(problem, again)
            except ContradictoryDecisions:
                break
            assert check_plan(problem, again.plan, again.columns).is_sound
            assert again.gaps == first.gaps
            fresh = solve(problem).plan
            assert not any(better(one, other) for one, other in zip(fresh.tiers[:1], again.plan.tiers[:1], strict=True))


@pytest.mark.parametrize(
    ("gap_of", "most", "is_enough"),
    [
        ({}, 0, True),
        ({"changes": 1.0}, 0, True),  # nobody had been told anything when the first plan was made
        ({"placements": 2e-4}, 0, False),
        ({"changes": 1.0}, 10**6, False),  # of few columns everything is proven
    ],
)
def test_an_aim_that_the_first_solve_did_not_pursue_has_no_measure(
    monkeypatch: pytest.MonkeyPatch, gap_of: dict[str, float], most: int, is_enough: bool
) -> None:
    """Of very many columns, a scenario is not solved afresh because nobody can prove how few changes it needs."""
    problem = random_problem(11, is_ready_scored=False, has_pins=False)
    problem = replace(
        problem, policy=replace(problem.policy, tiers=("shortfall", "placements", "cost", "changes", "tie_break"))
    )
    first = resolve(problem)
    result = resolve(problem, first, published=first.plan).result
    tiers = tuple(replace(tier, gap=gap_of.get(tier.name, 0.0)) for tier in result.plan.tiers)
    monkeypatch.setattr("matcher.solve.keeping.MANY_COLUMNS", most)

    measure = {"shortfall": 0.0, "placements": 1e-4, "cost": 1e-3}
    found = _is_as_proven(replace(result, plan=replace(result.plan, tiers=tiers)), measure, 1e-6)

    assert "changes" in [tier.name for tier in tiers]
    assert found == is_enough


def test_one_solve_serves_several_changes_and_stays_as_it_was() -> None:
    """Changes of the same problem do not see one another."""
    problem = random_problem(11, is_ready_scored=False, has_pins=False)
    first = resolve(problem)
    changes = [changed(problem, random.Random(number)) for number in range(4)]
    alone = [resolve(one, first).plan for one in changes]

    assert [resolve(one, first).plan for one in reversed(changes)] == alone[::-1]
    assert resolve(problem, first).plan.assignments == first.plan.assignments


def test_the_simplex_goes_on_from_a_whole_basis_where_somebodys_column_is_gone() -> None:
    """As many rows and variables are basic as there are rows, whichever pair is forbidden whose column was basic."""
    num_compared = 0
    for seed in range(8):
        problem = random_problem(seed, is_ready_scored=True, has_pins=False)
        first = resolve(problem)
        then, end = first.kept.columns, first.kept.solution.end
        if end is None or end.basis is None or (then.limits.placements > 1).any():
            continue
        assert num_basic(end.basis) == len(end.basis.rows)
        people = first.kept.solution.rows.people()
        of_people = end.basis.rows[-len(people) :]
        for column in end.chosen[end.basis.is_basic[end.first_column :]].tolist():
            who, where = then.candidate[column], then.vacancy[column]
            is_alone = ((then.candidate == who) & (then.vacancy == where)).sum() == 1
            if not is_alone or of_people[np.searchsorted(people, who)] == Basis.BASIC:
                continue  # the simplex is left to find what else lacks a basic variable
            pair = build.decision(then.limits.candidate_ids[who], then.limits.vacancy_ids[where], "forbidden")
            now = build_columns(replace(problem, decisions=(*problem.decisions, pair)))
            kept = KeptSolve(solution=first.kept.solution, then=then, now=now, gaps={})
            moved = kept.known(assemble_rows(now, counts_obligations=True), ["shortfall", "placements"]).end
            assert moved is not None
            assert moved.basis is not None
            if len(moved.basis.rows) == len(end.basis.rows):  # whoever has no other column has no row either
                assert num_basic(moved.basis) == len(moved.basis.rows)
                num_compared += 1
    assert num_compared >= 2


def num_basic(basis: Basis) -> int:
    """Return how many rows and variables are basic."""
    return int(basis.is_basic.sum()) + int((basis.rows == Basis.BASIC).sum())


@pytest.mark.parametrize("price", [2**50, 2**62, -(2**63), 10**30])
def test_a_plan_whose_prices_are_spoilt_is_as_good_a_beginning_as_its_placements(price: int) -> None:
    """A file may say any number: what 64 bits cannot count is no price, and the plan is that of a fresh solve."""
    problem = random_problem(9, max_candidates=20, max_vacancies=10, max_cohorts=10, has_pins=False)
    plan = solve(problem, gap=0.0).plan
    cases = tuple(
        replace(case, prices=tuple(replace(row, price=price) for row in case.prices)) for case in plan.certificate.cases
    )
    spoilt = replace(plan, certificate=replace(plan.certificate, cases=cases))

    again = resolve(problem, spoilt, gap=0.0)

    assert_like_fresh(problem, plan, again)
