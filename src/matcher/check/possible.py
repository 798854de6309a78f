"""Which columns a candidate with several placements can take together: all sets, the smallest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray, Limits

FOREVER = date.max.toordinal() + 1
CELLS = 2**22  # of a table of sets and columns that is looked at at once


@dataclass(slots=True)
class OwnSets:
    """One candidate's columns, and the sets of them that keep every rule of the candidate's own.

    n columns, m cohorts that some of them newly need.

    Parameters
    ----------
    columns : int64 (n,)
        Positions; sorted.
    needs : bool (n, m)
    sets : list of int64 (S, size) or None
        By place among the columns; ``None`` where there are more than `most`.
    """

    candidate: int
    columns: IntArray
    cohorts: IntArray
    needs: BoolArray
    sets: list[IntArray] | None = None


def own_sets(columns: Columns, limits: Limits, candidate: int, cohorts: IntArray, most: int) -> OwnSets:
    """Return the sets of one candidate.

    Parameters
    ----------
    columns : Columns
    limits : Limits
    candidate : int
    cohorts : int64 (m,)
        All that some column of the candidate newly needs.
    most : int
        So many sets are written down.
    """
    begin, end = columns.of_candidate(candidate)
    needs = np.zeros((end - begin, len(cohorts)), dtype=bool)
    for at, column in enumerate(range(begin, end)):
        entries = columns.route_entries(column)
        new = columns.routes.cohort[entries][columns.routes.is_new[entries]]
        needs[at] = np.isin(cohorts, new)
    found = OwnSets(candidate=candidate, columns=np.arange(begin, end), cohorts=cohorts, needs=needs)
    rules = _Rules(columns, limits, found)
    singles = np.arange(end - begin)[:, None]
    sets, number = [singles[rules.hold(singles) & rules.is_possible]], 0
    while len(sets[-1]):
        number += len(sets[-1])
        if number > most:
            return found
        if len(sets) == limits.placements[candidate]:
            break
        sets.append(rules.larger(sets[-1], most - number + 1))
    found.sets = [part for part in sets if len(part)]
    return found


class _Rules:
    """What a candidate's columns must keep together.

    Attributes
    ----------
    is_possible : bool (n,)
        Which columns train for nothing that runs at the time of something else of theirs.
    """

    def __init__(self, columns: Columns, limits: Limits, own: OwnSets) -> None:
        self._able, self._trainings = int(limits.candidate_extent[own.candidate]), int(limits.trainings[own.candidate])
        self._needs = own.needs
        self._vacancy = columns.vacancy[own.columns].astype(np.int64)
        self._extent = limits.vacancy_extent[self._vacancy]
        self._first = columns.start_day[own.columns].astype(np.int64)
        days = limits.duration_days[self._vacancy]
        self._last = np.where((days < 0) | (self._first == 0), FOREVER, self._first + days - 1)
        start, end = limits.cohort_start[own.cohorts], limits.cohort_end[own.cohorts]
        works = (self._first[:, None] > 0) & (self._first[:, None] <= end) & (start <= self._last[:, None])
        at_once = (start[:, None] <= end[None, :]) & (start[None, :] <= end[:, None])
        at_once[np.diag_indices(len(start))] = False
        needs = own.needs.astype(np.float32)  # small sums, and quick ones
        beside = (needs @ works.T.astype(np.float32) > 0) | (needs @ at_once.astype(np.float32) @ needs.T > 0)
        self.is_possible = ~np.diagonal(beside)  # a scored pair may come with a route that nobody can take
        self._excludes = beside | beside.T | (self._vacancy[:, None] == self._vacancy[None, :])
        self._excludes[:, ~self.is_possible] = True
        together = (self._first[:, None] <= self._last[None, :]) & (self._first[None, :] <= self._last[:, None])
        self._excludes |= together & (self._extent[:, None] + self._extent[None, :] > self._able)

    def larger(self, sets: IntArray, enough: int) -> IntArray:
        """Return the sets with one more column, one that stands behind those of the set; all, or at least `enough`."""
        found, number = [np.empty((0, sets.shape[1] + 1), dtype=np.int64)], 0
        at_once = max(1, CELLS // (self._excludes.shape[1] * sets.shape[1]))
        for first in range(0, len(sets), at_once):
            some = sets[first : first + at_once]
            joins = ~self._excludes[some].any(axis=1)
            joins &= np.arange(joins.shape[1]) > some[:, -1:]
            which, added = np.nonzero(joins)
            grown = np.column_stack([some[which], added])
            found.append(grown[self.hold(grown)])
            number += len(found[-1])
            if number >= enough:
                break
        return np.concatenate(found)

    def hold(self, sets: IntArray) -> BoolArray:
        """Tell which sets take no more than the hours of any day and the trainings of a person."""
        holds: BoolArray = self._needs[sets].any(axis=1).sum(axis=1) <= self._trainings
        first, last, extent = self._first[sets], self._last[sets], self._extent[sets]
        for member in range(sets.shape[1]):
            day = first[:, member : member + 1]
            lasts = (first == 0) | ((day > 0) & (first <= day) & (day <= last))
            holds &= (extent * lasts).sum(axis=1) <= self._able
        return holds
