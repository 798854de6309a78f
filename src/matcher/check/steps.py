"""What whole people deliver, use or cost: rounded obligations and resources, and sums of whole seats."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.check.in_play import order_by_vacancy
from matcher.columns import Columns, IntArray, Limits

MOST_AMOUNTS = 100_000  # of a budget, in steps; docs/model.md section 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationStep:
    """The rounding inequality of one obligation, ``remainder x units + step x shortfall >= least``.

    Mixed-integer rounding (Nemhauser and Wolsey 1988, section II.1.6): every column delivers a multiple of `step`,
    so what is missing beyond the whole steps is missing as a whole.

    Parameters
    ----------
    step : int
        Divides the units of all the contract's columns.
    remainder : int
        Of what is required, above 0.
    least : int
    """

    step: int
    remainder: int
    least: int


def obligation_steps(blocks: Iterable[Columns], limits: Limits) -> dict[int, ObligationStep]:
    """Return the rounding inequality of every obligation that is no whole number of steps, by contract position."""
    divisors = np.zeros(len(limits.vacancy_ids), np.int64)
    for columns in blocks:
        divisors = np.gcd(divisors, _unit_divisors(columns, len(limits.vacancy_ids)))
    by_contract = dict.fromkeys(np.flatnonzero(limits.required > 0).tolist(), 0)
    for contract, divisor in zip(limits.contract_of_vacancy.tolist(), divisors.tolist(), strict=True):
        if contract in by_contract:
            by_contract[contract] = math.gcd(by_contract[contract], divisor)
    steps = {}
    for contract, step in by_contract.items():
        required = int(limits.required[contract])
        if step and required % step:
            whole = -(-required // step)
            remainder = required % step
            steps[contract] = ObligationStep(step=step, remainder=remainder, least=remainder * step * whole)
    return steps


def resource_steps(blocks: Iterable[Columns], limits: Limits) -> IntArray:
    """Return the greatest number that divides every use of each resource, at least 1; int64 (R,)."""
    steps = np.zeros(len(limits.resource_ids), np.int64)
    for columns in blocks if len(steps) else ():
        users = columns.resource >= 0
        np.gcd.at(steps, columns.resource[users], columns.resource_use[users])
    return np.maximum(steps, 1)


def spendable(limits: Limits) -> IntArray:
    """Return the most öre of each budget that new seats and opened cohorts can come to, never above its limit.

    A table of all amounts says which of them are reached; cohort by cohort, one more seat adds to what was reached
    with one less. Where everything together is paid, or the table would be too large, the limit itself stands, in the
    latter case without what no multiple of the costs' common divisor reaches.
    """
    found = limits.budget.copy()
    for budget, left in enumerate(limits.budget.tolist()):
        own = np.flatnonzero(limits.budget_of_cohort == budget)
        items = [
            (cost, seats)
            for cost, seats in zip(limits.seat_cost[own].tolist(), limits.seats[own].tolist(), strict=True)
        ]
        items += [(cost, 1) for cost in limits.fixed_cost[own[limits.is_optional[own]]].tolist()]
        items = [(cost, number) for cost, number in items if cost > 0 and number > 0]
        if sum(cost * number for cost, number in items) <= left:
            continue
        step = math.gcd(*(cost for cost, _ in items))
        found[budget] = left - left % step
        if left // step <= MOST_AMOUNTS:
            found[budget] = step * _highest_reached(left // step, [(cost // step, number) for cost, number in items])
    return found


def _highest_reached(most: int, items: list[tuple[int, int]]) -> int:
    """Return the highest number up to `most` that costs, each up to its number of times, add up to."""
    is_reached = np.zeros(most + 1, np.bool_)
    is_reached[0] = True
    for cost, number in sorted(items, reverse=True):
        for _ in range(min(number, most // cost)):
            more = is_reached.copy()
            more[cost:] |= is_reached[: most + 1 - cost]
            if (more == is_reached).all():
                break
            is_reached = more
            if is_reached[most]:
                return most
    return int(np.flatnonzero(is_reached)[-1])


def _unit_divisors(columns: Columns, num_vacancies: int) -> IntArray:
    """Return the greatest common divisor of the units of each vacancy's columns; 0 where none delivers anything."""
    divisors = np.zeros(num_vacancies, np.int64)
    if len(columns):
        order = order_by_vacancy(columns.vacancy, num_vacancies)
        vacancy = columns.vacancy[order]
        begin = np.concatenate(([0], np.flatnonzero(np.diff(vacancy)) + 1))
        divisors[vacancy[begin]] = np.gcd.reduceat(columns.units[order], begin)
    return divisors
