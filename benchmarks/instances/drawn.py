"""Drawn planning problems like the reference instances, for places where those are not: small, ready-scored, seeded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import numpy as np

from benchmarks.instance import Instance
from matcher.problem import (
    Budget,
    Candidate,
    Cohort,
    Course,
    GroupMembership,
    Pair,
    Problem,
    Quota,
    Vacancy,
)

SEED = 7
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 4, 30)
GROUPS = ("youth", "foreign_born", "disabled")
SEAT_COST = 50


def draw_planning(candidates: int, vacancies: int, cohorts: int, seed: int = SEED) -> Problem:
    """Draw a problem with seats, one budget and hard minimum counts; one pair in three is eligible, half by a route.

    The budget pays for half of the seats and each minimum asks for one position in seven, so that both bind.
    """
    random = np.random.RandomState(seed)
    seats = random.randint(4, 12, cohorts)
    positions = random.randint(1, 4, vacancies)
    return Problem(
        candidates=tuple(
            Candidate(
                candidate_id=f"C{i}", available_from=FIRST_DAY, groups=(GroupMembership(group=GROUPS[i % len(GROUPS)]),)
            )
            for i in range(candidates)
        ),
        vacancies=tuple(Vacancy(vacancy_id=f"V{j}", positions=int(positions[j])) for j in range(vacancies)),
        courses=tuple(Course(course_id=f"U{k}") for k in range(cohorts)),
        cohorts=tuple(
            Cohort(
                cohort_id=f"K{k}",
                course_id=f"U{k}",
                start_date=FIRST_DAY,
                end_date=LAST_DAY,
                seats=int(seats[k]),
                cost_per_seat=Decimal(SEAT_COST),
                budget_id="B1",
            )
            for k in range(cohorts)
        ),
        budgets=(Budget(budget_id="B1", amount=Decimal(SEAT_COST * int(seats.sum()) // 2)),),
        quotas=tuple(Quota(quota_id=f"Q-{name}", group=name, min_count=int(positions.sum()) // 7) for name in GROUPS),
        pairs=_pairs(random, candidates, vacancies, cohorts),
    )


def _pairs(random: np.random.RandomState, candidates: int, vacancies: int, cohorts: int) -> tuple[Pair, ...]:
    candidate, vacancy = np.nonzero(random.random_sample((candidates, vacancies)) < 1 / 3)
    needs_course = random.random_sample(len(candidate)) < 1 / 2
    score = random.randint(3_000, 9_500, len(candidate))
    cohort = (7 * vacancy + random.randint(0, 2, len(candidate))) % cohorts
    return tuple(
        Pair(
            candidate_id=f"C{i}",
            vacancy_id=f"V{j}",
            score=Decimal(points) / 10_000,
            cohort_ids=(f"K{k}",) if by_route else (),
        )
        for i, j, points, by_route, k in zip(
            candidate.tolist(), vacancy.tolist(), score.tolist(), needs_course.tolist(), cohort.tolist(), strict=True
        )
    )


INSTANCES = (
    Instance(
        name="drawn",
        title="200 candidates, 80 vacancies, 20 cohorts, drawn",
        kind="planning",
        make=partial(draw_planning, 200, 80, 20),
        seed=SEED,
        most_rounds=2,
    ),
)
