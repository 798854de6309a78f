"""Draws the training: cohorts timed for vacancies where people are missing, and the courses behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from matcher.generate.draws import Draws
from matcher.generate.facts import CourseFact, facts
from matcher.generate.shortage import Shortage
from matcher.generate.sizes import PLANNING_DAY, Profile
from matcher.generate.work import Work
from matcher.problem import Cohort, Course, Vacancy, VacancyTerms, distance_km, vacancy_terms

# Own assumptions.
RUNNING_PER_MILLE = 120  # cohorts that have begun and are full of people who were enrolled before
LONGEST_RUNNING_DAYS = 140  # how long ago a running cohort may have begun
AT_A_DISTANCE = 60  # office and computer courses held online, per mille
HUB_KM = 35.0  # courses are held in the largest town so near
HUB_PER_MILLE = 750
BASIC_COURSES = ("sfi-b", "sfi-c", "sfi-d", "swedish-work", "english", "computer", "driving-b")
BASE_WEEKS = 6  # what a course of any length takes to arrange
MOST_TRIES_PER_COHORT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Courses that run, and their cohorts in order of their ids."""

    courses: tuple[Course, ...]
    cohorts: tuple[Cohort, ...]


def draw_training(profile: Profile, work: Work, shortage: Shortage, seed: int) -> Training:
    """Draw exactly the profile's number of cohorts."""
    drawer = _CohortDrawer(profile, work, shortage, Draws(seed, "cohorts"))
    cohorts = sorted(drawer.cohorts(), key=lambda cohort: cohort.cohort_id)
    used = {cohort.course_id for cohort in cohorts}
    courses = tuple(_course(fact) for name, fact in sorted(facts().courses.items()) if name in used)
    return Training(courses=courses, cohorts=tuple(cohorts))


def _course(fact: CourseFact) -> Course:
    return Course(
        course_id=fact.course,
        title=fact.title_sv,
        completion_rate=fact.completion_rate,
        skills=fact.skills,
        prerequisites=fact.prerequisites,
    )


class _CohortDrawer:
    """Draws cohorts, each timed for a vacancy as a city times a course for its suppliers."""

    def __init__(self, profile: Profile, work: Work, shortage: Shortage, draws: Draws) -> None:
        self._draws = draws
        self._profile = profile
        contracts = {contract.contract_id: contract for contract in work.contracts}
        self._terms = [vacancy_terms(vacancy, contracts) for vacancy in work.vacancies]
        self._shortage = shortage
        self._by_need = np.cumsum([self._need(terms.vacancy) for terms in self._terms])
        self._hub: dict[str, str] = {}
        self._number: dict[str, int] = {}
        self._number_at: dict[tuple[str, str | None], int] = {}
        self._width = len(str(profile.num_cohorts // 10))
        self._num_running = 0

    def _need(self, vacancy: Vacancy) -> int:
        """Weigh a vacancy by how many people it lacks; learners are taught at work."""
        is_job = vacancy.form == "employment"
        return vacancy.positions * self._shortage.per_position[str(vacancy.occupation)] if is_job else 0

    def cohorts(self) -> list[Cohort]:
        """Draw until there are enough."""
        found: list[Cohort] = []
        for _ in range(MOST_TRIES_PER_COHORT * self._profile.num_cohorts):
            if len(found) == self._profile.num_cohorts:
                return found
            cohort = self._cohort()
            if cohort is not None:
                found.append(cohort)
        raise AssertionError("vacancies need too few courses to draw the cohorts from")

    def _cohort(self) -> Cohort | None:
        terms = self._terms[self._draws.position(self._by_need)]
        course = self._course_for(terms)
        if course is None or self._number.get(course.course, 0) >= self._profile.most_of_one_course:
            return None
        dates = self._dates(terms, course)
        if dates is None:
            return None
        start, end = dates
        municipality = self._municipality(terms, course)
        if self._number_at.get((course.course, municipality), 0) >= self._profile.most_in_one_place:
            return None
        is_running = start < PLANNING_DAY
        if is_running:
            if self._num_running >= self._profile.num_cohorts * RUNNING_PER_MILLE // 1000:
                return None
            self._num_running += 1
        self._number_at[course.course, municipality] = self._number_at.get((course.course, municipality), 0) + 1
        return Cohort(
            cohort_id=self._next_id(course),
            course_id=course.course,
            start_date=start,
            end_date=end,
            seats=self._seats(course),
            cost_per_seat=self._cost(course),
            budget_id=self._budget(course, str(terms.municipality)),
            municipality=municipality,
            status="running" if is_running else "planned",
        )

    def _next_id(self, course: CourseFact) -> str:
        number = self._number[course.course] = self._number.get(course.course, 0) + 1
        return f"{course.course}-{number:0{self._width}d}"

    def _course_for(self, terms: VacancyTerms) -> CourseFact | None:
        """Choose a course by the people whom it helps, who completes it and how long it takes."""
        helped = self._shortage.helped[str(terms.vacancy.occupation)]
        if not helped:
            return None
        courses = [facts().courses[name] for name in helped]
        weights = [
            1 + int(helped[course.course] * course.completion_rate * 100) // (course.weeks + BASE_WEEKS)
            for course in courses
        ]
        return courses[self._draws.position(np.cumsum(weights))]

    def _dates(self, terms: VacancyTerms, course: CourseFact) -> tuple[date, date] | None:
        """End on a Friday shortly before the last day on which the job can begin; begin on a Monday."""
        if terms.latest_start_date is None:
            return None
        last = terms.latest_start_date - timedelta(days=self._draws.number(1, 28))
        end = last - timedelta(days=(last.weekday() - 4) % 7)
        start = end - timedelta(weeks=course.weeks) + timedelta(days=3)
        if end <= PLANNING_DAY or (PLANNING_DAY - start).days > LONGEST_RUNNING_DAYS:
            return None
        return start, end

    def _municipality(self, terms: VacancyTerms, course: CourseFact) -> str | None:
        is_desk_work = any(skill.skill in ("computer-basics", "bookkeeping", "it-support") for skill in course.skills)
        if is_desk_work and self._draws.happens(AT_A_DISTANCE):
            return None
        own = str(terms.municipality)
        return self._hub_of(own) if self._draws.happens(HUB_PER_MILLE) else own

    def _hub_of(self, municipality: str) -> str:
        if municipality not in self._hub:
            places = facts().municipalities
            own = places[municipality].place
            near = [
                code for code in self._profile.weight_by_municipality if distance_km(places[code].place, own) <= HUB_KM
            ]
            self._hub[municipality] = max(near, key=lambda code: (places[code].ads, code))
        return self._hub[municipality]

    def _seats(self, course: CourseFact) -> int:
        return self._draws.number(8, 17) if course.weeks <= 8 else self._draws.number(4, 12)

    def _cost(self, course: CourseFact) -> Decimal:
        percent = self._draws.number(85, 125)
        return Decimal(course.weeks * course.kronor_per_seat_week * percent // 10_000 * 100)

    def _budget(self, course: CourseFact, municipality: str) -> str:
        kind = "vuxenutbildning" if course.course in BASIC_COURSES else "arbetsmarknad"
        return f"{kind}-{municipality[:2]}" if self._profile.has_budgets_by_county else kind
