"""The problem as an explanation reads it: by person, by place, by skill; a reading of its own, not the columns'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from matcher.errors import Fault, InvalidInput
from matcher.explain.facts import Step, VacancyName
from matcher.plan import Assignment
from matcher.problem import (
    Candidate,
    Cohort,
    Course,
    Decision,
    HeldSkill,
    Municipality,
    Pair,
    Problem,
    RequiredSkill,
    VacancyTerms,
    distance_km,
    vacancy_terms,
)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A candidate with skills and promises.

    Parameters
    ----------
    candidate : Candidate
    skills : mapping of skill to HeldSkill
    enrolled : tuple of Cohort
        Already promised, in order of dates.
    earliest : date
        First day on which a job can begin: available, and every promised cohort over.
    """

    candidate: Candidate
    skills: Mapping[str, HeldSkill]
    enrolled: tuple[Cohort, ...]
    earliest: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A vacancy with its terms and the skills that decide."""

    terms: VacancyTerms
    musts: tuple[RequiredSkill, ...]


class Reading:
    """Everything that the rules ask for, found by id.

    Parameters
    ----------
    problem : Problem
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cohorts: dict[str, Cohort] = {cohort.cohort_id: cohort for cohort in problem.cohorts}
        self.courses: dict[str, Course] = {course.course_id: course for course in problem.courses}
        self.people = _people(problem, self.cohorts)
        self.places = _places(problem)
        self._municipalities = {place.municipality: place for place in problem.municipalities}
        self._distances: dict[tuple[str, str], float | None] = {}
        self._granting = _granting(problem, self.courses)
        self._decisions: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in problem.decisions:
            self._decisions[decision.candidate_id, decision.vacancy_id].append(decision)
        self._pairs: dict[tuple[str, str], list[Pair]] = defaultdict(list)
        for pair in problem.pairs:
            self._pairs[pair.candidate_id, pair.vacancy_id].append(pair)

    def person(self, candidate_id: str) -> Person:
        """Return a candidate, or raise `InvalidInput` where there is none of that id."""
        found = self.people.get(candidate_id)
        if found is None:
            raise InvalidInput([_unknown("candidates", candidate_id)])
        return found

    def place(self, vacancy_id: str) -> Place:
        """Return a vacancy, or raise `InvalidInput` where there is none of that id."""
        found = self.places.get(vacancy_id)
        if found is None:
            raise InvalidInput([_unknown("vacancies", vacancy_id)])
        return found

    def granting(self, skill: str, level: int) -> Sequence[Cohort]:
        """Return the cohorts whose course grants a skill at a level or higher, in order of dates."""
        return [cohort for granted, cohort in self._granting.get(skill, ()) if granted >= level]

    def decision(self, candidate_id: str, vacancy_id: str) -> Decision | None:
        """Return what a person decided about a pair, a prohibition first."""
        found = self._decisions.get((candidate_id, vacancy_id), ())
        return min(found, key=lambda decision: decision.decision != "forbidden", default=None)

    def pairs(self, candidate_id: str, vacancy_id: str) -> Sequence[Pair]:
        """Return the ready-scored pairs of a candidate and a vacancy."""
        return self._pairs.get((candidate_id, vacancy_id), ())

    def distance_km(self, here: str, there: str) -> float | None:
        """Return the distance between two municipalities, ``None`` where their coordinates are not known."""
        key = (here, there)
        if key not in self._distances:
            self._distances[key] = _distance(self._municipalities, here, there)
        return self._distances[key]

    def days_late(self, assignment: Assignment) -> int:
        """Return how many days after the vacancy's first day a placement starts; 0 without dates."""
        first = self.places[assignment.vacancy_id].terms.start_date
        if first is None or assignment.start_date is None or self.problem.is_ready_scored:
            return 0
        return (assignment.start_date - first).days

    def resource(self, candidate_id: str, vacancy_id: str, cohort_ids: tuple[str, ...]) -> tuple[str | None, Decimal]:
        """Return what a placement uses and how much of it: as the pair says, or else the vacancy."""
        if self.problem.is_ready_scored:
            pair = next((one for one in self.pairs(candidate_id, vacancy_id) if one.cohort_ids == cohort_ids), None)
            return (None, Decimal(0)) if pair is None else (pair.resource_id, pair.resource_use or Decimal(0))
        terms = self.places[vacancy_id].terms
        if terms.vacancy.resource_use is not None:
            return terms.vacancy.resource_id, terms.vacancy.resource_use
        months = (terms.duration_months or Decimal(0)) * terms.vacancy.extent_percent / 100
        return terms.vacancy.resource_id, round(months, 6)

    def step(self, cohort: Cohort, *, is_new: bool) -> Step:
        """Return a cohort as a step of a route."""
        return Step(
            cohort_id=cohort.cohort_id,
            course_id=cohort.course_id,
            title=self.courses[cohort.course_id].title,
            start_date=cohort.start_date,
            end_date=cohort.end_date,
            is_new=is_new,
        )

    def steps(self, chain: Iterable[Cohort], person: Person) -> tuple[Step, ...]:
        """Return a chain as the steps of somebody's route."""
        promised = {cohort.cohort_id for cohort in person.enrolled}
        return tuple(self.step(cohort, is_new=cohort.cohort_id not in promised) for cohort in chain)


def named(place: Place) -> VacancyName:
    """Return a vacancy as a person recognises it."""
    terms = place.terms
    return VacancyName(
        vacancy_id=terms.vacancy.vacancy_id,
        title=terms.vacancy.title,
        contract_id=terms.vacancy.contract_id,
        contract_title=terms.contract.title if terms.contract else None,
        start_date=terms.start_date,
        latest_start_date=terms.latest_start_date,
        positions=terms.vacancy.positions,
    )


def _unknown(table: str, entity_id: str) -> Fault:
    return Fault(
        code="unknown_id",
        table=table,
        entity_id=entity_id,
        must=f"stand in {table} of the problem",
        remedy="Correct the id, or explain the plan against the problem that it answers.",
    )


def _people(problem: Problem, cohorts: Mapping[str, Cohort]) -> dict[str, Person]:
    skills: dict[str, dict[str, HeldSkill]] = defaultdict(dict)
    for held in problem.candidate_skills:
        skills[held.candidate_id][held.skill] = held
    promised: dict[str, list[Cohort]] = defaultdict(list)
    for enrolment in problem.standing_enrolments:
        promised[enrolment.candidate_id].append(cohorts[enrolment.cohort_id])
    people = {}
    for candidate in problem.candidates:
        enrolled = sorted(promised.get(candidate.candidate_id, ()), key=lambda cohort: cohort.start_date)
        free = [candidate.available_from, *(cohort.end_date + ONE_DAY for cohort in enrolled)]
        people[candidate.candidate_id] = Person(
            candidate=candidate,
            skills=skills.get(candidate.candidate_id, {}),
            enrolled=tuple(enrolled),
            earliest=max(free),
        )
    return people


def _places(problem: Problem) -> dict[str, Place]:
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    musts: dict[str, list[RequiredSkill]] = defaultdict(list)
    for required in problem.vacancy_skills:
        if required.kind == "must":
            musts[required.vacancy_id].append(required)
    return {
        vacancy.vacancy_id: Place(
            terms=vacancy_terms(vacancy, contracts),
            musts=tuple(sorted(musts.get(vacancy.vacancy_id, ()), key=lambda required: required.skill)),
        )
        for vacancy in problem.vacancies
    }


def _granting(problem: Problem, courses: Mapping[str, Course]) -> dict[str, list[tuple[int, Cohort]]]:
    granting: dict[str, list[tuple[int, Cohort]]] = defaultdict(list)
    for cohort in sorted(problem.cohorts, key=lambda cohort: (cohort.end_date, cohort.cohort_id)):
        for granted in courses[cohort.course_id].skills:
            granting[granted.skill].append((granted.level, cohort))
    return granting


def _distance(municipalities: Mapping[str, Municipality], here: str, there: str) -> float | None:
    if here == there:
        return 0.0
    if here not in municipalities or there not in municipalities:
        return None
    return distance_km(municipalities[here], municipalities[there])
