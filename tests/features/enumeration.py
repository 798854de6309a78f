"""Every column of a small problem, one by one, straight from docs/model.md sections 2 and 3."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, pairwise

from matcher.problem import Candidate, Cohort, Course, Problem, Vacancy, distance_km

DAY = timedelta(days=1)


@dataclass(frozen=True)
class EnumeratedColumn:
    candidate_id: str
    vacancy_id: str
    cohort_ids: tuple[str, ...]
    is_new: tuple[bool, ...]
    start_date: date
    weight: int
    cost: int
    units: int
    groups: frozenset[str]
    lottery: int


class Enumeration:
    """Reads the rules for one problem, with loops only."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.contracts = {contract.contract_id: contract for contract in problem.contracts}
        self.courses = {course.course_id: course for course in problem.courses}
        self.cohorts = {cohort.cohort_id: cohort for cohort in problem.cohorts}
        self.places = {place.municipality: place for place in problem.municipalities}
        self.held = {(row.candidate_id, row.skill): row for row in problem.candidate_skills}

    def columns(self) -> list[EnumeratedColumn]:
        found = []
        for candidate in sorted(self.problem.candidates, key=lambda row: row.candidate_id):
            for vacancy in sorted(self.problem.vacancies, key=lambda row: row.vacancy_id):
                routes = [
                    route for route in self.routes(candidate, vacancy) if self.is_minimal(candidate, vacancy, route)
                ]
                for route in sorted(routes, key=lambda route: [cohort.cohort_id for cohort in route]):
                    found.append(self.column(candidate, vacancy, route))
        return found

    def routes(self, candidate: Candidate, vacancy: Vacancy) -> Iterator[tuple[Cohort, ...]]:
        if self.is_excluded(candidate, vacancy):
            return
        for length in range(4):
            for chosen in combinations(self.problem.cohorts, length):
                route = tuple(sorted(chosen, key=lambda cohort: cohort.start_date))
                if self.is_feasible(candidate, vacancy, route):
                    yield route

    def is_minimal(self, candidate: Candidate, vacancy: Vacancy, route: tuple[Cohort, ...]) -> bool:
        return not any(
            self.is_feasible(candidate, vacancy, part)
            for length in range(len(route))
            for part in combinations(route, length)
        )

    def enrolled(self, candidate: Candidate) -> list[Cohort]:
        own = [
            self.cohorts[row.cohort_id] for row in self.problem.enrolments if row.candidate_id == candidate.candidate_id
        ]
        return [cohort for cohort in own if cohort.status != "cancelled"]

    def start(self, vacancy: Vacancy) -> date:
        start = vacancy.start_date or self.contracts[vacancy.contract_id or ""].start_date
        assert start is not None
        return start

    def start_day(self, candidate: Candidate, vacancy: Vacancy, route: tuple[Cohort, ...]) -> date:
        ends = [cohort.end_date + DAY for cohort in (*route, *self.enrolled(candidate))]
        return max([self.start(vacancy), candidate.available_from, *ends])

    def is_member(self, candidate: Candidate, group: str, day: date) -> bool:
        return any(entry.group == group and (entry.until is None or day <= entry.until) for entry in candidate.groups)

    def km(self, home: str | None, other: str | None) -> float:
        if home not in self.places or other not in self.places:
            return 0.0
        return distance_km(self.places[home], self.places[other])

    def reaches(self, candidate: Candidate, place: str | None) -> bool:
        if candidate.max_distance_km is None or place is None:
            return True
        return self.km(candidate.municipality, place) <= candidate.max_distance_km

    def place(self, vacancy: Vacancy) -> str | None:
        contract = self.contracts.get(vacancy.contract_id or "")
        return vacancy.municipality or (contract.municipality if contract else None)

    def is_excluded(self, candidate: Candidate, vacancy: Vacancy) -> bool:
        contract = self.contracts.get(vacancy.contract_id or "")
        if contract and contract.status in ("ended", "cancelled"):
            return True
        if (
            candidate.occupations
            and vacancy.occupation is not None
            and not any(vacancy.occupation.startswith(code) for code in candidate.occupations)
        ):
            return True
        if vacancy.extent_percent > candidate.extent_percent or not self.reaches(candidate, self.place(vacancy)):
            return True
        return any(
            row.decision == "forbidden"
            and (row.candidate_id, row.vacancy_id) == (candidate.candidate_id, vacancy.vacancy_id)
            for row in self.problem.decisions
        )

    def holds(self, candidate: Candidate, skill: str, level: int, day: date) -> bool:
        row = self.held.get((candidate.candidate_id, skill))
        return row is not None and row.level >= level and (row.valid_until is None or row.valid_until >= day)

    def grants(self, course: Course, skill: str, level: int) -> bool:
        return any(granted.skill == skill and granted.level >= level for granted in course.skills)

    def met(self, candidate: Candidate, skill: str, level: int, day: date, route: tuple[Cohort, ...]) -> bool:
        return self.holds(candidate, skill, level, day) or any(
            self.grants(self.courses[cohort.course_id], skill, level) for cohort in route
        )

    def is_feasible(self, candidate: Candidate, vacancy: Vacancy, route: tuple[Cohort, ...]) -> bool:
        day = self.start_day(candidate, vacancy, route)
        contract = self.contracts.get(vacancy.contract_id or "")
        if day > (vacancy.latest_start_date or self.start(vacancy)):
            return False
        if candidate.available_until is not None and day > candidate.available_until:
            return False
        groups = vacancy.groups or (contract.groups if contract else ())
        if groups and not any(self.is_member(candidate, group, day) for group in groups):
            return False
        required = [
            row for row in self.problem.vacancy_skills if row.vacancy_id == vacancy.vacancy_id and row.kind == "must"
        ]
        return self.is_route(candidate, route) and all(
            self.met(candidate, row.skill, row.level, day, route) for row in required
        )

    def is_route(self, candidate: Candidate, route: tuple[Cohort, ...]) -> bool:
        limits = [self.problem.policy.max_route_length]
        if candidate.max_trainings is not None:
            limits.append(candidate.max_trainings)
        if len(route) > min(limits):
            return False
        if any(later.start_date <= earlier.end_date for earlier, later in pairwise(route)):
            return False
        return all(self.may_enter(candidate, route, position) for position in range(len(route)))

    def may_enter(self, candidate: Candidate, route: tuple[Cohort, ...], position: int) -> bool:
        cohort, enrolled = route[position], self.enrolled(candidate)
        if cohort in enrolled:
            return True
        if cohort.status in ("running", "cancelled") or cohort.start_date < candidate.available_from:
            return False
        if any(cohort.start_date <= other.end_date and other.start_date <= cohort.end_date for other in enrolled):
            return False
        if not self.reaches(candidate, cohort.municipality):
            return False
        return all(
            self.met(candidate, asked.skill, asked.level, cohort.start_date, route[:position])
            for asked in self.courses[cohort.course_id].prerequisites
        )

    def column(self, candidate: Candidate, vacancy: Vacancy, route: tuple[Cohort, ...]) -> EnumeratedColumn:
        day = self.start_day(candidate, vacancy, route)
        enrolled = self.enrolled(candidate)
        is_new = tuple(cohort not in enrolled for cohort in route)
        cohort_ids = tuple(cohort.cohort_id for cohort in route)
        return EnumeratedColumn(
            candidate_id=candidate.candidate_id,
            vacancy_id=vacancy.vacancy_id,
            cohort_ids=cohort_ids,
            is_new=is_new,
            start_date=day,
            weight=self.weight(candidate, vacancy, route, day),
            cost=sum(
                round(Fraction(cohort.cost_per_seat) * 100) for cohort, new in zip(route, is_new, strict=True) if new
            ),
            units=self.units(candidate, vacancy, day),
            groups=frozenset(entry.group for entry in candidate.groups if self.is_member(candidate, entry.group, day)),
            lottery=lottery(candidate.candidate_id, vacancy.vacancy_id, cohort_ids),
        )

    def weight(self, candidate: Candidate, vacancy: Vacancy, route: tuple[Cohort, ...], day: date) -> int:
        policy = self.problem.policy
        outcome = policy.outcome
        nice = [
            row for row in self.problem.vacancy_skills if row.vacancy_id == vacancy.vacancy_id and row.kind == "nice"
        ]
        total = sum(float(row.weight) for row in nice)
        met = sum(float(row.weight) for row in nice if self.met(candidate, row.skill, row.level, day, route))
        form = {"employment": 0.0, "apprenticeship": outcome.apprenticeship, "internship": outcome.internship}
        z = outcome.intercept + outcome.nice_share * (met / total if nice else 0)
        z += outcome.per_10_km * min(self.km(candidate.municipality, self.place(vacancy)), 100) / 10
        z += form[vacancy.form] + outcome.part_time * (1 - vacancy.extent_percent / 100)
        completes = math.prod(float(self.courses[cohort.course_id].completion_rate) for cohort in route)
        years = min(candidate.months_out_of_work / 12, float(policy.priority_max_years))
        days_late = (day - self.start(vacancy)).days
        prompt = max(0, 1 - float(policy.lateness_per_week) * days_late / 7)
        return round(10**6 / (1 + math.exp(-z)) * completes * (1 + float(policy.priority_per_year) * years) * prompt)

    def units(self, candidate: Candidate, vacancy: Vacancy, day: date) -> int:
        contract = self.contracts.get(vacancy.contract_id or "")
        if contract is None or contract.obligation_quantity is None:
            return 0
        if contract.groups and not any(self.is_member(candidate, group, day) for group in contract.groups):
            return 0
        if contract.obligation_unit == "persons":
            return 100
        months = vacancy.duration_months
        if months is None:
            assert contract.end_date is not None
            days = (contract.end_date - self.start(vacancy)).days + 1
            exact = Fraction(days) / Fraction("30.4375")
            months = round(exact, 2)  # type: ignore[assignment]
        amount = Fraction(months) * vacancy.extent_percent / 100  # type: ignore[arg-type]
        if contract.obligation_unit == "hours":
            amount *= Fraction(self.problem.policy.hours_per_month)
        if contract.obligation_unit == "credit":
            amount *= max(
                (
                    Fraction(credit)
                    for group, credit in self.problem.policy.credit.items()
                    if self.is_member(candidate, group, day)
                ),
                default=Fraction(0),
            )
        return round(amount * 100)


def lottery(candidate_id: str, vacancy_id: str, cohort_ids: tuple[str, ...]) -> int:
    def h(text: str) -> int:
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    z = h(f"candidate:{candidate_id}") + 3 * h(f"vacancy:{vacancy_id}")
    for factor, cohort_id in zip((5, 7, 9), cohort_ids, strict=False):
        z += factor * h(f"cohort:{cohort_id}")
    z %= 2**64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    z ^= z >> 31
    return 1 + (z >> 44)
