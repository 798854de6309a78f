"""What is known of a region while one tier is solved in it, and when that is enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.again.again import Begun, begun_in
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, Bound, Prices, bound_from, losses
from matcher.solver.model.links import differ_by_links
from matcher.solver.model.pins import InfeasiblePins
from matcher.solver.model.rows import LEADING
from matcher.solver.plans.exchanges import improved_plan
from matcher.solver.relaxations.cohorts import grown_bound, grown_prices
from matcher.solver.relaxations.inherited import inherited_bound
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.search.branching import MOST_KEPT
from matcher.solver.search.cohort_search import CohortSearch
from matcher.solver.search.ends import Found
from matcher.solver.tiers.progress import Progress
from matcher.solver.tiers.tier_regions import Region, RegionOutcome, zero_bound

NO_PRICES = Prices(rows=NOTHING, held=())
UNDECIDED = Found(chosen=None, leaves=None, is_exhausted=False, is_interrupted=False)
NEARLY = 0.1  # a relative gap: a relaxation over very many columns would hardly change it


def lower(*bounds: Bound) -> Bound:
    """Return the bound that says most."""
    return min(bounds, key=lambda bound: bound.scaled)


class OpenRegion:
    """A region in which one tier is not closed yet.

    Parameters
    ----------
    progress : Progress
        Whose incumbent, rows and links the search moves.
    region : Region
    tier : str
    step : int
        Every plan's value is a multiple of it.

    Attributes
    ----------
    task : TierTask
    trivial : Bound
        What takes no search to prove.
    begun : Begun or None
        The cases by which an earlier solve closed the tier here.
    root : Relaxed or None
        The relaxation, its bound being the best known, once there is one.
    """

    def __init__(self, progress: Progress, region: Region, tier: str, step: int) -> None:
        self.progress, self.step = progress, step
        self.task = progress.links.grown_task(region.task(tier))  # an aim that was ended may have found links for all
        self.region = replace(region, rows=self.task.rows, held=self.task.held)
        self._bounds: list[tuple[Prices, Bound]] = []  # what known prices prove over these rows
        self.trivial = self._known_bound()
        self.begun: Begun | None = None
        self.root: Relaxed | None = None

    @property
    def value(self) -> int | None:
        """Return the incumbent's value."""
        return self.progress.value(self.task.tier)

    def _move(self, region: Region) -> None:
        """Go on in a region that may have more rows."""
        before, known = self.region.rows, self.trivial
        self.region, self.task = region, region.task(self.task.tier)
        if region.rows is not before:
            self._bounds = []
            self.trivial = self._known_bound()
            if differ_by_links(before, region.rows):
                self.trivial = lower(self.trivial, grown_bound(known, region.rows))
            self.begun = self._begun()

    def _leave_out_idle(self) -> None:
        """Go on over those columns alone that no earlier aim excludes."""
        idle = self.region.rows.idle
        if idle is None:
            return
        kept, number = np.flatnonzero(~idle), len(idle)
        self.region = self.region.without_idle()
        self.task, self._bounds = self.region.task(self.task.tier), []
        self.trivial = self.trivial.subset(kept, number)
        if self.begun is not None:
            self.begun = self._begun()
        if self.root is not None and self.root.bound is not None:
            chosen, bound = np.searchsorted(kept, self.root.chosen), self.root.bound.subset(kept, number)
            self.root = replace(self.root, chosen=chosen, bound=bound, end=None)

    def _root(self) -> tuple[Relaxed, Bound]:
        assert self.root is not None
        assert self.root.bound is not None
        return self.root, self.root.bound

    def _known_bound(self) -> Bound:
        """Return the best bound that takes no search."""
        task, known = self.task, self.progress.known
        found = [zero_bound(task)]
        inherited = inherited_bound(task)
        if inherited is not None:
            found.append(inherited)
        prices = None if known is None else known.prices.get(task.tier)
        if prices is not None and len(prices.held) == len(task.held):
            found.append(self._bound_of(prices))
        return lower(*found)

    def _bound_of(self, prices: Prices) -> Bound:
        """Return what prices that are known prove in the region."""
        for known, bound in self._bounds:
            if known is prices:
                return bound
        task = self.task
        bound = bound_from(task.rows, task.tier, grown_prices(prices, task.rows), task.held, task.taken)
        self._bounds.append((prices, bound))
        return bound

    def _begun(self) -> Begun | None:
        """Return the cases by which an earlier solve closed this tier in the same region, or at least some prices."""
        known = self.progress.known
        cases = None if known is None else known.cases.get(self.task.tier)
        if not cases or len(cases[0].prices.held) != len(self.task.held):
            return None
        return begun_in(cases, self.region.case(NO_PRICES), self.task, self._bound_of)

    def _outcome(self, bound: Bound, found: Found | None = None) -> RegionOutcome:
        return RegionOutcome(region=self.region, bound=bound, found=found)

    def _left_open(self) -> RegionOutcome:
        return self._outcome(self.trivial, UNDECIDED)

    def _is_reached(self, bound: Bound) -> bool:
        return self.value is not None and bound.value(self.step) <= self.value

    def _is_near_again(self, scaled: int) -> bool:
        """Tell whether very many columns are as close to a scaled bound as an earlier solve left them, or nearly."""
        value, known = self.value, self.progress.known
        if known is None or value is None or not self.progress.is_large:
            return False
        enough = max(self.progress.gap, known.gaps.get(self.task.tier, 0.0))
        return scaled / PRICE_SCALE - value <= enough * abs(value)

    def _is_inherited(self, value: int) -> bool:
        """Tell whether an earlier aim's prices already say what a long relaxation would, or nearly."""
        if self.task.tier in LEADING or not self._is_too_large_to_draw() or not any(self.trivial.prices.held):
            return False
        return self.trivial.slack(value) <= NEARLY * PRICE_SCALE * abs(value)

    def _is_too_large_to_draw(self) -> bool:
        """Tell whether proving a draw between equal plans would take longer than all aims together."""
        return self.progress.is_large and self.task.rows.num_columns > MOST_KEPT

    def _leaves_cohorts_open(self) -> bool:
        """Tell whether cohorts of very many columns are open to an aim only because an earlier one is not closed.

        It is held at a value that leaves room for other cohorts, so they could be decided no better than before.
        """
        is_open = any(held.slack >= PRICE_SCALE * held.step for held in self.task.held)
        return is_open and self.progress.has_many(self.task.rows) and CohortSearch.fits(self.task)

    def _has_decided_cohorts(self) -> bool:
        """Tell whether a first plan has decided cohorts of very many columns: a few nodes of a tree do no better."""
        return not self.task.held and self.progress.has_many(self.task.rows) and CohortSearch.fits(self.task)

    def _num_open(self, bound: Bound) -> int:
        """Return how many columns a plan better than the incumbent may take."""
        value, rows = self.value, self.task.rows
        return rows.num_columns if value is None else int(np.count_nonzero(losses(rows, bound) <= bound.slack(value)))

    # --- The incumbent.

    def _start(self) -> IntArray:
        """Return the incumbent's columns that the region knows."""
        x = self.progress.x
        return NOTHING if x is None else np.flatnonzero(x[: self.progress.rows.num_columns][self.region.rows.origin])

    def _take(self, chosen: IntArray | None) -> None:
        """Take some columns of the region for the incumbent where they are a better one."""
        if chosen is not None:
            self.progress.keep_better_in(self.task, self.region.rows.origin[chosen])

    def _take_found(self, region: Region, chosen: IntArray | None, *, is_exhausted: bool, is_interrupted: bool) -> None:
        """Take what a search has found; the region, being all plans, holds none where it has found none."""
        if chosen is not None:
            self.progress.begin_with(region.rows.origin[chosen])
        elif self.progress.x is None and is_exhausted:
            raise InfeasiblePins
        self.progress.is_interrupted = self.progress.is_interrupted or is_interrupted

    def _exchange(self, bound: Bound, gap: float, rounds: int) -> None:
        """Make the incumbent better by exchanges, until a gap is reached."""
        progress = self.progress
        chosen = improved_plan(self.task, bound, self._start(), gap, progress.seed, progress.stop, rounds=rounds)
        self._take(chosen)
