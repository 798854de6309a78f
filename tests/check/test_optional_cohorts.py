"""Optional cohorts: opened with enough people and enough money or not at all, and proofs about them are not forged."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.check import check_plan
from matcher.errors import ContradictoryDecisions
from matcher.features import build_columns
from matcher.plan import Case, FixedRange, Plan, PricedRow
from matcher.problem import Policy, Problem
from matcher.solve import solve
from tests import builders as given
from tests.check.plans import sound_plan
from tests.oracles.columns import enumerate_columns


def village(**tables: Any) -> Problem:
    """Return three people for three places: two routes lead through the optional K1, one through the planned K2."""
    rows: dict[str, Any] = {
        "candidates": [given.candidate(name) for name in ("C1", "C2", "C3")],
        "vacancies": [given.vacancy("V1", 3)],
        "courses": [given.course()],
        "cohorts": [
            given.cohort("K1", seats=3, min_participants=2, status="optional", budget_id="B1", **COSTS),
            given.cohort("K2", seats=1, cost_per_seat=Decimal(10)),
        ],
        "budgets": [given.budget("B1", 200)],
        "pairs": [
            given.pair("C1", score="0.5", cohort_ids=("K1",)),
            given.pair("C2", score="0.5", cohort_ids=("K1",)),
            given.pair("C3", score="0.9", cohort_ids=("K2",)),
        ],
        "policy": Policy(tiers=("placements", "cost")),
    }
    return given.problem(**rows | tables)


COSTS = {"cost_per_seat": Decimal(50), "fixed_cost": Decimal(100)}


def placed(plan: Plan) -> list[str]:
    return [assignment.candidate_id for assignment in plan.assignments]


def runs(plan: Plan) -> dict[str, tuple[int, bool]]:
    return {use.cohort_id: (use.enrolled, use.runs) for use in plan.cohorts}


def plan_of(problem: Problem, *candidate_ids: str) -> Plan:
    """Return a plan of these people that breaks no rule."""
    facts = enumerate_columns(problem)
    return sound_plan(problem, facts, [key for key in facts if key[0] in candidate_ids])


def codes(problem: Problem, plan: Plan) -> set[str]:
    report = check_plan(problem, plan, build_columns(problem))
    return {violation.code for violation in report.violations}


def messages(problem: Problem, plan: Plan) -> str:
    return " ".join(one.message for one in check_plan(problem, plan, build_columns(problem)).violations)


def test_a_cohort_opens_when_its_people_and_its_budget_suffice() -> None:
    """Two people and 100 + 2 x 50 kronor are just enough; opening counts in the cost."""
    plan = solve(village()).plan
    assert placed(plan) == ["C1", "C2", "C3"]
    assert runs(plan) == {"K1": (2, True), "K2": (1, True)}
    assert [tier.value for tier in plan.tiers] == [Decimal("1.9"), 210]
    assert plan.status == "optimal"


@pytest.mark.parametrize(
    "tables",
    [
        {"budgets": [given.budget("B1", "199.99")]},
        {"vacancies": [given.vacancy("V1", 2)], "decisions": [given.decision("C3", "V1")]},
        {"pairs": [given.pair("C1", cohort_ids=("K1",)), given.pair("C3", score="0.9", cohort_ids=("K2",))]},
    ],
)
def test_a_cohort_stays_closed_one_ore_one_place_or_one_person_below(tables: dict[str, Any]) -> None:
    plan = solve(village(**tables)).plan
    assert placed(plan) == ["C3"]
    assert runs(plan) == {"K1": (0, False), "K2": (1, True)}
    assert plan.status == "optimal"


def test_a_promise_makes_an_optional_cohort_run_with_however_few() -> None:
    """C2 is enrolled in K1 already: its fixed cost is due, and C1 may join alone."""
    problem = village(enrolments=[given.enrolment("C2", "K1")], pairs=[given.pair("C1", cohort_ids=("K1",))])
    plan = solve(problem).plan
    assert runs(plan) == {"K1": (2, True), "K2": (0, True)}
    assert plan.tiers[1].value == 50  # the fixed cost is the same in every plan
    assert placed(solve(replace(problem, budgets=(given.budget("B1", "199.99"),))).plan) == []


def test_planned_cohorts_have_no_smallest_enrolment() -> None:
    cohorts = [given.cohort("K1", min_participants=3), given.cohort("K2")]
    assert placed(solve(village(cohorts=cohorts)).plan) == ["C1", "C2", "C3"]


def test_the_cost_tier_does_not_open_what_is_not_needed() -> None:
    """Both people could also go without training at the same score: nothing is bought."""
    pairs = [given.pair(name, score="0.5", cohort_ids=route) for name in ("C1", "C2") for route in ((), ("K1",))]
    plan = solve(village(pairs=pairs)).plan
    assert runs(plan)["K1"] == (0, False)
    assert plan.tiers[1].value == 0


def test_pins_through_a_cohort_that_cannot_run_are_refused() -> None:
    """C1 is pinned, but too few others can join: no plan exists, and the reason is said."""
    problem = village(pairs=[given.pair("C1", cohort_ids=("K1",))], decisions=[given.decision("C1", "V1")])
    with pytest.raises(ContradictoryDecisions, match="smallest enrolments"):
        solve(problem)
    with pytest.raises(ContradictoryDecisions, match="budget 'B1' is used up"):
        solve(replace(village(decisions=[given.decision("C1", "V1")]), budgets=(given.budget("B1", 149),)))


def test_pins_beyond_the_seats_of_an_optional_cohort_are_refused() -> None:
    cohorts = [given.cohort("K1", seats=1, status="optional"), given.cohort("K2")]
    decisions = [given.decision("C1", "V1"), given.decision("C2", "V1")]
    with pytest.raises(ContradictoryDecisions, match=r"the seats in cohort 'K1' are taken\. In the way"):
        solve(village(cohorts=cohorts, decisions=decisions))


def test_a_cohort_with_too_few_people_is_found() -> None:
    problem = village()
    lenient = village(cohorts=[replace(problem.cohorts[0], min_participants=1), problem.cohorts[1]])
    plan = replace(plan_of(lenient, "C1"), problem_hash=plan_of(problem).problem_hash)
    assert codes(problem, plan) == {"cohort_min"}
    assert "Optional cohort 'K1' must get at least 2 people to run, got 1." in messages(problem, plan)


def test_a_forgotten_fixed_cost_is_found_in_budget_and_cost() -> None:
    problem = village(budgets=[given.budget("B1", "199.99")])
    free = village(
        cohorts=[replace(problem.cohorts[0], fixed_cost=Decimal(0)), problem.cohorts[1]], budgets=problem.budgets
    )
    plan = replace(plan_of(free, "C1", "C2"), problem_hash=plan_of(problem).problem_hash)
    assert codes(problem, plan) == {"budget", "tier_value"}


def test_a_closed_cohort_that_is_said_to_run_is_found_and_the_other_way_round() -> None:
    problem = village()
    for people in ((), ("C1", "C2")):
        plan = plan_of(problem, *people)
        first = replace(plan.cohorts[0], runs=not plan.cohorts[0].runs)
        assert codes(problem, replace(plan, cohorts=(first, *plan.cohorts[1:]))) == {"cohorts_list"}


def with_cases(plan: Plan, *cases: Case) -> Plan:
    others = tuple(case for case in plan.certificate.cases if case.tier != cases[0].tier)
    return replace(plan, certificate=replace(plan.certificate, cases=(*cases, *others)))


def case(y: tuple[int, int] | None, *prices: tuple[str, str, int]) -> Case:
    between = () if y is None else (FixedRange(kind="seat", entity_id="K1", least=y[0], most=y[1]),)
    rows = tuple(PricedRow(kind=kind, entity_id=name, price=price) for kind, name, price in prices)
    return Case(tier="placements", fixed=(), between=between, prices=rows)


def bound(problem: Problem, plan: Plan) -> Decimal | None:
    report = check_plan(problem, plan, build_columns(problem))
    return report.tiers[0].bound


def test_links_and_openings_are_counted_in_a_bound() -> None:
    """By hand: C1 and C2 pay 0.2 and 0.3 for links, and opening returns both, less what it costs."""
    problem = village()
    plan = plan_of(problem, "C1", "C2", "C3")
    links = [("link", "C1|K1", 200_000 * 10**6), ("link", "C2|K1", 300_000 * 10**6)]
    assert bound(problem, with_cases(plan, case(None))) == Decimal("1.9")
    assert bound(problem, with_cases(plan, case(None, *links))) == Decimal("1.9")
    both = [*links, ("enrolment_min", "K1", 100_000 * 10**6)]
    # 0.5 - 0.2 + 0.1, 0.5 - 0.3 + 0.1, 0.9; opening returns 0.5 - 2 x 0.1
    assert bound(problem, with_cases(plan, case(None, *both))) == Decimal("1.9")
    cheap = [("seat", "K1", 400_000 * 10**6), ("budget", "B1", 40 * 10**6)]
    # 0.5 - 0.4 - 5000 x 0.00004 < 0 twice, 0.9; the budget 20000 x 0.00004 = 0.8; opening 3 x 0.4 - 10000 x 0.00004
    assert bound(problem, with_cases(plan, case(None, *cheap))) == Decimal("2.5")


@pytest.mark.parametrize(("positions", "seats", "returned"), [(3, 3, "0.6"), (2, 3, "0.4"), (3, 2, "0.4")])
def test_links_of_a_vacancy_return_as_much_as_its_positions_and_the_seats_let_in(
    positions: int, seats: int, returned: str
) -> None:
    """C1 and C2 pay 0.2 each at V1 through K1, C3 comes another way and pays nothing."""
    cohorts = village().cohorts
    problem = village(
        vacancies=[given.vacancy("V1", positions)], cohorts=[replace(cohorts[0], seats=seats), cohorts[1]]
    )
    plan = with_cases(plan_of(problem, "C3"), case(None, ("vacancy_link", "V1|K1", 200_000 * 10**6)))
    assert bound(problem, plan) == Decimal("0.3") + Decimal("0.3") + Decimal("0.9") + Decimal(returned)


def owing(required: int) -> Problem:
    """Return the village whose three places belong to a contract that owes some persons, which no aim counts."""
    contracts = [
        given.contract("T1", obligation_quantity=Decimal(required), obligation_unit="persons"),
        given.contract("T2"),
    ]
    return village(contracts=contracts, vacancies=[given.vacancy("V1", 3, contract_id="T1")])


@pytest.mark.parametrize("required", [1, 2, 3])
def test_what_comes_through_a_cohort_counts_for_an_obligation_only_where_it_runs(required: int) -> None:
    """At 0.1 a person C3 earns, C1 and C2 do not; what is owed is paid, and comes back by cohort and shortfall."""
    problem = owing(required)
    plan = plan_of(problem, "C3")
    price, owed = ("obligation_link", "T1|K1", 1_000 * 10**6), Decimal(required) / 10
    assert bound(problem, with_cases(plan, case(None, price))) == Decimal("1.9") + Decimal("0.1") - owed + 2 * owed
    apart = with_cases(plan, case((0, 0), price), case((1, 1)))
    assert bound(problem, apart) == max(Decimal("1.9"), Decimal("2.0") - owed + owed)


@pytest.mark.parametrize(
    ("price", "must"),
    [
        (("obligation_link", "T1|K2", 1), "stand for a limit"),
        (("obligation_link", "T2|K1", 1), "stand for a limit"),
        (("obligation_link", "T1|K1", -1), "not be negative"),
        (("obligation_link", "T1|K1", 2**61), "64 bits"),
    ],
)
def test_prices_of_links_of_what_is_not_owed_or_pay_are_refused(price: tuple[str, str, int], must: str) -> None:
    problem = owing(2)
    assert must in messages(problem, with_cases(plan_of(problem, "C3"), case(None, price)))


def test_cases_on_a_cohort_cover_only_together() -> None:
    """Closed, the two places through K1 need a price to vanish; a half of the plans proves nothing."""
    problem = village()
    plan = plan_of(problem, "C3")
    closed = case((0, 0), ("link", "C1|K1", 500_000 * 10**6), ("link", "C2|K1", 500_000 * 10**6))
    assert bound(problem, with_cases(plan, closed, case((1, 1)))) == Decimal("1.9")
    assert bound(problem, with_cases(plan, closed)) is None
    forged = replace(plan, tiers=(replace(plan.tiers[0], bound=Decimal("0.9"), gap=0.0), *plan.tiers[1:]))
    assert "bound" in codes(problem, with_cases(forged, closed, case((1, 1))))
    assert "certificate" in codes(problem, with_cases(forged, closed))


@pytest.mark.parametrize(
    ("price", "must"),
    [
        (("link", "C1|K2", 1), "stand for a limit"),
        (("link", "C9|K1", 1), "stand for a limit"),
        (("link", "C1", 1), "stand for a limit"),
        (("link", "V1|K1", 1), "stand for a limit"),
        (("vacancy_link", "V1|K2", 1), "stand for a limit"),
        (("vacancy_link", "C1|K1", 1), "stand for a limit"),
        (("vacancy_link", "V1|K1", -1), "not be negative"),
        (("link", "C1|K1", -1), "not be negative"),
        (("enrolment_min", "K2", 1), "stand for a limit"),
        (("enrolment_min", "K1", -1), "not be negative"),
        (("seat", "K1", -1), "not be negative"),
    ],
)
def test_prices_of_links_and_enrolments_that_do_not_exist_or_pay_are_refused(
    price: tuple[str, str, int], must: str
) -> None:
    problem = village()
    plan = with_cases(plan_of(problem, "C3"), case(None, price))
    assert bound(problem, plan) is None
    assert must in messages(problem, plan)


def test_a_link_twice_and_a_cohort_half_open_are_refused() -> None:
    problem = village()
    plan = plan_of(problem, "C3")
    twice = with_cases(plan, case(None, ("link", "C1|K1", 1), ("link", "C1|K1", 1)))
    assert "stand once" in messages(problem, twice)
    for wrong in ((0, 2), (1, 0)):
        assert "lie in a range from 0 to 1" in messages(problem, with_cases(plan, case(wrong)))


def test_seats_have_a_negative_price_only_where_a_cohort_is_not_optional() -> None:
    problem = village()
    plan = plan_of(problem, "C3")
    assert "not be negative" in messages(problem, with_cases(plan, case(None, ("seat", "K1", -1))))
    assert "not be negative" not in messages(problem, with_cases(plan, case(None, ("seat", "K2", -1))))


def test_ids_with_bars_of_their_own_are_still_told_apart() -> None:
    people = [given.candidate("a|b")]
    cohort = given.cohort("c|d", seats=1, status="optional")
    problem = village(candidates=people, cohorts=[cohort], pairs=[given.pair("a|b", cohort_ids=("c|d",))], budgets=[])
    plan = with_cases(plan_of(problem), case(None, ("link", "a|b|c|d", 10**6)))
    assert bound(problem, plan) == Decimal("0.5")


def test_too_large_prices_of_links_void_the_certificate() -> None:
    problem = village()
    for kind, name in (("link", "C1|K1"), ("vacancy_link", "V1|K1")):
        for price in (2**62, 2**61):
            rows = [(kind, name, price), ("seat", "K1", 2**61)]
            assert "64 bits" in messages(problem, with_cases(plan_of(problem, "C3"), case(None, *rows)))
