"""A search tree over a core: exact ends, which together are the certificate, or a hand-over to SCIP.

Every end keeps the prices that close it. Where branching does not close the tree within its budget, SCIP goes on from
there, and what it finds is a claim.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import Decisions
from matcher.solver.search.budgets import NEAR_BUDGET, NEAR_GAP
from matcher.solver.search.core import Core
from matcher.solver.search.ends import Leaf
from matcher.solver.search.open_search import OpenSearch
from matcher.solver.search.parting import EVEN, INTEGRAL, Unsettled, dear_others, is_between, parted, understated
from matcher.solver.search.tree import End, Node, grown_together

MOST_HANDED_OVER = 10_000  # columns that SCIP gets; more would keep it busy for minutes at its root
MOST_LEAVES = 800  # a larger tree is no certificate that anybody wants to store
MOST_OPEN = 0.25  # of the ends of an earlier tree, for it to be grown on
SCIP_NODES, SCIP_COLUMNS = 200, 500_000  # more nodes where there are few columns in each
SCIP_GAP = 1e-9
DEAR = 0.05  # of what is open: so much the parts of a unit must cost for a variable to be decided before people


class TreeSearch(OpenSearch):
    """A search that grows a tree over the columns that still matter."""

    def _explore(self, core: Core, *, first_only: bool = False) -> bool:
        """Search all plans over a core, or only until the first is found; tell whether the search came to its end."""
        self.leaves, self.parted = [], []
        heap = self._first_nodes(core, first_only)
        if first_only:
            self.leaves = None  # nobody asks for what proves the ends of a dive
        count = len(heap)
        while heap:
            node = heapq.heappop(heap)
            while True:
                if first_only and self.has_found:
                    return False
                if 0 < self.budget <= self.floor:
                    self.is_cut = True
                    return False
                if self.budget <= 0 and not self._is_extended():
                    if self.stays_open or self._is_close():
                        return self._leave_open(core, [node, *heap])
                    return self._hand_over(core)
                if self._is_worse(-node.key):
                    self._close(core, node, node.prices)
                    break
                try:
                    children = self._branch(core, node)
                except SolverFailure:
                    return self._hand_over(core)
                if children is None:
                    break
                dive, other = (
                    Node(key, count + k, decisions, prices, len(self.parted))
                    for k, (key, decisions, prices) in enumerate(children)
                )
                self.parted.append(replace(node, key=dive.key, prices=dive.prices))
                count += 2
                heapq.heappush(heap, other)
                node = dive
        self._grow_together(core)
        return True

    def _first_nodes(self, core: Core, first_only: bool) -> list[Node]:
        """Return the open nodes to begin with, as a heap; those that are closed already become ends."""
        everything = [Node(-np.inf, 0, Decisions(), self.bound.prices)]
        if first_only or not self.starts:
            return everything
        room = self._room()
        heap: list[Node] = []
        for start in self.starts:
            decisions = core.decisions(start.decisions)
            bound = core.best_bound(start.prices, decisions, room)
            if self.value is not None and bound.value(self.step) <= self.value:
                self.leaves = [*(self.leaves or ()), End(decisions=decisions, bound=bound)]
            else:
                heap.append(Node(-bound.scaled / PRICE_SCALE, len(heap), decisions, bound.prices))
            if len(heap) > len(self.starts) * MOST_OPEN:
                break
        if len(heap) > len(self.starts) * MOST_OPEN or not (heap or self.leaves):
            self.leaves = []  # too much is otherwise: a new tree is smaller than one grown on from these ends
            return everything
        heapq.heapify(heap)
        return heap

    def _is_extended(self) -> bool:
        """Give the search its larger budget, once, where little is left to prove."""
        if self.has_extension or self.value is None:
            return False
        if self.bound.value(self.step) - self.value > NEAR_GAP * abs(self.value):
            return False
        self.has_extension = True
        self.budget += NEAR_BUDGET
        return True

    def _branch(
        self, core: Core, node: Node
    ) -> tuple[tuple[float, Decisions, Prices], tuple[float, Decisions, Prices]] | None:
        """Solve a node; return its children, the one to dive into first, or ``None`` where it is an end."""
        room = self._room()
        if room is not None and any(core.loss[column] > room for column in node.decisions.taken):
            self._close(core, node, core.root.prices)
            return None
        restricted, solver = core.programme(room)
        self.budget -= max(len(restricted.chosen), 200)
        restricted.decide(solver, node.decisions)
        outcome = solver.solve(self.stop, core.task.first_algorithm if solver.is_fresh else core.task.rows.algorithm)
        if outcome.status == "infeasible":
            self._close(core, node, node.prices, is_empty=True)
            return None
        prices = restricted.prices(outcome, decisions=node.decisions)
        columns, others = restricted.split(outcome.x)
        decided = [*node.decisions.taken, *node.decisions.left, *core.task.taken]
        # What is decided stays so, even where an imprecise solve leaves it in between: nothing is branched on twice.
        is_open = ~np.isin(restricted.chosen, decided)
        fractional = np.flatnonzero(is_open & (np.abs(columns - np.rint(columns)) > INTEGRAL))
        is_broken = np.abs(others - np.rint(others)) > INTEGRAL * np.maximum(10.0, np.abs(others))
        broken = np.flatnonzero(is_broken & is_between(core.task.rows, node.decisions))
        if not len(fractional) and not len(broken):
            rounded = restricted.chosen[columns > EVEN]
            unsure = restricted.chosen[is_open]
            is_plan = self._accept(core, rounded)
            if is_plan:  # rounding may have hidden that another variable is dearer than the linear programme says
                broken = understated(core.task.rows, rounded, others, node.decisions)
            if not len(unsure) or (is_plan and (not len(broken) or self._is_worse(restricted.value(outcome)))):
                self._close(core, node, prices)
                return None
            if not is_plan:
                # Or that some rule is broken: by what was rounded up, or, where that is decided, by what was not.
                taken = np.intersect1d(unsure, rounded)
                fractional = np.flatnonzero(np.isin(restricted.chosen, taken if len(taken) else unsure))
        if self._is_worse(restricted.value(outcome)):
            self._close(core, node, prices)
            return None
        key = -restricted.value(outcome)
        unsettled = Unsettled(
            columns=restricted.chosen,
            values=columns,
            fractional=fractional,
            others=others,
            broken=broken,
            dear=dear_others(
                core.task.objective[core.task.rows.num_columns :], others, broken, DEAR * self._open(-key)
            ),
        )
        one, other = parted(core.task.rows, node.decisions, unsettled, dives=not self.has_found)
        return (key, one, prices), (key, other, prices)

    def _open(self, upper: float) -> float:
        """Return how far the incumbent lies below a value; without one, everything."""
        return np.inf if self.value is None else upper - self.value

    def _close(
        self, core: Core, node: Node, prices: Prices | None, *, is_empty: bool = False, is_open: bool = False
    ) -> None:
        """Keep what proves that an end of the tree holds nothing better, or, where it is open, how much better."""
        if self.leaves is None:
            return
        if len(self.leaves) > MOST_LEAVES:
            self.leaves = None  # without this one they would not hold every plan
            return
        room, decisions = self._room(), node.decisions
        bound = core.bound(prices or core.root.prices, decisions, room)
        is_known = prices is not None and not is_empty and not is_open
        if is_known and self.value is not None and bound.value(self.step) > self.value:
            bound = self._paid(core, decisions, room, bound)
        # Where nothing at all fits a narrow core, nothing better is found in it, and the wider one's ends will count.
        if is_empty and (self.is_last or decisions != Decisions()):
            bound = core.closed(decisions, bound, self.value, self.step, self.stop)
        self.leaves.append(End(decisions=decisions, bound=bound, parent=node.parent))

    def _paid(self, core: Core, decisions: Decisions, room: int | None, bound: Bound) -> Bound:
        """Return the best bound of an end whose simplex says that it is closed, and whose prices do not prove it.

        They pay too much for what earlier tiers have fixed, or lose too much by rounding where prices are very large;
        then those of another simplex may lose less, an end having many best prices.
        """
        paid = core.paid_bound(decisions, room, self.stop) if core.task.held else None
        bound = bound if paid is None else min(bound, paid, key=lambda one: one.scaled)
        if self.value is None or bound.value(self.step) <= self.value:
            return bound
        restricted, solver = core.programme(room)
        restricted.decide(solver, decisions)
        outcome = solver.other_outcome(self.stop)
        if outcome is None:
            return bound
        other = core.bound(restricted.prices(outcome, decisions=decisions), decisions, room)
        return min(bound, other, key=lambda one: one.scaled)

    def _leave_open(self, core: Core, nodes: Sequence[Node]) -> bool:
        """Make ends of the nodes that are still open, where no other search follows: they prove more than the root."""
        for node in nodes:
            self._close(core, node, node.prices, is_open=True)
        if self.leaves:
            self._grow_together(core, max(end.bound.value(self.step) for end in self.leaves))
        self.has_handed_over = self.is_left_open = True
        return False

    def _grow_together(self, core: Core, proved: int | None = None) -> None:
        """Make ends of parted nodes whose own prices prove enough for what has been found since.

        Of a search that is left open, `proved` is what all its ends prove together.
        """
        if self.leaves is None:
            return
        room = self._room()
        enough = -np.inf if self.value is None else self.value - 1
        enough = enough if proved is None else max(enough, proved)

        def closing_bound(node: Node) -> Bound | None:
            if node.prices is None or not (self._is_worse(-node.key) or -node.key <= enough):
                return None
            bound = core.bound(node.prices, node.decisions, room)
            return bound if bound.value(self.step) <= enough else None

        self.leaves = grown_together(self.leaves, self.parted, closing_bound)

    def _usable_leaves(self, core: Core) -> tuple[Leaf, ...] | None:
        if not self.leaves or len(self.leaves) > MOST_LEAVES:
            return None
        return tuple(core.leaf(end.decisions, end.bound) for end in self.leaves)

    def _hand_over(self, core: Core) -> bool:
        """Let SCIP finish, on all columns that a better plan can take; tell whether it proved, so it says, the best."""
        self.leaves = None
        self.has_handed_over = True
        if not self.may_hand_over:
            return False
        room = self._room()
        everything = np.flatnonzero(self.loss <= room) if room is not None else np.arange(len(self.loss))
        is_complete = len(everything) <= MOST_HANDED_OVER
        if is_complete:
            core = self._core(everything)
        elif self.value is not None and len(core.kept) > MOST_HANDED_OVER:
            return False
        restricted = RestrictedProgramme.over(core.task, np.arange(len(core.kept)))
        outcome = solve_integer(
            restricted.programme,
            restricted.is_integer,
            self.stop,
            gap=max(SCIP_GAP, self.gap / 10),
            seed=self.seed,
            node_limit=max(SCIP_NODES, SCIP_COLUMNS // max(1, len(core.kept))),
        )
        if outcome.x is not None:
            self._accept(core, np.flatnonzero(restricted.split(outcome.x)[0] > 0.5))
        self.stop.check()
        if is_complete and np.isfinite(outcome.bound):
            self.claimed_bound = int(np.floor(outcome.bound * restricted.objective_scale + 1e-3))
        return outcome.is_finished and is_complete
