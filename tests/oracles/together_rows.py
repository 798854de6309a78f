"""What one candidate takes together (docs/model.md section 4, rule 1), as rows over columns and enrolments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from matcher.problem import Candidate, Problem
from tests.oracles.columns import Column, ColumnKey, to_hundredths
from tests.oracles.integer_programme import Programme
from tests.oracles.several import Together


def add_enrolments(
    programme: Programme, problem: Problem, columns: Mapping[ColumnKey, Column], place: Mapping[ColumnKey, int]
) -> dict[str, dict[str, int]]:
    """Give everybody with several placements an enrolment variable by cohort; return them by candidate and cohort.

    Parameters
    ----------
    programme : Programme
        Gains variables and rows.
    problem : Problem
    columns : mapping of column key to Column
    place : mapping of column key to int
        The columns' variables.
    """
    together = Together(problem, columns)
    price = {row.cohort_id: to_hundredths(row.cost_per_seat) for row in problem.cohorts}
    aim = "cost" if "cost" in programme.aims else None
    seats: dict[str, dict[str, int]] = {}
    for candidate in problem.candidates:
        own = [key for key in columns if key[0] == candidate.candidate_id]
        if candidate.max_placements > 1 and own:
            cohorts = sorted(together.new_cohorts(own))
            taken = {cohort_id: programme.variable(1, aim, price[cohort_id]) for cohort_id in cohorts}
            _add_rows(programme, together, candidate, own, place, taken)
            seats[candidate.candidate_id] = taken
    return seats


def _add_rows(
    programme: Programme,
    together: Together,
    candidate: Candidate,
    own: Sequence[ColumnKey],
    place: Mapping[ColumnKey, int],
    taken: Mapping[str, int],
) -> None:
    for vacancy_id in sorted({key[1] for key in own}):
        programme.row({place[key]: 1 for key in own if key[1] == vacancy_id}, None, 1)
    for day in together.starts(own):
        extents = {place[key]: together.vacancies[key[1]].extent_percent for key in together.lasting(day, own)}
        programme.row(extents, None, candidate.extent_percent)
    for cohort_id, seat in taken.items():
        needing = [place[key] for key in own if cohort_id in together.columns[key].new_cohorts]
        for column in needing:
            programme.row({column: 1, seat: -1}, None, 0)
        programme.row({seat: 1} | dict.fromkeys(needing, -1), None, 0)
        for key in own:
            if together.lasts_during(key, cohort_id):
                programme.row({place[key]: 1, seat: 1}, None, 1)
    programme.row(dict.fromkeys(taken.values(), 1), None, together.allowed(candidate))
    for one, other in combinations(sorted(taken), 2):
        if together.meet(one, other):
            programme.row({taken[one]: 1, taken[other]: 1}, None, 1)
