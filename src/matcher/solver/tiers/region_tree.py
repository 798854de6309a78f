"""The tree of a region in one tier, after packing resources where there are any."""

from __future__ import annotations

from dataclasses import replace

from matcher.solver.again.again import starts_of
from matcher.solver.bounds.bound import Bound, Prices
from matcher.solver.model.rows import LEADING
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.branching import Search
from matcher.solver.search.budgets import DRAW
from matcher.solver.search.ends import Found, PackedFound
from matcher.solver.search.filled_search import FilledSearch
from matcher.solver.search.packed_search import PackedSearch
from matcher.solver.search.tree_search import MOST_HANDED_OVER
from matcher.solver.tiers.lead import Lead
from matcher.solver.tiers.open_region import NO_PRICES, UNDECIDED, OpenRegion
from matcher.solver.tiers.tier_regions import RegionOutcome


class RegionTree(OpenRegion):
    """A region that may be parted in a tree, from where its relaxation ends.

    Attributes
    ----------
    is_claimed : bool
        Whether another solver says that no plan is better than the incumbent, which proves nothing.
    """

    is_claimed = False
    lead: Lead

    def _by_tree(self) -> RegionOutcome:
        """Branch on people, counts and what else is fractional, after packing resources where there are any."""
        root, bound = self._root()
        is_counted = self.region.is_whole and self.task.tier in LEADING and FilledSearch.fits(self.task)
        if is_counted and not PackedSearch.fits(self.task):
            return self._filled(root, bound)
        if self.lead.filled_ends and self.task.held and self._num_open(bound) > MOST_HANDED_OVER:
            return self._outcome(bound, UNDECIDED)  # a tree would take minutes for its first nodes, and close nothing
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
        early, fits = None, PackedSearch.fits(self.task)
        if fits and FilledSearch.fits(self.task):  # cuts have come so near that a tree mostly closes, and sooner
            early = self._tree(self.task, root, bound.prices).run()
            self._take(early.chosen)
            if self._is_closed(early) or early.is_interrupted or self.task.tier == DRAW:
                return early  # and to pack what is no aim takes minutes
        packed = self._packed(root) if fits else None
        if packed is not None and (packed.is_closed or packed.is_interrupted):
            return Found(
                chosen=packed.chosen,
                leaves=None,
                is_exhausted=packed.is_closed,
                is_interrupted=packed.is_interrupted,
                packed=packed.ends,
            )
        found = self._tree(self.task, root, bound.prices).run() if early is None else replace(early, chosen=None)
        if packed is None:
            return found
        chosen = packed.chosen if found.chosen is None else found.chosen
        proved = max(end.value for end in packed.ends) if packed.ends else None
        if proved is None or (found.leaves and max(leaf.bound.value(self.step) for leaf in found.leaves) <= proved):
            return replace(found, chosen=chosen)
        return replace(found, chosen=chosen, leaves=None, packed=packed.ends)

    def _is_closed(self, found: Found) -> bool:
        """Tell whether the ends of a tree prove that no plan is better than the incumbent."""
        value = self.value
        if found.leaves is None or value is None:
            return False
        return self._outcome(self.trivial, found).proved(self.step) <= value

    def _filled(self, root: Relaxed, bound: Bound) -> RegionOutcome:
        """Part the plans at how many people vacancies take that share resources."""
        progress, value = self.progress, self.value
        found = FilledSearch(
            self.task,
            progress.links,
            root,
            None if value is None else self._start(),
            step=self.step,
            gap=progress.gap,
            seed=progress.seed,
            stop=progress.stop,
            listener=progress.listener(self.task.tier),
            starts=self.lead.filled_of(self.task),
        ).run()
        self._take_found(self.region, found.chosen, is_exhausted=found.is_closed, is_interrupted=found.is_interrupted)
        is_first = self.task.tier == LEADING[0] and not self.task.held
        if is_first:
            self.lead.filled_ends = found.ends
        outcome = self._outcome(bound, replace(UNDECIDED, is_exhausted=found.is_closed))
        outcome = replace(outcome, ends=found.ends, goes_on_whole=is_first)
        if not found.is_settled or found.is_closed or self.task.rows.num_columns > MOST_HANDED_OVER:
            return outcome
        tree = self._tree(self.task, root, bound.prices).run()  # on what else is open than these numbers
        self._take_found(self.region, tree.chosen, is_exhausted=False, is_interrupted=tree.is_interrupted)
        if self._outcome(bound, tree).proved(self.step) < outcome.proved(self.step):
            return self._outcome(bound, tree)
        return replace(outcome, found=replace(tree, leaves=None))

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
