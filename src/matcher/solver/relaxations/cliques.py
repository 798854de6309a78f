"""Cliques that a fractional plan takes more than one of, found one person with several placements at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.conflicts import Conflicts
from matcher.solver.model.links import Clique
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.programme import FloatArray

VIOLATED_BY = 1e-4  # of a person
TAKEN = 1e-6
MOST_OF_ONE = 5  # cliques of one candidate in one round, the most violated first
MOST_TRIED = 400  # steps of the search for one candidate's cliques


def violated_cliques(rows: Rows, chosen: IntArray, x: FloatArray, others: FloatArray) -> list[Clique]:
    """Return cliques that a fractional plan takes more than one of, by candidate, the most violated first.

    Parameters
    ----------
    rows : Rows
    chosen : int array (n,)
        Columns.
    x : float64 (n,)
        Their values.
    others : float64 (X,)
    """
    if not rows.conflicts:
        return []
    used = np.flatnonzero((x > TAKEN) & (rows.limits.placements[rows.person[chosen]] > 1))
    used = used[np.argsort(chosen[used], kind="stable")]
    person = rows.person[chosen[used]]
    found = []
    for own in np.split(used, np.flatnonzero(np.diff(person)) + 1) if len(used) else ():
        candidate = int(rows.person[chosen[own[0]]])
        conflicts = rows.conflicts.of(candidate)
        if conflicts is not None:
            found += _violated(candidate, conflicts, rows.origin[chosen[own]], x[own], others)
    return found


def _violated(
    candidate: int, conflicts: Conflicts, origin: IntArray, x: FloatArray, others: FloatArray
) -> list[Clique]:
    num_columns, num_enrolments = len(conflicts.columns), len(conflicts.enrolments)
    weight = np.zeros(len(conflicts.excludes))
    at = np.searchsorted(conflicts.columns, origin)
    weight[at] = x
    made = others[conflicts.enrolments].clip(0, 1)
    if _is_whole(x) and _is_whole(made):
        return []
    weight[num_columns : num_columns + num_enrolments] = made
    is_needed = conflicts.excludes[at, num_columns + num_enrolments :].any(axis=0)
    weight[num_columns + num_enrolments :] = np.where(is_needed, 1 - made, 0)
    nodes = np.flatnonzero(weight > TAKEN)
    cliques = sorted(_heavy(conflicts.excludes[np.ix_(nodes, nodes)], weight[nodes]), reverse=True)[:MOST_OF_ONE]
    return [_clique(candidate, conflicts, nodes[list(members)]) for _, members in cliques]


def _is_whole(values: FloatArray) -> bool:
    return not ((values > TAKEN) & (values < 1 - TAKEN)).any()


def _heavy(excludes: BoolArray, weight: FloatArray) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield the maximal cliques that weigh more than one, and how much.

    Source: Bron and Kerbosch (1973), Algorithm 457, Communications of the ACM 16(9), cut off where all that is left
    weighs too little.
    """
    near = [frozenset(np.flatnonzero(row).tolist()) for row in excludes]
    size, left = weight.tolist(), MOST_TRIED
    stack: list[tuple[tuple[int, ...], frozenset[int], frozenset[int]]] = [
        ((), frozenset(range(len(size))), frozenset())
    ]
    while stack and left:
        left -= 1
        members, open_, closed = stack.pop()
        here = sum(size[one] for one in members)
        if not open_ or here + sum(size[one] for one in open_) <= 1 + VIOLATED_BY:
            if not closed and here > 1 + VIOLATED_BY:
                yield here, tuple(sorted(members))
            continue
        pivot = max(sorted(open_ | closed), key=lambda one: len(near[one] & open_))
        for one in sorted(open_ - near[pivot], key=lambda one: (size[one], one)):  # the heaviest is gone on with first
            stack.append(((*members, one), open_ & near[one], closed & near[one]))
            open_, closed = open_ - {one}, closed | {one}


def _clique(candidate: int, conflicts: Conflicts, nodes: IntArray) -> Clique:
    """Return the clique of some nodes and of as many columns more as all of these, and one another, exclude."""
    num_columns, num_enrolments = len(conflicts.columns), len(conflicts.enrolments)
    joins = np.asarray(conflicts.excludes[nodes, :num_columns].all(axis=0))
    added = []
    while joins.any():
        added.append(int(joins.argmax()))
        joins &= conflicts.excludes[added[-1], :num_columns]
    columns = np.sort(np.r_[nodes[nodes < num_columns], np.array(added, dtype=np.int64)])
    made = nodes[(nodes >= num_columns) & (nodes < num_columns + num_enrolments)] - num_columns
    missing = nodes[nodes >= num_columns + num_enrolments] - num_columns - num_enrolments
    return Clique(
        candidate=candidate,
        columns=conflicts.columns[columns],
        made=conflicts.enrolments[made],
        missing=conflicts.enrolments[missing],
    )
