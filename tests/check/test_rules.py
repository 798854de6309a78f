"""Which columns exist, on both sides of every edge: the checker's reading of each rule alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from matcher.check.reading import ore, read
from matcher.check.rules import broken_rules, kilometres, start_day
from matcher.check.worth import delivered_units, forecast_weight, lottery_number
from matcher.problem import Policy, Problem
from tests import builders as build
from tests.oracles.columns import enumerate_columns
from tests.strategies import MUNICIPALITIES, random_problem


def broken(problem: Problem, *cohort_ids: str) -> list[str]:
    """Return the rules that candidate C1 breaks at vacancy V1 by a route."""
    reading = read(problem)
    route = tuple(reading.cohorts[cohort_id] for cohort_id in cohort_ids)
    return [code for code, _ in broken_rules(reading, reading.candidates["C1"], reading.offers["V1"], route)]


def pair(**tables: Any) -> Problem:
    """Return a problem in which C1 can take V1 unless the tables given here say otherwise."""
    return build.problem(**({"candidates": [build.candidate()], "vacancies": [build.vacancy()]} | tables))


def person(**fields: Any) -> list[Any]:
    return [build.candidate(**fields)]


def place(**fields: Any) -> list[Any]:
    return [build.vacancy(**fields)]


EARLY = "2026-01-01"
TOWNS = list(MUNICIPALITIES)
NEEDS = {"vacancy_skills": [build.required_skill(level=2)], "candidates": person(available_from=EARLY)}
COURSE = [build.course("U1", skills=["forklift:2"]), build.course("U2", skills=["swedish"])]

ALLOWED_AND_NOT: dict[str, tuple[str, dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "the latest start is the start where none is stated": (
        "start",
        {"candidates": person(available_from="2026-09-01")},
        {"candidates": person(available_from="2026-09-02")},
        (),
    ),
    "the latest start itself is in time": (
        "start",
        {"vacancies": place(latest_start_date="2026-10-01"), "candidates": person(available_from="2026-10-01")},
        {"vacancies": place(latest_start_date="2026-10-01"), "candidates": person(available_from="2026-10-02")},
        (),
    ),
    "a course that ends the day before is in time": (
        "start",
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort(end_date="2026-08-31")]},
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort(end_date="2026-09-01")]},
        ("K1",),
    ),
    "a promised course delays the job": (
        "start",
        {"courses": COURSE, "cohorts": [build.cohort(end_date="2026-08-31")], "enrolments": [build.enrolment()]},
        {"courses": COURSE, "cohorts": [build.cohort(end_date="2026-09-01")], "enrolments": [build.enrolment()]},
        (),
    ),
    "available_until is a day on which a job may begin": (
        "available_until",
        {"candidates": person(available_from=EARLY, available_until="2026-09-01")},
        {"candidates": person(available_from=EARLY, available_until="2026-08-31")},
        (),
    ),
    "a membership counts on its last day": (
        "group",
        {"vacancies": place(groups=("youth",)), "candidates": person(groups=["youth:2026-09-01"])},
        {"vacancies": place(groups=("youth",)), "candidates": person(groups=["youth:2026-08-31"])},
        (),
    ),
    "the contract's groups are the vacancy's": (
        "group",
        {
            "contracts": [build.contract(groups=("youth",))],
            "vacancies": place(contract_id="T1", groups=("disabled",)),
            "candidates": person(groups=["disabled"]),
        },
        {
            "contracts": [build.contract(groups=("youth",))],
            "vacancies": place(contract_id="T1"),
            "candidates": person(groups=["disabled"]),
        },
        (),
    ),
    "an occupation begins with a listed code": (
        "occupation",
        {"vacancies": place(occupation="5132"), "candidates": person(occupations=("7", "513"))},
        {"vacancies": place(occupation="5132"), "candidates": person(occupations=("7", "51320"))},
        (),
    ),
    "extent is at most what the person can work": (
        "extent",
        {"vacancies": place(extent_percent=75), "candidates": person(extent_percent=75)},
        {"vacancies": place(extent_percent=76), "candidates": person(extent_percent=75)},
        (),
    ),
    "the way is at most the longest": (
        "distance",
        {
            "vacancies": place(municipality="1481"),
            "municipalities": TOWNS,
            "candidates": person(municipality="1480", max_distance_km=6.4),
        },
        {
            "vacancies": place(municipality="1481"),
            "municipalities": TOWNS,
            "candidates": person(municipality="1480", max_distance_km=6.3),
        },
        (),
    ),
    "a skill is needed at its level": (
        "skill",
        NEEDS | {"candidate_skills": [build.held_skill(level=2)]},
        NEEDS | {"candidate_skills": [build.held_skill(level=1)]},
        (),
    ),
    "a skill is valid on its last day": (
        "skill",
        NEEDS | {"candidate_skills": [build.held_skill(level=2, valid_until="2026-09-01")]},
        NEEDS | {"candidate_skills": [build.held_skill(level=2, valid_until="2026-08-31")]},
        (),
    ),
    "a course grants its level and less": (
        "skill",
        NEEDS | {"courses": [build.course(skills=["forklift:3"])], "cohorts": [build.cohort()]},
        NEEDS | {"courses": [build.course(skills=["forklift:1"])], "cohorts": [build.cohort()]},
        ("K1",),
    ),
    "a forbidden pair is left out": (
        "decision",
        {"decisions": [build.decision()]},
        {"decisions": [build.decision(decision="forbidden")]},
        (),
    ),
    "a closed contract takes nobody": (
        "closed_contract",
        {"contracts": [build.contract(status="active")], "vacancies": place(contract_id="T1")},
        {"contracts": [build.contract(status="cancelled")], "vacancies": place(contract_id="T1")},
        (),
    ),
    "a route has at most the policy's length": (
        "route_length",
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort()], "policy": Policy(max_route_length=1)},
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort()], "policy": Policy(max_route_length=0)},
        ("K1",),
    ),
    "a route has at most the person's trainings": (
        "route_length",
        NEEDS
        | {"courses": COURSE, "cohorts": [build.cohort()], "candidates": person(available_from=EARLY, max_trainings=1)},
        NEEDS
        | {"courses": COURSE, "cohorts": [build.cohort()], "candidates": person(available_from=EARLY, max_trainings=0)},
        ("K1",),
    ),
    "a running cohort takes only those it knows": (
        "route_open",
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort(status="running")], "enrolments": [build.enrolment()]},
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort(status="running")]},
        ("K1",),
    ),
    "a course starts no earlier than the person": (
        "route_reach",
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort()], "candidates": person(available_from="2026-05-01")},
        NEEDS | {"courses": COURSE, "cohorts": [build.cohort()], "candidates": person(available_from="2026-05-02")},
        ("K1",),
    ),
    "a course lies within reach": (
        "route_reach",
        NEEDS
        | {
            "courses": COURSE,
            "cohorts": [build.cohort()],
            "municipalities": TOWNS,
            "candidates": person(available_from=EARLY, municipality="1480", max_distance_km=57),
        },
        NEEDS
        | {
            "courses": COURSE,
            "cohorts": [build.cohort(municipality="1490")],
            "municipalities": TOWNS,
            "candidates": person(available_from=EARLY, municipality="1480", max_distance_km=57),
        },
        ("K1",),
    ),
    "a promised course is reached whatever the way": (
        "route_reach",
        NEEDS
        | {
            "courses": COURSE,
            "cohorts": [build.cohort(municipality="1490")],
            "municipalities": TOWNS,
            "enrolments": [build.enrolment()],
            "candidates": person(available_from="2026-06-01", municipality="1480", max_distance_km=0),
        },
        NEEDS
        | {
            "courses": COURSE,
            "cohorts": [build.cohort(municipality="1490")],
            "municipalities": TOWNS,
            "candidates": person(available_from="2026-06-01", municipality="1480", max_distance_km=0),
        },
        ("K1",),
    ),
    "a prerequisite is held on the day the course starts": (
        "route_prerequisites",
        NEEDS
        | {
            "courses": [build.course(skills=["forklift:2"], prerequisites=["swedish"])],
            "cohorts": [build.cohort()],
            "candidate_skills": [build.held_skill(skill="swedish", valid_until="2026-05-01")],
        },
        NEEDS
        | {
            "courses": [build.course(skills=["forklift:2"], prerequisites=["swedish"])],
            "cohorts": [build.cohort()],
            "candidate_skills": [build.held_skill(skill="swedish", valid_until="2026-04-30")],
        },
        ("K1",),
    ),
}


@pytest.mark.parametrize("name", ALLOWED_AND_NOT)
def test_each_rule_lets_one_side_of_its_edge_through_and_not_the_other(name: str) -> None:
    code, allowed, refused, route = ALLOWED_AND_NOT[name]
    assert broken(pair(**allowed), *route) == []
    assert code in broken(pair(**refused), *route)


def chain(first_end: str, second_start: str, **tables: Any) -> Problem:
    """Return a problem in which V1 requires two skills from two cohorts."""
    return pair(
        candidates=person(available_from=EARLY),
        vacancy_skills=[build.required_skill(), build.required_skill(skill="swedish")],
        courses=COURSE,
        cohorts=[
            build.cohort("K1", "U1", start_date="2026-03-01", end_date=first_end),
            build.cohort("K2", "U2", start_date=second_start, end_date="2026-08-01"),
        ],
        **tables,
    )


def test_a_cohort_starts_the_day_after_the_one_before_it_at_the_earliest() -> None:
    assert broken(chain("2026-05-01", "2026-05-02"), "K1", "K2") == []
    assert broken(chain("2026-05-02", "2026-05-02"), "K1", "K2") == ["route_dates"]
    assert "route_dates" in broken(chain("2026-05-01", "2026-05-02"), "K2", "K1")


def test_a_new_cohort_does_not_overlap_a_promise_even_outside_the_route() -> None:
    needs_swedish = (build.required_skill(skill="swedish"),)
    for first_end, expected in (("2026-05-01", []), ("2026-05-02", ["route_dates"])):
        problem = chain(first_end, "2026-05-02", enrolments=[build.enrolment(cohort_id="K1")])
        assert broken(replace(problem, vacancy_skills=needs_swedish), "K2") == expected


def test_a_route_is_minimal_among_its_own_subsets() -> None:
    problem = chain("2026-05-01", "2026-05-02", candidate_skills=[build.held_skill()])
    assert broken(problem, "K1", "K2") == ["route_not_minimal"]
    assert broken(problem, "K2") == []


def test_no_course_is_taken_where_none_is_needed() -> None:
    problem = pair(courses=COURSE, cohorts=[build.cohort()], candidates=person(available_from=EARLY))
    assert broken(problem, "K1") == ["route_not_minimal"]


def test_a_derived_vacancy_without_a_start_has_no_column() -> None:
    problem = pair(contracts=[build.contract(start_date=None)], vacancies=place(contract_id="T1"))
    assert broken(problem) == ["start"]
    reading = read(problem)
    assert start_day(reading, reading.candidates["C1"], reading.offers["V1"], ()) is None


def test_the_distance_is_zero_at_home_and_unknown_without_coordinates() -> None:
    reading = read(pair(municipalities=TOWNS))
    assert kilometres(reading, "1480", "1480") == 0
    assert kilometres(reading, "1480", "1481") == 6.4
    assert kilometres(reading, "1480", "9999") is None
    assert kilometres(reading, None, "1480") is None


def test_kronor_become_ore_once_and_half_ore_go_to_the_even_one() -> None:
    assert ore(Decimal("0.005")) == 0
    assert ore(Decimal("0.015")) == 2
    assert ore(Decimal("33.335")) == 3334
    for thousandths in range(-40, 41):
        assert ore(Decimal(thousandths) / 1000) == round(Fraction(thousandths, 10))


def test_units_follow_the_contracts_unit_and_need_a_member_and_a_duration() -> None:
    def units(person_groups: list[str], **fields: Any) -> int:
        contract = {"obligation_quantity": Decimal(1), "groups": ("youth",), "end_date": "2026-12-31"} | fields
        problem = pair(
            contracts=[build.contract(**contract)],
            vacancies=place(contract_id="T1", extent_percent=50, groups=("youth", "disabled")),
            candidates=person(groups=person_groups),
            policy=Policy(credit={"disabled": Decimal("1.5"), "youth": Decimal("0.5")}),
        )
        reading = read(problem)
        day = problem.vacancies[0].start_date or problem.contracts[0].start_date
        assert day is not None
        return delivered_units(reading, problem.candidates[0], reading.offers["V1"], day.toordinal())

    assert units(["youth"]) == 100
    assert units(["disabled"]) == 0
    assert units(["youth"], groups=()) == 100
    assert units(["youth"], obligation_quantity=None) == 0
    assert units(["youth"], obligation_unit="person_months") == 200  # 122 days are 4.01 months, at half time 2.005
    assert units(["youth"], obligation_unit="hours") == 33082  # 2.005 x 165 = 330.825
    assert units(["youth"], obligation_unit="credit") == 100
    assert units(["youth", "disabled"], obligation_unit="credit") == 301
    assert units(["youth"], obligation_unit="hours", end_date=None) == 0


def test_the_lottery_is_the_specifications_formula() -> None:
    assert lottery_number("ada", "warehouse", ()) == 2940
    assert len({lottery_number("a", "b", route) for route in ((), ("k",), ("k", "l"), ("l", "k"))}) == 4


@pytest.mark.parametrize("part", range(4))
def test_no_rule_is_broken_by_an_enumerated_column_and_some_rule_by_every_other_route(part: int) -> None:
    for seed in range(part * 40, part * 40 + 40):
        problem = random_problem(seed, is_ready_scored=False)
        reading, facts = read(problem), enumerate_columns(problem)
        routes = {key[2] for key in facts} | {()} | {(cohort.cohort_id,) for cohort in problem.cohorts}
        for candidate in problem.candidates:
            for offer in reading.offers.values():
                for route_ids in routes:
                    key = (candidate.candidate_id, offer.vacancy.vacancy_id, route_ids)
                    route = tuple(reading.cohorts[cohort_id] for cohort_id in route_ids)
                    rules = list(broken_rules(reading, candidate, offer, route))
                    assert (key in facts) == (not rules), (seed, key, rules)
                    if key in facts:
                        day = start_day(reading, candidate, offer, route)
                        assert day is not None
                        assert forecast_weight(reading, candidate, offer, route, day) == facts[key].weight


def test_every_day_after_the_start_costs_what_the_policy_says() -> None:
    """Half of the weight per week: a day takes a fourteenth, and nothing falls below zero."""
    late = [build.candidate("C1", available_from="2026-09-02"), build.candidate("C2", available_from="2026-10-01")]
    problem = build.problem(
        candidates=late,
        vacancies=place(latest_start_date="2026-10-01"),
        policy=Policy(lateness_per_week=Decimal("0.5")),
    )
    reading = read(problem)
    weights = []
    for candidate in late:
        day = start_day(reading, candidate, reading.offers["V1"], ())
        assert day is not None
        weights.append(forecast_weight(reading, candidate, reading.offers["V1"], (), day))

    assert weights == [round(524979.187479 * 13 / 14), 0]
