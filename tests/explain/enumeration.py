"""Every route between a candidate and a vacancy by trying all sets of cohorts: the specification, read literally."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from matcher.problem import Candidate, Cohort, Problem, Vacancy, distance_km, vacancy_terms


def minimal_routes(problem: Problem, candidate: Candidate, vacancy: Vacancy) -> set[tuple[str, ...]]:
    """Return the cohorts of every column of a pair, in order of dates."""
    cohorts = sorted(problem.cohorts, key=lambda cohort: (cohort.start_date, cohort.cohort_id))
    longest = problem.policy.max_route_length
    longest = longest if candidate.max_trainings is None else min(longest, candidate.max_trainings)
    feasible = [
        route
        for length in range(longest + 1)
        for route in combinations(cohorts, length)
        if _is_column(problem, candidate, vacancy, route)
    ]
    ids = [{cohort.cohort_id for cohort in route} for route in feasible]
    return {
        tuple(cohort.cohort_id for cohort in route)
        for route, own in zip(feasible, ids, strict=True)
        if not any(other < own for other in ids)
    }


def _is_column(problem: Problem, candidate: Candidate, vacancy: Vacancy, route: tuple[Cohort, ...]) -> bool:
    terms = vacancy_terms(vacancy, {contract.contract_id: contract for contract in problem.contracts})
    enrolled = _enrolled(problem, candidate)
    assert terms.start_date is not None
    assert terms.latest_start_date is not None
    ends = [cohort.end_date + timedelta(days=1) for cohort in (*route, *enrolled)]
    day = max(terms.start_date, candidate.available_from, *ends)
    granted = [skill for cohort in route for skill in _course(problem, cohort).skills]
    return (
        terms.is_open
        and day <= terms.latest_start_date
        and (candidate.available_until is None or day <= candidate.available_until)
        and (not terms.groups or any(one.group in terms.groups and one.holds_on(day) for one in candidate.groups))
        and _accepts(candidate, vacancy)
        and vacancy.extent_percent <= candidate.extent_percent
        and _is_near(problem, candidate, terms.municipality)
        and all(
            _holds(problem, candidate, must.skill, must.level, day)
            or any(skill.skill == must.skill and skill.level >= must.level for skill in granted)
            for must in problem.vacancy_skills
            if must.vacancy_id == vacancy.vacancy_id and must.kind == "must"
        )
        and not any(
            one.decision == "forbidden"
            and (one.candidate_id, one.vacancy_id) == (candidate.candidate_id, vacancy.vacancy_id)
            for one in problem.decisions
        )
        and _is_feasible(problem, candidate, route, enrolled)
    )


def _is_feasible(problem: Problem, candidate: Candidate, route: tuple[Cohort, ...], enrolled: list[Cohort]) -> bool:
    for place, cohort in enumerate(route):
        earlier = route[:place]
        if any(before.end_date >= cohort.start_date for before in earlier):
            return False
        if cohort in enrolled:
            continue
        if cohort.status in ("running", "cancelled") or cohort.start_date < candidate.available_from:
            return False
        if not _is_near(problem, candidate, cohort.municipality):
            return False
        if any(one.start_date <= cohort.end_date and cohort.start_date <= one.end_date for one in enrolled):
            return False
        for needed in _course(problem, cohort).prerequisites:
            given = [skill for before in earlier for skill in _course(problem, before).skills]
            if not _holds(problem, candidate, needed.skill, needed.level, cohort.start_date) and not any(
                skill.skill == needed.skill and skill.level >= needed.level for skill in given
            ):
                return False
    return True


def _course(problem: Problem, cohort: Cohort):  # type: ignore[no-untyped-def]
    return next(course for course in problem.courses if course.course_id == cohort.course_id)


def _enrolled(problem: Problem, candidate: Candidate) -> list[Cohort]:
    ids = {one.cohort_id for one in problem.enrolments if one.candidate_id == candidate.candidate_id}
    return [cohort for cohort in problem.cohorts if cohort.cohort_id in ids and cohort.status != "cancelled"]


def _accepts(candidate: Candidate, vacancy: Vacancy) -> bool:
    return (
        not candidate.occupations
        or vacancy.occupation is None
        or any(vacancy.occupation.startswith(code) for code in candidate.occupations)
    )


def _is_near(problem: Problem, candidate: Candidate, there: str | None) -> bool:
    if candidate.max_distance_km is None or there is None:
        return True
    places = {place.municipality: place for place in problem.municipalities}
    return distance_km(places[candidate.municipality or ""], places[there]) <= candidate.max_distance_km


def _holds(problem: Problem, candidate: Candidate, skill: str, level: int, day: date) -> bool:
    return any(
        held.candidate_id == candidate.candidate_id
        and held.skill == skill
        and held.level >= level
        and (held.valid_until is None or held.valid_until >= day)
        for held in problem.candidate_skills
    )
