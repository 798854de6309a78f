"""Reduced values of all columns at once: what a column adds to an aim, less what it pays for the limits it uses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from matcher.check.in_play import ColumnsInPlay
from matcher.check.rates import Rates
from matcher.columns import BoolArray, IndexArray, IntArray, NarrowArray, Routes

FloatArray = npt.NDArray[np.float64]


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
        add_link_rates(values, rates.by_link, play.candidate, play)
    if rates.by_vacancy_link:
        add_link_rates(values, rates.by_vacancy_link, play.vacancy, play)
    if rates.by_obligation_link:
        add_link_rates(values, rates.by_obligation_link, rates.contract[play.vacancy], play, play.units)
    return values


def _add_pair_rates(values: IntArray, rates: Rates, play: ColumnsInPlay) -> None:
    """Add what single pairs earn and pay; there may be as many as a plan has placements."""
    count = len(rates.by_vacancy)
    number = play.candidate.astype(np.int64) * count + play.vacancy
    pairs = np.array([candidate * count + vacancy for candidate, vacancy in rates.by_pair], np.int64)
    begin, end = np.searchsorted(number, pairs), np.searchsorted(number, pairs, side="right")
    for first, last, rate in zip(begin.tolist(), end.tolist(), rates.by_pair.values(), strict=True):
        values[first:last] += rate


def add_link_rates(
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
