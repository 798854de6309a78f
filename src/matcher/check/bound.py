"""Recomputes a tier's bound from its prices, in exact integers over all columns (docs/model.md section 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.check.best import best_by_candidate, fixed_in_play, holds_no_plan
from matcher.check.cases import MAX_CASES, CaseReader, Fixed, Proven, covered_bound, fixed_columns, is_inside
from matcher.check.difference import NO_DIFFERENCE, DifferenceLimits
from matcher.check.lookup import ColumnKey, ColumnLookup
from matcher.check.packing import Packing
from matcher.check.prices import PriceList, PriceReader
from matcher.check.quantities import Quantity, read_uppers
from matcher.check.reduced import (
    ColumnsInPlay,
    all_in_play,
    fits_64_bits,
    read_rates,
    reduced_values,
)
from matcher.check.several import SeveralPlacements, without_their_seats
from matcher.check.steps import obligation_steps, resource_steps
from matcher.check.variables import common_step, gains_of_variables
from matcher.columns import BoolArray, IntArray, Limits
from matcher.plan import Case, Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class TierBound:
    """What a certificate proves about one tier.

    Parameters
    ----------
    value : int or None
        Every plan that is as good in the earlier tiers has at most this, in the tier's integer unit and with least
        aims negated; ``None`` where nothing is proven.
    faults : tuple of str
        One sentence for everything that is wrong with the tier's cases.
    """

    value: int | None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBound:
    """What one case proves, and about the plans in it that take a given column.

    Parameters
    ----------
    fixed : Fixed
    scale, step : int
        A loss is a multiple of `step`; `scale` of what follows make a loss of 1.
    room : int or None
        The case's bound above the plan's own value; ``None`` where the case holds no plan that is as good, as wider
        cases prove.
    position : int64 (n,) or None
        The columns in play among all columns; ``None`` where the case tells nothing about single columns.
    lost : int64 (n,) or None
        The room changes by this for plans that take the column.
    never : tuple of int
        Columns, among those in play, that no plan of the case takes.
    """

    fixed: Fixed
    scale: int
    step: int
    room: int | None
    position: IntArray | None = None
    lost: IntArray | None = None
    never: tuple[int, ...] = ()


class BoundReader:
    """Bounds one tier after another, leaving out what the earlier ones exclude.

    Parameters
    ----------
    lookup : ColumnLookup
    limits : Limits
        By the checker's own reading.
    certificate : Certificate
    counts_obligations : bool
        Whether the tier ``shortfall`` counts obligations, or the hard minimum counts alone.
    difference : DifferenceLimits
        What every plan that the bounds speak of keeps, where they are those of an alternative.
    promised : set of column keys
        What the published plan has told people.
    on_case : callable, optional
        Told what every case proves, in the order in which they are read.
    """

    __slots__ = (
        "_cases",
        "_certificate",
        "_closed",
        "_constant",
        "_difference",
        "_held",
        "_kept",
        "_limits",
        "_on_case",
        "_packing",
        "_play",
        "_prices",
        "_resource",
        "_several",
        "_steps",
        "_uppers",
    )

    def __init__(
        self,
        *,
        lookup: ColumnLookup,
        limits: Limits,
        certificate: Certificate,
        counts_obligations: bool,
        difference: DifferenceLimits = NO_DIFFERENCE,
        promised: Collection[ColumnKey] = (),
        on_case: Callable[[CaseBound], None] | None = None,
    ) -> None:
        self._on_case = on_case
        self._difference = difference
        self._limits = limits if counts_obligations else replace(limits, shortfall_price=0 * limits.shortfall_price)
        self._certificate = certificate
        is_stepped = any(row.kind == "obligation_step" for case in certificate.cases for row in case.prices)
        self._steps = obligation_steps(lookup.columns, limits) if is_stepped else {}
        self._several = SeveralPlacements(lookup.columns, limits)
        self._prices = PriceReader(limits, self._steps, difference, self._several.rows)
        uppers = {**read_uppers(limits), **self._several.uppers()}
        self._cases = CaseReader(lookup, uppers)
        self._uppers: dict[Quantity, int] = dict(found for by_id in uppers.values() for found in by_id.values())
        steps = resource_steps(lookup.columns, limits)
        self._resource = limits.resource // steps
        self._packing = Packing(limits, self._resource)
        published = [column for column in lookup.find(sorted(promised)) if column is not None]
        self._play = all_in_play(without_their_seats(lookup.columns, limits), steps, published)
        self._constant = {"changes": -len(promised)}  # what a plan has in an aim before it takes any column
        self._held: dict[str, int] = {}
        self._kept: list[tuple[Fixed, IntArray]] = []
        self._closed: list[Proven] = []

    def bound(self, tier: str, value: int) -> TierBound:
        """Return what is proven about the next tier.

        Parameters
        ----------
        tier : str
        value : int
            The plan's own value in the tier's integer unit, least aims negated.
        """
        cases = [case for case in self._certificate.cases if case.tier == tier]
        read, faults = self._read(tier, cases)
        proven: list[Proven] = []
        if not faults:
            proven, faults = self._proven(tier, value, read)
        self._held[tier] = value - self._constant.get(tier, 0)
        if faults:
            return TierBound(value=None, faults=tuple(faults))
        is_complete, bound = covered_bound([*proven, *self._closed], self._uppers)
        self._closed += [case for case in proven if case.bound is None]
        if not is_complete:
            return TierBound(value=None, faults=(f"The cases of tier {tier!r} must cover every plan.",))
        if bound is None:
            return TierBound(value=None, faults=(f"Some case of tier {tier!r} must hold the plan.",))
        return TierBound(value=bound)

    def _read(self, tier: str, cases: Sequence[Case]) -> tuple[list[tuple[PriceList, Fixed]], list[str]]:
        """Return the tier's cases, those that fix least first, for they exclude columns from those inside them."""
        if not 1 <= len(cases) <= MAX_CASES:
            return [], [f"Tier {tier!r} must have 1 to {MAX_CASES} cases, got {len(cases)}."]
        read, faults = [], []
        for case in cases:
            prices, price_faults = self._prices.read(case, tuple(self._held))
            fixed, case_faults = self._cases.read(case)
            read.append((prices, fixed))
            faults += price_faults + case_faults
        return sorted(read, key=lambda one: len(one[1])), faults

    def _proven(
        self, tier: str, value: int, cases: Sequence[tuple[PriceList, Fixed]]
    ) -> tuple[list[Proven], list[str]]:
        """Return what each case proves, rounded to what a plan's value can be."""
        scale = self._certificate.price_scale
        step = common_step(tier, self._play, self._limits, self._several.seat_costs())
        remainders = {contract: one.remainder for contract, one in self._steps.items()}
        proven: list[Proven] = []
        for prices, fixed in cases:
            play = self._inside(fixed)
            here = fixed_in_play(fixed_columns(fixed), play)
            told = CaseBound(fixed=fixed, scale=scale, step=step if value % step == 0 else 1, room=None)
            if here is None or holds_no_plan(here, play, self._limits):
                proven.append(Proven(fixed=fixed, bound=None))
                self._tell(told)
                continue
            factors = Counter(prices.held)
            factors.update(prices.worst)
            factors[tier] += scale
            rates = read_rates(prices, factors, self._limits, remainders, self._difference.avoided)
            charges, largest = self._several.charges(prices)
            if not fits_64_bits(rates, play, largest):
                return [], [f"The prices of tier {tier!r} must not be so large that 64 bits could overflow."]
            values = reduced_values(rates, play)
            if charges is not None:
                values -= charges[play.position]
            bound = self._worth_of_limits(prices, fixed) + self._several.worth(prices)
            bound += self._several.gains(prices, factors["cost"], fixed)
            bound += scale * self._constant.get(tier, 0)
            bound += gains_of_variables(prices, factors, self._limits, self._uppers, fixed, self._steps)
            if prices.participation:
                if self._packing.is_too_large(values, prices.participation, play):
                    return [], [f"The resources of tier {tier!r} must be small enough to be packed."]
                packed = self._packing.total(values, prices.participation, here, play)
                if packed is None:
                    proven.append(Proven(fixed=fixed, bound=None))
                    self._tell(told)
                    continue
                bound += packed
                self._tell(replace(told, room=bound - value * scale))
            else:
                best = best_by_candidate(values, here, play, self._limits)
                bound += best.total
                room = bound - value * scale
                self._tell(replace(told, room=room, position=play.position, lost=best.lost, never=best.never))
                self._leave_out(fixed, play, best.can_reach(value * scale - bound))
            rounded = bound // (scale * step) * step
            proven.append(Proven(fixed=fixed, bound=rounded if rounded >= value else None))
        return proven, []

    @property
    def uppers(self) -> Mapping[Quantity, int]:
        """Return the most of every quantity that a case may fix."""
        return self._uppers

    def _tell(self, found: CaseBound) -> None:
        if self._on_case is not None:
            self._on_case(found)

    def _inside(self, fixed: Fixed) -> ColumnsInPlay:
        """Return the columns that no wider case excludes."""
        play = self._play
        for wider, position in self._kept:
            if is_inside(fixed, wider):
                play = play.only(np.isin(play.position, position, assume_unique=True))
        return play

    def _leave_out(self, fixed: Fixed, play: ColumnsInPlay, kept: BoolArray) -> None:
        """Remember what a case excludes from those inside it: from all, where it fixes nothing."""
        if not fixed:
            self._play = play.only(kept)
        else:
            self._kept.append((fixed, play.position[kept]))

    def _worth_of_limits(self, prices: PriceList, fixed: Fixed) -> int:
        limits = self._limits
        return (
            sum(self._worth_of_vacancy(vacancy, price, fixed) for vacancy, price in prices.vacancy.items())
            + _paid(prices.seat, limits.seats * ~limits.is_optional)  # an optional cohort's seats come with opening it
            + _paid(prices.budget, limits.budget)
            - _paid(prices.obligation, limits.required)
            - sum(price * self._steps[contract].least for contract, price in prices.obligation_step.items())
            - _paid(prices.quota_min, limits.quota_min)
            + _paid(prices.quota_max, limits.quota_max)
            + _paid(prices.resource, self._resource)
            + prices.trainings_total.get(0, 0) * self._limits.trainings_total
            + sum(prices.pin.values())
            - sum(price * self._held[tier] for tier, price in prices.held.items())
            + sum(price * self._difference.most[number] for number, price in prices.differ.items())
            - sum(price * self._difference.worst[tier] for tier, price in prices.worst.items())
        )

    def _worth_of_vacancy(self, vacancy: int, price: int, fixed: Fixed) -> int:
        """Return what the placements in a vacancy pay at most: a negative price counts by the fewest."""
        quantity: Quantity = ("vacancy", vacancy)
        least, most = fixed.get(quantity, (0, self._uppers[quantity]))
        return max(price * least, price * most)


def _paid(prices: Mapping[int, int], limits: IntArray) -> int:
    return sum(price * int(limits[place]) for place, price in prices.items())
