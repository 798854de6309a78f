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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import NamedTuple

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices, losses
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.rounding import MOST_QUICK, mended_plan, rounded_plan
from matcher.solver.plans.spending import spent_well
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import Basis, FloatArray
from matcher.solver.relaxations.relaxation import Relaxed
from matcher.solver.relaxations.restricted import TierTask
from matcher.solver.search.count_programme import CountProgramme, CountSolved, counted_rows, sum_rows
from matcher.solver.search.gains import Gains, Parted
from matcher.solver.search.parting import INTEGRAL, shares_of_budgets

MOST_SOLVED = 120  # linear programmes, of which each takes a tenth of a second for a city
MOST_ENDS = 60
TOGETHER = 2  # nodes that are parted at one time, whatever the number of threads: one input has one plan
CLOSE = 0.03  # of the distance between the root and the incumbent: what a node may miss without another round
FREE = 1e-9  # what a count without a price weighs beside parts of budgets
FINE = 2e-3  # of a budget: what is left for SCIP to round
NEARLY = 0.12  # of a person: a count that is as good as whole changes next to nothing
LEAST_ROOM = 10_000.0  # millionths of a placement
WIDTH = 0.02  # of what a plan loses: what columns lose that are in its programme from the first on
NEAR = 0.125  # of what a first plan is reckoned to lose: what columns lose that may be taken in on the way to it
NARROWER = 0.25  # of what the best plan lost: where another loses so little, fewer columns are of use
TINY = 0.005  # of what a first plan is reckoned to lose: what unspent money may be worth
SEATS = 2.0  # so many seats' money is what a first plan is reckoned to lose
DIVED = 60  # decisions on the way to a first plan
DIVE_FROM, DIVE_EVERY = 24, 36  # programmes solved before a plan is looked for below the best open part, and again
MENDED = 4  # open parts, the best, near which a better plan is looked for at the end
FAR = 0.1  # of the distance between the root and the incumbent: a part so far below the best waits for its turn
SLIGHT = 1e-3  # of that distance: sums that are thought to gain less are left alone
LEFT = 0.6  # of unspent money: what rounding leaves of it, which exchanges people for dearer ones
FURTHER = 0.7  # of the money that was left when rounding failed: with so much it may succeed


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEnd:
    """One end of the tree: which cohorts take how many people, and what prices prove of such plans.

    Parameters
    ----------
    filled : dict of row to (int, int)
    prices : Prices
    scaled : int
        No such plan exceeds it, times `PRICE_SCALE`.
    """

    filled: Intervals
    prices: Prices
    scaled: int


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


@dataclass(order=True)
class _Node:
    key: float
    order: int
    filled: Intervals = field(compare=False)
    prices: Prices = field(compare=False)
    scaled: int = field(compare=False)
    is_rounded: bool = field(compare=False, default=False)  # a plan has been looked for near this node or above it
    parted: Parted | None = field(compare=False, default=None)  # how it came off the one above

    @property
    def end(self) -> CountEnd:
        """Return it as an end of the tree."""
        return CountEnd(filled=self.filled, prices=self.prices, scaled=self.scaled)


class _Incumbent(NamedTuple):
    """The columns of a plan, by position in the task, and its value in the tier."""

    columns: IntArray
    value: int


class CountSearch:
    """Branch and bound on the people in cohorts, for the lead of a problem with very many columns.

    Parameters
    ----------
    task : TierTask
        The lead, with nothing held.
    root : Relaxed
        With the basis at its end.
    chosen : int array or None
        Columns of a plan that is known.
    gap : float
        Relative gap of the placements that is good enough.
    seed : int
        Of SCIP.
    stop : StopSignal
    threads : int
        With more than one, the two best nodes are parted at one time; it never changes what is found.
    """

    def __init__(
        self,
        task: TierTask,
        root: Relaxed,
        chosen: IntArray | None,
        *,
        gap: float,
        seed: int,
        stop: StopSignal,
        threads: int = 1,
    ) -> None:
        assert root.bound is not None
        assert root.end is not None
        self.task, self.root, self.bound, self.end = task, root, root.bound, root.end
        self.gap, self.seed, self.stop, self.threads = gap, seed, stop, threads
        self.chosen, self.value = chosen, None if chosen is None else self._value_of(chosen)
        self.lost = losses(task.rows, self.bound)
        self.share, self.worth = shares_of_budgets(task.rows), _worths_of_seats(task, self.bound)
        self.gains = Gains(sum_rows(task))
        paid = self.worth[self.worth > 0]
        self.first_room = max(LEAST_ROOM, SEATS * float(paid.mean()) if len(paid) else 0.0)  # of a first plan
        self.ends: list[CountEnd] = []
        self.heap: list[_Node] = []
        self.count = 0

    @staticmethod
    def fits(task: TierTask, root: Relaxed) -> bool:
        """Tell whether there is money that cohorts are paid from, and a basis to go on from."""
        is_paid = task.rows.limits.budget_of_cohort[~task.rows.limits.is_optional] >= 0
        return bool(is_paid.any()) and root.end is not None and root.end.basis is not None and not task.rows.has_several

    def run(self) -> CountFound:
        """Return the best plan found, and the ends of the tree."""
        whole = CountEnd(filled={}, prices=self.bound.prices, scaled=self.bound.scaled)
        try:
            if self.chosen is None:
                room = self.first_room
                self._dive(self._programme(NEAR * room), {}, close=CLOSE * room)
            if self.chosen is None:
                return CountFound(chosen=None, ends=(whole,))
            self.heap.append(_Node(-self.bound.scaled, 0, {}, self.bound.prices, self.bound.scaled))
            self._explore()
            self._mend()
        except Interrupted:
            pass
        self.ends += [node.end for node in self.heap]
        return CountFound(chosen=self.chosen, ends=tuple(self.ends) or (whole,))

    def _programme(self, room: float) -> CountProgramme:
        """Return a programme over the columns that lose no more than `room`, beginning with those nearest."""
        basis, chosen = self.end.basis, self.end.chosen
        assert basis is not None
        near = basis.variables[self.end.first_column :] != Basis.AT_LOWER
        near |= self.lost[chosen] <= PRICE_SCALE * WIDTH * room
        is_kept = self.lost <= PRICE_SCALE * room
        is_kept[chosen[near]] = True
        kept = np.flatnonzero(is_kept)
        return CountProgramme(self.task, kept, chosen[near], self.end, self.lost[kept])

    def _dive(self, programme: CountProgramme, filled: Intervals, *, close: float, enough: float | None = None) -> None:
        """Decide one count after the other as the relaxation has it, and round what is left to a plan.

        Where `enough` says what a plan may lose, counts that lose less in all are rounded without being decided first.
        """
        solved, other, least_left = None, None, np.inf
        for _ in range(DIVED):
            found = programme.solve(filled, self.stop, close)
            if found is None or self._is_hopeless(found.value, enough):
                if other is None:
                    break
                filled, other = other, None
                continue
            solved, row, left = found, self.uneven(found.counts), self._left_over(found.counts)
            if row is None or left <= TINY * self.first_room:
                break
            if enough is not None and left < FURTHER * least_left and self.below(found.value) + LEFT * left <= enough:
                self._keep(self.rounded(programme, found))
                if self._distance <= enough:
                    return
                least_left = left
            filled, other = self.children(filled, row, found.counts[row])
        if solved is not None:
            self._keep(self.rounded(programme, solved))

    def _is_hopeless(self, value: float, enough: float | None) -> bool:
        is_worse = self.value is not None and value <= self.value
        return is_worse or (enough is not None and self.below(value) > enough)

    def below(self, value: float) -> float:
        """Return how far a value lies below the root's bound."""
        return self.bound.scaled / PRICE_SCALE - value

    def _explore(self) -> None:
        """Part the plans, the two best nodes at a time, until none that is open promises much."""
        pair, room, left, next_dive = _Pair(self._programme(self._distance)), self._distance, MOST_SOLVED, DIVE_FROM
        with ThreadPoolExecutor(min(self.threads, TOGETHER)) as pool:
            while self.heap and pair.num_solved < left and len(self.heap) + len(self.ends) < MOST_ENDS:
                if self._distance < NARROWER * room:
                    left, next_dive = left - pair.num_solved, next_dive - pair.num_solved
                    room = self._distance
                    pair = _Pair(self._programme(room))
                if pair.num_solved >= next_dive and not self.is_closed(self.heap[0].scaled, self.incumbent):
                    self._dive(pair.of(1)[0], self.heap[0].filled, close=CLOSE * self._distance)
                    next_dive = pair.num_solved + DIVE_EVERY
                    continue
                best = [heapq.heappop(self.heap) for _ in range(min(TOGETHER, len(self.heap)))]
                nodes = [node for node in best if not self.is_closed(node.scaled, self.incumbent)]
                for node in best[len(nodes) :]:
                    heapq.heappush(self.heap, node)
                if not nodes:
                    return  # all others promise less
                self._part(nodes, pair, pool)

    def _mend(self) -> None:
        """Look for a better plan between the best one and what is open and promises most."""
        programme = self._programme(self._distance)
        for node in heapq.nsmallest(MENDED, self.heap):
            if self.is_closed(node.scaled, self.incumbent):
                return
            solved = programme.solve(node.filled, self.stop, CLOSE * self._distance)
            own = self.incumbent.columns
            place = np.minimum(np.searchsorted(programme.kept, own), len(programme.kept) - 1)
            if solved is not None and np.array_equal(programme.kept[place], own):
                found = mended_plan(programme.task, solved.relaxed, place, self.seed, self.stop)
                self._keep(self._spent(programme, solved, found))

    def _part(self, nodes: list[_Node], pair: _Pair, pool: ThreadPoolExecutor) -> None:
        """Part some nodes at one time, none of which sees what another finds."""
        partings = [_Parting(self, node) for node in nodes]
        each = map if self.threads == 1 else pool.map
        try:
            list(each(_Parting.run, partings, pair.of(len(nodes))))
        except BaseException as error:
            self.stop.by_person |= isinstance(error, KeyboardInterrupt)  # which ends what goes on in threads as well
            for node in nodes:
                heapq.heappush(self.heap, node)  # they still hold plans
            raise
        for parting in partings:
            for node in parting.open:
                self.count += 1
                heapq.heappush(self.heap, replace(node, order=self.count))
            self.ends += parting.ends
            for parted, value in parting.noted:
                self.gains.note(parted, value)
            self._keep(parting.incumbent)
        if any(parting.is_interrupted for parting in partings):
            raise Interrupted

    def _keep(self, found: _Incumbent | None) -> None:
        """Remember a plan if it is the best."""
        if found is not None and (self.value is None or found.value > self.value):
            self.chosen, self.value = found

    @property
    def incumbent(self) -> _Incumbent:
        """Return the best plan so far."""
        assert self.chosen is not None
        assert self.value is not None
        return _Incumbent(self.chosen, self.value)

    @property
    def _distance(self) -> float:
        """Return how far the incumbent lies below the root's bound."""
        assert self.value is not None
        return self.below(self.value)

    def rounded(self, programme: CountProgramme, solved: CountSolved) -> _Incumbent | None:
        """Return a plan near a relaxation in which dear counts are whole, or ``None`` where none came up."""
        found = rounded_plan(programme.task, solved.relaxed, self.seed, self.stop, most=MOST_QUICK)
        return self._spent(programme, solved, found)

    def _spent(self, programme: CountProgramme, solved: CountSolved, found: IntArray | None) -> _Incumbent | None:
        """Return a plan (positions in the programme's task) after exchanges for the sake of money."""
        if found is None:
            return None
        columns = programme.kept[spent_well(programme.task, solved.bound, found)]
        value = self._value_of(columns)
        return None if value is None else _Incumbent(columns, value)

    def _value_of(self, columns: IntArray) -> int | None:
        rows = self.task.rows
        x = rows.completed(columns)
        return rows.value(self.task.tier, x) if rows.is_feasible(x) else None

    def is_closed(self, scaled: int, incumbent: _Incumbent) -> bool:
        """Tell whether a bound is as close to a plan as was asked for."""
        enough = self.gap * abs(self.task.rows.objectives["placements"][incumbent.columns].sum())
        return bool(scaled / PRICE_SCALE - incumbent.value <= enough)

    def uneven(self, counts: FloatArray) -> int | None:
        """Return the row of the count whose fraction is worth most, the coarser its budget the more."""
        uneven = np.abs(counts - np.rint(counts))
        score = np.where(uneven > INTEGRAL, uneven * (self.share * self.worth + FREE), 0.0)
        return int(np.argmax(score)) if score.any() else None

    def _left_over(self, counts: FloatArray) -> float:
        """Return what the money is worth that stays unspent where counts are rounded down."""
        fraction = counts - np.floor(counts + INTEGRAL)
        return float((fraction * self.worth)[fraction > INTEGRAL].sum())

    def at_stake(self, row: int, counts: FloatArray) -> float:
        """Return which part of its budget a count's fraction takes, 0 for a sum's."""
        return float(abs(counts[row] - np.rint(counts[row])) * self.share[row])

    def children(self, filled: Intervals, row: int, count: float) -> tuple[Intervals, Intervals]:
        """Return the counts of the two parts, the nearer one first."""
        rows, below = self.task.rows, int(np.floor(count))
        fewest, most = filled.get(row, (int(rows.least[row]), int(rows.limit[row])))
        emptier, fuller = {**filled, row: (fewest, below)}, {**filled, row: (below + 1, most)}
        return (emptier, fuller) if count - below <= 0.5 else (fuller, emptier)


class _Pair:
    """One or two programmes over the same columns, each of which goes on from where it stood itself."""

    def __init__(self, first: CountProgramme) -> None:
        self._each = [first]

    @property
    def num_solved(self) -> int:
        """Return how many linear programmes they have solved."""
        return sum(programme.num_solved for programme in self._each)

    def of(self, number: int) -> list[CountProgramme]:
        """Return the first so many."""
        while len(self._each) < number:
            self._each.append(self._each[0].beside())
        for one, other in permutations(self._each, 2):
            one.of_others = other.restricted.chosen
        return self._each[:number]


class _Parting:
    """One node, what becomes of it, and the best plan known beside it or found near it."""

    def __init__(self, search: CountSearch, node: _Node) -> None:
        self._search, self._node, self._gains = search, node, search.gains.copy()
        self._best = max([node.scaled, *(other.scaled for other in search.heap[:1])])
        self.incumbent = search.incumbent
        self.open: list[_Node] = []
        self.ends: list[CountEnd] = []
        self.noted: list[tuple[Parted, float]] = []
        self.is_interrupted = False

    def run(self, programme: CountProgramme) -> None:
        """Solve the node and part it, and go on with what is nearly the same; leave the rest open or keep it as an end.

        Where it is interrupted, the node stays open as it was.
        """
        try:
            self._run(programme, self._node)
        except Interrupted:
            self.open, self.ends, self.is_interrupted = [self._node], [], True

    def _run(self, programme: CountProgramme, node: _Node) -> None:
        search = self._search
        while True:
            close = CLOSE * search.below(self.incumbent.value)
            solved = programme.solve(node.filled, search.stop, close)
            if solved is None:
                self.ends.append(node.end)
                return
            if node.parted is not None:
                self._note(node.parted, solved.value)
            if solved.bound.scaled < node.scaled:
                node = replace(node, key=-solved.bound.scaled, prices=solved.bound.prices, scaled=solved.bound.scaled)
            if search.is_closed(node.scaled, self.incumbent):
                self.ends.append(node.end)
                return
            row = self._row(programme, node, solved)
            if row is None or (not node.is_rounded and 0 < search.at_stake(row, solved.counts) <= FINE):
                self._keep(search.rounded(programme, solved))
                node = replace(node, is_rounded=True)
            if row is None or search.is_closed(node.scaled, self.incumbent):
                self.ends.append(node.end)
                return
            nearer, other = (
                replace(node, filled=filled, parted=Parted.at(row, filled, solved.counts[row], solved.value))
                for filled in search.children(node.filled, row, solved.counts[row])
            )
            self.open.append(other)
            node = nearer
            is_far = node.scaled < self._best - PRICE_SCALE * FAR * search.below(self.incumbent.value)
            if is_far or abs(solved.counts[row] - np.rint(solved.counts[row])) > NEARLY:
                self.open.append(node)
                return

    def _row(self, programme: CountProgramme, node: _Node, solved: CountSolved) -> int | None:
        """Return where to part a node: at a sum of seats, where that takes most off the bound, or else at a count."""
        search, counts = self._search, solved.counts
        uneven, lost = self._gains.uneven(counts), search.below(self.incumbent.value)
        for row in uneven[~self._gains.are_known(uneven)].tolist():
            for filled in search.children(node.filled, row, counts[row]):
                found = programme.solve(filled, search.stop, None)
                value = solved.value - lost if found is None else found.value
                self._note(Parted.at(row, filled, counts[row], solved.value), value)
        row, gain = self._gains.best(uneven, counts)
        single = search.uneven(counts)
        return single if row is None or (single is not None and gain < SLIGHT * lost) else row

    def _note(self, parted: Parted, value: float) -> None:
        self._gains.note(parted, value)
        self.noted.append((parted, value))

    def _keep(self, found: _Incumbent | None) -> None:
        if found is not None and found.value > self.incumbent.value:
            self.incumbent = found


def _worths_of_seats(task: TierTask, bound: Bound) -> FloatArray:
    """Return what the money for a seat is worth under a relaxation's prices, by row; float64 (V + K,)."""
    rows = task.rows
    worth = np.zeros(len(rows.least))
    counted = counted_rows(task)
    cohort = counted - len(rows.limits.vacancy_ids)
    budget = rows.limits.budget_of_cohort[cohort]
    price = bound.prices.rows[rows.kinds.index("budget") + np.maximum(budget, 0)] / PRICE_SCALE
    worth[counted] = np.where(budget >= 0, price * rows.limits.seat_cost[cohort], 0.0)
    return worth


__all__ = ["CountEnd", "CountFound", "CountSearch", "counted_rows"]
