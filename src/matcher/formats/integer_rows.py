"""The rows and the variables of the integer model, family by family, as docs/model.md section 6 lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.columns import SHARE_SCALE, Columns, IntArray, Limits
from matcher.formats.integer_several import enrolment_name, enrolments, personal_rows, seat_takers


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable beside the columns: whole numbers from 0 to `upper`.

    Parameters
    ----------
    name : str
    upper : int
    price : int
        What one unit costs in the tier that counts it.
    tier : str
        That tier.
    """

    name: str
    upper: int
    price: int
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows ``A x <= rhs`` (or ``=``): their entries by row within the block, variable and value.

    Parameters
    ----------
    names : list of str
    row, variable, value : int64 (entries,)
    rhs : int64 (names,)
    is_equation : bool
    """

    names: list[str]
    row: IntArray
    variable: IntArray
    value: IntArray
    rhs: IntArray
    is_equation: bool = False


def _most_counted(limits: Limits, quota: int) -> int:
    """Return how many placements the quota's scope can have at most."""
    return int(min(limits.positions[limits.quota_covers[quota]].sum(), limits.placements.sum()))


def other_variables(columns: Columns) -> list[Variable]:
    """Return the optional cohorts, the shortfalls, enrolments of their own, and the persons missing or in excess."""
    limits = columns.limits
    variables = [
        Variable(name=f"open_{cohort}", upper=1, price=int(limits.fixed_cost[cohort]), tier="cost")
        for cohort in np.flatnonzero(limits.is_optional)
    ]
    variables += [
        Variable(name=f"shortfall_{contract}", upper=int(owed), price=int(price), tier="shortfall")
        for contract, (owed, price) in enumerate(zip(limits.required, limits.shortfall_price, strict=True))
        if owed > 0
    ]
    variables += [
        Variable(name=enrolment_name(*pair), upper=1, price=int(limits.seat_cost[pair[1]]), tier="cost")
        for pair in enrolments(columns)
    ]
    for quota in range(len(limits.quota_ids)):
        variables += _quota_variables(limits, quota)
    return variables


def _quota_variables(limits: Limits, quota: int) -> Iterator[Variable]:
    price, most = int(limits.quota_price[quota]), _most_counted(limits, quota)
    is_hard = price < 0
    if limits.quota_min[quota] >= 0:
        yield Variable(
            name=f"missing_{quota}",
            upper=int(limits.quota_min[quota]),
            price=limits.hard_quota_price if is_hard else price,
            tier="shortfall" if is_hard else "placements",
        )
    if is_hard:
        return
    if limits.quota_max[quota] >= 0:
        upper = max(0, most - int(limits.quota_max[quota]))
        yield Variable(name=f"excess_{quota}", upper=upper, price=price, tier="placements")
    if limits.quota_min_share[quota] >= 0:
        yield Variable(name=f"missing_share_{quota}", upper=most, price=price, tier="placements")
    if limits.quota_max_share[quota] >= 0:
        yield Variable(name=f"excess_share_{quota}", upper=most, price=price, tier="placements")


def limit_blocks(columns: Columns, number: Mapping[str, int]) -> Iterator[Block]:
    """Yield the limits, family by family."""
    limits = columns.limits
    every = np.arange(len(columns), dtype=np.int64)
    ones = np.ones(len(columns), dtype=np.int64)
    yield Block(
        names=[f"candidate_{each}" for each in range(len(limits.candidate_ids))],
        row=columns.candidate.astype(np.int64),
        variable=every,
        value=ones,
        rhs=limits.placements,
    )
    yield Block(
        names=[f"vacancy_{each}" for each in range(len(limits.vacancy_ids))],
        row=columns.vacancy.astype(np.int64),
        variable=every,
        value=ones,
        rhs=limits.positions,
    )
    yield from _training(columns, number)
    yield _personal(columns, number)
    yield _obligations(columns, number)
    yield _resources(columns)
    for quota in range(len(limits.quota_ids)):
        yield from _quota_rows(columns, quota, number)
    yield _pins(columns)


def _training(columns: Columns, number: Mapping[str, int]) -> Iterator[Block]:
    limits = columns.limits
    optional = np.flatnonzero(limits.is_optional)
    opening = np.array([number[f"open_{cohort}"] for cohort in optional], dtype=np.int64)
    taker, cohort = seat_takers(columns, number)
    yield Block(
        names=[f"seat_{each}" for each in range(len(limits.cohort_ids))],
        row=np.concatenate([cohort, optional]),
        variable=np.concatenate([taker, opening]),
        value=np.concatenate([np.ones(len(cohort), dtype=np.int64), -limits.seats[optional]]),
        rhs=np.where(limits.is_optional, 0, limits.seats),
    )
    place = np.cumsum(limits.is_optional) - 1
    is_counted = limits.is_optional[cohort]
    yield Block(
        names=[f"enrolment_min_{each}" for each in optional],
        row=np.concatenate([place[cohort[is_counted]], np.arange(len(optional))]),
        variable=np.concatenate([taker[is_counted], opening]),
        value=np.concatenate([np.full(int(is_counted.sum()), -1, dtype=np.int64), limits.least_enrolment[optional]]),
        rhs=np.zeros(len(optional), dtype=np.int64),
    )
    budget = limits.budget_of_cohort.astype(np.int64)[cohort]
    is_paid = (budget >= 0) & (limits.seat_cost[cohort] != 0)
    payer = limits.budget_of_cohort.astype(np.int64)[optional]
    is_opened = (payer >= 0) & (limits.fixed_cost[optional] != 0)
    yield Block(
        names=[f"budget_{each}" for each in range(len(limits.budget_ids))],
        row=np.concatenate([budget[is_paid], payer[is_opened]]),
        variable=np.concatenate([taker[is_paid], opening[is_opened]]),
        value=np.concatenate([limits.seat_cost[cohort][is_paid], limits.fixed_cost[optional][is_opened]]),
        rhs=limits.budget,
    )
    if limits.trainings_total >= 0:
        yield Block(
            names=["trainings_total"],
            row=np.zeros(len(taker), dtype=np.int64),
            variable=taker,
            value=np.ones(len(taker), dtype=np.int64),
            rhs=np.array([limits.trainings_total], dtype=np.int64),
        )


def _personal(columns: Columns, number: Mapping[str, int]) -> Block:
    rows = list(personal_rows(columns))
    entries: list[tuple[int, int, int]] = []
    for place, row in enumerate(rows):
        entries += [(place, column, value) for column, value in row.columns.items()]
        entries += [
            (place, number[enrolment_name(row.candidate, cohort)], value) for cohort, value in row.enrolments.items()
        ]
    table = np.array(entries, dtype=np.int64).reshape(len(entries), 3)
    return Block(
        names=[row.name for row in rows],
        row=table[:, 0],
        variable=table[:, 1],
        value=table[:, 2],
        rhs=np.array([row.limit for row in rows], dtype=np.int64),
    )


def _obligations(columns: Columns, number: Mapping[str, int]) -> Block:
    limits = columns.limits
    owing = np.flatnonzero(limits.required > 0)
    row_of_contract = np.full(len(limits.contract_ids) + 1, -1, dtype=np.int64)  # the last stands for no contract
    row_of_contract[owing] = np.arange(len(owing))
    row = row_of_contract[limits.contract_of_vacancy[columns.vacancy]]
    counts = np.flatnonzero((row >= 0) & (columns.units != 0))
    shortfalls = np.array([number[f"shortfall_{contract}"] for contract in owing], dtype=np.int64)
    return Block(
        names=[f"obligation_{contract}" for contract in owing],
        row=np.concatenate([row[counts], np.arange(len(owing))]),
        variable=np.concatenate([counts, shortfalls]),
        value=np.concatenate([-columns.units[counts], np.full(len(owing), -1, dtype=np.int64)]),
        rhs=-limits.required[owing],
    )


def _resources(columns: Columns) -> Block:
    limits = columns.limits
    users = np.flatnonzero(columns.resource >= 0)
    return Block(
        names=[f"resource_{each}" for each in range(len(limits.resource_ids))],
        row=columns.resource[users].astype(np.int64),
        variable=users,
        value=columns.resource_use[users],
        rhs=limits.resource,
    )


def _quota_rows(columns: Columns, quota: int, number: Mapping[str, int]) -> Iterator[Block]:
    limits = columns.limits
    placed = np.flatnonzero(limits.quota_covers[quota][columns.vacancy])
    bit = np.int64(1) << np.int64(limits.quota_group[quota])
    member = np.where(columns.group_bits[placed] & bit, np.int64(1), np.int64(0))
    families = (
        ("quota_min", limits.quota_min, -member, "missing", 1),
        ("quota_max", limits.quota_max, member, "excess", 1),
        ("quota_min_share", limits.quota_min_share, None, "missing_share", SHARE_SCALE),
        ("quota_max_share", limits.quota_max_share, None, "excess_share", SHARE_SCALE),
    )
    for kind, bounds, value, extra, unit in families:
        bound = int(bounds[quota])
        if bound < 0:
            continue
        if value is None:
            sign = 1 if kind == "quota_min_share" else -1
            value = sign * (bound - SHARE_SCALE * member)
            bound = 0
        relief = number.get(f"{extra}_{quota}")
        variable, row_value = placed, value
        if relief is not None:
            variable, row_value = np.append(placed, relief), np.append(value, -unit)
        yield Block(
            names=[f"{kind}_{quota}"],
            row=np.zeros(len(variable), dtype=np.int64),
            variable=variable.astype(np.int64),
            value=row_value.astype(np.int64),
            rhs=np.array([-bound if kind == "quota_min" else bound], dtype=np.int64),
        )


def _pins(columns: Columns) -> Block:
    limits = columns.limits
    width = max(1, len(limits.vacancy_ids))
    pair = columns.candidate.astype(np.int64) * width + columns.vacancy
    rows, variables = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for pin, (candidate, vacancy) in enumerate(zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)):
        found = np.flatnonzero(pair == int(candidate) * width + int(vacancy))
        rows.append(np.full(len(found), pin, dtype=np.int64))
        variables.append(found)
    row = np.concatenate(rows)
    return Block(
        names=[f"pin_{pin}" for pin in range(len(limits.pinned_candidate))],
        row=row,
        variable=np.concatenate(variables),
        value=np.ones(len(row), dtype=np.int64),
        rhs=np.ones(len(limits.pinned_candidate), dtype=np.int64),
        is_equation=True,
    )
