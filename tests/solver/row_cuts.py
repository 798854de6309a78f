"""What tests of cuts of single rows, of resources and of obligations, ask of small problems."""

from __future__ import annotations

from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, bound_from
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.cut_relaxation import relax_with_row_cuts
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.tier_task import TierTask
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
