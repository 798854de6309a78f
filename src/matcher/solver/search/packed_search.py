"""Branch and bound where resources bind: pattern programmes bound the nodes, whole sets of people are branched on.

With resources whose use differs by pair the plain relaxation is far from whole people, and its tree is large; over
patterns it is nearly exact (Savelsbergh 1997, A branch-and-price algorithm for the generalized assignment problem,
Operations Research 45(6)). Every end of the tree keeps prices of rows and candidates, which the checker packs anew.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import IntArray
from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import PRICE_SCALE, Prices, losses
from matcher.solver.bounds.packing import PackedBound, Resources, packed_bound, resources_of
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.patterns import Mixture, Pattern, PatternProgramme, between
from matcher.solver.relaxations.relaxation import Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme, TierTask, integer_solution

MOST_COLUMNS = 20_000  # more are left to the plain search
MOST_ENDS = 300  # of a tree that anybody wants to store and check
MOST_ROUNDS = 6_000  # linear programmes in all nodes together
ROUNDS_PER_NODE = 1_500
SMOOTHING = 0.3  # share of the newest prices
INTEGRAL = 1e-6
EVEN = 0.5
DESCENTS = 400
FIRST_LENGTH, LAST_LENGTH = 0.2, 0.005  # of a step, as a share of the way to the value known
PATIENCE = 10  # steps without a better bound
CLOSE = 0.01  # integers of the tier between a programme and its bound that are not worth another round
PENALTIES = (10.0, 1e3, 1e5)
NEAREST = 3  # columns of each candidate among which a first plan is looked for
FIRST_COLUMNS = 10_000  # in all nodes of that first look
SHARE_OF_TIME = 0.2  # of what is left, for one look
FIRST_NODES, LATER_NODES = 300, 30  # of SCIP, looking for plans among the columns that mixtures take

Listener = Callable[[int | None, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedEnd:
    """One end of the tree, closed or still open.

    Parameters
    ----------
    taken, left : frozenset of int
        Columns fixed on the way to it, by position in the task.
    prices : Prices
    value : int
        No plan that keeps what is fixed has more, every plan's value being a multiple of the step.
    """

    taken: frozenset[int]
    left: frozenset[int]
    prices: Prices
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFound:
    """What the search found and proved.

    Parameters
    ----------
    chosen : int array or None
        Columns of the best plan, by position in the task; ``None`` where none beats the one given.
    ends : tuple of PackedEnd
        Together they hold every plan of the task; empty where nothing was proved.
    is_closed : bool
        Whether no end can hold a better plan.
    is_interrupted : bool
    """

    chosen: IntArray | None
    ends: tuple[PackedEnd, ...]
    is_closed: bool
    is_interrupted: bool


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
        self._resources: Resources = resources_of(task.rows)
        self._value = value
        self._chosen: IntArray | None = None
        self._pool: dict[tuple[int, Pattern], None] = {}
        self._rounds = 0
        self._root_bound: PackedBound | None = None
        self._support = np.zeros(task.rows.num_columns, dtype=bool)

    @staticmethod
    def fits(task: TierTask) -> bool:
        """Tell whether the task has resources, and few enough columns."""
        number = task.rows.num_columns
        is_small = 0 < number <= MOST_COLUMNS and not task.rows.has_several
        return is_small and len(resources_of(task.rows)) > 0

    def run(self) -> PackedFound:
        """Return the best plan and the ends of the tree."""
        ends: list[PackedEnd] = []
        heap: list[_Node] = []
        is_interrupted = False
        whole = frozenset(self._task.taken.tolist())
        try:
            self._seed_pool()
            near = self._near_columns()
            self._look_for_plans(near, max(1, FIRST_COLUMNS // max(1, len(near))))
            first = self._bounded(whole, frozenset(), None)
            self._root_bound = None
            self._grow(heap, ends, first, whole, frozenset())
            while heap and len(heap) + len(ends) < MOST_ENDS and self._rounds < MOST_ROUNDS:
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
        if self._root_bound is not None:  # not even the whole was bounded as well as it can be
            ends.append(self._end(whole, frozenset(), self._root_bound))
        ends += [self._end(node.taken, node.left, node.bound) for node in heap]
        best = self._value
        return PackedFound(
            chosen=self._chosen,
            ends=tuple(ends),
            is_closed=bool(ends) and best is not None and all(end.value <= best for end in ends),
            is_interrupted=is_interrupted,
        )

    def _seed_pool(self) -> None:
        """Begin with the sets that no prices at all would choose, and the plain relaxation's columns alone."""
        resources = self._resources
        for column in self._root.chosen[self._root.x > INTEGRAL].tolist():
            owner = int(resources.owner[column])
            if owner < 0 or resources.use[column] <= resources.capacity[owner]:
                self._pool[owner, (column,)] = None

    # ---- nodes

    def _branch(self, heap: list[_Node], ends: list[PackedEnd], node: _Node) -> None:
        column = node.candidate_column
        if self._is_worse(node.bound):
            ends.append(self._end(node.taken, node.left, node.bound))
            return
        children = []
        for taken, left in ((node.taken | {column}, node.left), (node.taken, node.left | {column})):
            children.append((self._bounded(taken, left, node.bound.prices), taken, left))
        for found, taken, left in children:
            self._grow(heap, ends, found, taken, left)
        if len(heap):
            self._listener(self._value, max(-heap[0].key, self._value or -heap[0].key))

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
        if mixture is not None and not self._is_worse(bound):
            column = self._fractional(mixture.taken, taken | left)
            if column is None:
                self._accept(np.flatnonzero(mixture.taken > EVEN))
            elif not taken or len(taken) % 4 == 0:
                kept = np.flatnonzero(self._support | (mixture.taken > INTEGRAL))
                self._look_for_plans(kept, FIRST_NODES if not taken and not left else LATER_NODES)
        if column is None or self._is_worse(bound):
            ends.append(self._end(taken, left, bound))
        else:
            heapq.heappush(heap, _Node(-bound.value(self._step), len(heap) + len(ends), taken, left, bound, column))

    def _end(self, taken: frozenset[int], left: frozenset[int], bound: PackedBound) -> PackedEnd:
        return PackedEnd(taken=taken, left=left, prices=bound.prices, value=bound.value(self._step))

    def _is_worse(self, bound: PackedBound) -> bool:
        return self._value is not None and bound.value(self._step) <= self._value

    def _fractional(self, taken: FloatArray, decided: frozenset[int]) -> int | None:
        """Return the column nearest to a half, those that are worth most first; ``None`` where all are whole.

        What is decided already stays so, even where a mixture that misses a row takes half of it.
        """
        distance = np.abs(taken - np.rint(taken))
        distance[_positions(decided)] = 0.0
        return int(np.argmax(distance)) if distance.max(initial=0) > INTEGRAL else None

    def _bounded(
        self, taken: frozenset[int], left: frozenset[int], prices: Prices | None
    ) -> tuple[PackedBound, Mixture | None]:
        """Return the best bound of a node and the mixture behind it, or no mixture where the bound closes it."""
        inside, outside = _positions(taken), _positions(left)
        best = self._priced(prices or self._plain_prices(), inside, outside)
        self._root_bound = best if prices is None else None
        if prices is None:
            best = self._descended(best, inside, outside)
        if self._is_worse(best):
            return best, None
        for column in inside[self._resources.owner[inside] < 0].tolist():
            self._pool[-1, (column,)] = None
        pool = [pattern for pattern in self._pool if self._keeps(pattern, taken, left)]
        mixture = None
        for penalty in PENALTIES:
            programme = PatternProgramme(self._task, self._resources, pool, inside, penalty)
            best, mixture = self._generated(programme, best, inside, outside, pool)
            if mixture is None or mixture.missing < INTEGRAL:
                break
        return best, mixture

    def _descended(self, best: PackedBound, inside: IntArray, outside: IntArray) -> PackedBound:
        """Let people pay more where several resources want them and less where none does, as long as that proves more.

        Subgradient steps (Held, Wolfe and Crowder 1974, Validation of subgradient optimization, Mathematical
        Programming 6). The sets on the way are what the pattern programme begins with.
        """
        rows, bound = self._task.rows, best
        length, waited = FIRST_LENGTH, 0
        for _ in range(DESCENTS):
            assert bound.prices.candidates is not None
            wanted = np.concatenate([*bound.sets, bound.free, np.empty(0, dtype=np.int64)]).astype(np.int64)
            slope = 1 - np.bincount(rows.candidate[wanted], minlength=len(bound.prices.candidates))
            self._pool.update(dict.fromkeys(self._patterns(bound)))
            size = float(slope @ slope)
            if not size or self._is_worse(best) or length < LAST_LENGTH:
                break
            target = PRICE_SCALE * self._value if self._value is not None else bound.scaled - abs(bound.scaled) // 100
            step = length * max(bound.scaled - target, PRICE_SCALE) / size
            people = np.maximum(bound.prices.candidates - (step * slope).astype(np.int64), 0)
            bound = self._priced(replace(bound.prices, candidates=people), inside, outside)
            waited += 1
            if bound.scaled < best.scaled:
                best, waited = bound, 0
                self._root_bound = best
            elif waited >= PATIENCE:
                length, waited = length / 2, 0
        return best

    def _generated(
        self,
        programme: PatternProgramme,
        best: PackedBound,
        inside: IntArray,
        outside: IntArray,
        pool: list[tuple[int, Pattern]],
    ) -> tuple[PackedBound, Mixture | None]:
        """Generate patterns until the bound meets the programme, or closes the node."""
        known = set(pool)
        mixture = programme.solve(self._stop)
        for _ in range(ROUNDS_PER_NODE):
            self._rounds += 1
            exact = mixture.prices
            smooth = between(best.prices, exact, SMOOTHING)
            fresh: list[tuple[int, Pattern]] = []
            for prices in (smooth, exact):
                bound = self._priced(prices, inside, outside)
                best = min(best, bound, key=lambda one: one.scaled)
                self._root_bound = best if self._root_bound is not None else None
                fresh = [pattern for pattern in self._patterns(bound) if pattern not in known]
                if self._is_worse(best) or fresh or prices is exact:
                    break
            if self._is_worse(best):
                return best, None
            near = best.scaled / PRICE_SCALE - mixture.value <= max(CLOSE, 1e-9 * abs(mixture.value))
            if not fresh or (near and mixture.missing < INTEGRAL):
                break
            known.update(fresh)
            pool += fresh
            self._pool.update(dict.fromkeys(fresh))
            programme.add(fresh)
            mixture = programme.solve(self._stop)
        self._support |= mixture.taken > INTEGRAL
        return best, mixture

    def _plain_prices(self) -> Prices:
        """Return the plain relaxation's prices, under which everybody pays what the best column is worth."""
        bound = self._root.bound
        assert bound is not None
        people = np.maximum(bound.best, 0)
        return Prices(rows=bound.prices.rows, held=bound.prices.held, candidates=people)

    def _priced(self, prices: Prices, inside: IntArray, outside: IntArray) -> PackedBound:
        self._stop.check()
        task = self._task
        return packed_bound(task.rows, self._resources, task.tier, prices, task.held, inside, outside)

    def _patterns(self, bound: PackedBound) -> list[tuple[int, Pattern]]:
        found = [(number, tuple(members.tolist())) for number, members in enumerate(bound.sets) if len(members)]
        return found + [(-1, (column,)) for column in bound.free.tolist()]

    def _keeps(self, pattern: tuple[int, Pattern], taken: frozenset[int], left: frozenset[int]) -> bool:
        """Tell whether a pattern can stand where some columns are taken and others left out."""
        resource, members = pattern
        if not left.isdisjoint(members):
            return False
        rows, owner = self._task.rows, self._resources.owner
        for column in taken:
            if column in members:
                continue
            if resource >= 0 and owner[column] == resource:
                return False
            candidate = rows.candidate[column]
            if rows.limits.placements[candidate] == 1 and (rows.candidate[list(members)] == candidate).any():
                return False
        return True

    # ---- plans

    def _accept(self, columns: IntArray) -> None:
        solution = integer_solution(self._task, columns)
        if solution is None:
            return
        value = self._task.rows.value(self._task.tier, solution)
        if self._value is None or value > self._value:
            self._chosen, self._value = columns, value
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


def _positions(columns: frozenset[int]) -> IntArray:
    return np.array(sorted(columns), dtype=np.int64)
