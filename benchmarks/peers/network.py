"""Assignment algorithms on the same arrays: ours, SciPy's two, OR-Tools' two and lapx's two.

Everybody begins with the same three arrays (candidate, vacancy, worth) and ends with the places taken; what it costs
to bring them into an algorithm's own form is part of the time, and the algorithm's own call is noted beside it.
"""

from __future__ import annotations

import time
from decimal import Decimal

import lap
import numpy as np
import scipy.sparse as sp
from ortools.graph.python import linear_sum_assignment as ortools_assignment
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from benchmarks.peers.method import Answer, Task, TierAnswer
from matcher.columns import WEIGHT_SCALE, IntArray
from matcher.features import build_columns
from matcher.solver import assemble_rows
from matcher.solver.relaxations import network
from matcher.solver.relaxations.tier_task import TierTask


class _Assignment:
    """The arrays, the call's own time, and the exact value of what was chosen."""

    def __init__(self, task: Task) -> None:
        self.columns = build_columns(task.problem)
        self.candidate = self.columns.candidate.astype(np.int64)
        self.vacancy = self.columns.vacancy.astype(np.int64)
        self.worth = self.columns.weight
        self.shape = (len(self.columns.limits.candidate_ids), len(self.columns.limits.vacancy_ids))
        self.chosen: IntArray = np.empty(0, dtype=np.int64)
        self.call_s: float | None = None
        self.certified_gap: float | None = None

    @property
    def cost(self) -> IntArray:
        """Return what a pair costs, at least 1: sparse matrices drop zeros."""
        return np.asarray(self.worth.max() - self.worth + 1, dtype=np.int64)

    def answer(self) -> Answer:
        """Return the value of the plan, after a look at whether it is one."""
        taken = self.chosen
        people, places = np.bincount(self.candidate[taken]), np.bincount(self.vacancy[taken])
        if people.max(initial=0) > 1 or places.max(initial=0) > 1:
            return Answer(status="failed", num_columns=len(self.columns), note="Somebody is placed twice.")
        value = Decimal(int(self.worth[taken].sum())) / WEIGHT_SCALE
        parts = {} if self.call_s is None else {"algorithm": self.call_s}
        tier = TierAnswer(value=value, claimed_gap=0.0, certified_gap=self.certified_gap)
        return Answer(status="done", num_columns=len(self.columns), tiers={"placements": tier}, parts=parts)

    def _of_pairs(self, left: IntArray, right: IntArray) -> IntArray:
        """Return the columns of pairs; columns are sorted by candidate and vacancy."""
        key = self.candidate * self.shape[1] + self.vacancy
        return np.searchsorted(key, left.astype(np.int64) * self.shape[1] + right)


class OurPlan(_Assignment):
    """Our choice among the algorithms, without prices."""

    def run(self) -> None:
        """Solve."""
        # The solver never hands out a plan without its proof; to time the plan alone, its inner step is called.
        market = network._Market.of(self.candidate, self.vacancy, self.worth, self.columns.limits.positions)
        taken = next(market.algorithms())(market)
        if taken is None:
            raise AssertionError("The network algorithm must find a plan.")
        self.chosen = taken


class OurPlanAndProof(_Assignment):
    """Our plan, the prices that prove it and the bound, verified."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.task = TierTask(rows=assemble_rows(self.columns), tier="placements")

    def run(self) -> None:
        """Solve."""
        self.plan = network.solve_assignment(self.task)

    def answer(self) -> Answer:
        """Return the value and the gap that the prices leave, which is none."""
        if self.plan is None:
            return Answer(status="failed", num_columns=len(self.columns), note="No plan with its proof was found.")
        self.chosen = np.flatnonzero(self.plan.x[: len(self.columns)])
        value = int(self.worth[self.chosen].sum())
        self.certified_gap = abs(self.plan.bound.value() - value) / value
        return super().answer()


class SciPyDense(_Assignment):
    """A modified Jonker-Volgenant algorithm on the full matrix; pairs that do not exist cost too much."""

    def run(self) -> None:
        """Solve."""
        cost = self.cost
        matrix = np.full(self.shape, float(cost.max()) * (min(self.shape) + 1))
        matrix[self.candidate, self.vacancy] = cost
        began = time.perf_counter()
        left, right = linear_sum_assignment(matrix)
        self.call_s = time.perf_counter() - began
        self.chosen = self._of_pairs(left, right)


class SciPySparse(_Assignment):
    """LAPJVsp on a sparse matrix."""

    def run(self) -> None:
        """Solve."""
        matrix = sp.csr_matrix((self.cost, (self.candidate, self.vacancy)), shape=self.shape)
        began = time.perf_counter()
        left, right = min_weight_full_bipartite_matching(matrix)
        self.call_s = time.perf_counter() - began
        self.chosen = self._of_pairs(left, right)


class LapxDense(_Assignment):
    """The Jonker-Volgenant algorithm on the full matrix; pairs that do not exist cost too much."""

    def run(self) -> None:
        """Solve."""
        cost = self.cost
        matrix = np.full(self.shape, float(cost.max()) * (min(self.shape) + 1))
        matrix[self.candidate, self.vacancy] = cost
        began = time.perf_counter()
        right, _ = lap.lapjv(matrix, return_cost=False)
        self.call_s = time.perf_counter() - began
        self.chosen = self._of_pairs(np.arange(len(right)), right)


class LapxSparse(_Assignment):
    """The same algorithm on the pairs alone (LAPMOD)."""

    def run(self) -> None:
        """Solve."""
        matrix = sp.csr_matrix((self.cost.astype(np.float64), (self.candidate, self.vacancy)), shape=self.shape)
        began = time.perf_counter()
        right, _ = lap.lapmod(self.shape[0], matrix.data, matrix.indptr, matrix.indices, return_cost=False)
        self.call_s = time.perf_counter() - began
        self.chosen = self._of_pairs(np.arange(len(right)), right)


class OrToolsAssignment(_Assignment):
    """Cost scaling push-relabel for perfect assignments."""

    def run(self) -> None:
        """Solve."""
        solver = ortools_assignment.SimpleLinearSumAssignment()
        solver.add_arcs_with_cost(self.candidate.astype(np.int32), self.vacancy.astype(np.int32), self.cost)
        began = time.perf_counter()
        status = solver.solve()
        self.call_s = time.perf_counter() - began
        if status != solver.OPTIMAL:
            raise AssertionError(f"OR-Tools must find a perfect assignment, got status {status}.")
        people = np.arange(solver.num_nodes())
        self.chosen = self._of_pairs(people, np.array([solver.right_mate(i) for i in range(solver.num_nodes())]))


class OrToolsFlow(_Assignment):
    """Cost scaling push-relabel for flows; everybody who can be placed is."""

    def run(self) -> None:
        """Solve."""
        num_people, num_places = self.shape
        source, sink = num_people + num_places, num_people + num_places + 1
        people, places = np.arange(num_people), num_people + np.arange(num_places)
        tail = np.r_[self.candidate, np.full(num_people, source), places].astype(np.int32)
        head = np.r_[num_people + self.vacancy, people, np.full(num_places, sink)].astype(np.int32)
        cost = np.r_[self.cost, np.zeros(num_people + num_places, dtype=np.int64)]
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, np.ones(len(tail), dtype=np.int64), cost)
        solver.set_nodes_supplies(
            np.array([source, sink], dtype=np.int32), np.array([num_people, -num_people], dtype=np.int64)
        )
        began = time.perf_counter()
        status = solver.solve_max_flow_with_min_cost()
        self.call_s = time.perf_counter() - began
        if status != solver.OPTIMAL:
            raise AssertionError(f"OR-Tools must find a flow, got status {status}.")
        self.chosen = np.flatnonzero(solver.flows(arcs[: len(self.candidate)]) > 0)
