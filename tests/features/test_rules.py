"""One story for each rule that decides which columns exist and what they carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from matcher.columns import Columns
from matcher.columns import Routes as RouteArrays
from matcher.errors import IncompleteInput
from matcher.features import build_columns
from matcher.problem import Problem
from tests import builders as given
from tests.features.instances import RandomProblem

EARLY = "2026-01-01"
Routes = list[tuple[str, ...]]


def routes(problem: Problem, candidate_id: str = "C1", vacancy_id: str = "V1") -> Routes:
    """Return the routes of one pair, in order."""
    columns = build_columns(problem)
    wanted = columns.limits.candidate_ids.index(candidate_id), columns.limits.vacancy_ids.index(vacancy_id)
    pairs = zip(columns.candidate, columns.vacancy, strict=True)
    return [columns.route(number) for number, pair in enumerate(pairs) if pair == wanted]


def training_case(**tables: Any) -> Problem:
    """Return one candidate without skills, one vacancy that requires a forklift licence, one course, one cohort."""
    case: dict[str, Any] = {
        "candidates": [given.candidate(available_from=EARLY)],
        "vacancies": [given.vacancy(latest_start_date="2026-10-01")],
        "vacancy_skills": [given.required_skill()],
        "courses": [given.course(skills=["forklift"])],
        "cohorts": [given.cohort()],
    }
    return given.problem(**case | tables)


def test_somebody_with_the_skill_needs_no_course() -> None:
    """Whoever holds every required skill has the direct column and no other."""
    assert routes(training_case(candidate_skills=[given.held_skill()])) == [()]


def test_somebody_without_the_skill_takes_the_course() -> None:
    """A missing skill is learnt in a cohort that ends in time."""
    assert routes(training_case()) == [("K1",)]


def test_cohort_must_end_before_the_latest_start() -> None:
    """The job may begin on the day after the cohort, and that day may be the latest start."""
    in_time = given.cohort(end_date="2026-09-30")
    too_late = given.cohort(end_date="2026-10-01")

    assert routes(training_case(cohorts=[in_time])) == [("K1",)]
    assert routes(training_case(cohorts=[too_late])) == []


def test_start_day_is_the_day_after_the_last_cohort() -> None:
    """A cohort that ends after the vacancy's start moves the start day."""
    columns = build_columns(training_case(cohorts=[given.cohort(end_date="2026-09-14")]))

    assert columns.start_day.tolist() == [date(2026, 9, 15).toordinal()]


def test_prerequisite_is_supplied_by_an_earlier_cohort() -> None:
    """Two cohorts in order of dates form a route when the first grants what the second presumes."""
    ladder = training_case(
        courses=[
            given.course("U1", skills=["swedish:2"]),
            given.course("U2", skills=["forklift"], prerequisites=["swedish"]),
        ],
        cohorts=[
            given.cohort("K2", "U2", start_date="2026-07-01", end_date="2026-07-31"),
            given.cohort("K1", "U1", start_date="2026-05-01", end_date="2026-06-30"),
            given.cohort("K0", "U1", start_date="2026-06-01", end_date="2026-07-01"),
        ],
    )

    assert routes(ladder) == [("K1", "K2")]


def test_nobody_is_sent_on_a_course_that_the_place_does_not_require() -> None:
    """Who brings the prerequisite has the short route only."""
    ladder = training_case(
        candidate_skills=[given.held_skill(skill="swedish")],
        courses=[
            given.course("U1", skills=["swedish"]),
            given.course("U2", skills=["forklift"], prerequisites=["swedish"]),
        ],
        cohorts=[given.cohort("K1", "U1"), given.cohort("K2", "U2", start_date="2026-07-01", end_date="2026-07-31")],
    )

    assert routes(ladder) == [("K2",)]


def test_licence_that_expires_before_the_start_has_to_be_renewed() -> None:
    """A skill counts on the start day; one that the course before it outlives does not."""
    valid = {"candidate_skills": [given.held_skill(skill="ykb", valid_until="2026-09-10")]}
    required = [given.required_skill(), given.required_skill(skill="ykb")]
    courses = [given.course("U1", skills=["forklift"]), given.course("U2", skills=["ykb"])]
    late = given.cohort("K1", "U1", end_date="2026-09-10")
    in_time = given.cohort("K2", "U1", end_date="2026-09-09")
    renewal = given.cohort("K3", "U2", start_date="2026-09-12", end_date="2026-09-13")

    case = training_case(**valid, vacancy_skills=required, courses=courses, cohorts=[late, in_time, renewal])

    assert routes(case) == [("K1", "K3"), ("K2",)]


def test_expiring_skill_does_not_hide_a_missing_prerequisite() -> None:
    """Where some licence expires before the latest start, a part of a route still needs its own prerequisites."""
    case = training_case(
        candidate_skills=[given.held_skill(skill="ykb", valid_until="2026-09-10")],
        vacancy_skills=[given.required_skill(), given.required_skill(skill="ykb")],
        courses=[
            given.course("U1", skills=["swedish"]),
            given.course("U2", skills=["forklift"], prerequisites=["swedish"]),
        ],
        cohorts=[given.cohort("K1", "U1"), given.cohort("K2", "U2", start_date="2026-07-01", end_date="2026-07-31")],
    )

    assert routes(case) == [("K1", "K2")]


def test_permit_must_last_until_the_start_day() -> None:
    """A job may begin on the last day of availability; a course that ends on that day begins it too late."""
    permitted = given.candidate(available_from=EARLY, available_until="2026-09-10")
    ending_before = given.cohort(end_date="2026-09-09")
    ending_on = given.cohort(end_date="2026-09-10")

    assert routes(training_case(candidates=[permitted], cohorts=[ending_before])) == [("K1",)]
    assert routes(training_case(candidates=[permitted], cohorts=[ending_on])) == []


def test_membership_must_hold_on_the_start_day() -> None:
    """A place reserved for a group is open to members on the start day, which a course may move too far."""
    young = given.candidate(available_from=EARLY, groups=["youth:2026-09-10"])
    reserved = given.vacancy(latest_start_date="2026-10-01", groups=("youth",))
    ending_before = given.cohort(end_date="2026-09-09")
    ending_on = given.cohort(end_date="2026-09-10")

    assert routes(training_case(candidates=[young], vacancies=[reserved], cohorts=[ending_before])) == [("K1",)]
    assert routes(training_case(candidates=[young], vacancies=[reserved], cohorts=[ending_on])) == []


def test_running_cohort_serves_only_those_already_in_it() -> None:
    """A running cohort takes nobody new, costs the enrolled nothing, and the job waits for its end."""
    running = given.cohort(status="running", end_date="2026-09-20", cost_per_seat=Decimal(900))

    assert routes(training_case(cohorts=[running])) == []

    columns = build_columns(training_case(cohorts=[running], enrolments=[given.enrolment()]))
    assert columns.route(0) == ("K1",)
    assert columns.route_is_new.tolist() == [False]
    assert columns.cost.tolist() == [0]
    assert columns.start_day.tolist() == [date(2026, 9, 21).toordinal()]


def test_new_cohort_must_not_overlap_a_promised_one() -> None:
    """Somebody enrolled elsewhere at the same time cannot take the cohort, needed or not."""
    other = given.cohort("K2", "U2", start_date="2026-06-30", end_date="2026-07-10")
    case = training_case(
        courses=[given.course("U1", skills=["forklift"]), given.course("U2")], cohorts=[given.cohort(), other]
    )

    assert routes(case) == [("K1",)]
    assert routes(replace(case, enrolments=(given.enrolment(cohort_id="K2"),))) == []


def test_policy_and_candidate_limit_the_number_of_trainings() -> None:
    """Neither the policy's route length nor the candidate's own limit is exceeded."""
    unwilling = given.candidate(available_from=EARLY, max_trainings=0)

    assert routes(training_case(candidates=[unwilling])) == []
    assert routes(training_case(policy=given.policy(max_route_length=0))) == []


def test_forbidden_pair_and_closed_contract_have_no_columns() -> None:
    """What people have ruled out does not exist, and a closed contract has no positions."""
    closed = training_case(
        contracts=[given.contract(status="cancelled")],
        vacancies=[given.vacancy(contract_id="T1", latest_start_date="2026-10-01")],
    )

    assert routes(training_case(decisions=[given.decision(decision="forbidden")])) == []
    assert routes(closed) == []
    assert build_columns(closed).limits.positions.tolist() == [0]


def test_vacancy_may_require_any_number_of_skills() -> None:
    """A hundred required skills, half of them learnt in one course and some of them expiring, are all judged."""
    names = [f"s{number:02}" for number in range(100)]
    held = [
        given.held_skill(skill=name, valid_until="2026-09-20" if number % 4 == 1 else None)
        for number, name in enumerate(names)
        if number % 2
    ]
    courses = [given.course(f"U{number}", skills=[name]) for number, name in enumerate(names[1::2])]
    everything = given.course("U9999", skills=names[::2])
    case = training_case(
        candidate_skills=held,
        vacancy_skills=[given.required_skill(skill=name) for name in names],
        courses=[*courses, everything],
        cohorts=[
            given.cohort("K1", "U9999", end_date="2026-09-19"),
            given.cohort("K2", "U9999", end_date="2026-09-20"),
        ],
    )

    assert routes(case) == [("K1",)]


def test_forecast_never_looks_at_target_groups() -> None:
    """Two people who differ in nothing but their groups have the same weight."""
    people = [given.candidate("C1"), given.candidate("C2", groups=["youth", "disabled"])]
    columns = build_columns(given.problem(candidates=people, vacancies=[given.vacancy()], quotas=[given.quota()]))

    assert columns.weight[0] == columns.weight[1]
    assert columns.group_bits.tolist() == [0, 1]


def test_longer_out_of_work_counts_more_up_to_a_limit() -> None:
    """Priority rises by a tenth a year, for three years."""
    people = [given.candidate(f"C{months:03}", months_out_of_work=months) for months in (0, 12, 36, 120)]
    weights = build_columns(given.problem(candidates=people, vacancies=[given.vacancy()])).weight

    assert weights / weights[0] == pytest.approx([1, 1.1, 1.3, 1.3], abs=1e-5)


def test_waiting_after_the_start_lowers_the_weight_by_the_policys_price() -> None:
    """A tenth per week: two weeks take a fifth away, ten weeks everything, and by default nothing is lost."""
    people = [
        given.candidate("C1"),
        given.candidate("C2", available_from="2026-09-15"),
        given.candidate("C3", available_from="2026-11-30"),
    ]
    tables: dict[str, Any] = {"candidates": people, "vacancies": [given.vacancy(latest_start_date="2026-12-31")]}
    free = build_columns(given.problem(**tables)).weight
    priced = build_columns(given.problem(**tables, policy=given.policy(lateness_per_week=Decimal("0.1")))).weight

    assert free[0] == free[1] == free[2] == priced[0]
    assert priced[1] == round(0.8 * int(free[0]))
    assert priced[2] == 0


def test_derived_columns_need_a_start_date() -> None:
    """An open vacancy without any start date is refused, and named."""
    case = given.problem(
        candidates=[given.candidate()],
        contracts=[given.contract(start_date=None)],
        vacancies=[given.vacancy(contract_id="T1")],
    )

    with pytest.raises(IncompleteInput, match="start_date"):
        build_columns(case)


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"candidates": [given.candidate()]},
        {"vacancies": [given.vacancy()], "cohorts": [given.cohort()], "courses": [given.course(skills=["forklift"])]},
    ],
)
def test_nothing_given_means_no_columns(tables: dict[str, Any]) -> None:
    """Problems without candidates or vacancies have limits and no columns."""
    columns = build_columns(given.problem(**tables))

    assert len(columns) == 0
    assert columns.route_start.tolist() == [0]


def equal(one: Columns, other: Columns) -> bool:
    """Tell whether two sets of columns are the same, array by array."""
    arrays = other.arrays() | routes_of(other)
    return all(np.array_equal(array, arrays[name]) for name, array in (one.arrays() | routes_of(one)).items())


def routes_of(columns: Columns) -> dict[str, Any]:
    return {name: getattr(columns.routes, name) for name in RouteArrays.__slots__}


@pytest.mark.parametrize("seed", range(40))
def test_number_of_threads_does_not_matter(seed: int) -> None:
    """Any number of threads, and so of blocks, gives the same arrays."""
    drawn = RandomProblem(seed)
    drawn.with_places = True  # blocks hold neighbours
    problem = drawn.draw()

    assert equal(build_columns(problem), build_columns(problem, threads=3))


@pytest.mark.parametrize("seed", range(40))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    """The same rows in another order give the same arrays."""
    problem = RandomProblem(seed).draw()
    names = ("candidates", "candidate_skills", "vacancies", "vacancy_skills", "courses", "cohorts", "enrolments")
    turned = replace(problem, **{name: getattr(problem, name)[::-1] for name in names})

    assert equal(build_columns(problem), build_columns(turned))
