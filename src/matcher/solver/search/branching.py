"""From the relaxation to whole people: exact reduced-cost fixing, then branch and bound on the few columns left.

The relaxation is nearly integral, so a handful of fractional columns decides. A column is kept only if the root's
prices leave room for it in a plan as good as the incumbent; that set is widened until it is complete. Every end of the
search tree keeps the prices that close it, so that the tree itself is the certificate.
"""

from __future__ import annotations

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.relaxations.relaxed import whole_plan
from matcher.solver.search.budgets import NARROW_BUDGET
from matcher.solver.search.core import Core
from matcher.solver.search.ends import Found
from matcher.solver.search.tree_search import TreeSearch

FIRST_WIDTH = 1e-5  # of the bound: how far below it a column may lie to be kept at first
WIDENING = 8
NONE_WIDER = 0.02  # more columns than the near ones: searched at once, not first the near ones
HARDLY_WIDER, FEW_MORE = 0.25, 50  # more columns than those searched: next all of them, not core by core
MOST_KEPT = 30_000  # more columns than that are not searched: the gap is reported as it stands
SEVERAL_KEPT = 80_000  # where people have several placements, and enrolments, not columns, are branched on


class Search(TreeSearch):
    """Branch and bound for one tier in one region, core by core, each wider than the one before."""

    def first(self) -> IntArray | None:
        """Return the columns of the first plan that a dive from the root finds, the root's own where it is whole."""
        whole = whole_plan(self.task, self.root)
        if whole is not None:
            return whole
        width = self._first_width()
        chosen = np.sort(self.root.chosen)
        for kept in (chosen[self.loss[chosen] <= width], chosen):
            self._spend_on(is_everything=False)
            self._explore(self._core(kept), first_only=True)
            if self.chosen is not None:
                break
        return self.chosen

    def run(self) -> Found:
        """Return the best plan of the region."""
        width = self._first_width()
        if self.task.rows.has_several and self._has_good_start():
            width = max(width, self._room() or 0)
        most_kept = SEVERAL_KEPT if self.task.rows.has_several else MOST_KEPT
        core: Core | None = None
        is_closed = True
        try:
            if not self._is_close() and not self._has_good_start():
                chosen = np.sort(self.root.chosen)
                self._spend_on(is_everything=False)
                is_closed = self._explore(self._core(chosen[self.loss[chosen] <= width]), first_only=True)
                is_closed = is_closed or not self.has_handed_over
            while not self._is_finished():
                room = self._room()
                if room is not None and self._is_hardly_wider(width, room, core):
                    width = max(width, room)
                core = self._core(np.flatnonzero(self.loss <= (width if room is None else min(width, room))))
                is_everything = len(core.kept) == self.task.rows.num_columns
                self.is_last = is_everything or (room is not None and room <= width)
                self._spend_on(is_everything=self.is_last)
                is_closed = len(core.kept) <= most_kept and self._explore(core)
                room = self._room()
                if not self.is_cut and (not is_closed or (room is not None and room <= width)):
                    break
                if len(core.kept) == self.task.rows.num_columns and not self.is_cut:
                    break
                width *= WIDENING if self.value is not None else WIDENING**2
        except Interrupted:
            return Found(chosen=self.chosen, leaves=None, is_exhausted=False, is_interrupted=True)
        room = self._room()
        is_whole = self.is_last or (room is not None and room <= width)  # a narrow core's ends do not hold every plan
        is_covered = is_whole and (is_closed or self.is_left_open)
        leaves = self._usable_leaves(core) if is_covered and core is not None else None
        return Found(
            chosen=self.chosen,
            leaves=leaves,
            is_exhausted=self._is_reached() or (is_closed and (is_whole or self.has_handed_over)),
            is_interrupted=False,
            claimed_bound=self.claimed_bound,
        )

    def claim(self) -> Found:
        """Return what SCIP says of the whole region, where no relaxation is to be had to search it by."""
        try:
            is_exhausted = self._hand_over(self._core(np.arange(self.task.rows.num_columns)))
        except Interrupted:
            return Found(chosen=self.chosen, leaves=None, is_exhausted=False, is_interrupted=True)
        return Found(
            chosen=self.chosen,
            leaves=None,
            is_exhausted=is_exhausted,
            is_interrupted=False,
            claimed_bound=self.claimed_bound,
        )

    def _spend_on(self, *, is_everything: bool) -> None:
        """Say how far the budget may go down before a wider core follows: a narrow one alone proves nothing."""
        self.floor = self.budget - NARROW_BUDGET if self.is_long and not is_everything else 0
        self.is_cut = False

    def _first_width(self) -> int:
        return int(max(FIRST_WIDTH * abs(self.bound.scaled), 2 * PRICE_SCALE))

    def _is_hardly_wider(self, width: int, room: int, core: Core | None) -> bool:
        """Tell whether all columns that a plan as good may take are not many more than the near or searched ones."""
        number = int(np.count_nonzero(self.loss <= room))
        if core is None:
            return number <= (1 + NONE_WIDER) * int(np.count_nonzero(self.loss <= width))
        return number <= FEW_MORE + (1 + HARDLY_WIDER) * len(core.kept)

    def _has_good_start(self) -> bool:
        """Tell whether the known value already leaves few columns, or no better one is there to be found."""
        if self.is_claimed:
            return True
        room = self._room()
        few_steps = WIDENING * PRICE_SCALE * self.step if self.task.rows.has_several else 0
        return room is not None and room <= max(WIDENING * self._first_width(), few_steps)

    def _is_finished(self) -> bool:
        """Tell whether there is nothing left to do here."""
        return self.has_handed_over or self._is_close()
