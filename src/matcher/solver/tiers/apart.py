"""Solves what hangs together apart from the rest, in threads, processes or on a cluster, and joins the proofs.

The optima of components add up to the optimum of the whole, and their prices are prices of the whole: none pays for a
limit of another. Nothing of this is believed: what the joined prices prove is what exact arithmetic over all columns
says. Where a component needs a search tree, its cases cannot be joined to those of the others without multiplying
them. So the smallest share is tried first, and where joined prices do not prove every aim, the whole is solved as if it
had not fallen apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.engine import Engine
from matcher.solver.again.earlier import Known
from matcher.solver.bounds.bound import PRICE_SCALE, HeldTier, Prices, bound_from
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.core import objective_step
from matcher.solver.solution import Solution
from matcher.solver.tiers.components import Share, may_fall_apart, shares_of
from matcher.solver.tiers.progress import Report
from matcher.solver.tiers.tiers import pursued_tiers, solve_tiers

LARGEST_PRICE = 2**53
TIME_SHARE = 0.4  # of the time that is left: what the parts may take
DRAW = "tie_break"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOutcome:
    """What came of a share.

    Parameters
    ----------
    chosen : int64 (n,)
        Among the share's columns.
    is_plain : bool
        Whether every aim was proven by one case that fixes nothing; the draw is no aim.
    prices : dict of tier to (prices by kind and id of the row, prices by earlier tier)
        Of the case that fixes nothing, where a tier has one.
    """

    chosen: IntArray
    is_plain: bool
    prices: dict[str, tuple[dict[tuple[str, str], int], dict[str, int]]]


def solve_in_parts(
    columns: Columns,
    policy_tiers: Sequence[str],
    *,
    gap: float,
    seed: int,
    stop: StopSignal,
    report: Report,
    engine: Engine,
    threads: int = 1,
    on_rows: Callable[[Rows], None] | None = None,
) -> Solution:
    """Solve every tier of a policy, components apart where there are several sizable ones; see `solve_tiers`.

    Parameters
    ----------
    columns, policy_tiers, gap, seed, stop, report
        As for `solve_tiers`.
    engine : Engine
        What the components are solved on; it never changes the plan.
    threads : int
        Of what is solved as a whole; nor do these.
    on_rows : callable, optional
        See `solve_tiers`.
    """
    names, counts_obligations = pursued_tiers(columns, policy_tiers)
    known, rows = None, None
    if may_fall_apart(columns):
        rows = assemble_rows(columns, counts_obligations=counts_obligations, threads=threads)
        shares = shares_of(columns, rows)
        if len(shares) > 1:
            # The whole must have time left where the parts prove nothing.
            limit = StopSignal(None if stop.remaining_s is None else stop.remaining_s * TIME_SHARE)
            work = partial(solve_share, policy_tiers=tuple(policy_tiers), gap=gap, seed=seed, stop=limit)
            known = _proof_in_parts(rows, names, shares, work, engine)
            stop.by_person = stop.by_person or limit.by_person
    return solve_tiers(
        columns,
        policy_tiers,
        gap=gap,
        seed=seed,
        stop=stop,
        report=report,
        known=known,
        rows=rows,
        threads=threads,
        on_rows=on_rows,
    )


def _proof_in_parts(
    rows: Rows,
    names: Sequence[str],
    shares: Sequence[Share],
    work: Callable[[Columns], ShareOutcome | None],
    engine: Engine,
) -> Known | None:
    """Return a plan and the prices that prove every aim of it, or None where the shares have none that do."""
    first, *others = sorted(shares, key=lambda share: len(share.position))
    probe = work(first.columns)
    if probe is None or not probe.is_plain:
        return None
    outcomes = [probe]
    for outcome in engine.map(work, [share.columns for share in others]):
        if outcome is None or not outcome.is_plain:
            return None
        outcomes.append(outcome)
    known = _joined(rows, names, [first, *others], outcomes)
    return known if _is_proof(rows, names, known) else None


def _is_proof(rows: Rows, names: Sequence[str], known: Known) -> bool:
    """Tell whether the prices prove that no plan is better in any aim."""
    x = rows.completed(known.chosen)
    if not rows.is_feasible(x):
        return False
    held: tuple[HeldTier, ...] = ()
    for tier in names:
        if tier == DRAW:
            return True
        if tier not in known.prices:
            return False
        value, step = rows.value(tier, x), objective_step(TierTask(rows=rows, tier=tier))
        bound = bound_from(rows, tier, known.prices[tier], held)
        if bound.value(step) > value:
            return False
        held = (*held, HeldTier(tier=tier, value=value, step=step, bound=bound))
    return True


def solve_share(
    columns: Columns, *, policy_tiers: tuple[str, ...], gap: float, seed: int, stop: StopSignal
) -> ShareOutcome | None:
    """Solve one share; None where decisions leave it no plan, which the whole will say in its own words."""
    try:
        solution = solve_tiers(columns, policy_tiers, gap=gap, seed=seed, stop=stop, report=_silent)
    except InfeasiblePins:
        return None
    names = [tier.tier for tier in solution.tiers]
    prices = {}
    for tier in solution.tiers:
        plain = [case for case in tier.cases if case.is_plain]
        if plain:
            rows = plain[-1].prices.rows
            by_row = {
                (solution.rows.kinds[row], solution.rows.entity_ids[row]): int(rows[row])
                for row in np.flatnonzero(rows).tolist()
            }
            prices[tier.tier] = (by_row, dict(zip(names, plain[-1].prices.held, strict=False)))
    aims = [tier for tier in solution.tiers if tier.tier != DRAW]
    is_plain = all(len(tier.cases) == 1 and tier.bound == tier.value and tier.tier in prices for tier in aims)
    return ShareOutcome(chosen=solution.chosen, is_plain=is_plain, prices=prices)


def _silent(*_: object) -> None:
    """Report nothing: a share is no plan."""


def _joined(rows: Rows, names: Sequence[str], shares: Sequence[Share], outcomes: Sequence[ShareOutcome]) -> Known:
    """Return the plan of all shares, and for every tier one vector of prices for all of them."""
    chosen = np.sort(
        np.concatenate([share.position[done.chosen] for share, done in zip(shares, outcomes, strict=True)])
    )
    place = {key: row for row, key in enumerate(zip(rows.kinds, rows.entity_ids, strict=True))}
    prices: dict[str, Prices] = {}
    for number, tier in enumerate(names):
        joined = _prices_of_tier(place, names[:number], tier, outcomes, len(rows.limit))
        if joined is not None:
            prices[tier] = joined
    return Known(chosen=chosen, prices=prices)


def _prices_of_tier(
    place: dict[tuple[str, str], int],
    earlier: Sequence[str],
    tier: str,
    outcomes: Sequence[ShareOutcome],
    num_rows: int,
) -> Prices | None:
    """Return prices of the whole for one tier, None where some share has none that fix nothing.

    All shares hold an earlier tier at one price here, the highest that any of them needs. Another share makes up for
    the difference with so much of the prices by which it proved that tier itself: where it proved it exactly, its
    bound stays what it was, because bounds of added prices are at most the sum of the bounds.
    """
    total = np.zeros(num_rows)
    held = {name: max(done.prices.get(tier, ({}, {}))[1].get(name, 0) for done in outcomes) for name in earlier}
    own_held = [dict(done.prices.get(tier, ({}, {}))[1]) for done in outcomes]
    for name in reversed(earlier):  # making up for one tier moves the prices of those before it
        held[name] = max(each.get(name, 0) for each in own_held)
        for done, each in zip(outcomes, own_held, strict=True):
            factor = (held[name] - each.get(name, 0)) / PRICE_SCALE
            by_row, by_tier = done.prices.get(name, ({}, {}))
            if factor and name in done.prices:
                for key, price in by_row.items():
                    if key in place:  # a row that a search has added to its share alone is nobody else's
                        total[place[key]] += factor * price
                for before, price in by_tier.items():
                    each[before] = each.get(before, 0) + round(factor * price)
    for done in outcomes:
        if tier not in done.prices:
            return None
        for key, price in done.prices[tier][0].items():
            if key in place:
                total[place[key]] += price
    if max(np.abs(total).max(initial=0), *held.values(), 0) > LARGEST_PRICE:
        return None
    return Prices(rows=np.rint(total).astype(np.int64), held=tuple(held[name] for name in earlier))
