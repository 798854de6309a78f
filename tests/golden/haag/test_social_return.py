"""The Hague's social return: euro by target group, in proportion to months and hours, for two contracts at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from matcher.problem import Decision, Problem
from tests.golden.stories import Story, given, has_only_one_best_plan, told


def two_contracts() -> Problem:
    return given("haag", "bouwblokken")


@cache
def as_asked() -> Story:
    return told(two_contracts())


def test_euro_add_up_by_group_months_and_hours() -> None:
    """50 000 + 2 x 40 000 for a year in the parks; halves of 50 000 and 40 000 and half a year of 20 000 in schools."""
    story = as_asked()

    assert has_only_one_best_plan(story)
    assert {name: story.placed[name] for name in ("amir", "fatima", "joris")} == dict.fromkeys(
        ("amir", "fatima", "joris"), "groen-jaar"
    )
    assert story.delivered == {"groen": (Decimal(130_000), Decimal(120_000)), "schoonmaak": (Decimal(55_000), 45_000)}
    assert story.values["shortfall"] == 0


def test_who_counts_most_for_the_contract_is_trained_for_it() -> None:
    """Sanne could begin in the park at once, but counts half of what Amir does, who needs the safety course first."""
    story = as_asked()

    assert story.routes["amir"] == ("vca-februari",)
    assert "sanne" not in story.placed


def test_what_is_missing_is_stated_in_euro_and_weighs_as_a_year_of_somebody() -> None:
    """Without Joris and Fatima the parks get Amir, Sanne and a person without benefits: 55 000 euro are missing."""
    away = tuple(
        Decision(candidate_id=name, vacancy_id="groen-jaar", decision="forbidden") for name in ("fatima", "joris")
    )
    story = told(replace(two_contracts(), decisions=away))
    delivered, required = story.delivered["groen"]

    assert (delivered, required) == (Decimal(65_000), Decimal(120_000))
    assert story.values["shortfall"] == Decimal("0.000025") * (required - delivered)
