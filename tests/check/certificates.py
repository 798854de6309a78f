"""Certificates with random but valid prices and cases, and certificates priced by a linear programme."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

from matcher.plan import Case, FixedColumn, FixedRange, PricedRow
from matcher.problem import Problem
from tests.oracles.bound_model import BoundModel, Quantity, limits_with_prices, quantities_to_fix
from tests.oracles.columns import Column, ColumnKey
from tests.oracles.limits import LEAST


def random_cases(
    problem: Problem,
    facts: Mapping[ColumnKey, Column],
    chosen: Sequence[ColumnKey],
    tiers: Sequence[str],
    *,
    price_scale: int,
    seed: int,
) -> list[Case]:
    """Return valid cases for every tier: some prices, and some splits on one or two columns."""
    chance = random.Random(seed)
    rows = limits_with_prices(problem, facts)
    both_signs = {name for name in rows if name[0] == "pin" or name in BoundModel(problem, facts).counts}
    cases = []
    for number, tier in enumerate(tiers):
        for fixed, between in _splits(chance, _splittable(problem, facts)):
            is_packed = chance.random() < 0.3
            prices = [
                PricedRow(
                    kind=kind,
                    entity_id=name,
                    price=_price(chance, price_scale, kind, may_be_negative=(kind, name) in both_signs),
                )
                for kind, name in rows
                if chance.random() < 0.4 and (is_packed or kind != "participation")
            ]
            prices += [
                PricedRow(kind="held", entity_id=earlier, price=_price(chance, price_scale, "held"))
                for earlier in tiers[:number]
                if chance.random() < 0.4
            ]
            cases.append(Case(tier=tier, fixed=fixed, between=between, prices=tuple(prices)))
    return cases


def _price(chance: random.Random, price_scale: int, kind: str, *, may_be_negative: bool = False) -> int:
    price = chance.randint(0, price_scale * chance.choice((1, 1000, 10**5, 10**6)))
    if kind == "obligation_step":  # its coefficients are products of two amounts
        price //= 10**5
    return -price if may_be_negative and chance.random() < 0.5 else price


Choice = FixedColumn | FixedRange
Halves = tuple[Choice, Choice]


def _splittable(problem: Problem, facts: Mapping[ColumnKey, Column]) -> list[tuple[Quantity, int]]:
    columns = [(("column", key), 1) for key in sorted(facts)]
    return columns + [(quantity, most) for quantity, most in quantities_to_fix(problem, facts).items() if most > 0]


def _splits(
    chance: random.Random, splittable: Sequence[tuple[Quantity, int]]
) -> list[tuple[tuple[FixedColumn, ...], tuple[FixedRange, ...]]]:
    """Return what the cases of a tier fix: all of them together a tree, inner nodes perhaps cases too."""
    if len(splittable) < 3 or chance.random() < 0.4:
        return [((), ())]
    first, second, third = (_halves(chance, *one) for one in chance.sample(list(splittable), 3))
    leaves: list[tuple[Choice, ...]] = [(first[0],), (first[1],)]
    inner: list[tuple[Choice, ...]] = [()]
    for node, halves in ((leaves[0], second), (leaves[1], third)):
        if chance.random() < 0.5:
            leaves.remove(node)
            inner.append(node)
            leaves += [(*node, half) for half in halves]
    cases = leaves + [node for node in inner if chance.random() < 0.5]
    return [
        (
            tuple(one for one in case if isinstance(one, FixedColumn)),
            tuple(one for one in case if isinstance(one, FixedRange)),
        )
        for case in chance.sample(cases, len(cases))
    ]


def _halves(chance: random.Random, quantity: Quantity, most: int) -> Halves:
    kind, name = quantity
    if kind == "column":
        return fixed_column(name, taken=True), fixed_column(name, taken=False)  # type: ignore[arg-type]
    cut = chance.randrange(most)
    return (
        FixedRange(kind=kind, entity_id=str(name), least=0, most=cut),
        FixedRange(kind=kind, entity_id=str(name), least=cut + 1, most=most),
    )


def fixed_column(key: ColumnKey, *, taken: bool) -> FixedColumn:
    """Return a decision on one column."""
    return FixedColumn(candidate_id=key[0], vacancy_id=key[1], cohort_ids=key[2], taken=taken)


def relaxation_cases(
    problem: Problem, facts: Mapping[ColumnKey, Column], values: Mapping[str, int], *, price_scale: int
) -> tuple[list[Case], dict[str, float]]:
    """Return one case per tier with the dual values of its linear relaxation, and the relaxations' values.

    Parameters
    ----------
    problem : Problem
    facts : mapping of column key to Column
    values : mapping of tier to int
        Of a plan, in the order of the tiers; each tier is relaxed with the earlier ones held at these.
    price_scale : int
    """
    model = BoundModel(problem, facts)
    cases, relaxed = [], {}
    for number, tier in enumerate(values):
        held = {earlier: values[earlier] for earlier in list(values)[:number]}
        prices, relaxed[tier] = _relaxation(model, sorted(facts), tier, held, price_scale)
        cases.append(Case(tier=tier, fixed=(), prices=tuple(prices)))
    return cases, relaxed


def _relaxation(
    model: BoundModel, keys: Sequence[ColumnKey], tier: str, held: Mapping[str, int], price_scale: int
) -> tuple[list[PricedRow], float]:
    def line(uses: Mapping[ColumnKey, int], slacks: Mapping[str, int]) -> list[float]:
        return [*(uses.get(key, 0) for key in keys), *(-slacks.get(name, 0) for name in model.variables)]

    def aim(name: str) -> list[float]:
        paid = [-entry.price if entry.tier == name else 0 for entry in model.variables.values()]
        return [*(model.objective(name, key) for key in keys), *paid]

    inner = {name: (line(row.uses, row.slacks), row.limit) for name, row in model.rows.items() if name[0] != "pin"}
    for earlier, value in held.items():
        inner["held", earlier] = ([-part for part in aim(earlier)], value if earlier in LEAST else -value)
    who = sorted({key[0] for key in keys})
    people = [line({key: int(key[0] == one) for key in keys}, {}) for one in who]
    pins = {name: line(row.uses, {}) for name, row in model.rows.items() if name[0] == "pin"}
    if not keys and not model.variables:
        return [], 0.0
    # Rows are divided by their largest number, as any solver of linear programmes wants them.
    sizes = [max(map(abs, row), default=0) or 1 for row, _ in inner.values()]
    lines = [np.array(row) / size for (row, _), size in zip(inner.values(), sizes, strict=True)]
    limits = [limit / size for (_, limit), size in zip(inner.values(), sizes, strict=True)]
    result = linprog(
        -np.array(aim(tier), float),
        A_ub=np.array([*lines, *people]) if lines or people else None,
        b_ub=[*limits, *(model.places[one] for one in who)] if lines or people else None,
        A_eq=np.array(list(pins.values())) if pins else None,
        b_eq=[1] * len(pins) if pins else None,
        bounds=[*((0, 1) for _ in keys), *((0, entry.upper) for entry in model.variables.values())],
    )
    assert result.status == 0, result.message
    prices = [
        PricedRow(kind=kind, entity_id=name, price=max(0, round(-dual / size * price_scale)))
        for (kind, name), dual, size in zip(inner, result.ineqlin.marginals, sizes, strict=False)
    ]
    prices += [
        PricedRow(kind=kind, entity_id=name, price=round(-dual * price_scale))
        for (kind, name), dual in zip(pins, result.eqlin.marginals, strict=True)
    ]
    return prices, -result.fun
