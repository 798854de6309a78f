"""What whole seats can come to: the most of each budget that any plan spends.

Where a budget pays for one or two cohorts only, a relaxation spends what is left on a part of a seat.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matcher.columns import IntArray, Limits

MOST_STEPS = 100_000  # of a budget; of a larger one only parts of a step are left out


def most_payable(limits: Limits) -> IntArray:
    """Return the largest sum of seats and fixed costs, öre, that each budget can pay; int64 (B,)."""
    payable = [
        _largest_sum(int(left), _bundles(limits, limits.budget_of_cohort == budget))
        for budget, left in enumerate(limits.budget.tolist())
    ]
    return np.array(payable, dtype=np.int64)


def _bundles(limits: Limits, is_own: IntArray) -> list[int]:
    """Return amounts of which some, each at most once, add up to whatever some cohorts can cost."""
    seats: dict[int, int] = {}
    for cost, number in zip(limits.seat_cost[is_own].tolist(), limits.seats[is_own].tolist(), strict=True):
        seats[cost] = seats.get(cost, 0) + number
    found = limits.fixed_cost[is_own & limits.is_optional].tolist()
    for cost, number in seats.items():
        bundle, rest = 1, number
        while rest > 0:  # bundles of 1, 2, 4 ... and what is left make every number of seats
            found.append(cost * min(bundle, rest))
            bundle, rest = 2 * bundle, rest - bundle
    return [amount for amount in found if amount > 0]


def _largest_sum(left: int, amounts: Iterable[int]) -> int:
    """Return the largest sum of some of the amounts, each taken at most once, that is not above what is left."""
    amounts = sorted(amounts)
    if sum(amounts) <= left:
        return left  # nothing is scarce
    step = int(np.gcd.reduce(amounts))
    most = left // step
    if most > MOST_STEPS:
        return most * step
    within = (1 << (most + 1)) - 1
    sums = 1  # its bit n says whether n steps are the sum of some
    for amount in amounts:
        sums |= (sums << (amount // step)) & within
        if sums >> most:  # all that is left can be spent
            return most * step
    return (sums.bit_length() - 1) * step


__all__ = ["most_payable"]
