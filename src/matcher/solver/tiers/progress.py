"""Where a run over all tiers stands: its rows, the best plan so far, and what an earlier solve left to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from matcher.columns import IntArray
from matcher.solver.again.earlier import Earlier, Known
from matcher.solver.bounds.bound import NOTHING
from matcher.solver.model.rows import LEADING, MANY_COLUMNS, Rows
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.cohorts import Links
from matcher.solver.relaxations.tier_task import TierTask

RELAXATION_SHARE = 0.1  # of the gap asked for: how exactly a relaxation is solved
MOST_FILLED = 20_000  # columns of free people that are tried after a change

Phase = Literal["network", "relaxation", "integer"]
Report = Callable[[Phase, str, int | None, int | None], None]


class Progress:
    """What every step of a run over all tiers reads and moves.

    Parameters
    ----------
    rows : Rows
    gap : float
        Relative gap that is good enough once a tier's search has spent its budget.
    seed : int
    stop : StopSignal
    report : callable
        Told phase, tier, incumbent and bound as they move.
    known : Known, optional
        A plan and prices to begin with.
    threads : int
        More make it faster and never change the plan.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        gap: float,
        seed: int,
        stop: StopSignal,
        report: Report,
        known: Known | None,
        threads: int = 1,
    ) -> None:
        self.threads = threads
        self.rows, self.gap, self.seed, self.stop, self.report = rows, gap, seed, stop, report
        self.num_columns = rows.num_columns
        self.links = Links()
        self.used = NOTHING  # columns of the newest relaxation, for the next one to begin with
        self.x: IntArray | None = None  # the best plan so far
        self._values: dict[str, tuple[IntArray, int]] = {}  # of a plan in an aim
        self.known = known
        if known is not None:
            self.begin_with(known.chosen)
        self.is_interrupted = False

    @property
    def is_large(self) -> bool:
        """Tell whether there are very many columns, whatever a region holds of them."""
        return self.num_columns > MANY_COLUMNS

    def has_many(self, rows: Rows) -> bool:
        """Tell whether a region still has very many columns."""
        return rows.num_columns > MANY_COLUMNS

    @property
    def exact(self) -> float:
        """Return the relative gap to which a relaxation is solved."""
        return self.gap * RELAXATION_SHARE

    def take_earlier(self, earlier: Earlier, tiers: Sequence[str]) -> None:
        """Begin with what is left of an earlier solve."""
        self.links.add(earlier.links(self.rows))
        self.rows = self.links.grown(self.rows)
        self.known = earlier.known(self.rows, tiers)
        self.begin_with(self.known.chosen)
        if self.x is not None and self.is_large:
            chosen = self.known.chosen
            self.keep_better(self.rows.completed(greedy_columns(self.rows, self._still_open(chosen), chosen)))

    def _still_open(self, chosen: IntArray) -> IntArray:
        """Return the columns of people whom an incumbent leaves free, in open vacancies, the best first."""
        rows = self.rows
        is_placed = np.zeros(rows.num_owners, dtype=bool)
        is_placed[rows.candidate[chosen]] = True
        filled = np.bincount(rows.vacancy[chosen], minlength=len(rows.least))
        is_open = filled < rows.limit[: len(rows.least)]
        free = np.flatnonzero(~is_placed[rows.candidate] & is_open[rows.vacancy])
        weight = rows.objectives["placements"][free]
        if len(free) > MOST_FILLED:  # all of these need no order
            near = np.argpartition(-weight, MOST_FILLED)[:MOST_FILLED]
            free, weight = free[near], weight[near]
        order: IntArray = free[np.argsort(-weight, kind="stable")]
        return order

    def begin_with(self, chosen: IntArray) -> None:
        """Take some columns for the incumbent; there is none where they are no plan."""
        x = self.rows.completed(chosen)
        self.x = x if self.rows.is_feasible(x) else None

    def value(self, tier: str) -> int | None:
        """Return the incumbent's value, ``None`` without one."""
        if self.x is None:
            return None
        x, value = self._values.get(tier, (None, 0))
        if x is not self.x:
            value = self.rows.value(tier, self.x)
            self._values[tier] = self.x, value
        return value

    def rank(self, x: IntArray) -> tuple[int, ...]:
        """Return by what one plan goes before another: the leading aims."""
        return tuple(self.rows.value(tier, x) for tier in LEADING)

    def keep_better(self, x: IntArray) -> None:
        """Take a plan for the incumbent where it is better in the leading aims."""
        if self.x is None or (self.rank(x) > self.rank(self.x) and self.rows.is_feasible(x)):
            self.x = x

    def set_aside(self) -> IntArray | None:
        """Return the incumbent and go on without one."""
        x, self.x = self.x, None
        return x

    def keep_as_good(self, x: IntArray | None) -> None:
        """Take a plan that was set aside for the incumbent again, unless one found since is better."""
        if x is not None and (self.x is None or self.rank(x) >= self.rank(self.x)):
            self.x = x

    def keep_better_in(self, task: TierTask, chosen: IntArray) -> None:
        """Take some columns for the incumbent where they are a plan that is better in a tier, and no worse before it.

        What of the incumbent a part of the plans knows is no more than that: it may stand in another part.
        """
        x, value = self.rows.completed(chosen), self.value(task.tier)
        if value is not None and self.rows.value(task.tier, x) <= value:
            return
        if any(self.rows.value(held.tier, x) < held.value for held in task.held):
            return
        if self.rows.is_feasible(x):
            self.x = x

    def listener(self, tier: str) -> Callable[[int | None, int], None]:
        """Return who is told of incumbent and bound while a tree is searched."""
        return lambda best, bound: self.report("integer", tier, best, bound)
