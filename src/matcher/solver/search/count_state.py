"""What a search on how many people cohorts take knows: the best plan, and what counts and their money are worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, losses
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.rounding import MOST_QUICK, rounded_plan
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import Basis, FloatArray
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.count_programme import CountProgramme, CountSolved, counted_rows, sum_rows
from matcher.solver.search.gains import Gains
from matcher.solver.search.parting import INTEGRAL, shares_of_budgets

FREE = 1e-9  # what a count without a price weighs beside parts of budgets
LEAST_ROOM = 10_000.0  # millionths of a placement
WIDTH = 0.0
NEARLY = 0.12  # of a person: a count that is as good as whole changes next to nothing
SEATS = 2.0  # so many seats' money is what a first plan is reckoned to lose


class Incumbent(NamedTuple):
    """The columns of a plan, by position in the task, and its value in the tier."""

    columns: IntArray
    value: int


class CountState:
    """What a search on the people in cohorts knows, for the lead of a problem with very many columns.

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

    @staticmethod
    def fits(task: TierTask, root: Relaxed) -> bool:
        """Tell whether there is money that cohorts are paid from, and a basis to go on from."""
        is_paid = task.rows.limits.budget_of_cohort[~task.rows.limits.is_optional] >= 0
        return bool(is_paid.any()) and root.end is not None and root.end.basis is not None and not task.rows.has_several

    def programme(self, room: float) -> CountProgramme:
        """Return a programme over the columns that lose no more than `room`, beginning with those nearest."""
        basis, chosen = self.end.basis, self.end.chosen
        assert basis is not None
        near = basis.variables[self.end.first_column :] != Basis.AT_LOWER
        near |= self.lost[chosen] <= PRICE_SCALE * WIDTH * room
        is_kept = self.lost <= PRICE_SCALE * room
        is_kept[chosen[near]] = True
        kept = np.flatnonzero(is_kept)
        return CountProgramme(self.task, kept, chosen[near], self.end, self.lost[kept])

    def below(self, value: float) -> float:
        """Return how far a value lies below the root's bound."""
        return self.bound.scaled / PRICE_SCALE - value

    def keep(self, found: Incumbent | None) -> None:
        """Remember a plan if it is the best."""
        if found is not None and (self.value is None or found.value > self.value):
            self.chosen, self.value = found

    @property
    def incumbent(self) -> Incumbent:
        """Return the best plan so far."""
        assert self.chosen is not None
        assert self.value is not None
        return Incumbent(self.chosen, self.value)

    @property
    def distance(self) -> float:
        """Return how far the incumbent lies below the root's bound."""
        assert self.value is not None
        return self.below(self.value)

    def rounded(self, programme: CountProgramme, solved: CountSolved) -> Incumbent | None:
        """Return a plan near a relaxation in which dear counts are whole, or ``None`` where none came up."""
        found = rounded_plan(programme.task, solved.relaxed, self.seed, self.stop, most=MOST_QUICK)
        return self.spent(programme, solved, found)

    def spent(self, programme: CountProgramme, solved: CountSolved, found: IntArray | None) -> Incumbent | None:
        """Return a plan (positions in the programme's task) after exchanges for the sake of money."""
        if found is None:
            return None
        columns = programme.kept[programme.spending.spent_well(solved.bound, found)]
        value = self._value_of(columns)
        return None if value is None else Incumbent(columns, value)

    def _value_of(self, columns: IntArray) -> int | None:
        rows = self.task.rows
        x = rows.completed(columns)
        return rows.value(self.task.tier, x) if rows.is_feasible(x) else None

    def is_closed(self, scaled: int, incumbent: Incumbent) -> bool:
        """Tell whether a bound is as close to a plan as was asked for."""
        enough = self.gap * abs(self.task.rows.objectives["placements"][incumbent.columns].sum())
        return bool(scaled / PRICE_SCALE - incumbent.value <= enough)

    def uneven(self, counts: FloatArray) -> int | None:
        """Return the row of the count whose fraction is worth most, the coarser its budget the more."""
        uneven = np.abs(counts - np.rint(counts))
        score = np.where(uneven > INTEGRAL, uneven * (self.share * self.worth + FREE), 0.0)
        return int(np.argmax(score)) if score.any() else None

    def left_over(self, counts: FloatArray) -> float:
        """Return what the money is worth that stays unspent where counts are rounded down."""
        fraction = counts - np.floor(counts + INTEGRAL)
        return float((fraction * self.worth)[fraction > INTEGRAL].sum())

    def children(self, filled: Intervals, row: int, count: float) -> tuple[Intervals, Intervals]:
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


__all__ = ["NEARLY", "CountState", "Incumbent"]
