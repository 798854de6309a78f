"""Branch and bound on optional cohorts: open or not, each part of the plans with prices of its own.

A gap wider than one placement fixes no column, so cohorts are decided first; what remains when all of them are whole is
nearly integral and left to the search on columns. Nodes share one linear programme, which starts again from its last
basis and gains links and columns on the way; every bound is taken over all columns. Which cohort to branch on is
learned from what earlier branches changed.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices, bound_from, losses
from matcher.solver.model.rows import MANY_COLUMNS, Intervals
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.cohorts import LinkedProgramme, Links, Part, grown_bound, grown_prices
from matcher.solver.relaxations.elastic import ElasticProgramme
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import Decisions, TierTask, integer_solution
from matcher.solver.search.branching import Search
from matcher.solver.search.core import PENALTIES
from matcher.solver.search.effects import CohortDecision, Effects
from matcher.solver.search.ends import CohortEnd, CohortFound, Leaf

INTEGRAL = 1e-6
EVEN = 0.5
BUDGET = 20_000_000  # columns in all node programmes together
FREE_BUDGET = 2_000_000  # of them, spent even where the gap asked for is reached: the closer, the easier later tiers
LATER_BUDGET = 500_000  # where an earlier tier is held by prices: its programmes are much harder
CLAIMED_BUDGET = 1_000_000  # where only a proof is looked for, searches inside included
LARGE_BUDGET = 400_000  # where there are very many columns: a few nodes, each as long as a town's whole tree
FIRST_BUDGET = 1_500_000  # where only a first plan is looked for
LEAST_PER_NODE = 200
NEAR = 1e-4  # of the root's bound: how much the columns to begin with may lose; a node takes in what it misses
MOST_DIVED = 20_000  # columns among which a dive follows the rounding of an end
MOST_HANDED_OVER = 3_000  # columns of a problem whose ends SCIP may finish: larger ones wait for better plans instead
MOST_ENDS = 400  # those of searches inside them included, but for the last one

Listener = Callable[[int | None, int], None]


@dataclass(order=True)
class _Node:
    key: int
    order: int
    others: Intervals = field(compare=False)
    prices: Prices = field(compare=False)
    decision: CohortDecision | None = field(compare=False, default=None)
    is_whole: bool = field(compare=False, default=False)  # its relaxation opens and closes cohorts as a whole

    @property
    def scaled(self) -> int:
        """Return what is proved of the node before it is solved."""
        return -self.key


class CohortSearch:
    """Branch and bound on the optional cohorts of one task.

    Parameters
    ----------
    task : TierTask
    links : Links
    root : Relaxed
    value : int or None
        The best value known, from wherever.
    step : int
        Every plan's value is a multiple of it.
    gap : float
        Relative gap that is good enough.
    seed : int
    stop : StopSignal
    listener : callable
        Told the incumbent's value and the bound whenever the former moves.
    is_claimed : bool
        Whether another solver says that no plan is better than `value`, so that only a proof is looked for.
    """

    def __init__(
        self,
        task: TierTask,
        links: Links,
        root: Relaxed,
        value: int | None,
        *,
        step: int,
        gap: float,
        seed: int,
        stop: StopSignal,
        listener: Listener,
        is_claimed: bool = False,
    ) -> None:
        assert root.bound is not None
        self.is_claimed = is_claimed
        self.root: Bound = root.bound
        self.root_columns = root.chosen
        self.step, self.gap, self.seed, self.stop, self.listener = step, gap, seed, stop, listener
        end = root.end if task.rows.num_columns > MANY_COLUMNS else None  # a small one is solved in no time
        is_first = all(not earlier.bound.prices.rows.any() for earlier in task.held)
        start = root.chosen if end is None else end.chosen
        if end is None and is_first:  # where prices hold an earlier tier, what is near says less
            start = _near(task, root)
        self.programme = LinkedProgramme(task, links, start, end)
        self.value = value
        self.chosen: IntArray | None = None
        self.budget = BUDGET if is_first else LATER_BUDGET
        if is_claimed:
            self.budget = CLAIMED_BUDGET
        if task.rows.num_columns > MANY_COLUMNS:
            self.budget = LARGE_BUDGET
        self.spent = 0
        self.ends: list[CohortEnd] = []
        self.num_leaves = 0
        self.is_exact = True  # no end is open
        self.heap: list[_Node] = []
        self.count = 0
        self.effects = Effects(len(task.rows.cohort))

    @staticmethod
    def fits(task: TierTask) -> bool:
        """Tell whether there is any cohort to decide about."""
        return bool(((task.rows.cohort >= 0) & (task.rows.lower < task.rows.upper)).any())

    @property
    def task(self) -> TierTask:
        """Return the task with all links found so far."""
        return self.programme.task

    def first(self) -> IntArray | None:
        """Return the columns of the first plan that a dive from the root finds."""
        self.budget = FIRST_BUDGET
        return self.run(first_only=True).chosen

    def run(self, *, first_only: bool = False) -> CohortFound:
        """Return the best plan of the task and what proves it."""
        is_interrupted = False
        self._push(self.root.scaled, {}, self.root.prices)
        try:
            self._explore(first_only)
        except Interrupted:
            is_interrupted = True
        self.ends += [CohortEnd(others=node.others, prices=node.prices, scaled=node.scaled) for node in self.heap]
        return CohortFound(
            task=self.task,
            chosen=self.chosen,
            ends=tuple(self.ends),
            is_exhausted=self.is_exact and not self.heap and not is_interrupted,
            is_interrupted=is_interrupted,
        )

    def _explore(self, first_only: bool) -> None:
        while self.heap and not self._is_finished():
            node = heapq.heappop(self.heap)
            while True:
                if first_only and self.chosen is not None:
                    return
                try:
                    child = self._branched(node)
                except BaseException:
                    heapq.heappush(self.heap, node)  # it still holds plans
                    raise
                if child is None:
                    break
                node = child
                if self._is_finished():
                    heapq.heappush(self.heap, node)
                    break

    def _push(self, scaled: int, others: Intervals, prices: Prices) -> None:
        heapq.heappush(self.heap, self._node(scaled, others, prices))

    def _node(self, scaled: int, others: Intervals, prices: Prices) -> _Node:
        self.count += 1
        return _Node(-scaled, self.count, others, prices)

    def _rounded(self, scaled: int) -> int:
        return scaled // (PRICE_SCALE * self.step) * self.step

    def _is_worse(self, scaled: int) -> bool:
        return self.value is not None and self._rounded(scaled) <= self.value

    def _bound(self) -> int:
        """Return the value that no plan exceeds, as far as is known now."""
        open_ends = max((end.value(self.step) for end in self.ends), default=-(2**62))
        return max(open_ends, self._rounded(self.heap[0].scaled) if self.heap else open_ends)

    def _is_finished(self) -> bool:
        """Tell whether the budget is spent, or the gap reached after the part of it that is always spent."""
        if self.spent > self.budget or len(self.ends) + len(self.heap) + self.num_leaves >= MOST_ENDS:
            return True
        if self.value is None or self.spent <= FREE_BUDGET:
            return False
        return self._bound() - self.value <= self.gap * abs(self.value)

    def _branched(self, node: _Node) -> _Node | None:
        """Solve a node and push its children; return the one to dive into, or ``None`` where it is an end."""
        if self._is_worse(node.scaled):
            self._end(node.others, node.prices, node.scaled)
            return None
        part = self._solved(node.others)
        if part is None:
            prices, scaled = self._emptied(node)
            part = None if self._is_worse(scaled) else self._solved_among_all(node.others)
            if part is None:
                self._end(node.others, prices, scaled)
                return None
        if node.decision is not None:
            self.effects.note(node.decision, part.value)
        bound = part.bound
        if node.scaled < bound.scaled:
            prices, scaled = node.prices, node.scaled
        else:
            prices, scaled = bound.prices, bound.scaled
        if self._is_worse(scaled):
            self._end(node.others, prices, scaled)
            return None
        fractional = self._fractional(part.others)
        if not len(fractional):
            self._search_inside(node, part, prices, scaled)
            return None
        other = self._choice(part, fractional)
        opened, closed = self._children(node, part, other)
        dive, later = (opened, closed) if part.others[other] > EVEN else (closed, opened)
        heapq.heappush(self.heap, later)
        return dive

    def _children(self, node: _Node, part: Part, other: int) -> tuple[_Node, _Node]:
        """Return the parts in which a cohort runs and does not, with what this node's prices prove of them."""
        reduced = int(part.bound.reduced[self.task.rows.num_columns + other])
        children = []
        for chosen, loss in ((1, max(0, -reduced)), (0, max(0, reduced))):
            share = abs(chosen - float(part.others[other]))
            decision = CohortDecision(other=other, is_opened=bool(chosen), share=share, value=part.value)
            others = {**node.others, other: (chosen, chosen)}
            scaled, prices = part.bound.scaled - loss, part.bound.prices
            if node.scaled < scaled:
                scaled, prices = node.scaled, node.prices
            children.append(replace(self._node(scaled, others, prices), decision=decision))
        return children[0], children[1]

    def _solved(self, others: Intervals) -> Part | None:
        self.spent += max(len(self.programme.chosen), LEAST_PER_NODE)
        enough = None if self.value is None else self.value + self.step - 1
        part = self.programme.solve(others, self.stop, enough)
        if part is None and self.programme.take_in(self.root_columns):  # those near the root may fill no such cohorts
            part = self.programme.solve(others, self.stop, enough)
        return part

    def _solved_among_all(self, others: Intervals) -> Part | None:
        """Solve a node in which the columns at hand make no plan over all columns, unless these are too many.

        Those at hand may be what is near an earlier plan, of a problem without the decision that needs the others.
        """
        num_columns = self.task.rows.num_columns
        if num_columns > (MANY_COLUMNS if self.value is None else MOST_HANDED_OVER):
            self.is_exact = self.is_exact and len(self.programme.chosen) == num_columns
            return None
        return self._solved(others) if self.programme.take_in(np.arange(num_columns)) else None

    def _fractional(self, others: FloatArray) -> IntArray:
        """Return the cohorts that are neither open nor closed."""
        return np.flatnonzero((self.task.rows.cohort >= 0) & (np.abs(others - np.rint(others)) > INTEGRAL))

    def _choice(self, part: Part, fractional: IntArray) -> int:
        """Return the cohort that promises to change most in both directions."""
        return int(fractional[np.argmax(self.effects.scores(fractional, part.others[fractional]))])

    def _end(self, others: Intervals, prices: Prices, scaled: int, leaves: tuple[Leaf, ...] = ()) -> None:
        self.num_leaves += len(leaves)
        self.ends.append(CohortEnd(others=others, prices=prices, scaled=scaled, leaves=leaves))

    def _emptied(self, node: _Node) -> tuple[Prices, int]:
        """Return what proves best that a node without a fractional plan holds no plan."""
        rows = self.task.rows.between({}, node.others)
        elastic = ElasticProgramme(self.task, np.sort(self.programme.chosen), rows.people())
        decisions = Decisions(others=node.others)
        prices, scaled = node.prices, node.scaled
        for penalty in PENALTIES:
            if self._is_worse(scaled):
                break
            trial = elastic.prices(decisions, penalty, self.stop)
            if trial is None:
                break
            bound = bound_from(rows, self.task.tier, trial, self.task.held, self.task.taken)
            if bound.scaled < scaled:
                prices, scaled = trial, bound.scaled
        return prices, scaled

    def _search_inside(self, node: _Node, part: Part, prices: Prices, scaled: int) -> None:
        """Look for plans where every cohort is whole: for a first one at once, for the best one when it is its turn."""
        task = replace(self.task, rows=self.task.rows.between({}, node.others))
        bound = grown_bound(part.bound, task.rows)
        if prices is not part.bound.prices:
            known = grown_prices(prices, task.rows)
            bound = bound_from(task.rows, task.tier, known, task.held, task.taken)
        root = Relaxed(bound=bound, chosen=self.programme.chosen, x=part.x, others=part.others, is_feasible=True)
        search = Search(
            task,
            root,
            self.value,
            step=self.step,
            gap=self.gap,
            seed=self.seed,
            stop=self.stop,
            listener=lambda value, _: self.listener(value, self._bound_with(scaled)),
            may_hand_over=task.rows.num_columns <= MOST_HANDED_OVER,
            is_claimed=self.is_claimed,
        )
        if not node.is_whole:
            self._accept(self._rounded_columns(task, root))
            is_small = self.chosen is None or len(root.chosen) <= MOST_DIVED
            if is_small and not self.is_claimed and not self._is_worse(bound.scaled):
                self._accept(search.first())
            if not self._is_worse(bound.scaled):
                later = replace(self._node(bound.scaled, node.others, prices), is_whole=True)
                heapq.heappush(self.heap, later)
            else:
                self._end(node.others, prices, bound.scaled)
            return
        allowed = search.budget
        found = search.run()
        self.spent += allowed - search.budget if self.is_claimed else 0
        self._accept(found.chosen)
        if found.is_interrupted:
            raise Interrupted
        self._end(node.others, prices, bound.scaled, found.leaves or ())
        self.is_exact = self.is_exact and found.is_exhausted

    def _rounded_columns(self, task: TierTask, root: Relaxed) -> IntArray:
        """Return the columns that a relaxation takes most of, as far as whole people and open cohorts can."""
        assert root.bound is not None
        rows = task.rows
        closed = rows.row_of_variable[(rows.cohort >= 0) & (root.others < EVEN)]
        shut = np.unique(rows.matrix[:, root.chosen].tocsr()[closed].indices)
        usable = np.ones(len(root.chosen), dtype=bool)
        usable[shut] = False
        lost = losses(rows, root.bound)[root.chosen]
        order = np.lexsort((lost, -np.round(root.x, 6)))
        return greedy_columns(rows, root.chosen[order[usable[order]]])

    def _bound_with(self, scaled: int) -> int:
        return max(self._bound(), self._rounded(scaled))

    def _accept(self, columns: IntArray | None) -> None:
        if columns is None:
            return
        solution = integer_solution(self.task, np.sort(columns))
        if solution is None:
            return
        value = self.task.rows.value(self.task.tier, solution)
        if self.value is None or value > self.value:
            self.value, self.chosen = value, np.sort(columns)


def _near(task: TierTask, root: Relaxed) -> IntArray:
    """Return the columns of a relaxation that it takes some of, or of which its prices think hardly less."""
    assert root.bound is not None
    lost = losses(task.rows, root.bound)[root.chosen]
    return root.chosen[(root.x > 0) | (lost <= NEAR * abs(root.bound.scaled))]
