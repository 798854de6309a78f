"""One replication of a plan in which somebody steps in: every week, open places are filled by solving again.

What the plan promised is kept: nobody is moved. Whoever falls out leaves a place; the seats and the money that were
used until then stay used, and a completed cohort needs no second seat. Each week the best way to fill what is open,
now and later, is found among those who are known and free, and what cannot wait is carried out.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solve.planning import assignment_of
from matcher.solver import Rows, decided_now
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.seats import SeatRows
from matcher.whatif.simulation.ground import AIM, Ground
from matcher.whatif.simulation.happening import WEEK, Events, Fall, Happening
from matcher.whatif.simulation.places import FOREVER, Places

NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """What is drawn for one replication before anybody steps in.

    Parameters
    ----------
    seed, replication : int
    places : Places
        The planned ones.
    fall : Fall
        Theirs, in this replication alone.
    weeks_late : int64 (V,)
        By how many weeks each vacancy begins late.
    comes : bool (C,)
        Who is there, sooner or later.
    """

    seed: int
    replication: int
    places: Places
    fall: Fall
    weeks_late: IntArray
    comes: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Refilling:
    """Placements made after the plan, in one replication.

    Parameters
    ----------
    columns : int64 (n,)
    places : tuple of Places
    happening : tuple of Happening
        Of the same, in this replication alone.
    cost : int
        öre for the seats that they took.
    """

    columns: IntArray
    places: tuple[Places, ...]
    happening: tuple[Happening, ...]
    cost: int


def refilled(ground: Ground, assumptions: Assumptions, luck: Luck) -> Refilling:
    """Return the placements that are made after the plan when places that are open are filled again every week.

    Parameters
    ----------
    ground : Ground
    assumptions : Assumptions
    luck : Luck
    """
    year = _Year(ground, assumptions, luck)
    for week in range(ground.num_weeks):
        year.begin(week)
        opening = year.opening()
        if not len(opening.due):
            continue
        rows = year.rows_over(opening.columns)
        chosen = decided_now(rows, AIM, opening.due, opening.later, [NOBODY], NOBODY, seed=luck.seed)
        if len(chosen):
            year.take(opening.columns[chosen], opening.start[chosen])
    return year.done()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """What could be taken in a week.

    Parameters
    ----------
    columns : int64 (n,)
        Sorted.
    start : int64 (n,)
        On which day each would begin to work.
    due, later : int64
        Positions in `columns` of what has to be decided this week, and of what can wait.
    """

    columns: IntArray
    start: IntArray
    due: IntArray
    later: IntArray


@dataclass(frozen=True, slots=True, order=True)
class _Out:
    """Somebody falls out of a column on a day: which cohorts were begun, which completed, and which was left."""

    day: int
    column: int
    begun: tuple[int, ...]
    completed: tuple[int, ...]
    left: int
    stays: bool


class _Year:
    """How things stand in one replication, week by week."""

    def __init__(self, ground: Ground, assumptions: Assumptions, luck: Luck) -> None:
        limits = ground.columns.limits
        self._ground, self._assumptions, self._luck = ground, assumptions, luck
        self._cohort_at = {name: k for k, name in enumerate(limits.cohort_ids)}
        self._seat_rows = SeatRows(ground.rows)
        self._used = np.asarray(ground.rows.matrix[:, ground.planned].sum(axis=1)).ravel().astype(np.int64)
        planned = ground.columns.vacancy[ground.planned]
        self._open_positions = limits.positions - np.bincount(planned, minlength=len(limits.positions))
        # Whoever may take several placements is not offered another: what they hold together is the plan's own art.
        self._is_free = luck.comes & (limits.placements == 1)
        self._is_free[ground.columns.candidate[ground.planned]] = False
        shape = (len(limits.candidate_ids), len(limits.cohort_ids))
        self._done = np.zeros(shape, dtype=np.bool_)
        self._is_closed = np.zeros(len(ground.columns), dtype=np.bool_)
        self._has_lost = np.zeros(len(limits.vacancy_ids), dtype=np.bool_)
        self._outs: list[_Out] = []
        self._expect(luck.places, luck.fall, ground.planned)
        self._columns: list[int] = []
        self._places: list[Places] = []
        self._happening: list[Happening] = []
        self._cost = 0
        self._week, self._today = 0, ground.first_day

    def begin(self, week: int) -> None:
        """Learn what had shown before the first day of a week."""
        self._week, self._today = week, self._ground.first_day + WEEK * week
        while self._outs and self._outs[0].day < self._today:
            self._fall_out(heapq.heappop(self._outs))

    def opening(self) -> _Opening:
        """Return what could be taken this week."""
        ground, columns, today = self._ground, self._ground.columns, self._today
        is_here = self._is_free & (ground.week <= self._week)
        is_open = is_here[columns.candidate] & (self._open_positions > 0)[columns.vacancy] & ~self._is_closed
        own = np.flatnonzero(is_open)
        vacancy = columns.vacancy[own]
        # How late a contract is shows on the day on which it should have begun.
        late = WEEK * np.where(ground.vacancy_start < today, self._luck.weeks_late, 0)
        start = np.maximum(columns.start_day[own], np.maximum((ground.vacancy_start + late)[vacancy], today))
        grace = np.where(self._has_lost, WEEK * self._assumptions.replace_weeks, 0)
        can_be = start <= (ground.latest_start + late + grace)[vacancy]
        act, has_seats = self._acting(own, start)
        can_be &= has_seats
        can_be[can_be] = start[can_be] <= self._last_start(own[can_be], start[can_be])
        is_due = act[can_be] < today + WEEK
        return _Opening(
            columns=own[can_be],
            start=start[can_be],
            due=np.flatnonzero(is_due),
            later=np.flatnonzero(~is_due),
        )

    def rows_over(self, kept: IntArray) -> Rows:
        """Return the rows over some columns, with what is used taken off the limits.

        A limit that has been broken by people who fell out, such as a share, is not to be broken further.
        """
        ground = self._ground
        left = ground.rows.limit - self._used
        left = np.where(ground.is_eased, left, np.maximum(left, 0))
        own = ground.rows.subset(kept)
        position, cohort = ground.new_seats.had(kept, ground.columns.candidate[kept], self._done)
        return self._seat_rows.without(replace(own, limit=left), position, cohort)

    def take(self, chosen: IntArray, start: IntArray) -> None:
        """Carry out some columns, and draw what becomes of them."""
        ground, luck = self._ground, self._luck
        rows = self.rows_over(chosen)
        self._used += np.asarray(rows.matrix[:, : len(chosen)].sum(axis=1)).ravel()
        candidate, vacancy = ground.columns.candidate[chosen], ground.columns.vacancy[chosen]
        self._is_free[candidate] = False
        np.subtract.at(self._open_positions, vacancy, 1)
        self._cost += int(ground.columns.limits.seat_cost[self._seats_of(chosen)].sum())
        assignments = [
            replace(assignment_of(ground.columns, column), start_date=date.fromordinal(day))
            for column, day in zip(chosen.tolist(), start.tolist(), strict=True)
        ]
        places = ground.reader.places(assignments, chosen)
        events = Events(places, self._assumptions, luck.seed, luck.replication, 1)
        self._expect(places, events.fall, chosen)
        self._columns += chosen.tolist()
        self._places.append(places)
        self._happening.append(events.happening)

    def done(self) -> Refilling:
        """Return what was placed after the plan."""
        return Refilling(
            columns=np.array(self._columns, dtype=np.int64),
            places=tuple(self._places),
            happening=tuple(self._happening),
            cost=self._cost,
        )

    def _expect(self, places: Places, fall: Fall, columns: IntArray) -> None:
        """Note who will fall out, and when it will show."""
        out = np.flatnonzero(fall.day[:, 0] < FOREVER)
        steps: dict[int, list[int]] = {place: [] for place in out.tolist()}
        for step in np.flatnonzero(np.isin(places.step_place, out)).tolist():
            steps[int(places.step_place[step])].append(step)
        for place in out.tolist():
            day = int(fall.day[place, 0])
            own = [(step, self._cohort_at[places.cohort_ids[step]]) for step in steps[place]]
            completed = [k for step, k in own if fall.passes[step, 0] and places.step_last[step] < day]
            left = [k for step, k in own if not fall.passes[step, 0] and places.step_first[step] <= day]
            heapq.heappush(
                self._outs,
                _Out(
                    day=day,
                    column=int(columns[place]),
                    begun=tuple(k for step, k in own if places.step_first[step] <= day),
                    completed=tuple(completed),
                    left=left[0] if left else -1,
                    stays=bool(fall.stays[place, 0]),
                ),
            )

    def _fall_out(self, out: _Out) -> None:
        """Open somebody's place again; what was used until then stays used."""
        ground, limits = self._ground, self._ground.columns.limits
        column = np.array([out.column])
        i, j = int(ground.columns.candidate[out.column]), int(ground.columns.vacancy[out.column])
        self._used -= np.asarray(self.rows_over(column).matrix[:, :1].sum(axis=1)).ravel()
        _, row, value = self._seat_rows.entries(np.intersect1d(self._seats_of(column), out.begun).astype(np.int64))
        np.add.at(self._used, row, value)
        self._done[i, list(out.completed)] = True
        self._close(i, j, out.left)
        self._open_positions[j] += 1
        self._has_lost[j] = True
        self._is_free[i] = out.stays and limits.placements[i] == 1

    def _close(self, candidate: int, vacancy: int, left: int) -> None:
        """Leave out what somebody cannot take any more: the place that was lost, and a course left for good."""
        ground, columns = self._ground, self._ground.columns
        begin, end = columns.of_candidate(candidate)
        self._is_closed[begin:end] |= columns.vacancy[begin:end] == vacancy
        if left >= 0:
            starts = columns.route_start[begin : end + 1]
            owner = np.repeat(np.arange(begin, end), np.diff(starts))
            cohort = columns.route_cohort[starts[0] : starts[-1]]
            self._is_closed[owner[ground.course[cohort] == ground.course[left]]] = True

    def _acting(self, own: IntArray, start: IntArray) -> tuple[IntArray, BoolArray]:
        """Return by which day each column is decided, and whether its cohorts can all still be taken."""
        ground = self._ground
        position, cohort = ground.new_seats.entries(own)
        i = ground.columns.candidate[own][position]
        is_done = self._done[i, cohort]
        begin = ground.columns.limits.cohort_start[cohort]
        has_seats = np.ones(len(own), dtype=np.bool_)
        np.logical_and.at(has_seats, position, is_done | (begin >= self._today))
        act = start.astype(np.int64)
        np.minimum.at(act, position[~is_done], begin[~is_done])
        return act, has_seats

    def _seats_of(self, columns: IntArray) -> IntArray:
        """Return the cohorts in which the people of some columns take seats that they have not had."""
        position, cohort = self._ground.new_seats.entries(columns)
        new: IntArray = cohort[~self._done[self._ground.columns.candidate[columns][position], cohort]]
        return new

    def _last_start(self, own: IntArray, start: IntArray) -> IntArray:
        """Return the last day on which each column could begin; those that begin as planned are not asked about."""
        ground = self._ground
        last = np.full(len(own), FOREVER, dtype=np.int64)
        for place in np.flatnonzero(start > ground.columns.start_day[own]).tolist():
            last[place] = ground.last_start(int(own[place]))
        return last
