"""Pure assignment and transport problems, by the network algorithm that fits their density.

None of the algorithms returns prices, so they are recovered from the plan: the smallest vacancy prices under which
every candidate prefers what the plan gives (a longest-path problem; Burkard, Dell'Amico and Martello 2012, section
4.1). They exist exactly when the plan is optimal, and they are whole numbers, so the proof has no gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import linear_sum_assignment, min_cost_flow
from scipy.optimize import linear_sum_assignment as dense_assignment

from matcher.columns import IntArray
from matcher.solver.bound import PRICE_SCALE, Bound, Prices, bound_from
from matcher.solver.restricted import TierTask

DENSE_SHARE = 0.1  # of all pairs: from here on the dense algorithm is faster (800 x 800 and 5 000 x 5 000 measured)
DENSE_LIMIT = 40_000_000  # entries of a dense matrix
PRICE_ROUNDS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """An optimal plan and its proof."""

    x: IntArray
    bound: Bound


def solve_assignment(task: TierTask) -> NetworkPlan | None:
    """Solve a tier by a network algorithm, or return ``None`` where it is not such a problem.

    It is one when nothing but positions and people limits the plan, no earlier tier is held, and no pair is worth less
    than nothing.
    """
    rows, positions = task.rows, task.rows.limits.positions
    if not rows.num_columns or rows.matrix.nnz != rows.num_columns or len(rows.upper) or task.held:
        return None
    worth = task.objective
    if worth.min() < 0 or worth.max() == 0 or not np.all(rows.limit >= 0) or rows.is_equation.any():
        return None
    edge = _best_edges(rows.candidate, rows.vacancy, worth)
    taken = _matched(rows.candidate[edge], rows.vacancy[edge], worth[edge], positions)
    if taken is None:
        return None
    chosen = np.sort(edge[taken])
    price = _vacancy_prices(rows.candidate[edge], rows.vacancy[edge], worth[edge], taken, positions)
    if price is None:
        return None
    row_prices = np.zeros(len(rows.limit), dtype=np.int64)
    row_prices[: len(price)] = PRICE_SCALE * price
    bound = bound_from(rows, task.tier, Prices(rows=row_prices, held=()), ())
    x = rows.completed(chosen)
    if not rows.is_feasible(x) or rows.value(task.tier, x) != bound.value():
        return None
    return NetworkPlan(x=x, bound=bound)


def _best_edges(candidate: IntArray, vacancy: IntArray, worth: IntArray) -> IntArray:
    """Return one column per pair of candidate and vacancy: the best, columns being sorted by pair."""
    is_first = np.r_[True, (candidate[1:] != candidate[:-1]) | (vacancy[1:] != vacancy[:-1])]
    if is_first.all():
        return np.arange(len(candidate))
    order = np.lexsort((-worth, vacancy, candidate))
    return np.sort(order[is_first])


def _matched(candidate: IntArray, vacancy: IntArray, worth: IntArray, positions: IntArray) -> IntArray | None:
    """Return the edges of a plan of greatest worth."""
    num_candidates = int(candidate.max()) + 1
    places = np.minimum(positions, np.bincount(vacancy, minlength=len(positions)))
    num_places = int(places.sum())
    if num_places == 0:
        return np.empty(0, dtype=np.int64)
    is_single = bool((places <= 1).all())
    entries = num_candidates * num_places
    if entries <= DENSE_LIMIT and len(candidate) >= DENSE_SHARE * entries / max(1, num_places / len(positions)):
        return _dense(candidate, vacancy, worth, places)
    if is_single and num_candidates == num_places:
        perfect = _perfect(candidate, vacancy, worth, places)
        if perfect is not None and _vacancy_prices(candidate, vacancy, worth, perfect, positions) is not None:
            return perfect
    return _flow(candidate, vacancy, worth, places)


def _dense(candidate: IntArray, vacancy: IntArray, worth: IntArray, places: IntArray) -> IntArray:
    """Solve with every position as a column of a matrix; a pair that does not exist is worth nothing."""
    first = np.r_[0, np.cumsum(places)]
    matrix = np.zeros((int(candidate.max()) + 1, int(first[-1])))
    edge_of = np.full(matrix.shape, -1, dtype=np.int64)
    for offset in range(int(places.max())):
        has = places[vacancy] > offset
        at = candidate[has], first[vacancy[has]] + offset
        matrix[at] = worth[has]
        edge_of[at] = np.flatnonzero(has)
    i, place = dense_assignment(matrix, maximize=True)
    edges = edge_of[i, place]
    used: IntArray = edges[(edges >= 0) & (matrix[i, place] > 0)]
    return used


def _perfect(candidate: IntArray, vacancy: IntArray, worth: IntArray, places: IntArray) -> IntArray | None:
    """Solve as a perfect assignment; ``None`` where there is none."""
    number = np.cumsum(places) - 1
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    top = int(worth.max())
    left, right = candidate.astype(np.int32), number[vacancy].astype(np.int32)
    arcs = solver.add_arcs_with_cost(left, right, (top - worth).astype(np.int64))
    if solver.solve() != solver.OPTIMAL:
        return None
    mate = np.fromiter((solver.right_mate(i) for i in range(solver.num_nodes())), np.int64, solver.num_nodes())
    del arcs
    return np.flatnonzero(mate[left] == right)


def _flow(candidate: IntArray, vacancy: IntArray, worth: IntArray, places: IntArray) -> IntArray | None:
    """Solve as a flow of least cost; nobody has to be placed."""
    num_candidates, num_vacancies = int(candidate.max()) + 1, len(places)
    sink = num_candidates + num_vacancies
    people, work = np.arange(num_candidates, dtype=np.int32), np.arange(num_vacancies, dtype=np.int32)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        candidate.astype(np.int32),
        (num_candidates + vacancy).astype(np.int32),
        np.ones(len(worth), dtype=np.int64),
        -worth.astype(np.int64),
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        people,
        np.full(num_candidates, sink, dtype=np.int32),
        np.ones(num_candidates, dtype=np.int64),
        np.zeros(num_candidates, dtype=np.int64),
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        num_candidates + work,
        np.full(num_vacancies, sink, dtype=np.int32),
        places.astype(np.int64),
        np.zeros(num_vacancies, dtype=np.int64),
    )
    supply = np.r_[np.ones(num_candidates), np.zeros(num_vacancies), -num_candidates].astype(np.int64)
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        return None
    return np.flatnonzero(solver.flows(np.arange(len(worth), dtype=np.int32)) > 0)


def _vacancy_prices(
    candidate: IntArray, vacancy: IntArray, worth: IntArray, taken: IntArray, positions: IntArray
) -> IntArray | None:
    """Return the smallest prices that prove the plan `taken` optimal, or ``None`` where it is not."""
    own_vacancy = np.full(int(candidate.max()) + 1, -1)
    own_worth = np.zeros(len(own_vacancy), dtype=np.int64)
    own_vacancy[candidate[taken]] = vacancy[taken]
    own_worth[candidate[taken]] = worth[taken]
    is_placed = own_vacancy >= 0
    order = np.argsort(vacancy, kind="stable")
    candidate, vacancy, worth = candidate[order], vacancy[order], worth[order]
    starts = np.flatnonzero(np.r_[True, vacancy[1:] != vacancy[:-1]])
    owner = vacancy[starts]
    price = np.zeros(len(positions), dtype=np.int64)
    for _ in range(PRICE_ROUNDS):
        keeps = np.where(is_placed, own_worth - price[own_vacancy], 0)
        if keeps.min(initial=0) < 0:
            return None
        raised = price.copy()
        raised[owner] = np.maximum(price[owner], np.maximum.reduceat(worth - keeps[candidate], starts))
        if (raised == price).all():
            is_full = np.bincount(own_vacancy[is_placed], minlength=len(positions)) >= positions
            return price if (is_full | (price == 0)).all() else None
        price = raised
    return None
