"""Problems of a few people, which every method solves once before its clock starts: imports are not measured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from benchmarks.convert.assignment import problem_from
from benchmarks.instance import Kind
from benchmarks.instances.drawn import draw_planning
from benchmarks.instances.random_assignment import draw_costs
from matcher.problem import (
    Budget,
    Candidate,
    Cohort,
    Contract,
    Course,
    GroupMembership,
    Problem,
    Quota,
    RequiredSkill,
    SkillLevel,
    Vacancy,
)


def toy(kind: Kind, *, is_ready_scored: bool) -> Problem:
    """Return a toy that goes the way of problems of that kind."""
    if kind == "assignment":
        return problem_from(draw_costs(6, 3, seed=1))
    return draw_planning(12, 6, 3) if is_ready_scored else derived_toy()


def derived_toy() -> Problem:
    """Return a toy whose columns have to be derived: two people, one of whom needs a course."""
    return Problem(
        candidates=(
            Candidate(candidate_id="C1", available_from=date(2026, 1, 1), groups=(GroupMembership(group="youth"),)),
            Candidate(candidate_id="C2", available_from=date(2026, 1, 1)),
        ),
        contracts=(
            Contract(
                contract_id="T1",
                start_date=date(2026, 9, 1),
                obligation_quantity=Decimal(2),
                obligation_unit="persons",
                obligation_kind="required",
            ),
        ),
        vacancies=(Vacancy(vacancy_id="V1", positions=2, contract_id="T1"),),
        vacancy_skills=(RequiredSkill(vacancy_id="V1", skill="forklift"),),
        courses=(Course(course_id="U1", skills=(SkillLevel(skill="forklift", level=1),)),),
        cohorts=(
            Cohort(
                cohort_id="K1",
                course_id="U1",
                start_date=date(2026, 2, 1),
                end_date=date(2026, 3, 31),
                seats=2,
                cost_per_seat=Decimal(100),
                budget_id="B1",
            ),
        ),
        budgets=(Budget(budget_id="B1", amount=Decimal(150)),),
        quotas=(Quota(quota_id="Q1", group="youth", min_count=1),),
    )
