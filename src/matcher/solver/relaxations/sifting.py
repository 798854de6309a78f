"""The relaxation where there are millions of columns: a small programme that is thinned out as it grows.

Each round solves a programme over some tens of thousands of columns, prices all others, takes in the best of those
that are missing and leaves out what the new prices make hopeless. The simplex goes on from the last basis, whose
columns always stay. Source: Bixby, Gregory, Lustig, Marsten and Shanno (1992), Very large-scale linear programming: a
case study in combining interior point and simplex methods, Operations Research 40(5), section 2 ("sifting").
"""

from __future__ import annotations

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, Bound, bound_from, losses
from matcher.solver.model.links import TOGETHER
from matcher.solver.model.rows import Rows
from matcher.solver.model.several import PERSONAL
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis, FloatArray
from matcher.solver.relaxations.ranking import Grouping, best_of_each
from matcher.solver.relaxations.relaxed import End, Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import TierTask

FIRST_PER_CANDIDATE = 4
FIRST_PER_POSITION = 2
ADDED_PER_POSITION = 1
ADDED_PER_VACANCY = 3
KEPT_PER_LIMIT = 3  # columns that a round keeps, per row that they meet
ROUNDS = 60
OWN_KINDS = frozenset((*PERSONAL, "enrolment", "enrolment_used", TOGETHER))
PATIENCE, STILL = 2, 2e-6  # so many rounds in which neither value nor bound moves are enough


def sift(task: TierTask, start: IntArray, gap: float, stop: StopSignal, end: End | None, useful: float) -> Relaxed:
    """Solve the relaxation of a tier over very many columns; see `matcher.solver.relaxations.relaxation.relax`.

    The first programme may take all the time of the whole, of which `stop` may be a part: without it nothing is known.
    """
    candidates = task.rows.people()
    chosen = first_columns(task, start) if end is None else _known_columns(task, end, start)
    restricted = RestrictedProgramme(task, chosen, candidates)
    solver = LinearSolver(restricted.programme, basis_from(end, restricted))
    best: Bound | None = None
    basis: Basis | None = None
    solved, reached = restricted, None  # what `x` belongs to, whatever comes after it
    x = others = np.empty(0)
    history: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        try:
            outcome = solver.solve(stop.whole if best is None else stop, "dual")
        except Interrupted:
            if best is None:
                raise
            break
        if outcome.status == "infeasible":
            if len(chosen) == task.rows.num_columns:
                return Relaxed(bound=best, chosen=chosen, x=x, others=others, is_feasible=False)
            chosen = np.arange(task.rows.num_columns)  # a limit needs columns that were not among the first ones
            restricted = RestrictedProgramme(task, chosen, candidates)
            solver = LinearSolver(restricted.programme)
            continue
        value, (x, others), solved = restricted.value(outcome), restricted.split(outcome.x), restricted
        basis = solver.basis
        reached = None if basis is None else End(chosen=chosen, first_column=restricted.first_column, basis=basis)
        bound = bound_from(task.rows, task.tier, restricted.prices(outcome), task.held, task.taken)
        if best is None or bound.scaled < best.scaled:
            best = bound
        if value >= useful or best.scaled / PRICE_SCALE - value <= max(gap * abs(value), 1e-3):
            break
        history.append((value, best.scaled / PRICE_SCALE))
        if task.rows.has_several and stands_still(history):
            break  # rounding keeps the bound away from a programme with so many rows of its people's own
        after = next_columns(task, bound, restricted, x, basis)
        if len(after) == len(chosen) and np.array_equal(after, chosen):
            break
        if basis is not None:
            basis = basis.moved(restricted.first_column, chosen, after)
        chosen = after
        restricted = RestrictedProgramme(task, chosen, candidates)
        solver = LinearSolver(restricted.programme, basis)
    return Relaxed(bound=best, chosen=solved.chosen, x=x, others=others, is_feasible=True, end=reached)


def stands_still(history: list[tuple[float, float]]) -> bool:
    """Tell whether value and bound have hardly moved for some rounds."""
    if len(history) <= PATIENCE + 1:
        return False
    (value, bound), (earlier, before) = history[-1], history[-1 - PATIENCE]
    return abs(value - earlier) <= STILL * abs(value) and before - bound <= STILL * abs(bound)


def basis_from(end: End | None, restricted: RestrictedProgramme) -> Basis | None:
    """Return where to begin, if the programme has the rows and the first variables of the one that ended there."""
    if end is None or end.basis is None or end.first_column != restricted.first_column:
        return None
    if len(end.basis.rows) != len(restricted.programme.low):
        return None
    return end.basis.moved(end.first_column, end.chosen, restricted.chosen)


def _known_columns(task: TierTask, end: End, start: IntArray) -> IntArray:
    """Return the columns with which another aim ended, an incumbent's, and those that every plan must have."""
    return np.unique(np.concatenate([end.chosen, start, task.taken, pinned_columns(task.rows)]))


def first_columns(task: TierTask, start: IntArray) -> IntArray:
    """Return the columns of the first programme: the best of everybody and everything, and some by lot.

    The best candidates of a vacancy are sought after everywhere; those drawn by lot are mostly free. Without them
    vacancies stay open in the first rounds, look free of charge, and everybody is sent there in the next.
    """
    rows = task.rows
    worth = task.objective[: rows.num_columns]
    by_vacancy = Grouping(rows.vacancy)
    active = Grouping(rows.person).best(worth, FIRST_PER_CANDIDATE)
    active |= by_vacancy.best_by_size(worth, FIRST_PER_POSITION * rows.limits.positions)
    lots = rows.objectives["tie_break"][: rows.num_columns]
    active |= by_vacancy.best_by_size(lots, 4 + 3 * rows.limits.positions)
    active[start] = True
    active[task.taken] = True
    active[pinned_columns(rows)] = True
    return np.flatnonzero(active)


def pinned_columns(rows: Rows) -> IntArray:
    """Return the columns of the pinned pairs, by whatever route."""
    pins = zip(rows.limits.pinned_candidate.tolist(), rows.limits.pinned_vacancy.tolist(), strict=True)
    return np.concatenate([NOTHING, *(rows.columns_of(i, j) for i, j in pins)])


def next_columns(
    task: TierTask, bound: Bound, restricted: RestrictedProgramme, x: FloatArray, basis: Basis | None
) -> IntArray:
    """Return the columns of the next round: those in use, the near ones, and the best of those that were missing."""
    rows, chosen = task.rows, restricted.chosen
    lost = losses(rows, bound)
    active = np.zeros(rows.num_columns, dtype=bool)
    active[_missing(rows, bound, chosen)] = True
    own = lost[chosen]
    stays = x > 0
    if basis is not None:
        stays |= basis.is_basic[restricted.first_column :]
    room = KEPT_PER_LIMIT * (len(restricted.programme.low) - _num_own(rows))
    if len(own) > room:
        stays |= own <= np.partition(own, room)[room]
    else:
        stays[:] = True
    active[chosen[stays]] = True
    active[task.taken] = True
    active[pinned_columns(rows)] = True
    near = np.flatnonzero(~active & (lost >= 0) & (lost <= max(int(np.median(own)), 0)))
    limit = max(500, len(chosen) // 16)
    if len(near) > limit:
        near = near[np.argpartition(lost[near], limit)[:limit]]  # no more: of a tier of shortfalls most are equal
    active[near] = True
    return np.flatnonzero(active)


def _num_own(rows: Rows) -> int:
    """Return how many rows are about one person with several placements alone."""
    return sum(kind in OWN_KINDS for kind in rows.kinds) if rows.has_several else 0


def _missing(rows: Rows, bound: Bound, chosen: IntArray) -> IntArray:
    """Return, of the columns that the prices find better than their candidate's own, the best for each."""
    reduced = bound.reduced[: rows.num_columns]
    own_best = np.zeros(len(bound.best), dtype=np.int64)
    owner = rows.candidate[chosen]
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    own_best[owner[starts]] = np.maximum.reduceat(reduced[chosen], starts).clip(min=0)
    better = np.flatnonzero(reduced > own_best[rows.candidate])
    if not len(better):
        return better
    marked = best_of_each(rows.person[better], reduced[better], 1)
    marked |= best_of_each(
        rows.vacancy[better], reduced[better], ADDED_PER_VACANCY + ADDED_PER_POSITION * rows.limits.positions
    )
    return better[marked]
