"""The first plans near the relaxation of shortfall and placements at once, and better ones near an earlier plan."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.again.earlier import enough_again
from matcher.solver.bounds.bound import NOTHING, Bound, Prices, bound_from, losses
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import LEAD, LEADING
from matcher.solver.plans.exchanges import improved_plan
from matcher.solver.plans.first_plan import OPEN_FROM, first_plan, plan_with, whole_cohorts
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.plans.nearest import near_plan
from matcher.solver.plans.opening import Opening
from matcher.solver.plans.rounding import any_plan, mended_plan
from matcher.solver.programmes.limits import Interrupted, StopSignal
from matcher.solver.relaxations.cohorts import grown_held, grown_prices
from matcher.solver.relaxations.cut_relaxation import relax_with_cuts, relax_with_row_cuts
from matcher.solver.relaxations.linked_relaxation import relax_linked
from matcher.solver.relaxations.relaxed import End, Relaxed
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.branching import Search
from matcher.solver.search.cohort_search import CohortSearch
from matcher.solver.search.count_again import CountSearchAgain
from matcher.solver.search.count_search import CountSearch
from matcher.solver.search.ends import CohortEnd
from matcher.solver.tiers.cutting import gains_cuts
from matcher.solver.tiers.opened_ends import OpenedEnds
from matcher.solver.tiers.progress import Progress
from matcher.solver.tiers.tier_regions import Region

QUICK_DIVE = 30_000  # columns: up to so many, a dive finds a plan sooner than one could be rounded first
ROUNDS_AGAIN = 4  # of exchanges after a change
RELAXED_SHARE = 0.75  # of the time that is left: for the relaxation of very many columns, whose prices are good before
SEARCHED_SHARE = 0.6  # of what is left then: for a plan by parts of all plans; the rest is for one that takes less time
OPENED_SHARE = 0.8  # likewise, where cohorts are optional: whatever part is done of that search is worth more
NEAR_PER_LIMIT = 4  # columns beside those in use that a relaxation begins with again: with fewer it takes more rounds


class LeadPlans:
    """Plans that are good in shortfall and placements, in one run over all tiers; see `Lead`.

    Attributes
    ----------
    relaxed : Relaxed or None
        The relaxation of both, once it was needed.
    opened : OpenedEnds or None
        Of a tree on cohorts, once there is one.
    counted_ends : tuple of CohortEnd
        Of a tree on how many people cohorts take, once there is one.
    nearest : int array or None
        The best plan when columns near the relaxation had been tried; no search near it finds a better one.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.relaxed: Relaxed | None = None
        self.counted_ends: tuple[CohortEnd, ...] = ()
        self.opened: OpenedEnds | None = None
        self.nearest: IntArray | None = None

    def find(self, end: End | None = None) -> None:
        """Find a first plan that is good in both."""
        progress = self.progress
        is_large = progress.is_large
        task, self.relaxed = self._relax(
            NOTHING, end, progress.stop.share(RELAXED_SHARE) if is_large else progress.stop
        )
        if not self.relaxed.is_feasible:
            raise InfeasiblePins
        chooses_cohorts = CohortSearch.fits(task)
        near = self._near(task, chooses_cohorts=chooses_cohorts) if is_large else None
        if near is not None or chooses_cohorts or progress.num_columns > QUICK_DIVE:
            progress.begin_with(self._rounded() if near is None else near)
        if progress.x is not None and is_large:
            return
        if progress.x is None and chooses_cohorts and not is_large:
            any_one = any_plan(task, progress.seed, progress.stop)
            if any_one is not None:
                progress.begin_with(any_one)
                return
        has_dive = not task.rows.has_several or is_large  # which branches on one enrolment after the other there
        chosen = self._dived(task, chooses_cohorts=chooses_cohorts) if has_dive else None
        if chosen is not None:
            progress.begin_with(chosen)
        elif progress.x is None:
            progress.begin_with(self._rounded())
        if not is_large:
            self._come_nearer(task)

    def _come_nearer(self, task: TierTask) -> None:
        """Cut off what is fractional, and look for a plan among the nearest columns, where the first one is far."""
        progress, root = self.progress, self.relaxed
        assert root is not None
        if root.bound is None:
            return
        x = progress.x
        value = None if x is None else progress.rows.value(LEAD, x)
        placements = None if x is None else max(1, progress.rows.value(LEADING[-1], x))
        if gains_cuts(task, root, value, placements):
            task, self.relaxed = relax_with_cuts(task, progress.links, root, progress.stop)
            progress.rows, root = task.rows, self.relaxed
            x = None if x is None else progress.rows.completed(np.flatnonzero(x[: progress.num_columns]))
        start = None if x is None else np.flatnonzero(x[: progress.num_columns])
        chosen = near_plan(task, root, start, progress.seed, progress.stop)
        if chosen is not None and chosen is not start:
            progress.keep_better(progress.rows.completed(chosen))
        self.nearest = progress.x

    def _near(self, task: TierTask, *, chooses_cohorts: bool) -> IntArray | None:
        """Return the columns of a plan near the relaxation, the best that there is time for; ``None`` for none."""
        progress, root = self.progress, self.relaxed
        assert root is not None
        stop = progress.stop
        part = stop.share(OPENED_SHARE if chooses_cohorts else SEARCHED_SHARE)
        try:
            with suppress(Interrupted):
                near = self._opened(task, part) if chooses_cohorts else self._counted(task, part)
                if near is not None:
                    return near
            if chooses_cohorts and stop.remaining_s is not None:
                opened = whole_cohorts(task, root, OPEN_FROM[0])
                return plan_with(task, root, opened, NOTHING, progress.gap, progress.seed, stop)
            return first_plan(task, root, progress.gap, progress.seed, stop)
        except Interrupted:
            if stop.by_memory:
                raise
            return None

    def _relax(self, start: IntArray, end: End | None, stop: StopSignal) -> tuple[TierTask, Relaxed]:
        progress = self.progress
        task = TierTask(rows=progress.rows, tier=LEAD)
        task, relaxed = relax_linked(task, progress.links, start, progress.exact, stop, end)
        task, relaxed = relax_with_row_cuts(task, progress.links, relaxed, progress.exact, stop)
        progress.rows, progress.used = task.rows, task.rows.origin[relaxed.chosen]
        return task, relaxed

    def _dived(self, task: TierTask, *, chooses_cohorts: bool) -> IntArray | None:
        """Return the first plan that a dive from the relaxation finds."""
        progress = self.progress
        assert self.relaxed is not None
        if not chooses_cohorts:
            return Search(
                task,
                self.relaxed,
                None,
                step=1,
                gap=progress.gap,
                seed=progress.seed,
                stop=progress.stop,
                listener=lambda value, bound: None,
            ).first()
        chosen = CohortSearch(
            task,
            progress.links,
            self.relaxed,
            None,
            step=1,
            gap=progress.gap,
            seed=progress.seed,
            stop=progress.stop,
            listener=lambda value, bound: None,
        ).first()
        progress.rows = progress.links.grown(progress.rows)
        return chosen

    def _counted(self, task: TierTask, stop: StopSignal) -> IntArray | None:
        """Return the columns of a plan found by parting the plans at how many people cohorts take."""
        progress = self.progress
        assert self.relaxed is not None
        if self.relaxed.bound is None or not CountSearch.fits(task, self.relaxed):
            return None
        search = CountSearch(
            task,
            self.relaxed,
            None,
            gap=progress.gap,
            seed=progress.seed,
            stop=stop,
            threads=progress.threads,
        )
        found = search.run()
        self.counted_ends = tuple(
            CohortEnd(others={}, filled=end.filled, prices=end.prices, scaled=end.scaled) for end in found.ends
        )
        return found.chosen

    def _opened(self, task: TierTask, stop: StopSignal) -> IntArray | None:
        """Return the columns of a plan found by parting the plans at which cohorts run."""
        progress = self.progress
        assert self.relaxed is not None
        if self.relaxed.bound is None or not Opening.fits(task):
            return None
        found = Opening(task, self.relaxed, seed=progress.seed, stop=stop, threads=progress.threads).run()
        if found is None:
            return None
        self.opened = OpenedEnds(task, self.relaxed, found, stop=progress.stop, threads=progress.threads)
        return found.chosen

    def _rounded(self) -> IntArray:
        """Return the columns that the relaxation takes most of, as far as whole people can, and the best besides."""
        root, rows = self.relaxed, self.progress.rows
        assert root is not None
        assert root.bound is not None
        lost = losses(rows, root.bound)[root.chosen]
        return greedy_columns(rows, root.chosen[np.lexsort((lost, -np.round(root.x, 6)))])

    def find_again(self, region: Region, tier: str) -> Region:
        """Solve both from where an earlier solve ended; return the region with its links.

        Where it is the shortfall that is open, a plan is looked for as well: the mended one may have broken a rule that
        only its shortfall variable lets pass, and a search near it finds no way back.
        """
        progress = self.progress
        assert progress.known is not None
        is_whole, idle = region.rows.num_columns == progress.num_columns, region.rows.idle
        if tier == "shortfall" and not (progress.x is not None and progress.is_large):
            mended = progress.set_aside()  # the next plan owes nothing to it
            try:
                self.find(self._known_end())
            finally:
                progress.keep_as_good(mended)
        else:
            start = NOTHING if progress.x is None else np.flatnonzero(progress.x[: progress.num_columns])
            task, self.relaxed = self._relax(start, self._known_end(), progress.stop)
            is_large = progress.is_large and progress.x is not None
            if (tier == "shortfall" or is_large) and self.relaxed.bound is not None and self.relaxed.is_feasible:
                self._mend(task, self.relaxed, self.relaxed.bound)
        rows = progress.rows
        return (
            replace(region, rows=replace(rows, idle=idle), held=grown_held(region.held, rows)) if is_whole else region
        )

    def _known_end(self) -> End | None:
        """Return where the simplex ended in an earlier solve, without columns that prices of then find far away."""
        progress = self.progress
        assert progress.known is not None
        end, prices = progress.known.end, progress.known.prices.get("placements")
        if end is None or prices is None or progress.is_large:
            return end
        own = Prices(rows=grown_prices(prices, progress.rows).rows, held=())
        lost = losses(progress.rows, bound_from(progress.rows, LEAD, own, ()))
        return end.near(lost, NEAR_PER_LIMIT * len(progress.rows.limit))

    def _mend(self, task: TierTask, root: Relaxed, bound: Bound) -> None:
        """Look for a plan that is better in both, near the incumbent and the relaxation."""
        progress = self.progress
        assert progress.x is not None
        assert progress.known is not None
        seed, stop, gaps = progress.seed, progress.stop, progress.known.gaps
        near = mended_plan(task, root, np.flatnonzero(progress.x[: progress.num_columns]), seed, stop)
        start = np.flatnonzero(progress.x[: progress.num_columns]) if near is None else near
        progress.keep_better(progress.rows.completed(start))
        placements = abs(progress.rows.value("placements", progress.x))
        enough = gaps.get("placements", 0.0) * placements
        start = np.flatnonzero(progress.x[: progress.num_columns])
        if CountSearch.fits(task, root) and not CohortSearch.fits(task):
            bearable = enough_again("placements", progress.gap, gaps) * placements
            search = CountSearchAgain(task, root, start, gap=progress.gap, seed=seed, stop=stop)
            start = search.improved(enough, bearable)
            progress.keep_better(progress.rows.completed(start))
            enough = bearable  # exchanges find less, and take longer
        gap = max(progress.gap, enough / max(1, abs(progress.rows.value(LEAD, progress.x))))
        chosen = improved_plan(task, bound, start, gap, seed, stop, rounds=ROUNDS_AGAIN)
        progress.keep_better(progress.rows.completed(chosen))
