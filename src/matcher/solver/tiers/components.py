"""What of a problem hangs together, and its parts as problems of their own.

Limits tie columns together: those of one candidate, one vacancy, one cohort, one contract. Where the limits that
reach over everything (budgets, quotas, resources) can never bind, a problem falls into components.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from matcher.columns import BoolArray, Columns, IntArray, Limits
from matcher.solver.model.paid_seats import KIND as PAID_SEATS
from matcher.solver.model.rows import Rows

REACHING_OVER = ("budget", "quota_min", "quota_max", "quota_min_share", "quota_max_share", "resource", PAID_SEATS)
SMALLEST_PROBLEM = 20_000  # columns; a smaller problem is solved before its parts have been shared out
SMALLEST_SHARE = 2_000  # columns that are worth a share of their own
MOST_SHARES = 16  # whatever the engine: one problem is cut in one way, so that one input has one plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What hangs together: D components.

    Parameters
    ----------
    of_candidate : int64 (C,)
        Component of each candidate.
    of_row : int64 (R,)
        Component of each row, -1 for those that were priced out.
    num_columns : int64 (D,)
    """

    of_candidate: IntArray
    of_row: IntArray
    num_columns: IntArray


def find_components(rows: Rows, priced_out: Collection[int] = ()) -> Components:
    """Return what hangs together when some rows are taken away, their limits being kept by prices or by themselves.

    Parameters
    ----------
    rows : Rows
    priced_out : collection of int
        Positions of rows.
    """
    num_candidates, num_rows = len(rows.limits.candidate_ids), len(rows.limit)
    entries = rows.matrix.tocoo()
    is_tie = np.ones(num_rows, np.bool_)
    is_tie[list(priced_out)] = False
    kept = is_tie[entries.row]
    row, variable = entries.row[kept].astype(np.int64), entries.col[kept].astype(np.int64)
    # A column is its candidate; every other variable ties the rows that it stands in.
    num_others = rows.matrix.shape[1] - rows.num_columns
    is_column = variable < rows.num_columns
    node = np.empty(len(variable), np.int64)
    node[is_column] = rows.person[variable[is_column]]
    node[~is_column] = num_candidates + variable[~is_column] - rows.num_columns
    num_nodes = num_candidates + num_others + num_rows
    ties = (np.ones(len(node), np.bool_), (node, num_candidates + num_others + row))
    _, label = connected_components(sp.csr_matrix(ties, shape=(num_nodes, num_nodes)), directed=False)
    label = label.astype(np.int64)
    of_candidate = label[:num_candidates]
    return Components(
        of_candidate=of_candidate,
        of_row=np.where(is_tie, label[num_candidates + num_others :], -1),
        num_columns=np.bincount(of_candidate[rows.person], minlength=int(label.max(initial=-1)) + 1),
    )


def never_binding(rows: Rows) -> IntArray:
    """Return the rows reaching over everything whose limit no plan can break, candidates taking one column each."""
    kinds = np.array([kind in REACHING_OVER for kind in rows.kinds], np.bool_)
    wide = np.flatnonzero(kinds & ~rows.is_equation)
    matrix = rows.matrix.tocsr()
    most_placements = rows.limits.placements
    slack = []
    for row in wide.tolist():
        if rows.kinds[row] == PAID_SEATS:
            slack.append(row)  # all the seats there are
            continue
        begin, end = matrix.indptr[row], matrix.indptr[row + 1]
        variable, value = matrix.indices[begin:end], matrix.data[begin:end].clip(min=0)
        is_column = variable < rows.num_columns
        most = np.zeros(len(most_placements), np.int64)
        np.maximum.at(most, rows.person[variable[is_column]], value[is_column])
        others = variable[~is_column] - rows.num_columns
        if int(most @ most_placements) + int(value[~is_column] @ rows.upper[others]) <= rows.limit[row]:
            slack.append(row)
    return np.array(slack, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some components, to be solved as a problem of their own.

    Parameters
    ----------
    position : int64 (n,)
        Of its columns among all; rising.
    columns : Columns
        With the limits of the whole, but for what belongs to other shares or never binds.
    """

    position: IntArray
    columns: Columns


def may_fall_apart(columns: Columns) -> bool:
    """Tell whether candidates and vacancies alone leave more than one sizable component: a quick look."""
    if len(columns) < SMALLEST_PROBLEM:
        return False
    num_candidates, num_vacancies = len(columns.limits.candidate_ids), len(columns.limits.vacancy_ids)
    size = num_candidates + num_vacancies
    ends = np.cumsum(np.bincount(columns.candidate, minlength=size))
    pairs = (np.ones(len(columns), np.bool_), num_candidates + columns.vacancy, np.append(0, ends))
    _, label = connected_components(sp.csr_matrix(pairs, shape=(size, size)), directed=False)
    sizes = np.bincount(label[columns.candidate])
    return int((sizes >= SMALLEST_SHARE).sum()) > 1


def shares_of(columns: Columns, rows: Rows) -> list[Share]:
    """Return the components as at most `MOST_SHARES` problems of about equal size; none where one holds it all.

    Parameters
    ----------
    columns : Columns
    rows : Rows
        Over all of them.
    """
    slack = never_binding(rows)
    found = find_components(rows, slack.tolist())
    sizable = int((found.num_columns >= SMALLEST_SHARE).sum())
    if sizable < 2:
        return []
    share_of = _shared_out(found.num_columns, min(sizable, MOST_SHARES))
    share_of_column = share_of[found.of_candidate[columns.candidate]]
    share_of_row = np.where(found.of_row < 0, -1, share_of[found.of_row])
    shares = []
    for number in range(int(share_of.max()) + 1):
        position = np.flatnonzero(share_of_column == number)
        own = {(rows.kinds[row], rows.entity_ids[row]) for row in np.flatnonzero(share_of_row == number).tolist()}
        limits = _own_limits(columns.limits, own, share_of[found.of_candidate] == number)
        shares.append(Share(position=position, columns=replace(columns.some(position), limits=limits)))
    return shares


def _shared_out(sizes: IntArray, number: int) -> IntArray:
    """Return the share of each component: the largest first, each to the share that has least."""
    load = [0] * number
    share_of = np.zeros(len(sizes), np.int64)
    for component in np.argsort(-sizes, kind="stable").tolist():
        least = load.index(min(load)) if sizes[component] else 0  # rows that no column touches go to the first
        share_of[component] = least
        load[least] += int(sizes[component])
    return share_of


def _own_limits(limits: Limits, own: set[tuple[str, str]], is_here: BoolArray) -> Limits:
    """Return the limits without what other shares owe, and without what never binds."""
    owed = [("obligation", contract_id) in own for contract_id in limits.contract_ids]
    counts: dict[str, Any] = {}
    for kind in ("quota_min", "quota_max", "quota_min_share", "quota_max_share"):
        is_own = np.array([(kind, quota_id) in own for quota_id in limits.quota_ids], np.bool_)
        counts[kind] = np.where(is_own, getattr(limits, kind), -1)
    pinned = is_here[limits.pinned_candidate]
    return replace(
        limits,
        required=np.where(np.array(owed, np.bool_), limits.required, 0),
        pinned_candidate=limits.pinned_candidate[pinned],
        pinned_vacancy=limits.pinned_vacancy[pinned],
        **counts,
    )
