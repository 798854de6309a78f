"""One candidate and one vacancy: which rules hold, with which values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from matcher.errors import InvalidInput
from matcher.explain import Fact, PairExplanation, Reading, explain_pair, fact_text, pair_lines
from matcher.explain.pair import first_failure
from matcher.languages import phrases
from matcher.problem import Problem
from tests import builders as b
from tests.explain.enumeration import minimal_routes
from tests.explain.small_problems import problems
from tests.languages.strict import strict_phrases


def explained(**tables: Any) -> PairExplanation:
    """Return the explanation of C1 and V1, which exist unless a test gives its own."""
    tables = {"candidates": [b.candidate()], "vacancies": [b.vacancy()]} | tables
    return explain_pair(Reading(b.problem(**tables)), "C1", "V1")


def fact(pair: PairExplanation, rule: str) -> Fact:
    """Return the one fact about a rule."""
    (found,) = [entry for entry in pair.facts if entry.rule == rule]
    return found


def sentence(pair: PairExplanation, rule: str) -> str:
    """Return the English sentence about a rule."""
    return fact_text(fact(pair, rule), phrases("en"))


@given(problem=problems())
@settings(max_examples=150, deadline=None)
def test_routes_are_those_that_trying_every_set_of_cohorts_finds(problem: Problem) -> None:
    """An explanation names exactly the routes of the specification, for every pair."""
    reading = Reading(problem)
    for candidate in problem.candidates:
        for vacancy in problem.vacancies:
            pair = explain_pair(reading, candidate.candidate_id, vacancy.vacancy_id)
            named = {tuple(step.cohort_id for step in route.steps) for route in pair.routes}
            expected = minimal_routes(problem, candidate, vacancy)
            assert named == expected
            assert pair.eligibility == ("none" if not expected else "direct" if () in expected else "training")
            assert bool(pair.failures) == (not expected)


@given(problem=problems())
@settings(max_examples=100, deadline=None)
def test_every_fact_has_a_sentence_in_both_languages(problem: Problem) -> None:
    """Whatever the rules find can be said, and no value is left out of its sentence."""
    reading = Reading(problem)
    for candidate in problem.candidates:
        for vacancy in problem.vacancies:
            pair = explain_pair(reading, candidate.candidate_id, vacancy.vacancy_id)
            for language in ("en", "sv"):
                assert all("{" not in line for line in pair_lines(pair, strict_phrases(language)))
            first = first_failure(reading, reading.person(candidate.candidate_id), reading.place(vacancy.vacancy_id))
            assert first == (pair.failures[0].rule if pair.failures else None)


def test_pair_without_requirements_is_eligible_directly() -> None:
    """Where nothing is asked for, every rule holds and no training is named."""
    pair = explained()

    assert pair.eligibility == "direct"
    assert pair.failures == ()
    assert [route.steps for route in pair.routes] == [()]


def test_licence_that_expires_before_the_start_is_named_with_both_dates() -> None:
    """A licence valid until the day before the start does not count, and the sentence says which days."""
    pair = explained(
        candidate_skills=[b.held_skill("C1", "c-licence", valid_until="2026-08-31")],
        vacancy_skills=[b.required_skill("V1", "c-licence")],
    )

    assert pair.eligibility == "none"
    assert sentence(pair, "skill") == (
        "driving licence C: valid until 31 August 2026, start 1 September 2026: expires before the start, "
        "and no cohort renews it in time."
    )


def test_licence_that_expires_on_the_first_day_counts() -> None:
    """The last day of validity is included."""
    pair = explained(
        candidate_skills=[b.held_skill("C1", "c-licence", valid_until="2026-09-01")],
        vacancy_skills=[b.required_skill("V1", "c-licence")],
    )

    assert pair.eligibility == "direct"


def test_course_that_ends_in_time_is_named_with_its_dates() -> None:
    """A skill that a cohort grants is met, and the sentence says by which cohort, until when, for which start."""
    pair = explained(
        vacancies=[b.vacancy(start_date="2026-06-01", latest_start_date="2026-06-15")],
        candidates=[b.candidate(available_from="2026-01-01")],
        vacancy_skills=[b.required_skill("V1", "c-licence")],
        courses=[b.course("U1", title="C licence", skills=("c-licence",))],
        cohorts=[b.cohort("K5", start_date="2026-03-02", end_date="2026-05-22")],
    )

    assert pair.eligibility == "training"
    assert sentence(pair, "skill") == (
        "driving licence C: granted by C licence, cohort K5 ends 22 May 2026, start 1 June 2026, "
        "latest start 15 June 2026: in time."
    )


def test_each_cohort_that_comes_too_late_or_is_closed_says_why() -> None:
    """For a missing skill every cohort that grants it is listed with its own obstacle."""
    pair = explained(
        candidates=[b.candidate(available_from="2026-02-01", municipality="1480", max_distance_km=20)],
        vacancies=[b.vacancy(start_date="2026-06-01")],
        vacancy_skills=[b.required_skill("V1", "c-licence")],
        courses=[b.course("U1", skills=("c-licence",)), b.course("U2", skills=("c-licence",), prerequisites=("b:2",))],
        cohorts=[
            b.cohort("late", start_date="2026-04-01", end_date="2026-06-01"),
            b.cohort("early", start_date="2026-01-15", end_date="2026-02-20"),
            b.cohort("running", start_date="2026-01-10", end_date="2026-03-20", status="running"),
            b.cohort("far", start_date="2026-03-01", end_date="2026-03-20", municipality="1490"),
            b.cohort("deep", "U2", start_date="2026-03-01", end_date="2026-03-20"),
        ],
        municipalities=[b.municipality("1480"), b.municipality("1490", 57.7210, 12.9401)],
    )

    obstacles = {offer.cohort_id: [one.kind for one in offer.obstacles] for offer in fact(pair, "skill").offers}
    assert obstacles == {
        "late": ["cohort_ends_late"],
        "early": ["cohort_before_available"],
        "running": ["cohort_running"],
        "far": ["cohort_too_far"],
        "deep": ["cohort_prerequisite"],
    }


def test_skills_that_can_be_had_one_by_one_but_not_together_fail_as_a_route() -> None:
    """Where two courses overlap, each skill is obtainable and the chain of both is not."""
    pair = explained(
        candidates=[b.candidate(available_from="2026-01-01")],
        vacancy_skills=[b.required_skill("V1", "a"), b.required_skill("V1", "b")],
        courses=[b.course("U1", skills=("a",)), b.course("U2", skills=("b",))],
        cohorts=[
            b.cohort("K1", start_date="2026-05-01", end_date="2026-06-01"),
            b.cohort("K2", "U2", start_date="2026-06-01", end_date="2026-07-01"),
        ],
    )

    assert [one.rule for one in pair.failures] == ["route"]
    assert all(one.holds for one in pair.facts if one.rule == "skill")


@pytest.mark.parametrize(
    ("rule", "tables", "said"),
    [
        (
            "start",
            {"candidates": [b.candidate(available_from="2026-10-01")]},
            "Available from 1 October 2026; the latest start is 1 September 2026: too late.",
        ),
        (
            "start",
            {
                "courses": [b.course()],
                "cohorts": [b.cohort("K9", start_date="2026-08-01", end_date="2026-09-10", status="running")],
                "enrolments": [b.enrolment("C1", "K9")],
            },
            "Enrolled in cohort K9 until 10 September 2026; the latest start is 1 September 2026: too late.",
        ),
        (
            "available_until",
            {"candidates": [b.candidate(available_from="2026-01-01", available_until="2026-08-31")]},
            "Can start a job until 31 August 2026; the start is 1 September 2026: too late.",
        ),
        (
            "group",
            {"candidates": [b.candidate(groups=("youth:2026-08-31",))], "vacancies": [b.vacancy(groups=("youth",))]},
            "Member of young people until 31 August 2026; the start is 1 September 2026: ended before the start.",
        ),
        (
            "group",
            {"vacancies": [b.vacancy(groups=("youth", "disability"))]},
            "Open to young people or disability; the candidate belongs to no target group.",
        ),
        (
            "occupation",
            {"candidates": [b.candidate(occupations=("53",))], "vacancies": [b.vacancy(occupation="9111")]},
            "Occupation 9111 is not among those accepted (53).",
        ),
        (
            "extent",
            {"candidates": [b.candidate(extent_percent=50)], "vacancies": [b.vacancy(extent_percent=75)]},
            "75 percent of full time; the candidate can work only 50 percent.",
        ),
        (
            "decision",
            {"decisions": [b.decision(decision="forbidden", reason="asked not to")]},
            "Ruled out by a person's decision: asked not to",
        ),
        (
            "contract",
            {"contracts": [b.contract(status="ended")], "vacancies": [b.vacancy(contract_id="T1")]},
            "Contract T1 has ended and takes nobody.",
        ),
    ],
)
def test_each_rule_that_fails_names_its_values(rule: str, tables: dict[str, Any], said: str) -> None:
    """A failed rule says whose value, what it was and what it met."""
    pair = explained(**tables)

    assert [one.rule for one in pair.failures] == [rule]
    assert sentence(pair, rule) == said


def test_distance_is_named_in_kilometres() -> None:
    """A place too far away says how far it is and how far is allowed."""
    pair = explained(
        candidates=[b.candidate(municipality="1480", max_distance_km=50)],
        vacancies=[b.vacancy(municipality="1490")],
        municipalities=[b.municipality("1480"), b.municipality("1490", 57.7210, 12.9401)],
    )

    assert sentence(pair, "distance") == "57.8 km away, more than 50 km."


def test_reason_of_a_decision_that_names_another_candidate_is_not_shown() -> None:
    """What somebody wrote about another person never reaches this candidate's explanation."""
    pair = explained(
        candidates=[b.candidate("C1"), b.candidate("C17")],
        decisions=[b.decision("C1", decision="forbidden", reason="C17 was promised the place")],
    )

    assert sentence(pair, "decision") == "Ruled out by a person's decision."


def test_ready_scored_pair_is_judged_by_its_presence_alone() -> None:
    """In a ready-scored problem only the pair, the contract and the decision count."""
    tables = {"candidates": [b.candidate(available_from="2030-01-01")], "vacancies": [b.vacancy(), b.vacancy("V2")]}
    listed = explained(**tables, pairs=[b.pair("C1", "V1", "0.25")])
    absent = explained(**tables, pairs=[b.pair("C1", "V2", "0.25")])

    assert listed.eligibility == "direct"
    assert sentence(listed, "pair") == "Stands among the scored pairs; the best score is 0.25."
    assert [one.rule for one in absent.failures] == ["pair"]


@pytest.mark.parametrize(("candidate_id", "vacancy_id"), [("C9", "V1"), ("C1", "V9")])
def test_unknown_id_is_refused_by_name(candidate_id: str, vacancy_id: str) -> None:
    """An id that the problem does not have is an input fault that names it."""
    reading = Reading(b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()]))

    with pytest.raises(InvalidInput, match=r"'[CV]9' must stand in"):
        explain_pair(reading, candidate_id, vacancy_id)
