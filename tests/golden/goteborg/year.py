"""A year like Göteborg's 2022: 125 contracts with a clause, 90 jobs and 52 internships; the rest drawn from a seed.

Only `Random.random` is used: of all that the module draws, its sequence alone is promised to stay the same from one
release of Python to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import NamedTuple, TypeVar

from matcher.problem import (
    Budget,
    Candidate,
    Cohort,
    Contract,
    Course,
    GroupMembership,
    HeldSkill,
    Problem,
    RequiredSkill,
    SkillLevel,
    Vacancy,
)

SEED = 2022
NUM_CONTRACTS, NUM_JOBS, NUM_INTERNSHIPS = 125, 90, 52
NUM_CANDIDATES = 260  # invented
FIRST_MONDAY = date(2022, 1, 10)
GROUPS = ("disabled", "foreign_born", "youth")

Choice = TypeVar("Choice")


class Kind(NamedTuple):
    """A kind of contract: what is bought, the occupation, the skill that its jobs require and how common it is."""

    title: str
    occupation: str
    skill: str | None
    share: float


KINDS = (
    Kind("Lokalvård", "9111", None, 0.24),
    Kind("Skolmåltider", "9412", "food_hygiene", 0.14),
    Kind("Skötsel av parker", "9210", None, 0.12),
    Kind("Ombyggnad", "9310", "safe_construction", 0.22),
    Kind("Varutransporter", "8344", "forklift", 0.12),
    Kind("Sophämtning", "8332", "c_licence", 0.08),
    Kind("Fastighetsskötsel", "5152", "property_care", 0.08),
)
# Weeks: of labour market training as described in 2023 and 2024, short ones of a supplier's own; prices are invented.
TRAINING = (
    ("food_hygiene", "Grund kök", 4, 14_000, 5),
    ("safe_construction", "Säkerhet på byggarbetsplats", 2, 9_000, 6),
    ("forklift", "Truckförare A och B", 2, 11_000, 4),
    ("c_licence", "Lastbilsförare C", 21, 98_000, 4),
    ("property_care", "Fastighetsvärd", 9, 41_000, 3),
)
BUDGET = 750_000


class Draws:
    """Choices from one sequence of random numbers."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def happens(self, share: float) -> bool:
        return self._random.random() < share

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def weighted(self, choices: Sequence[Choice], shares: Sequence[float]) -> Choice:
        drawn = self._random.random() * sum(shares)
        return next(choice for choice, upto in zip(choices, accumulate(shares), strict=True) if drawn < upto)

    def shuffled(self, rows: Sequence[Choice]) -> list[Choice]:
        return [row for _, _, row in sorted((self._random.random(), place, row) for place, row in enumerate(rows))]


def year() -> Problem:
    """Return the year as a problem."""
    draws = Draws(SEED)
    contracts, vacancies, vacancy_skills = _work(draws)
    candidates, candidate_skills = _people(draws)
    return Problem(
        candidates=tuple(candidates),
        candidate_skills=tuple(candidate_skills),
        contracts=tuple(contracts),
        vacancies=tuple(vacancies),
        vacancy_skills=tuple(vacancy_skills),
        courses=tuple(
            Course(course_id=skill, title=title, completion_rate=Decimal("0.9"), skills=(SkillLevel(skill=skill),))
            for skill, title, *_ in TRAINING
        ),
        cohorts=tuple(_cohorts()),
        budgets=(Budget(budget_id="training", amount=Decimal(BUDGET)),),
    )


def _work(draws: Draws) -> tuple[list[Contract], list[Vacancy], list[RequiredSkill]]:
    forms = draws.shuffled(["employment"] * NUM_JOBS + ["internship"] * NUM_INTERNSHIPS)
    with_two = len(forms) - NUM_CONTRACTS
    sizes = draws.shuffled([2] * with_two + [1] * (NUM_CONTRACTS - with_two))
    contracts, vacancies, skills = [], [], []
    for number, size in enumerate(sizes, start=1):
        kind = draws.weighted(KINDS, [each.share for each in KINDS])
        start = FIRST_MONDAY + timedelta(weeks=draws.below(47))
        contract_id = f"K{number:03}"
        contracts.append(
            Contract(
                contract_id=contract_id,
                title=kind.title,
                buyer="Göteborgs Stad",
                supplier=f"Leverantör {1 + draws.below(60)}",
                start_date=start,
                end_date=start + timedelta(weeks=104),
                obligation_quantity=Decimal(size),
                groups=GROUPS,
                municipality="1480",
            )
        )
        for place in range(size):
            form = forms.pop()
            vacancy = Vacancy(
                vacancy_id=f"{contract_id}-{place + 1}",
                positions=1,
                contract_id=contract_id,
                occupation=kind.occupation,
                title=kind.title,
                form="employment" if form == "employment" else "internship",
                duration_months=Decimal(12 if form == "employment" else 3),
                extent_percent=draws.weighted((100, 75, 50), (0.7, 0.2, 0.1)),
                latest_start_date=start + timedelta(weeks=draws.below(4)),
            )
            vacancies.append(vacancy)
            if kind.skill is not None and form == "employment":
                skills.append(RequiredSkill(vacancy_id=vacancy.vacancy_id, skill=kind.skill))
    return contracts, vacancies, skills


def _people(draws: Draws) -> tuple[list[Candidate], list[HeldSkill]]:
    candidates, skills = [], []
    for number in range(1, NUM_CANDIDATES + 1):
        candidate_id = f"P{number:03}"
        groups = [
            group
            for group, share in (("disabled", 0.28), ("foreign_born", 0.57), ("youth", 0.115))
            if draws.happens(share)
        ]
        has_waited_long = draws.happens(0.403)
        candidates.append(
            Candidate(
                candidate_id=candidate_id,
                available_from=date(2021, 11, 1) + timedelta(weeks=draws.below(48)),
                groups=tuple(GroupMembership(group=group) for group in groups),
                municipality="1480",
                extent_percent=draws.weighted((100, 75, 50), (0.7, 0.15, 0.15)),
                occupations=tuple(
                    sorted({draws.weighted(KINDS, [each.share for each in KINDS]).occupation for _ in range(2)})
                ),
                months_out_of_work=12 + draws.below(48) if has_waited_long else draws.below(12),
            )
        )
        skills += [HeldSkill(candidate_id=candidate_id, skill=skill) for skill, *_ in TRAINING if draws.happens(0.08)]
    return candidates, skills


def _cohorts() -> list[Cohort]:
    """Return four cohorts of each course, one a quarter; the first begin in the autumn before."""
    cohorts = []
    for skill, _, weeks, price, seats in TRAINING:
        for quarter in range(4):
            start = date(2021, 12, 6) + timedelta(weeks=13 * quarter)
            cohorts.append(
                Cohort(
                    cohort_id=f"{skill}-{quarter + 1}",
                    course_id=skill,
                    start_date=start,
                    end_date=start + timedelta(weeks=weeks, days=-1),
                    seats=seats,
                    cost_per_seat=Decimal(price),
                    budget_id="training",
                )
            )
    return cohorts
