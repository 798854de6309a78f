"""The parts of all plans in which a tier is solved: what is fixed, what is proved there, and which parts go on.

Where a tier was closed by a search tree, its ends that still hold plans as good as the best one are the regions in
which the next tier is solved: there the earlier tier's bound is met exactly, or nearly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import IntArray
from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import Bound, HeldTier, Prices, bound_from, losses
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.model.rows import Intervals, Rows
from matcher.solver.relaxations.cohorts import grown_bound, grown_prices
from matcher.solver.relaxations.tier_task import TierTask
from matcher.solver.search.ends import CohortEnd, Found, Leaf, PackedEnd

MOST_REGIONS = 12  # more are solved as the one region that holds them all
MOST_COPIED = 1_000_000  # columns in all regions together: of more, later aims prove less apart, and take longer
MOST_CASES = 1_000  # of one tier, as docs/model.md section 6 allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of all plans: what is fixed (positions among all columns) and the columns that can still matter."""

    taken: frozenset[int]
    left: frozenset[int]
    filled: Intervals
    others: Intervals
    rows: Rows
    held: tuple[HeldTier, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is fixed: all plans are inside that are as good in the earlier aims."""
        return not (self.taken or self.left or self.filled or self.others)

    def task(self, tier: str) -> TierTask:
        """Return one aim in this region."""
        inside = np.searchsorted(self.rows.origin, np.array(sorted(self.taken), dtype=np.int64))
        return TierTask(rows=self.rows, tier=tier, held=self.held, taken=inside)

    def case(self, prices: Prices) -> SolvedCase:
        """Return the case of this region under some prices."""
        return SolvedCase(
            taken=tuple(sorted(self.taken)),
            left=tuple(sorted(self.left)),
            filled=self.filled,
            others=self.others,
            prices=prices,
        )

    def without_idle(self) -> Region:
        """Return it over those columns that no earlier aim excludes."""
        if self.rows.idle is None:
            return self
        kept = np.flatnonzero(~self.rows.idle)
        return replace(self, rows=self.rows.subset(kept), held=_subset_held(self, kept))

    def decided(self, others: Intervals, filled: Intervals) -> Region:
        """Return the part of this region in which some cohorts run, or take so many people, and others do not."""
        return replace(
            self,
            filled={**self.filled, **filled},
            others={**self.others, **others},
            rows=self.rows.between(filled, others),
        )

    def packed(self, end: PackedEnd) -> SolvedCase:
        """Return the case of one end of a tree that packs resources."""
        origin = self.rows.origin
        return SolvedCase(
            taken=tuple(sorted(self.taken | {int(origin[column]) for column in end.taken})),
            left=tuple(sorted(self.left | {int(origin[column]) for column in end.left})),
            filled=self.filled,
            others=self.others,
            prices=end.prices,
        )

    def inside(self, leaf: Leaf) -> Region:
        """Return the part of this region at one end of its search tree."""
        rows = self.rows.between(leaf.filled, leaf.others).subset(leaf.kept)
        return replace(self._at(leaf), rows=rows, held=_subset_held(self, leaf.kept))

    def case_of(self, leaf: Leaf) -> SolvedCase:
        """Return the case of one end of the region's search tree, for which no rows are needed."""
        return self._at(leaf).case(leaf.bound.prices)

    def _at(self, leaf: Leaf) -> Region:
        origin = self.rows.origin
        return replace(
            self,
            taken=self.taken | {int(origin[column]) for column in leaf.taken},
            left=self.left | {int(origin[column]) for column in leaf.left},
            filled={**self.filled, **leaf.filled},
            others={**self.others, **leaf.others},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionOutcome:
    """What was proved and found in one region."""

    region: Region
    bound: Bound
    found: Found | None
    wider: Bound | None = None  # the case that first left out columns, where there was one before `bound`
    ends: tuple[CohortEnd, ...] = ()  # of a tree on cohorts or counts, where there is one
    goes_on_whole: bool = False  # whether the next aim is solved in all of them at once

    def proved(self, step: int) -> int:
        """Return the value that no plan of the region exceeds."""
        own = self.bound.value(step)
        if self.ends:
            return min(own, max(end.value(step) for end in self.ends))
        if self.found is not None and self.found.packed:
            return min(own, max(end.value for end in self.found.packed))
        if self.found is None or self.found.leaves is None:
            return own
        return min(own, max((leaf.bound.value(step) for leaf in self.found.leaves), default=own))

    @property
    def num_cases(self) -> int:
        """Return how many cases of a certificate it takes to prove this."""
        found = self.found
        number = 1 + (self.wider is not None) + sum(1 + len(end.leaves) for end in self.ends)
        return number if found is None else number + len(found.packed) + len(found.leaves or ())

    def without_tree(self) -> RegionOutcome:
        """Return what the relaxation alone proves."""
        found = None if self.found is None else replace(self.found, leaves=None, packed=())
        return replace(self, found=found, ends=())

    def claimed(self, step: int) -> int:
        """Return the value that no plan of the region exceeds, says the search."""
        own = self.proved(step)
        return own if self.found is None or self.found.claimed_bound is None else min(own, self.found.claimed_bound)


def next_regions(
    outcomes: list[RegionOutcome], tier: str, value: int, step: int, most_idle: float = 0.0
) -> list[Region]:
    """Return the parts in which the tier's value can still be reached, without the columns that cannot.

    Parameters
    ----------
    outcomes : list of RegionOutcome
    tier : str
    value, step : int
    most_idle : float
        Share of a region's columns that are marked where they are of no use any more: to leave them out costs a copy of
        everything else.
    """
    regions: list[Region] = []
    for outcome in outcomes:
        region, found = outcome.region, outcome.found
        if outcome.ends:
            regions += _reaching(outcome, tier, value, step, most_idle)
            continue
        if found is None or found.leaves is None:
            if outcome.bound.value(step) >= value:
                regions.append(_narrowed(region, tier, value, step, outcome.bound, most_idle))
            continue
        for leaf in found.leaves:
            if leaf.bound.value(step) >= value:
                regions.append(_narrowed(region.inside(leaf), tier, value, step, leaf.bound))
    if len(regions) > MOST_REGIONS:
        regions = [
            _narrowed(outcome.region, tier, value, step, outcome.bound)
            for outcome in outcomes
            if outcome.bound.value(step) >= value
        ]
    if not regions:
        raise SolverFailure(f"The certificate of tier {tier!r} leaves no room for the plan that reaches its value.")
    return regions


def _subset_held(region: Region, kept: IntArray) -> tuple[HeldTier, ...]:
    number = region.rows.num_columns
    return tuple(replace(held, bound=held.bound.subset(kept, number)) for held in region.held)


def _narrowed(region: Region, tier: str, value: int, step: int, bound: Bound, most_idle: float = 0.0) -> Region:
    """Return a region with one more tier held, without the columns that this excludes."""
    held = HeldTier(tier=tier, value=value, step=step, bound=bound)
    kept = np.flatnonzero(losses(region.rows, bound) <= held.slack)
    number = region.rows.num_columns
    if len(kept) == number:
        return replace(region, held=(*region.held, held))
    if number - len(kept) <= most_idle * number:
        idle = np.ones(number, dtype=bool)
        idle[kept] = False
        return replace(region, rows=replace(region.rows, idle=idle), held=(*region.held, held))
    return Region(
        taken=region.taken,
        left=region.left,
        filled=region.filled,
        others=region.others,
        rows=region.rows.subset(kept),
        held=(*_subset_held(region, kept), replace(held, bound=bound.subset(kept, number))),
    )


def storable(outcomes: list[RegionOutcome]) -> list[RegionOutcome]:
    """Return outcomes whose cases fit into a certificate, giving up the largest trees where they do not."""
    kept = list(outcomes)
    while sum(outcome.num_cases for outcome in kept) > MOST_CASES:
        largest = max(range(len(kept)), key=lambda place: kept[place].num_cases)
        kept[largest] = kept[largest].without_tree()
    return kept


def _reaching(outcome: RegionOutcome, tier: str, value: int, step: int, most_idle: float) -> list[Region]:
    """Return the ends of a tree on cohorts in which a tier's value can be reached; the whole where they are many."""
    regions: list[Region] = []
    rows, number = outcome.region.rows, sum(end.value(step) >= value for end in outcome.ends)
    open_columns = int(np.count_nonzero(losses(rows, outcome.bound) <= outcome.bound.slack(value)))
    if outcome.goes_on_whole or number > MOST_REGIONS or number * open_columns > MOST_COPIED:
        return [_narrowed(outcome.region, tier, value, step, outcome.bound, most_idle)]
    for end in outcome.ends:
        if end.value(step) < value or len(regions) > MOST_REGIONS:
            continue
        region = outcome.region.decided(end.others, end.filled)
        rows = region.rows
        if not end.leaves:
            bound = bound_from(rows, tier, grown_prices(end.prices, rows), region.held, region.task(tier).taken)
            regions.append(_narrowed(region, tier, value, step, bound))
        for leaf in end.leaves:
            if leaf.bound.value(step) >= value:
                regions.append(_narrowed(region.inside(leaf), tier, value, step, grown_bound(leaf.bound, rows)))
    return regions


def cases_of(outcome: RegionOutcome) -> list[SolvedCase]:
    """Return the cases that prove what an outcome says, cases before those inside them."""
    region, found = outcome.region, outcome.found
    cases = [region.case(one.prices) for one in (outcome.wider, outcome.bound) if one is not None]
    for end in outcome.ends:
        inside = region.decided(end.others, end.filled)
        cases.append(inside.case(end.prices))
        cases += [inside.case_of(leaf) for leaf in end.leaves]
    if found is not None:
        cases += [region.packed(end) for end in found.packed]
    if found is not None and found.leaves is not None:
        cases += [region.case_of(leaf) for leaf in found.leaves]
    return cases


def zero_bound(task: TierTask) -> Bound:
    """Return the bound that needs no prices: everybody takes the best column there is."""
    no_prices = Prices(rows=np.zeros(len(task.rows.limit), dtype=np.int64), held=(0,) * len(task.held))
    return bound_from(task.rows, task.tier, no_prices, task.held, task.taken)
