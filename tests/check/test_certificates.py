"""Certificates: every price that is not allowed, every gap in the cases and every bound beyond the proof is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from matcher.check import CheckReport, check_plan
from matcher.check.best import _exact_sum
from matcher.check.cases import MAX_FIXED, Proven, covered_bound
from matcher.check.quantities import Range
from matcher.columns import Columns
from matcher.plan import Case, FixedColumn, FixedRange, Plan, PricedRow
from matcher.problem import Problem, fingerprint
from tests import builders as build
from tests.amounts import some
from tests.check.certificates import fixed_column, relaxation_cases
from tests.check.plans import best_sound_plan, columns_of, sound_plan, tier_result, with_tier
from tests.check.town import town, town_plan
from tests.oracles.bounds import bounds_of
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import enumerate_columns


def codes(report: CheckReport) -> set[str]:
    return {violation.code for violation in report.violations}


def with_case(plan: Plan, tier: str, *cases: Case) -> Plan:
    """Return the plan with other cases for one tier."""
    others = [case for case in plan.certificate.cases if case.tier != tier]
    return replace(plan, certificate=replace(plan.certificate, cases=(*others, *cases)))


def priced(tier: str, *rows: tuple[str, str, Any], fixed: tuple[FixedColumn, ...] = ()) -> Case:
    prices = tuple(PricedRow(kind=kind, entity_id=name, price=price) for kind, name, price in rows)
    return Case(tier=tier, fixed=fixed, prices=prices)


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


ADA, BO = ("ada", "warehouse", ()), ("bo", "truck", ("drive1",))
PURSE = ("budget", "purse", 10)

COUNT = {
    name: FixedRange(kind=kind, entity_id=entity_id, least=least, most=most)
    for name, kind, entity_id, least, most in (
        ("park", "vacancy", "park", 1, 2),
        ("moon", "vacancy", "moon", 0, 1),
        ("purse", "budget", "purse", 0, 1),
        ("none", "seat", "drive1", 0, 0),
        ("some", "seat", "drive1", 1, 1),
        ("beyond seats", "seat", "drive1", 0, 2),
        ("beyond", "vacancy", "park", 0, 3),
        ("below", "vacancy", "park", -1, 2),
        ("reversed", "vacancy", "park", 2, 1),
        ("half", "vacancy", "park", 0.5, 2),
    )
}

REJECTED: dict[str, Case | tuple[Case, ...]] = {
    "a negative price": priced("placements", ("budget", "purse", -1)),
    "a negative price of a held tier": priced("placements", ("held", "shortfall", -1)),
    "an unknown vacancy": priced("placements", ("vacancy", "moon", 1)),
    "an unknown kind": priced("placements", ("candidate", "ada", 1)),
    "an attribute as a kind": priced("placements", ("__class__", "ada", 1)),
    "a cohort as a vacancy": priced("placements", ("vacancy", "drive1", 1)),
    "a limit that the quota does not state": priced("placements", ("quota_max", "least_youth", 1)),
    "a rounding that an obligation of whole persons does not need": priced(
        "placements", ("obligation_step", "hall", 1)
    ),
    "a pair that is not pinned": priced("placements", ("pin", "bo|truck", 1)),
    "a tier held by itself": priced("placements", ("held", "placements", 1)),
    "a later tier held": priced("placements", ("held", "cost", 1)),
    "the same price twice": priced("placements", PURSE, PURSE),
    "a price that is no integer": priced("placements", ("vacancy", "truck", 1.5)),
    "a price that is true": priced("placements", ("vacancy", "truck", True)),
    "a price beyond 64 bits": priced("placements", ("vacancy", "truck", 2**63)),
    "prices that only together are too large": priced(
        "placements", ("vacancy", "truck", 2**61), ("seat", "drive1", 2**61)
    ),
    "a price too large for what is delivered": priced("placements", ("obligation", "hall", 2**57)),
    "a price too large for what a seat costs": priced("placements", ("budget", "purse", 2**50)),
    "a price too large for a share": priced("placements", ("quota_min_share", "share_youth", 2**44)),
    "a price of thousands of digits": priced("placements", ("budget", "purse", 10**5000)),
    "a negative price of thousands of digits": priced("placements", ("budget", "purse", -(10**5000))),
    "a pin beyond 64 bits": priced("placements", ("pin", "ada|warehouse", -(2**63))),
    "no case at all": (),
    "half of the plans left out": priced("placements", fixed=(fixed_column(ADA, taken=True),)),
    "a quarter of the plans left out": (
        priced("placements", fixed=(fixed_column(ADA, taken=True),)),
        priced("placements", fixed=(fixed_column(ADA, taken=False), fixed_column(BO, taken=True))),
    ),
    "a column that does not exist": (
        priced("placements", fixed=(fixed_column(("eve", "truck", ()), taken=True),)),
        priced("placements", fixed=(fixed_column(("eve", "truck", ()), taken=False),)),
    ),
    "a column of nobody": (
        priced("placements", fixed=(fixed_column(("nobody", "truck", ()), taken=True),)),
        priced("placements", fixed=(fixed_column(("nobody", "truck", ()), taken=False),)),
    ),
    "a count of a vacancy that does not exist": Case(tier="placements", fixed=(), prices=(), between=(COUNT["moon"],)),
    "a count of something else": Case(tier="placements", fixed=(), prices=(), between=(COUNT["purse"],)),
    "a count beyond the positions": Case(tier="placements", fixed=(), prices=(), between=(COUNT["beyond"],)),
    "a count beyond the seats": Case(tier="placements", fixed=(), prices=(), between=(COUNT["beyond seats"],)),
    "a count of nobody trained left out": Case(tier="placements", fixed=(), prices=(), between=(COUNT["some"],)),
    "a count below nobody": Case(tier="placements", fixed=(), prices=(), between=(COUNT["below"],)),
    "a count the wrong way round": Case(tier="placements", fixed=(), prices=(), between=(COUNT["reversed"],)),
    "a count that is no integer": Case(tier="placements", fixed=(), prices=(), between=(COUNT["half"],)),
    "a count twice": Case(tier="placements", fixed=(), prices=(), between=(COUNT["park"], COUNT["park"])),
    "a count of nobody left out": Case(tier="placements", fixed=(), prices=(), between=(COUNT["park"],)),
    "a column fixed in and out": (
        priced("placements", fixed=(fixed_column(ADA, taken=True), fixed_column(ADA, taken=False))),
        priced("placements", fixed=(fixed_column(ADA, taken=False),)),
    ),
    "more cases than anybody checks": tuple(priced("placements") for _ in range(1001)),
}


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


IN, OUT, FEW, MANY = (1, 1), (0, 0), (0, 4), (5, 9)
COVERS: list[tuple[list[tuple[dict[int, Range], int | None]], tuple[bool, int | None]]] = [
    ([({}, 7)], (True, 7)),
    ([], (False, None)),
    ([({1: IN}, 7)], (False, None)),
    ([({1: IN}, 7), ({1: OUT}, 8)], (True, 8)),
    ([({1: IN}, 7), ({2: OUT}, 8)], (False, None)),
    ([({1: IN, 2: IN}, 7), ({1: IN, 2: OUT}, 8), ({1: OUT}, 3)], (True, 8)),
    ([({1: IN, 2: IN}, 7), ({1: IN, 2: OUT}, 8), ({1: OUT, 3: IN}, 3)], (False, None)),
    ([({1: IN, 2: IN}, 7), ({1: IN, 2: IN}, 6), ({1: OUT}, 3)], (False, None)),
    ([({1: IN, 2: IN}, 7), ({2: OUT, 1: IN}, 1), ({1: OUT, 3: IN}, 2), ({3: OUT, 1: OUT}, 9)], (True, 9)),
    ([({1: IN}, 3), ({}, 5)], (True, 5)),
    ([({1: IN}, 3), ({}, 5), ({1: OUT}, 4)], (True, 4)),
    ([({1: IN}, 3), ({}, 5), ({1: OUT, 2: IN}, 4)], (True, 5)),
    ([({1: IN}, None), ({1: OUT}, 4)], (True, 4)),
    ([({1: IN}, None), ({1: OUT}, None)], (True, None)),
    ([({}, None)], (True, None)),
    ([({1: IN}, 7), ({1: OUT}, 8), ({2: IN}, None)], (True, 8)),
    ([({1: IN}, 7), ({1: OUT}, 8), ({2: IN}, None), ({1: OUT, 2: OUT}, None)], (True, 7)),
    ([({9: FEW}, 3), ({9: MANY}, 4)], (True, 4)),
    ([({9: FEW}, 3), ({9: (6, 9)}, 4)], (False, None)),
    ([({9: (0, 6)}, 3), ({9: (4, 9)}, 4)], (True, 4)),
    ([({9: (0, 6)}, 3), ({9: (4, 9)}, 4), ({9: (7, 9)}, 2)], (True, 3)),
    ([({9: (0, 0)}, 3), ({9: (1, 1)}, 5), ({9: (2, 9)}, 4)], (True, 5)),
    ([({9: (2, 3)}, 3), ({9: (0, 1)}, 5), ({9: (4, 8)}, 4)], (False, None)),
    ([({2: IN}, 3), ({2: OUT, 9: FEW}, 5), ({2: OUT, 9: MANY}, 4), ({9: (5, 5)}, None)], (True, 5)),
]


def proven(fixed: dict[int, Range], bound: int | None) -> Proven:
    """Return a case that fixes columns, and as number 9 a count up to 9."""
    kinds = {number: "vacancy" if number == 9 else "column" for number in fixed}
    return Proven(fixed={(kinds[number], number): interval for number, interval in fixed.items()}, bound=bound)


@pytest.mark.parametrize(("cases", "expected"), COVERS)
def test_a_plan_has_at_most_the_smallest_bound_of_the_cases_that_it_is_inside(
    cases: list[tuple[dict[int, Range], int | None]], expected: tuple[bool, int | None]
) -> None:
    for order in (cases, cases[::-1]):
        assert covered_bound([proven(fixed, bound) for fixed, bound in order], {("vacancy", 9): 9}) == expected


@pytest.mark.slow
def test_a_deep_tree_of_cases_and_a_thicket_without_a_tree_both_come_to_an_end() -> None:
    """With as many fixings as a case may hold in the long form, and half as many in the short one."""
    most = some(200, of=MAX_FIXED) - 1
    columns = [("column", number) for number in range(most)]
    tree = [Proven(fixed={**dict.fromkeys(columns[:deep], OUT), columns[deep]: IN}, bound=deep) for deep in range(most)]
    assert covered_bound([*tree, Proven(fixed=dict.fromkeys(columns, OUT), bound=5)], {}) == (True, most - 1)
    thicket = [Proven(fixed={columns[2 * one]: IN, columns[2 * one + 1]: OUT}, bound=1) for one in range(most // 2)]
    assert covered_bound(thicket, {}) == (False, None)
    assert covered_bound([*thicket, Proven(fixed={}, bound=9)], {}) == (True, 9)


def tampered(columns: Columns, name: str, change: Callable[[Any], Any]) -> Columns:
    return replace(columns, **{name: change(getattr(columns, name).copy())})


def raised(values: Any) -> Any:
    values += 1
    return values


@pytest.mark.parametrize("name", ["weight", "cost", "units", "lottery", "start_day", "group_bits"])
def test_columns_that_say_otherwise_than_the_rules_are_found_out(name: str) -> None:
    report = check_plan(town(), town_plan(), tampered(columns_of(town()), name, raised))
    assert codes(report) & {"column_differs", "score"}


def test_columns_that_call_a_promised_seat_new_are_found_out() -> None:
    columns = columns_of(town())
    promised = replace(columns, routes=replace(columns.routes, is_new=~columns.routes.is_new))
    report = check_plan(town(), town_plan(), promised)
    assert "column_differs" in codes(report)


@pytest.mark.parametrize(
    "name",
    [
        "positions",
        "seats",
        "seat_cost",
        "budget",
        "required",
        "shortfall_price",
        "quota_min",
        "quota_max",
        "quota_price",
    ],
)
def test_limits_that_say_otherwise_than_the_problem_are_found_out(name: str) -> None:
    columns = columns_of(town())
    limits = replace(columns.limits, **{name: getattr(columns.limits, name) + 1})
    report = check_plan(town(), town_plan(), replace(columns, limits=limits))
    assert codes(report) == {"limits"}


def test_scopes_pins_and_bits_that_say_otherwise_are_found_out() -> None:
    columns = columns_of(town())
    for changes in (
        {"quota_covers": ~columns.limits.quota_covers},
        {"pinned_vacancy": columns.limits.pinned_vacancy - 1},
        {"quota_group": columns.limits.quota_group * 0},
        {"hard_quota_price": 1},
    ):
        report = check_plan(town(), town_plan(), replace(columns, limits=replace(columns.limits, **changes)))
        assert "limits" in codes(report)


def test_columns_of_another_problem_prove_nothing() -> None:
    other = build.problem(candidates=[build.candidate()], vacancies=[build.vacancy()])
    report = check_plan(town(), town_plan(), columns_of(other))
    assert "limits" in codes(report)
    assert all(tier.bound is None for tier in report.tiers)


def test_columns_must_be_sorted_by_candidate() -> None:
    columns = columns_of(town())
    report = check_plan(town(), town_plan(), tampered(columns, "candidate", lambda values: values[::-1]))
    assert codes(report) == {"columns"}


def test_a_column_that_is_missing_from_the_columns_cannot_be_in_the_plan() -> None:
    facts = enumerate_columns(town())
    fewer = {key: column for key, column in facts.items() if key != BO}
    report = check_plan(town(), town_plan(), columns_of(town(), fewer))
    assert "unknown_column" in codes(report)


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


def test_a_candidate_who_may_take_two_places_contributes_the_two_best() -> None:
    problem = build.problem(
        candidates=[build.candidate(max_placements=2)],
        vacancies=[build.vacancy(name) for name in ("V1", "V2", "V3")],
        pairs=[build.pair("C1", name, score) for name, score in (("V1", "0.5"), ("V2", "0.4"), ("V3", "0.3"))],
    )
    plan = best_sound_plan(replace(problem, candidates=(build.candidate(),)))
    assert plan is not None
    plan = replace(plan, problem_hash=fingerprint(problem))
    report = check_plan(problem, plan, columns_of(problem))
    assert codes(report) == {"bound"}
    assert report.tiers[1].bound == Decimal("0.9")


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
