"""Everybody at once: the rules that need no search, for all candidates of a city and one vacancy.

Reads the same rules as `matcher.explain.rules`, on arrays; a property in the tests holds the two together.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from matcher.explain.facts import RULES, Rule
from matcher.explain.pair import JudgedPair
from matcher.explain.reading import Person, Place, Reading

Value = TypeVar("Value", bound=Hashable)
NEVER, ALWAYS = 0, date.max.toordinal()


class Crowd:
    """All candidates of a problem as arrays, in the order of their ids.

    Parameters
    ----------
    reading : Reading
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.people: list[Person] = [reading.people[candidate_id] for candidate_id in sorted(reading.people)]
        candidates = [person.candidate for person in self.people]
        self._earliest = np.array([person.earliest.toordinal() for person in self.people], dtype=np.int64)
        self._until = np.array([_ordinal(candidate.available_until) for candidate in candidates], dtype=np.int64)
        self._extent = np.array([candidate.extent_percent for candidate in candidates], dtype=np.int64)
        self._limit = np.array(
            [np.inf if candidate.max_distance_km is None else candidate.max_distance_km for candidate in candidates]
        )
        self._homes, self._home = _numbered([candidate.municipality or "" for candidate in candidates])
        self._wishes, self._wish = _numbered([candidate.occupations for candidate in candidates])
        self._accepting: dict[str | None, npt.NDArray[np.bool_]] = {}
        self._near: dict[str | None, npt.NDArray[np.bool_]] = {}
        self._member_until: dict[str, npt.NDArray[np.int64]] = {}

    def first_failures(self, place: Place) -> Iterator[tuple[Person, Rule | None]]:
        """Yield everybody with the first rule that fails, ``None`` for those who are eligible."""
        terms = place.terms
        if self._reading.problem.is_ready_scored or terms.start_date is None or not terms.is_open:
            for person in self.people:
                yield person, JudgedPair(self._reading, person, place).first_failure()
            return
        for person, rule in zip(self.people, self._simple_failures(place, terms.start_date), strict=True):
            yield person, RULES[rule] if rule >= 0 else JudgedPair(self._reading, person, place).later_failure()

    def _simple_failures(self, place: Place, start: date) -> list[int]:
        """Return the position in `RULES` of the first simple rule that fails, -1 where none does."""
        terms = place.terms
        failing = np.full(len(self.people), -1, dtype=np.int64)
        day = np.maximum(self._earliest, start.toordinal())
        checks: tuple[tuple[Rule, npt.NDArray[np.bool_]], ...] = (
            ("start", day <= _ordinal(terms.latest_start_date)),
            ("available_until", day <= self._until),
            ("group", self._in_groups(terms.groups, day)),
            ("occupation", self._accepts(terms.vacancy.occupation)),
            ("extent", self._extent >= terms.vacancy.extent_percent),
            ("distance", self._is_near(terms.municipality)),
        )
        for rule, holds in reversed(checks):
            failing[~holds] = RULES.index(rule)
        return failing.tolist()

    def _in_groups(self, groups: tuple[str, ...], day: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        if not groups:
            return np.ones(len(self.people), dtype=bool)
        latest = np.max([self._until_in(group) for group in groups], axis=0)
        return np.asarray(day <= latest)

    def _until_in(self, group: str) -> npt.NDArray[np.int64]:
        """Return everybody's last day in a group; `NEVER` for those who do not belong to it."""
        if group not in self._member_until:
            last = np.full(len(self.people), NEVER, dtype=np.int64)
            for position, person in enumerate(self.people):
                for membership in person.candidate.groups:
                    if membership.group == group:
                        last[position] = _ordinal(membership.until)
            self._member_until[group] = last
        return self._member_until[group]

    def _accepts(self, occupation: str | None) -> npt.NDArray[np.bool_]:
        if occupation not in self._accepting:
            accepts = [
                not wish or occupation is None or any(occupation.startswith(code) for code in wish)
                for wish in self._wishes
            ]
            self._accepting[occupation] = np.array(accepts, dtype=bool)[self._wish]
        return self._accepting[occupation]

    def _is_near(self, there: str | None) -> npt.NDArray[np.bool_]:
        if there not in self._near:
            known = [self._reading.distance_km(home, there) if home and there else None for home in self._homes]
            distances = np.array([0.0 if distance is None else distance for distance in known])
            self._near[there] = distances[self._home] <= self._limit
        return self._near[there]


def _ordinal(day: date | None) -> int:
    return ALWAYS if day is None else day.toordinal()


def _numbered(values: list[Value]) -> tuple[list[Value], npt.NDArray[np.int64]]:
    """Return the different values, and for each of the given ones its position among them."""
    position: dict[Value, int] = {}
    numbers = [position.setdefault(value, len(position)) for value in values]
    return list(position), np.array(numbers, dtype=np.int64)
