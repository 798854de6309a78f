"""Ways to decide week by week: by hand, by plans of those who are known, and by looking ahead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray
from matcher.solver import Rows, decided_now, greedy_columns
from matcher.whatif.rolling.worlds import WEEK
from matcher.whatif.seats import NewSeats, SeatRows, not_broken_further

PolicyName = Literal["by_hand", "known_only", "looking_ahead"]
POLICIES: tuple[PolicyName, ...] = get_args(PolicyName)
NOTHING = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year as arrays.

    Parameters
    ----------
    columns : Columns
        Of everybody and all work, what is imagined too; without pins.
    rows : Rows
        Over these.
    aim : str
        Objective that is pursued.
    week : int64 (C,)
        In which each candidate becomes known.
    future : int64 (C,)
        See `World`.
    announced, dropped : int64 (V,)
        The weeks in which each vacancy becomes known, and in which its contract comes to nothing.
    work_future : int64 (V,)
        See `World`.
    due : int64 (N,)
        The week in which each column has to be decided at the latest.
    promised : int64 array
        Columns that people were promised before the first day.
    first_day : int
        Proleptic ordinal of the first day of week 0.
    num_weeks, num_futures : int
    """

    columns: Columns
    rows: Rows
    aim: str
    week: IntArray
    future: IntArray
    announced: IntArray
    dropped: IntArray
    work_future: IntArray
    due: IntArray
    promised: IntArray
    first_day: int
    num_weeks: int
    num_futures: int


def decided(year: Year, policy: PolicyName) -> IntArray:
    """Return the columns that a policy has taken by the end of a year; sorted positions.

    What was decided is kept: nobody is moved, and nobody loses a place but by a contract that comes to nothing.

    Parameters
    ----------
    year : Year
    policy : str
        ``by_hand``: as soon as somebody and a place suit, the best remaining pair is taken. ``known_only``: each week
        the best plan for all who are known, of which what cannot wait is carried out. ``looking_ahead``: the same
        among people and contracts that may come, imagined in several futures.
    """
    standing = _Standing(year)
    for week in range(year.num_weeks):
        standing.drop(week)
        is_open = standing.open(week)
        if policy == "by_hand":
            standing.taken = _by_hand(standing, is_open)
            continue
        due, later = np.flatnonzero(is_open & (standing.due == week)), np.flatnonzero(is_open & (standing.due > week))
        futures = _imagined(standing, week) if policy == "looking_ahead" else [NOTHING]
        standing.taken = _by_plan(standing, due, later, futures)
    return standing.taken


class _Standing:
    """How things stand in a year: what is taken, and which seats were used for what came to nothing.

    Parameters
    ----------
    year : Year
    """

    def __init__(self, year: Year) -> None:
        limits = year.columns.limits
        self.year, self.taken, self.due = year, year.promised, year.due.copy()
        self._seats, self._seat_rows = NewSeats.of(year.columns), SeatRows(year.rows)
        self._is_done = np.zeros((len(limits.candidate_ids), len(limits.cohort_ids)), dtype=np.bool_)
        self._used = np.zeros(len(year.rows.limit), dtype=np.int64)
        self._has_dropped = False

    def drop(self, week: int) -> None:
        """Let go of whoever was to work for a contract that comes to nothing: seats that were begun stay used."""
        year, today = self.year, self.year.first_day + WEEK * week
        is_gone = year.dropped[year.rows.vacancy[self.taken]] <= week
        for column in self.taken[is_gone].tolist():
            self._has_dropped = True
            candidate = int(year.rows.person[column])
            cohort = self._seats.entries(np.array([column]))[1]
            begun = cohort[(year.columns.limits.cohort_start[cohort] < today) & ~self._is_done[candidate, cohort]]
            _, row, value = self._seat_rows.entries(begun)
            np.add.at(self._used, row, value)
            self._is_done[candidate, begun] = True
            self._decide_later(candidate)
        self.taken = self.taken[~is_gone]

    def _decide_later(self, candidate: int) -> None:
        """Set by when somebody's columns are decided, now that cohorts they need are behind them."""
        year = self.year
        begin, end = np.searchsorted(year.rows.person, [candidate, candidate + 1])
        position, cohort = self._seats.entries(np.arange(begin, end))
        ahead = ~self._is_done[candidate, cohort]
        act = year.columns.start_day[begin:end].astype(np.int64)
        np.minimum.at(act, position[ahead], year.columns.limits.cohort_start[cohort[ahead]])
        self.due[begin:end] = (act - year.first_day) // WEEK

    def open(self, week: int) -> BoolArray:
        """Tell which columns can still be taken: of people and work that are known and free, and not too late."""
        year, rows = self.year, self.year.rows
        is_free = np.ones(rows.num_owners, dtype=np.bool_)
        is_free[rows.candidate[self.taken]] = False
        is_known, is_offered = _known_and_offered(year, week)
        is_open: BoolArray = is_known[rows.person] & is_free[rows.candidate] & (self.due >= week)
        return is_open & is_offered[rows.vacancy]

    def rows_over(self, kept: IntArray) -> Rows:
        """Return the rows over some columns, those taken among them, with what was used for nothing taken off."""
        own = self.year.rows.subset(kept)
        if not self._has_dropped:
            return own
        position, cohort = self._seats.had(kept, self.year.rows.person[kept], self._is_done)
        own = self._seat_rows.without(replace(own, limit=own.limit - self._used), position, cohort)
        return not_broken_further(own, np.searchsorted(kept, self.taken))


def _by_hand(standing: _Standing, is_open: BoolArray) -> IntArray:
    taken = standing.taken
    kept = np.union1d(np.flatnonzero(is_open), taken)
    own = standing.rows_over(kept)
    before = np.searchsorted(kept, taken)
    new = np.setdiff1d(np.arange(len(kept)), before)
    order = np.r_[before, new[np.argsort(-own.objectives["placements"][new], kind="stable")]]
    return kept[greedy_columns(own, order)]


def _by_plan(standing: _Standing, due: IntArray, later: IntArray, futures: list[IntArray]) -> IntArray:
    if not len(due):
        return standing.taken
    year = standing.year
    kept = np.unique(np.concatenate([due, later, standing.taken, *futures]))
    places = [np.searchsorted(kept, one) for one in (due, later, standing.taken, *futures)]
    return kept[decided_now(standing.rows_over(kept), year.aim, places[0], places[1], places[3:], places[2])]


def _imagined(standing: _Standing, week: int) -> list[IntArray]:
    """Return, by future, the columns of people who may still come, and of work that may still be announced."""
    year, rows = standing.year, standing.year.rows
    is_free = np.ones(rows.num_owners, dtype=np.bool_)
    is_free[rows.candidate[standing.taken]] = False
    is_ahead = (standing.due >= week) & (standing.due >= year.announced[rows.vacancy]) & is_free[rows.candidate]
    is_known, is_offered = _known_and_offered(year, week)
    found = []
    for future in range(1, year.num_futures + 1):
        may_come = is_known | ((year.future == future) & (year.week > week))
        may_be = is_offered | (
            (year.work_future == future) & (year.announced > week) & (year.dropped == year.num_weeks)
        )
        is_new = ~(is_known[rows.person] & is_offered[rows.vacancy])
        found.append(np.flatnonzero(may_come[rows.person] & may_be[rows.vacancy] & is_new & is_ahead))
    return found


def _known_and_offered(year: Year, week: int) -> tuple[BoolArray, BoolArray]:
    """Tell who is known in a week, and which vacancies are there."""
    is_known = (year.future == 0) & (year.week <= week)
    is_offered = (year.work_future == 0) & (year.announced <= week) & (week < year.dropped)
    return is_known, is_offered
