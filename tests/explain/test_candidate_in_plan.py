"""What is said about candidates in a plan, and about pairs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.errors import InvalidInput
from matcher.explain import (
    PlanReading,
    Reading,
    candidate_lines,
    explain_candidate,
    explain_pair,
    explain_pair_in_plan,
    pair_in_plan_lines,
    to_document,
)
from matcher.explain.candidate import count_eligible
from matcher.languages import phrases
from matcher.plan import Breach
from matcher.problem import Problem
from matcher.solve import solve
from tests import builders as b
from tests.explain.plans import assignment, greedy_plan, in_plan, plan, trained
from tests.explain.small_problems import problems
from tests.languages.strict import strict_phrases

EN = phrases("en")


def test_placed_candidate_is_told_where_and_by_which_route() -> None:
    """The route is named with the dates of its cohorts and the start."""
    found = explain_candidate(in_plan(trained(), assignment("C1", "V1", "K1")), "C1")

    assert [entry.pair.vacancy.vacancy_id for entry in found.placements] == ["V1"]
    assert "  → U1 (K1, 1 May 2026 to 30 June 2026) → starts 1 September 2026" in list(candidate_lines(found, EN))


def test_a_placement_is_told_with_the_parts_of_its_score() -> None:
    """The parts multiply to what the plan counts: the chance to last, to complete, and the priority of waiting."""
    problem = trained(
        candidates=[b.candidate("C1", available_from="2026-01-01", months_out_of_work=18)],
        courses=[b.course("U1", skills=("forklift",), completion_rate=Decimal("0.8"))],
    )
    made = solve(problem).plan
    (entry,) = explain_candidate(PlanReading(Reading(problem), made), "C1").placements
    (fact,) = [fact for fact in entry.effect.facts if fact.kind == "plan_score"]

    assert (fact.values["completes"], fact.values["priority"], fact.values["months"]) == (80, Decimal("1.15"), 18)
    assert fact.values["lasts"] == Decimal("52.5")  # 1 / (1 + exp(-0.1)), nobody having any nice-to-have skill
    assert fact.values["score"] == made.assignments[0].score


def test_a_given_score_is_told_as_given() -> None:
    """Of a ready-scored pair nothing is known but its score."""
    problem = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()], pairs=[b.pair(score="0.7")])
    (entry,) = explain_candidate(PlanReading(Reading(problem), solve(problem).plan), "C1").placements

    assert [(fact.kind, fact.values["score"]) for fact in entry.effect.facts] == [("plan_score_given", Decimal("0.7"))]


def test_a_priced_wait_is_told_with_its_days_and_its_price() -> None:
    """Where the policy puts a price on a late start, whoever starts late is told how much it takes off."""
    late = trained(
        candidates=[b.candidate("C1", available_from="2026-09-15")],
        vacancies=[b.vacancy("V1", latest_start_date="2026-10-01")],
        vacancy_skills=[],
        policy=b.policy(lateness_per_week=Decimal("0.03")),
    )
    told = [
        list(candidate_lines(explain_candidate(in_plan(problem, assignment("C1", start="2026-09-15")), "C1"), EN))
        for problem in (late, replace(late, policy=b.policy()))
    ]

    said = "  ✓ Starts 14 days after the first day; the policy takes 6 percent off the placement's weight for it."
    assert [said in lines for lines in told] == [True, False]


@pytest.mark.parametrize(
    ("kind", "reason", "place", "said"),
    [
        ("accepted", "closed", "V1", "Had accepted V1, whose contract takes nobody any more."),
        ("accepted", "ineligible", "V1", "Had accepted V1, which is not possible any more."),
        ("accepted", "conflict", "V1", "Had accepted V1, but other promises leave no room for it."),
        ("enrolment", "cancelled", "K1", "Had a seat in cohort K1, which was cancelled."),
    ],
)
def test_who_loses_a_promise_is_told_which_and_why(kind: Any, reason: Any, place: str, said: str) -> None:
    """A broken promise stands before everything else, and only with the person to whom it was given."""
    broken = Breach(kind=kind, candidate_id="C1", entity_id=place, reason=reason, price=Decimal(10))
    reading = PlanReading(Reading(trained()), plan(trained(), breaches=(broken,)))

    assert list(candidate_lines(explain_candidate(reading, "C1"), EN))[1] == f"  ✗ {said}"
    assert explain_candidate(reading, "C2").breaches == ()


def test_candidate_is_told_that_the_needed_cohort_is_full() -> None:
    """An eligible person who is not placed learns which limit of the plan stands in the way."""
    found = explain_candidate(in_plan(trained(), assignment("C1", "V1", "K1")), "C2")

    assert found.placements == ()
    assert "  ✗ Eligible, but cohort K1 is full (1 of 1 seats)." in list(candidate_lines(found, EN))


def test_candidate_is_told_that_every_position_is_filled() -> None:
    """Where the place itself is full, nothing else is blamed."""
    problem = b.problem(candidates=[b.candidate("C1"), b.candidate("C2")], vacancies=[b.vacancy()])
    found = explain_candidate(in_plan(problem, assignment("C1")), "C2")

    assert [fact.kind for fact in found.nearest[0].effect.facts] == ["plan_positions_taken"]


def test_nearest_misses_come_with_fewest_failed_rules_first() -> None:
    """A vacancy that lacks one thing comes before one that lacks two."""
    problem = b.problem(
        candidates=[b.candidate(extent_percent=50, occupations=("91",))],
        vacancies=[
            b.vacancy("far", occupation="5330", extent_percent=100),
            b.vacancy("near", occupation="9111", extent_percent=100),
        ],
    )
    found = explain_candidate(in_plan(problem), "C1")

    assert [entry.pair.vacancy.vacancy_id for entry in found.nearest] == ["near", "far"]
    assert {entry.rule: entry.count for entry in found.excluded} == {"occupation": 1, "extent": 1}
    assert found.eligible.none == 2


def test_plan_of_an_unknown_candidate_is_refused() -> None:
    """Somebody who is not in the problem cannot be explained."""
    with pytest.raises(InvalidInput, match="'C9' must stand in candidates"):
        explain_candidate(in_plan(trained()), "C9")


@given(problem=problems())
@settings(max_examples=60, deadline=None)
def test_candidate_explanation_never_names_another_candidate(problem: Problem) -> None:
    """Neither the text nor the JSON about one person holds another person's id."""
    reading = PlanReading(Reading(problem), greedy_plan(problem))
    for candidate in problem.candidates:
        found = explain_candidate(reading, candidate.candidate_id)
        said = "\n".join(
            text
            for say in (EN, strict_phrases("sv"))
            for text in (*candidate_lines(found, say), json.dumps(to_document(found, say)))
        )
        others = {other.candidate_id for other in problem.candidates} - {candidate.candidate_id}
        assert not any(other in said for other in others)


@given(problem=problems())
@settings(max_examples=60, deadline=None)
def test_what_comes_nearest_is_the_same_where_every_rule_is_read(problem: Problem) -> None:
    """Skills are left out of what is further off without them; neither the order nor a count may differ by that."""
    reading = PlanReading(Reading(problem), plan(problem))
    order = {"direct": 0, "training": 1, "none": 2}
    for candidate in problem.candidates:
        candidate_id = candidate.candidate_id
        every = [explain_pair(reading.reading, candidate_id, one.vacancy_id) for one in problem.vacancies]
        every.sort(key=lambda pair: (len(pair.failures), order[pair.eligibility], pair.vacancy.vacancy_id))
        found = explain_candidate(reading, candidate_id)
        assert [one.pair for one in found.nearest] == every[:3]
        assert found.eligible == count_eligible(pair.eligibility for pair in every)
        assert {one.rule: one.count for one in found.excluded} == Counter(
            pair.failures[0].rule for pair in every if pair.failures
        )


def test_fixed_cost_of_an_opened_cohort_is_taken_off_its_budget() -> None:
    """It counts only where the cohort runs: because the plan opens it, or because somebody was enrolled before."""
    cohorts = [b.cohort("K1", seats=2, fixed_cost=70, cost_per_seat=20, budget_id="B1", status="optional")]
    problem = trained(cohorts=cohorts, budgets=[b.budget("B1", 100)])
    assert in_plan(problem).left_in_budget["B1"] == 100
    assert in_plan(problem, assignment("C1", "V1", "K1")).left_in_budget["B1"] == 10
    promised = replace(problem, enrolments=(b.enrolment("C1", "K1"),))
    assert in_plan(promised).left_in_budget["B1"] == 10


def test_candidate_is_told_of_a_spent_budget_and_of_a_quota() -> None:
    """The limit that stands in the way is named with its id, and the money that is left."""
    cohorts = [b.cohort("K1", seats=5, cost_per_seat=Decimal(60), budget_id="B1")]
    problem = trained(
        cohorts=cohorts, budgets=[b.budget("B1", 100)], quotas=[b.quota("Q1", "youth", min_share=Decimal(0))]
    )
    poor = explain_candidate(in_plan(problem, assignment("C1", "V1", "K1")), "C2")
    young = b.problem(
        candidates=[b.candidate("C1", groups=("youth",)), b.candidate("C2", groups=("youth",))],
        vacancies=[b.vacancy("V1", 2)],
        quotas=[b.quota("Q1", "youth", max_count=1)],
    )
    surplus = explain_candidate(in_plan(young, assignment("C1", "V1")), "C2")

    assert "  ✗ Eligible, but budget B1 does not reach: 40 kronor are left." in list(candidate_lines(poor, EN))
    assert "  ✗ Eligible, but one more placement would break quota Q1." in list(candidate_lines(surplus, EN))


def test_pair_of_somebody_placed_elsewhere_says_so() -> None:
    """Whoever has another place is not free for this one."""
    problem = b.problem(candidates=[b.candidate("C1")], vacancies=[b.vacancy("V1"), b.vacancy("V2")])
    found = explain_pair_in_plan(in_plan(problem, assignment("C1", "V2")), "C1", "V1")

    assert [fact.kind for fact in found.effect.facts] == ["plan_placed_elsewhere"]


def test_pair_that_is_placed_is_explained_by_the_route_that_the_plan_takes() -> None:
    """Of two feasible routes the explanation follows the one in the plan."""
    problem = trained(cohorts=[b.cohort("K1"), b.cohort("K2")])
    found = explain_pair_in_plan(in_plan(problem, assignment("C1", "V1", "K2")), "C1", "V1")

    assert found.effect.outcome == "placed"
    assert any("cohort K2" in line for line in pair_in_plan_lines(found, EN))


def test_json_form_carries_the_facts_and_their_sentences() -> None:
    """A program finds rule, outcome and values; a person finds the sentence beside them."""
    found = explain_candidate(in_plan(trained(), assignment("C1", "V1", "K1")), "C2")
    document = json.loads(json.dumps(to_document(found, EN)))

    (fact,) = document["nearest"][0]["effect"]["facts"]
    assert fact["kind"] == "plan_cohort_full"
    assert fact["values"] == {"cohort": "K1", "enrolled": 1, "seats": 1}
    assert fact["text"] == "Eligible, but cohort K1 is full (1 of 1 seats)."
