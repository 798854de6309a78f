"""Which weights and quantities together are more than whole numbers of 64 bits hold: what is proven is counted in them.

Each value alone may be in its range; it is their product that has no room. Such a problem is refused before anything is
solved, since sums that wrap around would make any plan look best.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from matcher.columns import SHORTFALL_SCALE, UNIT_SCALE, WEIGHT_SCALE
from matcher.errors import Fault
from matcher.problem import Contract, Problem, Quota
from matcher.solver import PRICE_SCALE

LARGEST = 2**62


def too_large(problem: Problem) -> Iterator[Fault]:
    """Yield one fault for every row whose amount, times its weight, has no room, or those of all rows together."""
    tiers = problem.policy.tiers
    owing = [row for row in problem.contracts if "shortfall" in tiers and not row.is_closed]
    least = [row for row in problem.quotas if row.hard and row.min_count]
    yield from _owed(problem, owing, least)
    if "placements" in tiers:
        yield from _priced(problem)


def _owed(problem: Problem, contracts: list[Contract], quotas: list[Quota]) -> Iterator[Fault]:
    """Yield what the tier ``shortfall`` has no room for."""
    hard = Fraction(problem.policy.shortfall_weight["hard_quota"]) * SHORTFALL_SCALE
    kinds = [(row.obligation_unit, row.obligation_kind) for row in contracts]
    weight_of = {kind: _weight(problem, *kind) for kind in set(kinds)}
    heavy = {kind for kind, weight in weight_of.items() if _is_too_large(weight / UNIT_SCALE * PRICE_SCALE)}
    amounts = [
        weight_of[kind] * Fraction(row.obligation_quantity or 0) for row, kind in zip(contracts, kinds, strict=True)
    ]
    persons = [hard * (row.min_count or 0) for row in quotas]
    # Where all together have no room, the largest is what to lower.
    most = max(amounts + persons, default=None) if _is_too_large(sum(amounts) + sum(persons)) else None
    for row, kind, amount in zip(contracts, kinds, amounts, strict=True):
        if kind in heavy or amount == most:
            yield _fault("contracts", row.contract_id, "obligation_quantity", row.obligation_quantity)
    for quota, amount in zip(quotas, persons, strict=True):
        if _is_too_large(hard * PRICE_SCALE) or amount == most:
            yield _fault("quotas", quota.quota_id, "min_count", quota.min_count)


def _weight(problem: Problem, unit: str, kind: str) -> Fraction:
    policy = problem.policy
    return Fraction(policy.unit_weight[unit]) * Fraction(policy.shortfall_weight[kind]) * SHORTFALL_SCALE


def _priced(problem: Problem) -> Iterator[Fault]:
    """Yield what the tier ``placements`` has no room for: soft quotas at their prices."""
    people = sum(row.max_placements for row in problem.candidates)
    soft = [row for row in problem.quotas if not row.hard and row.price]
    amounts = [Fraction(row.price or 0) * WEIGHT_SCALE * max(row.min_count or 0, people) for row in soft]
    most = max(amounts, default=None) if _is_too_large(sum(amounts)) else None
    for row, amount in zip(soft, amounts, strict=True):
        if amount == most:
            yield _fault("quotas", row.quota_id, "price", row.price)


def _is_too_large(amount: Fraction | int) -> bool:
    return amount >= LARGEST


def _fault(table: str, entity_id: str, field: str, value: Decimal | int | None) -> Fault:
    return Fault(
        code="out_of_range",
        table=table,
        entity_id=entity_id,
        field=field,
        value=value,
        must=f"have {field} that with its weight stays below what 64 bits can count",
        remedy="Write a smaller number, or lower the weights or prices: only how they compare matters.",
    )
