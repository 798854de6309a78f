"""What a candidate with several placements cannot take together, pair by pair: columns, and enrolments made or not.

Of columns and enrolments that exclude one another pairwise a plan has one at most. Such a set (a clique of the graph of
conflicts) says far more to a relaxation than the rows that it follows from, in which three quarters of a full-time job
and a part-time one fit into one day (Padberg 1973, On the facial structure of set packing polyhedra, Mathematical
Programming 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray, Limits

LARGEST_SET = 4  # placements of one candidate, beyond which no sets are written down,
BEYOND = 100_001  # sets of one candidate that are not written down any more, and
MOST_IN_ALL = 6_000_000  # those that are, by docs/model.md section 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """The conflicts of one candidate.

    n columns, m enrolments; a node is a column, then an enrolment that is made, then one that is not.

    Parameters
    ----------
    columns : int64 (n,)
        Positions among all columns of the problem; sorted.
    enrolments : int64 (m,)
        Positions of their variables.
    excludes : bool (n + 2 m, n + 2 m)
        Which nodes cannot be together; symmetric.
    """

    columns: IntArray
    enrolments: IntArray
    excludes: BoolArray

    def most_sets(self, size: int) -> float:
        """Return a number that the sets of up to so many columns do not exceed, none of which exclude one another."""
        number = len(self.columns)
        fits = ~self.excludes[:number, :number]
        fits[np.diag_indices(number)] = False
        total = number + float(fits.sum()) / 2
        if size == 2 or total >= BEYOND:
            return total
        together = fits.astype(np.float32)
        of_size = float((together @ together * together).sum()) / 6  # triples: triangles of the graph of what fits
        for more in range(3, size + 1):
            total += of_size
            of_size *= number / (more + 1)
        return total


class KnownConflicts:
    """The conflicts of all candidates with several placements, each reckoned when it is asked for first.

    Parameters
    ----------
    columns : Columns
    variable : mapping of (candidate, cohort) to int
        Positions of the enrolments' variables.
    row_of : int64 (C,)
        The row of each candidate's placements, -1 for none.
    """

    __slots__ = ("_cohorts", "_columns", "_is_told", "_known", "_left", "_next", "_people", "_variable", "row_of")

    def __init__(self, columns: Columns, variable: Mapping[tuple[int, int], int], row_of: IntArray) -> None:
        self._columns, self._variable, self.row_of = columns, variable, row_of
        self._known: dict[int, Conflicts] = {}
        self._people = np.flatnonzero((row_of >= 0) & (columns.limits.placements <= LARGEST_SET))
        self._next, self._left = 0, MOST_IN_ALL
        self._is_told = np.zeros(len(row_of), dtype=bool)
        self._cohorts: dict[int, list[int]] = {}
        for candidate, cohort in variable:
            self._cohorts.setdefault(candidate, []).append(cohort)

    def __len__(self) -> int:
        """Return of how many people there may be conflicts to tell."""
        return len(self._people)

    def of(self, candidate: int) -> Conflicts | None:
        """Return the conflicts of a candidate; ``None`` where sets may be too many for what proves the cliques."""
        people = self._people
        while self._next < len(people) and people[self._next] <= candidate:
            self._tell(int(people[self._next]))
            self._next += 1
        if not self._is_told[candidate]:
            return None
        if candidate not in self._known:
            self._known[candidate] = self._reckoned(candidate)
        return self._known[candidate]

    def _tell(self, candidate: int) -> None:
        """Note whether a candidate's sets are surely among those that a check writes down."""
        number = self._reckoned(candidate).most_sets(int(self._columns.limits.placements[candidate]))
        self._left -= int(min(number, BEYOND))
        self._is_told[candidate] = number < BEYOND and self._left >= 0

    def _reckoned(self, candidate: int) -> Conflicts:
        cohorts = self._cohorts.get(candidate, [])
        variables = [self._variable[candidate, cohort] for cohort in cohorts]
        return _conflicts(self._columns, candidate, cohorts, variables)


def _conflicts(columns: Columns, candidate: int, cohorts: list[int], variables: list[int]) -> Conflicts:
    begin, end = columns.of_candidate(candidate)
    own = _Own(columns, candidate, slice(begin, end), np.array(cohorts, dtype=np.int64))
    return Conflicts(
        columns=np.arange(begin, end),
        enrolments=np.array(variables, dtype=np.int64),
        excludes=own.excludes(columns.limits),
    )


class _Own:
    """One candidate's columns, what they need, and when they last."""

    def __init__(self, columns: Columns, candidate: int, part: slice, cohorts: IntArray) -> None:
        limits = columns.limits
        self._able, self._most = int(limits.candidate_extent[candidate]), int(limits.trainings[candidate])
        self._vacancy = columns.vacancy[part].astype(np.int64)
        self._extent = limits.vacancy_extent[self._vacancy]
        self._first = columns.start_day[part].astype(np.int64)
        days = limits.duration_days[self._vacancy]
        self._last = np.where((days < 0) | (self._first == 0), np.iinfo(np.int32).max, self._first + days - 1)
        self._cohorts, self._needs = cohorts, np.zeros((len(self._vacancy), len(cohorts)), dtype=np.int64)
        begin, end = columns.route_start[part.start], columns.route_start[part.stop]
        of_entry = np.repeat(np.arange(len(self._vacancy)), np.diff(columns.route_start[part.start : part.stop + 1]))
        is_new = columns.route_is_new[begin:end]
        self._needs[of_entry[is_new], np.searchsorted(cohorts, columns.route_cohort[begin:end][is_new])] = 1

    def excludes(self, limits: Limits) -> BoolArray:
        """Return which columns, enrolments and missing enrolments exclude one another."""
        needs, number = self._needs.astype(np.float32), self._needs.sum(axis=1)  # small sums, and quick ones
        begin, end = limits.cohort_start[self._cohorts], limits.cohort_end[self._cohorts]
        at_one_time = (begin[:, None] <= end) & (begin <= end[:, None])
        np.fill_diagonal(at_one_time, val=False)
        meets = (
            needs @ at_one_time.astype(np.float32) > 0
        )  # a column needs a cohort that runs at the time of another one
        works = (self._first[:, None] > 0) & (self._first[:, None] <= end) & (begin <= self._last[:, None])
        together = (self._first[:, None] <= self._last) & (self._first <= self._last[:, None])
        pairs = together & (self._extent[:, None] + self._extent > self._able)
        pairs |= self._vacancy[:, None] == self._vacancy
        pairs |= number[:, None] + number - needs @ needs.T > self._most
        beside = (meets | works).astype(np.float32) @ needs.T > 0
        pairs |= beside | beside.T
        np.fill_diagonal(pairs, val=False)
        lacks = needs == 0
        with_made = lacks & (meets | works | (number[:, None] >= self._most))
        made = at_one_time | ((self._most < 2) & ~np.eye(len(begin), dtype=bool))
        nothing = np.zeros_like(made)
        return np.block([[pairs, with_made, ~lacks], [with_made.T, made, nothing], [~lacks.T, nothing, nothing]])
