"""Writes the rows of training: seats and their sums, budgets, optional cohorts, enrolments of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.solver.model.entries import Assembly, all_alike
from matcher.solver.model.paid_seats import KIND as PAID_SEATS
from matcher.solver.model.paid_seats import SeatGroup, seat_groups
from matcher.solver.model.payable import most_payable
from matcher.solver.model.rows import AnyIndex
from matcher.solver.model.several import ENROLLED, ENROLMENT, Several


def add_training(assembly: Assembly, columns: Columns, several: Several) -> None:
    """Add seats, sums of seats, budgets, optional cohorts, and what people with several placements take of them."""
    limits = columns.limits
    column_of_entry = np.repeat(np.arange(len(columns)), np.diff(columns.route_start))[columns.route_is_new]
    cohort = columns.route_cohort[columns.route_is_new]
    if several.is_own.any():  # their enrolments are variables of their own
        own_entry = several.is_own[column_of_entry]
        assembly.own_costs = columns.cost.astype(np.int64)
        np.subtract.at(assembly.own_costs, column_of_entry[own_entry], limits.seat_cost[cohort[own_entry]])
        column_of_entry, cohort = column_of_entry[~own_entry], cohort[~own_entry]
    first_seat = assembly.add_rows("seat", limits.cohort_ids, np.where(limits.is_optional, 0, limits.seats))
    assembly.add_entries(first_seat + cohort, column_of_entry, all_alike(1, len(cohort)))
    groups = seat_groups(limits)
    _add_seat_groups(assembly, groups, cohort, column_of_entry, len(limits.cohort_ids))
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
            assembly.add_constant(row, column_of_entry[by_cohort[ends[k] : ends[k + 1]]], -1)
            assembly.relax(row, least)
            least_rows[k] = row
    _add_several(assembly, columns, several, first_seat, first_budget, least_rows)
    for position, group in enumerate(groups, first_seat + len(limits.cohort_ids)):
        numbers = [assembly.enrolled[k] for k in group.cohorts.tolist() if k in assembly.enrolled]
        assembly.add_constant(position, np.array(numbers, dtype=np.int64), 1)
    if limits.trainings_total >= 0:
        row = assembly.add_rows("trainings_total", ("all",), np.array([limits.trainings_total]))
        assembly.add_constant(row, column_of_entry, 1)
        own = np.array(list(assembly.enrolled.values()), dtype=np.int64)
        assembly.add_constant(row, own, 1)


def _add_seat_groups(
    assembly: Assembly, groups: Sequence[SeatGroup], cohort: AnyIndex, column_of_entry: AnyIndex, num_cohorts: int
) -> None:
    """Add the sums of seats, which let all seats pass; a column may take several of them."""
    most = np.array([group.seats for group in groups], dtype=np.int64)
    first = assembly.add_rows(PAID_SEATS, tuple(group.entity_id for group in groups), most)
    by_cohort = np.argsort(np.concatenate([np.empty(0, np.int64), *(group.cohorts for group in groups)]), kind="stable")
    group_of = np.repeat(np.arange(len(groups)), [len(group.cohorts) for group in groups])[by_cohort]
    size = np.zeros(num_cohorts, dtype=np.int64)
    for group in groups:
        size[group.cohorts] += 1
    group_of_cohort = _Lists(values=group_of, begin=np.cumsum(size) - size, size=size)
    is_other = column_of_entry[1:] != column_of_entry[:-1]
    is_alone = np.ones(len(cohort), dtype=bool)  # the only cohort of its column: none of its groups comes twice
    is_alone[1:] &= is_other
    is_alone[:-1] &= is_other
    member, times = group_of_cohort.of(cohort[is_alone])
    assembly.add_entries(first + member, np.repeat(column_of_entry[is_alone], times), all_alike(1, len(member)))
    member, times = group_of_cohort.of(cohort[~is_alone])
    taker = np.repeat(column_of_entry[~is_alone], times)
    order = np.lexsort((member, taker))
    member, taker = member[order], taker[order]
    is_first = np.ones(len(taker), dtype=bool)
    is_first[1:] = (member[1:] != member[:-1]) | (taker[1:] != taker[:-1])
    place = np.flatnonzero(is_first)
    assembly.add_entries(first + member[place], taker[place], np.diff(np.r_[place, len(taker)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """A list for each cohort, one after the other."""

    values: IntArray
    begin: IntArray
    size: IntArray

    def of(self, cohort: AnyIndex) -> tuple[IntArray, IntArray]:
        """Return the lists of some cohorts, one after the other, and how long each of them is."""
        begin, times = self.begin[cohort], self.size[cohort]
        within = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        return self.values[np.repeat(begin, times) + within], times


def _add_several(
    assembly: Assembly,
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
        assembly.enrolments[i, k] = len(assembly.uppers)
        place[i, k] = assembly.num_columns + len(assembly.uppers)
        assembly.add_variable(row_of["enrolment", name], several.coefficient[i, k], 1, "cost", 0, stage=ENROLMENT)
    for own in several.rows:
        number = row_of[own.kind, own.entity_id]
        assembly.add_entries(np.full(len(own.columns), number), own.columns, own.values)
        beside = {place[key]: value for key, value in own.enrolments.items() if own.kind != "enrolment"}
        beside |= {assembly.enrolled[k]: value for k, value in own.enrolled.items() if own.kind != "enrolled"}
        for column, value in beside.items():
            assembly.add_entries(np.array([number]), np.array([column]), np.array([value]))
