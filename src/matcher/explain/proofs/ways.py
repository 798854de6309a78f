"""The ways of people to places, read off the columns: which seats would be newly taken, on which route."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.explain.reading import Person, Place, Reading
from matcher.problem import Cohort


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Somebody's way to a place: the cohorts in which a new seat is needed."""

    person: Person
    place: Place
    route: tuple[str, ...]
    new: tuple[Cohort, ...]


def ways_of_candidate(columns: Columns, reading: Reading, candidate_id: str) -> list[Way]:
    """Return the ways of one person to every place."""
    own = np.flatnonzero(columns.candidate == columns.limits.candidate_ids.index(candidate_id))
    return _ways(columns, reading, own)


def ways_to_places(columns: Columns, reading: Reading, vacancy_ids: Collection[str]) -> list[Way]:
    """Return the ways of everybody to some places."""
    wanted = np.array([vacancy_id in vacancy_ids for vacancy_id in columns.limits.vacancy_ids], np.bool_)
    return _ways(columns, reading, np.flatnonzero(wanted[columns.vacancy]))


def _ways(columns: Columns, reading: Reading, places: IntArray) -> list[Way]:
    limits, routes = columns.limits, columns.routes
    found = []
    for column in places.tolist():
        entries = columns.route_entries(column)
        new = routes.cohort[entries][routes.is_new[entries]].tolist()
        found.append(
            Way(
                person=reading.people[limits.candidate_ids[columns.candidate[column]]],
                place=reading.place(limits.vacancy_ids[columns.vacancy[column]]),
                route=columns.route(column),
                new=tuple(reading.cohorts[limits.cohort_ids[cohort]] for cohort in new),
            )
        )
    return found
