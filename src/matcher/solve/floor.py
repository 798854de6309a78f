"""What the floor for those furthest from work costs: the same problem, solved once more without it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from matcher.plan import FloorPrice, Plan
from matcher.problem import Problem, Quota
from matcher.solve.solving import solve
from matcher.solve.terms import DEFAULT_GAP

PRICED_AIMS = ("shortfall", "placements", "cost")  # the others count no good of their own


def floors(problem: Problem) -> tuple[Quota, ...]:
    """Return the quotas that guarantee places to those longest out of work, whatever group they belong to."""
    return tuple(
        quota
        for quota in problem.quotas
        if quota.group is None and (quota.min_count is not None or quota.min_share is not None)
    )


def floor_price(
    problem: Problem,
    plan: Plan,
    *,
    gap: float = DEFAULT_GAP,
    time_limit_s: float | None = None,
    threads: int = 1,
    seed: int = 0,
) -> FloorPrice | None:
    """Return what a plan gives up for the floors of its problem; ``None`` where the problem has none.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        That answers it.
    gap, time_limit_s, threads, seed
        As for `solve`.
    """
    own = floors(problem)
    if not own:
        return None
    kept = tuple(quota for quota in problem.quotas if quota not in own)
    free = solve(replace(problem, quotas=kept), gap=gap, time_limit_s=time_limit_s, threads=threads, seed=seed).plan
    reached = {tier.name: tier.value for tier in free.tiers}
    return FloorPrice(
        quota_ids=tuple(sorted(quota.quota_id for quota in own)),
        losses={
            tier.name: _loss(tier.name, tier.value, reached.get(tier.name, Decimal(0)))
            for tier in plan.tiers
            if tier.name in PRICED_AIMS
        },
        is_proven=plan.status == free.status == "optimal",
    )


def _loss(aim: str, value: Decimal, without: Decimal) -> Decimal:
    """Return by how much an aim would be better; most is best of placements only."""
    return without - value if aim == "placements" else value - without
