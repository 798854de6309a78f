"""A year like Göteborg's 2022, solved at once: 125 contracts that owe 90 jobs and 52 internships."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache

from matcher.explain import unfilled_reasons
from matcher.features import build_columns
from tests.golden.goteborg.year import BUDGET, year
from tests.golden.stories import Story, told


@cache
def the_year() -> Story:
    return told(year())


def test_the_year_is_as_large_as_it_was() -> None:
    """125 contracts with a clause, 90 jobs and 52 internships: 142 places are owed."""
    problem = the_year().problem

    assert len(problem.contracts) == 125
    assert Counter(row.form for row in problem.vacancies) == {"employment": 90, "internship": 52}
    assert sum(row.obligation_quantity or 0 for row in problem.contracts) == 142


def test_the_plan_delivers_134_of_142_places() -> None:
    """Every internship and 82 jobs, 42 of them by way of a course; eight persons are owed and cannot be delivered."""
    story = the_year()
    forms = {row.vacancy_id: row.form for row in story.problem.vacancies}

    assert story.plan.status == "optimal"
    assert Counter(forms[place] for place in story.placed.values()) == {"employment": 82, "internship": 52}
    assert Counter(len(route) for route in story.routes.values()) == {0: 92, 1: 42}
    assert story.values["shortfall"] == 8
    assert story.values["placements"] == Decimal("72.327419")
    assert story.values["cost"] == 726_000


def test_matching_by_hand_would_leave_six_more_people_without_a_place() -> None:
    """The best remaining pair, again and again, spends seats and people where others could not have gone."""
    story = the_year()

    assert story.baseline.placements == 128
    assert story.baseline.shortfall == 14


def test_only_members_of_the_prioritised_groups_count() -> None:
    """What a contract gets are people whom its clause is written for."""
    story = the_year()
    groups = {row.candidate_id: {member.group for member in row.groups} for row in story.problem.candidates}

    assert all(groups[person] for person in story.placed)


def test_the_money_is_nearly_spent_and_never_overspent() -> None:
    """What is left does not pay one more driver's course."""
    spent = the_year().values["cost"]

    assert BUDGET - 98_000 < spent <= BUDGET


def test_every_open_place_has_a_reason() -> None:
    """Six places are too early for anybody, one lacks a seat and one the money; none is unexplained."""
    story = the_year()
    reasons = unfilled_reasons(story.problem, story.plan, build_columns(story.problem))

    assert Counter(reason.code for reason in reasons) == {"no_eligible": 6, "seats": 1, "budget": 1}
    titles = {row.vacancy_id: row.title for row in story.problem.vacancies}
    assert {titles[reason.vacancy_id] for reason in reasons if reason.code != "seats"} == {"Sophämtning"}
