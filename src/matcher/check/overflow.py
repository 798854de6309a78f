"""Whether every reduced value fits into 64 bits, told before any is computed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matcher.check.in_play import ColumnsInPlay
from matcher.check.rates import Rates
from matcher.check.reduced import add_link_rates
from matcher.columns import NarrowArray

TOO_LARGE = 2**62  # the difference of two smaller numbers still fits into 64 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Largest:
    """The largest amounts, in size, that some columns carry; those of a part of them are no larger."""

    units: int
    resource_use: int
    weight: int
    cost: int
    lottery: int
    num_cohorts: int

    @staticmethod
    def of(play: ColumnsInPlay) -> Largest:
        """Return those of columns in play."""
        return Largest(
            units=_largest_of(play.units),
            resource_use=_largest_of(play.resource_use),
            weight=_largest_of(play.weight),
            cost=_largest_of(play.cost),
            lottery=_largest_of(play.lottery),
            num_cohorts=int(play.routes.length.max(initial=0)),
        )


def size_of(number: int) -> float:
    """Return how large a number is in floating point, and `TOO_LARGE` of all that are larger."""
    return float(min(abs(number), TOO_LARGE))


def fits_64_bits(rates: Rates, play: ColumnsInPlay, beside: float = 0.0, largest: Largest | None = None) -> bool:
    """Tell whether every reduced value, its terms and what is `beside` them added up in size, is below `TOO_LARGE`.

    The columns may be part of others, of which the `largest` amounts are known.
    """
    room, sizes = TOO_LARGE - beside, _sizes(rates)
    return _largest_rate(rates, sizes) < room and (
        _largest_thinkable(rates, sizes, largest or Largest.of(play)) < room
        or _largest_found(rates, sizes, play) < room
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


def _largest_thinkable(rates: Rates, sizes: _Sizes, largest: Largest) -> int:
    """Return what a column would have if it had the largest of everything: quick, and mostly enough."""
    return (
        sizes.by_vacancy
        + largest.num_cohorts * sizes.by_entry
        + (sizes.per_unit + largest.num_cohorts * sizes.by_obligation_link) * largest.units
        + sum(sizes.by_group)
        + sizes.by_pair
        + sizes.by_resource * largest.resource_use
        + abs(rates.per_weight) * largest.weight
        + abs(rates.per_cost) * largest.cost
        + abs(rates.per_lottery) * largest.lottery
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
        add_link_rates(found, links, rates.contract[play.vacancy], play, np.abs(play.units))
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
