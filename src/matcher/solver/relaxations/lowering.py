"""A lower bound for a relaxation beside held tiers: prices that pay for what its fixings took for granted.

Duals of a programme in which an earlier tier fixes something prove only as much as is left once the price of that tier
outweighs the fixings (`matcher.solver.relaxations.held_rows`). Of the same columns with nothing fixed the duals are
prices as they stand, and the best that there are. Where whole numbers lose what is missing still, higher prices of the
held tiers leave less to rounding.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, bound_from
from matcher.solver.model.rows import MANY_COLUMNS
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis, LinearOutcome
from matcher.solver.relaxations.held_rows import HeldRows, Holding
from matcher.solver.relaxations.relaxation import missing_columns
from matcher.solver.relaxations.relaxed import Relaxed, is_low, value_of, whole_plan
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import TierTask

ROUNDS = 20
CLOSE = 1e-9  # of the relaxation: a bound so near to it is its own
FEW_COLUMNS = 10_000  # up to here all emphases are tried: rounded prices can lose a little and then gain
EMPHASES = tuple(10.0**power for power in range(1, 8))


def lowered(task: TierTask, found: Relaxed, stop: StopSignal, enough: int | None = None) -> Relaxed:
    """Return a relaxation with the best bound that is found for it.

    Parameters
    ----------
    task : TierTask
    found : Relaxed
    stop : StopSignal
        Once it is due, what was found until then counts.
    enough : int, optional
        A scaled bound that need not be lowered.
    """
    if found.bound is None or not task.held or not found.is_feasible or is_low(found.bound, enough):
        return found
    if _is_met(task, found, found.bound):
        return found
    best = found.bound
    for holding in (Holding.PAID, Holding.FIXED):
        best = _priced(task, found, holding, best, stop, enough)
        if is_low(best, enough) or _is_met(task, found, best) or task.rows.num_columns > MANY_COLUMNS:
            break  # of the duals with fixings, which take as long, higher prices hardly ever make more
    return replace(found, bound=best)


def _priced(
    task: TierTask, found: Relaxed, holding: Holding, best: Bound, stop: StopSignal, enough: int | None
) -> Bound:
    """Return the best bound by duals of a programme that gains the columns it lacks, with higher prices in the end."""
    active = np.zeros(task.rows.num_columns, dtype=bool)
    active[found.chosen] = True
    programme = RestrictedProgramme(task, np.flatnonzero(active), task.rows.people(), holding)
    is_large = task.rows.num_columns > MANY_COLUMNS  # a small one may end at other duals from there, that prove less
    basis = _basis_beside(task, found, programme) if is_large else None
    solver = LinearSolver(programme.programme, basis)
    for number in range(ROUNDS):
        goes_on = basis is not None and number == 0
        try:
            outcome = solver.solve(stop, "primal" if goes_on else task.first_algorithm)
        except (Interrupted, SolverFailure):
            return best
        if outcome.status == "infeasible":
            return best
        bound = bound_from(task.rows, task.tier, programme.prices(outcome), task.held, task.taken)
        best = min(best, bound, key=lambda one: one.scaled)
        value = programme.value(outcome)
        if is_low(best, enough) or best.scaled / PRICE_SCALE - value <= max(CLOSE * abs(value), 1e-3):
            return best
        added = np.flatnonzero(missing_columns(task, bound, active))
        if not len(added):
            break
        active[added] = True
        programme.take_in(solver, added)
    return best if _is_met(task, found, best) else emphasised(task, programme, outcome, best)


def _basis_beside(task: TierTask, found: Relaxed, programme: RestrictedProgramme) -> Basis | None:
    """Return where a relaxation ended, for a programme of the same columns that fixes less: its plan stays a plan.

    What was fixed has no variable of its own there, for what is open of its limit.
    """
    end, rows = found.end, task.rows
    if end is None or end.basis is None or len(end.basis.rows) != len(programme.programme.low):
        return None
    fixed = HeldRows(task, rows.people(), Holding.FIXED).slack_rows
    number = len(rows.upper)
    if end.first_column != number + len(fixed) or not np.isin(end.chosen, programme.chosen).all():
        return None
    place = {row: number + position for position, row in enumerate(programme.slack_rows)}
    slacks = [place.get(row, -1) for row in fixed]
    columns = programme.first_column + np.searchsorted(programme.chosen, end.chosen)
    return Basis.among(
        end.basis,
        np.arange(len(end.basis.rows)),
        np.concatenate([np.arange(number), np.array(slacks, dtype=np.int64), columns]),
        (len(end.basis.rows), programme.first_column + len(programme.chosen)),
    )


def _is_met(task: TierTask, found: Relaxed, bound: Bound) -> bool:
    """Tell whether no bound of whole numbers could be lower, by the relaxation itself or by a plan that it is."""
    rows = task.rows
    if bound.value() <= np.floor(value_of(task, found) + 1e-3):
        return True
    plan = whole_plan(task, found)
    return plan is not None and bound.value() <= rows.value(task.tier, rows.completed(plan))


def emphasised(task: TierTask, restricted: RestrictedProgramme, outcome: LinearOutcome, best: Bound) -> Bound:
    """Return the best bound under higher prices of the held tiers, or `best` itself.

    Prices no higher than they need be leave room for those of later tiers, which bring these with them.
    """
    duals = restricted.near_duals(outcome)
    emphasis = [1.0] * len(task.held)
    others: dict[int, list[float]] = {}  # beside which each has been tried
    tried: set[tuple[int, ...]] = set()
    for tier in (*range(len(emphasis)), *range(len(emphasis))):
        beside = emphasis[:tier] + emphasis[tier + 1 :]
        if not duals.weight[tier] or others.get(tier) == beside:
            continue  # nothing times anything is nothing; nothing else has changed, and so would nothing here
        others[tier] = beside
        last: int | None = None
        for factor in EMPHASES if task.rows.num_columns <= MANY_COLUMNS else EMPHASES[::3]:
            trial = [*emphasis[:tier], factor, *emphasis[tier + 1 :]]
            prices = duals.prices(trial)
            if prices.held in tried:
                continue  # as large as it may be, or all of it comes with the price of a later tier
            tried.add(prices.held)
            bound = bound_from(task.rows, task.tier, prices, task.held, task.taken)
            if bound.value() < best.value():
                best, emphasis = bound, trial
            elif last is not None and bound.scaled > last and task.rows.num_columns > FEW_COLUMNS:
                break  # but for the rounding of prices, a bound is convex in them: higher ones are worse still
            last = bound.scaled
    return best


__all__ = ["emphasised", "lowered"]
