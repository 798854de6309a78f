"""Days on which somebody with several placements would work or study twice, and the days beside them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from matcher.check.limits import DAYS_PER_MONTH
from matcher.problem import Problem
from tests import builders as build
from tests.check.plans import checked, codes, told_plan
from tests.oracles.columns import enumerate_columns

BEGINS = date(2026, 9, 1)
LASTS = round(2 * DAYS_PER_MONTH)  # days


def two_jobs(second: date, extent_percent: int = 100) -> Problem:
    """Return somebody who may take two jobs of two months each, the second from some day on."""
    return build.problem(
        candidates=[build.candidate(max_placements=2)],
        vacancies=[
            build.vacancy("V1", start_date=BEGINS, duration_months=Decimal(2), extent_percent=extent_percent),
            build.vacancy("V2", start_date=second, duration_months=Decimal(2), extent_percent=extent_percent),
        ],
    )


def found_in_both(problem: Problem) -> set[str]:
    """Return what the checker finds where everybody takes every column."""
    return codes(checked(problem, told_plan(problem, enumerate_columns(problem))))


@pytest.mark.parametrize(("days", "is_too_much"), [(0, True), (LASTS - 1, True), (LASTS, False), (LASTS + 1, False)])
def test_a_job_may_begin_on_the_day_after_the_last_of_another(days: int, is_too_much: bool) -> None:
    found = found_in_both(two_jobs(BEGINS + timedelta(days=days)))
    assert ("concurrent_extent" in found) == is_too_much


def test_two_halves_of_a_day_are_one_day() -> None:
    assert "concurrent_extent" not in found_in_both(two_jobs(BEGINS, extent_percent=50))


def test_a_job_without_a_date_may_be_on_any_day() -> None:
    problem = build.problem(
        candidates=[build.candidate(max_placements=2)],
        vacancies=[build.vacancy(name, start_date=None) for name in ("V1", "V2")],
        pairs=[build.pair("C1", name) for name in ("V1", "V2")],
    )
    assert "concurrent_extent" in found_in_both(problem)


@pytest.mark.parametrize(("days", "is_at_one_time"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("names", ["K1 K2", "K2 K1"])
def test_a_course_may_begin_on_the_day_after_the_last_of_another(
    days: int,
    is_at_one_time: bool,
    names: str,
) -> None:
    """Whichever of the two comes first by its id."""
    earlier, later = names.split()
    ends = date(2026, 3, 31)
    problem = build.problem(
        candidates=[build.candidate(available_from="2026-01-01", max_placements=2, max_trainings=2)],
        vacancies=[
            build.vacancy("V1", start_date=BEGINS, extent_percent=50),
            build.vacancy("V2", start_date=BEGINS, extent_percent=50),
        ],
        vacancy_skills=[build.required_skill("V1", "forklift"), build.required_skill("V2", "swedish")],
        courses=[build.course("U1", skills=("forklift",)), build.course("U2", skills=("swedish",))],
        cohorts=[
            build.cohort(earlier, "U1", start_date=date(2026, 3, 1), end_date=ends),
            build.cohort(later, "U2", start_date=ends + timedelta(days=days), end_date=date(2026, 5, 31)),
        ],
    )
    found = found_in_both(problem)
    assert ("cohorts_overlap" in found) == is_at_one_time
    assert "trainings" not in found


def test_more_courses_than_somebody_may_take_have_that_code() -> None:
    problem = build.problem(
        candidates=[build.candidate(available_from="2026-01-01", max_placements=2, max_trainings=1)],
        vacancies=[build.vacancy("V1", extent_percent=50), build.vacancy("V2", extent_percent=50)],
        vacancy_skills=[build.required_skill("V1", "forklift"), build.required_skill("V2", "swedish")],
        courses=[build.course("U1", skills=("forklift",)), build.course("U2", skills=("swedish",))],
        cohorts=[
            build.cohort("K1", "U1", start_date=date(2026, 3, 1), end_date=date(2026, 3, 31)),
            build.cohort("K2", "U2", start_date=date(2026, 5, 1), end_date=date(2026, 5, 31)),
        ],
    )
    assert "trainings" in found_in_both(problem)
