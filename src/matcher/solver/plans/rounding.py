"""A plan near a nearly integral relaxation of very many columns: keep what is whole, let SCIP decide the rest.

Source: the neighbourhood is that of relaxation enforced search (Berthold 2014, RENS: the optimal rounding, Mathematical
Programming Computation 6), limited to columns whose loss against the relaxation's prices is small.
"""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import losses
from matcher.solver.model.rows import MANY_COLUMNS, Rows
from matcher.solver.model.several import ENROLMENT, PERSONAL
from matcher.solver.plans.exchanges import decided
from matcher.solver.programmes.entries import entries_of
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.relaxed import WHOLE, Relaxed
from matcher.solver.relaxations.tier_task import TierTask, integer_solution

MOST_FREE = 12_000  # columns left to SCIP, the nearest to the relaxation's prices
MOST_QUICK = 1_500  # where many plans are rounded, each nearly whole already
MOST_MENDED, MOST_MENDED_OF_MANY = 400, 1_500  # columns left to SCIP after a small change
NEAREST = 0.1  # of what a plan loses against the relaxation: a better plan's columns mostly lose less
MOST_NEAREST = 2_500
NEAR_ENOUGH = 1e-5  # of the bound: a tree about what such a plan leaves open is small
NODES = 50
GAP = 1e-7
ANY, NODES_TO_ANY = 1.0, 100  # relative gap, and nodes, where any plan will do


def rounded_plan(
    task: TierTask, root: Relaxed, seed: int, stop: StopSignal, *, most: int = MOST_FREE
) -> IntArray | None:
    """Return the columns (positions in the task) of a plan near a relaxation, or ``None`` where none came up.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        With a bound.
    seed : int
        Of SCIP.
    stop : StopSignal
    most : int
        Columns left to SCIP.

    Raises
    ------
    Interrupted
    """
    assert root.bound is not None
    rows = task.rows
    is_whole = root.x >= 1 - WHOLE
    broken = root.chosen[(root.x > WHOLE) & ~is_whole]
    whole = root.chosen[is_whole]
    touches = np.isin(rows.vacancy[whole], rows.vacancy[broken]) | np.isin(
        rows.candidate[whole], rows.candidate[broken]
    )
    fixed = whole[~touches & ~_is_trained_in_parts(rows, root.others, whole)]
    if not len(broken):
        return fixed if integer_solution(task, fixed) is not None else None
    return decided(
        task, _free_columns(task, root, fixed, most), np.union1d(fixed, task.taken), seed, stop, gap=GAP, nodes=NODES
    )


def _is_trained_in_parts(rows: Rows, others: FloatArray, columns: IntArray) -> BoolArray:
    """Tell which columns are those of people who may take several placements and make some enrolment by a part.

    A relaxation fits half a course in between, and what it takes as a whole is no plan.
    """
    in_parts = np.flatnonzero((rows.stage == ENROLMENT) & (np.abs(others - np.rint(others)) > WHOLE))
    if not len(in_parts):
        return np.zeros(len(columns), dtype=bool)
    met = np.unique(entries_of(rows.matrix, rows.num_columns + in_parts)[0])
    own = met[[rows.kinds[row] in PERSONAL for row in met.tolist()]]
    row, at, _ = entries_of(rows.matrix, columns)
    found: BoolArray = np.isin(rows.person[columns], rows.person[columns[at[np.isin(row, own)]]])
    return found


def any_plan(task: TierTask, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the columns of the first plan that SCIP comes across, ``None`` where it finds none among few nodes.

    Promises and hard shares can leave so few plans that rounding and dives find none.

    Raises
    ------
    Interrupted
    """
    everything = np.arange(task.rows.num_columns)
    return decided(task, everything, task.taken, seed, stop, gap=ANY, nodes=NODES_TO_ANY)


def mended_plan(task: TierTask, root: Relaxed, chosen: IntArray, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the columns of the best plan that keeps what an incumbent and a relaxation both take, or ``None``.

    After a small change that is nearly everything, and what is left is decided in no time.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        With a bound.
    chosen : int array
        Columns (positions in the task) of the incumbent.
    seed : int
        Of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    assert root.bound is not None
    rows, lost = task.rows, losses(task.rows, root.bound)
    agreed = np.union1d(np.intersect1d(chosen, root.chosen[root.x >= 1 - WHOLE]), task.taken)
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[agreed]] = True
    room = root.bound.slack(rows.value(task.tier, rows.completed(chosen)))
    near = np.flatnonzero((lost <= room) & ~is_settled[rows.candidate])
    most = MOST_MENDED_OF_MANY if rows.num_columns > MANY_COLUMNS else MOST_MENDED
    if len(near) > most:
        near = near[np.argpartition(lost[near], most)[:most]]
    used = root.chosen[root.x > WHOLE]
    return decided(task, np.union1d(np.union1d(near, used), chosen), agreed, seed, stop, gap=GAP, nodes=NODES)


def nearest_plan(task: TierTask, root: Relaxed, chosen: IntArray, seed: int, stop: StopSignal) -> IntArray | None:
    """Return the best plan among the columns nearest to a relaxation; ``None`` where it is not looked for.

    An incumbent that is nearly as good as the relaxation leaves so few columns near it that SCIP decides about all of
    them at once, whomever the incumbent places where. All others are left out.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        With a bound.
    chosen : int array
        Columns (positions in the task) of the incumbent.
    seed : int
        Of SCIP.
    stop : StopSignal

    Raises
    ------
    Interrupted
    """
    assert root.bound is not None
    rows, lost = task.rows, losses(task.rows, root.bound)
    room = root.bound.slack(rows.value(task.tier, rows.completed(chosen)))
    near = np.flatnonzero(lost <= int(NEAREST * room))
    if room <= NEAR_ENOUGH * abs(root.bound.scaled) or len(near) > MOST_NEAREST:
        return None
    kept = np.union1d(np.union1d(near, chosen), root.chosen[root.x > WHOLE])
    return decided(task, kept, task.taken, seed, stop, gap=GAP, nodes=1, has_few_cuts=True)


def _free_columns(task: TierTask, root: Relaxed, fixed: IntArray, most: int) -> IntArray:
    """Return the columns that can still join the fixed ones, the nearest to the relaxation's prices."""
    assert root.bound is not None
    rows = task.rows
    lost = losses(rows, root.bound)
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[fixed]] = True
    is_full = np.bincount(rows.vacancy[fixed], minlength=len(rows.least)) >= rows.limit[: len(rows.least)]
    can_join = ~is_settled[rows.candidate] & ~is_full[rows.vacancy]
    can_join[root.chosen[root.x > WHOLE]] = True
    can_join &= ~is_settled[rows.candidate]
    free = np.flatnonzero(can_join)
    if len(free) > most:
        nearest = np.partition(lost[free], most)[most]
        free = free[(lost[free] < nearest) | np.isin(free, root.chosen[root.x > WHOLE])]
    return free
