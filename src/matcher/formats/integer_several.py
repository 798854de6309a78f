"""Candidates with several placements in the integer model: one seat for all of them, hours, training beside jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalRow:
    """One row of one candidate: columns and enrolments (cohorts) with their coefficients, at most `limit`."""

    candidate: int
    name: str
    columns: dict[int, int]
    enrolments: dict[int, int]
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """New seats that columns ask for: the column and the cohort of each."""

    column: IntArray
    cohort: IntArray


def new_seats(columns: Columns) -> Entries:
    """Return every new seat that some column asks for."""
    column = np.repeat(np.arange(len(columns), dtype=np.int64), np.diff(columns.route_start))[columns.route_is_new]
    return Entries(column=column, cohort=columns.route_cohort.astype(np.int64)[columns.route_is_new])


def has_several(columns: Columns) -> BoolArray:
    """Tell which columns are of candidates who may take several placements; bool (N,)."""
    several: BoolArray = columns.limits.placements[columns.candidate] > 1
    return several


def enrolments(columns: Columns) -> list[tuple[int, int]]:
    """Return candidate and cohort of every enrolment that is a variable of its own, in order."""
    seats = new_seats(columns)
    own = has_several(columns)[seats.column]
    pairs = zip(columns.candidate[seats.column[own]].tolist(), seats.cohort[own].tolist(), strict=True)
    return sorted(set(pairs))


def enrolment_name(candidate: int, cohort: int) -> str:
    """Return the name of an enrolment's variable."""
    return f"enrol_{candidate}_{cohort}"


def seat_takers(columns: Columns, number: Mapping[str, int]) -> tuple[IntArray, IntArray]:
    """Return the variables that take new seats, and in which cohorts: columns, or enrolments of their own."""
    seats = new_seats(columns)
    plain = ~has_several(columns)[seats.column]
    own = enrolments(columns)
    variables = np.array([number[enrolment_name(*pair)] for pair in own], dtype=np.int64)
    cohorts = np.array([cohort for _, cohort in own], dtype=np.int64)
    return np.concatenate([seats.column[plain], variables]), np.concatenate([seats.cohort[plain], cohorts])


def own_costs(columns: Columns) -> IntArray:
    """Return what each column costs by itself: without its seats where enrolments pay for these; int64 (N,)."""
    cost = columns.cost.astype(np.int64)
    seats = new_seats(columns)
    own = has_several(columns)[seats.column]
    np.subtract.at(cost, seats.column[own], columns.limits.seat_cost[seats.cohort[own]])
    return cost


def personal_rows(columns: Columns) -> Iterator[PersonalRow]:
    """Yield the rows of everybody who may take several placements."""
    seats = new_seats(columns)
    cohorts_of: dict[int, list[int]] = {}
    for column, cohort in zip(seats.column.tolist(), seats.cohort.tolist(), strict=True):
        cohorts_of.setdefault(column, []).append(cohort)
    for candidate in np.unique(columns.candidate[has_several(columns)]).tolist():
        begin, end = columns.of_candidate(candidate)
        own = range(begin, end)
        yield from _placements(columns, candidate, own)
        yield from _training(columns, candidate, own, {column: cohorts_of.get(column, []) for column in own})


def _placements(columns: Columns, candidate: int, own: range) -> Iterator[PersonalRow]:
    limits = columns.limits
    by_vacancy: dict[int, list[int]] = {}
    for column in own:
        by_vacancy.setdefault(int(columns.vacancy[column]), []).append(column)
    for vacancy, routes in by_vacancy.items():
        yield PersonalRow(
            candidate=candidate,
            name=f"pair_{candidate}_{vacancy}",
            columns=dict.fromkeys(routes, 1),
            enrolments={},
            limit=1,
        )
    for day in sorted({int(columns.start_day[column]) for column in own}):
        lasting = [column for column in own if _lasts_on(columns, column, day)]
        yield PersonalRow(
            candidate=candidate,
            name=f"extent_{candidate}_{day}",
            columns={column: int(limits.vacancy_extent[columns.vacancy[column]]) for column in lasting},
            enrolments={},
            limit=int(limits.candidate_extent[candidate]),
        )


def _period(columns: Columns, column: int) -> tuple[int, int | None]:
    """Return the first day of a placement (0 for none) and its last (``None`` where it is not known)."""
    first, days = int(columns.start_day[column]), int(columns.limits.duration_days[columns.vacancy[column]])
    return first, None if days < 0 or not first else first + days - 1


def _lasts_on(columns: Columns, column: int, day: int) -> bool:
    first, last = _period(columns, column)
    return not first or (day > 0 and first <= day and (last is None or day <= last))


def _training(
    columns: Columns, candidate: int, own: range, cohorts_of: Mapping[int, list[int]]
) -> Iterator[PersonalRow]:
    limits = columns.limits
    cohorts = sorted({cohort for column in own for cohort in cohorts_of[column]})
    yield PersonalRow(
        candidate=candidate,
        name=f"trainings_{candidate}",
        columns={},
        enrolments=dict.fromkeys(cohorts, 1),
        limit=int(limits.trainings[candidate]),
    )
    for cohort in cohorts:
        taking = [column for column in own if cohort in cohorts_of[column]]
        for column in taking:
            yield PersonalRow(
                candidate=candidate,
                name=f"needs_{column}_{cohort}",
                columns={column: 1},
                enrolments={cohort: -1},
                limit=0,
            )
        yield PersonalRow(
            candidate=candidate,
            name=f"used_{candidate}_{cohort}",
            columns=dict.fromkeys(taking, -1),
            enrolments={cohort: 1},
            limit=0,
        )
        begin, end = int(limits.cohort_start[cohort]), int(limits.cohort_end[cohort])
        for other in cohorts:
            if cohort < other and limits.cohort_start[other] <= end and begin <= limits.cohort_end[other]:
                yield PersonalRow(
                    candidate=candidate,
                    name=f"overlap_{candidate}_{cohort}_{other}",
                    columns={},
                    enrolments={cohort: 1, other: 1},
                    limit=1,
                )
        for column in own:
            first, last = _period(columns, column)
            if 0 < first <= end and (last is None or begin <= last):
                yield PersonalRow(
                    candidate=candidate,
                    name=f"study_{column}_{cohort}",
                    columns={column: 1},
                    enrolments={cohort: 1},
                    limit=1,
                )
