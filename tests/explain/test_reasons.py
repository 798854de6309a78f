"""Reasons that survive when the one thing is changed, the smallest change that lifts each, and none that does not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.explain import PlanReading, Reading, explain_pair, fact_text, to_document
from matcher.explain.proofs import Again, Prover, WhyNot, why_not_lines, without_others
from matcher.languages import phrases
from matcher.problem import Problem, SkillLevel
from matcher.solve import solve
from tests import builders as b
from tests.languages.strict import strict_phrases

EN = phrases("en")


def prover(problem: Problem, **options: Any) -> Prover:
    made = solve(problem, gap=0.0).plan
    return Prover(Again(problem, made, **options), PlanReading(Reading(problem), made))


def why_not(problem: Problem, candidate_id: str) -> WhyNot:
    found = prover(problem).why_not_placed(candidate_id)
    assert found is not None
    return found


def conditions(found: WhyNot) -> dict[str, dict[str, Any]]:
    return {other.condition.kind: dict(other.condition.values) for other in found.counterfactuals}


def trained(**tables: Any) -> Problem:
    """Return a problem in which one course of one cohort with one seat, K1, leads C1, C2 and C3 to V1."""
    given: dict[str, Any] = {
        "candidates": [b.candidate(f"C{n}", available_from="2026-01-01", months_out_of_work=12 * n) for n in (1, 2, 3)],
        "vacancies": [b.vacancy("V1", 3)],
        "vacancy_skills": [b.required_skill("V1", "forklift")],
        "courses": [b.course("U1", title="Truckförare", skills=("forklift",))],
        "cohorts": [b.cohort("K1", seats=1)],
    }
    return b.problem(**given | tables)


def test_a_seat_that_lacks_is_borne_out_by_so_many_more() -> None:
    """The second in line needs one more seat, the third needs two: one less places the other."""
    second, third = why_not(trained(), "C2"), why_not(trained(), "C1")

    assert (second.code, third.code) == ("seats", "seats")
    assert conditions(second)["more_seats"]["count"] == 1
    assert conditions(third)["more_seats"]["count"] == 2
    assert "  With 2 more seats in Truckförare (K1, starts 1 May 2026): placed at V1" in "\n".join(
        why_not_lines(third, EN)
    )


def test_a_skill_that_lacks_is_told_in_the_words_of_the_form() -> None:
    """Who holds the licence needs no seat, and is placed."""
    assert conditions(why_not(trained(), "C2"))["with_skills"] == {"skills": (SkillLevel(skill="forklift"),)}


@pytest.mark.parametrize(
    ("skill", "level", "told", "written"),
    [
        ("swedish", 6, "svenska nivå 6", "swedish:6"),
        ("http://data.europa.eu/esco/skill/0f1", 1, "http://data.europa.eu/esco/skill/0f1", None),
        ("esco:1", 2, "esco:1 nivå 2", "esco:1:2"),
    ],
)
def test_a_skill_is_told_with_its_level_whatever_its_id_is(
    skill: str, level: int, told: str, written: str | None
) -> None:
    """An id may have a colon of its own, as addresses of taxonomies have; documents have skills as files write them."""
    problem = b.problem(
        vacancies=[b.vacancy("V1")],
        candidates=[b.candidate("C1")],
        vacancy_skills=[b.required_skill("V1", skill, level=level)],
    )
    found, swedish = why_not(problem, "C1"), phrases("sv")

    assert f"  Med {told}: " in "\n".join(why_not_lines(found, swedish))
    (facts,) = (pair.failures for pair in [explain_pair(Reading(problem), "C1", "V1")])
    assert [fact_text(fact, swedish).partition(": ")[0] for fact in facts] == [told]
    values = to_document(found, swedish)["counterfactuals"][0]["condition"]["values"]
    assert values == {"skills": [written or f"{skill}:1"]}


def test_the_smallest_skills_are_told_and_no_more() -> None:
    """Where one of two missing skills is enough for another place, both together are not told."""
    problem = b.problem(
        candidates=[b.candidate("C1")],
        vacancies=[b.vacancy("V1"), b.vacancy("V2")],
        vacancy_skills=[
            b.required_skill("V1", "forklift"),
            b.required_skill("V2", "forklift"),
            b.required_skill("V2", "welding"),
        ],
    )
    found = why_not(problem, "C1")

    assert found.code == "no_eligible"
    assert [dict(one.condition.values) for one in found.counterfactuals if one.condition.kind == "with_skills"] == [
        {"skills": (SkillLevel(skill="forklift"),)}
    ]


def test_both_skills_are_told_where_one_is_not_enough() -> None:
    """The set is the smallest: without either of them nothing is gained."""
    problem = b.problem(
        candidates=[b.candidate("C1")],
        vacancies=[b.vacancy("V1")],
        vacancy_skills=[b.required_skill("V1", "forklift"), b.required_skill("V1", "welding")],
    )

    assert conditions(why_not(problem, "C1")) == {
        "with_skills": {"skills": (SkillLevel(skill="forklift"), SkillLevel(skill="welding"))}
    }


def test_money_that_lacks_is_told_to_the_krona() -> None:
    """The seat costs 900.50, 200 kronor are left: 701 more do, and 700 do not."""
    problem = trained(
        cohorts=[b.cohort("K1", seats=5, cost_per_seat=Decimal("900.50"), budget_id="B1")],
        budgets=[b.budget("B1", Decimal("1100.50"))],
    )
    found = why_not(problem, "C2")

    assert found.code == "budget"
    assert conditions(found)["more_money"] == {"budget": "B1", "amount": Decimal(701)}


def test_competed_out_by_whom_at_what_value() -> None:
    """Anna is worth more at the only place: 0.2 would be lost, and she would have none."""
    problem = b.problem(
        candidates=[b.candidate("Anna"), b.candidate("Bo")],
        vacancies=[b.vacancy("V1")],
        pairs=[b.pair("Anna", "V1", "0.9"), b.pair("Bo", "V1", "0.7")],
    )
    found = why_not(problem, "Bo")

    assert found.code == "competed_out"
    assert found.competition is not None
    assert found.competition.is_exact
    assert (found.competition.least.aim, found.competition.least.amount) == ("placements", Decimal("0.2"))
    assert found.competition.displaced == ("Anna",)
    assert conditions(found) == {"more_positions": {"place": "V1", "count": 1}}


def test_who_is_told_reads_no_other_name() -> None:
    """For the candidate it is another candidate who would have no place, in text and document."""
    problem = b.problem(
        candidates=[b.candidate("canary-anna"), b.candidate("Bo")],
        vacancies=[b.vacancy("V1")],
        pairs=[b.pair("canary-anna", "V1", "0.9"), b.pair("Bo", "V1", "0.7")],
    )
    for language in ("en", "sv"):
        say = strict_phrases(language)  # type: ignore[arg-type]
        found = without_others(why_not(problem, "Bo"), "Bo")
        told = "\n".join([*why_not_lines(found, say), repr(to_document(found, say))])
        assert "canary" not in told
        assert "V1" in told


def test_the_draw_between_equal_plans_is_told_as_what_it_is() -> None:
    """Two equal people and one place: a plan with the other is as good, so nobody is said to count more."""
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2")],
        vacancies=[b.vacancy("V1")],
        pairs=[b.pair("C1"), b.pair("C2")],
    )
    placed = solve(problem).plan.assignments[0].candidate_id
    found = why_not(problem, "C2" if placed == "C1" else "C1")

    assert found.code == "draw"
    assert found.competition is not None
    assert found.competition.most.aim is None


def test_a_decision_is_blamed_only_where_taking_it_back_helps() -> None:
    """Ruled out from the only place that is open: without the decision the candidate has it."""
    problem = b.problem(
        candidates=[b.candidate("C1")], vacancies=[b.vacancy("V1")], decisions=[b.decision(decision="forbidden")]
    )
    full = replace(
        problem,
        candidates=(*problem.candidates, b.candidate("C2", months_out_of_work=30)),
    )

    assert why_not(problem, "C1").code == "decision"
    assert why_not(full, "C1").code == "no_eligible"  # the other one counts more, decision or not


def test_a_quota_is_blamed_where_one_more_would_be_allowed() -> None:
    """At most one young person: with two allowed the second is placed."""
    problem = b.problem(
        candidates=[b.candidate("C1", groups=("youth",)), b.candidate("C2", groups=("youth",), months_out_of_work=9)],
        vacancies=[b.vacancy("V1", 2)],
        quotas=[b.quota(max_count=1)],
    )
    found = why_not(problem, "C1")

    assert found.code == "quota"
    assert conditions(found) == {"quota_allows": {"quota": "Q1", "count": 1}}


def test_an_optional_cohort_that_does_not_run_is_borne_out_by_running_it() -> None:
    """Three would be needed to open it, and there is one."""
    problem = trained(
        candidates=[b.candidate("C1", available_from="2026-01-01")],
        cohorts=[b.cohort("K1", seats=5, min_participants=3, status="optional")],
    )
    found = why_not(problem, "C1")

    assert found.code == "not_running"
    assert conditions(found)["if_it_ran"]["cohort"] == "K1"


@pytest.mark.parametrize(
    ("person", "place", "kind", "values"),
    [
        ({"available_from": "2026-09-08"}, {}, "later_start", {"place": "V1", "day": "2026-09-08", "count": 7}),
        ({"available_from": "2026-09-08"}, {}, "available_from", {"day": "2026-09-01"}),
        (
            {"available_from": "2026-01-01", "available_until": "2026-08-29"},
            {},
            "available_until",
            {"day": "2026-09-01"},
        ),
        ({"extent_percent": 50}, {"extent_percent": 75}, "more_hours", {"percent": 75}),
        ({"occupations": ("5132",)}, {"occupation": "9111"}, "occupation_accepted", {"occupation": "9111"}),
        (
            {"municipality": "1480", "max_distance_km": 10.0},
            {"municipality": "1490"},
            "longer_way",
            {"km": 57.8},
        ),
    ],
)
def test_what_would_have_to_be_otherwise_is_told_to_the_day_and_the_kilometre(
    person: dict[str, Any], place: dict[str, Any], kind: str, values: dict[str, Any]
) -> None:
    """One day, one percent, a tenth of a kilometre less does not do."""
    problem = b.problem(
        candidates=[b.candidate("C1", **person)],
        vacancies=[b.vacancy("V1", **place)],
        municipalities=[b.municipality(), b.municipality("1490", 57.7210, 12.9401)],
    )
    found = conditions(why_not(problem, "C1"))[kind]

    assert {name: str(value) for name, value in found.items()} == {name: str(value) for name, value in values.items()}


def test_an_open_position_whose_people_count_more_elsewhere() -> None:
    """Anna could fill V2, but is worth more at V1: the loss is told, and that V1 would be empty."""
    problem = b.problem(
        candidates=[b.candidate("Anna")],
        vacancies=[b.vacancy("V1"), b.vacancy("V2")],
        pairs=[b.pair("Anna", "V1", "0.9"), b.pair("Anna", "V2", "0.7")],
    )
    found = prover(problem).why_not_filled("V2")

    assert found is not None
    assert found.code == "competed_out"
    assert found.competition is not None
    assert (found.competition.candidate_id, found.competition.most.amount) == ("Anna", Decimal("0.2"))


def test_nothing_is_asked_of_who_is_placed_and_what_is_filled() -> None:
    """There is no reason where there is nothing to explain."""
    asked = prover(b.problem(candidates=[b.candidate()], vacancies=[b.vacancy()]))

    assert asked.why_not_placed("C1") is None
    assert asked.why_not_filled("V1") is None


def test_a_closed_contract_is_reason_enough() -> None:
    """Nothing is solved again for a place that takes nobody."""
    problem = b.problem(contracts=[b.contract(status="ended")], vacancies=[b.vacancy("V1", contract_id="T1")])
    found = prover(problem).why_not_filled("V1")

    assert found is not None
    assert (found.code, found.counterfactuals) == ("closed", ())


def test_time_that_ends_leaves_no_guess() -> None:
    """What could not be tried is missing, and it is said that it is."""
    found = prover(trained(), time_limit_s=1e-9).why_not_placed("C2")

    assert found is not None
    assert found.is_interrupted
    assert (found.code, found.counterfactuals) == ("unproven", ())
    assert "  Time ended before everything was tried." in list(why_not_lines(found, EN))
