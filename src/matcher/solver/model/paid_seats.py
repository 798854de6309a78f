"""Sums of seats that one budget pays: how many there are in all, and how many of the dearer ones.

Money that is scarce is spent in a relaxation to the last öre, on a part of a seat. Of single cohorts a plan may have
one person more or less and lose nothing, for another cohort takes the part over; of all seats together it may not. So
these sums have rows of their own, which let everything pass until the plans are parted at such a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.columns import IntArray, Limits

KIND = "budget_seats"
PARTS = (0.0, 0.5, 0.75, 0.9, 0.97)  # of a budget's cohorts, from the cheapest: above which the dearer ones are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGroup:
    """The cohorts of a budget whose seat costs at least so much.

    Parameters
    ----------
    budget : int
    entity_id : str
        The budget's id, a bar, and the least cost of a seat in öre: so a certificate names it.
    cohorts : int64 (n,)
    seats : int
        In all of them.
    """

    budget: int
    entity_id: str
    cohorts: IntArray
    seats: int


def seat_groups(limits: Limits) -> tuple[SeatGroup, ...]:
    """Return the sums that are worth a row: of every budget that cannot pay for all seats of its cohorts."""
    return tuple(group for budget in range(len(limits.budget_ids)) for group in _groups_of(limits, budget))


def _groups_of(limits: Limits, budget: int) -> Iterator[SeatGroup]:
    own = np.flatnonzero((limits.budget_of_cohort == budget) & (limits.seat_cost > 0) & (limits.seats > 0))
    cost, seats = limits.seat_cost[own].astype(np.int64), limits.seats[own].astype(np.int64)
    if len(own) < 2 or int(cost @ seats) <= int(limits.budget[budget]):
        return
    ranked, before = np.sort(cost), 0
    for part in PARTS:
        least = int(ranked[int(part * len(ranked))])
        dear = cost >= least
        if least > before and int(dear.sum()) > 1:  # one cohort alone has a row of its own
            before = least
            yield SeatGroup(
                budget=budget,
                entity_id=f"{limits.budget_ids[budget]}|{least}",
                cohorts=own[dear],
                seats=int(seats[dear].sum()),
            )


__all__ = ["KIND", "SeatGroup", "seat_groups"]
