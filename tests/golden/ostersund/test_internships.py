"""Östersund's first contract with a condition: four interns, at least four months each, when the school is rebuilt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from matcher.explain import PlanReading, Reading
from matcher.explain.proofs import Again, repairs
from matcher.problem import Problem
from tests.golden.stories import Story, given, has_only_one_best_plan, told, with_rows

MONTH = Decimal("0.083333")  # person equivalents of a person-month: the default weight, rounded as docs/model.md says


def the_school() -> Problem:
    return given("ostersund", "palmcrantz")


@cache
def as_agreed() -> Story:
    return told(the_school())


def test_four_interns_for_four_months_meet_the_obligation() -> None:
    """Two know the safety rules already, two learn them in April; no other four people do."""
    story = as_agreed()

    assert has_only_one_best_plan(story)
    assert story.routes == {"anna": (), "bahar": (), "carin": ("sakerhet-april",), "dawit": ("sakerhet-april",)}
    assert story.delivered == {"skolan": (Decimal(16), Decimal(16))}
    assert story.open_positions == {}


def test_who_belongs_to_no_target_group_is_not_asked_to_fill_in() -> None:
    """Elof has waited longest and knows the safety rules; the clause is not written for him, and he is told so."""
    (entry,) = as_agreed().why("elof").nearest

    assert [fact.kind for fact in entry.pair.failures] == ["group_none"]


def test_a_permit_that_ends_before_the_start_costs_four_months() -> None:
    """Dawit's residence permit ends on the day before work begins: the contract is short of a quarter."""
    story = told(with_rows(the_school(), "candidates", "candidate_id", "dawit", available_until=date(2018, 5, 1)))

    assert has_only_one_best_plan(story)
    assert story.placed.keys() == {"anna", "bahar", "carin"}
    assert story.delivered == {"skolan": (Decimal(12), Decimal(16))}
    assert story.values["shortfall"] == 4 * MONTH
    (entry,) = story.why("dawit").nearest
    (fact,) = [fact for fact in entry.pair.failures if fact.rule == "available_until"]
    assert fact.values["until"] == date(2018, 5, 1)


def test_a_permit_that_ends_on_the_first_day_is_long_enough_to_begin() -> None:
    """The last day for beginning may be the first day of work; both ends of every period count."""
    story = told(with_rows(the_school(), "candidates", "candidate_id", "dawit", available_until=date(2018, 5, 2)))

    assert story.values["shortfall"] == 0


def test_rebuilding_that_starts_before_the_course_has_ended_loses_half() -> None:
    """Work from the 16th of April, nobody later than the 27th: the safety course ends too late by one day."""
    story = told(starting(date(2018, 4, 16), latest=date(2018, 4, 27)))

    assert has_only_one_best_plan(story)
    assert story.placed.keys() == {"anna", "bahar"}
    assert story.delivered == {"skolan": (Decimal(8), Decimal(16))}
    assert story.values["shortfall"] == 8 * MONTH
    assert story.why_open("praktik").code == "all_placed_here"
    (missing,) = [fact for fact in story.why("carin").nearest[0].pair.failures if fact.rule == "skill"]
    (obstacle,) = missing.offers[0].obstacles
    assert obstacle.kind == "cohort_ends_late"
    assert obstacle.values == {"end": date(2018, 4, 27), "latest": date(2018, 4, 27)}


def test_what_would_save_the_other_half_is_found_by_solving_again() -> None:
    """A day's wait, a course that begins a day earlier, or no demand for the safety course: each repairs the clause."""
    story = told(starting(date(2018, 4, 16), latest=date(2018, 4, 27)))
    (found,) = repairs(Again(story.problem, story.plan), PlanReading(Reading(story.problem), story.plan))

    assert (found.contract_id, found.missing, found.unit) == ("skolan", 8, "person_months")
    conditions = {condition.kind: condition.values for condition in found.alternatives}
    assert conditions.keys() == {"later_contract", "earlier_cohort", "not_required_by_contract"}
    assert conditions["later_contract"]["day"] == date(2018, 4, 17)
    assert conditions["earlier_cohort"]["count"] == 1


def test_one_day_of_patience_saves_the_other_half() -> None:
    """The same early start, but with two interns allowed to come on the 28th of April."""
    story = told(starting(date(2018, 4, 16), latest=date(2018, 4, 28)))

    assert story.values["shortfall"] == 0
    days = {entry.candidate_id: entry.start_date for entry in story.plan.assignments}
    assert days == {
        "anna": date(2018, 4, 16),
        "bahar": date(2018, 4, 16),
        "carin": date(2018, 4, 28),
        "dawit": date(2018, 4, 28),
    }


def test_counted_in_persons_the_same_plan_meets_the_same_clause() -> None:
    """Four interns instead of sixteen months: the same people, and one missing person is one whole person."""
    persons = {"obligation_quantity": Decimal(4), "obligation_unit": "persons"}
    story = told(with_rows(the_school(), "contracts", "contract_id", "skolan", **persons))
    assert story.placed == as_agreed().placed
    assert story.delivered == {"skolan": (Decimal(4), Decimal(4))}

    without_dawit = with_rows(story.problem, "candidates", "candidate_id", "dawit", available_until=date(2018, 5, 1))
    assert told(without_dawit).values["shortfall"] == 1


def test_three_months_each_are_not_enough() -> None:
    """At least four months each: four interns for three months leave four person-months owing."""
    story = told(with_rows(the_school(), "vacancies", "vacancy_id", "praktik", duration_months=Decimal(3)))

    assert len(story.placed) == 4
    assert story.delivered == {"skolan": (Decimal(12), Decimal(16))}
    assert story.values["shortfall"] == 4 * MONTH


def starting(start: date, *, latest: date) -> Problem:
    """Return the problem with the rebuilding moved; everybody is available since March."""
    moved = with_rows(the_school(), "contracts", "contract_id", "skolan", start_date=start)
    return replace(moved, vacancies=tuple(replace(row, latest_start_date=latest) for row in moved.vacancies))
