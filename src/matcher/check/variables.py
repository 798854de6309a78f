"""The variables beside the columns - shortfalls, missing or excess persons, open cohorts - and what each can add."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from matcher.check.in_play import ColumnsInPlay
from matcher.check.prices import PriceList
from matcher.check.quantities import Quantity, Range
from matcher.check.rates import share_parts
from matcher.check.steps import ObligationStep
from matcher.columns import Limits

_FIRST_LOOK = 1000  # columns; mostly these alone have no divisor in common


def gains_of_variables(
    prices: PriceList,
    factors: Mapping[str, int],
    limits: Limits,
    uppers: Mapping[Quantity, int],
    fixed: Mapping[Quantity, Range],
    steps: Mapping[int, ObligationStep],
    paid: Mapping[Quantity, int],
) -> int:
    """Return the sum of the best ``reduced value x variable``, in `price_scale`-ths of the tier's integer unit.

    Parameters
    ----------
    prices : PriceList
    factors : mapping of tier to int
        The price scale for the tier that is bounded, the price of its `held` row for an earlier one.
    limits : Limits
    uppers : mapping of Quantity to int
        Every variable (`told_here`) and the most that it can be.
    fixed : mapping of Quantity to Range
        What the case fixes.
    steps : mapping of contract position to ObligationStep
    paid : mapping of Quantity to int
        For cuts.
    """
    gain = 0
    for quantity, upper in uppers.items():
        least, most = fixed.get(quantity, (0, upper))
        if most:
            reduced = reduced_value(quantity, prices, factors, limits, steps) - paid.get(quantity, 0)
            gain += max(reduced * least, reduced * most)
    return gain


def told_here(uppers: Mapping[Quantity, int], limits: Limits) -> dict[Quantity, int]:
    """Return the quantities that are variables, but for those of candidates with several placements."""
    optional = limits.is_optional.tolist()
    return {
        (kind, place): upper
        for (kind, place), upper in uppers.items()
        if kind not in ("vacancy", "budget_seats", "enrolment", "enrolled") and (kind != "seat" or optional[place])
    }


def reduced_value(
    quantity: Quantity,
    prices: PriceList,
    factors: Mapping[str, int],
    limits: Limits,
    steps: Mapping[int, ObligationStep],
) -> int:
    """Return what one unit of a variable earns, less what it pays; see `gains_of_variables`."""
    kind, place = quantity
    if kind == "seat":
        return _worth_of_opening(place, prices, factors, limits)
    relieved: int = getattr(prices, kind).get(place, 0)
    if kind == "obligation":
        if prices.obligation_link:
            relieved += sum(price for (contract, _), price in prices.obligation_link.items() if contract == place)
        if place in prices.obligation_step:
            relieved += steps[place].step * prices.obligation_step[place]
        return relieved - factors.get("shortfall", 0) * int(limits.shortfall_price[place])
    if limits.quota_price[place] < 0:  # hard: the first tier counts who is missing
        return relieved - factors.get("shortfall", 0) * limits.hard_quota_price
    relief = 1
    if kind in ("quota_min_share", "quota_max_share"):
        _, relief = share_parts(int(getattr(limits, kind)[place]))
    return relief * relieved - factors.get("placements", 0) * int(limits.quota_price[place])


def _worth_of_opening(cohort: int, prices: PriceList, factors: Mapping[str, int], limits: Limits) -> int:
    """Return what opening an optional cohort earns: its seats and links, less its smallest enrolment and fixed cost."""
    earned = int(limits.seats[cohort]) * prices.seat.get(cohort, 0)
    earned += sum(price for (_, linked), price in prices.link.items() if linked == cohort)
    earned += sum(
        price * min(int(limits.positions[vacancy]), int(limits.seats[cohort]))
        for (vacancy, linked), price in prices.vacancy_link.items()
        if linked == cohort
    )
    earned += sum(
        price * int(limits.required[contract])
        for (contract, linked), price in prices.obligation_link.items()
        if linked == cohort
    )
    per_ore = prices.budget.get(int(limits.budget_of_cohort[cohort]), 0) + factors.get("cost", 0)
    least = int(limits.least_enrolment[cohort]) * prices.enrolment_min.get(cohort, 0)
    return earned - least - per_ore * int(limits.fixed_cost[cohort])


def common_divisor(tier: str, play: ColumnsInPlay, limits: Limits, seat_costs: Sequence[int] = ()) -> int:
    """Return the greatest number that divides every plan's value in a tier, as far as coefficients tell.

    0 where nothing counts at all. `seat_costs` are the costs of enrolments that are variables of their own.
    """
    amounts = {"placements": play.weight, "cost": play.cost, "tie_break": play.lottery}.get(tier)
    step = math.gcd(*_prices_counted(tier, limits), *(seat_costs if tier == "cost" else ()))
    if amounts is None:
        return step
    step = math.gcd(step, int(np.gcd.reduce(amounts[:_FIRST_LOOK])))
    return step if step == 1 else math.gcd(step, int(np.gcd.reduce(amounts)))


def _prices_counted(tier: str, limits: Limits) -> list[int]:
    prices: list[int] = []
    if tier == "cost":
        prices += limits.fixed_cost[limits.is_optional].tolist()
    elif tier == "placements":
        prices += limits.quota_price[limits.quota_price > 0].tolist()
    elif tier == "shortfall":
        prices += limits.shortfall_price[limits.required > 0].tolist()
        has_hard_minimum = bool(((limits.quota_price < 0) & (limits.quota_min >= 0)).any())
        prices += [limits.hard_quota_price] if has_hard_minimum else []
    return prices
