"""The whole integer model of docs/model.md, sections 2 to 6, for one tier, as sparse entries with names.

It shares no code with the solver: another solver that reads it is a second opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.formats.fault_log import refused
from matcher.formats.integer_rows import Block, Variable, limit_blocks, other_variables
from matcher.formats.integer_several import own_costs

TIERS_OF_MODEL = ("shortfall", "placements", "cost", "tie_break")


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
    others = other_variables(columns)
    number = {variable.name: len(columns) + position for position, variable in enumerate(others)}
    blocks = list(limit_blocks(columns, number))
    blocks += [_held(columns, others, name, value) for name, value in (held or {}).items()]
    return _assembled(columns, others, blocks, tier)


def _assembled(columns: Columns, others: list[Variable], blocks: list[Block], tier: str) -> IntegerModel:
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
    cost = own_costs(columns)
    own = {"shortfall": zero, "placements": -columns.weight, "cost": cost, "tie_break": columns.lottery}[tier]
    return np.concatenate([own, _integers(each.price if each.tier == tier else 0 for each in others)])


def _integers(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)


def _held(columns: Columns, others: list[Variable], tier: str, value: int) -> Block:
    """Require an earlier tier to be at least as good as the value: its objective, as a least, is at most that."""
    objective = _objective(columns, others, tier)
    variable = np.flatnonzero(objective)
    most = -value if tier == "placements" else value
    return Block(
        names=[f"held_{tier}"],
        row=np.zeros(len(variable), dtype=np.int64),
        variable=variable,
        value=objective[variable],
        rhs=np.array([most], dtype=np.int64),
    )
