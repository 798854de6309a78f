"""The relaxation of a tier by column generation: prices, the bound they prove, and the fractional plan behind them.

Source: Barnhart et al. (1998), Branch-and-price, Operations Research 46(3).
"""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.beyond import ALL_OF_SEVERAL
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, bound_from, candidate_starts, losses
from matcher.solver.model.rows import MANY_COLUMNS
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis
from matcher.solver.relaxations.ranking import best_of_each
from matcher.solver.relaxations.relaxed import End, Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.sifting import basis_from, pinned_columns, sift
from matcher.solver.relaxations.tier_task import TierTask

ALL_AT_ONCE = 3_000  # so few columns are not worth generating; nor many more where enrolments tie a person's together
FIRST_PER_CANDIDATE = 5
FIRST_PER_POSITION = 2
ADDED_PER_CANDIDATE = 4  # of the columns that a round finds missing
ROUNDS = 60


def relax(
    task: TierTask,
    start: IntArray,
    gap: float,
    stop: StopSignal,
    end: End | None = None,
    useful: float = np.inf,
) -> Relaxed:
    """Solve the relaxation of a tier until its bound lies within `gap` of it.

    Parameters
    ----------
    task : TierTask
    start : int array
        Columns to begin with, for example those of an incumbent.
    gap : float
        Relative distance between relaxation and bound at which to stop.
    stop : StopSignal
    end : End, optional
        Where another aim over the same rows ended.
    useful : float
        A value from which on a relaxation of very many columns proves less than is known.

    Raises
    ------
    Interrupted
        When nothing at all was proved before the signal became due.
    """
    if task.rows.num_columns > MANY_COLUMNS:
        return sift(task, start, gap, stop, end, useful)
    active = _first_columns(task, start, end)
    best: Bound | None = None
    x = others = np.empty(0)
    restricted, solver = _begin(task, active, end)
    reached: End | None = None
    chosen = restricted.chosen
    for _ in range(ROUNDS):
        try:
            outcome = solver.solve(stop, task.first_algorithm)
        except Interrupted:
            if best is None:
                raise
            break
        if outcome.status == "infeasible":
            if active.all():
                return Relaxed(bound=best, chosen=restricted.chosen, x=x, others=others, is_feasible=False)
            active[:] = True  # a limit needs columns that were not among the first ones
            restricted, solver = _begin(task, active)
            continue
        value, (x, others) = restricted.value(outcome), restricted.split(outcome.x)
        reached = _end_of(restricted, solver)
        chosen = restricted.chosen  # those that `x` is of, whatever joins them before the next round is interrupted
        bound = bound_from(task.rows, task.tier, restricted.prices(outcome), task.held, task.taken)
        if best is None or bound.scaled < best.scaled:
            best = bound
        if best.scaled / PRICE_SCALE - value <= max(gap * abs(value), 1e-3):
            break
        added = np.flatnonzero(missing_columns(task, bound, active))
        if not len(added):
            break
        active[added] = True
        restricted.take_in(solver, added)
    return Relaxed(bound=best, chosen=chosen, x=x, others=others, is_feasible=True, end=reached)


def _begin(task: TierTask, active: BoolArray, end: End | None = None) -> tuple[RestrictedProgramme, LinearSolver]:
    restricted = RestrictedProgramme(task, np.flatnonzero(active), task.rows.people())
    return restricted, LinearSolver(restricted.programme, basis_from(end, restricted))


def _end_of(restricted: RestrictedProgramme, solver: LinearSolver) -> End | None:
    """Return where the simplex stands, by sorted columns."""
    basis, first = solver.basis, restricted.first_column
    if basis is None:
        return None
    order = np.argsort(restricted.chosen, kind="stable")
    variables = np.r_[basis.variables[:first], basis.variables[first:][order]]
    return End(chosen=restricted.chosen[order], first_column=first, basis=Basis(rows=basis.rows, variables=variables))


def _first_columns(task: TierTask, start: IntArray, end: End | None) -> BoolArray:
    rows = task.rows
    if end is not None:
        active = np.zeros(rows.num_columns, dtype=bool)
        active[np.concatenate([end.chosen, start, task.taken, pinned_columns(rows)])] = True
        return active
    if rows.num_columns <= (ALL_OF_SEVERAL if rows.has_several else ALL_AT_ONCE):
        return np.ones(rows.num_columns, dtype=bool)
    worth = task.objective[: rows.num_columns]
    active = best_of_each(rows.candidate, worth, FIRST_PER_CANDIDATE)
    active |= best_of_each(rows.vacancy, worth, FIRST_PER_POSITION * rows.limits.positions)
    active[start] = True
    active[task.taken] = True
    active[pinned_columns(rows)] = True
    return active


def missing_columns(task: TierTask, bound: Bound, active: BoolArray) -> BoolArray:
    """Return the columns that the prices find better than their candidate's active ones, and the nearest others.

    The nearest ones will be asked for by the next round or by the integer search; taking them now saves rounds.
    """
    rows = task.rows
    reduced = bound.reduced[: rows.num_columns]
    owners, starts = candidate_starts(rows)
    active_best = np.zeros(len(bound.best), dtype=np.int64)
    active_best[owners] = np.maximum.reduceat(np.where(active, reduced, 0), starts).clip(min=0)
    behind = active_best[rows.candidate] - reduced
    wanted = np.zeros(len(active), dtype=bool)
    better = np.flatnonzero(~active & (behind < 0))
    if not len(better):
        return wanted
    wanted[better[best_of_each(rows.candidate[better], reduced[better], ADDED_PER_CANDIDATE)]] = True
    near = np.flatnonzero(~active & (behind >= 0))
    room = max(500, int(active.sum()) // 16)
    if len(near) > room:
        near = near[np.argpartition(losses(rows, bound)[near], room)[:room]]
    wanted[near] = True
    return wanted
