"""Hypothesis strategy of small problems in which dates, skills, promises and places all get in each other's way."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from matcher.problem import Problem
from tests import builders as b

FIRST = date(2026, 1, 1)
SKILLS = ("a", "b", "c")

days = st.integers(0, 60).map(lambda offset: FIRST + timedelta(days=offset))
maybe_days = st.none() | days


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw one to three people, vacancies, four courses and up to six cohorts."""
    people = range(1, draw(st.integers(1, 3)) + 1)
    places = range(1, draw(st.integers(1, 3)) + 1)
    courses = [
        b.course("U1", skills=("a",), prerequisites=draw(st.sampled_from([(), ("b",), ("b:2",)]))),
        b.course("U2", skills=(draw(st.sampled_from(["b", "b:2"])),)),
        b.course("U3", skills=("c", "a:2"), prerequisites=draw(st.sampled_from([(), ("b",)]))),
        b.course("U4", skills=("c",)),
    ]
    cohorts = [_cohort(draw, f"K{number}") for number in range(1, draw(st.integers(0, 6)) + 1)]
    kinds = st.sets(st.tuples(st.sampled_from(SKILLS), st.integers(1, 2)), max_size=3)
    return b.problem(
        candidates=[_candidate(draw, f"C{number}") for number in people],
        candidate_skills=[
            b.held_skill(f"C{number}", skill, level=level, valid_until=draw(maybe_days))
            for number in people
            for skill, level in dict(draw(kinds)).items()
        ],
        contracts=[b.contract("T1", groups=draw(st.sampled_from([(), ("youth",)])))],
        vacancies=[_vacancy(draw, f"V{number}") for number in places],
        vacancy_skills=[
            b.required_skill(f"V{number}", skill, level=level)
            for number in places
            for skill, level in dict(draw(kinds)).items()
        ],
        courses=courses,
        cohorts=cohorts,
        enrolments=[
            b.enrolment(f"C{number}", cohort.cohort_id)
            for number in people
            for cohort in cohorts
            if draw(st.integers(0, 7)) == 0
        ],
        decisions=[b.decision("C1", "V1", "forbidden")] if draw(st.integers(0, 7)) == 0 else [],
        municipalities=[b.municipality("1480"), b.municipality("1490", 57.7210, 12.9401)],
    )


def _candidate(draw: st.DrawFn, candidate_id: str):  # type: ignore[no-untyped-def]
    available = draw(st.integers(0, 20).map(lambda offset: FIRST + timedelta(days=offset)))
    stay = draw(st.none() | st.integers(10, 60))
    return b.candidate(
        candidate_id,
        available_from=available,
        available_until=None if stay is None else available + timedelta(days=stay),
        groups=draw(st.sampled_from([(), ("youth",), ("newly-arrived",), ("youth:2026-02-01",)])),
        municipality="1480",
        max_distance_km=draw(st.sampled_from([None, 10, 100])),
        occupations=draw(st.sampled_from([(), ("91",), ("8",)])),
        extent_percent=draw(st.sampled_from([50, 100])),
        max_trainings=draw(st.sampled_from([None, 0, 1, 2])),
    )


def _vacancy(draw: st.DrawFn, vacancy_id: str):  # type: ignore[no-untyped-def]
    start = FIRST + timedelta(days=draw(st.integers(10, 50)))
    return b.vacancy(
        vacancy_id,
        contract_id="T1",
        start_date=start,
        latest_start_date=start + timedelta(days=draw(st.integers(0, 20))),
        occupation=draw(st.sampled_from([None, "9111"])),
        extent_percent=draw(st.sampled_from([50, 100])),
        municipality=draw(st.sampled_from([None, "1480", "1490"])),
    )


def _cohort(draw: st.DrawFn, cohort_id: str):  # type: ignore[no-untyped-def]
    start = draw(days)
    return b.cohort(
        cohort_id,
        draw(st.sampled_from(["U1", "U2", "U3", "U4"])),
        start_date=start,
        end_date=start + timedelta(days=draw(st.integers(0, 12))),
        status=draw(st.sampled_from(["planned", "planned", "running", "cancelled"])),
        municipality=draw(st.sampled_from([None, "1480", "1490"])),
    )
