"""What happens to placements in some replications: docs/model.md section 9, on arrays of placements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.draws import Draws, FloatArray
from matcher.whatif.simulation.places import FOREVER, Places

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What became of P placements in R replications.

    Parameters
    ----------
    completes : bool (P, R)
        Whether every course on the way was completed.
    begins : bool (P, R)
        Whether the person began to work.
    lasts : bool (P, R)
        Whether the placement lasted.
    delivers : int64 (P, R)
        Hundredths of the contract's unit that it delivers.
    """

    completes: BoolArray
    begins: BoolArray
    lasts: BoolArray
    delivers: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """When placements that do not begin come to nothing, and what is left of them.

    Parameters
    ----------
    day : int64 (P, R)
        Proleptic ordinal of the day on which it shows that the person will not begin; `FOREVER` for who begins.
    stays : bool (P, R)
        Whether the person can still be placed elsewhere then.
    passes : bool (S, R)
        Which courses are completed, by the placements' steps.
    """

    day: IntArray
    stays: BoolArray
    passes: BoolArray


def happening(places: Places, assumptions: Assumptions, seed: int, first: int, count: int) -> Happening:
    """Return what becomes of placements in the replications ``first`` to ``first + count - 1``.

    Parameters
    ----------
    places : Places
    assumptions : Assumptions
    seed, first, count : int
    """
    return Events(places, assumptions, seed, first, count).happening


def weeks_late(names: Sequence[str], assumptions: Assumptions, draws: Draws, first: int, count: int) -> IntArray:
    """Return by how many weeks contracts, or vacancies without one, begin late; int64 (D, R)."""
    is_late = draws.uniforms("late", names, first, count) < float(assumptions.late)
    weeks = 1 + (draws.uniforms("weeks", names, first, count) * assumptions.late_weeks).astype(np.int64)
    return np.where(is_late, weeks, 0)


class Events:
    """The named events of some placements in some replications, each drawn when it is first asked for.

    Parameters
    ----------
    places : Places
    assumptions : Assumptions
    seed, first, count : int
    """

    def __init__(self, places: Places, assumptions: Assumptions, seed: int, first: int, count: int) -> None:
        self._places, self._assumptions = places, assumptions
        self._draws, self._first, self._count = Draws(seed), first, count

    @cached_property
    def happening(self) -> Happening:
        """What becomes of the placements."""
        places = self._places
        begins = self._completes & self._is_in_time & self._waits & self._is_taken & self._comes
        return Happening(
            completes=self._completes,
            begins=begins,
            lasts=begins & (self._lot("lasts") < places.lasts[:, None]),
            delivers=np.where(begins & (self._start <= places.last_counted[:, None]), places.units[:, None], 0),
        )

    @cached_property
    def fall(self) -> Fall:
        """When each placement that does not begin comes to nothing.

        Dropping out shows on a day of the course, each equally likely. That somebody cannot wait for a contract that is
        late shows on the day planned; that somebody is refused, has given up or does not come, on the first day.
        """
        places, begins = self._places, self.happening.begins
        length = (places.step_last - places.step_first + 1)[:, None]
        share = self._draws.uniforms("drops out on", places.step_names, self._first, self._count)
        dropped = places.step_first[:, None] + (share * length).astype(np.int64)
        day = np.full(begins.shape, FOREVER, dtype=np.int64)
        np.minimum.at(day, places.step_place, np.where(self._passes, FOREVER, dropped))
        day = np.where(self._completes, np.where(self._is_in_time, self._start, places.start[:, None]), day)
        is_gone = self._completes & self._is_in_time & (~self._waits | (self._is_taken & ~self._comes))
        return Fall(day=np.where(begins, FOREVER, day), stays=~begins & ~is_gone, passes=self._passes)

    def _lot(self, kind: str) -> FloatArray:
        return self._draws.uniforms(kind, self._places.names, self._first, self._count)

    @cached_property
    def _passes(self) -> BoolArray:
        lots = self._draws.uniforms("completes", self._places.step_names, self._first, self._count)
        passes: BoolArray = lots < self._places.step_rate[:, None]
        return passes

    @cached_property
    def _completes(self) -> BoolArray:
        completes = np.ones((len(self._places), self._count), dtype=np.bool_)
        np.logical_and.at(completes, self._places.step_place, self._passes)
        return completes

    @cached_property
    def _start(self) -> IntArray:
        """The day on which each placement begins where nothing else prevents it."""
        places = self._places
        weeks = weeks_late(places.delay_names, self._assumptions, self._draws, self._first, self._count)
        late = weeks[places.delay_of]
        late[places.start == 0] = 0
        start: IntArray = np.maximum(places.vacancy_start[:, None] + WEEK * late, places.start[:, None])
        return start

    @cached_property
    def _is_in_time(self) -> BoolArray:
        is_in_time: BoolArray = self._start <= self._places.last_start[:, None]
        return is_in_time

    @cached_property
    def _waits(self) -> BoolArray:
        waited = (self._start - self._places.start[:, None]) // WEEK
        waits: BoolArray = self._lot("waits") < (1 - float(self._assumptions.gives_up_per_week)) ** waited
        return waits

    @cached_property
    def _is_taken(self) -> BoolArray:
        is_taken: BoolArray = self._lot("is taken") >= float(self._assumptions.refusal)
        return is_taken

    @cached_property
    def _comes(self) -> BoolArray:
        comes: BoolArray = self._lot("comes") >= float(self._assumptions.no_show)
        return comes
