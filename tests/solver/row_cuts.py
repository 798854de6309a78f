"""What tests of cuts of single rows, of resources, of obligations and of quotas, ask of small problems."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Pair, Problem
from matcher.solve import solve
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, bound_from
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.cut_relaxation import relax_with_cuts, relax_with_row_cuts
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.tier_task import TierTask
from tests import builders as build
from tests.oracles.columns import enumerate_columns
from tests.oracles.whole_model import best_values


def comes_nearer(problem: Problem) -> bool:
    """Tell whether cuts bring the bound of shortfall nearer to the best plan, above which it must stay."""
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    rows, links = assemble_rows(build_columns(problem)), Links()
    task, root = relax_linked(TierTask(rows=rows, tier="shortfall"), links, NOTHING, 1e-9, StopSignal())
    task, cut = relax_with_row_cuts(task, links, root, 1e-9, StopSignal())

    assert root.bound is not None
    assert cut.bound is not None
    assert -best["shortfall"] * PRICE_SCALE <= cut.bound.scaled <= root.bound.scaled
    assert bound_from(task.rows, task.tier, cut.bound.prices, ()).scaled == cut.bound.scaled
    return cut.bound.scaled < root.bound.scaled - PRICE_SCALE


def drawn_pairs(chance: random.Random, people: int, places: int) -> list[Pair]:
    """Return seven in ten of all pairs of candidates C0, C1, ... and vacancies V0, V1, ..., with scores by lot."""
    return [
        build.pair(f"C{i}", f"V{j}", Decimal(chance.randint(300_000, 900_000)) / 10**6)
        for i in range(people)
        for j in range(places)
        if chance.random() < 0.7
    ]


def rows_cut_for(problem: Problem, tiers: Sequence[str], *, by_bases: bool = False) -> tuple[Rows, Rows]:
    """Return the rows of a problem, and the same with all cuts that relaxations of some aims gain.

    `by_bases` tells to take those of sums of rows, too, which the last bases say.
    """
    plain, links = assemble_rows(build_columns(problem)), Links()
    for tier in tiers:
        task, root = relax_linked(TierTask(rows=plain, tier=tier), links, NOTHING, 1e-9, StopSignal())
        task, root = relax_with_row_cuts(task, links, root, 1e-9, StopSignal())
        if by_bases:
            relax_with_cuts(task, links, root, StopSignal())
    return plain, links.grown(plain)


def plans_that_keep_cuts(plain: Rows, rows: Rows, seed: int) -> int:
    """Return how many plans drawn by lot, of few people and of many, keep all rules; they must keep all cuts, too."""
    lots, found = np.random.default_rng(seed), 0
    for _ in range(200):
        order = lots.permutation(plain.num_columns)[: lots.integers(1, plain.num_columns)]
        _, first = np.unique(plain.candidate[order], return_index=True)
        x = plain.completed(np.sort(order[first]))
        if plain.is_feasible(x):
            assert rows.is_feasible(x)
            found += 1
    return found


def best_of(problem: Problem) -> Plan:
    """Return the plan of a problem, which must be the best in shortfall and placements."""
    plan = solve(problem).plan
    best = best_values(problem, enumerate_columns(problem))
    assert best is not None
    for tier in plan.tiers:
        scale = 10**8 if tier.name == "shortfall" else 10**6
        assert tier.value * scale == best[tier.name]
    return plan


def uses_cuts(problem: Problem) -> bool:
    """Tell whether the proof of a plan, which must be the best, counts cuts."""
    return bool(best_of(problem).certificate.cuts)
