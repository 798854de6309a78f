"""Certificates: every price that is not allowed, every gap in the cases and every bound beyond the proof is found."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from matcher.check import check_plan
from matcher.check.best import _exact_sum
from matcher.plan import Case, Plan, PricedRow
from matcher.problem import Problem, fingerprint
from tests import builders as build
from tests.check.certificates import fixed_column, relaxation_cases
from tests.check.plans import best_sound_plan, columns_of, sound_plan, tier_result, with_tier
from tests.check.rejected import BO, COUNT, REJECTED, codes, priced, with_case
from tests.check.town import town, town_plan
from tests.oracles.bounds import bounds_of
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import enumerate_columns


def proven_town_plan() -> Plan:
    """Return the best plan of the town with the bounds that its relaxations prove."""
    facts = enumerate_columns(town())
    best = best_plan(town(), facts)
    assert best is not None
    plan = sound_plan(town(), facts, best.chosen)
    cases, _ = relaxation_cases(town(), facts, best.values, price_scale=10**6)
    certificate = replace(plan.certificate, cases=tuple(cases))
    bounds = bounds_of(town(), facts, certificate, best.values)
    tiers = tuple(tier_result(tier, value, bounds[tier]) for tier, value in best.values.items())
    aims = [tier for tier in tiers if tier.name != "tie_break"]
    status = "optimal" if all(tier.gap <= plan.gap_limit for tier in aims) else "feasible"
    return replace(plan, certificate=certificate, tiers=tiers, status=status)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", REJECTED)
def test_a_tampered_certificate_is_rejected_and_proves_nothing(name: str) -> None:
    cases = REJECTED[name]
    plan = with_case(town_plan(), "placements", *((cases,) if isinstance(cases, Case) else cases))
    report = check_plan(town(), plan, columns_of(town()))
    assert codes(report) == {"certificate"}
    assert report.tiers[1].bound is None
    assert report.tiers[1].gap is None
    assert all(violation.message.endswith(".") for violation in report.violations)


@pytest.mark.parametrize("price_scale", [0, -1, 1.0, True])
def test_a_price_scale_is_a_positive_integer(price_scale: Any) -> None:
    plan = town_plan()
    plan = replace(plan, certificate=replace(plan.certificate, price_scale=price_scale))
    assert "certificate" in codes(check_plan(town(), plan, columns_of(town())))


def test_the_relaxations_prices_prove_the_town_plan_nearly_or_wholly_optimal() -> None:
    report = check_plan(town(), proven_town_plan(), columns_of(town()))
    assert report.violations == ()
    assert [tier.gap for tier in report.tiers[:3]] == pytest.approx([0, 0, 0], abs=1e-6)


@pytest.mark.parametrize("tier", ["placements", "cost", "tie_break"])
def test_no_bound_is_accepted_that_is_one_unit_better_than_the_proof(tier: str) -> None:
    plan = proven_town_plan()
    step = {"placements": Decimal("-0.000001"), "cost": Decimal("0.01"), "tie_break": Decimal(1)}[tier]
    limit = next(one.bound for one in plan.tiers if one.name == tier)
    assert "bound" in codes(check_plan(town(), with_tier(plan, tier, bound=limit + step), columns_of(town())))


def test_a_weaker_bound_than_the_proof_is_accepted_with_its_own_gap() -> None:
    plan = proven_town_plan()
    weaker = tier_result("placements", 2617317, 2700000)
    tiers = tuple(weaker if tier.name == "placements" else tier for tier in plan.tiers)
    report = check_plan(town(), replace(plan, tiers=tiers, status="feasible"), columns_of(town()))
    assert report.violations == ()
    assert report.tiers[1].gap == pytest.approx(0, abs=1e-6)


def test_prices_of_another_tier_prove_less_and_the_bound_is_found_out() -> None:
    plan = proven_town_plan()
    by_tier = {case.tier: case for case in plan.certificate.cases}
    swapped = replace(by_tier["cost"], prices=by_tier["shortfall"].prices)
    assert "bound" in codes(check_plan(town(), with_case(plan, "cost", swapped), columns_of(town())))


def test_every_single_price_matters_or_changes_nothing_for_the_better() -> None:
    plan = proven_town_plan()
    columns = columns_of(town())
    noticed = 0
    for case in plan.certificate.cases:
        for number, row in enumerate(case.prices):
            if row.price:
                prices = (*case.prices[:number], replace(row, price=0), *case.prices[number + 1 :])
                report = check_plan(town(), with_case(plan, case.tier, replace(case, prices=prices)), columns)
                noticed += "bound" in codes(report)
    assert noticed >= 3


def test_pins_vacancies_and_seats_may_have_a_negative_price() -> None:
    for row, bound in (
        (("pin", "ada|warehouse", -(10**6)), "2.717317"),
        (("vacancy", "kitchen", -(10**6)), "2.717318"),
        (("seat", "drive1", -(10**6)), "2.717318"),
    ):
        report = check_plan(town(), with_case(town_plan(), "placements", priced("placements", row)), columns_of(town()))
        assert "certificate" not in codes(report)
        assert report.tiers[1].bound == Decimal(bound)


def test_two_cases_that_differ_in_one_column_take_the_worse_bound() -> None:
    plan = town_plan()
    halves = [priced("placements", fixed=(fixed_column(BO, taken=taken),)) for taken in (True, False)]
    report = check_plan(town(), with_case(plan, "placements", *halves), columns_of(town()))
    assert report.violations == ()
    assert report.tiers[1].bound == Decimal("2.717317")


def test_two_cases_that_part_at_a_count_take_the_worse_bound() -> None:
    few, many = replace(COUNT["park"], least=0, most=0), COUNT["park"]
    cases = [
        Case(
            tier="placements",
            fixed=(),
            prices=(PricedRow(kind="vacancy", entity_id="park", price=10**11),),
            between=one,
        )
        for one in ((few,), (many,))
    ]
    report = check_plan(town(), with_case(town_plan(), "placements", *cases), columns_of(town()))
    assert report.violations == ()
    assert report.tiers[1].bound == Decimal("2.717317")  # with nobody in the park it would be 0.2 less


def test_two_cases_that_part_at_the_enrolments_of_a_cohort_take_the_worse_bound() -> None:
    cases = [
        replace(priced("placements", ("seat", "drive1", price)), between=(COUNT[name],))
        for name, price in (("none", 10**12), ("some", -(10**11)))
    ]
    report = check_plan(town(), with_case(town_plan(), "placements", *cases), columns_of(town()))
    assert report.violations == ()
    assert report.tiers[1].bound == Decimal("2.717317")  # counted from 0 to 1 in both cases it would be more


def test_a_case_that_takes_two_columns_of_one_person_holds_no_plan() -> None:
    park = ("bo", "park", ())
    both = (fixed_column(BO, taken=True), fixed_column(park, taken=True))
    cases = [
        priced("placements", ("vacancy", "truck", 10**12), fixed=both),
        priced("placements", fixed=(fixed_column(BO, taken=True), fixed_column(park, taken=False))),
        priced("placements", fixed=(fixed_column(BO, taken=False),)),
    ]
    report = check_plan(town(), with_case(town_plan(), "placements", *cases), columns_of(town()))
    assert report.violations == ()
    assert report.tiers[1].bound == Decimal("2.717317")


def test_columns_that_an_earlier_tier_excludes_do_not_weaken_later_bounds() -> None:
    problem = build.problem(
        candidates=[build.candidate()],
        vacancies=[build.vacancy(name) for name in ("V1", "V2", "V3")],
        pairs=[
            build.pair(vacancy_id="V1", score="0.9", cost=Decimal(1000)),
            build.pair(vacancy_id="V2", score="0.1", cost=Decimal("0.03")),
        ],
    )
    plan = best_sound_plan(problem)
    assert plan is not None
    held = with_case(plan, "cost", priced("cost", ("held", "placements", 120_000)))
    report = check_plan(problem, held, columns_of(problem))
    assert report.tiers[2].bound == 1000  # V2 would cost less, but no plan as good takes it
    loose = with_case(held, "placements", priced("placements", ("vacancy", "V3", 10**12)))
    report = check_plan(problem, loose, columns_of(problem))
    assert report.tiers[2].bound == Decimal("960.03")


def test_a_problem_without_columns_has_an_empty_sound_plan() -> None:
    problem: Problem = build.problem(
        candidates=[build.candidate(extent_percent=10)], vacancies=[build.vacancy(extent_percent=100)]
    )
    plan = best_sound_plan(problem)
    assert plan is not None
    assert plan.assignments == ()
    report = check_plan(problem, plan, columns_of(problem))
    assert report.violations == ()
    assert [tier.bound for tier in report.tiers] == [0, 0, 0, 0]


@pytest.mark.parametrize(("extent", "bound"), [(50, "0.9"), (75, "0.5")])
def test_a_candidate_who_may_take_two_places_contributes_the_best_that_fit_together(extent: int, bound: str) -> None:
    problem = build.problem(
        candidates=[build.candidate(max_placements=2)],
        vacancies=[build.vacancy(name, extent_percent=extent) for name in ("V1", "V2", "V3")],
        pairs=[build.pair("C1", name, score) for name, score in (("V1", "0.5"), ("V2", "0.4"), ("V3", "0.3"))],
    )
    plan = best_sound_plan(replace(problem, candidates=(build.candidate(),)))
    assert plan is not None
    plan = replace(plan, problem_hash=fingerprint(problem))
    report = check_plan(problem, plan, columns_of(problem))
    assert codes(report) == ({"bound"} if extent == 50 else set())
    assert report.tiers[1].bound == Decimal(bound)


def test_a_large_price_is_no_fault_where_nobody_pays_it() -> None:
    problem = build.problem(
        candidates=[build.candidate("C1"), build.candidate("C2")],
        contracts=[
            build.contract("T1", obligation_quantity=Decimal(1000), obligation_unit="hours", end_date="2027-08-31"),
            build.contract("T2", obligation_quantity=Decimal(1)),
        ],
        vacancies=[build.vacancy("V1", contract_id="T1"), build.vacancy("V2", contract_id="T2")],
    )
    plan = best_sound_plan(problem)
    assert plan is not None
    for price, is_refused in ((2**50, False), (2**57, True)):
        case = priced("tie_break", ("obligation", "T2", price))  # a person is 100 units, a year of hours 200 000
        report = check_plan(problem, with_case(plan, "tie_break", case), columns_of(problem))
        assert ("certificate" in codes(report)) is is_refused
    large = with_case(plan, "tie_break", priced("tie_break", ("held", "placements", 2**43)))
    assert "certificate" in codes(check_plan(problem, large, columns_of(problem)))


def test_sums_beyond_64_bits_are_exact() -> None:
    values = np.array([2**62 - 1, 2**62 - 1, 2**62 - 1, -(2**62)], np.int64)
    assert _exact_sum(values) == 2**63 - 3
