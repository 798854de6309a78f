"""Nantes's clause d'insertion: hours from months and extent, and one place of twelve months shared by three people."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from matcher.problem import Problem
from tests.golden.stories import Story, given, has_only_one_best_plan, told


def both_lots() -> Problem:
    return given("nantes", "tramway")


@cache
def as_asked() -> Story:
    return told(both_lots())


def without(*names: str) -> Problem:
    """Return the problem without some of its people."""
    problem = both_lots()
    return replace(
        problem,
        candidates=tuple(row for row in problem.candidates if row.candidate_id not in names),
        candidate_skills=tuple(row for row in problem.candidate_skills if row.candidate_id not in names),
    )


def test_three_people_of_four_months_each_work_the_hours_of_a_year() -> None:
    """4 x 133.92 hours each, one person beginning in May; the second lot gets half of 1 607 for half time."""
    story = as_asked()

    assert has_only_one_best_plan(story)
    assert sorted(name for name, place in story.placed.items() if place == "voirie-4-mois") == [
        "agathe",
        "bruno",
        "denise",
    ]
    assert story.delivered == {"lot-1": (Decimal("1607.01"), Decimal(1607)), "lot-2": (Decimal("803.5"), Decimal(800))}
    starts = {entry.candidate_id: str(entry.start_date) for entry in story.plan.assignments}
    assert starts["denise"] == "2009-05-04"


def test_the_place_is_one_place_however_it_is_filled() -> None:
    """Three contracts of four months leave nothing of it; were it not shared, a fourth person could have a year."""
    problem = both_lots()
    alone = replace(
        problem, resources=(), vacancies=tuple(replace(vacancy, resource_id=None) for vacancy in problem.vacancies)
    )

    assert as_asked().open_positions == {"voirie-12-mois": 1}
    assert told(alone).open_positions == {}


def test_one_contract_of_twelve_months_is_taken_where_too_few_could_share() -> None:
    """Agathe and Bruno for four months each would leave a third of the hours; Bruno, who may drive, leaves none."""
    story = told(without("cheikh", "denise"))

    assert story.placed["bruno"] == "voirie-12-mois"
    assert "agathe" not in story.placed
    assert story.delivered["lot-1"] == (Decimal(1607), Decimal(1607))
    effects = {entry.pair.vacancy.vacancy_id: entry.effect.facts for entry in story.why("agathe").nearest}
    assert [fact.kind for fact in effects["voirie-4-mois"]] == ["plan_resource_used"]


def test_hours_of_somebody_outside_the_clause_do_not_count() -> None:
    """Émile belongs to no group of the clause; the vacancies are written for its groups, and he is told so."""
    (entry, *_) = as_asked().why("emile").nearest

    assert [fact.kind for fact in entry.pair.failures] == ["group_none"]
