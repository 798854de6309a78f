"""Writes the model's rows over some columns: every limit of docs/model.md section 4, as section 6 states it."""

from __future__ import annotations

from dataclasses import replace
from math import gcd
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import SHARE_SCALE, Columns, IntArray, Limits, NarrowArray
from matcher.solver.model.conflicts import KnownConflicts
from matcher.solver.model.divisors import Divisors, divisors_of
from matcher.solver.model.entries import Assembly, all_alike
from matcher.solver.model.objectives import aims_of_columns, objectives_over
from matcher.solver.model.paid_seats import KIND as PAID_SEATS
from matcher.solver.model.rows import NO_EXTRA_LIMITS, ExtraLimits, Rows
from matcher.solver.model.several import owners, several_of
from matcher.solver.model.training_rows import add_training
from matcher.solver.programmes.programme import FloatArray

LARGEST_TERM = 2**62
AT_ONE_TIME = 2**20  # entries that are looked through: what they take is taken again for the next
MOST_UNITS = 12 * 10**10  # of a column, in hundredths: a hundred years of full time at a credit of a million
COUNTED = ("vacancy", "seat", PAID_SEATS)  # the rows that stand first, which a part of the plans may fill to a number


def assemble_rows(
    columns: Columns,
    *,
    counts_obligations: bool = True,
    extra: ExtraLimits = NO_EXTRA_LIMITS,
    published: IntArray | None = None,
    divisors: Divisors | None = None,
    threads: int = 1,
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
    threads : int
        More make it faster and never change anything.
    """
    beyond = {} if divisors is None else divisors.objectives
    divisors = divisors or divisors_of(columns)
    assembly = Assembly(len(columns))
    _add_vacancies(assembly, columns)
    several = several_of(columns)
    add_training(assembly, columns, several)
    _add_obligations(assembly, columns, counts_obligations, divisors.units)
    _add_quotas(assembly, columns)
    _add_resources(assembly, columns, divisors.resource)
    _add_pins(assembly, columns)
    _add_differences(assembly, extra)
    _add_worst(assembly, columns, extra)
    return replace(_finished(assembly, columns, published, threads), divisors=beyond)


def _add_vacancies(assembly: Assembly, columns: Columns) -> None:
    limits = columns.limits
    first = assembly.add_rows("vacancy", limits.vacancy_ids, limits.positions)
    everything = np.arange(len(columns))
    assembly.add_entries(first + columns.vacancy, everything, all_alike(1, len(columns)))


def _add_obligations(assembly: Assembly, columns: Columns, is_counted: bool, divisors: IntArray) -> None:
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
    assembly: Assembly, limits: Limits, contract: int, own: IntArray, units: IntArray, step: int
) -> None:
    """Add the rounding inequality of an obligation: whole people deliver multiples of the units' common divisor.

    Mixed-integer rounding (Nemhauser and Wolsey 1988, section II.1.6) of the obligation's own row: with divisor g and
    remainder r of what is required, ``r units + g shortfall >= r g ceil(required / g)``. Where 64 bits do not
    hold that, which takes millions of hours, the obligation's own row has to do.
    """
    remainder = int(limits.required[contract]) % step if step else 0
    if not remainder:
        return
    most = -(-int(limits.required[contract]) // step)
    if remainder * max(step * most, MOST_UNITS) >= LARGEST_TERM:
        return
    row = assembly.add_rows("obligation_step", (limits.contract_ids[contract],), np.array([-remainder * step * most]))
    assembly.add_entries(np.full(len(own), row), own, -remainder * units)
    assembly.relax(row, -step)


def _add_quotas(assembly: Assembly, columns: Columns) -> None:
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
            assembly.add_constant(row, members, -1)
            tier, cost = ("shortfall", limits.hard_quota_price) if is_hard else ("placements", price)
            assembly.add_variable(row, -1, least, tier, cost)
        if largest >= 0:
            row = assembly.add_rows("quota_max", (quota_id,), np.array([largest]))
            assembly.add_constant(row, members, 1)
            if not is_hard:
                assembly.add_variable(row, -1, max(most - largest, 0), "placements", price)
        for kind, share, sign in (
            ("quota_min_share", int(limits.quota_min_share[q]), 1),
            ("quota_max_share", int(limits.quota_max_share[q]), -1),
        ):
            if share >= 0:
                row = assembly.add_rows(kind, (quota_id,), np.array([0]))
                per_placement, per_member = whole_share(share)
                assembly.add_constant(row, placements, sign * per_placement)
                assembly.add_constant(row, members, -sign * per_member)
                if not is_hard:
                    assembly.add_variable(row, -per_member, most, "placements", price)


def whole_share(share: int) -> tuple[int, int]:
    """Return a share in millionths as a fraction of the smallest whole numbers: cuts divide by these."""
    step = gcd(share, SHARE_SCALE)
    return share // step, SHARE_SCALE // step


def _add_resources(assembly: Assembly, columns: Columns, divisors: IntArray) -> None:
    """Add a row per resource, in whole steps of what divides all its uses."""
    limits = columns.limits
    if not limits.resource_ids:
        return
    users = np.flatnonzero(columns.resource >= 0)
    resource, use = columns.resource[users], columns.resource_use[users]
    step = np.maximum(divisors, 1)
    first = assembly.add_rows("resource", limits.resource_ids, limits.resource // step)
    assembly.add_entries(first + resource, users, use // step[resource])


def _add_pins(assembly: Assembly, columns: Columns) -> None:
    limits = columns.limits
    ids = tuple(
        f"{limits.candidate_ids[i]}|{limits.vacancy_ids[j]}"
        for i, j in zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)
    )
    first = assembly.add_rows("pin", ids, np.ones(len(ids), dtype=np.int64))
    for position, (i, j) in enumerate(zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)):
        begin, end = columns.of_candidate(int(i))
        own = begin + np.flatnonzero(columns.vacancy[begin:end] == j)
        assembly.add_constant(first + position, own, 1)


def _add_differences(assembly: Assembly, extra: ExtraLimits) -> None:
    for number, (avoided, most) in enumerate(zip(extra.avoided, extra.most, strict=True), start=1):
        row = assembly.add_rows("differ", (str(number),), np.array([most]))
        assembly.add_constant(row, avoided, 1)


def _add_worst(assembly: Assembly, columns: Columns, extra: ExtraLimits) -> None:
    if not extra.worst:
        return
    objectives = aims_of_columns(columns, _costs(assembly, columns), assembly.prices_by_tier())
    for tier, value in extra.worst.items():
        row = assembly.add_rows("worst", (tier,), np.array([-value]))
        counted = np.flatnonzero(objectives[tier])
        assembly.add_entries(np.full(len(counted), row), counted, -objectives[tier][counted])


def _finished(assembly: Assembly, columns: Columns, published: IntArray | None, threads: int) -> Rows:
    matrix = assembly.matrix(threads)
    relief = sp.csr_matrix(-matrix[:, len(columns) :].T)
    kinds, owner = tuple(assembly.kinds), owners(columns)
    return Rows(
        limits=columns.limits,
        origin=np.arange(len(columns)),
        candidate=owner,
        vacancy=columns.vacancy.astype(np.int64),
        person=columns.candidate.astype(np.int64) if (columns.limits.placements > 1).any() else owner,
        matrix=matrix,
        limit=assembly.limits(),
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
        objectives=objectives_over(columns, _costs(assembly, columns), assembly.prices_by_tier(), published),
        links=np.empty((0, 3), dtype=np.int64),
        conflicts=_conflicts(columns, assembly) if (columns.limits.placements > 1).any() else None,
    )


def _conflicts(columns: Columns, assembly: Assembly) -> KnownConflicts:
    row_of = np.full(len(columns.limits.candidate_ids), -1, dtype=np.int64)
    several = np.unique(columns.candidate[columns.limits.placements[columns.candidate] > 1])
    row_of[several] = [row for row, kind in enumerate(assembly.kinds) if kind == "placements"]
    return KnownConflicts(columns, assembly.enrolments, row_of)


def _largest_coefficients(kinds: tuple[str, ...], matrix: Any) -> FloatArray:
    scale = np.ones(len(kinds))
    is_other = np.array([kind not in (*COUNTED, "pin", "quota_min", "quota_max") for kind in kinds], dtype=bool)
    for first in range(0, len(matrix.data), AT_ONE_TIME):
        row, value = (entries[first : first + AT_ONE_TIME] for entries in (matrix.indices, matrix.data))
        other = is_other[row]
        np.maximum.at(scale, row[other], np.abs(value[other]).astype(np.float64))
    return scale


def _costs(assembly: Assembly, columns: Columns) -> NarrowArray:
    """Return what the columns alone cost."""
    return columns.cost if assembly.own_costs is None else assembly.own_costs
