"""Branch and bound on how many people each cohort takes, where there are very many columns and money binds.

A relaxation spends a budget to the last öre, on a part of a seat; whole seats leave some of it. Where seats are dear
beside the budget, that is most of what a plan loses, and no price tells it. So the plans are parted at the number of
people in one cohort. Each part's relaxation goes on from the last basis, over the columns that a better plan may take,
and its prices are a case of the certificate. Where every number is whole, the rest nearly is, and a few columns are
left to SCIP. Source: Barnhart et al. (1998), Branch-and-price, Operations Research 46(3), section 4, on branching on
sums of columns.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices, bound_from, losses
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.rounding import MOST_QUICK, rounded_plan
from matcher.solver.plans.spending import spent_well
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis, FloatArray
from matcher.solver.relaxations.ranking import best_of_each
from matcher.solver.relaxations.relaxation import Relaxed
from matcher.solver.relaxations.restricted import Decisions, RestrictedProgramme, TierTask
from matcher.solver.relaxations.sifting import End
from matcher.solver.search.parting import INTEGRAL, shares_of_budgets

MOST_SOLVED = 90  # linear programmes, of which each takes a tenth of a second for a city
MOST_ENDS = 60
PER_COHORT = 100  # columns that are taken in where a cohort needs more people than there are
ROUNDS = 4  # of missing columns, in one node
MISSING_PER_PERSON = 1
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solved:
    """The relaxation of one node."""

    value: float
    bound: Bound
    chosen: IntArray
    x: FloatArray
    others: FloatArray
    counts: FloatArray

    @property
    def relaxed(self) -> Relaxed:
        """Return it as a relaxation to be rounded."""
        return Relaxed(bound=self.bound, chosen=self.chosen, x=self.x, others=self.others, is_feasible=True)


class _Programme:
    """The live programme over the columns near a relaxation, which gains those that it turns out to lack.

    Parameters
    ----------
    task : TierTask
    kept : int array
        Columns over which every node is bounded.
    near : int array
        Those of them to begin with, among the columns at the end of the relaxation.
    end : End
    lost : int64 (n,)
        What each of `kept` loses under the prices of the relaxation.
    """

    def __init__(self, task: TierTask, kept: IntArray, near: IntArray, end: End, lost: IntArray) -> None:
        rows, basis = task.rows, end.basis
        assert basis is not None
        self.kept, self.task, self._lost = kept, task.subset(kept), lost
        self._rows = basis.rows[: len(rows.limit)]
        self._by_person = np.full(rows.num_owners, Basis.BASIC, dtype=np.int8)
        self._by_person[rows.people()] = basis.rows[len(rows.limit) :]
        self._first = basis.variables[: end.first_column]
        self._by_column = np.full(len(kept), Basis.AT_LOWER, dtype=np.int8)
        self._by_column[np.searchsorted(kept, near)] = basis.variables[end.first_column :][np.isin(end.chosen, near)]
        self._begin(np.searchsorted(kept, near))
        self._counted = counted_rows(task)
        self._counting = self.task.rows.matrix[self._counted].tocsr()
        self.num_solved = 0

    def _begin(self, chosen: IntArray) -> None:
        """Begin with some columns from where the simplex stood: far quicker than to let a live one gain columns."""
        people = self.task.rows.people(chosen)
        self.restricted = RestrictedProgramme(self.task, chosen, people)
        basis = Basis(
            rows=np.r_[self._rows, self._by_person[people]], variables=np.r_[self._first, self._by_column[chosen]]
        )
        self.solver = LinearSolver(self.restricted.programme, basis)

    def _remember(self) -> None:
        """Note where the simplex stands."""
        basis = self.solver.basis
        if basis is None:
            return
        first, chosen = self.restricted.first_column, self.restricted.chosen
        self._rows = basis.rows[: len(self._rows)]
        self._by_person[self.task.rows.people(chosen)] = basis.rows[len(self._rows) :]
        self._first, self._by_column[chosen] = basis.variables[:first], basis.variables[first:]

    def solve(self, filled: Intervals, stop: StopSignal, close: float | None) -> _Solved | None:
        """Return the relaxation of the plans with such counts; ``None`` where it has no solution.

        `close` is how far the bound may lie above the programme's value before columns are taken in; ``None`` for
        any distance.
        """
        decisions, best = Decisions(filled=filled), None
        rows = self.task.rows.between(filled, {})
        for _ in range(ROUNDS):
            self.restricted.decide(self.solver, decisions)
            outcome = self.solver.solve(stop, "dual")
            self.num_solved += 1
            if outcome.status == "infeasible":
                if self._filled_up(filled):
                    continue
                break
            value, (x, others) = self.restricted.value(outcome), self.restricted.split(outcome.x)
            chosen = self.restricted.chosen
            bound = bound_from(rows, self.task.tier, self.restricted.prices(outcome, decisions=decisions), ())
            best = bound if best is None or bound.scaled < best.scaled else best
            if close is None or best.scaled / PRICE_SCALE - value <= close or not self._extended(bound):
                break
        if best is None:
            return None
        everything = np.zeros(self._counting.shape[1])
        everything[chosen] = x
        everything[self.task.rows.num_columns :] = others
        counts = np.zeros(len(rows.least))
        counts[self._counted] = self._counting @ everything
        return _Solved(value=value, bound=best, chosen=chosen, x=x, others=others, counts=counts)

    def _filled_up(self, filled: Intervals) -> bool:
        """Take in the nearest columns of cohorts that need people; tell whether there were any more."""
        rows, active = self.task.rows, np.zeros(len(self.kept), dtype=bool)
        active[self.restricted.chosen] = True
        before = int(active.sum())
        for row, (least, _) in filled.items():
            if least:
                own = self._counting[np.searchsorted(self._counted, row)].indices
                own = own[own < rows.num_columns]
                active[own[np.argsort(self._lost[own], kind="stable")[:PER_COHORT]]] = True
        if int(active.sum()) == before:
            return False
        self._remember()
        self._begin(np.flatnonzero(active))
        return True

    def _extended(self, bound: Bound) -> bool:
        """Take in the columns that the prices find better than their candidate's own; tell whether there were any."""
        rows = self.task.rows
        reduced = bound.reduced[: rows.num_columns]
        chosen = self.restricted.chosen
        ahead = np.zeros(len(bound.best), dtype=np.int64)
        np.maximum.at(ahead, rows.candidate[chosen], reduced[chosen])
        better = np.flatnonzero(reduced > ahead[rows.candidate])
        added = better[best_of_each(rows.candidate[better], reduced[better], MISSING_PER_PERSON)]
        if not len(added):
            return False
        self._remember()
        self._begin(np.sort(np.r_[chosen, added]))  # none of these is ahead of itself, so none is there yet
        return True


def counted_rows(task: TierTask) -> IntArray:
    """Return the seat rows of the cohorts whose people can be counted: those that are not optional."""
    rows = task.rows
    first = len(rows.limits.vacancy_ids)
    return first + np.flatnonzero(~rows.limits.is_optional)


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
    """

    def __init__(
        self, task: TierTask, root: Relaxed, chosen: IntArray | None, *, gap: float, seed: int, stop: StopSignal
    ) -> None:
        assert root.bound is not None
        assert root.end is not None
        self.task, self.root, self.bound, self.end = task, root, root.bound, root.end
        self.gap, self.seed, self.stop = gap, seed, stop
        self.chosen, self.value = chosen, None if chosen is None else self._value_of(chosen)
        self.lost = losses(task.rows, self.bound)
        self.share, self.worth = shares_of_budgets(task.rows), _worths_of_seats(task, self.bound)
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
        except Interrupted:
            pass
        for node in self.heap:
            self._end(node)
        return CountFound(chosen=self.chosen, ends=tuple(self.ends) or (whole,))

    def _programme(self, room: float) -> _Programme:
        """Return a programme over the columns that lose no more than `room`, beginning with those nearest."""
        basis, chosen = self.end.basis, self.end.chosen
        assert basis is not None
        near = basis.variables[self.end.first_column :] != Basis.AT_LOWER
        near |= self.lost[chosen] <= PRICE_SCALE * WIDTH * room
        is_kept = self.lost <= PRICE_SCALE * room
        is_kept[chosen[near]] = True
        kept = np.flatnonzero(is_kept)
        return _Programme(self.task, kept, chosen[near], self.end, self.lost[kept])

    def _dive(self, programme: _Programme, filled: Intervals, *, close: float, enough: float | None = None) -> None:
        """Decide one count after the other as the relaxation has it, and round what is left to a plan.

        Where `enough` says what a plan may lose, counts that lose less in all are rounded without being decided first.
        """
        solved, other, least_left = None, None, np.inf
        for _ in range(DIVED):
            found = programme.solve(filled, self.stop, close)
            if found is None or self._is_hopeless(found.value, enough):
                if other is None:
                    return
                filled, other = other, None
                continue
            solved, row, left = found, self._uneven(found.counts), self._left_over(found.counts)
            if row is None or left <= TINY * self.first_room:
                break
            if enough is not None and left < FURTHER * least_left and self._lost(found.value) + LEFT * left <= enough:
                self._round(programme, found)
                if self._distance <= enough:
                    return
                least_left = left
            filled, other = self._children(filled, row, found.counts[row])
        if solved is not None:
            self._round(programme, solved)

    def _is_hopeless(self, value: float, enough: float | None) -> bool:
        is_worse = self.value is not None and value <= self.value
        return is_worse or (enough is not None and self._lost(value) > enough)

    def _lost(self, value: float) -> float:
        """Return how far a value lies below the root's bound."""
        return self.bound.scaled / PRICE_SCALE - value

    def _explore(self) -> None:
        """Part the plans, the best first, until none that is open promises much."""
        assert self.value is not None
        programme = self._programme(self._distance)
        room, left = self._distance, MOST_SOLVED
        while self.heap and programme.num_solved < left and len(self.heap) + len(self.ends) < MOST_ENDS:
            if self._distance < NARROWER * room:
                left -= programme.num_solved
                room = self._distance
                programme = self._programme(room)
            node = heapq.heappop(self.heap)
            if self._is_closed(node.scaled):
                heapq.heappush(self.heap, node)
                return  # so are all others, which promise less
            try:
                self._part(programme, node)
            except BaseException:
                heapq.heappush(self.heap, node)  # it still holds plans
                raise

    def _part(self, programme: _Programme, node: _Node) -> None:
        """Solve a node and part it, and go on with what is nearly the same; push the rest or keep it as an end."""
        while True:
            solved = programme.solve(node.filled, self.stop, CLOSE * self._distance)
            if solved is None:
                self._end(node)
                return
            if solved.bound.scaled < node.scaled:
                node = replace(node, key=-solved.bound.scaled, prices=solved.bound.prices, scaled=solved.bound.scaled)
            row = self._uneven(solved.counts)
            if self._is_closed(node.scaled):
                self._end(node)
                return
            if row is None or (self._at_stake(row, solved.counts) <= FINE and not node.is_rounded):
                self._round(programme, solved)
                node = replace(node, is_rounded=True)
            if row is None or self._is_closed(node.scaled):
                self._end(node)
                return
            parts = self._children(node.filled, row, solved.counts[row])
            nearer, other = (self._child(node, filled) for filled in parts)
            heapq.heappush(self.heap, other)
            if abs(solved.counts[row] - np.rint(solved.counts[row])) > NEARLY:
                heapq.heappush(self.heap, nearer)
                return
            node = nearer

    def _end(self, node: _Node) -> None:
        self.ends.append(CountEnd(filled=node.filled, prices=node.prices, scaled=node.scaled))

    def _child(self, node: _Node, filled: Intervals) -> _Node:
        self.count += 1
        return replace(node, order=self.count, filled=filled)

    @property
    def _distance(self) -> float:
        """Return how far the incumbent lies below the root's bound."""
        assert self.value is not None
        return self._lost(self.value)

    def _round(self, programme: _Programme, solved: _Solved) -> None:
        """Look for a plan near a relaxation in which dear counts are whole, and remember it if it is the best."""
        task = programme.task
        found = rounded_plan(task, solved.relaxed, self.seed, self.stop, most=MOST_QUICK)
        if found is None:
            return
        found = spent_well(task, solved.bound, found)
        columns = programme.kept[found]
        value = self._value_of(columns)
        if value is not None and (self.value is None or value > self.value):
            self.chosen, self.value = columns, value

    def _value_of(self, columns: IntArray) -> int | None:
        rows = self.task.rows
        x = rows.completed(columns)
        return rows.value(self.task.tier, x) if rows.is_feasible(x) else None

    def _is_closed(self, scaled: int) -> bool:
        """Tell whether a bound is as close to the incumbent as was asked for."""
        assert self.chosen is not None
        assert self.value is not None
        enough = self.gap * abs(self.task.rows.objectives["placements"][self.chosen].sum())
        return bool(scaled / PRICE_SCALE - self.value <= enough)

    def _uneven(self, counts: FloatArray) -> int | None:
        """Return the row of the count whose fraction is worth most, the coarser its budget the more."""
        uneven = np.abs(counts - np.rint(counts))
        score = np.where(uneven > INTEGRAL, uneven * (self.share * self.worth + FREE), 0.0)
        return int(np.argmax(score)) if score.any() else None

    def _left_over(self, counts: FloatArray) -> float:
        """Return what the money is worth that stays unspent where counts are rounded down."""
        fraction = counts - np.floor(counts + INTEGRAL)
        return float((fraction * self.worth)[fraction > INTEGRAL].sum())

    def _at_stake(self, row: int, counts: FloatArray) -> float:
        """Return which part of its budget a count's fraction takes."""
        return float(abs(counts[row] - np.rint(counts[row])) * self.share[row])

    def _children(self, filled: Intervals, row: int, count: float) -> tuple[Intervals, Intervals]:
        """Return the counts of the two parts, the nearer one first."""
        rows, below = self.task.rows, int(np.floor(count))
        fewest, most = filled.get(row, (int(rows.least[row]), int(rows.limit[row])))
        emptier, fuller = {**filled, row: (fewest, below)}, {**filled, row: (below + 1, most)}
        return (emptier, fuller) if count - below <= 0.5 else (fuller, emptier)


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
