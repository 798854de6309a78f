"""Branch and bound where resources bind: pattern programmes bound the nodes, single columns are branched on.

Under the plain relaxation, which is far from whole people there, the tree would be large. Every end of it keeps prices
of rows and candidates, which the checker packs anew.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from matcher.columns import IntArray
from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import losses
from matcher.solver.bounds.packing import PackedBound, resources_of
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.patterns import Mixture
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.resource_cuts import ResourceCuts
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import TierTask, integer_solution
from matcher.solver.search.ends import PackedEnd, PackedFound
from matcher.solver.search.pattern_bounds import INTEGRAL, PatternBounds, positions

MOST_COLUMNS = 20_000  # more are left to the plain search
FEW_COLUMNS = 300  # more are packed only where people in one vacancy use more or less
MOST_ENDS = 300  # of a tree that anybody wants to store and check
MOST_ROUNDS = 6_000  # linear programmes in all nodes together
EVEN = 0.5
NEAREST = 3  # columns of each candidate among which a first plan is looked for
FIRST_COLUMNS = 10_000  # in all nodes of that first look
SHARE_OF_TIME = 0.2  # of what is left, for one look
FIRST_NODES, LATER_NODES = 300, 30  # of SCIP, looking for plans among the columns that mixtures take

Listener = Callable[[int | None, int], None]


@dataclass(order=True)
class _Node:
    key: int
    order: int
    taken: frozenset[int] = field(compare=False)
    left: frozenset[int] = field(compare=False)
    bound: PackedBound = field(compare=False)
    candidate_column: int = field(compare=False)


class PackedSearch:
    """Branch and bound over patterns for one tier in one region.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        The plain relaxation.
    value : int or None
        The best value known, from wherever.
    step : int
        Every plan's value is a multiple of it.
    seed : int
    stop : StopSignal
    listener : callable
        Told the incumbent's value and the bound whenever either moves.
    """

    def __init__(
        self,
        task: TierTask,
        root: Relaxed,
        value: int | None,
        *,
        step: int,
        seed: int,
        stop: StopSignal,
        listener: Listener,
    ) -> None:
        self._task, self._root, self._step, self._seed, self._stop = task, root, step, seed, stop
        self._listener = listener
        self._bounds = PatternBounds(task, root, value, step=step, stop=stop)
        self._chosen: IntArray | None = None

    @staticmethod
    def fits(task: TierTask) -> bool:
        """Tell whether the task has resources, few enough columns, and none that cuts make much quicker."""
        number = task.rows.num_columns
        is_small = 0 < number <= MOST_COLUMNS and not task.rows.has_several
        if not is_small or not len(resources_of(task.rows)):
            return False
        return number <= FEW_COLUMNS or not ResourceCuts(task.rows).has_all

    def run(self) -> PackedFound:
        """Return the best plan and the ends of the tree."""
        ends: list[PackedEnd] = []
        heap: list[_Node] = []
        is_interrupted = False
        whole = frozenset(self._task.taken.tolist())
        try:
            near = self._near_columns()
            self._look_for_plans(near, max(1, FIRST_COLUMNS // max(1, len(near))))
            first = self._bounds.bounded(whole, frozenset(), None)
            self._bounds.unfinished = None
            self._grow(heap, ends, first, whole, frozenset())
            while heap and len(heap) + len(ends) < MOST_ENDS and self._bounds.rounds < MOST_ROUNDS:
                node = heapq.heappop(heap)
                try:
                    self._branch(heap, ends, node)
                except (Interrupted, SolverFailure):
                    heapq.heappush(heap, node)
                    raise
        except Interrupted:
            is_interrupted = True
        except SolverFailure:
            pass  # the linear programmes lost their way; what is open stays open
        if self._bounds.unfinished is not None:  # not even the whole was bounded as well as it can be
            ends.append(self._end(whole, frozenset(), self._bounds.unfinished))
        ends += [self._end(node.taken, node.left, node.bound) for node in heap]
        best = self._bounds.value
        return PackedFound(
            chosen=self._chosen,
            ends=tuple(ends),
            is_closed=bool(ends) and best is not None and all(end.value <= best for end in ends),
            is_interrupted=is_interrupted,
        )

    # ---- nodes

    def _branch(self, heap: list[_Node], ends: list[PackedEnd], node: _Node) -> None:
        column = node.candidate_column
        if self._bounds.is_worse(node.bound):
            ends.append(self._end(node.taken, node.left, node.bound))
            return
        children = []
        for taken, left in ((node.taken | {column}, node.left), (node.taken, node.left | {column})):
            children.append((self._bounds.bounded(taken, left, node.bound.prices), taken, left))
        for found, taken, left in children:
            self._grow(heap, ends, found, taken, left)
        if len(heap):
            value = self._bounds.value
            self._listener(value, max(-heap[0].key, value or -heap[0].key))

    def _grow(
        self,
        heap: list[_Node],
        ends: list[PackedEnd],
        found: tuple[PackedBound, Mixture | None],
        taken: frozenset[int],
        left: frozenset[int],
    ) -> None:
        """Close a node, or keep it for branching."""
        bound, mixture = found
        column = None
        if mixture is not None and not self._bounds.is_worse(bound):
            column = self._fractional(mixture.taken, taken | left)
            if column is None:
                self._accept(np.flatnonzero(mixture.taken > EVEN))
            elif not taken or len(taken) % 4 == 0:
                kept = np.flatnonzero(self._bounds.support | (mixture.taken > INTEGRAL))
                self._look_for_plans(kept, FIRST_NODES if not taken and not left else LATER_NODES)
        if column is None or self._bounds.is_worse(bound):
            ends.append(self._end(taken, left, bound))
        else:
            heapq.heappush(heap, _Node(-bound.value(self._step), len(heap) + len(ends), taken, left, bound, column))

    def _end(self, taken: frozenset[int], left: frozenset[int], bound: PackedBound) -> PackedEnd:
        return PackedEnd(taken=taken, left=left, prices=bound.prices, value=bound.value(self._step))

    def _fractional(self, taken: FloatArray, decided: frozenset[int]) -> int | None:
        """Return the column nearest to a half, those that are worth most first; ``None`` where all are whole.

        What is decided already stays so, even where a mixture that misses a row takes half of it.
        """
        distance = np.abs(taken - np.rint(taken))
        distance[positions(decided)] = 0.0
        return int(np.argmax(distance)) if distance.max(initial=0) > INTEGRAL else None

    # ---- plans

    def _accept(self, columns: IntArray) -> None:
        solution = integer_solution(self._task, columns)
        if solution is None:
            return
        value = self._task.rows.value(self._task.tier, solution)
        if self._bounds.value is None or value > self._bounds.value:
            self._chosen, self._bounds.value = columns, value
            self._listener(value, value)

    def _near_columns(self) -> IntArray:
        """Return what the plain relaxation takes, and the few columns of each candidate that it nearly takes."""
        rows, root = self._task.rows, self._root
        assert root.bound is not None
        order = np.lexsort((losses(rows, root.bound), rows.candidate))
        owner = rows.candidate[order]
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
        return np.union1d(order[rank < NEAREST], root.chosen[root.x > INTEGRAL])

    def _look_for_plans(self, columns: IntArray, nodes: int) -> None:
        """Let SCIP look for a plan among some columns, and those of the best plan so far."""
        kept = np.union1d(columns, self._task.taken)
        if self._chosen is not None:
            kept = np.union1d(kept, self._chosen)
        task = self._task.subset(kept)
        restricted = RestrictedProgramme.over(task, np.arange(len(kept)))
        left = self._stop.remaining_s
        stop = StopSignal(None if left is None else SHARE_OF_TIME * left)
        outcome = solve_integer(
            restricted.programme, restricted.is_integer, stop, gap=1e-9, seed=self._seed, node_limit=nodes
        )
        self._stop.by_person = self._stop.by_person or stop.by_person
        if outcome.x is not None:
            self._accept(kept[np.flatnonzero(restricted.split(outcome.x)[0] > EVEN)])
