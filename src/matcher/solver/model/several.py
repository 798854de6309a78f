"""Candidates who may take several placements: the rows that keep these apart, and one seat for all of them.

With one placement everything that a candidate takes is one column. With several, a seat serves every placement that
needs it, so an enrolment is a variable of its own, and so is the number of such enrolments in a cohort; every column
belongs to nobody but itself, and what bounds a candidate stands in rows (docs/model.md section 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray, Limits

ENROLMENT, ENROLLED, OTHER = 0, 1, 2  # stages in which variables follow from what is chosen
PERSONAL = ("placements", "pair", "extent", "trainings", "overlap", "study")  # rows of one candidate
OPEN = "open"  # the day of a placement without a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row ``columns + enrolments + enrolled <= limit``.

    Parameters
    ----------
    kind, entity_id : str
    columns, values : int64 (n,)
    enrolments : dict of (candidate, cohort) to int
    enrolled : dict of cohort to int
    limit : int
    """

    kind: str
    entity_id: str
    columns: IntArray
    values: IntArray
    enrolments: dict[tuple[int, int], int]
    enrolled: dict[int, int]
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """What stands beside the columns for candidates with several placements.

    Parameters
    ----------
    is_own : bool (N,)
        Which columns are theirs.
    enrolments : list of (candidate, cohort)
        New ones that some column needs, in order.
    enrolled : dict of cohort to int
        How many of them a cohort can have at most.
    rows : list of Row
    coefficient : dict of (candidate, cohort) to int
        Of each enrolment in its own row, below 0.
    """

    is_own: BoolArray
    enrolments: list[tuple[int, int]]
    enrolled: dict[int, int]
    rows: list[Row]
    coefficient: dict[tuple[int, int], int]


def owners(columns: Columns) -> IntArray:
    """Return who a column belongs to, of whose columns a plan takes at most one: candidates, or columns themselves."""
    candidate = columns.candidate.astype(np.int64)
    if not (columns.limits.placements > 1).any():
        return candidate
    is_own = columns.limits.placements[candidate] > 1
    starts = np.r_[True, candidate[1:] != candidate[:-1]] | is_own
    return np.cumsum(starts) - 1


def several_of(columns: Columns) -> Several:
    """Return the rows and variables for candidates with several placements."""
    limits = columns.limits
    if not (limits.placements > 1).any():
        nobody = np.broadcast_to(np.False_, len(columns))
        return Several(is_own=nobody, enrolments=[], enrolled={}, rows=[], coefficient={})
    is_own = limits.placements[columns.candidate] > 1
    found = Several(is_own=is_own, enrolments=[], enrolled={}, rows=[], coefficient={})
    for candidate in np.unique(columns.candidate[is_own]).tolist():
        begin, end = columns.of_candidate(candidate)
        _Person(columns, candidate, begin, end).add_to(found)
    for cohort in sorted({cohort for _, cohort in found.enrolments}):
        _add_cohort(found, limits, cohort)
    return found


def _add_cohort(found: Several, limits: Limits, cohort: int) -> None:
    own = [pair for pair in found.enrolments if pair[1] == cohort]
    found.enrolled[cohort] = min(len(own), int(limits.seats[cohort]))
    name = limits.cohort_ids[cohort]
    found.rows.append(_row("enrolled", name, 0, enrolments=dict.fromkeys(own, 1), enrolled={cohort: -1}))
    if limits.least_enrolment[cohort]:  # enrolments help to open it, so that nobody may be counted who takes no place
        found.rows.append(_row("enrolled_most", name, 0, enrolments=dict.fromkeys(own, -1), enrolled={cohort: 1}))


def _row(
    kind: str,
    entity_id: str,
    limit: int,
    columns: IntArray | None = None,
    values: IntArray | int = 1,
    enrolments: dict[tuple[int, int], int] | None = None,
    enrolled: dict[int, int] | None = None,
) -> Row:
    columns = np.empty(0, dtype=np.int64) if columns is None else columns
    return Row(
        kind=kind,
        entity_id=entity_id,
        columns=columns,
        values=np.broadcast_to(np.asarray(values, dtype=np.int64), len(columns)),
        enrolments=enrolments or {},
        enrolled=enrolled or {},
        limit=limit,
    )


class _Person:
    """One candidate's columns, ``begin`` to ``end``."""

    def __init__(self, columns: Columns, candidate: int, begin: int, end: int) -> None:
        limits = columns.limits
        self._limits, self._candidate = limits, candidate
        self._name = limits.candidate_ids[candidate]
        self._most = int(limits.placements[candidate])
        self._own = np.arange(begin, end)
        self._vacancy = columns.vacancy[begin:end].astype(np.int64)
        self._extent = limits.vacancy_extent[self._vacancy]
        self._first = columns.start_day[begin:end].astype(np.int64)
        days = limits.duration_days[self._vacancy]
        self._last = np.where((days < 0) | (self._first == 0), np.iinfo(np.int32).max, self._first + days - 1)
        self._by_cohort = self._new_cohorts(columns, begin, end)

    @staticmethod
    def _new_cohorts(columns: Columns, begin: int, end: int) -> dict[int, list[int]]:
        by_cohort: dict[int, list[int]] = {}
        for place, column in enumerate(range(begin, end)):
            route = slice(columns.route_start[column], columns.route_start[column + 1])
            for cohort in columns.route_cohort[route][columns.route_is_new[route]].tolist():
                by_cohort.setdefault(cohort, []).append(place)
        return dict(sorted(by_cohort.items()))

    def add_to(self, found: Several) -> None:
        """Add the candidate's enrolments and rows."""
        found.enrolments.extend((self._candidate, cohort) for cohort in self._by_cohort)
        found.rows.append(_row("placements", self._name, self._most, self._own))
        found.rows.extend(self._pairs())
        found.rows.extend(self._extents())
        for row in self._enrolments():
            found.rows.append(row)
            if row.kind == "enrolment":
                found.coefficient.update(row.enrolments)
        found.rows.extend(self._trainings())
        found.rows.extend(self._studies())

    def _pairs(self) -> Iterator[Row]:
        """Yield a row per pair that several routes lead to: it is taken once."""
        for vacancy in np.unique(self._vacancy).tolist():
            own = self._own[self._vacancy == vacancy]
            if len(own) > 1:
                yield _row("pair", f"{self._name}|{self._limits.vacancy_ids[vacancy]}", 1, own)

    def _extents(self) -> Iterator[Row]:
        """Yield a row per day on which some placement begins and all that could last on it are too much together.

        What lasts on a day may all last on another one, whose row then says more.
        """
        most = int(self._limits.candidate_extent[self._candidate])
        undated = self._first == 0
        days = np.unique(self._first)
        lasts = undated | ((self._first <= days[:, None]) & (days[:, None] <= self._last))
        lasts[days == 0] = undated
        is_much = lasts @ self._extent > most
        for row in _largest_sets(lasts[is_much]):
            day, together = int(days[is_much][row]), lasts[is_much][row]
            name = f"{self._name}|{date.fromordinal(day).isoformat() if day else OPEN}"
            yield _row("extent", name, most, self._own[together], self._extent[together])

    def _count(self, places: IntArray | list[int]) -> int:
        """Return how many of some columns can be taken together at most."""
        return min(self._most, len(np.unique(self._vacancy[places])))

    def _enrolments(self) -> Iterator[Row]:
        for cohort, places in self._by_cohort.items():
            key, name = (self._candidate, cohort), f"{self._name}|{self._limits.cohort_ids[cohort]}"
            yield _row("enrolment", name, 0, self._own[places], enrolments={key: -self._count(places)})
            if self._limits.least_enrolment[cohort]:
                yield _row("enrolment_used", name, 0, self._own[places], -1, enrolments={key: 1})

    def _trainings(self) -> Iterator[Row]:
        """Yield the rows that limit how many cohorts a person takes, in all and at one time."""
        keys = {cohort: (self._candidate, cohort) for cohort in self._by_cohort}
        most = int(self._limits.trainings[self._candidate])
        if len(keys) > most:
            yield _row("trainings", self._name, most, enrolments=dict.fromkeys(keys.values(), 1))
        cohorts = np.array(list(keys), dtype=np.int64)
        begin, end = self._limits.cohort_start[cohorts], self._limits.cohort_end[cohorts]
        runs = (begin <= begin[:, None]) & (begin[:, None] <= end)
        several = np.flatnonzero(runs.sum(axis=1) > 1)
        for row in _largest_sets(runs[several]):
            cohort = int(cohorts[several[row]])
            name = f"{self._name}|{self._limits.cohort_ids[cohort]}"
            yield _row("overlap", name, 1, enrolments={keys[k]: 1 for k in cohorts[runs[several[row]]].tolist()})

    def _studies(self) -> Iterator[Row]:
        """Yield a row per cohort during which some placement could already last."""
        begin, end = self._limits.cohort_start, self._limits.cohort_end
        for cohort in self._by_cohort:
            during = (self._first > 0) & (self._first <= end[cohort]) & (begin[cohort] <= self._last)
            if during.any():
                most = self._count(np.flatnonzero(during))
                name = f"{self._name}|{self._limits.cohort_ids[cohort]}"
                key = (self._candidate, cohort)
                yield _row("study", name, most, self._own[during], enrolments={key: most})


def _largest_sets(sets: BoolArray) -> list[int]:
    """Return the rows of a matrix that are inside no other one, the first of equal ones; bool (n, m)."""
    if not len(sets):
        return []
    common = sets.astype(np.float32) @ sets.T.astype(np.float32)
    size = np.diagonal(common)
    is_inside = common == size[:, None]  # row in column
    is_before = np.arange(len(sets))[:, None] > np.arange(len(sets))
    beaten = is_inside & ((size[:, None] < size) | is_before)
    return np.flatnonzero(~beaten.any(axis=1)).tolist()
