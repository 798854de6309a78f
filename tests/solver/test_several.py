"""Several placements per person: hours on every day, one seat for all, trainings in person and in all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Policy, Problem
from matcher.solve import solve
from tests import builders as build


def jobs(*vacancies: Any, **tables: Any) -> Problem:
    """Return one person who may take three places, beside the given vacancies."""
    person = {"max_placements": 3} | tables.pop("person", {})
    return build.problem(candidates=[build.candidate("C1", **person)], vacancies=vacancies, **tables)


def half(name: str, start: str = "2026-09-01", months: str | None = "6", **fields: Any) -> Any:
    """Return a half-time job."""
    duration = None if months is None else Decimal(months)
    return build.vacancy(name, extent_percent=50, start_date=start, duration_months=duration, **fields)


def placed(problem: Problem) -> list[str]:
    return [entry.vacancy_id for entry in solve(problem).plan.assignments]


def codes(problem: Problem, plan: Plan) -> set[str]:
    return {violation.code for violation in check_plan(problem, plan, build_columns(problem)).violations}


def test_two_half_time_jobs_are_two_placements_and_a_third_is_too_much() -> None:
    assert len(placed(jobs(half("V1"), half("V2")))) == 2
    assert len(placed(jobs(half("V1"), half("V2"), half("V3")))) == 2
    assert len(placed(jobs(half("V1"), half("V2"), person={"extent_percent": 75}))) == 1


def test_a_job_that_has_ended_leaves_its_hours_from_the_next_day_on() -> None:
    """A month is 30.4375 days: from 1 September it lasts until 30 September, and 1 October is free again."""
    whole = build.vacancy("V1", start_date="2026-09-01", duration_months=Decimal(1))
    assert len(placed(jobs(whole, build.vacancy("V2", start_date="2026-10-01")))) == 2
    assert len(placed(jobs(whole, build.vacancy("V2", start_date="2026-09-30")))) == 1


def test_a_job_without_an_end_or_without_a_date_takes_its_hours_for_ever() -> None:
    late = build.vacancy("V2", start_date="2030-01-01", extent_percent=75)
    assert len(placed(jobs(half("V1", months=None), late))) == 1
    assert len(placed(jobs(half("V1", months="6"), late))) == 2
    pairs = [build.pair("C1", name) for name in ("V1", "V2", "V3")]
    undated = [build.vacancy(name, start_date=None, extent_percent=40) for name in ("V1", "V2", "V3")]
    assert len(placed(jobs(*undated, pairs=pairs))) == 2


def trained(**tables: Any) -> Problem:
    """Return two half-time jobs that need a licence, one course of one seat, and money for one seat."""
    given: dict[str, Any] = {
        "person": {"available_from": "2026-01-01"},
        "vacancy_skills": [build.required_skill("V1"), build.required_skill("V2")],
        "courses": [build.course("U1", skills=("forklift",), completion_rate=Decimal(1))],
        "cohorts": [build.cohort("K1", seats=1, cost_per_seat=Decimal(100), budget_id="B1")],
        "budgets": [build.budget("B1", 100)],
    }
    return jobs(half("V1"), half("V2"), **(given | tables))


def test_one_seat_paid_once_serves_both_jobs() -> None:
    plan = solve(trained()).plan

    assert [entry.cohort_ids for entry in plan.assignments] == [("K1",), ("K1",)]
    assert [(use.cohort_id, use.enrolled) for use in plan.cohorts] == [("K1", 1)]
    assert next(tier.value for tier in plan.tiers if tier.name == "cost") == 100
    assert plan.status == "optimal"


def test_an_optional_cohort_needs_people_and_not_placements() -> None:
    """Two placements by one person are one participant: a smallest enrolment of two is not reached."""
    cohort = build.cohort("K1", seats=5, status="optional", min_participants=2)

    assert placed(trained(cohorts=[cohort])) == []
    assert placed(trained(cohorts=[replace(cohort, min_participants=1)])) == ["V1", "V2"]


def test_a_person_takes_at_most_so_many_trainings_and_everybody_together_no_more_than_the_policy_says() -> None:

    def number(policy: Policy | None = None, **person: Any) -> int:
        problem = two_licences(("2026-04-01", "2026-04-30"), **person)
        return len(placed(replace(problem, policy=policy or Policy())))

    assert number() == 2
    assert number(max_trainings=1) == 1
    assert number(Policy(max_trainings_total=1)) == 1
    assert number(Policy(max_trainings_total=0)) == 0


def two_licences(second: tuple[str, str], start: str = "2026-09-01", **person: Any) -> Problem:
    """Return two half-time jobs, each with a licence of its own, and a course for each: in March and another time."""
    return jobs(
        half("V1", start="2026-05-01"),
        half("V2", start=start),
        person={"available_from": "2026-01-01"} | person,
        vacancy_skills=[build.required_skill("V1", "forklift"), build.required_skill("V2", "welding")],
        courses=[build.course("U1", skills=("forklift",)), build.course("U2", skills=("welding",))],
        cohorts=[
            build.cohort("K1", "U1", start_date="2026-03-01", end_date="2026-03-31"),
            build.cohort("K2", "U2", start_date=second[0], end_date=second[1]),
        ],
    )


def test_courses_of_one_time_exclude_each_other_and_so_does_a_job_that_has_begun() -> None:
    def number(begin: str, end: str, start: str) -> int:
        return len(placed(two_licences((begin, end), start)))

    assert number("2026-04-01", "2026-04-30", "2026-09-01") == 2
    assert number("2026-03-31", "2026-04-30", "2026-09-01") == 1, "two courses on one day"
    assert number("2026-05-01", "2026-06-30", "2026-09-01") == 1, "the first job begins before the course ends"
    assert number("2026-10-30", "2026-11-30", "2027-01-01") == 1, "the first job has not ended"
    assert number("2026-10-31", "2026-11-30", "2027-01-01") == 2, "half a year is over"


def test_every_rule_that_binds_placements_together_is_found_broken_by_the_checker() -> None:
    """Each in a plan that is sound but for the one rule, which the problem is then changed to break."""
    problem = trained()
    plan = solve(problem).plan
    (person,) = problem.candidates

    def broken(changed: Problem) -> set[str]:
        return codes(changed, plan) - {"problem_hash", "limits", "bound", "certificate", "unfilled_list", "status"}

    assert broken(problem) == set()
    assert "concurrent_extent" in broken(replace(problem, candidates=(replace(person, extent_percent=99),)))
    assert "candidate_placements" in broken(replace(problem, candidates=(replace(person, max_placements=1),)))
    assert "trainings_total" in broken(replace(problem, policy=Policy(max_trainings_total=0)))

    problem = two_licences(("2026-04-01", "2026-04-30"))
    plan = solve(problem).plan
    assert len(plan.assignments) == 2
    assert broken(problem) == set()
    assert "study_during_job" in broken(two_licences(("2026-04-01", "2026-05-01")))
    assert "cohorts_overlap" in broken(two_licences(("2026-03-31", "2026-04-30")))
    assert "trainings" in broken(two_licences(("2026-04-01", "2026-04-30"), max_trainings=1))


def test_pins_that_take_too_many_hours_are_refused() -> None:
    problem = jobs(half("V1"), half("V2"), half("V3"), decisions=[build.decision("C1", f"V{n}") for n in (1, 2, 3)])

    with pytest.raises(ContradictoryDecisions, match="working hours do not suffice"):
        solve(problem)
    assert len(placed(replace(problem, decisions=problem.decisions[:2]))) == 2


def test_a_plan_with_more_paid_for_a_seat_than_it_costs_once_is_found_out() -> None:
    problem = trained()
    plan = solve(problem).plan
    twice = tuple(replace(tier, value=Decimal(200)) if tier.name == "cost" else tier for tier in plan.tiers)

    assert "tier_value" in codes(problem, replace(plan, tiers=twice))
