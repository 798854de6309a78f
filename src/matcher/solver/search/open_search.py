"""What is known while one tier of one region is searched: its incumbent, its bound, and when that is enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import Bound, losses
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask, integer_solution
from matcher.solver.search.budgets import budget_of
from matcher.solver.search.core import Core
from matcher.solver.search.ends import Start
from matcher.solver.search.tree import End, Node

Listener = Callable[[int | None, int], None]


class OpenSearch:
    """A search of one tier in one region that is not closed yet.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
    value : int or None
        The best value known, from wherever.
    step : int
        Every plan's value is a multiple of it.
    gap : float
        Relative gap that is good enough once the budget is spent.
    seed : int
    stop : StopSignal
    listener : callable
        Told the incumbent's value and the bound whenever the former moves.
    may_hand_over : bool
        Whether SCIP goes on where the budget is spent.
    starts : sequence of Start
        Parts that cover every plan, with which to begin; by default all plans as one.
    is_claimed : bool
        Whether another solver says that no plan is better than `value`, so that only a proof is looked for.
    """

    def __init__(
        self,
        task: TierTask,
        root: Relaxed,
        value: int | None,
        *,
        step: int,
        gap: float,
        seed: int,
        stop: StopSignal,
        listener: Listener,
        may_hand_over: bool = True,
        starts: Sequence[Start] = (),
        is_claimed: bool = False,
    ) -> None:
        assert root.bound is not None
        self.task, self.root, self.gap, self.seed, self.stop = task, root, gap, seed, stop
        self.bound: Bound = root.bound
        self.listener, self.starts = listener, starts
        self.step = step
        self.loss = losses(task.rows, self.bound)
        self.chosen: IntArray | None = None
        self.value = value
        allowed = budget_of(task)
        self.budget, self.floor, self.is_long = allowed.columns, 0, allowed.is_long
        self.has_extension, self.may_hand_over = not allowed.may_grow, may_hand_over
        self.is_claimed = is_claimed
        self.stays_open = is_claimed or not allowed.may_hand_over
        self.has_found = False
        self.has_handed_over = False
        self.is_cut = False  # before it came to its end, for a wider core to follow
        self.is_left_open = False  # its ends hold every plan, and not all of them are closed
        self.is_last = False  # a wider core follows unless something better is found
        self.claimed_bound: int | None = None
        self.leaves: list[End] | None = []
        self.parted: list[Node] = []  # what was parted, in this order: a node stands after the one above it

    def _room(self) -> int | None:
        """Return how much of the bound a plan as good as the incumbent may lose."""
        return None if self.value is None else self.bound.slack(self.value)

    def _is_close(self) -> bool:
        """Tell whether the incumbent is as good as the bound or, once the budget is spent, within the gap of it."""
        if self.value is None or self.budget > 0:
            return self._is_reached()
        return self.bound.value(self.step) - self.value <= self.gap * abs(self.value)

    def _is_reached(self) -> bool:
        """Tell whether no plan can be better than the incumbent."""
        return self.value is not None and self.bound.value(self.step) <= self.value

    def _is_worse(self, upper: float) -> bool:
        """Tell whether no plan with at most this value (in the tier's integers) beats the incumbent."""
        return self.value is not None and bool(np.floor((upper + 1e-3) / self.step) * self.step <= self.value)

    def _core(self, kept: IntArray) -> Core:
        room = self._room()
        taken = np.array(sorted({e for start in self.starts for e in start.decisions.taken}), dtype=np.int64)
        left = np.array(sorted({e for start in self.starts for e in start.decisions.left}), dtype=np.int64)
        if room is not None:
            left = left[self.loss[left] <= room]
        decided = np.r_[taken, left]  # what takes a column that is in no better plan is an end all the same
        return Core(self.task, np.union1d(kept, np.r_[self.task.taken, decided]), self.bound)

    def _accept(self, core: Core, columns: IntArray) -> bool:
        """Remember a plan where it is the best so far; tell whether the columns are one."""
        solution = integer_solution(core.task, columns)
        if solution is None:
            return False
        self.has_found = True
        value = core.task.rows.value(self.task.tier, solution)
        if self.value is None or value > self.value:
            self.chosen, self.value = core.kept[columns], value
            self.listener(value, self.bound.value(self.step))
        return True
