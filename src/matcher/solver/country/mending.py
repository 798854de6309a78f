"""A country's plan mended where it loses: most of what it loses against its bound stands in a few places.

The prices say of every limit left open, every shortfall, every person and every column what a plan loses by it. Around
the places that lose most, some hundred people are freed, and SCIP decides about them anew while all others stay.
Source: large neighbourhood search (Shaw 1998, Using constraint programming and local search methods to solve vehicle
routing problems).
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE
from matcher.solver.country.regions import Improver
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.ranking import best_of_each

PEOPLE = 300  # who are freed around one place
WIDER = 2  # times as many when that did not help
TRIES = 2
ROUNDS = 400
WIDE = 1_000  # columns: a limit that concerns more ties nobody together
NEAR_PER_PERSON, NEAR_PER_VACANCY = 8, 4
NODES = 30
GAP = 1e-7
TOGETHER = 2  # places that are looked at at one time, whatever the number of threads
FEW = 0.02  # of all that a plan may lose: what a place must, to be looked at

_Place = tuple[bool, int]  # whether a person, and which; otherwise which limit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """What a plan loses, scaled: by each limit (that of other variables included), and by each person."""

    rows: FloatArray
    people: FloatArray

    def worst(self) -> tuple[_Place, float]:
        """Return the place that loses most, and what it loses."""
        row, person = int(np.argmax(self.rows)), int(np.argmax(self.people))
        if self.people[person] > self.rows[row]:
            return (True, person), float(self.people[person])
        return (False, row), float(self.rows[row])

    def forget(self, place: _Place) -> None:
        """Let a place lose nothing any more."""
        is_person, number = place
        (self.people if is_person else self.rows)[number] = 0.0


def mended(improver: Improver, x: IntArray, gap: float) -> IntArray:
    """Return a plan (N + X,) that is as good or better.

    Parameters
    ----------
    improver : Improver
    x : int64 (N + X,)
    gap : float
        What may be lost, in parts of what the plan is worth.
    """
    around = _Surroundings(improver, x)
    lots = np.random.default_rng(improver.seed)
    tries: Counter[_Place] = Counter()
    allowed = gap * PRICE_SCALE * abs(improver.rows.value(improver.tier, x))
    with ThreadPoolExecutor(min(improver.threads, TOGETHER)) as pool:
        for _ in range(ROUNDS // TOGETHER):
            regions = _worst(improver, x, around, tries, lots, allowed)
            if improver.stop.is_due or not regions:
                break
            decide = partial(improver.decided, x=x, gap=GAP, nodes=NODES)
            try:
                decided = list(pool.map(decide, regions.values()))
            except Interrupted:
                break
            for (place, region), taken in zip(regions.items(), decided, strict=True):
                better = None if taken is None else improver.exchanged(region, x, taken)
                if better is not None:
                    x = better
                    tries.pop(place)
    return x


def _worst(
    improver: Improver,
    x: IntArray,
    around: _Surroundings,
    tries: Counter[_Place],
    lots: np.random.Generator,
    allowed: float,
) -> dict[_Place, IntArray]:
    """Return the places that lose most, with the columns of those around, who have nobody in common; and count them."""
    places = _lost(improver, x)
    for place in [place for place, tried in tries.items() if tried >= TRIES]:
        places.forget(place)
    regions: dict[_Place, IntArray] = {}
    is_taken = np.zeros(improver.rows.num_owners, dtype=bool)
    while len(regions) < TOGETHER:
        place, losing = places.worst()
        if losing <= FEW * allowed or not losing:
            break
        places.forget(place)
        region = around.columns(*place, PEOPLE * WIDER ** tries[place], lots)
        people = improver.rows.candidate[region]
        if is_taken[people].any():
            break
        is_taken[people] = True
        regions[place] = region
        tries[place] += 1
    return regions


def _lost(improver: Improver, x: IntArray) -> _Places:
    """Return where a plan loses against the bound."""
    rows, bound, number = improver.rows, improver.bound, improver.rows.num_columns
    left = (rows.limit - rows.matrix @ x).astype(np.float64)
    by_row = np.where(rows.is_equation, 0.0, left * bound.prices.rows)
    reduced = bound.reduced[number:].astype(np.float64)
    by_other = np.where(reduced > 0, rows.upper, rows.lower) * reduced - reduced * x[number:]
    np.add.at(by_row, rows.row_of_variable, by_other)
    by_person = bound.best.astype(np.float64)
    chosen = np.flatnonzero(x[:number])
    by_person[rows.candidate[chosen]] = improver.lost[chosen]
    return _Places(rows=by_row, people=by_person)


class _Surroundings:
    """Who has to do with whom: people and limits, tied by the columns that are nearest to the prices or in the plan.

    What a plan takes later was one of these before, so that they are looked up once.
    """

    def __init__(self, improver: Improver, x: IntArray) -> None:
        rows, lost = improver.rows, improver.lost
        near = best_of_each(rows.candidate, -lost, NEAR_PER_PERSON)
        near |= best_of_each(rows.vacancy, -lost, NEAR_PER_VACANCY)
        near |= x[: rows.num_columns] > 0
        self._rows, self._lost, self._near = rows, lost, near
        self._by_row = rows.matrix[:, : rows.num_columns].tocsr()
        self._is_wide: BoolArray = np.diff(self._by_row.indptr) > WIDE
        self._columns = np.flatnonzero(near)
        self._owner = rows.candidate[self._columns]
        self._limits = self._ties(self._columns)

    def columns(self, is_person: bool, place: int, size: int, lots: np.random.Generator) -> IntArray:
        """Return the columns of about `size` people around a place."""
        people = np.array([place]) if is_person else self._people_of(place, size, lots)
        columns, owner, limits = self._columns, self._owner, self._limits
        is_inside = np.zeros(self._rows.num_owners, dtype=bool)
        is_inside[people] = True
        while len(people) < size:
            touched = np.unique(limits[np.flatnonzero(is_inside[owner])].indices)
            reached = np.zeros(limits.shape[1], dtype=bool)
            reached[touched] = True
            beside = np.flatnonzero(limits @ reached.astype(np.int8) > 0)
            beside = beside[~is_inside[owner[beside]]]
            if not len(beside):
                break
            order = beside[np.argsort(self._lost[columns[beside]], kind="stable")]
            new = np.unique(owner[order[: 4 * (size - len(people))]])
            if len(new) > size - len(people):
                new = lots.permutation(new)[: size - len(people)]
            is_inside[new] = True
            people = np.union1d(people, new)
        return columns[is_inside[owner]]

    def _people_of(self, row: int, size: int, lots: np.random.Generator) -> IntArray:
        """Return some whom a limit concerns: those who come nearest to the prices, and others drawn by lot."""
        own = self._by_row[row].indices
        near = own[np.argsort(self._lost[own], kind="stable")]
        most = max(size // 4, 1)
        others = lots.permutation(own[self._near[own]])[:most]
        return np.unique(self._rows.candidate[np.r_[near[:most], others]])

    def _ties(self, columns: IntArray) -> Any:
        """Return which limits, but for those that concern very many, each column meets; (n, R)."""
        matrix = self._rows.matrix[:, columns].T.tocsr()
        keeps = ~self._is_wide[matrix.indices]
        counts = np.add.reduceat(np.r_[keeps, False].astype(np.int64), matrix.indptr[:-1])
        counts[np.diff(matrix.indptr) == 0] = 0
        starts = np.r_[0, np.cumsum(counts)]
        return sp.csr_matrix((np.ones(int(starts[-1]), np.int8), matrix.indices[keeps], starts), shape=matrix.shape)
