"""Göteborg trains seventeen lorry drivers for three suppliers who wait for them on the first of June 2023."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest

from matcher.explain import PlanReading, Reading
from matcher.explain.proofs import Again, Prover, repairs
from matcher.problem import Decision, Enrolment, Problem, SkillLevel
from tests.golden.stories import Story, given, told, with_rows

START = date(2023, 6, 1)
COURSE = timedelta(weeks=21)
COHORT = "c-korkort-vt23"
SUPPLIERS = ("A-hisingen", "B-centrum", "C-nordost")


@cache
def eighteen_people() -> Story:
    return told(given("goteborg", "waste_trucks"))


def with_course_from(first_day: date) -> Problem:
    """Return the problem with the course moved; its last day is the day before 21 weeks have passed."""
    last_day = first_day + COURSE - timedelta(days=1)
    problem = given("goteborg", "waste_trucks")
    return with_rows(problem, "cohorts", "cohort_id", COHORT, start_date=first_day, end_date=last_day)


def without(problem: Problem, candidate_id: str) -> Problem:
    return replace(
        problem,
        candidates=tuple(row for row in problem.candidates if row.candidate_id != candidate_id),
        candidate_skills=tuple(row for row in problem.candidate_skills if row.candidate_id != candidate_id),
    )


def test_the_course_takes_twenty_one_weeks() -> None:
    """The folder's cohort is as long as the course was, and ends in May."""
    (cohort,) = given("goteborg", "waste_trucks").cohorts

    assert cohort.end_date - cohort.start_date + timedelta(days=1) == COURSE
    assert cohort.end_date == date(2023, 5, 28)


def test_seventeen_are_placed_by_way_of_the_cohort() -> None:
    """Every seat leads to a job on the first of June, and every supplier gets the drivers that the contract owes."""
    story = eighteen_people()

    assert story.plan.status == "optimal"
    assert len(story.placed) == 17
    assert set(story.routes.values()) == {(COHORT,)}
    assert {entry.start_date for entry in story.plan.assignments} == {START}
    assert story.delivered == dict(zip(SUPPLIERS, [(Decimal(n), Decimal(n)) for n in (6, 6, 5)], strict=True))
    assert story.values["shortfall"] == 0
    assert story.values["cost"] == 17 * 98_000


def test_the_eighteenth_stays_out_for_lack_of_a_seat() -> None:
    """It is the person who has waited the shortest time, and the reason is the full cohort, not the person."""
    story = eighteen_people()

    assert {row.candidate_id for row in story.problem.candidates} - story.placed.keys() == {"G18"}
    found = story.why("G18")
    assert (found.eligible.training, found.eligible.none) == (3, 0)
    facts = {entry.pair.vacancy.vacancy_id: entry.effect.facts for entry in found.nearest}
    (fact,) = facts["C-forare"]
    assert (fact.kind, fact.values["enrolled"], fact.values["seats"]) == ("plan_cohort_full", 17, 17)


def test_the_eighteenth_position_stays_open_for_lack_of_a_seat() -> None:
    """It is at the supplier whose contract asks for five: one person needs a seat in the full cohort."""
    story = eighteen_people()

    assert story.open_positions == {"C-forare": 1}
    reason = story.why_open("C-forare")
    assert (reason.code, reason.eligible, reason.blocked, reason.free) == ("seats", 18, 1, 0)
    assert [(blocker.entity_id, blocker.people) for blocker in reason.blockers] == [(COHORT, 1)]


def test_one_seat_more_would_place_the_eighteenth() -> None:
    """The seat was all that was lacking, and the budget reaches."""
    story = told(with_rows(given("goteborg", "waste_trucks"), "cohorts", "cohort_id", COHORT, seats=18))

    assert len(story.placed) == 18
    assert story.open_positions == {}


def test_seventeen_candidates_are_all_placed() -> None:
    """As it was in 2023: seventeen participants, three suppliers, nobody left over."""
    story = told(without(given("goteborg", "waste_trucks"), "G18"))

    assert len(story.placed) == 17
    assert story.why_open("C-forare").code == "placed_elsewhere"


@pytest.mark.parametrize("first_day", [date(2023, 1, 2), date(2023, 1, 4), date(2023, 1, 5)])
def test_a_course_that_ends_the_day_before_the_start_is_in_time(first_day: date) -> None:
    """Thursday the fifth of January is the latest first day: the course ends on the last of May."""
    story = told(with_course_from(first_day))

    assert len(story.placed) == 17
    assert story.values["shortfall"] == 0


def test_a_course_that_begins_on_the_fifth_of_january_ends_on_the_last_of_may() -> None:
    """The arithmetic of the latest first day, so that the story above says what it seems to say."""
    (cohort,) = with_course_from(date(2023, 1, 5)).cohorts

    assert cohort.end_date == START - timedelta(days=1)


@pytest.mark.parametrize("first_day", [date(2023, 1, 6), date(2023, 1, 7), date(2023, 1, 16)])
def test_one_day_later_nobody_is_placed_and_the_explanation_says_why(first_day: date) -> None:
    """A course that ends on the day of the start or later helps nobody: 17 drivers are missing, and it is the dates."""
    story = told(with_course_from(first_day))

    assert story.placed == {}
    assert story.values["shortfall"] == 17
    assert {delivered for delivered, _ in story.delivered.values()} == {Decimal(0)}
    reason = story.why_open("A-forare")
    assert (reason.code, reason.eligible) == ("no_eligible", 0)
    assert [(entry.rule, entry.count) for entry in reason.excluded] == [("skill", 18)]
    (missing, _) = [fact for fact in story.why("G01").nearest[0].pair.failures if fact.rule == "skill"]
    (offer,) = missing.offers
    (obstacle,) = offer.obstacles
    assert obstacle.kind == "cohort_ends_late"
    assert obstacle.values == {"end": first_day + COURSE - timedelta(days=1), "latest": START}


def test_a_course_that_is_late_is_repaired_by_its_latest_first_day() -> None:
    """Every supplier's drivers come back if the course begins on the fifth of January, and not on the sixth."""
    late = told(with_course_from(date(2023, 1, 9)))
    again = Again(late.problem, late.plan)
    found = repairs(again, PlanReading(Reading(late.problem), late.plan))

    assert [repair.contract_id for repair in found] == sorted(SUPPLIERS)
    for repair in found:
        conditions = {condition.kind: condition.values for condition in repair.alternatives}
        assert conditions.keys() == {"later_contract", "earlier_cohort"}
        assert conditions["earlier_cohort"]["day"] == date(2023, 1, 5)
        assert conditions["later_contract"]["day"] == date(2023, 6, 5)


def test_the_eighteenth_is_out_for_a_seat_and_another_seat_is_proven_to_help() -> None:
    """Solved again with one seat more, or with the licences held; who would give way is told to staff."""
    story = eighteen_people()
    prover = Prover(Again(story.problem, story.plan), PlanReading(Reading(story.problem), story.plan))
    found = prover.why_not_placed("G18")

    assert found is not None
    assert found.code == "seats"
    conditions = {one.condition.kind: one.condition.values for one in found.counterfactuals}
    assert conditions["more_seats"]["count"] == 1
    assert conditions["with_skills"]["skills"] == (SkillLevel(skill="c_licence"), SkillLevel(skill="driver_cpc"))
    assert found.competition is not None
    assert found.competition.least.aim == "placements"
    assert found.competition.is_exact


def test_a_supplier_that_can_wait_saves_its_drivers() -> None:
    """Had one supplier allowed a later start, the late course would have delivered that supplier's drivers."""
    late = with_course_from(date(2023, 1, 9))
    story = told(with_rows(late, "vacancies", "vacancy_id", "B-forare", latest_start_date=date(2023, 6, 15)))

    assert set(story.placed.values()) == {"B-forare"}
    assert {entry.start_date for entry in story.plan.assignments} == {date(2023, 6, 5)}
    assert story.values["shortfall"] == 11


def promised() -> Problem:
    """Return the problem once the plan is agreed: seventeen people have their seats, and have accepted their places."""
    story = eighteen_people()
    return replace(
        story.problem,
        enrolments=tuple(Enrolment(candidate_id=name, cohort_id=COHORT) for name in story.placed),
        decisions=tuple(
            Decision(candidate_id=name, vacancy_id=place, decision="accepted") for name, place in story.placed.items()
        ),
    )


def test_what_was_promised_is_kept_and_costs_nothing_new() -> None:
    """The plan made again is the plan that was agreed: no seat and no krona more, and nobody is told otherwise."""
    story = told(promised(), published=eighteen_people().plan)

    assert story.placed == eighteen_people().placed
    assert story.plan.breaches == ()
    assert (story.values["cost"], story.values["changes"]) == (0, 0)


def test_a_cancelled_course_breaks_every_promise_that_rested_on_it() -> None:
    """Seventeen seats are gone, and with them seventeen places: each is listed, and each is a change for somebody."""
    problem = with_rows(promised(), "cohorts", "cohort_id", COHORT, status="cancelled")
    story = told(problem, published=eighteen_people().plan)

    reasons = Counter((breach.kind, breach.reason) for breach in story.plan.breaches)
    assert reasons == {("accepted", "ineligible"): 17, ("enrolment", "cancelled"): 17}
    assert story.values["changes"] == 17
    assert story.placed == {}
