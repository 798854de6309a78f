"""Which optional cohorts run where there are very many columns, and how many people the dear ones take.

Whole cohorts and whole seats spend a budget in large pieces, which no price tells. So the plans are parted at cohorts
that the relaxation opens in part, the dear ones first, since what they leave decides about the others. What a part is
worth is estimated among the people whom cohorts may move (`SmallProgramme`). A dive takes the better half each time, at
cohorts and at counts alike, as most money hangs on one or the other, until nothing is left in part: the plan of such a
relaxation is rounded in no time. A tree of some parts then says how much better plans may be at most, once their prices
are taken over all columns (`search/opened.py`). Source: Barnhart et al. (1998), Branch-and-price, Operations Research
46(3), section 4.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, losses
from matcher.solver.model.rows import Intervals, Rows
from matcher.solver.plans.first_plan import MOST_FREE, PER_SEAT, undecided_cohorts
from matcher.solver.plans.rounding import rounded_plan
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.relaxation import Relaxed
from matcher.solver.relaxations.restricted import TierTask
from matcher.solver.relaxations.small import Estimate, SmallProgramme

INTEGRAL = 1e-6
CLOSE = 1e-4  # of the relaxation: what missing columns may be worth to an estimate
EASY = 1e-6  # of the relaxation: a decision that loses no more is taken without a look at the other way
MOST_PARTED = 60  # estimates for the tree
AT_ONCE = 2  # cohorts that are tried before a part is parted at one of them
SPARE = 3  # in place of those that some half excludes
MOST_DIVED = 120  # decisions
CHEAP = 5e-5  # of a budget: a part of a seat that is left to be rounded


_Ways = tuple[Intervals, Intervals]  # other variables, and people in cohorts by row


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Cohorts that run, and what they were found by.

    Parameters
    ----------
    chosen : int array
        Columns of a plan, by position in the task.
    parts : tuple of dict of position to (int, int)
        Ends of the tree: which cohorts each keeps open or closed, the most promising first. Together they hold every
        plan.
    columns : int array
        That these may need.
    """

    chosen: IntArray
    parts: tuple[Intervals, ...]
    columns: IntArray


@dataclass(order=True)
class _Part:
    """Plans for which some cohorts are decided, by what their relaxation loses."""

    lost: float
    order: int
    others: Intervals = field(compare=False)
    filled: Intervals = field(compare=False, default_factory=dict)
    found: Estimate | None = field(compare=False, default=None)


class Opening:
    """The search for cohorts to run, for an aim of a problem with very many columns.

    Parameters
    ----------
    task : TierTask
        With nothing held.
    root : Relaxed
        With a bound.
    seed : int
        Of SCIP.
    stop : StopSignal
    """

    def __init__(self, task: TierTask, root: Relaxed, *, seed: int, stop: StopSignal) -> None:
        assert root.bound is not None
        self.task, self.root, self.seed, self.stop = task, root, seed, stop
        rows = task.rows
        worth = abs(root.bound.scaled) / PRICE_SCALE
        self.easy = EASY * worth
        self.small = SmallProgramme(task, root, columns_into(task, root), CLOSE * worth)
        self.undecided = np.flatnonzero(undecided_cohorts(task))
        fixed_cost = rows.limits.fixed_cost[rows.cohort[self.undecided]].astype(np.float64)
        self.matters = fixed_cost + max(float(fixed_cost.mean()), 1.0)  # what is dear leaves most money to others
        self.share = _shares_of_budgets(rows)
        self.num_solved = 0

    @staticmethod
    def fits(task: TierTask) -> bool:
        """Tell whether there are cohorts to be decided, and people to be tried with them one placement each."""
        return bool(undecided_cohorts(task).any()) and not task.rows.has_several and not task.held

    def run(self) -> Opened | None:
        """Return the best plan found and the ends of the tree; ``None`` where no plan came up.

        Raises
        ------
        Interrupted
        """
        whole = self._part({}, {})
        if whole is None:
            return None
        chosen = self._rounded(self._dived(whole))
        if chosen is None:
            return None
        rows = self.task.rows
        parts = self._parted(whole, -rows.value(self.task.tier, rows.completed(chosen)))
        return Opened(chosen=chosen, parts=tuple(part.others for part in parts), columns=self.small.columns)

    def _part(self, others: Intervals, filled: Intervals) -> _Part | None:
        self.num_solved += 1
        found = self.small.solve(others, filled, self.stop)
        return None if found is None else _Part(-found.value, self.num_solved, others, filled, found)

    def _unsure(self, part: _Part) -> FloatArray:
        """Return how far each undecided cohort is from being open or closed."""
        assert part.found is not None
        share = part.found.others[self.undecided]
        unsure: FloatArray = np.abs(share - np.rint(share))
        return np.where(unsure > INTEGRAL, unsure, 0.0)

    def _parted(self, whole: _Part, most: int) -> list[_Part]:
        """Return the ends of a tree on cohorts, the most promising first; what loses more than `most` is one."""
        heap, ends, last = [whole], [], self.num_solved + MOST_PARTED
        while heap and self.num_solved < last and heap[0].lost < most:
            part = heapq.heappop(heap)
            tried = self._tried(part)
            if not tried:
                ends.append(part)
                continue
            for half in max(tried, key=lambda halves: _gain(part, halves, most)):
                heapq.heappush(heap, half)
        return sorted([*heap, *ends])

    def _tried(self, part: _Part) -> list[tuple[_Part, _Part]]:
        """Return the halves of a part at a few cohorts, without and with each, but for cohorts that one half excludes.

        No prices are at hand for a half without a fractional plan, and the other one is hardly less than the whole.
        """
        unsure = self._unsure(part)
        tried: list[tuple[_Part, _Part]] = []
        for place in np.argsort(-unsure * self.matters, kind="stable")[: AT_ONCE + SPARE]:
            if unsure[place] == 0 or len(tried) == AT_ONCE:
                break
            other = int(self.undecided[place])
            without, with_it = (self._part({**part.others, other: (one, one)}, {}) for one in (0, 1))
            if without is not None and with_it is not None:
                tried.append((without, with_it))
        return tried

    def _dived(self, part: _Part) -> _Part:
        """Decide what most money hangs on, whether a cohort runs or how many people it takes, the better way each."""
        for _ in range(MOST_DIVED):
            ways = self._ways(part)
            better = self._better(part, ways) if ways else None
            if better is None:
                return part
            part = better
        return part

    def _ways(self, part: _Part) -> list[_Ways]:
        """Return the two ways to decide what most money hangs on, the nearer one first; none where all is whole."""
        assert part.found is not None
        limits, counts, unsure = self.task.rows.limits, part.found.counts, self._unsure(part)
        place, uneven = int(np.argmax(unsure * self.matters)), np.abs(counts - np.rint(counts))
        is_open = (uneven > INTEGRAL) & (uneven * self.share > CHEAP) & self._runs(part)
        stake = np.where(is_open, uneven * limits.seat_cost, 0.0)
        cohort = int(np.argmax(stake))
        if stake[cohort] > unsure[place] * self.matters[place]:
            opened = {int(other): (1, 1) for other in self.undecided if self.task.rows.cohort[other] == cohort}
            return [({**part.others, **opened}, filled) for filled in self._counts(part, cohort)]
        if not unsure.any():
            return []
        other = int(self.undecided[place])
        first = int(np.rint(part.found.others[other]))
        return [({**part.others, other: (one, one)}, part.filled) for one in (first, 1 - first)]

    def _runs(self, part: _Part) -> BoolArray:
        """Tell which cohorts run, but for those that are undecided; bool (K,)."""
        assert part.found is not None
        rows = self.task.rows
        runs = ~rows.limits.is_optional
        own = np.flatnonzero(rows.cohort >= 0)
        runs[rows.cohort[own]] = part.found.others[own] >= 1 - INTEGRAL
        return runs

    def _counts(self, part: _Part, cohort: int) -> tuple[Intervals, Intervals]:
        """Return how many people a cohort takes in the two parts, the nearer one first."""
        assert part.found is not None
        rows, count = self.task.rows, float(part.found.counts[cohort])
        row, below = len(rows.limits.vacancy_ids) + cohort, int(np.floor(count))
        seats = int(rows.limits.seats[cohort] if rows.limits.is_optional[cohort] else rows.limit[row])
        least, most = part.filled.get(row, (0, seats))
        fewer, more = {**part.filled, row: (least, below)}, {**part.filled, row: (below + 1, most)}
        return (fewer, more) if count - below <= 0.5 else (more, fewer)

    def _better(self, part: _Part, ways: list[_Ways]) -> _Part | None:
        """Return the better of two parts, the first one without a look at the other where it loses next to nothing."""
        found: list[_Part] = []
        for others, filled in ways:
            half = self._part(others, filled)
            if half is not None:
                found.append(half)
                if half.lost - part.lost <= self.easy:
                    break
        return min(found) if found else None

    def _rounded(self, part: _Part) -> IntArray | None:
        """Return the columns of a plan near the relaxation of a part in which cohorts and dear counts are whole."""
        found = self.small.solve(part.others, part.filled, self.stop)
        if found is None:
            return None
        limits, first = self.task.rows.limits, len(self.task.rows.limits.vacancy_ids)
        most: Intervals = {}
        for row, (_, count) in part.filled.items():
            optional = limits.is_optional[row - first]
            most[row] = (0, count - int(limits.seats[row - first]) if optional else count)
        whole = {int(one): (int(np.rint(found.others[one])),) * 2 for one in self.undecided}
        inside = replace(self.task, rows=self.task.rows.between(most, whole))
        chosen, x = self.small.plan()
        near = Relaxed(bound=self.root.bound, chosen=chosen, x=x, others=found.others, is_feasible=True)
        return rounded_plan(inside, near, self.seed, self.stop, most=MOST_FREE)


def _gain(part: _Part, halves: tuple[_Part, _Part], most: int) -> float:
    """Return how much is proven by parting a part: most where both halves lose much, though no more than counts."""
    low, high = (min(max(half.lost - part.lost, 1.0), max(most - part.lost, 1.0)) for half in halves)
    return low * high


def _shares_of_budgets(rows: Rows) -> FloatArray:
    """Return which part of its budget a seat of each cohort takes; float64 (K,)."""
    limits = rows.limits
    if not len(limits.budget):
        return np.zeros(len(limits.seats))
    money = np.where(limits.budget_of_cohort >= 0, limits.budget[limits.budget_of_cohort], 0)
    share: FloatArray = np.where(money > 0, limits.seat_cost / np.maximum(money, 1), 0.0)
    return share


def columns_into(task: TierTask, root: Relaxed) -> IntArray:
    """Return the columns nearest to a relaxation's prices by which people come into cohorts that may be opened.

    A cohort that is opened needs its smallest enrolment, and the relaxation had use for only a part of it, if any.
    """
    assert root.bound is not None
    rows = task.rows
    lost, limits = losses(rows, root.bound), rows.limits
    undecided = np.flatnonzero(undecided_cohorts(task))
    seats = rows.matrix[:, : rows.num_columns].tocsr()[rows.row_of_variable[undecided]]
    found = []
    for place, other in enumerate(undecided.tolist()):
        cohort, own = rows.cohort[other], seats[place].indices
        is_used = root.others[other] > INTEGRAL
        most = PER_SEAT * int(limits.seats[cohort] if is_used else max(limits.least_enrolment[cohort], 1))
        found.append(own[np.argsort(lost[own], kind="stable")[:most]])
    return np.unique(np.concatenate(found))


__all__ = ["Opened", "Opening", "columns_into"]
