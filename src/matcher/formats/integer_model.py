"""The whole integer model of docs/model.md, sections 2 to 6, for one tier, as sparse entries with names.

It shares no code with the solver: another solver that reads it is a second opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import SHARE_SCALE, Columns, IntArray, Limits
from matcher.formats.fault_log import refused

TIERS_OF_MODEL = ("shortfall", "placements", "cost", "tie_break")


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
class IntegerModel:
    """Minimise ``objective x`` where ``A x <= rhs`` (``=`` where `is_equation`), x whole, ``0 <= x <= upper``.

    R rows, N + E variables: the columns first, then the others. M entries of A, in order of variables and rows.

    Parameters
    ----------
    row_names : list of str
        Length R.
    variable_names : list of str
        Length N + E.
    row, variable, value : int64 (M,)
        The entries that are not zero.
    rhs : int64 (R,)
    is_equation : bool (R,)
    objective : int64 (N + E,)
        In the tier's integer unit; an aim of most is negated.
    upper : int64 (N + E,)
    """

    row_names: list[str]
    variable_names: list[str]
    row: IntArray
    variable: IntArray
    value: IntArray
    rhs: IntArray
    is_equation: np.ndarray[tuple[int], np.dtype[np.bool_]]
    objective: IntArray
    upper: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Some rows: entries by row within the block, variable and value."""

    names: list[str]
    row: IntArray
    variable: IntArray
    value: IntArray
    rhs: IntArray
    is_equation: bool = False


def integer_model(
    columns: Columns, tier: str, held: Mapping[str, int] | None = None, *, counts_obligations: bool = True
) -> IntegerModel:
    """Return the model of one tier.

    Parameters
    ----------
    columns : Columns
    tier : str
        ``shortfall``, ``placements``, ``cost`` or ``tie_break``.
    held : mapping of earlier tier to value, optional
        Values that must be kept, in the tiers' integer units.
    counts_obligations : bool
        False where the policy leaves the tier `shortfall` out: it then counts hard minimum counts alone.

    Raises
    ------
    InvalidInput
        For a tier that has no model (changes are counted against a plan, not in the columns).
    """
    for name in (tier, *(held or {})):
        if name not in TIERS_OF_MODEL:
            must = f"be one of the tiers {', '.join(TIERS_OF_MODEL)}"
            raise refused("unknown_word", must, "Choose one of these.", value=name)
    if not counts_obligations:
        limits = columns.limits
        columns = replace(columns, limits=replace(limits, shortfall_price=0 * limits.shortfall_price))
    others = _other_variables(columns)
    number = {variable.name: len(columns) + position for position, variable in enumerate(others)}
    blocks = list(_blocks(columns, number))
    blocks += [_held(columns, others, name, value) for name, value in (held or {}).items()]
    return _assembled(columns, others, blocks, tier)


def _assembled(columns: Columns, others: list[Variable], blocks: list[_Block], tier: str) -> IntegerModel:
    first = np.cumsum([0, *(len(block.names) for block in blocks)])
    row, variable, value = _summed(
        np.concatenate([block.row + start for block, start in zip(blocks, first, strict=False)]),
        np.concatenate([block.variable for block in blocks]),
        np.concatenate([block.value for block in blocks]),
    )
    return IntegerModel(
        row_names=[name for block in blocks for name in block.names],
        variable_names=[*_column_names(columns), *(variable.name for variable in others)],
        row=row,
        variable=variable,
        value=value,
        rhs=np.concatenate([block.rhs for block in blocks]),
        is_equation=np.repeat([block.is_equation for block in blocks], [len(block.names) for block in blocks]),
        objective=_objective(columns, others, tier),
        upper=np.concatenate([np.ones(len(columns), dtype=np.int64), _integers(each.upper for each in others)]),
    )


def _summed(row: IntArray, variable: IntArray, value: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Sort entries by variable and row, adding up those at the same place (two seats paid from one budget)."""
    order = np.lexsort((row, variable))
    row, variable, value = row[order], variable[order], value[order]
    is_first = np.ones(len(row), dtype=np.bool_)
    is_first[1:] = (np.diff(row) != 0) | (np.diff(variable) != 0)
    starts = np.flatnonzero(is_first)
    total = np.add.reduceat(value, starts) if len(starts) else value
    kept = starts[total != 0]
    return row[kept], variable[kept], total[total != 0]


def _column_names(columns: Columns) -> Iterator[str]:
    """Yield ``x<candidate>_<vacancy>`` and ``_<cohort>`` for each of the route, all as positions."""
    start, cohorts = columns.route_start.tolist(), columns.route_cohort.tolist()
    pairs = zip(columns.candidate.tolist(), columns.vacancy.tolist(), strict=True)
    for number, (candidate, vacancy) in enumerate(pairs):
        route = cohorts[start[number] : start[number + 1]]
        yield f"x{candidate}_{vacancy}" + "".join(f"_{cohort}" for cohort in route)


def _objective(columns: Columns, others: list[Variable], tier: str) -> IntArray:
    zero = np.zeros(len(columns), dtype=np.int64)
    own = {"shortfall": zero, "placements": -columns.weight, "cost": columns.cost, "tie_break": columns.lottery}[tier]
    return np.concatenate([own, _integers(each.price if each.tier == tier else 0 for each in others)])


def _integers(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)


def _most_counted(limits: Limits, quota: int) -> int:
    """Return how many placements the quota's scope can have at most."""
    return int(min(limits.positions[limits.quota_covers[quota]].sum(), limits.placements.sum()))


def _other_variables(columns: Columns) -> list[Variable]:
    limits = columns.limits
    variables = [
        Variable(name=f"shortfall_{contract}", upper=int(owed), price=int(price), tier="shortfall")
        for contract, (owed, price) in enumerate(zip(limits.required, limits.shortfall_price, strict=True))
        if owed > 0
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


def _blocks(columns: Columns, number: Mapping[str, int]) -> Iterator[_Block]:
    """Yield the limits, family by family."""
    limits = columns.limits
    every = np.arange(len(columns), dtype=np.int64)
    ones = np.ones(len(columns), dtype=np.int64)
    yield _Block(
        names=[f"candidate_{each}" for each in range(len(limits.candidate_ids))],
        row=columns.candidate.astype(np.int64),
        variable=every,
        value=ones,
        rhs=limits.placements,
    )
    yield _Block(
        names=[f"vacancy_{each}" for each in range(len(limits.vacancy_ids))],
        row=columns.vacancy.astype(np.int64),
        variable=every,
        value=ones,
        rhs=limits.positions,
    )
    yield from _seats_and_budgets(columns)
    yield _obligations(columns, number)
    for quota in range(len(limits.quota_ids)):
        yield from _quota_rows(columns, quota, number)
    yield _pins(columns)


def _seats_and_budgets(columns: Columns) -> Iterator[_Block]:
    limits = columns.limits
    taker = np.repeat(np.arange(len(columns), dtype=np.int64), np.diff(columns.route_start))[columns.route_is_new]
    cohort = columns.route_cohort.astype(np.int64)[columns.route_is_new]
    yield _Block(
        names=[f"seat_{each}" for each in range(len(limits.cohort_ids))],
        row=cohort,
        variable=taker,
        value=np.ones(len(cohort), dtype=np.int64),
        rhs=limits.seats,
    )
    budget = limits.budget_of_cohort.astype(np.int64)[cohort]
    is_paid = (budget >= 0) & (limits.seat_cost[cohort] != 0)
    yield _Block(
        names=[f"budget_{each}" for each in range(len(limits.budget_ids))],
        row=budget[is_paid],
        variable=taker[is_paid],
        value=limits.seat_cost[cohort][is_paid],
        rhs=limits.budget,
    )


def _obligations(columns: Columns, number: Mapping[str, int]) -> _Block:
    limits = columns.limits
    owing = np.flatnonzero(limits.required > 0)
    row_of_contract = np.full(len(limits.contract_ids) + 1, -1, dtype=np.int64)  # the last stands for no contract
    row_of_contract[owing] = np.arange(len(owing))
    row = row_of_contract[limits.contract_of_vacancy[columns.vacancy]]
    counts = np.flatnonzero((row >= 0) & (columns.units != 0))
    shortfalls = np.array([number[f"shortfall_{contract}"] for contract in owing], dtype=np.int64)
    return _Block(
        names=[f"obligation_{contract}" for contract in owing],
        row=np.concatenate([row[counts], np.arange(len(owing))]),
        variable=np.concatenate([counts, shortfalls]),
        value=np.concatenate([-columns.units[counts], np.full(len(owing), -1, dtype=np.int64)]),
        rhs=-limits.required[owing],
    )


def _quota_rows(columns: Columns, quota: int, number: Mapping[str, int]) -> Iterator[_Block]:
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
        yield _Block(
            names=[f"{kind}_{quota}"],
            row=np.zeros(len(variable), dtype=np.int64),
            variable=variable.astype(np.int64),
            value=row_value.astype(np.int64),
            rhs=np.array([-bound if kind == "quota_min" else bound], dtype=np.int64),
        )


def _pins(columns: Columns) -> _Block:
    limits = columns.limits
    width = max(1, len(limits.vacancy_ids))
    pair = columns.candidate.astype(np.int64) * width + columns.vacancy
    rows, variables = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for pin, (candidate, vacancy) in enumerate(zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)):
        found = np.flatnonzero(pair == int(candidate) * width + int(vacancy))
        rows.append(np.full(len(found), pin, dtype=np.int64))
        variables.append(found)
    row = np.concatenate(rows)
    return _Block(
        names=[f"pin_{pin}" for pin in range(len(limits.pinned_candidate))],
        row=row,
        variable=np.concatenate(variables),
        value=np.ones(len(row), dtype=np.int64),
        rhs=np.ones(len(limits.pinned_candidate), dtype=np.int64),
        is_equation=True,
    )


def _held(columns: Columns, others: list[Variable], tier: str, value: int) -> _Block:
    """Require an earlier tier to be at least as good as the value: its objective, as a least, is at most that."""
    objective = _objective(columns, others, tier)
    variable = np.flatnonzero(objective)
    most = -value if tier == "placements" else value
    return _Block(
        names=[f"held_{tier}"],
        row=np.zeros(len(variable), dtype=np.int64),
        variable=variable,
        value=objective[variable],
        rhs=np.array([most], dtype=np.int64),
    )
