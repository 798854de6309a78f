"""Örebro lets residents rebuild their own neighbourhood: internships, and jobs that come out of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from matcher.problem import HeldSkill, Problem, Vacancy
from tests.golden.stories import Story, given, told

JOBS = ("jobb-lager", "jobb-maleri", "jobb-mark", "jobb-snickeri")
SPRING = date(2014, 3, 3)


@cache
def first_year() -> Story:
    return told(given("orebro", "vivalla"))


def residents(problem: Problem) -> set[str]:
    return {row.candidate_id for row in problem.candidates if row.groups}


def test_every_reserved_place_goes_to_a_resident() -> None:
    """22 places, as in the first year: nine jobs and thirteen internships, all for members of the group."""
    story = first_year()

    assert Counter(story.placed.values()) == {
        "praktik-bygge": 13,
        "jobb-lager": 2,
        "jobb-maleri": 2,
        "jobb-mark": 3,
        "jobb-snickeri": 2,
        "skotare": 1,
    }
    assert {person for person, place in story.placed.items() if place != "skotare"} <= residents(story.problem)
    assert story.delivered == {"vivalla": (Decimal(22), Decimal(22))}


def test_an_outsider_with_better_papers_takes_no_reserved_place() -> None:
    """U01 has waited five years and has both skills, and gets the one place that is reserved for nobody."""
    story = first_year()

    assert story.placed["U01"] == "skotare"
    assert "U02" not in story.placed
    kinds = {entry.pair.vacancy.vacancy_id: entry.pair.failures for entry in story.why("U02").nearest}
    assert {fact.kind for place, facts in kinds.items() if place != "skotare" for fact in facts} <= {
        "group_none",
        "skill_missing",
        "skill_missing_grantable",
    }


def test_every_job_comes_out_of_an_internship() -> None:
    """Nine jobs, nine seats: six months for most, three for those who have built in another country."""
    story = first_year()
    routes = {person: story.routes[person] for person, place in story.placed.items() if place in JOBS}

    assert len(routes) == 9
    assert Counter(routes.values()) == {("praktik-ht13",): 6, ("praktik-vt14",): 3}
    assert {person for person, route in routes.items() if route == ("praktik-vt14",)} == {"B03", "B12", "B21"}
    days = {entry.start_date for entry in story.plan.assignments if entry.vacancy_id in JOBS}
    assert days == {SPRING}


def test_the_carpenters_are_those_who_know_the_trade() -> None:
    """Two of three carpenters find places as carpenters; nobody else could."""
    story = first_year()

    assert {person for person, place in story.placed.items() if place == "jobb-snickeri"} < {"B03", "B10", "B12"}


def test_who_cannot_travel_works_at_distance_zero() -> None:
    """The store in Kumla takes the two who accept the way; for the others only their own streets are near enough."""
    story = first_year()

    assert {person for person, place in story.placed.items() if place == "jobb-lager"} == {"B02", "B06"}
    near = {row.candidate_id for row in story.problem.candidates if row.max_distance_km == 0}
    assert near & story.placed.keys()
    ruled_out = {entry.rule: entry.count for entry in story.why("B15").excluded}
    assert ruled_out["distance"] == 1  # B15 would take work in a store, and lives sixteen kilometres from this one


def test_who_moves_away_may_begin_an_internship_but_not_the_job_after_it() -> None:
    """B07 is a resident until New Year's Eve: the internship starts in September, the jobs in March."""
    story = first_year()

    assert story.placed["B07"] == "praktik-bygge"
    ruled_out = {entry.rule: entry.count for entry in story.why("B07").excluded}
    assert ruled_out["group"] >= 2
    starts = {entry.candidate_id: entry.start_date for entry in story.plan.assignments}
    assert starts["B07"] == date(2013, 9, 2)


def test_two_residents_wait_and_are_told_what_for() -> None:
    """24 residents and 22 places: those who wait have been out of work for the shortest time."""
    story = first_year()
    waiting = residents(story.problem) - story.placed.keys()

    assert waiting == {"B23", "B24"}
    facts = {fact.kind for entry in story.why("B24").nearest for fact in entry.effect.facts}
    assert facts == {"plan_positions_taken"}


def next_year(story: Story) -> Problem:
    """Return the plan's next year: who did an internship holds the skill, and the builder offers six new jobs."""
    interns = sorted(person for person, place in story.placed.items() if place == "praktik-bygge")
    remaining = {row.candidate_id for row in story.problem.candidates} - (story.placed.keys() - set(interns))
    problem = story.problem
    return replace(
        problem,
        candidates=tuple(row for row in problem.candidates if row.candidate_id in remaining),
        candidate_skills=(
            *(row for row in problem.candidate_skills if row.candidate_id in remaining),
            *(HeldSkill(candidate_id=person, skill="building_site") for person in interns),
        ),
        contracts=tuple(
            replace(row, obligation_quantity=Decimal(6)) for row in problem.contracts if row.contract_id == "vivalla"
        ),
        vacancies=(
            Vacancy(
                vacancy_id="jobb-2014",
                positions=6,
                contract_id="vivalla",
                occupation="9310",
                start_date=date(2014, 9, 1),
                duration_months=Decimal(12),
            ),
        ),
        vacancy_skills=tuple(
            replace(row, vacancy_id="jobb-2014") for row in problem.vacancy_skills if row.vacancy_id == "jobb-mark"
        ),
        courses=(),
        cohorts=(),
    )


def test_this_years_interns_are_next_years_builders() -> None:
    """The internship that was a place of its own opens the jobs of the next plan, without any course."""
    now = first_year()
    later = told(next_year(now))

    assert len(later.placed) == 6
    assert set(later.routes.values()) == {()}
    assert {now.placed[person] for person in later.placed} == {"praktik-bygge"}
    assert "B07" not in later.placed  # moved away
    assert later.delivered == {"vivalla": (Decimal(6), Decimal(6))}
