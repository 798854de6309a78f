"""Whole prices near the duals of a programme: what held tiers bring with them, how large they may be, their signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, HeldTier, Prices
from matcher.solver.model.links import LINK_KINDS
from matcher.solver.model.paid_seats import KIND as PAID_SEATS
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.programme import FloatArray

SPARE = 1e-6  # of a held price that is whole but for the last digits of a float
LARGEST_PRICE = 2.0**58  # so that no reduced value leaves 64 bits, whatever else stands beside the price
LARGEST_SUM = 2.0**61  # of what any one column or variable earns and pays, in size: so that none does
LONGEST_ROUTE = 3  # cohorts
OF_PAIRS = ("pin", "differ")
OF_SEATS = (*LINK_KINDS, PAID_SEATS, "enrolment_min", "trainings_total")


@dataclass(frozen=True, kw_only=True)
class WholePrices:
    """The reckoning of one tier's whole prices, which many prices are asked of.

    Parameters
    ----------
    rows : Rows
    objective : int array (N + X,)
        Of the tier, to be maximised.
    held : tuple of HeldTier
    """

    rows: Rows
    objective: IntArray
    held: tuple[HeldTier, ...] = ()

    def near(self, price: FloatArray, weight: Sequence[float], must_fill: BoolArray, may_gain: BoolArray) -> Prices:
        """Return valid integer prices near those of a float; none at all where they would be too large.

        Parameters
        ----------
        price : float64 (R,)
            Of limits, without what held tiers bring with them.
        weight : sequence of float
            Of each held tier, in its scaled units.
        must_fill : bool (V + K,)
            The vacancies and cohorts that have to take somebody, and may gain by it.
        may_gain : bool (X,)
            The other variables that may have a positive reduced value.
        """
        for cap in (LARGEST_SUM, LARGEST_PRICE):
            least = [min(share, cap / 4 / size) for share, size in zip(weight, self._sizes, strict=True)]
            whole, held_price = self._with_held(price, least)
            if self.fit(whole, held_price):
                rounded = tuple(int(value) for value in held_price)
                return Prices(rows=self._capped(whole, rounded, must_fill, may_gain), held=rounded)
        return Prices(rows=np.zeros(len(self.rows.limit), dtype=np.int64), held=(0,) * len(self.held))

    def _with_held(self, price: FloatArray, weight: Sequence[float]) -> tuple[FloatArray, list[float]]:
        """Return prices of limits with those that held tiers bring with them, and of the held tiers themselves.

        `weight` counts a held tier's scaled units. What rounding leaves over is paid for each column that bounds
        itself, and for each that delivers to an obligation; a price that is whole from the first costs a millionth of
        the held tier's gap at most.
        """
        held, price = self.held, price.copy()
        held_price = [0.0] * len(held)
        for index in range(len(held) - 1, -1, -1):
            through = held_price[index]  # what the prices of later tiers bring with them
            held_price[index] = float(np.ceil(through + weight[index] * PRICE_SCALE - SPARE))
            share = (held_price[index] - through) / PRICE_SCALE  # this tier's scaled units per one of the held
            if share <= 0:
                continue
            price += np.rint(share * held[index].bound.prices.rows)
            for before, before_price in enumerate(held[index].bound.prices.held):
                held_price[before] += share * before_price
        return price, held_price

    def fit(self, price: FloatArray, held_price: Sequence[float]) -> bool:
        """Tell whether nothing leaves 64 bits that a column or a variable earns and pays by these prices."""
        rows, held = self.rows, self.held
        largest = float((np.abs(price) * rows.scale).max(initial=0.0))
        by_tier = [value * self._largest[earlier.tier] for value, earlier in zip(held_price, held, strict=True)]
        if max(largest, *by_tier, 0.0) < LARGEST_PRICE:
            return True
        if largest >= LARGEST_SUM or rows.divisors or rows.has_several:  # or there are columns beyond these
            return False
        sums = self._entry_sizes @ np.abs(price) + float(PRICE_SCALE) * np.abs(self.objective)
        for value, earlier in zip(held_price, held, strict=True):
            sums += value * np.abs(rows.objectives[earlier.tier])
        beside = LONGEST_ROUTE * self._largest_seat(price)
        beside += float(np.abs(price[[kind in OF_PAIRS for kind in rows.kinds]]).max(initial=0.0))
        return float(sums.max(initial=0.0)) + beside < LARGEST_SUM

    def _largest_seat(self, price: FloatArray) -> float:
        """Return what the dearest seat costs, in size: the checker reckons so for every seat of a route."""
        rows, limits = self.rows, self.rows.limits
        if not len(limits.cohort_ids):
            return 0.0
        size = np.abs(price)
        seat, budget = size[rows.seats].copy(), limits.budget_of_cohort
        if len(limits.budget_ids):
            first = rows.kinds.index("budget")
            seat += np.where(budget >= 0, size[first + np.maximum(budget, 0)] * limits.seat_cost, 0.0)
        return float(seat.max() + size[[kind in OF_SEATS for kind in rows.kinds]].sum())

    @cached_property
    def _entry_sizes(self) -> Any:
        """Return what every column and other variable has in the limits, without its sign; (N + X, R)."""
        return abs(self.rows.matrix).T

    @cached_property
    def _largest(self) -> dict[str, float]:
        """Return the largest coefficient of each held tier."""
        return {one.tier: float(np.abs(self.rows.objectives[one.tier]).max(initial=0)) for one in self.held}

    @cached_property
    def _sizes(self) -> list[float]:
        """Return the largest number that one scaled unit of each held tier brings into any reduced value."""
        found = []
        for one in self.held:
            prices = one.bound.prices
            sizes = [
                float((np.abs(prices.rows) * self.rows.scale).max(initial=1.0)),
                PRICE_SCALE * self._largest[one.tier],
            ]
            sizes += [price * self._largest[before.tier] for before, price in zip(self.held, prices.held, strict=False)]
            found.append(max(sizes))
        return found

    def _capped(
        self, price: FloatArray, held_price: tuple[int, ...], must_fill: BoolArray, may_gain: BoolArray
    ) -> IntArray:
        """Clip prices to their sign, and so that no other variable has a positive reduced value by rounding.

        Cohorts may have one - what opening them is worth, once - and so may variables that cannot be large here.
        """
        rows = self.rows
        may_refund = rows.is_equation.copy()
        may_refund[: len(must_fill)] |= must_fill
        whole = np.where(may_refund, price, np.maximum(price, 0.0)).astype(np.int64)
        if len(rows.upper):
            room = -PRICE_SCALE * self.objective[rows.num_columns :]
            for value, earlier in zip(held_price, self.held, strict=True):
                room = room - value * rows.objectives[earlier.tier][rows.num_columns :]
            excess = np.maximum(np.where(may_gain, 0, rows.relief @ whole - room), 0)
            own = whole[rows.row_of_variable] - -(-excess // rows.step)
            whole[rows.row_of_variable] = np.where(excess > 0, np.maximum(own, 0), whole[rows.row_of_variable])
        return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesNearDuals:
    """What a solution's duals say that whole prices are to be near to.

    Parameters
    ----------
    whole : WholePrices
    price, must_fill, may_gain
        As of `WholePrices.near`.
    weight : tuple of float
        Of each held tier.
    """

    whole: WholePrices
    price: FloatArray
    weight: tuple[float, ...]
    must_fill: BoolArray
    may_gain: BoolArray

    def prices(self, emphasis: Sequence[float] | None = None) -> Prices:
        """Return the whole prices.

        `emphasis` raises the price of each held tier: the less such a tier's bound differs from its value, the less
        that costs, and the more is gained on everything that the tier rules out.
        """
        weight = self.weight
        if emphasis is not None:
            weight = tuple(more * share for more, share in zip(emphasis, weight, strict=True))
        return self.whole.near(self.price, weight, self.must_fill, self.may_gain)


__all__ = ["LARGEST_PRICE", "PricesNearDuals", "WholePrices"]
