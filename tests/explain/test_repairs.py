"""What would repair a promise that a plan cannot keep: the smallest of each kind, and nothing that breaks another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from matcher.explain import PlanReading, Reading, to_document
from matcher.explain.proofs import Again, Repair, repair_lines, repairs
from matcher.problem import Problem
from matcher.solve import solve
from tests import builders as b
from tests.languages.strict import strict_phrases


def found_in(problem: Problem, **options: Any) -> tuple[Repair, ...]:
    made = solve(problem, gap=0.0).plan
    return repairs(Again(problem, made, **options), PlanReading(Reading(problem), made))


def owed(**tables: Any) -> Problem:
    """Return a contract that owes three people who all need a course with one seat, which the budget pays once."""
    given: dict[str, Any] = {
        "candidates": [b.candidate(f"C{n}", available_from="2026-01-01") for n in range(4)],
        "contracts": [b.contract(obligation_quantity=Decimal(3))],
        "vacancies": [b.vacancy("V1", 3, contract_id="T1")],
        "vacancy_skills": [b.required_skill("V1", "forklift")],
        "courses": [b.course("U1", skills=("forklift",))],
        "cohorts": [b.cohort("K1", seats=1, cost_per_seat=Decimal(500), budget_id="B1")],
        "budgets": [b.budget("B1", 5_000)],
    }
    return b.problem(**given | tables)


def kinds(repair: Repair) -> dict[str, dict[str, Any]]:
    return {one.kind: dict(one.values) for one in repair.alternatives}


def test_as_many_seats_as_are_missing_and_no_more() -> None:
    """Two people are missing: two seats repair it, and so does dropping the requirement."""
    (found,) = found_in(owed())

    assert (found.contract_id, found.missing, found.unit) == ("T1", 2, "persons")
    assert kinds(found)["more_seats"]["count"] == 2
    assert kinds(found)["not_required_by_contract"] == {"contract": "T1", "skill": "forklift"}


def test_seats_come_with_the_money_for_them_where_it_is_spent() -> None:
    """Seats alone do not help, and money alone does not."""
    (found,) = found_in(owed(budgets=[b.budget("B1", 500)]))

    assert "more_seats" not in kinds(found)
    assert "more_money" not in kinds(found)
    assert (kinds(found)["paid_seats"]["count"], kinds(found)["paid_seats"]["amount"]) == (2, 1_000)


def test_a_start_that_moves_is_told_to_the_day() -> None:
    """The course ends on the first of September, when work begins: one day later, or a course one day earlier."""
    late = b.cohort("K1", seats=5, start_date="2026-07-01", end_date="2026-09-01")
    (found,) = found_in(owed(cohorts=[late]))

    assert (kinds(found)["later_contract"]["count"], str(kinds(found)["later_contract"]["day"])) == (1, "2026-09-02")
    assert (kinds(found)["earlier_cohort"]["count"], str(kinds(found)["earlier_cohort"]["day"])) == (1, "2026-06-30")


def test_a_repair_that_takes_from_another_contract_is_none() -> None:
    """With a position more at T1 both people go there, and T2, which was met in part, would lose its own."""
    problem = b.problem(
        candidates=[b.candidate("C1"), b.candidate("C2")],
        contracts=[
            b.contract("T1", obligation_quantity=Decimal(2)),
            b.contract("T2", obligation_quantity=Decimal(1), obligation_kind="dialogue"),
        ],
        vacancies=[b.vacancy("V1", contract_id="T1"), b.vacancy("V2", contract_id="T2")],
    )
    (found,) = found_in(problem)

    assert found.contract_id == "T1"
    assert found.alternatives == ()
    assert "  None of the single changes that were tried repairs it." in list(
        repair_lines((found,), strict_phrases("en"))
    )


def test_a_hard_minimum_that_is_broken_is_repaired_too() -> None:
    """Two young people are to be placed, and there is one position: another one keeps the minimum."""
    problem = b.problem(
        candidates=[b.candidate("C1", groups=("youth",)), b.candidate("C2", groups=("youth",))],
        vacancies=[b.vacancy("V1")],
        quotas=[b.quota(min_count=2)],
    )
    (found,) = found_in(problem)

    assert (found.quota_id, found.missing) == ("Q1", 1)
    assert kinds(found) == {"more_positions": {"place": "V1", "count": 1}}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_repairs_are_told_in_both_languages(language: Any) -> None:
    """From the same facts, and nothing is said where everything is kept."""
    say = strict_phrases(language)
    found = found_in(owed(budgets=[b.budget("B1", 500)]))

    assert len(list(repair_lines(found, say))) == 1 + len(found[0].alternatives)
    assert to_document(found, say)[0]["alternatives"][0]["changes"]
    assert len(list(repair_lines((), say))) == 1


def test_time_that_ends_is_said() -> None:
    """What could not be tried in time is not called impossible."""
    (found,) = found_in(owed(), time_limit_s=1e-9)

    assert found.is_interrupted
    assert list(repair_lines((found,), strict_phrases("en")))[-1] == "  Time ended before everything was tried."
