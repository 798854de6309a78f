"""Exact bounds from prices (docs/model.md section 6), in integers: the solver's own arithmetic for them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.beyond import raised_prices
from matcher.solver.model.rows import Rows

PRICE_SCALE = 10**6
IMPOSSIBLE = -(2**62)  # reduced value of a column that the decisions of a case rule out
EXACT = 2.0**62  # sums below it fit into 64 bits, rounding of this very estimate included
NOTHING: IntArray = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices of all rows and of the earlier tiers, in `PRICE_SCALE`-ths.

    Parameters
    ----------
    rows : int64 (R,)
        Never negative, but on equations and on vacancies and cohorts that have to take somebody.
    held : tuple of int
        One per earlier tier.
    candidates : int64 (C,) or None
        What everybody pays for taking part where resources are packed (`matcher.solver.bounds.packing`), never
        negative.
    """

    rows: IntArray
    held: tuple[int, ...]
    candidates: IntArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What prices prove about one tier, in the part of all plans that some decisions leave.

    Parameters
    ----------
    prices : Prices
    scaled : int
        The bound times `PRICE_SCALE`; no plan as good in the earlier tiers is better.
    reduced : int64 (N + X,)
        Reduced values.
    best : int64 (C,)
        What each candidate contributes.
    """

    prices: Prices
    scaled: int
    reduced: IntArray
    best: IntArray

    def value(self, step: int = 1) -> int:
        """Return the bound as a value of the tier, every plan's value being a multiple of `step`."""
        return self.scaled // (PRICE_SCALE * step) * step

    def slack(self, value: int) -> int:
        """Return how far, in scaled units, the bound lies above a plan's value."""
        return self.scaled - PRICE_SCALE * value

    def subset(self, kept: IntArray, num_columns: int) -> Bound:
        """Return the same bound over some of the columns (sorted positions)."""
        return replace(self, reduced=np.concatenate([self.reduced[kept], self.reduced[num_columns:]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTier:
    """An earlier tier, held at the plan's value.

    Parameters
    ----------
    tier : str
    value : int
        In the tier's own integers, as a maximum.
    step : int
        Every plan's value is a multiple of it.
    bound : Bound
    """

    tier: str
    value: int
    step: int
    bound: Bound

    @property
    def slack(self) -> int:
        """Return the scaled distance between the tier's bound and the value held."""
        return self.bound.slack(self.value)

    @property
    def room(self) -> int:
        """Return a scaled loss above that of every plan as good as the value held, and below that of any worse one.

        Losses are a step apart, and this lies midway, so that no rounding of a linear programme mistakes one plan for
        the other.
        """
        return self.slack + PRICE_SCALE * self.step // 2


def candidate_starts(rows: Rows) -> tuple[IntArray, IntArray]:
    """Return the candidates that have columns and the position of each one's first column."""
    if not rows.num_columns:
        return NOTHING, NOTHING
    starts = np.flatnonzero(np.concatenate([[True], rows.candidate[1:] != rows.candidate[:-1]]))
    return rows.candidate[starts], starts


def bound_from(
    rows: Rows,
    tier: str,
    prices: Prices,
    held: tuple[HeldTier, ...],
    taken: IntArray = NOTHING,
    left: IntArray = NOTHING,
) -> Bound:
    """Return what `prices` prove about a tier.

    Parameters
    ----------
    rows : Rows
    tier : str
    prices : Prices
    held : tuple of HeldTier
        The earlier tiers, in order.
    taken, left : int array
        Columns that the case fixes in and out.
    """
    reduced, scaled = priced_rows(rows, tier, prices, held)
    if rows.has_several:
        prices = replace(prices, rows=raised_prices(rows, prices.rows, reduced))
    scaled += worth_of_rows(rows, prices)
    own = reduced[taken]
    reduced[left] = IMPOSSIBLE
    if rows.idle is not None:
        reduced[: rows.num_columns][rows.idle] = IMPOSSIBLE
    for candidate in rows.candidate[taken]:
        begin, end = np.searchsorted(rows.candidate, [candidate, candidate + 1])
        reduced[begin:end] = IMPOSSIBLE
    reduced[taken] = own
    best = np.zeros(rows.num_owners, dtype=np.int64)
    owners, starts = candidate_starts(rows)
    if len(starts):
        best[owners] = np.maximum(np.maximum.reduceat(reduced[: rows.num_columns], starts), 0)
    best[rows.candidate[taken]] = own
    scaled += exact_sum(best) + worth_of_variables(reduced[rows.num_columns :], rows)
    return Bound(prices=prices, scaled=scaled, reduced=reduced, best=best)


def priced_rows(rows: Rows, tier: str, prices: Prices, held: tuple[HeldTier, ...]) -> tuple[IntArray, int]:
    """Return the reduced values (N + X,) and what the held tiers cost, scaled."""
    reduced = PRICE_SCALE * rows.objectives[tier]
    if prices.rows.any():
        reduced -= rows.matrix.T @ prices.rows
    scaled = 0
    for price, earlier in zip(prices.held, held, strict=True):
        if price:
            reduced += price * rows.objectives[earlier.tier]
            scaled -= price * earlier.value
    return reduced, scaled


def worth_of_rows(rows: Rows, prices: Prices) -> int:
    """Return what the limits pay, scaled."""
    return _dot(prices.rows, np.where(_is_refund(rows, prices), _padded(rows.least, rows.limit), rows.limit))


def worth_of_variables(reduced: IntArray, rows: Rows) -> int:
    """Return the most that the other variables, with these reduced values, add; scaled."""
    return _dot(reduced, np.where(reduced > 0, rows.upper, rows.lower))


def _is_refund(rows: Rows, prices: Prices) -> BoolArray:
    """Tell which vacancies and cohorts are paid for people rather than charged: these count by the fewest."""
    is_refund: BoolArray = (prices.rows < 0) & (np.arange(len(rows.limit)) < len(rows.least))
    return is_refund


def _padded(values: IntArray, like: IntArray) -> IntArray:
    padded: IntArray = np.concatenate([values, np.zeros(len(like) - len(values), dtype=np.int64)])
    return padded


def losses(rows: Rows, bound: Bound) -> IntArray:
    """Return, per column, how much of the bound a plan loses at least by taking it (scaled, (N,))."""
    lost: IntArray = bound.best[rows.candidate] - bound.reduced[: rows.num_columns]
    return lost


def _dot(a: IntArray, b: IntArray) -> int:
    """Return the exact scalar product, whatever its size."""
    used = np.flatnonzero(a)
    if not len(used):
        return 0
    if float(np.abs(a[used].astype(np.float64)) @ np.abs(b[used].astype(np.float64))) < EXACT:
        return int(a[used] @ b[used])  # nothing can overflow, and Python's own integers take ten times as long
    return sum(x * y for x, y in zip(a[used].tolist(), b[used].tolist(), strict=True))


def exact_sum(values: IntArray) -> int:
    """Return the exact sum of values that may not fit in 64 bits."""
    return (int((values >> 31).sum()) << 31) + int((values & (2**31 - 1)).sum())
