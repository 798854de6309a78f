"""Edges of the checker that no random problem reaches: an unfinished cover, a promise first, a start without a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from matcher.check import cases, check_plan
from matcher.check.cases import Proven, covered_bound
from matcher.check.reading import read
from matcher.check.rules import broken_rules
from tests import builders as build
from tests.check.plans import best_sound_plan, columns_of
from tests.check.rejected import priced, with_case

FIRST, SECOND = ("column", 1), ("column", 2)


def test_a_cover_that_was_not_gone_through_to_its_end_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether plans are left out that nobody looked at is not known, and what is not known is not proven."""
    four = [
        Proven(fixed={FIRST: (one, one), SECOND: (other, other)}, bound=one + other)
        for one in (0, 1)
        for other in (0, 1)
    ]
    assert covered_bound(four, {}) == (True, 2)

    monkeypatch.setattr(cases, "MAX_PARTS", 1)
    assert covered_bound(four, {}) == (False, None)
    assert covered_bound([*four, Proven(fixed={}, bound=9)], {}) == (True, 9)


def test_a_promised_cohort_in_a_route_excuses_no_other_from_its_prerequisites() -> None:
    """Who is enrolled in the first course of a route still needs what the second asks for."""
    problem = build.problem(
        candidates=[build.candidate(available_from="2026-01-01")],
        vacancies=[build.vacancy()],
        vacancy_skills=[build.required_skill(skill="forklift"), build.required_skill(skill="swedish")],
        courses=[
            build.course("U1", skills=["swedish"]),
            build.course("U2", skills=["forklift"], prerequisites=["driving"]),
        ],
        cohorts=[
            build.cohort("K1", "U1", start_date="2026-02-01", end_date="2026-02-28"),
            build.cohort("K2", "U2", start_date="2026-03-01", end_date="2026-03-31"),
        ],
        enrolments=[build.enrolment("C1", "K1")],
    )
    reading = read(problem)
    route = tuple(reading.cohorts[name] for name in ("K1", "K2"))
    codes = [code for code, _ in broken_rules(reading, reading.candidates["C1"], reading.offers["V1"], route)]

    assert codes == ["route_prerequisites"]


def test_a_second_place_that_costs_more_than_it_is_worth_adds_nothing() -> None:
    """Who may take two places takes the second only where it adds something: here 0.500001, and the two prices."""
    problem = build.problem(
        candidates=[build.candidate(max_placements=2)],
        vacancies=[build.vacancy(name) for name in ("V1", "V2", "V3")],
        pairs=[build.pair("C1", name, score) for name, score in (("V1", "0.500001"), ("V2", "0.4"), ("V3", "0.3"))],
    )
    plan = best_sound_plan(replace(problem, candidates=(build.candidate(),)))
    assert plan is not None
    case = priced("placements", ("vacancy", "V2", 600_000), ("vacancy", "V3", 600_000))
    spoilt = with_case(replace(plan, certificate=replace(plan.certificate, price_scale=1)), "placements", case)
    report = check_plan(problem, spoilt, columns_of(problem))

    assert next(tier for tier in report.tiers if tier.name == "placements").bound == Decimal("1.700001")


def test_a_scored_pair_without_a_day_has_none() -> None:
    """Where the problem knows no start, a plan that states one is answered so."""
    problem = build.problem(
        candidates=[build.candidate()], vacancies=[build.vacancy(start_date=None)], pairs=[build.pair()]
    )
    plan = best_sound_plan(problem)
    assert plan is not None
    stated = replace(plan, assignments=(replace(plan.assignments[0], start_date=date(2026, 9, 1)),))
    report = check_plan(problem, stated, columns_of(problem))

    assert [violation.code for violation in report.violations] == ["start_date"]
    assert report.violations[0].message.endswith("must have start_date no date, got 2026-09-01.")


def test_a_scored_pair_of_a_closed_contract_has_that_code() -> None:
    """Scored pairs go by few rules, but nobody is placed where nobody is taken any more."""
    problem = build.problem(
        candidates=[build.candidate()],
        contracts=[build.contract()],
        vacancies=[build.vacancy(contract_id="T1")],
        pairs=[build.pair()],
    )
    plan = best_sound_plan(problem)
    assert plan is not None
    closed = replace(problem, contracts=(build.contract(status="ended"),))
    report = check_plan(closed, plan, columns_of(problem))

    assert "closed_contract" in {violation.code for violation in report.violations}
