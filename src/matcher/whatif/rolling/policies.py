"""Ways to decide week by week: by hand, by plans of those who are known, and by looking ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver import Rows, decided_now, greedy_columns

PolicyName = Literal["by_hand", "known_only", "looking_ahead"]
POLICIES: tuple[PolicyName, ...] = get_args(PolicyName)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year as arrays.

    Parameters
    ----------
    rows : Rows
        Over the columns of everybody, those imagined too; without pins.
    aim : str
        Objective that is pursued.
    week : int64 (C,)
        In which each candidate becomes known.
    future : int64 (C,)
        See `World`.
    due : int64 (N,)
        The week in which each column has to be decided at the latest.
    promised : int64 array
        Columns that people were promised before the first day.
    num_weeks, num_futures : int
    """

    rows: Rows
    aim: str
    week: IntArray
    future: IntArray
    due: IntArray
    promised: IntArray
    num_weeks: int
    num_futures: int


def decided(year: Year, policy: PolicyName) -> IntArray:
    """Return the columns that a policy takes over a whole year; sorted positions.

    What was decided is kept: nobody loses a place, and nobody is moved.

    Parameters
    ----------
    year : Year
    policy : str
        ``by_hand``: as soon as somebody and a place suit, the best remaining pair is taken. ``known_only``: each week
        the best plan for all who are known, of which what cannot wait is carried out. ``looking_ahead``: the same
        among people who may come, imagined in several futures.
    """
    taken = year.promised
    for week in range(year.num_weeks):
        is_open = _open(year, week, taken)
        if policy == "by_hand":
            taken = _by_hand(year, is_open, taken)
            continue
        due, later = np.flatnonzero(is_open & (year.due == week)), np.flatnonzero(is_open & (year.due > week))
        futures = _imagined(year, week) if policy == "looking_ahead" else [np.zeros(0, dtype=np.int64)]
        taken = decided_now(year.rows, year.aim, due, later, futures, taken)
    return taken


def _open(year: Year, week: int, taken: IntArray) -> BoolArray:
    """Tell which columns can still be taken: of people who are known and free, and not too late."""
    rows = year.rows
    is_free = np.ones(rows.num_owners, dtype=np.bool_)
    is_free[rows.candidate[taken]] = False
    is_known = (year.future == 0) & (year.week <= week)
    is_open: BoolArray = is_known[rows.person] & is_free[rows.candidate] & (year.due >= week)
    return is_open


def _by_hand(year: Year, is_open: BoolArray, taken: IntArray) -> IntArray:
    kept = np.union1d(np.flatnonzero(is_open), taken)
    own = year.rows.subset(kept)
    before = np.searchsorted(kept, taken)
    new = np.setdiff1d(np.arange(len(kept)), before)
    order = np.r_[before, new[np.argsort(-own.objectives["placements"][new], kind="stable")]]
    return kept[greedy_columns(own, order)]


def _imagined(year: Year, week: int) -> list[IntArray]:
    """Return the columns of those who may still come, by future."""
    person = year.rows.person
    may_come = (year.week[person] > week) & (year.due >= week)
    return [np.flatnonzero(may_come & (year.future[person] == number + 1)) for number in range(year.num_futures)]
