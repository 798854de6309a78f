"""Writes the model's rows over some columns: every limit of docs/model.md section 4, as section 6 states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import SHARE_SCALE, Columns, IntArray, Limits, NarrowArray
from matcher.solver.model.divisors import Divisors, divisors_of
from matcher.solver.model.paid_seats import KIND as PAID_SEATS
from matcher.solver.model.paid_seats import SeatGroup, seat_groups
from matcher.solver.model.payable import most_payable
from matcher.solver.model.rows import LEAD, NO_EXTRA_LIMITS, AnyIndex, ExtraLimits, Rows, lead_price
from matcher.solver.model.several import ENROLLED, ENROLMENT, OTHER, Several, owners, several_of
from matcher.solver.programmes.programme import FloatArray

COUNTED = ("vacancy", "seat", PAID_SEATS)  # the rows that stand first, which a part of the plans may fill to a number


class _Assembly:
    """Collects rows, entries and variables until the matrix can be made."""

    def __init__(self, num_columns: int) -> None:
        self.num_columns = num_columns
        self.entries: list[tuple[AnyIndex, AnyIndex, IntArray]] = []
        self.limits: list[IntArray] = []
        self.kinds: list[str] = []
        self.entity_ids: list[str] = []
        self.uppers: list[int] = []
        self.prices: list[tuple[str, int]] = []
        self.variable_rows: list[int] = []
        self.steps: list[int] = []
        self.cohorts: list[int] = []
        self.stages: list[int] = []
        self.own_costs: IntArray | None = None
        self.enrolled: dict[int, int] = {}

    def add_rows(self, kind: str, ids: tuple[str, ...], limits: IntArray) -> int:
        """Append rows and return the position of the first."""
        first = len(self.kinds)
        self.kinds += [kind] * len(ids)
        self.entity_ids += ids
        self.limits.append(np.asarray(limits, dtype=np.int64))
        return first

    def add_entries(self, rows: AnyIndex, columns: AnyIndex, values: IntArray) -> None:
        self.entries.append((rows, columns, values))

    def relax(self, row: int, coefficient: int) -> None:
        """Let the last variable relax one more row, or tighten it where the coefficient is positive."""
        column = self.num_columns + len(self.uppers) - 1
        self.add_entries(np.array([row]), np.array([column]), np.array([coefficient]))

    def add_variable(
        self, row: int, coefficient: int, upper: int, tier: str, price: int, cohort: int = -1, stage: int = OTHER
    ) -> None:
        """Append a variable that relaxes one row at a price in one tier."""
        column = self.num_columns + len(self.uppers)
        self.uppers.append(upper)
        self.prices.append((tier, price))
        self.variable_rows.append(row)
        self.steps.append(-coefficient)
        self.cohorts.append(cohort)
        self.stages.append(stage)
        self.add_entries(np.array([row]), np.array([column]), np.array([coefficient]))


def assemble_rows(
    columns: Columns,
    *,
    counts_obligations: bool = True,
    extra: ExtraLimits = NO_EXTRA_LIMITS,
    published: IntArray | None = None,
    divisors: Divisors | None = None,
) -> Rows:
    """Return the rows of all limits over `columns`.

    Parameters
    ----------
    columns : Columns
    counts_obligations : bool
        False where the policy has no tier ``shortfall``: what is not delivered then has no price.
    extra : ExtraLimits
    published : int64 array, optional
        Positions of the columns that the published plan has: the tier ``changes`` keeps as many as it can.
    divisors : Divisors, optional
        Of all columns of the problem, where `columns` are not all.
    """
    beyond = {} if divisors is None else divisors.objectives
    divisors = divisors or divisors_of(columns)
    assembly = _Assembly(len(columns))
    _add_vacancies(assembly, columns)
    several = several_of(columns)
    _add_training(assembly, columns, several)
    _add_obligations(assembly, columns, counts_obligations, divisors.units)
    _add_quotas(assembly, columns)
    _add_resources(assembly, columns, divisors.resource)
    _add_pins(assembly, columns)
    _add_differences(assembly, extra)
    _add_worst(assembly, columns, extra)
    return replace(_finished(assembly, columns, published), divisors=beyond)


def _add_vacancies(assembly: _Assembly, columns: Columns) -> None:
    limits = columns.limits
    first = assembly.add_rows("vacancy", limits.vacancy_ids, limits.positions)
    everything = np.arange(len(columns))
    assembly.add_entries(first + columns.vacancy, everything, np.ones(len(columns), dtype=np.int64))


def _add_training(assembly: _Assembly, columns: Columns, several: Several) -> None:
    limits = columns.limits
    column_of_entry = np.repeat(np.arange(len(columns)), np.diff(columns.route_start))[columns.route_is_new]
    cohort = columns.route_cohort[columns.route_is_new]
    if several.is_own.any():  # their enrolments are variables of their own
        own_entry = several.is_own[column_of_entry]
        assembly.own_costs = columns.cost.astype(np.int64)
        np.subtract.at(assembly.own_costs, column_of_entry[own_entry], limits.seat_cost[cohort[own_entry]])
        column_of_entry, cohort = column_of_entry[~own_entry], cohort[~own_entry]
    first_seat = assembly.add_rows("seat", limits.cohort_ids, np.where(limits.is_optional, 0, limits.seats))
    assembly.add_entries(first_seat + cohort, column_of_entry, np.ones(len(cohort), dtype=np.int64))
    groups = seat_groups(limits)
    _add_seat_groups(assembly, groups, cohort, column_of_entry)
    first_budget = assembly.add_rows("budget", limits.budget_ids, most_payable(limits))
    budget = limits.budget_of_cohort[cohort]
    paid = (budget >= 0) & (limits.seat_cost[cohort] > 0)
    assembly.add_entries(first_budget + budget[paid], column_of_entry[paid], limits.seat_cost[cohort[paid]])
    by_cohort = np.argsort(cohort, kind="stable") if limits.is_optional.any() else cohort[:0]
    ends = np.searchsorted(cohort[by_cohort], np.arange(len(limits.cohort_ids) + 1))
    least_rows: dict[int, int] = {}
    for k in np.flatnonzero(limits.is_optional).tolist():
        cost, least = int(limits.fixed_cost[k]), int(limits.least_enrolment[k])
        assembly.add_variable(first_seat + k, -int(limits.seats[k]), 1, "cost", cost, cohort=k)
        if cost and limits.budget_of_cohort[k] >= 0:
            assembly.relax(first_budget + int(limits.budget_of_cohort[k]), cost)
        if least:
            row = assembly.add_rows("enrolment_min", (limits.cohort_ids[k],), np.array([0]))
            _add_constant(assembly, row, column_of_entry[by_cohort[ends[k] : ends[k + 1]]], -1)
            assembly.relax(row, least)
            least_rows[k] = row
    _add_several(assembly, columns, several, first_seat, first_budget, least_rows)
    for position, group in enumerate(groups, first_seat + len(limits.cohort_ids)):
        numbers = [assembly.enrolled[k] for k in group.cohorts.tolist() if k in assembly.enrolled]
        _add_constant(assembly, position, np.array(numbers, dtype=np.int64), 1)
    if limits.trainings_total >= 0:
        row = assembly.add_rows("trainings_total", ("all",), np.array([limits.trainings_total]))
        assembly.add_entries(np.full(len(cohort), row), column_of_entry, np.ones(len(cohort), dtype=np.int64))
        own = np.array(list(assembly.enrolled.values()), dtype=np.int64)
        _add_constant(assembly, row, own, 1)


def _add_seat_groups(
    assembly: _Assembly, groups: Sequence[SeatGroup], cohort: AnyIndex, column_of_entry: AnyIndex
) -> None:
    """Add the sums of seats, which let all seats pass; a column may take several of them."""
    most = np.array([group.seats for group in groups], dtype=np.int64)
    first = assembly.add_rows(PAID_SEATS, tuple(group.entity_id for group in groups), most)
    for position, group in enumerate(groups, first):
        own = column_of_entry[np.isin(cohort, group.cohorts)]
        taker, number = np.unique(own, return_counts=True)
        assembly.add_entries(np.full(len(taker), position), taker, number)


def _add_several(
    assembly: _Assembly,
    columns: Columns,
    several: Several,
    first_seat: int,
    first_budget: int,
    least_rows: dict[int, int],
) -> None:
    """Add the rows and variables of candidates with several placements; the first seat of each serves them all."""
    limits = columns.limits
    row_of = {
        (row.kind, row.entity_id): assembly.add_rows(row.kind, (row.entity_id,), np.array([row.limit]))
        for row in several.rows
    }
    for k, most in several.enrolled.items():
        row = row_of["enrolled", limits.cohort_ids[k]]
        assembly.enrolled[k] = assembly.num_columns + len(assembly.uppers)
        assembly.add_variable(row, -1, most, "cost", int(limits.seat_cost[k]), stage=ENROLLED)
        assembly.relax(first_seat + k, 1)
        if limits.budget_of_cohort[k] >= 0 and limits.seat_cost[k]:
            assembly.relax(first_budget + int(limits.budget_of_cohort[k]), int(limits.seat_cost[k]))
        if k in least_rows:
            assembly.relax(least_rows[k], -1)
    place = {}
    for i, k in several.enrolments:
        name = f"{limits.candidate_ids[i]}|{limits.cohort_ids[k]}"
        place[i, k] = assembly.num_columns + len(assembly.uppers)
        assembly.add_variable(row_of["enrolment", name], several.coefficient[i, k], 1, "cost", 0, stage=ENROLMENT)
    for own in several.rows:
        number = row_of[own.kind, own.entity_id]
        assembly.add_entries(np.full(len(own.columns), number), own.columns, own.values)
        beside = {place[key]: value for key, value in own.enrolments.items() if own.kind != "enrolment"}
        beside |= {assembly.enrolled[k]: value for k, value in own.enrolled.items() if own.kind != "enrolled"}
        for column, value in beside.items():
            assembly.add_entries(np.array([number]), np.array([column]), np.array([value]))


def _add_obligations(assembly: _Assembly, columns: Columns, is_counted: bool, divisors: IntArray) -> None:
    limits = columns.limits
    owing = np.flatnonzero(limits.required > 0)
    first = assembly.add_rows("obligation", tuple(limits.contract_ids[t] for t in owing), -limits.required[owing])
    row_of_contract = np.full(len(limits.contract_ids) + 1, -1)
    row_of_contract[owing] = first + np.arange(len(owing))
    row = row_of_contract[limits.contract_of_vacancy[columns.vacancy]]  # contract -1 reads the last entry: no row
    counted = np.flatnonzero((row >= 0) & (columns.units > 0))
    assembly.add_entries(row[counted], counted, -columns.units[counted])
    counted = counted[np.argsort(row[counted], kind="stable")]
    ends = np.searchsorted(row[counted], first + np.arange(len(owing) + 1))
    for position, contract in enumerate(owing):
        price = int(limits.shortfall_price[contract]) if is_counted else 0
        assembly.add_variable(first + position, -1, int(limits.required[contract]), "shortfall", price)
        own = counted[ends[position] : ends[position + 1]]
        _add_obligation_step(
            assembly, limits, int(contract), own, columns.units[own].astype(np.int64), int(divisors[contract])
        )


def _add_obligation_step(
    assembly: _Assembly, limits: Limits, contract: int, own: IntArray, units: IntArray, step: int
) -> None:
    """Add the rounding inequality of an obligation: whole people deliver multiples of the units' common divisor.

    Mixed-integer rounding (Nemhauser and Wolsey 1988, section II.1.6) of the obligation's own row: with divisor g and
    remainder r of what is required, ``r units + g shortfall >= r g ceil(required / g)``.
    """
    remainder = int(limits.required[contract]) % step if step else 0
    if not remainder:
        return
    most = -(-int(limits.required[contract]) // step)
    row = assembly.add_rows("obligation_step", (limits.contract_ids[contract],), np.array([-remainder * step * most]))
    assembly.add_entries(np.full(len(own), row), own, -remainder * units)
    assembly.relax(row, -step)


def _add_quotas(assembly: _Assembly, columns: Columns) -> None:
    limits = columns.limits
    for q, quota_id in enumerate(limits.quota_ids):
        covered = limits.quota_covers[q][columns.vacancy]
        is_member = covered & ((columns.group_bits >> np.int64(limits.quota_group[q])) & 1).astype(bool)
        members, placements = np.flatnonzero(is_member), np.flatnonzero(covered)
        most = min(int(limits.positions[limits.quota_covers[q]].sum()), int(limits.placements.sum()))
        is_hard, price = limits.quota_price[q] < 0, int(limits.quota_price[q])
        least, largest = int(limits.quota_min[q]), int(limits.quota_max[q])
        if least >= 0:
            row = assembly.add_rows("quota_min", (quota_id,), np.array([-least]))
            _add_constant(assembly, row, members, -1)
            tier, cost = ("shortfall", limits.hard_quota_price) if is_hard else ("placements", price)
            assembly.add_variable(row, -1, least, tier, cost)
        if largest >= 0:
            row = assembly.add_rows("quota_max", (quota_id,), np.array([largest]))
            _add_constant(assembly, row, members, 1)
            if not is_hard:
                assembly.add_variable(row, -1, max(most - largest, 0), "placements", price)
        for kind, share, sign in (
            ("quota_min_share", int(limits.quota_min_share[q]), 1),
            ("quota_max_share", int(limits.quota_max_share[q]), -1),
        ):
            if share >= 0:
                row = assembly.add_rows(kind, (quota_id,), np.array([0]))
                _add_constant(assembly, row, placements, sign * share)
                _add_constant(assembly, row, members, -sign * SHARE_SCALE)
                if not is_hard:
                    assembly.add_variable(row, -SHARE_SCALE, most, "placements", price)


def _add_constant(assembly: _Assembly, row: int, columns: IntArray, value: int) -> None:
    assembly.add_entries(np.full(len(columns), row), columns, np.full(len(columns), value, dtype=np.int64))


def _add_resources(assembly: _Assembly, columns: Columns, divisors: IntArray) -> None:
    """Add a row per resource, in whole steps of what divides all its uses."""
    limits = columns.limits
    if not limits.resource_ids:
        return
    users = np.flatnonzero(columns.resource >= 0)
    resource, use = columns.resource[users], columns.resource_use[users]
    step = np.maximum(divisors, 1)
    first = assembly.add_rows("resource", limits.resource_ids, limits.resource // step)
    assembly.add_entries(first + resource, users, use // step[resource])


def _add_pins(assembly: _Assembly, columns: Columns) -> None:
    limits = columns.limits
    ids = tuple(
        f"{limits.candidate_ids[i]}|{limits.vacancy_ids[j]}"
        for i, j in zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)
    )
    first = assembly.add_rows("pin", ids, np.ones(len(ids), dtype=np.int64))
    for position, (i, j) in enumerate(zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)):
        begin, end = np.searchsorted(columns.candidate, [i, i + 1])
        own = begin + np.flatnonzero(columns.vacancy[begin:end] == j)
        _add_constant(assembly, first + position, own, 1)


def _add_differences(assembly: _Assembly, extra: ExtraLimits) -> None:
    for number, (avoided, most) in enumerate(zip(extra.avoided, extra.most, strict=True), start=1):
        row = assembly.add_rows("differ", (str(number),), np.array([most]))
        _add_constant(assembly, row, avoided, 1)


def _add_worst(assembly: _Assembly, columns: Columns, extra: ExtraLimits) -> None:
    objectives = _own_objectives(assembly, columns)
    for tier, value in extra.worst.items():
        row = assembly.add_rows("worst", (tier,), np.array([-value]))
        counted = np.flatnonzero(objectives[tier])
        assembly.add_entries(np.full(len(counted), row), counted, -objectives[tier][counted])


def _finished(assembly: _Assembly, columns: Columns, published: IntArray | None) -> Rows:
    num_rows, num_variables = len(assembly.kinds), len(columns) + len(assembly.uppers)
    matrix = _assembled(assembly.entries, (num_rows, num_variables))
    relief = sp.csr_matrix(-matrix[:, len(columns) :].T)
    kinds, owner = tuple(assembly.kinds), owners(columns)
    return Rows(
        limits=columns.limits,
        origin=np.arange(len(columns)),
        candidate=owner,
        vacancy=columns.vacancy.astype(np.int64),
        person=columns.candidate.astype(np.int64) if (columns.limits.placements > 1).any() else owner,
        matrix=matrix,
        limit=np.concatenate(assembly.limits) if assembly.limits else np.empty(0, np.int64),
        least=np.zeros(sum(kind in COUNTED for kind in kinds), dtype=np.int64),
        is_equation=np.array([kind == "pin" for kind in kinds], dtype=bool),
        kinds=kinds,
        entity_ids=tuple(assembly.entity_ids),
        lower=np.zeros(len(assembly.uppers), dtype=np.int64),
        upper=np.array(assembly.uppers, dtype=np.int64),
        largest=np.array(assembly.uppers, dtype=np.int64),
        scale=_largest_coefficients(kinds, matrix),
        row_of_variable=np.array(assembly.variable_rows, dtype=np.int64),
        step=np.array(assembly.steps, dtype=np.int64),
        relief=relief,
        cohort=np.array(assembly.cohorts, dtype=np.int64),
        stage=np.array(assembly.stages, dtype=np.int64),
        objectives=_objectives(assembly, columns, published),
        links=np.empty((0, 3), dtype=np.int64),
    )


def _assembled(entries: list[tuple[AnyIndex, AnyIndex, IntArray]], shape: tuple[int, int]) -> Any:
    """Return the matrix of all entries, no two of which stand in one place; csc_matrix int64.

    Entries come as a few large families, most of them in order of their columns, and many small ones: each large
    family, and the small ones together, take their places behind one another, without sorting everything.
    """
    large = [entry for entry in entries if len(entry[0]) * 8 > shape[1]]
    small = [entry for entry in entries if 0 < len(entry[0]) * 8 <= shape[1]]
    families = large + ([_joined(small)] if small else [])
    ordered = []
    for rows, columns, values in families:
        order = np.argsort(columns, kind="stable") if (columns[1:] < columns[:-1]).any() else slice(None)
        count = np.bincount(columns, minlength=shape[1])
        ordered.append((rows[order], columns[order], values[order], count))
    starts = np.r_[0, np.cumsum(sum((count for *_, count in ordered), np.zeros(shape[1], dtype=np.int64)))]
    index_type = np.int32 if starts[-1] < 2**31 else np.int64
    indices, data = np.empty(starts[-1], index_type), np.empty(starts[-1], np.int64)
    place = starts[:-1].copy()
    for rows, columns, values, count in ordered:
        at = (place - (np.cumsum(count) - count))[columns] + np.arange(len(columns))
        indices[at], data[at] = rows, values
        place += count
    matrix = sp.csc_matrix((data, indices, starts.astype(index_type)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _joined(entries: list[tuple[AnyIndex, AnyIndex, IntArray]]) -> tuple[AnyIndex, AnyIndex, IntArray]:
    rows, columns, values = (np.concatenate([np.asarray(entry[part]) for entry in entries]) for part in range(3))
    return rows, columns, values


def _largest_coefficients(kinds: tuple[str, ...], matrix: Any) -> FloatArray:
    scale = np.ones(len(kinds))
    is_plain = np.array([kind in (*COUNTED, "pin", "quota_min", "quota_max") for kind in kinds], dtype=bool)
    other = ~is_plain[matrix.indices]
    np.maximum.at(scale, matrix.indices[other], np.abs(matrix.data[other]).astype(np.float64))
    return scale


def _objectives(assembly: _Assembly, columns: Columns, published: IntArray | None) -> dict[str, IntArray]:
    costs = columns.cost if assembly.own_costs is None else assembly.own_costs
    return objectives_over(columns, costs, _prices_by_tier(assembly), published)


def objectives_over(
    columns: Columns, costs: NarrowArray, beside: Mapping[str, IntArray], published: IntArray | None
) -> dict[str, IntArray]:
    """Return every tier's objective over columns and other variables, each to be maximised; int64 (N + X,).

    Parameters
    ----------
    columns : Columns
    costs : int array (N,)
        Of the columns alone, öre.
    beside : mapping of tier to int64 (X,)
        Of the other variables.
    published : int64 array, optional
        See `assemble_rows`.
    """
    objectives = _aims_of_columns(columns, costs, beside)
    if published is not None:
        objectives["changes"] = np.zeros(len(columns) + len(beside["placements"]), dtype=np.int64)
        objectives["changes"][published] = 1
    lead = objectives["placements"].copy()
    lead[len(columns) :] += objectives["shortfall"][len(columns) :] // lead_price(len(columns))  # no column has any
    objectives[LEAD] = lead
    return objectives


def _own_objectives(assembly: _Assembly, columns: Columns) -> dict[str, IntArray]:
    costs = columns.cost if assembly.own_costs is None else assembly.own_costs
    return _aims_of_columns(columns, costs, _prices_by_tier(assembly))


def _prices_by_tier(assembly: _Assembly) -> dict[str, IntArray]:
    return {
        tier: np.array([-price if owner == tier else 0 for owner, price in assembly.prices], dtype=np.int64)
        for tier in ("shortfall", "placements", "cost", "tie_break")
    }


def _aims_of_columns(columns: Columns, costs: NarrowArray, beside: Mapping[str, IntArray]) -> dict[str, IntArray]:
    per_column = {
        "shortfall": np.zeros(len(columns), dtype=np.int64),
        "placements": columns.weight,
        "cost": -costs,
        "tie_break": -columns.lottery,
    }
    return {tier: np.concatenate([values, beside[tier]]) for tier, values in per_column.items()}
