"""What is said about the vacancies of a plan, and why positions stay open."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.explain import (
    PlanReading,
    Reading,
    candidate_lines,
    explain_candidate,
    explain_pair_in_plan,
    explain_vacancy,
    pair_in_plan_lines,
    unfilled_reasons,
    vacancy_lines,
)
from matcher.explain.crowd import Crowd
from matcher.explain.pair import JudgedPair
from matcher.features import build_columns
from matcher.languages import phrases
from matcher.problem import Problem
from tests import builders as b
from tests.explain.plans import assignment, greedy_plan, in_plan, reason, trained
from tests.explain.small_problems import problems
from tests.languages.strict import strict_phrases

EN = phrases("en")


def test_nothing_is_blamed_where_nothing_stands_in_the_way() -> None:
    """A free person beside an open position is reported as such, without an invented reason."""
    problem = b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()])
    found = explain_candidate(in_plan(problem), "C1")

    assert found.nearest[0].effect.outcome == "unproven"
    assert "no limit was found" in "\n".join(candidate_lines(found, EN))
    assert reason(problem).code == "unproven"


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
    assert "  C1: U1 (K1, 1 May 2026 to 30 June 2026) → starts 1 September 2026" in lines
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
