"""How many people have to begin a course for as many to begin to work as are planned."""

from __future__ import annotations

from matcher.languages import Phrases
from matcher.problem import Problem
from matcher.report.studies.estimates import estimate_cells, estimate_columns
from matcher.whatif.simulation import CohortNeed, Simulation
from matcher.whatif.study import Chart, Point, Series, StudyColumn, StudyTable

MOST_COHORTS_DRAWN = 4
FURTHER = 2  # steps of evidence beyond the number that is needed


def cohort_text(cohort: CohortNeed, sure: float, say: Phrases) -> str:
    """Return how many have to begin a cohort."""
    if cohort.needed is None:
        return say.text(
            "Not even {count} more people in {cohort} make it sure enough ({chance}) that {planned} begin to work.",
            count=len(cohort.chances) - 1,
            cohort=cohort.cohort_id,
            chance=say.percent(sure),
            planned=cohort.planned,
        )
    return say.text(
        "For {planned} to begin to work from {cohort} with a chance of at least {chance}, {all} have to begin the "
        "course.",
        planned=cohort.planned,
        cohort=cohort.cohort_id,
        chance=say.percent(sure),
        all=cohort.planned + cohort.needed,
    )


def cohort_table(problem: Problem, simulation: Simulation, say: Phrases) -> StudyTable:
    """Return how many have to begin each course."""
    courses = {one.course_id: one for one in problem.courses}
    title_of = {one.cohort_id: courses[one.course_id].title for one in problem.cohorts}
    return StudyTable(
        name="cohorts",
        title=say.text("How many have to begin each course?"),
        columns=(
            StudyColumn(name="cohort_id", title=say.text("Cohort")),
            StudyColumn(name="title", title=say.text("Course")),
            StudyColumn(name="planned", title=say.text("To begin work from it"), kind="count"),
            StudyColumn(name="seats", title=say.text("Seats"), kind="count"),
            *estimate_columns("chance", say.text("Chance as planned"), "share", say),
            StudyColumn(
                name="must_begin",
                title=say.text("Must begin for {chance}", chance=say.percent(simulation.sure)),
                kind="count",
            ),
            StudyColumn(name="must_begin_safely", title=say.text("and safely"), kind="count"),
        ),
        rows=tuple(
            (
                one.cohort_id,
                title_of[one.cohort_id],
                one.planned,
                one.seats,
                *estimate_cells(one.chances[0]),
                None if one.needed is None else one.planned + one.needed,
                None if one.safely is None else one.planned + one.safely,
            )
            for one in simulation.cohorts
        ),
        note=say.text(
            "Whoever is added is taken to be like those who are planned from the cohort, with luck of their own."
        ),
    )


def evidence_table(simulation: Simulation, say: Phrases) -> StudyTable:
    """Return the chance for each number of people who begin a course."""
    return StudyTable(
        name="evidence",
        title=say.text("The chance, person by person"),
        columns=(
            StudyColumn(name="cohort_id", title=say.text("Cohort")),
            StudyColumn(name="begin", title=say.text("Begin the course"), kind="count"),
            *estimate_columns("chance", say.text("Chance that as many begin to work as are planned"), "share", say),
        ),
        rows=tuple(
            (one.cohort_id, one.planned + more, *estimate_cells(one.chances[more]))
            for one in simulation.cohorts
            for more in range(_shown(one))
        ),
    )


def cohort_chart(simulation: Simulation, say: Phrases) -> Chart:
    """Return the chance by the number of people who begin the largest cohorts."""
    largest = sorted(simulation.cohorts, key=lambda one: (-one.planned, one.cohort_id))[:MOST_COHORTS_DRAWN]
    return Chart(
        name="evidence",
        title=say.text("The more begin, the surer the places"),
        kind="line",
        x_title=say.text("people who begin the course"),
        y_title=say.text("Chance that as many begin to work as are planned"),
        y_kind="share",
        series=tuple(
            Series(
                name=one.cohort_id,
                title=say.text("{cohort} ({planned} planned)", cohort=one.cohort_id, planned=one.planned),
                points=tuple(
                    Point(x=one.planned + more, y=each.value, low=each.low, high=each.high)
                    for more, each in enumerate(one.chances[: _shown(one)])
                ),
            )
            for one in largest
        ),
        table="evidence",
        aim=simulation.sure,
    )


def _shown(cohort: CohortNeed) -> int:
    last = cohort.safely if cohort.safely is not None else cohort.needed
    return len(cohort.chances) if last is None else min(len(cohort.chances), last + FURTHER + 1)
