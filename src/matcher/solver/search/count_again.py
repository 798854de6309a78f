"""A better plan after a change, where money pays for cohorts: most of them take as many people as they did.

A relaxation spends every budget to the last öre, so it parts from an incumbent in all of them, though a change has
mostly to do with one. In the others whole seats leave what they left before. So their counts are kept, and those of one
budget are decided anew. Only where that leads to no plan that is good enough are all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.exchanges import lost_by_row
from matcher.solver.search.count_dive import CountDives
from matcher.solver.search.count_programme import counted_rows

CLOSE = 0.3  # of what a plan may lose: what a relaxation may miss without another round, for a plan and no proof
LEAST_ROOM = 0.25  # of what a plan may lose: what its columns may at least


class CountSearchAgain(CountDives):
    """The search for a better plan near one that is known; see `CountState`."""

    def improved(self, enough: float, bearable: float) -> IntArray:
        """Return the columns of the best plan found, the known one among them.

        Parameters
        ----------
        enough : float
            What a plan may lose, in the tier's integers, to be as good as is looked for.
        bearable : float
            What it may lose where a plan as good as that takes longer to find.
        """
        assert self.chosen is not None
        for filled, lost in self._kept_counts() if self.distance > enough else ():
            room = max(enough - lost, LEAST_ROOM * enough)
            self.dive(self.programme(room), filled, close=CLOSE * enough, enough=enough)
            if self.distance <= enough:
                break
        if self.distance > max(enough, bearable):
            room = self.distance
            self.dive(self.programme(room), {}, close=CLOSE * room)
        return self.chosen

    def _kept_counts(self) -> Iterator[tuple[Intervals, float]]:
        """Yield the counts that all budgets but one keep, and what the plan loses in these.

        First the budget that pays for most seats is left out, for it can be spent in most ways, then the one that loses
        most.
        """
        assert self.chosen is not None
        rows, limits = self.task.rows, self.task.rows.limits
        counted = counted_rows(self.task)
        budget = limits.budget_of_cohort[counted - len(limits.vacancy_ids)]
        counted, budget = counted[budget >= 0], budget[budget >= 0]
        people = rows.matrix[counted] @ rows.completed(self.chosen)
        left = lost_by_row(self.task, self.bound, self.chosen) / PRICE_SCALE
        first, number = rows.kinds.index("budget"), len(limits.budget_ids)
        lost = left[first : first + number] + np.bincount(budget, left[counted], minlength=number)
        cost = limits.seat_cost[counted - len(limits.vacancy_ids)].astype(np.float64)
        mean = np.bincount(budget, cost, minlength=number) / np.maximum(np.bincount(budget, minlength=number), 1)
        seats = limits.budget / np.maximum(mean, 1.0)
        for own in dict.fromkeys((int(np.argmax(seats)), int(np.argmax(lost)))):
            others = np.flatnonzero(budget != own)
            filled = {int(counted[k]): (int(people[k]), int(people[k])) for k in others}
            yield filled, float(lost.sum() - lost[own])


__all__ = ["CountSearchAgain"]
