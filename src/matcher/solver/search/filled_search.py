"""Branch and bound on how many people vacancies take that share resources, where there are too many columns to pack.

Cuts bring the relaxation near to whole people. What is left stands in few places: numbers of placements in between
those that a resource can hold, because half of one plan and half of another owe least. So the plans are parted at these
numbers, those first that promise most, where that takes most off the bound, which is tried (Achterberg, Koch and Martin
2005, Branching rules revisited, Operations Research Letters 33(1)). All parts share one live programme.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import IntArray
from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import PRICE_SCALE, Prices, bound_from
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.exchanges import decided
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.cohorts import LinkedProgramme, Links, Part, grown_prices
from matcher.solver.relaxations.relaxed import WHOLE, Relaxed
from matcher.solver.relaxations.resource_cuts import UNEVEN, ResourceCuts
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.ends import CohortEnd

BUDGET = 4_000_000  # columns in the linear programmes of all parts together
MOST_ENDS = 100  # beside those that it begins with
TRIED = 8  # numbers in one part, those that are least whole
KNOWN = 2  # so often a number is tried; what that took off the bound is believed afterwards
SMALLER = 0.2  # how much the half that gains more counts beside the one that gains less
PATIENCE, STILL = 60, 0.01  # so many programmes that lower the bound by less than this part of what is open are enough
NODES = 300  # of SCIP, among the columns that relaxations have taken
GAP = 1e-6

Listener = Callable[[int | None, int], None]


@dataclass(order=True)
class _Node:
    key: int
    order: int
    end: CohortEnd = field(compare=False)
    placed: FloatArray | None = field(compare=False)  # people in each vacancy, if its relaxation has a solution


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledFound:
    """What the search found and proved.

    Parameters
    ----------
    chosen : int array or None
        Columns of the best plan, by position in the task; ``None`` where none beats the one given.
    ends : tuple of CohortEnd
        Together they hold every plan of the parts that it began with.
    is_closed : bool
        Whether no end can hold a better plan.
    is_settled : bool
        Whether all numbers are whole in the end that promises most, so that others would have to be parted.
    is_interrupted : bool
    """

    chosen: IntArray | None
    ends: tuple[CohortEnd, ...]
    is_closed: bool
    is_settled: bool
    is_interrupted: bool


class FilledSearch:
    """Branch and bound on how many people vacancies take, for one tier.

    Parameters
    ----------
    task : TierTask
    links : Links
        Shared with every other programme of the solve.
    root : Relaxed
        With a bound.
    chosen : int array or None
        Columns of the best plan known.
    step : int
        Every plan's value is a multiple of it.
    gap : float
        Relative gap that is good enough.
    seed : int
        Of SCIP.
    stop : StopSignal
    listener : callable
        Told the incumbent's value and the bound as they move.
    starts : sequence of intervals
        Parts to begin with, outside which no plan is as good in the earlier aims; by default all plans as one.
    """

    def __init__(
        self,
        task: TierTask,
        links: Links,
        root: Relaxed,
        chosen: IntArray | None,
        *,
        step: int,
        gap: float,
        seed: int,
        stop: StopSignal,
        listener: Listener,
        starts: Sequence[Intervals] = (),
    ) -> None:
        assert root.bound is not None
        self._programme = LinkedProgramme(task, links, root.chosen, root.end)
        self._task, self._step, self._gap, self._seed, self._stop = self._programme.task, step, gap, seed, stop
        self._listener = listener
        self._known, self._value = chosen, None if chosen is None else self._value_of(chosen)
        self._resources = ResourceCuts(self._task.rows)
        prices = grown_prices(root.bound.prices, self._task.rows)
        self._whole = CohortEnd(others={}, prices=prices, scaled=root.bound.scaled)
        starts = starts or ({},)
        self._heap = [
            _Node(-root.bound.scaled, number, replace(self._whole, filled=filled), None)
            for number, filled in enumerate(starts)
        ]
        self._gains: dict[int, list[float]] = {}
        self._support = np.zeros(task.rows.num_columns, dtype=bool)
        self._budget, self._num_solved = BUDGET, 0

    @staticmethod
    def fits(task: TierTask) -> bool:
        """Tell whether some resources bind, and people in one vacancy use as much of all of them."""
        if task.rows.has_several or task.rows.divisors:
            return False
        resources = ResourceCuts(task.rows)
        return resources.has_all and bool(resources)

    def run(self) -> FilledFound:
        """Return the best plan and the ends of the tree."""
        better, is_settled, is_interrupted = None, False, False
        try:
            is_settled = self._explore()
            better = self._better_plan()
        except Interrupted:
            is_interrupted = True
        except SolverFailure:
            pass  # the linear programmes lost their way; what is open stays open
        ends, value = tuple(node.end for node in self._heap), self._value
        return FilledFound(
            chosen=better,
            ends=ends,
            is_closed=value is not None and all(end.value(self._step) <= value for end in ends),
            is_settled=is_settled,
            is_interrupted=is_interrupted,
        )

    # --- Parts of the plans.

    def _explore(self) -> bool:
        """Part the plans as long as that is of use; tell whether all numbers are whole where most is promised."""
        heap = self._heap
        for place, node in enumerate(heap):
            heap[place] = replace(self._solved(node.end.filled, self._whole), order=node.order)
        heapq.heapify(heap)
        history, most = [(self._num_solved, heap[0].end.scaled)], len(heap) + MOST_ENDS
        while len(heap) < most and self._budget > 0 and not self._is_close(heap[0].end):
            halves = self._parted(heap[0])
            if halves is None:
                return True
            heapq.heappop(heap)
            for number, half in enumerate(halves):
                heapq.heappush(heap, replace(half, order=2 * self._num_solved + number))
            bound, value = heap[0].end.value(self._step), self._value
            self._listener(value, bound if value is None else max(bound, value))
            history.append((self._num_solved, heap[0].end.scaled))
            if self._stands_still(history):
                break
        return False

    def _parted(self, node: _Node) -> list[_Node] | None:
        """Return a node's two parts, where that takes most off its bound; ``None`` where all numbers are whole."""
        if node.placed is None:
            return None
        uneven = np.abs(node.placed - np.rint(node.placed))
        order = np.argsort(-uneven, kind="stable")[:TRIED]
        most, row, halves = -1.0, None, None
        for tried in order[uneven[order] > UNEVEN].tolist():
            own = self._halves(node, tried) if len(self._gains.get(tried, ())) < KNOWN else None
            gain = float(np.mean(self._gains[tried]) if own is None else self._gains[tried][-1])
            if gain > most:
                most, row, halves = gain, tried, own
        return self._halves(node, row) if halves is None and row is not None else halves

    def _halves(self, node: _Node, row: int) -> list[_Node]:
        """Return the plans in which a vacancy takes no more people than a node's relaxation says, and the others."""
        assert node.placed is not None
        rows, below = self._task.rows, int(np.floor(node.placed[row]))
        fewest, most = node.end.filled.get(row, (int(rows.least[row]), int(rows.limit[row])))
        intervals = ((fewest, below), (below + 1, most))
        halves = [self._solved({**node.end.filled, row: interval}, node.end) for interval in intervals]
        less, more = sorted(max(node.end.scaled - half.end.scaled, 1) / PRICE_SCALE for half in halves)
        self._gains.setdefault(row, []).append(less * more**SMALLER)
        return halves

    def _solved(self, filled: Intervals, above: CohortEnd) -> _Node:
        """Return a part of the plans with what its relaxation proves, or that of a part that holds it."""
        self._num_solved += 1
        self._budget -= len(self._programme.chosen)
        enough = None if self._value is None else float(self._value + self._step - 1)
        part = self._programme.solve({}, self._stop, enough, filled)
        end, placed = replace(above, filled=filled), None
        if part is None:
            rows, prices = self._task.rows.between(filled, {}), self._overfilled(filled, above)
            bound = bound_from(rows, self._task.tier, prices, self._task.held, self._task.taken)
        else:
            bound, placed = part.bound, self._placed(part)
        if bound.scaled < above.scaled:
            end = replace(end, prices=bound.prices, scaled=bound.scaled)
        return _Node(-end.scaled, 0, end, placed)

    def _placed(self, part: Part) -> FloatArray:
        """Return how many people each vacancy takes, and remember the columns of which it takes a part."""
        rows, chosen = self._task.rows, self._programme.chosen[: len(part.x)]
        self._support[chosen[part.x > WHOLE]] = True
        number = len(rows.limits.vacancy_ids)
        return np.bincount(rows.vacancy[chosen], part.x, minlength=number).astype(np.float64)

    def _overfilled(self, filled: Intervals, above: CohortEnd) -> Prices:
        """Return prices that prove that a resource cannot hold as many people, where that is why there is no plan.

        It charges so much that nothing else counts, and pays vacancies as much back for everybody whom they must take.
        """
        rows, value = self._task.rows, self._value
        fewest = rows.between(filled, {}).least[: len(rows.limits.vacancy_ids)]
        found = self._resources.overfilled(fewest)
        if found is None or value is None:
            return above.prices
        row, counts, beyond = found
        price, own = (above.scaled - PRICE_SCALE * value) // beyond + 1, above.prices.rows.copy()
        own[row] += price
        must_take = np.flatnonzero((counts > 0) & (fewest > 0))
        own[must_take] -= price * counts[must_take]
        return replace(above.prices, rows=own)

    # --- When that is enough, and plans.

    def _is_close(self, end: CohortEnd) -> bool:
        """Tell whether the incumbent is as near to what promises most as was asked for."""
        value = self._value
        return value is not None and end.value(self._step) - value <= self._gap * abs(value)

    def _stands_still(self, history: list[tuple[int, int]]) -> bool:
        """Tell whether the last programmes have hardly lowered the bound.

        `history` has how many were solved, and what was proven by then.
        """
        solved, now = history[-1]
        earlier = [scaled for number, scaled in history if number <= solved - PATIENCE]
        room = abs(now) if self._value is None else now - PRICE_SCALE * self._value
        return bool(earlier) and earlier[-1] - now < STILL * room

    def _value_of(self, chosen: IntArray) -> int:
        rows = self._task.rows
        return rows.value(self._task.tier, rows.completed(chosen))

    def _better_plan(self) -> IntArray | None:
        """Return a better plan that SCIP finds among the columns that relaxations have taken."""
        if self._is_close(self._heap[0].end):
            return None
        kept = np.flatnonzero(self._support)
        if self._known is not None:
            kept = np.union1d(kept, self._known)
        found = decided(self._task, kept, self._task.taken, self._seed, self._stop, gap=GAP, nodes=NODES)
        if found is None or (self._value is not None and self._value_of(found) <= self._value):
            return None
        self._value = self._value_of(found)
        return found


__all__ = ["FilledFound", "FilledSearch"]
