"""Rows that relaxations gain where they break them: links to optional cohorts, and cliques of one person's conflicts.

Whoever takes a new seat in an optional cohort needs the whole cohort open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rows import AnyIndex, Rows

LINK_KINDS = ("link", "vacancy_link", "obligation_link")
OBLIGATION_LINK = 2
TOGETHER = "together"  # a clique; no certificate prices it, for the sets that people can take say more
CUT = "cut"  # a sum of rows that is divided and rounded down (`rounding_cuts`)
ADDED_KINDS = (*LINK_KINDS, TOGETHER, CUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clique:
    """Columns and enrolments of one candidate of which a plan has one at most.

    Parameters
    ----------
    candidate : int
    columns : int64 (n,)
        Positions among all columns of the problem; sorted.
    made, missing : int64 (m,)
        Variables of enrolments that are made, and of those that are not.
    """

    candidate: int
    columns: IntArray
    made: IntArray
    missing: IntArray


def with_links(rows: Rows, links: IntArray) -> Rows:
    """Return rows with one more per link: who takes a new seat in an optional cohort needs it open.

    Parameters
    ----------
    rows : Rows
    links : int64 (n, 3)
        Kind (position in `LINK_KINDS`), candidate, vacancy or contract, and other variable, which opens the cohort.
    """
    if not len(links):
        return rows
    kind, owner, other = links.T
    limits, cohort = rows.limits, rows.cohort[other]
    added, relief = _links_below(rows, links)
    limit = np.where(kind == OBLIGATION_LINK, -link_sizes(rows, links), 0)
    ids = (limits.candidate_ids, limits.vacancy_ids, limits.contract_ids)
    return replace(
        rows,
        matrix=with_rows_below(rows.matrix, added),
        limit=np.r_[rows.limit, limit],
        is_equation=np.r_[rows.is_equation, np.zeros(len(links), dtype=bool)],
        kinds=(*rows.kinds, *(LINK_KINDS[one] for one in kind)),
        entity_ids=(
            *rows.entity_ids,
            *(
                f"{ids[one][whose]}|{limits.cohort_ids[k]}"
                for one, whose, k in zip(kind.tolist(), owner.tolist(), cohort.tolist(), strict=True)
            ),
        ),
        scale=np.r_[rows.scale, np.maximum(-limit, 1)],
        relief=sp.hstack([rows.relief, relief], format="csr"),
        links=np.concatenate([rows.links, np.column_stack([kind, owner, cohort])]),
    )


def with_cliques(rows: Rows, cliques: Sequence[Clique], first: int) -> Rows:
    """Return rows with one more per clique, numbered from `first`."""
    if not cliques:
        return rows
    row, column, value = [], [], []
    for number, clique in enumerate(cliques):
        place = np.searchsorted(rows.origin, clique.columns)
        is_there = place < rows.num_columns
        is_there[is_there] = rows.origin[place[is_there]] == clique.columns[is_there]
        own = np.r_[place[is_there], rows.num_columns + clique.made, rows.num_columns + clique.missing]
        row.append(np.full(len(own), number))
        column.append(own)
        value.append(np.r_[np.ones(len(own) - len(clique.missing)), -np.ones(len(clique.missing))])
    entries = (np.concatenate(value).astype(np.int64), (np.concatenate(row), np.concatenate(column)))
    added = sp.csc_matrix(entries, shape=(len(cliques), rows.matrix.shape[1]))
    owner = np.array([clique.candidate for clique in cliques], dtype=np.int64)
    numbers = first + np.arange(len(cliques))
    ids = (
        f"{rows.limits.candidate_ids[clique.candidate]}|{number}"
        for clique, number in zip(cliques, numbers.tolist(), strict=True)
    )
    kind = np.full(len(cliques), len(LINK_KINDS))
    return replace(
        rows,
        matrix=with_rows_below(rows.matrix, added),
        limit=np.r_[rows.limit, [1 - len(clique.missing) for clique in cliques]],
        is_equation=np.r_[rows.is_equation, np.zeros(len(cliques), dtype=bool)],
        kinds=(*rows.kinds, *(TOGETHER for _ in cliques)),
        entity_ids=(*rows.entity_ids, *ids),
        scale=np.r_[rows.scale, np.ones(len(cliques))],
        relief=sp.hstack([rows.relief, sp.csr_matrix(-added[:, rows.num_columns :].T)], format="csr"),
        links=np.concatenate([rows.links, np.column_stack([kind, owner, numbers])]),
    )


def differ_by_links(before: Rows, rows: Rows) -> bool:
    """Tell whether rows are the same as before, but for links that they may have gained."""
    number = len(before.limit)
    is_same = rows.candidate is before.candidate and np.array_equal(rows.limit[:number], before.limit)
    return is_same and all(kind in ADDED_KINDS for kind in rows.kinds[number:])


def link_sizes(rows: Rows, links: IntArray) -> IntArray:
    """Return what each link lets in where its cohort is open: people, or units of an obligation; int64 (n,)."""
    kind, owner, other = links.T
    sizes = np.ones(len(links), dtype=np.int64)
    by_vacancy, by_contract = kind == 1, kind == OBLIGATION_LINK
    seats = rows.limits.seats[rows.cohort[other[by_vacancy]]]
    sizes[by_vacancy] = np.minimum(rows.limits.positions[owner[by_vacancy]], seats)
    sizes[by_contract] = rows.limits.required[owner[by_contract]]
    return sizes


def _links_below(rows: Rows, links: IntArray) -> tuple[Any, Any]:
    """Return the entries of links, csc_matrix int64 (n, N + X), and what relaxes them, csr_matrix int64 (X, n)."""
    kind, owner, other = links.T
    contract = rows.limits.contract_of_vacancy
    near = np.flatnonzero(
        _is_among(rows.person, owner[kind == 0])
        | _is_among(rows.vacancy, owner[kind == 1])
        | _is_among(contract, owner[kind == OBLIGATION_LINK])[rows.vacancy]
    )
    inside = rows.matrix[:, near].tocsr()
    entries = inside[rows.row_of_variable[other]].tocoo()
    own = (rows.person[near], rows.vacancy[near], contract[rows.vacancy[near]])
    is_own = np.choose(kind[entries.row], [one[entries.col] for one in own]) == owner[entries.row]
    row, column = entries.row[is_own].astype(np.int64), entries.col[is_own].astype(np.int64)
    by_contract = kind == OBLIGATION_LINK
    value = np.ones(len(row), dtype=np.int64)
    every, size, relieving = np.arange(len(links)), link_sizes(rows, links), other
    if by_contract.any():  # all that the obligation has, but for what comes through the cohort
        places = np.flatnonzero(by_contract)
        owed = rows.obligations[owner[places]]
        whole = inside[owed].tocoo()
        width = max(len(near), 1)
        stays = ~np.isin(places[whole.row] * width + whole.col, row * width + column)
        is_people = ~by_contract[row]
        row = np.r_[row[is_people], places[whole.row[stays]]]
        column, value = np.r_[column[is_people], whole.col[stays]], np.r_[value[is_people], whole.data[stays]]
        order = np.argsort(rows.row_of_variable, kind="stable")
        shortfall = order[np.searchsorted(rows.row_of_variable[order], owed)]
        every, size, relieving = np.r_[every, places], np.r_[size, np.ones_like(places)], np.r_[other, shortfall]
    where = (np.r_[row, every], np.r_[near[column], rows.num_columns + relieving])
    added = sp.csc_matrix((np.r_[value, -size], where), shape=(len(links), rows.matrix.shape[1]))
    return added, sp.csr_matrix((size, (relieving, every)), shape=(len(rows.upper), len(links)))


def _is_among(owner: IntArray | AnyIndex, wanted: IntArray) -> BoolArray:
    """Tell which owners are wanted; bool like `owner`. Those below 0 never are."""
    is_wanted = np.zeros(max(int(owner.max(initial=0)), int(wanted.max(initial=0))) + 2, dtype=bool)
    is_wanted[wanted] = True  # -1 reads the last entry: false
    found: BoolArray = is_wanted[owner]
    return found


def with_rows_below(matrix: Any, added: Any) -> Any:
    """Return a matrix with more rows below: of millions of columns few have entries there, so nothing is sorted."""
    below = added.tocsc()
    below.sort_indices()
    ends = np.repeat(matrix.indptr[1:], np.diff(below.indptr))  # where each new entry goes: at the end of its column
    return sp.csc_matrix(
        (
            np.insert(matrix.data, ends, below.data),
            np.insert(matrix.indices, ends, below.indices + matrix.shape[0]),
            matrix.indptr + below.indptr,
        ),
        shape=(matrix.shape[0] + below.shape[0], matrix.shape[1]),
    )
