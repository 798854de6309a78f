"""Plan against plan: people, places, promises and aims that differ, and which change of the input made it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher.explain import PlanDifference, plan_difference, to_document
from matcher.explain.proofs import Causes, cause_lines, causes, input_changes
from matcher.problem import Problem, SkillLevel
from matcher.solve import solve
from tests import builders as b
from tests.languages.strict import strict_phrases


def town(**tables: Any) -> Problem:
    """Return two people and two places; one of them needs a course."""
    given: dict[str, Any] = {
        "candidates": [b.candidate("C1", available_from="2026-01-01"), b.candidate("C2", available_from="2026-01-01")],
        "candidate_skills": [b.held_skill("C1", "forklift")],
        "contracts": [b.contract(obligation_quantity=Decimal(2))],
        "vacancies": [b.vacancy("V1", 2, contract_id="T1")],
        "vacancy_skills": [b.required_skill("V1", "forklift")],
        "courses": [b.course("U1", skills=("forklift",))],
        "cohorts": [b.cohort("K1")],
        "budgets": [b.budget("B1", 100)],
    }
    return b.problem(**given | tables)


def between(before: Problem, after: Problem) -> tuple[PlanDifference, Causes]:
    old, new = (solve(problem, gap=0.0).plan for problem in (before, after))
    return plan_difference(old, new), causes(before, old, after, new)


def test_people_places_promises_and_aims_are_named() -> None:
    """The course is cancelled: C2 loses the place, V1 a person, T1 a delivery."""
    found, _ = between(town(), town(cohorts=[b.cohort("K1", status="cancelled")]))

    assert [(one.candidate_id, one.kind) for one in found.people] == [("C2", "no_longer_placed")]
    assert [(one.vacancy_id, one.before, one.after) for one in found.places] == [("V1", 2, 1)]
    assert [(one.contract_id, one.before, one.after) for one in found.deliveries] == [("T1", 0, 1)]
    assert [tier.name for tier in found.tiers] == ["shortfall", "placements", "cost", "tie_break"]
    assert (found.tiers[0].before, found.tiers[0].after) == (0, 1)


def test_the_change_that_made_it_is_told_from_one_that_did_not() -> None:
    """A cancelled course and a richer budget: the one alone explains everything, the other nothing."""
    after = town(cohorts=[b.cohort("K1", status="cancelled")], budgets=[b.budget("B1", 900)])
    _, found = between(town(), after)
    by_table = {cause.change.table: cause for cause in found.found}

    assert by_table.keys() == {"cohorts", "budgets"}
    cohort, budget = by_table["cohorts"], by_table["budgets"]
    assert [(one.field, one.before, one.after) for one in cohort.change.fields] == [("status", "planned", "cancelled")]
    assert (cohort.people_alone, cohort.people_for_want) == (("C2",), ("C2",))
    assert cohort.alone is not None
    assert (cohort.alone[0].aim, cohort.alone[0].found) == ("shortfall", 1)
    assert (budget.people_alone, budget.people_for_want) == ((), ())
    assert budget.alone is not None
    assert not any(aim.found for aim in budget.alone)


def test_two_changes_that_only_work_together_are_both_told() -> None:
    """Neither of two new skills places C2 by itself; without either C2 would be where C2 was."""
    needs_both = [b.required_skill("V1", "forklift"), b.required_skill("V1", "welding")]
    before = town(
        vacancy_skills=needs_both, cohorts=[], courses=[], candidates=[b.candidate("C2")], candidate_skills=[]
    )
    halfway = replace(before, vacancy_skills=needs_both[:1])
    after = replace(halfway, candidate_skills=(b.held_skill("C2", "forklift"),))
    _, found = between(before, after)

    assert {cause.change.table for cause in found.found} == {"vacancies", "candidates"}
    for cause in found.found:
        assert (cause.people_alone, cause.people_for_want) == ((), ("C2",))


def test_what_differs_in_the_input_is_told_by_the_columns_of_the_files() -> None:
    """Added, removed and changed rows, skills with those who hold them, and the policy."""
    after = replace(
        town(candidates=[b.candidate("C1", available_from="2026-02-01"), b.candidate("C3")], candidate_skills=[]),
        policy=b.policy(max_route_length=1),
    )
    told = {(one.table, one.entity_id): one for one in input_changes(town(), after)}

    assert told["candidates", "C3"].kind == "added"
    assert told["candidates", "C2"].kind == "removed"
    assert [(one.field, one.before, one.after) for one in told["candidates", "C1"].fields] == [
        ("available_from", b.day("2026-01-01"), b.day("2026-02-01")),
        ("candidate_skills", SkillLevel(skill="forklift"), None),
    ]
    assert [one.field for one in told["policy", None].fields] == ["max_route_length"]


def test_very_many_changes_are_taken_together_by_table() -> None:
    """Thirty people who are available later are one change of the candidates."""
    people = [b.candidate(f"C{n}", available_from="2026-01-01") for n in range(30)]
    before = town(candidates=people)
    after = town(candidates=[replace(one, available_from=b.day("2027-01-01")) for one in people])
    _, found = between(before, after)

    (cause,) = found.found
    assert (cause.change.table, cause.change.entity_id) == ("candidates", None)
    assert len(cause.people_alone) == 2


@pytest.mark.parametrize("language", ["en", "sv"])
def test_causes_are_told_in_both_languages(language: Any) -> None:
    """With the values before and after, and nothing where the problems are the same."""
    say = strict_phrases(language)
    _, found = between(town(), town(cohorts=[b.cohort("K1", status="cancelled")]))
    lines = list(cause_lines(found, say, most_named=1))

    assert "status planned → cancelled" in lines[0]
    assert len(lines) == 4
    assert to_document(found, say)["found"][0]["people_alone"] == ["C2"]
    assert len(list(cause_lines(between(town(), town())[1], say, most_named=1))) == 1


def test_time_that_ends_is_said() -> None:
    """What was not tried is no cause and no excuse."""
    before, after = town(), town(cohorts=[b.cohort("K1", status="cancelled")], budgets=[b.budget("B1", 900)])
    old, new = solve(before).plan, solve(after).plan
    found = causes(before, old, after, new, time_limit_s=1e-9)

    assert found == Causes(found=(), is_interrupted=True)
    assert list(cause_lines(found, strict_phrases("en"), most_named=3)) == ["Time ended before everything was tried."]
