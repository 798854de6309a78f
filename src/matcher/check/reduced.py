"""Reduced values of all columns at once: what a column adds to an aim, less what it pays for the limits it uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from matcher.check.prices import PriceList
from matcher.columns import SHARE_SCALE, BoolArray, Columns, IndexArray, IntArray, Limits, NarrowArray, Routes

FloatArray = npt.NDArray[np.float64]
TOO_LARGE = 2**62  # the difference of two smaller numbers still fits into 64 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsInPlay:
    """The columns that no earlier aim excludes, as arrays of the same length.

    Parameters
    ----------
    position : int64 (n,)
        Where each stands among all columns; ascending.
    candidate, vacancy, route_idx, weight, cost, units, group_bits, lottery
        As in `Columns`.
    resource : int32 (n,)
        As in `Columns`.
    resource_use : int64 (n,)
        In steps of what divides all uses of the resource.
    is_published : bool (n,)
        Whether the published plan has the column.
    routes : Routes
    """

    position: IntArray
    candidate: IndexArray
    vacancy: IndexArray
    route_idx: IndexArray
    weight: NarrowArray
    cost: NarrowArray
    units: NarrowArray
    group_bits: NarrowArray
    lottery: NarrowArray
    resource: IndexArray
    resource_use: IntArray
    is_published: BoolArray
    routes: Routes

    def only(self, kept: BoolArray) -> ColumnsInPlay:
        """Return the columns for which `kept` is true."""
        if bool(kept.all()):
            return self
        names = [field.name for field in fields(self) if field.name != "routes"]
        return ColumnsInPlay(**{name: getattr(self, name)[kept] for name in names}, routes=self.routes)


def all_in_play(
    columns: Columns, resource_step: IntArray, published: Sequence[int] = (), first: int = 0
) -> ColumnsInPlay:
    """Return every column, its use of a resource in steps of so many millionths.

    The published plan has the columns at the positions `published`; the first of all these columns stands at `first`.
    """
    per_step = np.append(resource_step, 1)  # position -1 reads the last entry: no resource
    is_published = np.zeros(len(columns), np.bool_)
    is_published[list(published)] = True
    return ColumnsInPlay(
        position=np.arange(first, first + len(columns)),
        candidate=columns.candidate,
        vacancy=columns.vacancy,
        route_idx=columns.route_idx,
        weight=columns.weight,
        cost=columns.cost,
        units=columns.units,
        group_bits=columns.group_bits,
        lottery=columns.lottery,
        resource=columns.resource,
        resource_use=columns.resource_use // per_step[columns.resource] if len(resource_step) else columns.resource_use,
        is_published=is_published,
        routes=columns.routes,
    )


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
        per_unit=[per_unit.get(contract, 0) for contract in limits.contract_of_vacancy.tolist()],
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


def _pair_rates(prices: PriceList, avoided: Sequence[Collection[tuple[int, int]]]) -> Mapping[tuple[int, int], int]:
    rates = Counter({pair: -price for pair, price in prices.pin.items()})
    for number, price in prices.differ.items():
        rates.subtract(dict.fromkeys(avoided[number], price))
    return rates


def _cohort_rates(prices: PriceList, limits: Limits) -> list[int]:
    rates = []
    for cohort, (budget, seat_cost) in enumerate(
        zip(limits.budget_of_cohort.tolist(), limits.seat_cost.tolist(), strict=True)
    ):
        seat = prices.seat.get(cohort, 0) - prices.enrolment_min.get(cohort, 0) + prices.trainings_total.get(0, 0)
        rates.append(-seat - prices.budget.get(budget, 0) * seat_cost)
    for cohort, price in enumerate(sum_prices(prices, limits)):
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


def _group_rates(prices: PriceList, limits: Limits, by_vacancy: list[int]) -> dict[int, list[int]]:
    """Return what members earn and pay, and add what every placement in a share's scope does to `by_vacancy`."""
    rates: dict[int, list[int]] = {}
    for quota, bit in enumerate(limits.quota_group.tolist()):
        min_share, max_share = prices.quota_min_share.get(quota, 0), prices.quota_max_share.get(quota, 0)
        per_member = prices.quota_min.get(quota, 0) - prices.quota_max.get(quota, 0)
        per_member += SHARE_SCALE * (min_share - max_share)
        per_placement = max_share * int(limits.quota_max_share[quota]) - min_share * int(limits.quota_min_share[quota])
        if not per_member and not per_placement:
            continue
        by_member = rates.setdefault(bit, [0] * len(by_vacancy))
        for vacancy in np.flatnonzero(limits.quota_covers[quota]).tolist():
            by_member[vacancy] += per_member
            by_vacancy[vacancy] += per_placement
    return rates


def fits_64_bits(rates: Rates, play: ColumnsInPlay, beside: float = 0.0) -> bool:
    """Tell whether every reduced value, its terms and what is `beside` them added up in size, is below `TOO_LARGE`."""
    room, sizes = TOO_LARGE - beside, _sizes(rates)
    return _largest_rate(rates, sizes) < room and (
        _largest_thinkable(rates, sizes, play) < room or _largest_found(rates, sizes, play) < room
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    """The largest of every list of rates, in size; `by_entry` is what a new seat can cost, links included."""

    by_vacancy: int
    by_entry: int
    per_unit: int
    by_group: tuple[int, ...]
    by_pair: int
    by_resource: int
    by_obligation_link: int


def _sizes(rates: Rates) -> _Sizes:
    links = _largest(rates.by_link.values()) + _largest(rates.by_vacancy_link.values())
    return _Sizes(
        by_vacancy=_largest(rates.by_vacancy),
        by_entry=_largest(rates.by_cohort) + links,
        per_unit=_largest(rates.per_unit),
        by_group=tuple(map(_largest, rates.by_group.values())),
        by_pair=_largest(rates.by_pair.values()),
        by_resource=_largest(rates.by_resource),
        by_obligation_link=_largest(rates.by_obligation_link.values()),
    )


def _largest_rate(rates: Rates, sizes: _Sizes) -> int:
    lists = (sizes.by_vacancy, sizes.by_entry, sizes.per_unit, *sizes.by_group, sizes.by_pair, sizes.by_resource)
    alone = (rates.per_weight, rates.per_cost, rates.per_lottery, rates.per_kept)
    return max(*lists, sizes.by_obligation_link, _largest(alone))


def _largest_thinkable(rates: Rates, sizes: _Sizes, play: ColumnsInPlay) -> int:
    """Return what a column would have if it had the largest of everything: quick, and mostly enough."""
    longest = int(play.routes.length.max(initial=0))
    return (
        sizes.by_vacancy
        + longest * sizes.by_entry
        + (sizes.per_unit + longest * sizes.by_obligation_link) * _largest_of(play.units)
        + sum(sizes.by_group)
        + sizes.by_pair
        + sizes.by_resource * _largest_of(play.resource_use)
        + abs(rates.per_weight) * _largest_of(play.weight)
        + abs(rates.per_cost) * _largest_of(play.cost)
        + abs(rates.per_lottery) * _largest_of(play.lottery)
        + abs(rates.per_kept)
    )


def _largest_found(rates: Rates, sizes: _Sizes, play: ColumnsInPlay) -> float:
    """Return the largest that a column has, with a relative error that is tiny beside the room above `TOO_LARGE`."""
    by_vacancy = np.abs(np.array(rates.by_vacancy, np.float64))
    for by_member in rates.by_group.values():
        by_vacancy += np.abs(np.array(by_member, np.float64))
    found = by_vacancy[play.vacancy] + sizes.by_pair
    found += np.abs(np.array(rates.per_unit, np.float64))[play.vacancy] * np.abs(play.units)
    if rates.by_obligation_link:
        links = {pair: float(abs(rate)) for pair, rate in rates.by_obligation_link.items()}
        _add_link_rates(found, links, rates.contract[play.vacancy], play, np.abs(play.units))
    if any(rates.by_resource):
        found += np.abs(np.array(rates.by_resource, np.float64))[play.resource] * play.resource_use
    found += float(abs(rates.per_weight)) * np.abs(play.weight)
    found += float(abs(rates.per_cost)) * np.abs(play.cost)
    found += float(abs(rates.per_lottery)) * np.abs(play.lottery)
    found += float(abs(rates.per_kept)) * play.is_published
    found += play.routes.length[play.route_idx] * float(sizes.by_entry)
    return float(found.max(initial=0))


def _largest(values: Collection[int]) -> int:
    return max(abs(min(values)), abs(max(values))) if values else 0


def _largest_of(values: NarrowArray) -> int:
    return max(abs(int(values.min(initial=0))), abs(int(values.max(initial=0))))


def reduced_values(rates: Rates, play: ColumnsInPlay) -> IntArray:
    """Return the reduced value of every column in play, which must fit (`fits_64_bits`)."""
    values = np.array(rates.by_vacancy, np.int64)[play.vacancy]
    for factor, amounts in (
        (rates.per_weight, play.weight),
        (rates.per_cost, play.cost),
        (rates.per_lottery, play.lottery),
        (rates.per_kept, play.is_published),
    ):
        if factor:
            values += np.int64(factor) * amounts  # amounts are narrow: a Python integer would not widen them
    if any(rates.by_cohort):
        values += _route_sums(rates, play.routes)[play.route_idx]
    if any(rates.per_unit):
        values += np.array(rates.per_unit, np.int64)[play.vacancy] * play.units
    if any(rates.by_resource):
        values += np.array(rates.by_resource, np.int64)[play.resource] * play.resource_use
    for bit, by_member in rates.by_group.items():
        values += np.array(by_member, np.int64)[play.vacancy] * (play.group_bits >> bit & 1)
    if rates.by_pair:
        _add_pair_rates(values, rates, play)
    if rates.by_link:
        _add_link_rates(values, rates.by_link, play.candidate, play)
    if rates.by_vacancy_link:
        _add_link_rates(values, rates.by_vacancy_link, play.vacancy, play)
    if rates.by_obligation_link:
        _add_link_rates(values, rates.by_obligation_link, rates.contract[play.vacancy], play, play.units)
    return values


def _add_pair_rates(values: IntArray, rates: Rates, play: ColumnsInPlay) -> None:
    """Add what single pairs earn and pay; there may be as many as a plan has placements."""
    count = len(rates.by_vacancy)
    number = play.candidate.astype(np.int64) * count + play.vacancy
    pairs = np.array([candidate * count + vacancy for candidate, vacancy in rates.by_pair], np.int64)
    begin, end = np.searchsorted(number, pairs), np.searchsorted(number, pairs, side="right")
    for first, last, rate in zip(begin.tolist(), end.tolist(), rates.by_pair.values(), strict=True):
        values[first:last] += rate


def _add_link_rates(
    values: IntArray | FloatArray,
    by_link: Mapping[tuple[int, int], float],
    owner: IndexArray | IntArray,
    play: ColumnsInPlay,
    amounts: NarrowArray | None = None,
) -> None:
    """Add what the columns of some owners pay where their route takes a new seat in an optional cohort.

    Each pays the rate, or the rate for each of its `amounts`.
    """
    routes = play.routes
    route_of_entry = np.repeat(np.arange(len(routes)), routes.length)
    owners = np.array([one for one, _ in by_link], np.int64)
    is_linked = np.zeros(max(int(owners.max()), int(owner.max(initial=0))) + 1, np.bool_)
    is_linked[owners] = True
    own = np.flatnonzero(is_linked[owner])  # position -1, of no contract, reads the last entry, and finds no link
    own = own[np.argsort(owner[own], kind="stable")]
    begin = np.searchsorted(owner[own], owners)
    end = np.searchsorted(owner[own], owners, side="right")
    takes: dict[int, BoolArray] = {}
    for first, last, ((_, cohort), rate) in zip(begin.tolist(), end.tolist(), by_link.items(), strict=True):
        if cohort not in takes:
            takes[cohort] = np.zeros(len(routes), np.bool_)
            takes[cohort][route_of_entry[routes.is_new & (routes.cohort == cohort)]] = True
        places = own[first:last]
        places = places[takes[cohort][play.route_idx[places]]]
        values[places] += values.dtype.type(rate) * (1 if amounts is None else amounts[places])


def _route_sums(rates: Rates, routes: Routes) -> IntArray:
    by_entry = np.where(routes.is_new, np.array(rates.by_cohort, np.int64)[routes.cohort], 0)
    # Sums on the way may wrap around; the result is right all the same, because arithmetic modulo 2**64 is.
    until = np.zeros(len(by_entry) + 1, np.int64)
    np.cumsum(by_entry, out=until[1:])
    sums: IntArray = until[routes.start[1:]] - until[routes.start[:-1]]
    return sums
