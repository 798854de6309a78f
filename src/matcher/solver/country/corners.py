"""A country's first plan: a simplex takes what a relaxation left in parts to a corner, SCIP decides what is left of it.

A relaxation that was solved roughly has many people in parts where a corner of nearly the same value has few. Whoever
it places whole stays there. The others, with the columns nearest to the prices, make linear programmes that GLOP solves
by the dual simplex, part by part of the country, what the rest uses being taken as the relaxation has it; those who
then have something in parts still, because others of another part do, are few: they are cut into parts anew, and in the
end taken to a corner together. Parts are cut in an order in which neighbours stand side by side: reverse Cuthill-McKee
(George and Liu 1981, Computer Solution of Large Sparse Positive Definite Systems). Two that are far from each other in
it are solved at a time, in threads: what one takes of a limit that both share, the other counts on no more than the
relaxation has it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import reverse_cuthill_mckee

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.country.regions import Improver
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.ranking import best_of_each

PEOPLE = (3_000, 6_000)  # in a part, about: those whom a part of its own leaves in parts are few, and cut anew
TOGETHER = 2  # parts that are solved at one time, whatever the number of threads
SOME, WHOLE = 1e-3, 0.999  # of a person: what a rough relaxation takes less of, or leaves out, is noise
NOISE = 1e-6  # the same of a corner
NEAR = 0.02  # of what one column is worth: who loses more by a column takes none but those of the relaxation
NEAR_PER_PERSON, NEAR_PER_VACANCY = 2, 1
MOST_FREE = 12_000  # columns left to SCIP, the nearest to the prices
NODES, GAP = 20, 1e-5


def first_columns(improver: Improver, rough: FloatArray) -> IntArray:
    """Return a plan near a relaxation; columns in the order in which they are most surely part of it.

    Parameters
    ----------
    improver : Improver
    rough : float64 (N,)
        What the relaxation takes of each column.

    Returns
    -------
    int64 (n,)
        Columns of which nearly all fit together.
    """
    x, near = np.where(rough > SOME, rough, 0.0), _near(improver)
    try:
        for people in (*PEOPLE, improver.rows.num_owners):
            x = _cornered(improver, x, near, people)
        x = _decided(improver, x)
    except Interrupted:
        pass  # whoever is still in parts waits until all that is whole has its place
    order = np.flatnonzero(x)
    columns: IntArray = order[np.lexsort((improver.lost[order], -x[order]))]
    return columns


def _near(improver: Improver) -> BoolArray:
    """Tell which columns are nearest to the prices, of each person and of each vacancy; bool (N,)."""
    rows, lost = improver.rows, improver.lost
    near = best_of_each(rows.candidate, -lost, NEAR_PER_PERSON) | best_of_each(rows.vacancy, -lost, NEAR_PER_VACANCY)
    return near & (lost <= NEAR * improver.unit * PRICE_SCALE)


def _cornered(improver: Improver, x: FloatArray, near: BoolArray, people: int) -> FloatArray:
    """Return a corner near a relaxation, in parts of so many people: nearly everybody is whole."""
    is_settled = _people_of(improver, x > WHOLE)[improver.rows.candidate]
    x = np.where(x > WHOLE, 1.0, x)
    parts = _parts(improver, np.flatnonzero((near | (x > 0)) & ~is_settled), people)
    with ThreadPoolExecutor(min(improver.threads, TOGETHER)) as pool:
        step = -(-len(parts) // TOGETHER)
        for number in range(step):
            some = parts[number::step]
            for part, found in zip(some, list(pool.map(partial(_corner, improver, x), some)), strict=True):
                x[part] = found
    return x


def _corner(improver: Improver, x: FloatArray, part: IntArray) -> FloatArray:
    """Return what a corner takes of each column of a part, all others being taken as `x` has them."""
    programme, _ = improver.programme(part, _left(improver, x, part), must_equal=False)
    found = LinearSolver(programme).solve(improver.stop, "dual")
    if found.status != "optimal":
        return x[part]
    taken: FloatArray = np.where(found.x[: len(part)] > NOISE, found.x[: len(part)], 0.0)
    return taken


def _decided(improver: Improver, x: FloatArray) -> FloatArray:
    """Return what a corner has whole, and what is best taken by those whom it has in parts and their rivals."""
    rows = improver.rows
    is_whole = x > 1 - NOISE
    is_broken = (x > 0) & ~is_whole
    is_tied = is_broken | (is_whole & np.isin(rows.vacancy, rows.vacancy[is_broken]))
    is_settled = _people_of(improver, is_whole & ~is_tied)
    fixed = np.where(is_whole & ~is_tied, 1.0, 0.0)
    is_full = np.bincount(rows.vacancy[fixed > 0], minlength=len(rows.limits.positions)) >= rows.limits.positions
    free = np.flatnonzero(~is_settled[rows.candidate] & ~is_full[rows.vacancy])
    if len(free) > MOST_FREE:
        free = free[np.argpartition(improver.lost[free], MOST_FREE)[:MOST_FREE]]
    free = np.union1d(free, np.flatnonzero(is_tied & ~is_settled[rows.candidate]))
    if not len(free):
        return fixed
    taken = improver.best(free, _left(improver, fixed, free), GAP, NODES, must_equal=False)
    if taken is None:
        return x
    fixed[taken] = 1.0
    return fixed


def _left(improver: Improver, x: FloatArray, part: IntArray) -> FloatArray:
    """Return what is left of every limit: what others have of it, they keep, and nobody is asked to give back."""
    least = np.where(improver.is_charge, 0.0, -np.inf)
    left: FloatArray = improver.left(part, x).clip(min=least)
    return left


def _people_of(improver: Improver, columns: BoolArray) -> BoolArray:
    """Tell who has one of some columns; bool (C,)."""
    people = np.zeros(improver.rows.num_owners, dtype=bool)
    people[improver.rows.candidate[columns]] = True
    return people


def _parts(improver: Improver, columns: IntArray, most: int) -> list[IntArray]:
    """Return columns part by part, all of a person's together, in parts of so many people; sorted in each."""
    rows = improver.rows
    size = rows.num_owners + len(rows.limits.vacancy_ids)
    ends = (rows.candidate[columns], rows.num_owners + rows.vacancy[columns])
    ties = sp.csr_matrix((np.ones(len(columns), dtype=bool), ends), shape=(size, size))
    order = reverse_cuthill_mckee((ties + ties.T).tocsr(), symmetric_mode=True)
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size)
    people = np.unique(rows.candidate[columns])
    people = people[np.argsort(rank[people], kind="stable")]
    number = -(-len(people) // most)
    part_of = np.full(rows.num_owners, -1, dtype=np.int64)
    part_of[people] = np.arange(len(people)) * number // max(len(people), 1)
    part = part_of[rows.candidate[columns]]
    return [columns[part == each] for each in range(number)]
