"""What is said about candidates, vacancies and open positions of a plan."""

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
    explain_vacancy,
    pair_in_plan_lines,
    to_document,
    unfilled_reasons,
    vacancy_lines,
)
from matcher.explain.candidate import count_eligible
from matcher.explain.crowd import Crowd
from matcher.explain.pair import JudgedPair
from matcher.features import build_columns
from matcher.languages import phrases
from matcher.plan import Breach, Plan
from matcher.problem import Problem
from matcher.solve import solve
from tests import builders as b
from tests.explain.plans import assignment, greedy_plan, plan
from tests.explain.small_problems import problems
from tests.languages.strict import strict_phrases

EN = phrases("en")


def in_plan(problem: Problem, *assignments: Any) -> PlanReading:
    """Return a plan of these placements, read against its problem."""
    return PlanReading(Reading(problem), plan(problem, *assignments))


def reason(problem: Problem, *assignments: Any) -> Any:
    """Return why V1 has an open position, the same from the columns as from the rules."""
    made: Plan = plan(problem, *assignments)
    (from_columns,) = [
        found
        for found in unfilled_reasons(problem, made, build_columns(problem, threads=1))
        if found.vacancy_id == "V1"
    ]
    assert explain_vacancy(PlanReading(Reading(problem), made), "V1").unfilled == from_columns
    return from_columns


def trained(**tables: Any) -> Problem:
    """Return a problem in which one course of one cohort, K1, leads C1 and C2 to V1."""
    given: dict[str, Any] = {
        "candidates": [b.candidate("C1", available_from="2026-01-01"), b.candidate("C2", available_from="2026-01-01")],
        "vacancies": [b.vacancy("V1", 2)],
        "vacancy_skills": [b.required_skill("V1", "forklift")],
        "courses": [b.course("U1", skills=("forklift",))],
        "cohorts": [b.cohort("K1", seats=1)],
    }
    return b.problem(**given | tables)


def test_placed_candidate_is_told_where_and_by_which_route() -> None:
    """The route is named with the dates of its cohorts and the start."""
    found = explain_candidate(in_plan(trained(), assignment("C1", "V1", "K1")), "C1")

    assert [entry.pair.vacancy.vacancy_id for entry in found.placements] == ["V1"]
    assert "  → U1 (K1, 2026-05-01 to 2026-06-30) → starts 2026-09-01" in list(candidate_lines(found, EN))


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


def test_nothing_is_blamed_where_nothing_stands_in_the_way() -> None:
    """A free person beside an open position is reported as such, without an invented reason."""
    problem = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()])
    found = explain_candidate(in_plan(problem), "C1")

    assert found.nearest[0].effect.outcome == "unproven"
    assert "no limit was found" in "\n".join(candidate_lines(found, EN))
    assert reason(problem).code == "unproven"


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
@settings(max_examples=100, deadline=None)
def test_reading_everybody_at_once_agrees_with_reading_one_by_one(problem: Problem) -> None:
    """The first failing rule is the same on arrays, on the short way and in the full explanation."""
    reading = Reading(problem)
    crowd = Crowd(reading)
    for place in reading.places.values():
        for person, rule in crowd.first_failures(place):
            judged = JudgedPair(reading, person, place)
            facts = [fact.rule for fact in judged.facts if not fact.holds]
            assert rule == judged.first_failure() == (facts[0] if facts else None)


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


@given(problem=problems())
@settings(max_examples=60, deadline=None)
def test_reasons_account_for_everybody(problem: Problem) -> None:
    """Whoever is eligible for an open vacancy is here, elsewhere, blocked or free; the columns give the same answer."""
    made = greedy_plan(problem)
    reading = PlanReading(Reading(problem), made)
    reasons = unfilled_reasons(problem, made, build_columns(problem, threads=1))
    assert [found.vacancy_id for found in reasons] == [entry.vacancy_id for entry in made.unfilled]
    for found in reasons:
        vacancy = explain_vacancy(reading, found.vacancy_id)
        assert vacancy.unfilled == found
        assert found.here + found.elsewhere + found.blocked + found.free == found.eligible
        assert found.eligible == vacancy.eligible.direct + vacancy.eligible.training
        assert sum(entry.count for entry in vacancy.excluded) == vacancy.eligible.none
        assert (found.eligible == 0) == (found.code in ("no_eligible", "decision"))
        for language in ("en", "sv"):
            assert all("{" not in line for line in vacancy_lines(vacancy, strict_phrases(language)))


def test_vacancy_names_who_is_placed_and_counts_the_others() -> None:
    """Staff see who has the positions, and how many others are ruled out by what."""
    problem = trained(candidates=[b.candidate("C1", available_from="2026-01-01"), b.candidate("C2", max_trainings=0)])
    found = explain_vacancy(in_plan(problem, assignment("C1", "V1", "K1")), "V1")

    lines = list(vacancy_lines(found, EN))
    assert lines[1] == "1 of 2 positions filled."
    assert "  C1: U1 (K1, 2026-05-01 to 2026-06-30) → starts 2026-09-01" in lines
    assert "  1 person: a required skill is missing, and no course gives it in time" in lines


def test_open_position_for_which_nobody_is_eligible_names_the_rules() -> None:
    """Everybody is counted under the first rule that excludes them."""
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2"), b.candidate("C3", available_from="2027-01-01")],
        vacancies=[b.vacancy(groups=("youth",))],
    )
    found = reason(problem)

    assert found.code == "no_eligible"
    assert [(entry.rule, entry.count) for entry in found.excluded] == [("group", 2), ("start", 1)]


def test_people_who_are_placed_elsewhere_are_the_reason_only_if_all_are() -> None:
    """With everybody eligible placed in another vacancy, that is said, with the number."""
    problem = b.problem(candidates=[b.candidate("C1")], vacancies=[b.vacancy("V1"), b.vacancy("V2")])
    found = reason(problem, assignment("C1", "V2"))

    assert (found.code, found.elsewhere) == ("placed_elsewhere", 1)


def test_everybody_eligible_already_placed_here_is_said_so() -> None:
    """Two positions and one eligible person leave one open, and nobody is to blame."""
    problem = b.problem(candidates=[b.candidate("C1")], vacancies=[b.vacancy("V1", 2)])

    assert reason(problem, assignment("C1", "V1")).code == "all_placed_here"


def test_full_cohort_is_named_with_the_number_of_people_who_need_it() -> None:
    """Where everybody who is free needs a seat that is gone, the cohort is the reason."""
    found = reason(trained(), assignment("C1", "V1", "K1"))

    assert found.code == "seats"
    assert [(entry.entity_id, entry.people) for entry in found.blockers] == [("K1", 1)]


@pytest.mark.parametrize(
    ("language", "told", "counted"),
    [
        (
            "en",
            "Eligible, but cohort K1 does not run in this plan.",
            "2 people need cohort K1, which does not run in this plan.",
        ),
        (
            "sv",
            "Behörig, men kursomgången K1 blir inte av i den här planen.",
            "2 personer behöver K1, som inte blir av i den här planen.",
        ),
    ],
)
def test_optional_cohort_that_the_plan_does_not_open_is_the_reason(language: Any, told: str, counted: str) -> None:
    """Nobody is told of free seats in a cohort that does not run; where it runs, it is full or not like any other."""
    problem = trained(cohorts=[b.cohort("K1", seats=2, min_participants=2, status="optional")])
    found = reason(problem)
    assert found.code == "not_running"
    assert [(entry.kind, entry.entity_id, entry.people) for entry in found.blockers] == [("not_running", "K1", 2)]
    say = strict_phrases(language)
    lines = [line.strip() for line in vacancy_lines(explain_vacancy(in_plan(problem), "V1"), say)]
    assert any(counted in line for line in lines)
    pair = explain_pair_in_plan(in_plan(problem), "C1", "V1")
    assert any(told in line for line in pair_in_plan_lines(pair, say))
    opened = in_plan(problem, assignment("C2", "V1", "K1"))
    assert opened.runs("K1")
    assert not any(told in line for line in pair_in_plan_lines(explain_pair_in_plan(opened, "C1", "V1"), say))


def test_fixed_cost_of_an_opened_cohort_is_taken_off_its_budget() -> None:
    """It counts only where the cohort runs: because the plan opens it, or because somebody was enrolled before."""
    cohorts = [b.cohort("K1", seats=2, fixed_cost=70, cost_per_seat=20, budget_id="B1", status="optional")]
    problem = trained(cohorts=cohorts, budgets=[b.budget("B1", 100)])
    assert in_plan(problem).left_in_budget["B1"] == 100
    assert in_plan(problem, assignment("C1", "V1", "K1")).left_in_budget["B1"] == 10
    promised = replace(problem, enrolments=(b.enrolment("C1", "K1"),))
    assert in_plan(promised).left_in_budget["B1"] == 10


def test_spent_budget_is_named() -> None:
    """Where the training needed costs more than is left, the budget is the reason."""
    cohorts = [b.cohort("K1", seats=5, cost_per_seat=60, budget_id="B1")]
    problem = trained(cohorts=cohorts, budgets=[b.budget("B1", 100)])
    found = reason(problem, assignment("C1", "V1", "K1"))

    assert found.code == "budget"
    assert [(entry.kind, entry.entity_id) for entry in found.blockers] == [("budget", "B1")]


def test_used_up_resource_is_named() -> None:
    """Where the pair needs more of a resource than is left, the resource is the reason, at the vacancy and the pair."""
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2")],
        vacancies=[b.vacancy("V1", 2)],
        resources=[b.resource("R1", 5)],
        pairs=[b.pair(who, "V1", resource_id="R1", resource_use=Decimal(3)) for who in ("C1", "C2")],
    )
    found = reason(problem, assignment("C1", "V1"))

    assert found.code == "resource"
    assert [(entry.kind, entry.entity_id) for entry in found.blockers] == [("resource", "R1")]


def test_hours_and_training_beside_other_placements_are_named() -> None:
    """Somebody without hours to spare is no person who could be asked, nor is one without time for the course."""
    person = b.candidate("C1", max_placements=2, available_from="2026-01-01")
    jobs = [b.vacancy("V1", extent_percent=60), b.vacancy("V2", extent_percent=60)]
    found = reason(b.problem(candidates=[person], vacancies=jobs), assignment("C1", "V2"))
    assert (found.code, [entry.kind for entry in found.blockers]) == ("hours", ["hours"])

    small = [b.vacancy(name, extent_percent=40) for name in ("V1", "V2")]
    training = {
        "vacancy_skills": [b.required_skill("V1", "forklift")],
        "courses": [b.course("U1", skills=("forklift",))],
        "cohorts": [b.cohort("K1", start_date="2026-05-01", end_date="2026-08-31")],
    }
    early = b.vacancy("V2", extent_percent=40, start_date="2026-08-31")
    made = assignment("C1", "V2", start="2026-08-31")
    found = reason(b.problem(candidates=[person], vacancies=[small[0], early], **training), made)
    assert (found.code, [entry.kind for entry in found.blockers]) == ("training", ["training"])
    capped = b.problem(candidates=[person], vacancies=small, policy=b.policy(max_trainings_total=0), **training)
    assert reason(capped, assignment("C1", "V2")).code == "training"


def test_one_seat_serves_every_placement_of_a_person_in_explanations_too() -> None:
    """A full cohort keeps nobody out who has a seat in it by the plan."""
    problem = b.problem(
        candidates=[b.candidate("C1", max_placements=2, available_from="2026-01-01")],
        vacancies=[b.vacancy(name, extent_percent=50) for name in ("V1", "V2")],
        vacancy_skills=[b.required_skill(name, "forklift") for name in ("V1", "V2")],
        courses=[b.course("U1", skills=("forklift",))],
        cohorts=[b.cohort("K1", seats=1)],
    )

    assert reason(problem, assignment("C1", "V2", "K1")).code == "unproven"


def test_hard_quota_that_one_more_placement_would_break_is_named() -> None:
    """Where a hard maximum is reached, the quota is the reason."""
    problem = b.problem(
        candidates=[b.candidate("C1", groups=("youth",)), b.candidate("C2", groups=("youth",))],
        vacancies=[b.vacancy("V1", 2)],
        quotas=[b.quota("Q1", "youth", max_count=1)],
    )
    found = reason(problem, assignment("C1", "V1"))

    assert found.code == "quota"
    assert [entry.entity_id for entry in found.blockers] == ["Q1"]


def test_quota_of_a_contract_counts_that_contract_alone() -> None:
    """A maximum at one supplier does not keep people out of another's places, nor out of those without a contract."""
    problem = b.problem(
        candidates=[b.candidate(f"C{n}", groups=("youth",)) for n in range(1, 5)],
        contracts=[b.contract("T1", supplier="A"), b.contract("T2", supplier="B")],
        vacancies=[b.vacancy("V1", 2, contract_id="T1"), b.vacancy("V2", 2, contract_id="T2"), b.vacancy("V3", 2)],
        quotas=[b.quota("Q1", "youth", scope="supplier", scope_id="A", max_share=Decimal("0.5"))],
    )
    made = in_plan(problem)
    found = {name: explain_vacancy(made, name).unfilled for name in ("V1", "V2", "V3")}

    assert {name: entry and entry.code for name, entry in found.items()} == {
        "V1": "quota",
        "V2": "unproven",
        "V3": "unproven",
    }


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


def test_decisions_are_the_reason_only_for_people_who_meet_every_other_rule() -> None:
    """A prohibition is blamed where it alone keeps somebody out, and not where another rule does as well."""
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2", available_from="2027-01-01")],
        vacancies=[b.vacancy()],
        decisions=[b.decision("C1", "V1", "forbidden"), b.decision("C2", "V1", "forbidden")],
    )
    found = reason(problem)

    assert found.code == "decision"
    assert Counter({entry.rule: entry.count for entry in found.excluded}) == {"decision": 1, "start": 1}


def test_closed_contract_is_the_reason_before_any_other() -> None:
    """The vacancies of a contract that has ended need no further reason."""
    problem = b.problem(
        candidates=[b.candidate()], contracts=[b.contract(status="ended")], vacancies=[b.vacancy(contract_id="T1")]
    )

    assert reason(problem).code == "closed"


def test_ready_scored_problem_is_explained_by_its_pairs() -> None:
    """Where pairs are given, they are the only rule that can exclude."""
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2")],
        vacancies=[b.vacancy("V1", 2, start_date=None)],
        pairs=[b.pair("C1", "V1")],
    )
    made = in_plan(problem, assignment("C1", "V1", start=None))

    assert [(e.rule, e.count) for e in explain_vacancy(made, "V1").excluded] == [("pair", 1)]
    assert reason(problem, assignment("C1", "V1", start=None)).code == "all_placed_here"


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
