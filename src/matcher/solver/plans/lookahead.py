"""What to decide now when other people will come later: a two-stage programme over futures that might come.

What is due now is decided once, for all futures; everything later is decided anew in each. The relaxation of this
programme weighs every due column against what its seats, positions and person would be worth later: where later is
worth more, the column stays out and is held back. What the relaxation takes is rounded within the exact limits.

Source: Ahani, Gölz, Procaccia, Teytelboym and Trapp (2021), Dynamic placement in refugee resettlement, arXiv
2105.14388, who price capacity by sampled arrivals. They average the prices of separate programmes; one programme over
all futures keeps the decision the same in each, so that equal people do not all wait for the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import FloatArray, Programme
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import TierTask

AIM = "now"  # the objective of the rounding
LEAST_TAKEN = 0.5  # of a column in the relaxation, from which on it is worth taking
WORTH = 10**6  # of a column that the relaxation takes whole
NODES = 500
GAP = 1e-6


def decided_now(
    rows: Rows,
    aim: str,
    due: IntArray,
    later: IntArray,
    futures: Sequence[IntArray],
    taken: IntArray,
    *,
    seed: int = 0,
    stop: StopSignal | None = None,
) -> IntArray:
    """Return what is taken now, with everything that was taken before; sorted positions of columns.

    Parameters
    ----------
    rows : Rows
        Over all columns, those of futures too; without pins.
    aim : str
        Objective that is pursued over all stages.
    due, later : int64 array
        Columns of people who are known: those that can be decided now only, and those that can wait.
    futures : sequence of int64 array
        Columns of people who come later, one array per future that might come; at least one, which may be empty.
    taken : int64 array
        Columns that are decided already; feasible together.
    seed : int
        Of the integer solver.
    stop : StopSignal, optional

    Raises
    ------
    Interrupted
    """
    if not len(due):
        return taken
    stop = stop or StopSignal()
    now = np.union1d(due, taken)
    programme = _programme(rows, aim, now, later, futures, taken)
    x = LinearSolver(programme).solve(stop, rows.algorithm).x[: len(now)]
    wanted = now[(x >= LEAST_TAKEN) & ~np.isin(now, taken)]
    if not len(wanted):
        return taken
    return _rounded(rows, wanted, x[np.searchsorted(now, wanted)], taken, seed, stop)


def _programme(
    rows: Rows, aim: str, now: IntArray, later: IntArray, futures: Sequence[IntArray], taken: IntArray
) -> Programme:
    """Return the relaxation over all futures.

    Variables stand in the order: columns of now, then for each future its own columns and the other variables. Rows:
    for each future all limits, then its owners.
    """
    num_columns, num_others, share = rows.num_columns, len(rows.upper), 1 / len(futures)
    matrix = sp.csc_matrix(sp.diags(1.0 / rows.scale) @ rows.matrix.astype(np.float64))
    objective = rows.objectives[aim].astype(np.float64)
    scale = max(1.0, float(np.abs(objective).max(initial=0)))
    own = [np.union1d(later, future) for future in futures]
    sizes = [len(one) + num_others for one in own]
    blocks: list[Any] = []
    high: list[FloatArray] = []
    for number, columns in enumerate(own):
        everybody = np.unique(rows.candidate[np.r_[now, columns]])
        beside = sp.hstack([matrix[:, columns], matrix[:, num_columns:]])
        blocks.append(_row_block(matrix[:, now], beside, number, sizes))
        blocks.append(
            _row_block(_owners(rows, now, everybody, 0), _owners(rows, columns, everybody, num_others), number, sizes)
        )
        high += [rows.limit / rows.scale, np.ones(len(everybody))]
    limit = np.concatenate(high)
    lower = np.isin(now, taken).astype(np.float64)
    parts = [np.r_[objective[columns], objective[num_columns:]] * share for columns in own]
    return Programme(
        objective=np.concatenate([objective[now], *parts]) / scale,
        matrix=sp.vstack(blocks, format="csr"),
        low=np.full(len(limit), -np.inf),
        high=limit,
        lower=np.concatenate([lower, *(np.zeros(size) for size in sizes)]),
        upper=np.concatenate(
            [np.ones(len(now)), *(np.r_[np.ones(len(one)), rows.largest.astype(np.float64)] for one in own)]
        ),
    )


def _row_block(first: Any, own: Any, number: int, sizes: Sequence[int]) -> Any:
    """Return rows of one future: its own variables where they stand, nothing of the others."""
    height = first.shape[0]
    parts = [own if place == number else sp.csr_matrix((height, size)) for place, size in enumerate(sizes)]
    return sp.hstack([first, *parts], format="csr")


def _owners(rows: Rows, columns: IntArray, everybody: IntArray, num_others: int) -> Any:
    place = np.searchsorted(everybody, rows.candidate[columns])
    shape = (len(everybody), len(columns) + num_others)
    return sp.csr_matrix((np.ones(len(columns)), (place, np.arange(len(columns)))), shape=shape)


def _rounded(rows: Rows, wanted: IntArray, x: FloatArray, taken: IntArray, seed: int, stop: StopSignal) -> IntArray:
    """Return the columns that come nearest to what the relaxation takes, within all limits, beside those taken."""
    kept = np.union1d(wanted, taken)
    if rows.is_feasible(rows.completed(kept)):
        return kept  # nothing is nearer than all of them
    worth = np.zeros(rows.num_columns + len(rows.upper), dtype=np.int64)
    worth[wanted] = np.rint(WORTH * x).astype(np.int64)
    own = replace(rows, objectives={AIM: worth}).subset(kept)
    task = TierTask(rows=own, tier=AIM, taken=np.searchsorted(kept, taken))
    restricted = RestrictedProgramme.over(task, np.arange(len(kept)))
    outcome = solve_integer(restricted.programme, restricted.is_integer, stop, gap=GAP, seed=seed, node_limit=NODES)
    if outcome.x is None:
        return taken
    chosen = kept[restricted.split(outcome.x)[0] > 0.5]
    return chosen if rows.is_feasible(rows.completed(chosen)) else taken
