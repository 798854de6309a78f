"""Branch and bound on how many people each cohort takes, where there are very many columns and money binds.

A relaxation spends a budget to the last öre, on a part of a seat; whole seats leave some of it. Where seats are dear
beside the budget, that is most of what a plan loses, and no price tells it. So the plans are parted at how many seats a
budget pays in all, at how many of the dearer ones, and at the number of people in one cohort. Each part's relaxation
goes on from the last basis, over the columns that a better plan may take, and its prices are a case of the certificate.
Where every number is whole, the rest nearly is, and a few columns are left to SCIP. Source: Barnhart et al. (1998),
Branch-and-price, Operations Research 46(3), section 4, on branching on sums of columns.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.plans.rounding import mended_plan
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.search.count_dive import CountDives
from matcher.solver.search.count_parting import CLOSE, CountEnd, Node, Pair, Parting
from matcher.solver.search.count_programme import CountProgramme
from matcher.solver.search.count_state import Incumbent

Found = TypeVar("Found")

MOST_SOLVED = 90  # linear programmes, of which each takes a tenth of a second for a city
MOST_ENDS = 60
TOGETHER = 2  # nodes that are parted at one time, whatever the number of threads: one input has one plan
NARROWER = 0.25  # of what the best plan lost: where another loses so little, fewer columns are of use
PATIENCE, STILL = 24, 0.03  # so many programmes that bring bound and plan nearer by less than this part are enough
MENDED = 6  # open parts, the best, near which a better plan is looked for at the end
MENDED_AFTER = 16  # programmes, after which one is looked for near the best two; after each time in vain, twice as many


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFound:
    """What the search found and proved.

    Parameters
    ----------
    chosen : int array or None
        Columns of the best plan, by position in the task.
    ends : tuple of CountEnd
        Together they hold every plan of the task.
    """

    chosen: IntArray | None
    ends: tuple[CountEnd, ...]


class CountSearch(CountDives):
    """Branch and bound on the people in cohorts; see `CountState`."""

    def run(self) -> CountFound:
        """Return the best plan found, and the ends of the tree."""
        whole = CountEnd(filled={}, prices=self.bound.prices, scaled=self.bound.scaled)
        self.ends: list[CountEnd] = []
        self.heap: list[Node] = []
        self.partings: dict[int, Parting] = {}  # those that are taken up, by the programme that they go on in
        self.count = 0
        try:
            if self.chosen is None:
                self.begin()
            if self.chosen is None:
                return CountFound(chosen=None, ends=(whole,))
            self.heap.append(Node(-self.bound.scaled, 0, {}, self.bound.prices, self.bound.scaled))
            with ThreadPoolExecutor(min(self.threads, TOGETHER)) as pool:
                self._mend(pool, self._explore(pool), MENDED)
        except Interrupted:
            pass
        self.ends += [node.end for node in self.heap]
        return CountFound(chosen=self.chosen, ends=tuple(self.ends) or (whole,))

    def _explore(self, pool: ThreadPoolExecutor) -> Pair:
        """Part the plans, two nodes at a time, until none that is open promises much; return the programmes used."""
        pair, room, before = Pair(self.programme(self.distance)), self.distance, 0
        history: list[tuple[int, float]] = []
        mended_at, wait = 0, MENDED_AFTER
        try:
            while len(self.heap) + len(self.ends) + len(self.partings) < MOST_ENDS:
                if self.distance < NARROWER * room:
                    before, room = before + pair.num_solved, self.distance
                    pair = Pair(self.programme(room))
                history.append((before + pair.num_solved, self._open()))
                if history[-1][0] >= MOST_SOLVED or _stands_still(history):
                    break
                self._take_up()
                if not self.partings:
                    break  # all others promise less
                self._step(pair, pool)
                if before + pair.num_solved >= mended_at + wait:
                    known = self.value
                    self._mend(pool, pair, TOGETHER)
                    mended_at, wait = before + pair.num_solved, wait if self.value != known else 2 * wait
        finally:
            for node in self._taken_up():
                heapq.heappush(self.heap, node)
            self.partings.clear()
        return pair

    def _take_up(self) -> None:
        """Give every programme that has none the open part that promises most."""
        for place in range(TOGETHER):
            if place not in self.partings and self.heap and not self.is_closed(self.heap[0].scaled, self.incumbent):
                self.partings[place] = Parting(self, heapq.heappop(self.heap))

    def _step(self, pair: Pair, pool: ThreadPoolExecutor) -> None:
        """Take one step with every part that is taken up."""
        places = sorted(self.partings)
        partings, each = [self.partings[place] for place in places], pair.of(places[-1] + 1)
        best, nodes = self._most_open(), self._taken_up()
        try:
            self._together(lambda one, own: one.step(own, best), partings, [each[place] for place in places], pool)
        except Interrupted:
            for node in nodes:
                heapq.heappush(self.heap, node)  # they still hold plans, whatever threads go on with meanwhile
            self.partings.clear()
            raise
        for place, parting in zip(places, partings, strict=True):
            for node in parting.open:
                self.count += 1
                heapq.heappush(self.heap, replace(node, order=self.count))
            self.ends += parting.ends
            for parted, value in parting.noted:
                self.gains.note(parted, value)
            self.keep(parting.incumbent)
            if parting.node is None:
                del self.partings[place]
        if any(parting.is_interrupted for parting in partings):
            raise Interrupted

    def _most_open(self) -> int:
        """Return the bound of the open part that promises most, scaled."""
        return max([node.scaled for node in self.heap[:1] + self._taken_up()], default=self.bound.scaled)

    def _taken_up(self) -> list[Node]:
        return [parting.node for parting in self.partings.values() if parting.node is not None]

    def _open(self) -> float:
        """Return how far the best plan lies below what is proven of all."""
        return max([self._most_open()] + [end.scaled for end in self.ends]) / PRICE_SCALE - self.incumbent.value

    def _mend(self, pool: ThreadPoolExecutor, pair: Pair, most: int) -> None:
        """Look for better plans between the best one and what is open and promises most."""
        nodes = heapq.nsmallest(most, self.heap)
        for first in range(0, len(nodes), TOGETHER):
            near = [node for node in nodes[first : first + TOGETHER] if not self.is_closed(node.scaled, self.incumbent)]
            for found in self._together(self._mended, near, pair.of(len(near)), pool):
                self.keep(found)

    def _mended(self, node: Node, programme: CountProgramme) -> Incumbent | None:
        """Return the best plan that takes what the best one and a node's relaxation both take."""
        solved, own = programme.solve(node.filled, self.stop, CLOSE * self.distance), self.incumbent.columns
        place = np.minimum(np.searchsorted(programme.kept, own), len(programme.kept) - 1)
        if solved is None or not np.array_equal(programme.kept[place], own):
            return None
        found = mended_plan(programme.task, solved.relaxed, place, self.seed, self.stop)
        return self.spent(programme, solved, found)

    def _together(
        self,
        work: Callable[[Any, CountProgramme], Found],
        each: Sequence[Any],
        programmes: Sequence[CountProgramme],
        pool: ThreadPoolExecutor,
    ) -> list[Found]:
        """Do the same for some parts at one time, where there are threads, each with a programme of its own."""
        mapped = map if self.threads == 1 else pool.map
        try:
            return list(mapped(work, each, programmes))
        except KeyboardInterrupt as error:
            self.stop.by_person = True  # which ends what goes on in threads as well
            raise Interrupted from error


def _stands_still(history: list[tuple[int, float]]) -> bool:
    """Tell whether bound and plan have hardly come nearer in the last programmes.

    `history` has how many were solved, and how far the two lay apart.
    """
    solved, apart = history[-1]
    earlier = [before for number, before in history if number <= solved - PATIENCE]
    return bool(earlier) and earlier[-1] - apart < STILL * apart


__all__ = ["CountEnd", "CountFound", "CountSearch"]
