"""The tree of a region in one tier, after packing resources where there are any."""

from __future__ import annotations

from dataclasses import replace

from matcher.solver.again.again import starts_of
from matcher.solver.bounds.bound import Bound, Prices
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.relaxation import Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.branching import Search
from matcher.solver.search.ends import Found, PackedFound
from matcher.solver.search.packed_search import PackedSearch
from matcher.solver.tiers.open_region import NO_PRICES, OpenRegion
from matcher.solver.tiers.tier_regions import RegionOutcome


class RegionTree(OpenRegion):
    """A region that may be parted in a tree, from where its relaxation ends.

    Attributes
    ----------
    is_claimed : bool
        Whether another solver says that no plan is better than the incumbent, which proves nothing.
    """

    is_claimed = False

    def _by_tree(self) -> RegionOutcome:
        """Branch on people, counts and what else is fractional, after packing resources where there are any."""
        root, bound = self._root()
        found = self._searched(root, bound)
        self._take_found(
            self.region, found.chosen, is_exhausted=found.is_exhausted, is_interrupted=found.is_interrupted
        )
        if self._is_reached(bound):
            found = replace(found, leaves=None)  # the root alone proves it
        if self.is_claimed:
            found = replace(found, is_exhausted=True)
        return self._outcome(bound, found)

    def _searched(self, root: Relaxed, bound: Bound) -> Found:
        packed = self._packed(root) if PackedSearch.fits(self.task) else None
        if packed is not None and (packed.is_closed or packed.is_interrupted):
            return Found(
                chosen=packed.chosen,
                leaves=None,
                is_exhausted=packed.is_closed,
                is_interrupted=packed.is_interrupted,
                packed=packed.ends,
            )
        found = self._tree(self.task, root, bound.prices).run()
        if packed is None:
            return found
        chosen = packed.chosen if found.chosen is None else found.chosen
        proved = max(end.value for end in packed.ends) if packed.ends else None
        if proved is None or (found.leaves and max(leaf.bound.value(self.step) for leaf in found.leaves) <= proved):
            return replace(found, chosen=chosen)
        return replace(found, chosen=chosen, leaves=None, packed=packed.ends)

    def _packed(self, root: Relaxed) -> PackedFound:
        progress, tier = self.progress, self.task.tier
        if progress.x is None:
            progress.begin_with(greedy_columns(progress.rows))
        packed = PackedSearch(
            self.task,
            root,
            self.value,
            step=self.step,
            seed=progress.seed,
            stop=progress.stop,
            listener=progress.listener(tier),
        ).run()
        if packed.chosen is not None:
            progress.begin_with(self.region.rows.origin[packed.chosen])
        return packed

    def _tree(
        self, task: TierTask, root: Relaxed, prices: Prices | None = None, stop: StopSignal | None = None
    ) -> Search:
        """Return a tree over a task, which begins with the ends of an earlier one where there are any.

        It ends with the whole search, or with the part of it that `stop` is the signal of.
        """
        progress = self.progress
        begun = self.begun if prices is not None else None
        starts = () if begun is None else starts_of(begun, self.region.case(NO_PRICES), task.rows, prices)
        return Search(
            task,
            root,
            self.value,
            step=self.step,
            gap=progress.gap,
            seed=progress.seed,
            stop=stop or progress.stop,
            listener=progress.listener(task.tier),
            may_hand_over=begun is None,  # where a tree does not close again, a fresh solve follows, with a hand-over
            starts=starts,
            is_claimed=self.is_claimed,
        )
