"""Shortfall and placements at once: the relaxation of both, and the first plans near it.

The two aims that come first bind most rows between them, so one relaxation serves both: it finds a plan that is good in
either, and its prices prove bounds for one and for the other.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, Bound, Prices, bound_from
from matcher.solver.model.rows import LEADING, Intervals, lead_price
from matcher.solver.relaxations.cohorts import grown_prices
from matcher.solver.relaxations.relaxed import End, Relaxed
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search.bounded_ends import bounded_ends
from matcher.solver.search.ends import CohortEnd
from matcher.solver.search.opened import price_in_lead, proven_ends
from matcher.solver.tiers.lead_plans import LeadPlans
from matcher.solver.tiers.progress import Progress
from matcher.solver.tiers.tier_regions import Region

LEAST_GAIN = 0.3  # of what is open of the shortfall: where one part of the plans gains less, the others are of no use
OWED_SHARE = 0.5  # of the time that is left: the placements' proof, which takes less, comes after it


def is_led(task: TierTask) -> bool:
    """Tell whether shortfall and placements at once say something about a tier, no other aim coming before it."""
    return task.tier in LEADING and [held.tier for held in task.held] == list(LEADING[: LEADING.index(task.tier)])


class Lead(LeadPlans):
    """Shortfall and placements at once, in one run over all tiers: plans, and what one relaxation proves of either.

    Attributes
    ----------
    filled_ends : tuple of CohortEnd
        Of the shortfall's tree on how many people vacancies take, once there is one.
    """

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress)
        self.filled_ends: tuple[CohortEnd, ...] = ()

    def filled_of(self, task: TierTask) -> list[Intervals]:
        """Return the parts of all plans in which the shortfall that is held can be reached."""
        if [held.tier for held in task.held] != [LEADING[0]]:
            return []
        held = task.held[0]
        return [end.filled for end in self.filled_ends if end.value(held.step) >= held.value]

    @property
    def ends(self) -> tuple[CohortEnd, ...]:
        """Return the ends of a tree on counts or cohorts, which hold every plan together."""
        return self.counted_ends if self.opened is None else self.opened.of_placements()

    @property
    def end(self) -> End | None:
        """Return where the simplex ended on both, in this solve or in an earlier one."""
        if self.relaxed is not None:
            return self.relaxed.end
        return None if self.progress.known is None else self.progress.known.end

    def begins(self, region: Region) -> End | None:
        """Return where another aim ended, for a region of very many columns to begin from."""
        if not self.progress.is_large:
            return None
        if self.relaxed is None or not region.held:
            return None if self.relaxed is None else self.relaxed.end
        return End(chosen=self.progress.used).among(region.rows.origin)

    def ends_of_shortfall(self, task: TierTask, root: Relaxed) -> tuple[CohortEnd, ...]:
        """Return what is proven of the shortfall in each part of the plans, by which cohorts run or whom they take."""
        if task.tier != "shortfall" or task.held:
            return ()
        if self.opened is not None:
            return self.opened.of_shortfall(task, root)
        value = self.progress.value(task.tier)
        if len(self.counted_ends) < 2 or value is None or root.bound is None:
            return ()
        most = root.bound.scaled - LEAST_GAIN * root.bound.slack(value)
        enough = int(PRICE_SCALE * (value + self.progress.gap * abs(value)))
        ends = sorted(self.counted_ends, key=lambda end: (len(end.filled), -end.scaled))  # who gains least stands first
        parts = [Decisions(filled=end.filled) for end in ends]
        part = self.progress.stop.share(OWED_SHARE)
        return proven_ends(task, root, parts, NOTHING, part, enough=enough, most=most)

    def close(self) -> None:
        """End what goes on in threads."""
        if self.opened is not None:
            self.opened.end()

    def root(self, task: TierTask) -> Relaxed | None:
        """Return the relaxation as that of the tier ``placements``, where shortfall is held.

        A price of shortfall is then a price of the held tier, so the same prices prove a bound for placements alone.
        """
        lead, progress = self.relaxed, self.progress
        if lead is None or lead.bound is None or task.tier != "placements":
            return None
        if task.rows is not progress.rows and not progress.has_many(task.rows):
            return None
        if len(task.held) != 1 or task.held[0].tier != "shortfall":
            return None
        price = price_in_lead(progress.num_columns)
        prices = [Prices(rows=grown_prices(lead.bound.prices, task.rows).rows, held=(price,))]
        prices += [grown_prices(end.prices, task.rows) for end in self.ends[:1] if end.prices.held]
        idle = task.rows.idle
        inside = task.rows.origin if idle is None else task.rows.origin[~idle]
        stays = np.isin(lead.chosen, inside, assume_unique=True)
        return replace(
            lead,
            bound=min(
                (bound_from(task.rows, task.tier, own, task.held, task.taken) for own in prices),
                key=lambda bound: bound.scaled,
            ),
            chosen=np.searchsorted(task.rows.origin, lead.chosen[stays]),
            x=lead.x[stays],
            end=None,
        )

    def most_placements(self, shortfall: int) -> float:
        """Return, in `PRICE_SCALE`-ths, how many placements the ends of a tree on counts leave to plans.

        Parameters
        ----------
        shortfall : int
            The least, being at most 0, that these plans have in that aim.
        """
        if not self.counted_ends:
            return np.inf
        best = max(end.scaled for end in self.counted_ends)
        return best - shortfall * PRICE_SCALE / lead_price(self.progress.num_columns)

    def proved(self, task: TierTask) -> list[Bound]:
        """Return what the prices of both prove about one of the two."""
        progress = self.progress
        if self.relaxed is None or self.relaxed.bound is None:
            return []
        root = self.root(task)
        if root is not None:
            return [] if root.bound is None else [root.bound]
        if task.tier != "shortfall" or task.held or task.rows.num_columns < progress.num_columns:
            return []
        known = grown_prices(self.relaxed.bound.prices, task.rows)
        prices = Prices(rows=known.rows * lead_price(progress.num_columns), held=())
        return [bound_from(task.rows, task.tier, prices, (), task.taken)]

    def ends_of_tree(
        self, region: Region, task: TierTask, root: Bound, own_root: Bound | None
    ) -> tuple[CohortEnd, ...]:
        """Return what the tree on counts or cohorts proves about placements, where shortfall is held.

        Parameters
        ----------
        region : Region
        task : TierTask
        root : Bound
            Of the region.
        own_root : Bound or None
            What the prices that the tree grew from prove of it: without the columns that these exclude, its ends do.
        """
        value = self.progress.value(task.tier)
        if len(self.ends) < 2 or value is None or not region.is_whole:
            return ()
        price = (price_in_lead(self.progress.num_columns),)  # of what is owed, at which the tree was grown
        ends = [
            replace(end, prices=replace(end.prices, held=end.prices.held or price))
            for end in self.ends
            if end.others or end.filled  # of the whole, the root says no less
        ]
        return bounded_ends(task, ends, [root] if own_root is None else [root, own_root], value)
