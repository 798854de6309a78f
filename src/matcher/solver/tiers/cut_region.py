"""A region whose relaxation gains cuts before a tree is grown, and whose plan may be near to it."""

from __future__ import annotations

from matcher.solver.model.rows import LEADING
from matcher.solver.plans.nearest import near_plan
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.search.budgets import DRAW
from matcher.solver.tiers.cutting import gains_cuts
from matcher.solver.tiers.region_tree import RegionTree


class CutRegion(RegionTree):
    """A region in which cuts may close what is open of all plans."""

    def _may_cut(self, root: Relaxed) -> bool:
        """Tell whether cuts may close what is open of all plans."""
        tier = self.task.tier
        if self.begun is not None or tier == DRAW or not self.region.is_whole:
            return False
        if tier not in LEADING and not self.task.rows.has_several:
            return False
        return gains_cuts(self.task, root, self.value)

    def _near_columns(self) -> None:
        """Look among the columns nearest to the relaxation where a plan that owes less has fewer placements.

        Of shortfall and placements at once the same has been tried; so it would find that plan again.
        """
        root, _ = self._root()
        progress = self.progress
        if self.begun is not None or progress.is_large or self.task.tier != LEADING[-1] or not self.task.held:
            return
        if progress.x is not None and progress.x is not self.lead.nearest:
            self._take(near_plan(self.task, root, self._start(), progress.seed, progress.stop))
