"""What every trait of a column adds to its reduced value in one case, from the case's prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from matcher.check.prices import PriceList
from matcher.columns import SHARE_SCALE, IntArray, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What every trait of a column adds to its reduced value, in `price_scale`-ths of the tier's integer unit.

    Parameters
    ----------
    by_vacancy : list of int (V)
    by_cohort : list of int (K)
        For a new seat.
    per_unit : list of int (V)
        For a hundredth of the contract's unit, by vacancy.
    by_group : dict of bit to list of int (V)
        For membership of the group, by vacancy.
    by_pair : dict of (candidate, vacancy) to int
        For pins, and for the placements that an alternative avoids.
    by_resource : list of int (R + 1)
        For one step of the resource; the last entry, for no resource, is 0.
    by_link : dict of (candidate, cohort) to int
    by_vacancy_link : dict of (vacancy, cohort) to int
    by_obligation_link : dict of (contract, cohort) to int
        For a hundredth of the contract's unit; what `per_unit` has too much for a column that needs the cohort.
    contract : int64 (V)
        Of each vacancy.
    per_weight, per_cost, per_lottery, per_kept : int
        The last for a column that the published plan has.
    """

    by_vacancy: list[int]
    by_cohort: list[int]
    per_unit: list[int]
    by_group: dict[int, list[int]]
    by_pair: Mapping[tuple[int, int], int]
    by_resource: list[int]
    by_link: dict[tuple[int, int], int]
    by_vacancy_link: dict[tuple[int, int], int]
    by_obligation_link: dict[tuple[int, int], int]
    contract: IntArray
    per_weight: int
    per_cost: int
    per_lottery: int
    per_kept: int


def read_rates(
    prices: PriceList,
    factors: Mapping[str, int],
    limits: Limits,
    remainders: Mapping[int, int],
    avoided: Sequence[Collection[tuple[int, int]]] = (),
) -> Rates:
    """Return what columns earn and pay in one case.

    Parameters
    ----------
    prices : PriceList
    factors : mapping of tier to int
        The price scale for the tier that is bounded, the price of its `held` row for an earlier one.
    limits : Limits
    remainders : mapping of contract position to int
        Of the obligations that have a rounding inequality (`ObligationStep`).
    avoided : sequence of collection of (candidate, vacancy)
        Placements of each plan that an alternative differs from.
    """
    by_vacancy = [0] * len(limits.vacancy_ids)
    for vacancy, price in prices.vacancy.items():
        by_vacancy[vacancy] = -price
    per_unit = Counter(prices.obligation)
    per_unit.update({contract: remainders[contract] * price for contract, price in prices.obligation_step.items()})
    for (contract, _), price in prices.obligation_link.items():
        per_unit[contract] += price
    return Rates(
        by_group=_group_rates(prices, limits, by_vacancy),
        by_vacancy=by_vacancy,
        by_cohort=_cohort_rates(prices, limits),
        per_unit=_of_contracts(per_unit, limits),
        by_pair=_pair_rates(prices, avoided),
        by_resource=[*(-prices.resource.get(one, 0) for one in range(len(limits.resource_ids))), 0],
        by_link={pair: -price for pair, price in prices.link.items()},
        by_vacancy_link={pair: -price for pair, price in prices.vacancy_link.items()},
        by_obligation_link={pair: -price for pair, price in prices.obligation_link.items()},
        contract=limits.contract_of_vacancy.astype(np.int64),
        per_weight=factors.get("placements", 0),
        per_cost=-factors.get("cost", 0),
        per_lottery=-factors.get("tie_break", 0),
        per_kept=factors.get("changes", 0),
    )


def _of_contracts(per_unit: Mapping[int, int], limits: Limits) -> list[int]:
    """Return, by vacancy, what a hundredth of its contract's unit adds."""
    if not per_unit:
        return [0] * len(limits.vacancy_ids)
    return [per_unit.get(contract, 0) for contract in limits.contract_of_vacancy.tolist()]


def _pair_rates(prices: PriceList, avoided: Sequence[Collection[tuple[int, int]]]) -> Mapping[tuple[int, int], int]:
    rates = Counter({pair: -price for pair, price in prices.pin.items()})
    for number, price in prices.differ.items():
        rates.subtract(dict.fromkeys(avoided[number], price))
    return rates


def _cohort_rates(prices: PriceList, limits: Limits) -> list[int]:
    rates = [-prices.trainings_total.get(0, 0)] * len(limits.cohort_ids)
    for cohort, price in prices.seat.items():
        rates[cohort] -= price
    for cohort, price in prices.enrolment_min.items():
        rates[cohort] += price
    if prices.budget:
        budgets, seat_costs = limits.budget_of_cohort.tolist(), limits.seat_cost.tolist()
        for cohort, (budget, seat_cost) in enumerate(zip(budgets, seat_costs, strict=True)):
            rates[cohort] -= prices.budget.get(budget, 0) * seat_cost
    for cohort, price in enumerate(sum_prices(prices, limits) if prices.budget_seats else ()):
        rates[cohort] -= price
    return rates


def sum_prices(prices: PriceList, limits: Limits) -> list[int]:
    """Return what a new seat in each cohort pays for the sums of seats that it counts in."""
    if not prices.budget_seats:
        return [0] * len(limits.cohort_ids)
    return [
        sum(price for one, price in prices.budget_seats.items() if one.budget == budget and seat_cost >= one.least_cost)
        for budget, seat_cost in zip(limits.budget_of_cohort.tolist(), limits.seat_cost.tolist(), strict=True)
    ]


def share_parts(share: int) -> tuple[int, int]:
    """Return what a placement and a member count in the row of a share in millionths."""
    step = gcd(share, SHARE_SCALE)
    return share // step, SHARE_SCALE // step


def _group_rates(prices: PriceList, limits: Limits, by_vacancy: list[int]) -> dict[int, list[int]]:
    """Return what members earn and pay, and add what every placement in a share's scope does to `by_vacancy`."""
    rates: dict[int, list[int]] = {}
    for quota, bit in enumerate(limits.quota_group.tolist()):
        min_share, max_share = prices.quota_min_share.get(quota, 0), prices.quota_max_share.get(quota, 0)
        per_member = prices.quota_min.get(quota, 0) - prices.quota_max.get(quota, 0)
        per_placement = 0
        for share, price, sign in (
            (int(limits.quota_min_share[quota]), min_share, 1),
            (int(limits.quota_max_share[quota]), max_share, -1),
        ):
            of_placement, of_member = share_parts(share)
            per_member += sign * price * of_member
            per_placement -= sign * price * of_placement
        if not per_member and not per_placement:
            continue
        by_member = rates.setdefault(bit, [0] * len(by_vacancy))
        for vacancy in np.flatnonzero(limits.quota_covers[quota]).tolist():
            by_member[vacancy] += per_member
            by_vacancy[vacancy] += per_placement
    return rates
