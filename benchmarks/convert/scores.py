"""Cost to score and back: ``score = 1 - cost x 10^-6``, so that one person more is worth more than all costs."""

from __future__ import annotations

from decimal import Decimal

COST_SCALE = 10**6


def score_of(cost: int) -> Decimal:
    """Return the score of a pair that costs `cost`.

    Raises
    ------
    ValueError
        When no score between 0 and 1 can say it.
    """
    if not 0 <= cost <= COST_SCALE:
        raise ValueError(f"A cost must be from 0 to {COST_SCALE}, got {cost}. Divide all costs by one number.")
    return 1 - Decimal(cost) / COST_SCALE


def best_of_cost(number: int, cost: int) -> Decimal:
    """Return the value of a plan that places `number` people at a total cost."""
    return number - Decimal(cost) / COST_SCALE


def cost_of_best(number: int, value: Decimal) -> int:
    """Return the total cost of a plan that places `number` people."""
    return int((number - value) * COST_SCALE)
