"""The variables beside the columns - shortfalls, persons missing or in excess - and what they can add to an aim."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np

from matcher.check.prices import PriceList
from matcher.check.reduced import ColumnsInPlay
from matcher.check.steps import ObligationStep
from matcher.columns import SHARE_SCALE, Limits

_FIRST_LOOK = 1000  # columns; mostly these alone have no divisor in common


def gains_of_variables(
    prices: PriceList,
    factors: Mapping[str, int],
    limits: Limits,
    steps: Mapping[int, ObligationStep],
    *,
    counts_obligations: bool,
) -> int:
    """Return the sum of ``max(0, reduced value) x upper bound``, in `price_scale`-ths of the tier's integer unit.

    Parameters
    ----------
    prices : PriceList
    factors : mapping of tier to int
        The price scale for the tier that is bounded, the price of its `held` row for an earlier one.
    limits : Limits
    steps : mapping of contract position to ObligationStep
    counts_obligations : bool
        Whether the tier ``shortfall`` counts obligations.
    """
    variables = chain(
        _shortfalls(prices, factors.get("shortfall", 0) if counts_obligations else 0, limits, steps),
        *(_of_quota(quota, prices, factors, limits) for quota in range(len(limits.quota_ids))),
    )
    return sum(max(0, reduced) * upper for reduced, upper in variables)


def _shortfalls(
    prices: PriceList, factor: int, limits: Limits, steps: Mapping[int, ObligationStep]
) -> Iterator[tuple[int, int]]:
    for contract in prices.obligation.keys() | prices.obligation_step.keys():
        reduced = prices.obligation.get(contract, 0) - factor * int(limits.shortfall_price[contract])
        if contract in prices.obligation_step:
            reduced += prices.obligation_step[contract] * steps[contract].step
        yield reduced, int(limits.required[contract])


def _of_quota(quota: int, prices: PriceList, factors: Mapping[str, int], limits: Limits) -> Iterator[tuple[int, int]]:
    """Yield the reduced value and the upper bound of each variable of a quota."""
    min_count, price = int(limits.quota_min[quota]), int(limits.quota_price[quota])
    if price < 0:  # hard: only a minimum count may be missed, and the first tier counts that
        own = factors.get("shortfall", 0) * limits.hard_quota_price
        yield prices.quota_min.get(quota, 0) - own, max(0, min_count)
        return
    own = factors.get("placements", 0) * price
    most = _most_placements(quota, limits)
    above = most - int(limits.quota_max[quota])
    yield prices.quota_min.get(quota, 0) - own, max(0, min_count)
    yield prices.quota_max.get(quota, 0) - own, max(0, above)
    yield SHARE_SCALE * prices.quota_min_share.get(quota, 0) - own, most
    yield SHARE_SCALE * prices.quota_max_share.get(quota, 0) - own, most


def _most_placements(quota: int, limits: Limits) -> int:
    positions = int(limits.positions[limits.quota_covers[quota]].sum())
    return min(positions, int(limits.placements.sum()))


def common_step(tier: str, play: ColumnsInPlay, limits: Limits, *, counts_obligations: bool) -> int:
    """Return the greatest number that divides every plan's value in a tier, as far as coefficients tell; at least 1."""
    amounts = {"placements": play.weight, "cost": play.cost, "tie_break": play.lottery}.get(tier)
    step = math.gcd(*_prices_counted(tier, limits, counts_obligations))
    if amounts is None:
        return step or 1
    step = math.gcd(step, int(np.gcd.reduce(amounts[:_FIRST_LOOK])))
    return (step if step == 1 else math.gcd(step, int(np.gcd.reduce(amounts)))) or 1


def _prices_counted(tier: str, limits: Limits, counts_obligations: bool) -> list[int]:
    prices: list[int] = []
    if tier == "placements":
        prices += limits.quota_price[limits.quota_price > 0].tolist()
    elif tier == "shortfall":
        prices += limits.shortfall_price[limits.required > 0].tolist() if counts_obligations else []
        has_hard_minimum = bool(((limits.quota_price < 0) & (limits.quota_min >= 0)).any())
        prices += [limits.hard_quota_price] if has_hard_minimum else []
    return prices
