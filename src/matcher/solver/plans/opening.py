"""Which optional cohorts run where there are very many columns, and how many people the dear ones take.

Whole cohorts and whole seats spend a budget in large pieces, which no price tells. So the plans are parted at cohorts
that the relaxation opens in part, the dear ones first, since what they leave decides about the others (`PartedPlans`).
From the most promising parts dives decide all cohorts, the better way each time. What they find then races: the most
promising at the time is decided further, at counts of people, too, until nothing is left in part. The plan of such a
relaxation is rounded in no time. The parts say how much better plans may be at most, once their prices are taken over
all columns (`search/opened.py`). Source: Barnhart et al. (1998), Branch-and-price, Operations Research 46(3), section
4.
"""

from __future__ import annotations

import heapq
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rows import Intervals, Rows, lead_price
from matcher.solver.plans.first_plan import MOST_FREE, undecided_cohorts
from matcher.solver.plans.parted import INTEGRAL, Part, PartedPlans, Ways
from matcher.solver.plans.rounding import rounded_plan
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.relaxation import relax
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask

EASY = 1e-6  # of the relaxation: a decision that loses no more is taken without a look at the other way
MOST_DIVED = 120  # decisions
MOST_DIVES = 3  # from the most promising parts
MOST_ROUNDED = 3  # parts that are rounded to plans
ROUNDED_CLOSE = 1e-5  # of the relaxation: how near to its bound it is solved before it is rounded
SLIGHT = 2e-4  # of the relaxation: what rounding may lose before another part is tried
TREE_SHARE, DIVED_SHARE, RACED_SHARE = 0.1, 0.7, 0.3  # of the time that is left when each begins
SHARES = (1.0, 0.5, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)  # of the lead's price of shortfall
CHEAP = 5e-5  # of a budget: a part of a seat that is left to be rounded


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
    share : float
        The weight of shortfall, beside the lead's, at which the plan's shortfall leaves least placements open.
    """

    chosen: IntArray
    parts: tuple[Intervals, ...]
    columns: IntArray
    share: float


class Opening(PartedPlans):
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
    threads : int
        More make it faster and never change what it finds.
    """

    def __init__(self, task: TierTask, root: Relaxed, *, seed: int, stop: StopSignal, threads: int) -> None:
        super().__init__(task, root, stop=stop, threads=threads)
        self.seed = seed
        self.easy = EASY * self.worth
        self.share = _shares_of_budgets(task.rows)

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
        whole = self.part({}, {}, None)
        if whole is None:
            return None
        parts = self.parted(whole, np.inf, self.stop.share(TREE_SHARE))
        dived = self._whole_cohorts(parts, self.stop.share(DIVED_SHARE))
        chosen = self._plan(dived, self.stop.share(RACED_SHARE))
        if chosen is None:
            return None
        return Opened(
            chosen=chosen,
            parts=tuple(part.others for part in parts),
            columns=self.small.columns,
            share=self._share(parts[0], self.task.rows.value("shortfall", self.task.rows.completed(chosen))),
        )

    def _whole_cohorts(self, parts: list[Part], stop: StopSignal) -> list[Part]:
        """Return parts of the most promising ones in which all cohorts are open or closed, as far as time goes."""
        found: list[Part] = []
        for part in parts[:MOST_DIVES]:
            if found and stop.is_due:
                break
            whole = part
            for _ in range(MOST_DIVED):
                ways = [] if stop.is_due else self._cohort_ways(whole)
                better = self._better(whole, ways) if ways else None
                if better is None:
                    break
                whole = better
            found.append(whole)
        return found

    def _plan(self, parts: list[Part], stop: StopSignal) -> IntArray | None:
        """Return the best plan that parts which are decided in a race lead to, the next one where one falls short."""
        heap, best = list(parts), None
        heapq.heapify(heap)
        least = np.inf
        for _ in range(MOST_ROUNDED):
            part = self._raced(heap, stop)
            if part is None or part.lost >= least:
                break
            chosen = self._rounded(part)
            lost = np.inf if chosen is None else -self.task.rows.value(self.task.tier, self.task.rows.completed(chosen))
            if lost < least:
                least, best = lost, chosen
            if lost - part.lost <= SLIGHT * self.worth or stop.is_due:
                break
        return best

    def _raced(self, heap: list[Part], stop: StopSignal) -> Part | None:
        """Take out the first part that is decided, where what is most promising so far is always decided further.

        Once `stop` is due, the most promising is taken as it is.
        """
        for _ in range(MOST_DIVED * len(heap)):
            ways = self._ways(heap[0]) if heap and not stop.is_due else []
            if not ways:
                break
            better = self._better(heap[0], ways)
            if better is None:
                heapq.heappop(heap)
            else:
                heapq.heapreplace(heap, better)
        return heapq.heappop(heap) if heap else None

    def _ways(self, part: Part) -> list[Ways]:
        """Return the two ways to decide what most money hangs on, the nearer one first; none where all is whole."""
        assert part.found is not None
        limits, counts, unsure = self.task.rows.limits, part.found.counts, self.unsure(part)
        uneven = np.abs(counts - np.rint(counts))
        is_open = (uneven > INTEGRAL) & (uneven * self.share > CHEAP) & self._runs(part)
        stake = np.where(is_open, uneven * limits.seat_cost, 0.0)
        cohort = int(np.argmax(stake))
        if stake[cohort] <= float((unsure * self.matters).max(initial=0.0)):
            return self._cohort_ways(part)
        opened = {int(other): (1, 1) for other in self.undecided if self.task.rows.cohort[other] == cohort}
        return [({**part.others, **opened}, filled) for filled in self._counts(part, cohort)]

    def _cohort_ways(self, part: Part) -> list[Ways]:
        """Return the two ways to decide the cohort that most money hangs on, the nearer one first."""
        assert part.found is not None
        unsure = self.unsure(part)
        if not unsure.any():
            return []
        other = int(self.undecided[np.argmax(unsure * self.matters)])
        first = int(np.rint(part.found.others[other]))
        return [({**part.others, other: (one, one)}, part.filled) for one in (first, 1 - first)]

    def _runs(self, part: Part) -> BoolArray:
        """Tell which cohorts run, but for those that are undecided; bool (K,)."""
        assert part.found is not None
        rows = self.task.rows
        runs = ~rows.limits.is_optional
        own = np.flatnonzero(rows.cohort >= 0)
        runs[rows.cohort[own]] = part.found.others[own] >= 1 - INTEGRAL
        return runs

    def _counts(self, part: Part, cohort: int) -> tuple[Intervals, Intervals]:
        """Return how many people a cohort takes in the two parts, the nearer one first."""
        assert part.found is not None
        rows, count = self.task.rows, float(part.found.counts[cohort])
        row, below = len(rows.limits.vacancy_ids) + cohort, int(np.floor(count))
        seats = int(rows.limits.seats[cohort] if rows.limits.is_optional[cohort] else rows.limit[row])
        least, most = part.filled.get(row, (0, seats))
        fewer, more = {**part.filled, row: (least, below)}, {**part.filled, row: (below + 1, most)}
        return (fewer, more) if count - below <= 0.5 else (more, fewer)

    def _better(self, part: Part, ways: list[Ways]) -> Part | None:
        """Return the better of two parts, the first one without a look at the other where it loses next to nothing."""
        found = [half for half in self.halves(part, ways, is_trial=False, easy=self.easy) if half is not None]
        if not found:
            return None
        best = min(found)
        return self.part(best.others, best.filled, best.standing) if best.is_trial else best

    def _share(self, part: Part, shortfall: int) -> float:
        """Return the weight of shortfall, as a share of the lead's, that leaves least open beside so much of it.

        That is, one step more than what leaves least in the most promising part: others owe more there and place more.
        """
        owed, best, before = -shortfall / lead_price(self.task.rows.num_columns), np.inf, SHARES[0]
        with suppress(Interrupted):  # the plan stands whatever is known about it
            for share, higher in zip(SHARES, (SHARES[0], *SHARES), strict=False):
                beside = self.small.weighed(share, part.others, part.standing, self.stop)
                if beside + share * owed >= best:  # which is convex in the share
                    break
                best, before = beside + share * owed, higher
        return before

    def _rounded(self, part: Part) -> IntArray | None:
        """Return the columns of a plan near the relaxation of a part in which cohorts and dear counts are whole.

        The whole relaxation, that is: it may move the people whom estimates leave where they are, and its prices tell
        which columns are near.
        """
        assert part.found is not None
        rows, limits, first = self.task.rows, self.task.rows.limits, len(self.task.rows.limits.vacancy_ids)
        most: Intervals = {}
        for row, (_, count) in part.filled.items():
            optional = limits.is_optional[row - first]
            most[row] = (0, count - int(limits.seats[row - first]) if optional else count)
        whole = {int(one): (int(np.rint(part.found.others[one])),) * 2 for one in self.undecided}
        inside, root = replace(self.task, rows=rows.between(most, whole)), self.root
        end = None if root.end is None else root.end.with_rows(len(rows.limit), len(rows.people()))
        near = relax(inside, self.small.columns, ROUNDED_CLOSE, self.stop, end)
        if not near.is_feasible or near.bound is None:
            return None
        return rounded_plan(inside, near, self.seed, self.stop, most=MOST_FREE)


def _shares_of_budgets(rows: Rows) -> FloatArray:
    """Return which part of its budget a seat of each cohort takes; float64 (K,)."""
    limits = rows.limits
    if not len(limits.budget):
        return np.zeros(len(limits.seats))
    money = np.where(limits.budget_of_cohort >= 0, limits.budget[limits.budget_of_cohort], 0)
    share: FloatArray = np.where(money > 0, limits.seat_cost / np.maximum(money, 1), 0.0)
    return share


__all__ = ["Opened", "Opening"]
