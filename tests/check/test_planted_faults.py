"""Every fault planted into a sound plan is found, under its own code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.check import check_plan, verify_or_raise
from matcher.errors import CheckFailed
from matcher.plan import Assignment, Case, Plan, QuotaBreach, TierResult, Unfilled, promises
from matcher.problem import Policy, Problem, fingerprint
from tests import builders as build
from tests.check.plans import best_sound_plan, checked, codes, columns_of, sound_plan, told_plan, with_tier
from tests.check.town import town, town_plan
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import enumerate_columns
from tests.strategies import problems, shuffled

Tamper = Callable[[Plan], Plan]


def assignment(number: int, **changes: Any) -> Tamper:
    """Return a tampering with one assignment of a plan."""

    def tamper(plan: Plan) -> Plan:
        changed = replace(plan.assignments[number], **changes)
        return replace(plan, assignments=(*plan.assignments[:number], changed, *plan.assignments[number + 1 :]))

    return tamper


def tier(name: str, **changes: Any) -> Tamper:
    return lambda plan: with_tier(plan, name, **changes)


def field(name: str, change: Callable[[Any], Any]) -> Tamper:
    return lambda plan: replace(plan, **{name: change(getattr(plan, name))})


def first(changes: dict[str, Any]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Return a change of the first entry of a list."""
    return lambda rows: (replace(rows[0], **changes), *rows[1:])


EXTRA = Assignment(
    candidate_id="di", vacancy_id="kitchen", cohort_ids=(), start_date=date(2026, 9, 1), score=Decimal("0.487503")
)

TAMPERED: dict[str, tuple[str, Tamper]] = {
    "another problem's hash": ("problem_hash", field("problem_hash", lambda _: "sha256:" + "0" * 64)),
    "unknown candidate": ("unknown_id", assignment(0, candidate_id="nobody")),
    "unknown vacancy": ("unknown_id", assignment(0, vacancy_id="nowhere")),
    "unknown cohort": ("unknown_id", assignment(1, cohort_ids=("never",))),
    "unknown id as a cohort's": ("unknown_id", assignment(1, cohort_ids=("bo",))),
    "same assignment twice": ("duplicate_assignment", field("assignments", lambda rows: (rows[0], *rows))),
    "one person in two places": ("candidate_placements", assignment(3, candidate_id="eve", vacancy_id="park")),
    "assignments out of order": ("assignment_order", field("assignments", lambda rows: rows[::-1])),
    "start a day early": ("start_date", assignment(2, start_date=date(2026, 9, 14))),
    "start a day late": ("start_date", assignment(0, start_date=date(2026, 9, 2))),
    "no start date": ("start_date", assignment(0, start_date=None)),
    "score a millionth higher": ("score", assignment(0, score=Decimal("0.577478"))),
    "score a millionth lower": ("score", assignment(0, score=Decimal("0.577476"))),
    "score with seven decimals": ("score", assignment(0, score=Decimal("0.5774770000001"))),
    "score far off": ("score", assignment(0, score=Decimal("0.9"))),
    "route left out": ("skill", assignment(1, cohort_ids=())),
    "route longer than needed": ("route_not_minimal", assignment(1, cohort_ids=("cook1", "drive1"))),
    "route out of order": ("route_dates", assignment(1, cohort_ids=("drive1", "cook1"))),
    "cohort twice in a route": ("route_dates", assignment(1, cohort_ids=("drive1", "drive1"))),
    "no column of that route": ("unknown_column", assignment(0, cohort_ids=("cook1",))),
    "forbidden pair": ("decision", assignment(3, vacancy_id="kitchen")),
    "pinned pair left out": ("pin", field("assignments", lambda rows: rows[1:])),
    "pinned person elsewhere": ("pin", assignment(0, vacancy_id="kitchen")),
    "one person too many in a vacancy": ("vacancy_positions", assignment(0, vacancy_id="park")),
    "enrolment one too high": ("cohorts_list", field("cohorts", first({"enrolled": 1}))),
    "cohort that does not run": ("cohorts_list", field("cohorts", first({"runs": False}))),
    "cohort left out": ("cohorts_list", field("cohorts", lambda rows: rows[1:])),
    "cohorts out of order": ("cohorts_list", field("cohorts", lambda rows: rows[::-1])),
    "more delivered than was": ("shortfalls_list", field("shortfalls", first({"delivered": Decimal(4)}))),
    "less required than is": ("shortfalls_list", field("shortfalls", first({"required": Decimal(2)}))),
    "obligation left out": ("shortfalls_list", field("shortfalls", lambda _: ())),
    "open position left out": ("unfilled_list", field("unfilled", lambda _: ())),
    "open position too many": ("unfilled_list", field("unfilled", first({"open": 2}))),
    "filled vacancy listed": (
        "unfilled_list",
        field("unfilled", lambda rows: (*rows, Unfilled(vacancy_id="park", open=0))),
    ),
    "quota breach left out": ("quota_breaches_list", field("quota_breaches", lambda _: ())),
    "quota breach made smaller": ("quota_breaches_list", field("quota_breaches", first({"short": Decimal("0.5")}))),
    "quota breach invented": (
        "quota_breaches_list",
        field(
            "quota_breaches",
            lambda rows: (QuotaBreach(quota_id="least_youth", short=Decimal(1), excess=Decimal(0)), *rows),
        ),
    ),
    "value too good": ("tier_value", tier("placements", value=Decimal("2.617318"))),
    "value too bad": ("tier_value", tier("cost", value=Decimal(101))),
    "value between two integers": ("tier_value", tier("tie_break", value=Decimal("2116523.5"))),
    "tier left out": ("tier_names", field("tiers", lambda rows: rows[:-1])),
    "tiers swapped": ("tier_names", field("tiers", lambda rows: (rows[1], rows[0], *rows[2:]))),
    "tier of a published plan": (
        "tier_names",
        field(
            "tiers",
            lambda rows: (
                *rows[:3],
                TierResult(name="changes", value=Decimal(0), bound=Decimal(0), gap=0.0, claimed_gap=0.0),
                *rows[3:],
            ),
        ),
    ),
    "unknown tier": ("tier_names", field("tiers", first({"name": "beauty"}))),
    "bound a millionth too good": ("bound", tier("placements", bound=Decimal("2.717316"))),
    "least bound too good": ("bound", tier("cost", bound=Decimal("0.01"))),
    "bound equal to the value without proof": ("bound", tier("placements", bound=Decimal("2.617317"), gap=0.0)),
    "gap smaller than it is": ("gap", tier("placements", gap=0.0)),
    "gap larger than it is": ("gap", tier("placements", gap=0.05)),
    "optimal without proof": ("status", field("status", lambda _: "optimal")),
    "claimed without a claim": ("status", field("status", lambda _: "claimed_optimal")),
    "gap limit that the gaps keep": ("status", field("gap_limit", lambda _: 1.0)),
    "value that is no number": ("number", tier("placements", value=Decimal("NaN"))),
    "value that signals": ("number", tier("placements", value=Decimal("sNaN"))),
    "infinite bound": ("number", tier("placements", bound=Decimal("Infinity"))),
    "bound beyond all amounts": ("number", tier("placements", bound=Decimal("1e999999"))),
    "bound finer than all amounts": ("number", tier("placements", bound=Decimal("1e-999999"))),
    "gap that is no number": ("number", tier("placements", gap=float("nan"))),
    "negative gap": ("number", tier("cost", claimed_gap=-1.0)),
    "infinite gap limit": ("number", field("gap_limit", lambda _: float("inf"))),
    "score that is no number": ("number", assignment(0, score=Decimal("NaN"))),
    "breach that is no number": ("number", field("quota_breaches", first({"short": Decimal("NaN")}))),
    "delivery that is no number": ("number", field("shortfalls", first({"delivered": Decimal("-Infinity")}))),
}


def test_the_best_plan_of_the_town_is_sound() -> None:
    report = checked(town(), town_plan())
    assert report.violations == ()
    assert report.is_sound
    assert report.notes == ()
    assert [check.name for check in report.tiers] == ["shortfall", "placements", "cost", "tie_break"]
    assert report.tiers[1].value == Decimal("2.617317")


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_plan_is_rejected_under_the_faults_own_code(name: str) -> None:
    code, tamper = TAMPERED[name]
    report = checked(town(), tamper(town_plan()))
    assert code in codes(report)
    assert not report.is_sound


def test_every_message_is_a_sentence_that_says_what_must_be() -> None:
    for _, tamper in TAMPERED.values():
        for violation in checked(town(), tamper(town_plan())).violations:
            assert violation.message.endswith(".")
            assert " must " in violation.message


def quotas(**changes: Any) -> list[Any]:
    return [replace(row, **changes.get(row.quota_id, {})) for row in town().quotas]


def cohorts(**changes: Any) -> list[Any]:
    return [replace(row, **changes.get(row.cohort_id, {})) for row in town().cohorts]


STRICTER: dict[str, tuple[str, dict[str, Any]]] = {
    "no seat": ("cohort_seats", {"cohorts": cohorts(drive1={"seats": 0})}),
    "the seat promised to another": (
        "cohort_seats",
        {"enrolments": [*town().enrolments, build.enrolment("eve", "drive1")], "budgets": [build.budget("purse", 999)]},
    ),
    "more promised than there are seats": (
        "cohort_seats",
        {"enrolments": [*town().enrolments, build.enrolment("di", "drive1"), build.enrolment("eve", "drive1")]},
    ),
    "an öre too little": ("budget", {"budgets": [build.budget("purse", "99.99")]}),
    "a promise to pay for": (
        "budget",
        {"enrolments": [*town().enrolments, build.enrolment("ada", "cook1")], "budgets": [build.budget("purse", 169)]},
    ),
    "a fixed cost to pay": ("budget", {"cohorts": cohorts(wheels1={"budget_id": "purse", "fixed_cost": Decimal(71)})}),
    "a promised seat to pay": (
        "budget",
        {"cohorts": cohorts(wheels1={"budget_id": "purse", "cost_per_seat": Decimal("70.01")})},
    ),
    "a dearer seat": ("budget", {"cohorts": cohorts(drive1={"cost_per_seat": Decimal("170.006")})}),
    "fewer positions": ("vacancy_positions", {"vacancies": [replace(row, positions=1) for row in town().vacancies]}),
    "a maximum": ("quota_max", {"quotas": quotas(most_foreign={"max_count": 0})}),
    "a maximum behind a wish": (
        "quota_max",
        {
            "quotas": quotas(
                least_youth={"hard": False, "price": Decimal("0.1")},
                most_foreign={"max_count": 0},
            )
        },
    ),
    "a minimum share": ("quota_min_share", {"quotas": quotas(share_youth={"min_share": Decimal("0.666667")})}),
    "a maximum share": (
        "quota_max_share",
        {"quotas": quotas(share_youth={"max_share": Decimal("0.666666"), "min_share": None})},
    ),
    "another pin": ("pin", {"decisions": [*town().decisions, build.decision("bo", "kitchen", "accepted")]}),
    "a forbidden pair": ("decision", {"decisions": [*town().decisions, build.decision("eve", "park", "forbidden")]}),
    "a closed contract": ("closed_contract", {"contracts": [replace(row, status="ended") for row in town().contracts]}),
    "a larger obligation": (
        "shortfalls_list",
        {"contracts": [replace(row, obligation_quantity=Decimal("3.01")) for row in town().contracts]},
    ),
    "a larger obligation's value": (
        "tier_value",
        {"contracts": [replace(row, obligation_quantity=Decimal("3.01")) for row in town().contracts]},
    ),
    "a missed hard minimum": ("quota_breaches_list", {"quotas": quotas(least_youth={"min_count": 3})}),
    "a missed hard minimum's value": ("tier_value", {"quotas": quotas(least_youth={"min_count": 3})}),
    "a dearer wish": ("tier_value", {"quotas": quotas(wish_disabled={"price": Decimal("0.2")})}),
}


@pytest.mark.parametrize("name", STRICTER)
def test_a_plan_for_a_laxer_town_is_rejected(name: str) -> None:
    code, tables = STRICTER[name]
    strict = town(**tables)
    assert code in codes(checked(strict, replace(town_plan(), problem_hash=fingerprint(strict))))


def test_verify_or_raise_names_every_violation() -> None:
    plan = with_tier(replace(town_plan(), problem_hash="sha256:0"), "cost", value=Decimal(1))
    with pytest.raises(CheckFailed) as caught:
        verify_or_raise(town(), plan, columns_of(town()))
    assert len(caught.value.violations) == 2
    assert verify_or_raise(town(), town_plan(), columns_of(town())).is_sound


def test_a_hash_that_the_caller_has_just_computed_is_not_computed_again() -> None:
    report = check_plan(town(), town_plan(), columns_of(town()), problem_hash="sha256:other")
    assert codes(report) == {"problem_hash"}


def test_a_certificate_may_not_speak_of_a_tier_that_is_not_pursued() -> None:
    plan = town_plan()
    cases = (*plan.certificate.cases, Case(tier="beauty", fixed=(), prices=()))
    report = checked(town(), replace(plan, certificate=replace(plan.certificate, cases=cases)))
    assert codes(report) == {"certificate"}


def test_the_order_of_rows_makes_no_difference() -> None:
    for seed in range(5):
        problem = shuffled(town(), seed)
        assert checked(problem, town_plan()).is_sound


def test_the_status_follows_from_what_is_certified_and_what_is_claimed() -> None:
    plan = replace(town_plan(), tiers=tuple(replace(one, claimed_gap=0.0) for one in town_plan().tiers))
    assert codes(checked(town(), plan)) == {"status"}
    assert checked(town(), replace(plan, status="claimed_optimal")).is_sound
    assert checked(town(), replace(plan, gap_limit=1.0, status="optimal")).is_sound


def past(num_lasted: int, num_others: int) -> list[Any]:
    lasted = [build.past_placement(f"p{number}") for number in range(num_lasted)]
    return lasted + [build.past_placement(f"q{number}", sustained=False) for number in range(num_others)]


def test_scores_of_a_fitted_model_are_compared_with_the_columns_alone_and_the_report_says_so() -> None:
    problem = town(history=past(45, 5))
    facts = enumerate_columns(town())
    keys = [(row.candidate_id, row.vacancy_id, row.cohort_ids) for row in town_plan().assignments]
    fitted = {key: replace(column, weight=column.weight // 2) for key, column in facts.items()}
    plan = replace(sound_plan(town(), fitted, keys), problem_hash=fingerprint(problem))
    report = check_plan(problem, plan, columns_of(problem, fitted))
    assert report.violations == ()
    assert "history" in report.notes[0]
    assert "score" in codes(check_plan(problem, plan, columns_of(problem, facts)))


@pytest.mark.parametrize("history", [past(44, 5), past(46, 4), past(4, 46), past(0, 60)])
def test_with_too_little_history_the_prior_stands_and_scores_are_recomputed(history: list[Any]) -> None:
    problem = town(history=history)
    plan = replace(town_plan(), problem_hash=fingerprint(problem))
    report = check_plan(problem, plan, columns_of(problem))
    assert report.violations == ()
    assert report.notes == ()
    facts = {key: replace(column, weight=column.weight - 2) for key, column in enumerate_columns(problem).items()}
    assert "score" in codes(check_plan(problem, plan, columns_of(problem, facts)))


def test_a_hard_minimum_is_counted_before_all_else_even_where_the_policy_does_not_ask_for_shortfalls() -> None:
    problem = town(
        quotas=[build.quota("least_disabled", "disabled", min_count=1)], policy=Policy(tiers=("placements", "cost"))
    )
    facts = enumerate_columns(problem)
    keys = [key for key in facts if key[:2] == ("ada", "warehouse")]
    plan = sound_plan(problem, facts, keys)
    assert [one.name for one in plan.tiers] == ["shortfall", "placements", "cost"]
    assert plan.tiers[0].value == 10
    assert checked(problem, plan).is_sound


def test_rules_that_are_not_kept_yet_are_named() -> None:
    for tables in (
        {"resources": [build.resource()]},
        {"policy": Policy(tiers=("placements", "shortfall"))},
    ):
        assert "unsupported_rule" in codes(checked(town(**tables), town_plan()))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_best_plan_of_any_problem_is_sound(problem: Problem) -> None:
    plan = best_sound_plan(problem)
    if plan is not None:
        assert checked(problem, plan).violations == ()


def workshop(**changes: Any) -> Problem:
    """Return a workplace whose supervisor has 7.5 hours, and three people of whom two need 4 and one needs 3.5."""
    tables: dict[str, Any] = {
        "candidates": [build.candidate(f"C{number}") for number in (1, 2, 3)],
        "vacancies": [build.vacancy("V1", 3)],
        "resources": [build.resource("hours", "7.5", scope_id="V1")],
        "pairs": [
            build.pair("C1", "V1", "0.9", resource_id="hours", resource_use=Decimal(4)),
            build.pair("C2", "V1", "0.8", resource_id="hours", resource_use=Decimal(4)),
            build.pair("C3", "V1", "0.7", resource_id="hours", resource_use=Decimal("3.5")),
        ],
    }
    return build.problem(**(tables | changes))


def test_a_resource_may_be_used_up_to_the_last_millionth_and_no_further() -> None:
    problem = workshop()
    facts = enumerate_columns(problem)
    full = sound_plan(problem, facts, [("C1", "V1", ()), ("C3", "V1", ())])
    over = replace(full, assignments=(*full.assignments[:1], replace(full.assignments[0], candidate_id="C2")))

    assert checked(problem, full).is_sound
    assert "resource" in codes(checked(problem, over))
    tight = workshop(resources=[build.resource("hours", "7.499999", scope_id="V1")])
    assert "resource" in codes(checked(tight, full))


def test_a_column_that_states_another_use_than_its_pair_is_found() -> None:
    problem = workshop()
    plan = best_sound_plan(problem)
    assert plan is not None
    columns = columns_of(problem)

    assert check_plan(problem, plan, columns).is_sound
    less = replace(columns, resource_use=columns.resource_use - 1)
    assert "column_differs" in codes(check_plan(problem, plan, less))


def test_resources_that_nothing_uses_by_the_input_are_no_rule_that_a_plan_can_keep() -> None:
    problem = build.problem(vacancies=[build.vacancy()], resources=[build.resource()])
    plan = best_sound_plan(problem)

    assert plan is not None
    assert "unsupported_rule" in codes(checked(problem, plan))


def test_changes_are_counted_against_the_plan_that_was_published_and_no_other() -> None:
    facts = enumerate_columns(town())
    told = told_plan(town(), [*sorted(facts)[:2], ("C9", "V9", ())])
    other = told_plan(town(), sorted(facts)[:1])
    best = best_plan(town(), facts, published=promises(told))
    assert best is not None
    plan = sound_plan(town(), facts, best.chosen, published=told)
    columns = columns_of(town())

    assert check_plan(town(), plan, columns, published=told).violations == ()
    assert "published_hash" in codes(check_plan(town(), plan, columns))
    assert "published_hash" in codes(check_plan(town(), plan, columns, published=other))
    assert "published_hash" in codes(check_plan(town(), town_plan(), columns, published=told))
    fewer = with_tier(plan, "changes", value=Decimal(best.values["changes"] - 1))
    assert "tier_value" in codes(check_plan(town(), fewer, columns, published=told))
    better = with_tier(plan, "changes", bound=Decimal(best.values["changes"] + 1))
    assert "bound" in codes(check_plan(town(), better, columns, published=told))
