"""Cliques of what one person cannot take together: plans keep them, relaxations gain by them, no case prices them."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.check.sets import MOST_IN_ALL, MOST_OF_ONE
from matcher.columns import Columns
from matcher.features import build_columns
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver import StopSignal, assemble_rows
from matcher.solver.bounds import beyond
from matcher.solver.bounds.beyond import raised_prices
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, Prices, bound_from
from matcher.solver.model import conflicts
from matcher.solver.model.links import TOGETHER, Clique
from matcher.solver.model.rows import Rows
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.tier_task import TierTask
from tests.oracles.columns import ColumnKey, enumerate_columns
from tests.oracles.several import Together
from tests.oracles.whole_model import best_values
from tests.strategies import random_problem

AIMS = ("shortfall", "placements")


def _several(number: int, first: int = 0) -> list[Problem]:
    """Return problems in which somebody may take several places."""
    found = (random_problem(seed, has_pins=False) for seed in range(first, first + 10 * number))
    return [one for one in found if any(who.max_placements > 1 for who in one.candidates)][:number]


def _keys(columns: Columns, origin: np.ndarray) -> set[ColumnKey]:
    limits = columns.limits
    return {
        (limits.candidate_ids[columns.candidate[e]], limits.vacancy_ids[columns.vacancy[e]], columns.route(e))
        for e in origin.tolist()
    }


def _relaxed(rows: Rows, tier: str) -> tuple[TierTask, list[Clique], int, int]:
    """Return the task with its cliques, these, and the scaled bounds without and with them."""
    task, links = TierTask(rows=rows, tier=tier), Links()
    plain = relax(task, NOTHING, 1e-9, StopSignal())
    grown, root = relax_linked(task, links, NOTHING, 1e-9, StopSignal())
    assert plain.bound is not None
    assert root.bound is not None
    cliques = [one for part in links.found if isinstance(part, list) for one in part]
    return grown, cliques, plain.bound.scaled, root.bound.scaled


def test_every_set_that_a_person_can_take_keeps_every_clique() -> None:
    num_cliques = 0
    for problem in _several(40):
        columns, facts = build_columns(problem), enumerate_columns(problem)
        rows, together = assemble_rows(columns), Together(problem, facts)
        for tier in AIMS:
            for clique in _relaxed(rows, tier)[1]:
                who = problem.candidates[clique.candidate]
                inside = _keys(columns, clique.columns)
                made, missing = (_cohorts(rows, part) for part in (clique.made, clique.missing))
                for bundle in together.bundles(who, [key for key in facts if key[0] == who.candidate_id]):
                    new = together.new_cohorts(bundle)
                    assert len(inside & set(bundle)) + len(made & new) + len(missing - new) <= 1
                num_cliques += 1
    assert num_cliques > 10


def _cohorts(rows: Rows, variables: np.ndarray) -> set[str]:
    return {rows.entity_ids[row].partition("|")[2] for row in rows.row_of_variable[variables].tolist()}


def test_relaxations_come_nearer_to_the_best_plan_and_stay_above_it() -> None:
    num_nearer = 0
    for problem in _several(60):
        best = best_values(problem, enumerate_columns(problem))
        tier = problem.policy.tiers[0]
        if best is None or tier not in AIMS:
            continue
        rows = assemble_rows(build_columns(problem))
        _, _, plain, linked = _relaxed(rows, tier)
        value = -best[tier] if tier == "shortfall" else best[tier]
        assert value * PRICE_SCALE <= linked <= plain
        num_nearer += linked < plain - PRICE_SCALE
    assert num_nearer > 2


def test_no_case_prices_a_clique_and_the_checker_proves_as_much() -> None:
    num_priced = 0
    for problem in _several(25, first=1000):
        columns = build_columns(problem)
        num_priced += any(_relaxed(assemble_rows(columns), tier)[1] for tier in AIMS)
        plan = solve(problem).plan
        assert check_plan(problem, plan, columns).violations == ()
        assert all(row.kind != TOGETHER for case in plan.certificate.cases for row in case.prices)
    assert num_priced > 4


def test_prices_that_are_raised_prove_no_less_and_nothing_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices of common rows alone, as a programme without these people's columns would have them."""
    monkeypatch.setattr(beyond, "ALL_OF_SEVERAL", 0)
    num_better = 0
    for seed, problem in enumerate(_several(40)):
        best = best_values(problem, enumerate_columns(problem))
        tier = problem.policy.tiers[0]
        if best is None or tier not in AIMS:
            continue
        rows = assemble_rows(build_columns(problem))
        draw = np.random.default_rng(seed)
        is_common = np.array([kind in ("vacancy", "seat", "budget", "obligation") for kind in rows.kinds])
        prices = np.where(is_common, draw.integers(0, 10**5, len(rows.limit)), 0) * (draw.random(len(rows.limit)) < 0.5)
        reduced = PRICE_SCALE * rows.objectives[tier] - rows.matrix.T @ prices
        before = int(prices @ np.where(is_common, rows.limit, 0)) + _gain(rows, reduced)
        raised = raised_prices(rows, prices, reduced)
        assert (raised >= prices).all()
        assert np.array_equal(reduced, PRICE_SCALE * rows.objectives[tier] - rows.matrix.T @ raised)
        bound = bound_from(rows, tier, Prices(rows=prices, held=()), ())
        assert bound.scaled <= before
        assert bound.scaled >= PRICE_SCALE * (-best[tier] if tier == "shortfall" else best[tier])
        num_better += bound.scaled < before
    assert num_better > 2


def _gain(rows: Rows, reduced: np.ndarray) -> int:
    own, others = reduced[: rows.num_columns].clip(min=0), reduced[rows.num_columns :]
    best = np.zeros(rows.num_owners, dtype=np.int64)
    np.maximum.at(best, rows.candidate, own)
    return int(best.sum() + (others * np.where(others > 0, rows.upper, rows.lower)).sum())


def test_who_could_have_too_many_sets_to_be_written_down_gains_no_cliques(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (conflicts.BEYOND, conflicts.MOST_IN_ALL) == (MOST_OF_ONE + 1, MOST_IN_ALL)
    problem = next(one for one in _several(40) if _relaxed(assemble_rows(build_columns(one)), "placements")[1])
    for name in ("BEYOND", "MOST_IN_ALL"):
        with monkeypatch.context() as patched:
            patched.setattr(conflicts, name, 1)
            assert not _relaxed(assemble_rows(build_columns(problem)), "placements")[1]


def test_the_number_of_sets_is_never_taken_for_less_than_it_is() -> None:
    for problem in _several(40):
        columns, facts = build_columns(problem), enumerate_columns(problem)
        rows, together = assemble_rows(columns), Together(problem, facts)
        assert rows.conflicts is not None
        for place, who in enumerate(problem.candidates):
            own = [key for key in facts if key[0] == who.candidate_id]
            if who.max_placements > 1 and own:
                found = rows.conflicts.of(place)
                assert found is not None
                assert found.most_sets(who.max_placements) >= sum(1 for _ in together.bundles(who, own)) - 1
