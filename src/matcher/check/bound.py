"""Recomputes a tier's bound from its prices, in exact integers over all columns (docs/model.md section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.check.best import best_by_candidate, fixed_in_play, holds_no_plan
from matcher.check.cases import MAX_CASES, Fixed, cover_every_plan, read_fixed
from matcher.check.lookup import ColumnLookup
from matcher.check.prices import PriceList, PriceReader
from matcher.check.reduced import TOO_LARGE, all_in_play, largest_value, read_rates, reduced_values
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
    """

    __slots__ = ("_certificate", "_counts_obligations", "_held", "_limits", "_lookup", "_play", "_prices")

    def __init__(
        self, *, lookup: ColumnLookup, limits: Limits, certificate: Certificate, counts_obligations: bool
    ) -> None:
        self._lookup = lookup
        self._limits = limits
        self._certificate = certificate
        self._counts_obligations = counts_obligations
        self._prices = PriceReader(limits)
        self._play = all_in_play(lookup.columns)
        self._held: dict[str, int] = {}

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
        largest, step = None, common_step(tier, self._play, self._limits, counts_obligations=self._counts_obligations)
        if not faults:
            largest, kept, faults = self._bounded(tier, value, read)
            self._play = self._play.only(kept)
        self._held[tier] = value
        if largest is None or faults:
            return TierBound(value=None, faults=tuple(faults))
        return TierBound(value=largest // (self._certificate.price_scale * step) * step)

    def _read(self, tier: str, cases: Sequence[Case]) -> tuple[list[tuple[PriceList, Fixed]], list[str]]:
        if not 1 <= len(cases) <= MAX_CASES:
            return [], [f"Tier {tier!r} must have 1 to {MAX_CASES} cases, got {len(cases)}."]
        read, faults = [], []
        for case in cases:
            prices, price_faults = self._prices.read(case, tuple(self._held))
            fixed, column_faults = read_fixed(case, self._lookup)
            read.append((prices, fixed))
            faults += price_faults + column_faults
        if not faults and not cover_every_plan(fixed for _, fixed in read):
            faults.append(f"The cases of tier {tier!r} must cover every plan.")
        return read, faults

    def _bounded(
        self, tier: str, value: int, cases: Sequence[tuple[PriceList, Fixed]]
    ) -> tuple[int | None, BoolArray, list[str]]:
        """Return the worst bound of the cases, before floor and division, and the columns that stay in play."""
        play, scale = self._play, self._certificate.price_scale
        largest: int | None = None
        kept = np.zeros(len(play.position), np.bool_)
        for prices, fixed in cases:
            here = fixed_in_play(fixed, play)
            if here is None or holds_no_plan(here, play, self._limits):
                continue
            factors = prices.held | {tier: scale}
            rates = read_rates(prices, factors, self._limits)
            if largest_value(rates, play) >= TOO_LARGE:
                fault = f"The prices of tier {tier!r} must not be so large that 64 bits could overflow."
                return None, np.ones_like(kept), [fault]
            best = best_by_candidate(reduced_values(rates, play), here, play, self._limits)
            bound = self._worth_of_limits(prices) + best.total
            bound += gains_of_variables(prices, factors, self._limits, counts_obligations=self._counts_obligations)
            kept |= best.can_reach(value * scale - bound)
            largest = bound if largest is None else max(largest, bound)
        if largest is None:
            return None, np.ones_like(kept), [f"Some case of tier {tier!r} must hold the plan."]
        return largest, kept, []

    def _worth_of_limits(self, prices: PriceList) -> int:
        limits = self._limits
        return (
            _paid(prices.vacancy, limits.positions)
            + _paid(prices.seat, limits.seats)
            + _paid(prices.budget, limits.budget)
            - _paid(prices.obligation, limits.required)
            - _paid(prices.quota_min, limits.quota_min)
            + _paid(prices.quota_max, limits.quota_max)
            + sum(prices.pin.values())
            - sum(price * self._held[tier] for tier, price in prices.held.items())
        )


def _paid(prices: Mapping[int, int], limits: IntArray) -> int:
    return sum(price * int(limits[place]) for place, price in prices.items())
