"""What closes a tier in a region without a relaxation, or leaves it open where one would say hardly more."""

from __future__ import annotations

from dataclasses import replace

from matcher.solver.again.again import Begun, closed_by, starts_of
from matcher.solver.bounds.bound import PRICE_SCALE, Bound
from matcher.solver.model.rows import LEADING
from matcher.solver.plans.crossing import crossed_plan, leaves_changes_open
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.relaxations.network import solve_assignment
from matcher.solver.search.bounded_ends import bounded_ends
from matcher.solver.search.ends import CohortEnd
from matcher.solver.search.tree_search import MOST_HANDED_OVER
from matcher.solver.tiers.lead import Lead, is_led
from matcher.solver.tiers.open_region import NO_PRICES, UNDECIDED, OpenRegion, lower
from matcher.solver.tiers.progress import Progress
from matcher.solver.tiers.tier_regions import Region, RegionOutcome

CLOSE = 0.01  # a relative gap: exchanges look at few enough columns
LATER_ROUNDS = 2  # of exchanges, for an aim after the leading ones


class KnownRegion(OpenRegion):
    """The ways to close a region that take no relaxation.

    Parameters
    ----------
    progress, region, tier, step
        As of `OpenRegion`.
    lead : Lead
    """

    def __init__(self, progress: Progress, lead: Lead, region: Region, tier: str, step: int) -> None:
        super().__init__(progress, region, tier, step)
        self.lead = lead

    def _by_network(self) -> RegionOutcome | None:
        """Solve what is a pure assignment, for which there are algorithms of its own."""
        if self.region.held:
            return None
        network = solve_assignment(self.task)
        if network is None:
            return None
        self.progress.x = network.x
        self.progress.report("network", self.task.tier, self.value, network.bound.value())
        return RegionOutcome(region=self.region, bound=network.bound, found=None)

    def _by_what_is_known(self) -> RegionOutcome | None:
        """Find a first plan where there is none, and stop where it is as good as a bound that took no search."""
        progress = self.progress
        has_few = progress.num_columns <= MOST_HANDED_OVER  # for another solver to decide about all of them
        if progress.x is None and progress.rows.has_several and has_few:
            progress.begin_with(greedy_columns(progress.rows))
        if progress.x is None and self.task.tier == "shortfall":
            self.lead.find()
            self._move(replace(self.region, rows=progress.rows))
        if self._is_reached(self.trivial):
            return self._outcome(self.trivial)
        if self.value is not None and self.task.tier == "tie_break" and self._is_too_large_to_draw():
            return self._left_open()
        return None

    def _by_earlier_cases(self) -> RegionOutcome | None:
        """Close the tier with the cases by which an earlier solve closed it, or come as near as that did."""
        self.begun = self._begun()
        if self.begun is None:
            return None
        self.trivial = lower(self.trivial, self.begun.bound)
        if self.value is not None:
            if self._is_reached(self.trivial):
                return self._outcome(self.trivial)
            starts = starts_of(self.begun, self.region.case(NO_PRICES), self.region.rows)
            found = closed_by(self.task, self.trivial, starts, self.value, self.step)
            if found is not None:
                return self._outcome(self.trivial, found)
        in_parts = self._by_moved_ends(self.trivial)
        if in_parts is not None:
            return in_parts
        return self._left_open() if self._is_near_again(self.trivial.scaled) else None

    def _by_moved_ends(self, root: Bound) -> RegionOutcome | None:
        """Come as near to the bound of very many columns as an earlier solve did in parts, their prices moved.

        Parameters
        ----------
        root : Bound
            What prices of now prove of the region.
        """
        value, begun = self.value, self.begun
        if value is None or begun is None or not begun.parts or not self.progress.is_large:
            return None
        ends = self._parts_of_then(begun, root)
        found = bounded_ends(self.task, ends, [root], value) if ends else ()
        if not found or not self._is_near_again(max(end.scaled for end in found)):
            return None
        return RegionOutcome(region=self.region, bound=root, found=UNDECIDED, ends=found, goes_on_whole=True)

    def _parts_of_then(self, begun: Begun, root: Bound) -> list[CohortEnd]:
        """Return the parts by which an earlier solve proved the tier, with prices moved as those of the whole have."""
        starts = starts_of(begun, self.region.case(NO_PRICES), self.region.rows, root.prices, ends=begun.parts)
        if any(start.decisions.taken or start.decisions.left for start in starts):
            return []
        return [
            CohortEnd(
                others=start.decisions.others,
                filled=start.decisions.filled,
                prices=start.prices[-1],
                scaled=root.scaled,
            )
            for start in starts
        ]

    def _by_earlier_lead(self) -> RegionOutcome | None:
        """Go on with shortfall and placements at once from where an earlier solve ended."""
        known = self.progress.known
        if known is None or known.end is None or self.lead.relaxed is not None or not is_led(self.task):
            return None
        self._move(self.lead.find_again(self.region, self.task.tier))
        return self._outcome(self.trivial) if self._is_reached(self.trivial) else None

    def _near_enough(self) -> RegionOutcome | None:
        """Leave a tier open where a long relaxation would say hardly more than is known."""
        value, task, progress = self.value, self.task, self.progress
        if value is None:
            return None
        if self._is_inherited(value):
            progress.report("relaxation", task.tier, value, self.trivial.value(self.step))
            if self.trivial.slack(value) <= CLOSE * PRICE_SCALE * abs(value):
                self._exchange(self.trivial, progress.gap, LATER_ROUNDS)
            return self._left_open()
        if self._is_too_large_to_draw() and leaves_changes_open(task, progress.gap):
            progress.report("integer", task.tier, value, self.trivial.value(self.step))
            self._take(crossed_plan(task, self._start(), progress.seed, progress.stop))
            return self._left_open()
        return self._left_open() if self._leaves_cohorts_open() and task.tier not in LEADING else None
