"""Pure assignment and transport problems, by the network algorithm that fits their density.

None of the algorithms returns prices, so they are recovered from the plan: the smallest vacancy prices under which
every candidate prefers what the plan gives (a longest-path problem; Burkard, Dell'Amico and Martello 2012, section
4.1). They exist exactly when the plan is optimal, and they are whole numbers, so the proof has no gap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import lap
import numpy as np
from ortools.graph.python import linear_sum_assignment, min_cost_flow

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices, bound_from
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.tier_task import TierTask

Algorithm = Callable[["_Market"], "IntArray | None"]

# Shares of all pairs, measured on 200 x 200 to 5 000 x 5 000: from FULL on the matrix is fastest, from THICK on the
# augmenting paths over the pairs alone, below it push-relabel.
FULL, THICK = 0.5, 0.02
DENSE_SHARE = 0.1  # from here on the matrix is faster than a flow
DENSE_LIMIT = 40_000_000  # entries of a dense matrix
SQUARE_WASTE = 1.5  # a matrix that must be filled up beyond this factor to be square is solved as it is
LAPX_LARGEST = 5e5  # lapx takes 1e6 for infinity
EXACT_FLOAT = 2**53
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
    market = _Market.of(rows.candidate[edge], rows.vacancy[edge], worth[edge], positions)
    proven = _proven(market)
    if proven is None:
        return None
    taken, price = proven
    chosen = np.sort(edge[taken])
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Market:
    """Pairs, one a line and sorted by candidate and vacancy, and what each is worth.

    By vacancy stand its positions, and its places: as many of the positions as people have a pair with it.
    """

    candidate: IntArray
    vacancy: IntArray
    worth: IntArray
    positions: IntArray
    places: IntArray

    @classmethod
    def of(cls, candidate: IntArray, vacancy: IntArray, worth: IntArray, positions: IntArray) -> _Market:
        """Count the places."""
        if positions.max() > 1:
            places = np.minimum(positions, np.bincount(vacancy, minlength=len(positions)))
        else:
            places = np.zeros_like(positions)
            places[vacancy] = positions[vacancy]
        return cls(candidate=candidate, vacancy=vacancy, worth=worth, positions=positions, places=places)

    @property
    def num_candidates(self) -> int:
        """Return how many people there are, counted to the last who has a pair."""
        return int(self.candidate[-1]) + 1

    @property
    def is_exact(self) -> bool:
        """Return whether sums of worth stay whole in floating point."""
        return int(self.worth.max()) * (max(self.num_candidates, int(self.positions.sum())) + 1) < EXACT_FLOAT

    def algorithms(self) -> Iterator[Algorithm]:
        """Yield the algorithms for this shape, the fastest first; a later one is asked where no proof was found."""
        places = self.places
        entries = self.num_candidates * int(places.sum())
        share = len(self.worth) / max(1, self.num_candidates * int(np.count_nonzero(places)))
        fits = 0 < entries <= DENSE_LIMIT and self.is_exact
        if fits and share >= FULL:
            yield _dense
        if places.max() <= 1 and self.num_candidates == entries // self.num_candidates:
            yield _augmenting if share >= THICK and self.is_exact else _push_relabel
        if fits and DENSE_SHARE <= share < FULL:
            yield _dense
        yield _flow


def _proven(market: _Market) -> tuple[IntArray, IntArray] | None:
    """Return the first plan that can be proven the best, as pairs taken, and its vacancy prices."""
    for algorithm in market.algorithms():
        taken = algorithm(market)
        price = None if taken is None else _vacancy_prices(market, taken)
        if taken is not None and price is not None:
            return taken, price
    return None


def _dense(market: _Market) -> IntArray:
    """Solve with every position as a column of a matrix; a pair that does not exist is worth nothing."""
    shape = (market.num_candidates, len(market.positions))
    is_full = len(market.worth) == shape[0] * shape[1]
    if is_full:
        matrix = market.worth.reshape(shape).astype(np.float64)
    else:
        key = market.candidate * shape[1] + market.vacancy
        matrix = np.zeros(shape)
        matrix.ravel()[key] = market.worth
    vacancy = np.arange(shape[1])
    if not (market.places == 1).all():
        vacancy = np.repeat(vacancy, market.places)
        matrix = matrix[:, vacancy]
    person, place = _dearest(matrix)
    edges = person * shape[1] + vacancy[place]
    if not is_full:
        wanted, edges = edges, np.searchsorted(key, edges)
        edges = edges[key[np.minimum(edges, len(key) - 1)] == wanted]
    used: IntArray = edges[market.worth[edges] > 0]
    return used


def _dearest(matrix: FloatArray) -> tuple[IntArray, IntArray]:
    """Return rows and columns of the assignment of greatest worth; the matrix is overwritten."""
    num_rows, num_columns = matrix.shape
    size = max(matrix.shape)
    if size**2 > SQUARE_WASTE * matrix.size:
        # Imported where it is needed: it takes a quarter of the time in which the solver is loaded.
        from scipy.optimize import linear_sum_assignment as dense_assignment

        i, j = dense_assignment(matrix, maximize=True)
        return i.astype(np.int64), j.astype(np.int64)
    largest = float(matrix.max())
    shrink = _shrink(largest, size)
    matrix *= -shrink
    matrix += largest * shrink
    place, _ = lap.lapjv(matrix, extend_cost=num_rows != num_columns, return_cost=False)
    person = np.flatnonzero(place >= 0)
    return person, place[person].astype(np.int64)


def _shrink(largest: float, size: int) -> float:
    """Return what brings costs below what lapx takes for infinity: a power of two, which loses no digit."""
    return 2.0 ** -max(0, math.ceil(math.log2(max(1.0, largest) * (size + 1) / LAPX_LARGEST)))


def _numbered(market: _Market) -> tuple[int, IntArray]:
    """Return the number of vacancies that somebody could fill and each pair's vacancy among them."""
    number = np.cumsum(market.places) - 1
    return int(number[-1]) + 1, number[market.vacancy].astype(np.int32)


def _augmenting(market: _Market) -> IntArray | None:
    """Solve as a perfect assignment by augmenting paths over the pairs; ``None`` where there is none."""
    size, right = _numbered(market)
    first = np.searchsorted(market.candidate, np.arange(size + 1)).astype(np.int32)
    if (first[1:] == first[:-1]).any():
        return None
    top = int(market.worth.max())
    cost = (top - market.worth) * _shrink(top, size)
    mate, _ = lap.lapmod(size, cost, first, right, return_cost=False)
    return _pairs_of(market, mate, right)


def _push_relabel(market: _Market) -> IntArray | None:
    """Solve as a perfect assignment by push-relabel; ``None`` where there is none."""
    size, right = _numbered(market)
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(market.candidate.astype(np.int32), right, market.worth.max() - market.worth)
    if solver.num_nodes() != size or solver.solve() != solver.OPTIMAL:
        return None
    return _pairs_of(market, np.fromiter(map(solver.right_mate, range(size)), np.int64, size), right)


def _pairs_of(market: _Market, mate: IntArray, right: IntArray) -> IntArray | None:
    """Return the pairs of a perfect assignment, or ``None`` where it is not one."""
    taken = np.flatnonzero(mate[market.candidate] == right)
    return taken if len(taken) == len(mate) else None


def _flow(market: _Market) -> IntArray | None:
    """Solve as a flow of least cost; nobody has to be placed."""
    candidate, vacancy, worth, places = market.candidate, market.vacancy, market.worth, market.places
    num_candidates, num_vacancies = market.num_candidates, len(places)
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


def _vacancy_prices(market: _Market, taken: IntArray) -> IntArray | None:
    """Return the smallest prices that prove the plan `taken` optimal, or ``None`` where it is not.

    A price rises until nobody without the vacancy would rather have it; whose own place has become dearer asks again
    for the others, and only they do.
    """
    candidate, vacancy, worth = market.candidate, market.vacancy, market.worth
    num_candidates, num_vacancies = market.num_candidates, len(market.positions)
    own_vacancy = np.full(num_candidates, -1)
    own_vacancy[candidate[taken]] = vacancy[taken]
    keeps = np.zeros(num_candidates, dtype=np.int64)
    keeps[candidate[taken]] = worth[taken]
    own_worth = keeps.copy()
    placed = np.flatnonzero(own_vacancy >= 0)
    first = np.searchsorted(candidate, np.arange(num_candidates + 1))
    price = np.zeros(num_vacancies, dtype=np.int64)
    raised = price.copy()
    np.maximum.at(raised, vacancy, worth - keeps[candidate])
    for _ in range(PRICE_ROUNDS):
        asking = placed[(raised > price)[own_vacancy[placed]]]
        price = raised.copy()
        if not len(asking):
            is_full = np.bincount(own_vacancy[placed], minlength=num_vacancies) >= market.positions
            return price if (is_full | (price == 0)).all() else None
        keeps[asking] = own_worth[asking] - price[own_vacancy[asking]]
        if keeps[asking].min() < 0:
            return None
        count = first[asking + 1] - first[asking]
        edge = np.arange(count.sum()) + np.repeat(first[asking] - np.r_[0, np.cumsum(count)[:-1]], count)
        np.maximum.at(raised, vacancy[edge], worth[edge] - np.repeat(keeps[asking], count))
    return None
