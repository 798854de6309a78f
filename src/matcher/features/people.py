"""Candidates as arrays: days, reach, target groups and promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.arrays import FOREVER, NEVER, FloatArray, days, indices, integers, positions
from matcher.features.places import Places
from matcher.problem import Candidate, Enrolment, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """C candidates, or a block of them.

    Parameters
    ----------
    available_from : int32 (C,)
        First day on which a course may begin.
    free_from : int32 (C,)
        First day on which a job may begin: after the last promised cohort, too.
    last_start : int32 (C,)
        Last day on which a job may begin.
    extent : int64 (C,)
    place : int32 (C,)
        Position in `Places`.
    max_distance_km : float64 (C,)
        Infinite where there is no limit.
    max_trainings : int64 (C,)
        At most the policy's route length.
    months_out_of_work : int64 (C,)
    """

    available_from: IndexArray
    free_from: IndexArray
    last_start: IndexArray
    extent: IndexArray
    place: IndexArray
    max_distance_km: FloatArray
    max_trainings: IndexArray
    months_out_of_work: IndexArray

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.available_from)

    def block(self, members: IntArray) -> People:
        """Return some candidates."""
        return replace(self, **{field.name: getattr(self, field.name)[members] for field in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolments:
    """Promised seats: L rows.

    Parameters
    ----------
    candidate, cohort : int32 (L,)
    """

    candidate: IndexArray
    cohort: IndexArray

    def block(self, position: IntArray) -> Enrolments:
        """Return the seats of the candidates of a block, by their positions in it (-1 for those outside)."""
        candidate = position[self.candidate]
        inside = candidate >= 0
        return Enrolments(candidate=candidate[inside].astype(np.int32), cohort=self.cohort[inside])

    def table(self, num_candidates: int, num_cohorts: int) -> BoolArray:
        """Return who is enrolled in which cohort; bool (candidates, cohorts)."""
        table = np.zeros((num_candidates, num_cohorts), np.bool_)
        table[self.candidate, self.cohort] = True
        return table

    def include(self, candidate: IntArray, cohort: IndexArray) -> BoolArray:
        """Tell whether each candidate is enrolled in each cohort, which may be -1 for none; shaped as `cohort`."""
        num_keys = int(self.cohort.max(initial=0)) + 2
        keys = self.candidate.astype(np.int64) * num_keys + self.cohort
        return np.isin(candidate * num_keys + np.minimum(cohort, num_keys - 1), keys) & (cohort >= 0)


def enrolment_arrays(
    enrolments: Sequence[Enrolment], candidate_position: dict[str, int], cohort_position: dict[str, int]
) -> Enrolments:
    """Return the promised seats."""
    return Enrolments(
        candidate=indices(enrolments, "candidate_id", candidate_position),
        cohort=indices(enrolments, "cohort_id", cohort_position),
    )


def people_arrays(
    candidates: Sequence[Candidate], policy: Policy, places: Places, enrolments: Enrolments, cohort_end: IndexArray
) -> People:
    """Return the arrays of all candidates, which are given in order of their ids."""
    available_from = days(list(map(attrgetter("available_from"), candidates)))
    free_from = available_from.copy()
    np.maximum.at(free_from, enrolments.candidate, cohort_end[enrolments.cohort] + 1)
    longest = policy.max_route_length
    return People(
        available_from=available_from,
        free_from=free_from,
        last_start=days(list(map(attrgetter("available_until"), candidates))),
        extent=integers(candidates, "extent_percent").astype(np.int32),
        place=places.indices(map(attrgetter("municipality"), candidates)),
        max_distance_km=np.array(
            [np.inf if limit is None else limit for limit in map(attrgetter("max_distance_km"), candidates)], np.float64
        ),
        max_trainings=np.array(
            [
                longest if limit is None else min(limit, longest)
                for limit in map(attrgetter("max_trainings"), candidates)
            ],
            np.int32,
        ),
        months_out_of_work=integers(candidates, "months_out_of_work").astype(np.int32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Memberships:
    """The last day of each candidate's membership of each target group that matters.

    Parameters
    ----------
    groups : dict of str to int
        Rows of `last_day`.
    last_day : int32 (G, C)
        `NEVER` for who is no member.
    """

    groups: dict[str, int]
    last_day: IndexArray

    def of_any(self, groups: Sequence[str]) -> IndexArray:
        """Return the last day on which each candidate is a member of at least one group; everybody is of none."""
        if not groups:
            return np.full(self.last_day.shape[1], FOREVER, np.int32)
        last: IndexArray = self.last_day[[self.groups[group] for group in groups]].max(axis=0)
        return last


def memberships(candidates: Sequence[Candidate], groups: set[str]) -> Memberships:
    """Return the memberships of all candidates in some groups."""
    row = positions(sorted(groups))
    entries = [
        (row[membership.group], position, FOREVER if membership.until is None else membership.until.toordinal())
        for position, candidate in enumerate(candidates)
        for membership in candidate.groups
        if membership.group in row
    ]
    last_day = np.full((len(row), len(candidates)), NEVER, np.int32)
    if entries:
        group, candidate, last = np.array(entries, np.int32).T
        last_day[group, candidate] = last
    return Memberships(groups=row, last_day=last_day)
