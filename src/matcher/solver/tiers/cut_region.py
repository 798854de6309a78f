"""A region whose relaxation gains cuts: before its tree where that would not end, else after one that is left open."""

from __future__ import annotations

from dataclasses import replace

from matcher.solver.bounds.bound import Bound
from matcher.solver.model.rows import LEADING
from matcher.solver.plans.nearest import near_plan
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.relaxations.cut_relaxation import relax_with_cuts, relax_with_row_cuts
from matcher.solver.relaxations.relaxation import Relaxed
from matcher.solver.search.budgets import DRAW
from matcher.solver.tiers.cutting import gains_cuts, has_no_short_tree
from matcher.solver.tiers.open_region import lower
from matcher.solver.tiers.region_tree import RegionTree
from matcher.solver.tiers.tier_regions import Region, RegionOutcome


class CutRegion(RegionTree):
    """A region in which cuts may close what is open of all plans.

    Attributes
    ----------
    proved : tuple of Region and Bound, or None
        Once a relaxation has proved something of it.
    """

    proved: tuple[Region, Bound] | None = None

    def _may_cut(self, root: Relaxed, *, is_first: bool) -> bool:
        """Tell whether cuts may close what is open of all plans, before a tree or after one that has left it open."""
        rows, tier = self.task.rows, self.task.tier
        if self.begun is not None or tier == DRAW or not self.region.is_whole:
            return False
        if rows.has_several:
            return is_first and gains_cuts(self.task, root, self.value)
        if tier not in LEADING or is_first != has_no_short_tree(rows):
            return False
        return gains_cuts(self.task, root, self.value)

    def _may_cut_after(self, outcome: RegionOutcome) -> bool:
        """Tell whether a tree has left open what cuts may close."""
        root, _ = self._root()
        value = self.value
        is_open = value is None or outcome.proved(self.step) - value > self.progress.gap * abs(value)
        return is_open and not self.progress.is_interrupted and self._may_cut(root, is_first=False)

    def _by_cuts(self, outcome: RegionOutcome) -> RegionOutcome:
        """Return what a tree proves once what is fractional has been cut off, or what it did before."""
        try:
            again = self._after_cuts()
        except Interrupted:
            self.progress.is_interrupted = True
            return outcome
        return min(again, outcome, key=lambda one: one.proved(self.step))

    def _after_cuts(self) -> RegionOutcome:
        root, _ = self._root()
        progress = self.progress
        task, root = relax_with_row_cuts(self.task, progress.links, root, progress.exact, progress.stop)
        task, root = relax_with_cuts(task, progress.links, root, progress.stop)
        assert root.bound is not None
        self._move(replace(self.region, rows=task.rows, held=task.held))
        bound = lower(root.bound, self.trivial)
        self.root, self.proved = replace(root, bound=bound), (self.region, bound)
        self._near_columns()
        return self._outcome(bound) if self._is_reached(bound) else self._by_tree()

    def _near_columns(self) -> None:
        """Look among the columns nearest to the relaxation where a plan that owes less has fewer placements.

        Of shortfall and placements at once the same has been tried; so it would find that plan again. A tree that is
        short finds a plan by itself.
        """
        root, _ = self._root()
        progress, rows = self.progress, self.task.rows
        if not (has_no_short_tree(rows) or rows.has_several or rows.cuts):
            return
        if self.begun is not None or progress.is_large or self.task.tier != LEADING[-1] or not self.task.held:
            return
        if progress.x is not None and progress.x is not self.lead.nearest:
            self._take(near_plan(self.task, root, self._start(), progress.seed, progress.stop))
