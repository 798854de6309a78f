"""The rows of a problem most of whose columns an earlier one had: what was written for them then is taken over.

What a column has in a row follows from its candidate's groups, its vacancy, its units, its route, and from limits that
hardly ever change: contracts, prices of seats, quotas' groups and shares. Where these are the same, so are its entries,
and only the columns that are new or otherwise are written, over all limits of today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher.columns import BoolArray, Columns, IntArray, Limits
from matcher.solver.again.moved_columns import has_same_columns, moved_ids, same_columns
from matcher.solver.model.assembly import assemble_rows
from matcher.solver.model.divisors import divisors_of
from matcher.solver.model.objectives import objectives_over
from matcher.solver.model.rows import LEAD, Rows

MOST_WRITTEN = 4  # one column in so many: where more are new, all are written
MOST_RUNS = 100_000  # of columns that stay side by side
OF_COLUMNS = ("vacancy", "seat", "budget", "obligation", "obligation_step")  # kinds of rows that come and go with these


def rewritten_rows(
    columns: Columns, before: Columns, rows: Rows, *, counts_obligations: bool, published: IntArray | None
) -> Rows | None:
    """Return the rows that `assemble_rows` writes over all columns of a problem; None where too much is otherwise.

    Parameters
    ----------
    columns : Columns
        All of the problem's.
    before : Columns
        Of the earlier problem.
    rows : Rows
        Over these; links at their end are left out.
    counts_obligations, published
        As for `assemble_rows`.
    """
    if not _has_same_entries(columns.limits, before.limits):
        return None
    is_same = has_same_columns(before, columns)
    if is_same and _has_same_pins(columns.limits, before.limits):
        found = _under_other_limits(columns, rows, counts_obligations=counts_obligations, published=published)
        if found is not None:
            return found
    place = np.arange(len(columns)) if is_same else same_columns(before, columns)
    place[_is_pinned_otherwise(before, columns.limits)] = -1
    is_new = np.ones(len(columns), dtype=bool)
    is_new[place[place >= 0]] = False
    new = np.flatnonzero(is_new)
    if len(new) * MOST_WRITTEN > len(columns):
        return None
    fresh = assemble_rows(columns.some(new), counts_obligations=counts_obligations, divisors=divisors_of(columns))
    row = _moved_rows(rows, fresh)
    if row is None or not _has_same_steps(rows, fresh, row):
        return None
    matrix = _joined(rows.matrix, fresh.matrix, row, place, new, len(columns))
    if matrix is None:
        return None
    scale = fresh.scale.copy()
    scale[row[row >= 0]] = np.maximum(scale[row[row >= 0]], rows.scale[: len(row)][row >= 0])
    candidate = columns.candidate.astype(np.int64)
    beside = {tier: objective[len(new) :] for tier, objective in fresh.objectives.items()}
    return replace(
        fresh,
        origin=np.arange(len(columns)),
        candidate=candidate,
        vacancy=columns.vacancy.astype(np.int64),
        person=candidate,
        matrix=matrix,
        scale=scale,
        objectives=objectives_over(columns, columns.cost, beside, published),
        divisors={},
    )


def _has_same_pins(now: Limits, then: Limits) -> bool:
    names = ("pinned_candidate", "pinned_vacancy")
    return all(np.array_equal(getattr(now, name), getattr(then, name)) for name in names)


def _under_other_limits(
    columns: Columns, rows: Rows, *, counts_obligations: bool, published: IntArray | None
) -> Rows | None:
    """Return the rows of before over the same columns, under today's limits; None where any entry is otherwise."""
    num_columns, known = rows.num_columns, len(rows.kinds) - len(rows.links)
    nothing: dict[str, Any] = {name: array[:0] for name, array in columns.arrays().items()}
    fresh = assemble_rows(
        replace(columns, **nothing), counts_obligations=counts_obligations, divisors=divisors_of(columns)
    )
    row = _moved_rows(rows, fresh)
    if row is None or len(fresh.kinds) != known or (row < 0).any() or not _has_same_steps(rows, fresh, row):
        return None
    matrix = rows.matrix[:known] if len(rows.links) else rows.matrix
    if (matrix[:, num_columns:] != fresh.matrix).nnz:
        return None
    objectives = {tier: objective for tier, objective in rows.objectives.items() if tier in fresh.objectives}
    aims = objectives.keys() - {LEAD}  # which follows from the others
    if any(not np.array_equal(objectives[tier][num_columns:], fresh.objectives[tier]) for tier in aims):
        objectives = objectives_over(columns, columns.cost, fresh.objectives, None)
    if published is not None:
        objectives["changes"] = np.zeros(matrix.shape[1], dtype=np.int64)
        objectives["changes"][published] = 1
    return replace(
        fresh,
        origin=np.arange(num_columns),
        candidate=rows.candidate,
        vacancy=rows.vacancy,
        person=rows.person,
        matrix=matrix,
        scale=rows.scale[:known],
        objectives=objectives,
        divisors={},
    )


def _has_same_entries(now: Limits, then: Limits) -> bool:
    """Tell whether nothing differs that decides what a column has in a row, whatever the columns are."""
    if any((limits.placements > 1).any() or limits.resource_ids for limits in (now, then)):
        return False  # rows of their own, and steps over all columns
    cohort, vacancy, quota, contract = (
        _common(getattr(then, ids), getattr(now, ids))
        for ids in ("cohort_ids", "vacancy_ids", "quota_ids", "contract_ids")
    )
    return (
        all(_same(getattr(then, name), getattr(now, name), cohort) for name in ("seat_cost", "is_optional"))
        and _same(then.least_enrolment > 0, now.least_enrolment > 0, cohort)
        and _names(then.budget_ids, then.budget_of_cohort, cohort[0])
        == _names(now.budget_ids, now.budget_of_cohort, cohort[1])
        and _names(then.contract_ids, then.contract_of_vacancy, vacancy[0])
        == _names(now.contract_ids, now.contract_of_vacancy, vacancy[1])
        and _same(then.required, now.required, contract)
        and all(
            _same(getattr(then, name), getattr(now, name), quota)
            for name in ("quota_group", "quota_min_share", "quota_max_share")
        )
        and np.array_equal(
            then.quota_covers[np.ix_(quota[0], vacancy[0])], now.quota_covers[np.ix_(quota[1], vacancy[1])]
        )
    )


def _common(then: Sequence[str], now: Sequence[str]) -> tuple[IntArray, IntArray]:
    """Return where the ids stand that exist in both."""
    place = moved_ids(then, now)
    stays = np.flatnonzero(place >= 0)
    return stays, place[stays]


def _same(then: npt.NDArray[Any], now: npt.NDArray[Any], common: tuple[IntArray, IntArray]) -> bool:
    return np.array_equal(then[common[0]], now[common[1]])


def _names(ids: Sequence[str], owner: npt.NDArray[Any], which: IntArray) -> list[str | None]:
    return [None if place < 0 else ids[place] for place in owner[which].tolist()]


def _is_pinned_otherwise(before: Columns, now: Limits) -> BoolArray:
    """Tell which columns of then are of a pair that is pinned in one of the two problems alone; bool (N,)."""
    then, is_otherwise = before.limits, np.zeros(len(before), dtype=bool)
    pinned, pinned_now = (
        {
            (limits.candidate_ids[i], limits.vacancy_ids[j])
            for i, j in zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True)
        }
        for limits in (then, now)
    )
    for candidate_id, vacancy_id in pinned ^ pinned_now:
        if candidate_id in then.candidate_ids and vacancy_id in then.vacancy_ids:
            i, j = then.candidate_ids.index(candidate_id), then.vacancy_ids.index(vacancy_id)
            begin, end = np.searchsorted(before.candidate, [i, i + 1])
            is_otherwise[begin:end] |= before.vacancy[begin:end] == j
    return is_otherwise


def _moved_rows(rows: Rows, fresh: Rows) -> IntArray | None:
    """Return where the rows of then stand now, -1 for those that are gone; None where old columns may have new ones."""
    known = len(rows.kinds) - len(rows.links)
    place = {key: row for row, key in enumerate(zip(fresh.kinds, fresh.entity_ids, strict=True))}
    keys = zip(rows.kinds[:known], rows.entity_ids[:known], strict=True)
    row = np.array([place.pop(key, -1) for key in keys], dtype=np.int64)
    if any(kind not in (*OF_COLUMNS, "pin") for kind, _ in place):
        return None
    stays = row[row >= 0]
    return row if (stays[1:] > stays[:-1]).all() else None


def _has_same_steps(rows: Rows, fresh: Rows, row: IntArray) -> bool:
    """Tell whether every obligation that stays is rounded as it was, or still not at all."""
    contracts = [set(), set()]  # type: list[set[str]]
    of_then = range(len(row))
    for found, own, which in ((contracts[0], rows, of_then), (contracts[1], fresh, range(len(fresh.kinds)))):
        found.update(own.entity_ids[at] for at in which if own.kinds[at] == "obligation_step")
    stays = {rows.entity_ids[at] for at in of_then if rows.kinds[at] == "obligation" and row[at] >= 0}
    if contracts[0] & stays != contracts[1] & stays:
        return False
    steps = [at for at in of_then if rows.kinds[at] == "obligation_step" and row[at] >= 0]
    by_one = [np.asarray(own.matrix[:, own.num_columns :].sum(axis=1)).ravel() for own in (rows, fresh)]
    return all(rows.limit[at] == fresh.limit[row[at]] and by_one[0][at] == by_one[1][row[at]] for at in steps)


def _joined(old: Any, fresh: Any, row: IntArray, place: IntArray, new: IntArray, num_columns: int) -> Any:
    """Return the matrix of the old columns at their new places, the new ones, and the other variables.

    Parameters
    ----------
    old : csc_matrix (R of then, N of then + X of then)
    fresh : csc_matrix (R, n + X)
        Of the columns `new`, and of today's other variables.
    row : int64 (R of then without links,)
    place : int64 (N of then,)
    new : int64 (n,)
    num_columns : int
        N.
    """
    stays = np.flatnonzero(place >= 0)
    links = old.shape[0] - len(row)
    if links:  # they stand last, and are no columns' own any more
        old = old[: len(row)]
    at, num_others = place[stays], fresh.shape[1] - len(new)
    variables = np.r_[new, num_columns + np.arange(num_others)]
    count = np.empty(num_columns + num_others, np.int64)
    count[at] = np.diff(old.indptr)[stays]
    count[variables] = np.diff(fresh.indptr)
    starts = np.r_[0, np.cumsum(count)]
    indices, data = np.empty(starts[-1], fresh.indices.dtype), np.empty(starts[-1], np.int64)
    moved_row = row.astype(indices.dtype)
    is_moved = not np.array_equal(row, np.arange(len(row)))
    for source, which, target in ((old, stays, at), (fresh, np.arange(len(variables)), variables)):
        runs = _runs(which, target)
        if len(runs) > MOST_RUNS:
            return None
        for begin, end in runs:
            own = slice(source.indptr[which[begin]], source.indptr[which[end - 1] + 1])
            there = slice(starts[target[begin]], starts[target[end - 1] + 1])
            entries = source.indices[own]
            indices[there] = moved_row[entries] if source is old and is_moved else entries
            data[there] = source.data[own]
    if is_moved and int(indices.min(initial=0)) < 0:
        return None  # a row is gone that columns had which stay
    index_type = np.int32 if starts[-1] < 2**31 else np.int64
    shape = (fresh.shape[0], num_columns + num_others)
    return sp.csc_matrix((data, indices.astype(index_type, copy=False), starts.astype(index_type)), shape=shape)


def _runs(which: IntArray, target: IntArray) -> list[tuple[int, int]]:
    """Return, as half-open ranges, what stands side by side both before and after."""
    if not len(which):
        return []
    breaks = 1 + np.flatnonzero((np.diff(which) != 1) | (np.diff(target) != 1))
    ends = np.r_[breaks, len(which)]
    return list(zip(np.r_[0, breaks].tolist(), ends.tolist(), strict=True))


__all__ = ["rewritten_rows"]
