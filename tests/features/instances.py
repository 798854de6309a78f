"""Small random problems that crowd the borders of the rules: few skills, few days, short membership, tight reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from matcher.problem import (
    Candidate,
    Cohort,
    Contract,
    Course,
    Decision,
    Enrolment,
    GroupMembership,
    HeldSkill,
    Municipality,
    Policy,
    Problem,
    Quota,
    RequiredSkill,
    SkillLevel,
    Vacancy,
)

T = TypeVar("T")

FIRST = date(2026, 1, 1)
GROUPS = ("newcomers", "youth", "disabled")
PLACES = ("0180", "0184", "1480", "1280")
OCCUPATIONS = ("8344", "8350", "834", "9", "8")


class RandomProblem:
    """Draws one problem; the same seed gives the same problem."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.skills = [f"s{number}" for number in range(self.random.randint(1, 5))]
        self.horizon = self.random.choice([6, 12, 30, 30])
        self.held_share = self.random.choice([0.1, 0.4])
        self.with_places = self.random.random() < 0.3
        self.strictness = self.random.choice([0.0, 0.1, 1.0])  # of the rules that say nothing about skills

    def draw(self) -> Problem:
        random = self.random
        courses = self.courses()
        cohorts = tuple(self.cohort(number, courses) for number in range(random.randint(0, 14))) if courses else ()
        contracts = tuple(self.contract(number) for number in range(2))
        candidates = tuple(self.candidate(number) for number in range(random.randint(1, 5)))
        vacancies = tuple(self.vacancy(number, contracts) for number in range(random.randint(1, 4)))
        return Problem(
            candidates=candidates,
            candidate_skills=tuple(
                HeldSkill(candidate_id=one.candidate_id, skill=skill, level=self.level(), valid_until=self.maybe_day())
                for one in candidates
                for skill in self.some(self.skills, self.held_share)
            ),
            contracts=contracts,
            vacancies=vacancies,
            vacancy_skills=tuple(
                RequiredSkill(
                    vacancy_id=one.vacancy_id, skill=skill, level=self.level(), kind=kind, weight=self.weight()
                )
                for one in vacancies
                for kind, share in (("must", 0.5), ("nice", 0.3))
                for skill in self.some(self.skills, share)
            ),
            courses=courses,
            cohorts=cohorts,
            quotas=(
                *(Quota(quota_id=f"q{group}", group=group, min_count=1) for group in self.some(GROUPS, 0.6)),
                *(
                    Quota(quota_id=f"w{months}", group=group, months_out_of_work=months, min_count=1)
                    for months, group in self.some(((0, None), (12, None), (30, "youth")), 0.3)
                ),
            ),
            decisions=tuple(
                Decision(candidate_id=one.candidate_id, vacancy_id=other.vacancy_id, decision=decision)
                for one in candidates
                for other in vacancies
                for decision in random.choices(["none", "forbidden", "pinned", "accepted"], [80, 10, 5, 5])
                if decision != "none"
            ),
            enrolments=tuple(
                Enrolment(candidate_id=one.candidate_id, cohort_id=cohort.cohort_id)
                for one in candidates
                for cohort in (self.some(cohorts, 0.3) if random.random() < 0.4 else ())
            ),
            municipalities=self.municipalities(),
            policy=Policy(
                max_route_length=random.choice([0, 1, 2, 3, 3, 3]),
                credit={"newcomers": Decimal("1.5"), "youth": Decimal("0.333")} if random.random() < 0.7 else {},
                hours_per_month=Decimal("164.7"),
                lateness_per_week=Decimal(random.choice(["0", "0", "0.05", "0.3"])),
            ),
        )

    def day(self) -> date:
        return FIRST + timedelta(days=self.random.randint(0, self.horizon))

    def strict(self) -> bool:
        return self.random.random() < self.strictness

    def maybe_day(self) -> date | None:
        return self.day() if self.random.random() < 0.5 else None

    def level(self) -> int:
        return self.random.choice([1, 1, 2])

    def weight(self) -> Decimal:
        return self.random.choice([Decimal(1), Decimal("0.3"), Decimal("2.25")])

    def some(self, entries: Sequence[T], share: float) -> list[T]:
        return [entry for entry in entries if self.random.random() < share]

    def place(self) -> str | None:
        return self.random.choice((None, *PLACES)) if self.with_places else None

    def municipalities(self) -> tuple[Municipality, ...]:
        if not self.with_places:
            return ()
        where = ((59.33, 18.07), (59.36, 18.0), (57.71, 11.97), (55.6, 13.0))
        return tuple(
            Municipality(municipality=code, latitude=latitude, longitude=longitude)
            for code, (latitude, longitude) in zip(PLACES, where, strict=True)
        )

    def courses(self) -> tuple[Course, ...]:
        """Courses whose prerequisites are skills of a lower number, so that they form no circle."""
        drawn = []
        for number in range(self.random.randint(0, 7)):
            presumed_below = self.random.randrange(len(self.skills)) if self.random.random() < 0.9 else len(self.skills)
            granted = self.skills[presumed_below : presumed_below + 1] + self.some(
                self.skills[presumed_below + 1 :], 0.2
            )
            presumed = self.some(self.skills[:presumed_below][-2:], 0.5)
            drawn.append(
                Course(
                    course_id=f"d{number}",
                    completion_rate=self.random.choice([Decimal(1), Decimal("0.8"), Decimal("0.65")]),
                    skills=tuple(SkillLevel(skill=skill, level=self.level()) for skill in granted),
                    prerequisites=tuple(SkillLevel(skill=skill, level=self.level()) for skill in presumed),
                )
            )
        return tuple(drawn)

    def cohort(self, number: int, courses: tuple[Course, ...]) -> Cohort:
        start = self.day()
        return Cohort(
            cohort_id=f"k{number}",
            course_id=self.random.choice(courses).course_id,
            start_date=start,
            end_date=start + timedelta(days=self.random.choice([0, 1, 2, 4])),
            seats=self.random.randint(0, 3),
            cost_per_seat=self.random.choice([Decimal(0), Decimal("1250.555"), Decimal(8000)]),
            municipality=self.place(),
            status="running" if self.strict() else self.random.choice(["planned", "optional", "planned", "cancelled"]),
        )

    def contract(self, number: int) -> Contract:
        return Contract(
            contract_id=f"t{number}",
            start_date=self.day(),
            end_date=FIRST + timedelta(days=self.random.choice([400, 700])),
            municipality=self.place(),
            obligation_quantity=self.random.choice([None, Decimal(2), Decimal("3.5")]),
            obligation_unit=self.random.choice(["persons", "hours", "person_months", "credit"]),
            groups=tuple(self.some(GROUPS, 0.3)) if self.strict() else (),
            status="ended" if self.strict() and self.strict() else "active",
        )

    def vacancy(self, number: int, contracts: tuple[Contract, ...]) -> Vacancy:
        contract = self.random.choice([None, *contracts])
        start = self.day() if contract is None else self.maybe_day()
        begins = start or (contract.start_date if contract else None)
        assert begins is not None
        return Vacancy(
            vacancy_id=f"v{number}",
            positions=1,
            contract_id=contract.contract_id if contract else None,
            occupation=self.random.choice([None, "8344", "8350"]),
            start_date=start,
            latest_start_date=None if self.strict() else begins + timedelta(days=self.random.randint(0, self.horizon)),
            form=self.random.choice(["employment", "apprenticeship", "internship"]),
            extent_percent=self.random.choice([50, 75, 100]),
            duration_months=self.random.choice([None, Decimal("6.37")]),
            municipality=self.place(),
            groups=tuple(self.some(GROUPS, 0.3)) if self.strict() else (),
        )

    def candidate(self, number: int) -> Candidate:
        random = self.random
        place = self.place()
        available_from = self.day() if self.strict() else FIRST
        return Candidate(
            candidate_id=f"c{number}",
            available_from=available_from,
            available_until=available_from + timedelta(days=random.randint(0, 25)) if self.strict() else None,
            groups=tuple(GroupMembership(group=group, until=self.maybe_day()) for group in self.some(GROUPS, 0.5)),
            municipality=place,
            max_distance_km=random.choice([0.0, 5.0, 450.0]) if place and self.strict() else None,
            extent_percent=75 if self.strict() else 100,
            occupations=tuple(self.some(OCCUPATIONS, 0.3)) if self.strict() else (),
            max_trainings=random.choice([0, 1, 2, 5]) if self.strict() else None,
            months_out_of_work=random.choice([0, 7, 60]),
        )
