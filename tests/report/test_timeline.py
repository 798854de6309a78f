"""The drawing of cohorts against job starts: everybody is on it, nothing is drawn over anything else."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.explain import PlanReading, Reading
from matcher.problem import Problem
from matcher.report.timeline import LEFT, MARK_WIDTH, MAX_ROWS, WIDTH, timeline
from tests import builders as b
from tests.explain.plans import assignment, plan
from tests.report.stories import small_city, small_plan


def busy(num_cohorts: int, starts: list[int]) -> tuple[Problem, list[tuple[str, str, str]]]:
    """Return a problem with cohorts that end one after the other, and starts some days after each."""
    cohorts = [
        b.cohort(
            f"K{n}",
            start_date=b.day("2026-01-05") + timedelta(days=7 * n),
            end_date=b.day("2026-02-01") + timedelta(days=7 * n),
            seats=50,
        )
        for n in range(num_cohorts)
    ]
    people, vacancies, taken = [], [], []
    for n, cohort in enumerate(cohorts):
        for place, later in enumerate(starts):
            name = f"{n}-{place}"
            start = cohort.end_date + timedelta(days=1 + later)
            people.append(b.candidate(f"C{name}", available_from="2026-01-01"))
            vacancies.append(b.vacancy(f"V{name}", start_date=start))
            taken.append((f"C{name}", f"V{name}", start.isoformat()))
    problem = b.problem(candidates=people, vacancies=vacancies, courses=[b.course()], cohorts=cohorts)
    return problem, taken


def test_each_cohort_shows_its_people_on_their_start() -> None:
    """Two people leave the kitchen course on one day; one who was already enrolled leaves the other."""
    problem = small_city()
    drawing = timeline(PlanReading(Reading(problem), small_plan(problem)))

    assert drawing is not None
    assert [(row.title, row.starting) for row in drawing.rows] == [("Kitchen", 2), ("C licence", 1), ("", 1)]
    assert [row.starts for row in drawing.table] == [((b.day("2026-09-01"), 2),), ((b.day("2026-10-05"), 1),)]


def test_people_who_go_on_to_another_course_are_counted_there() -> None:
    """In a chain of two cohorts the first shows who goes on, the last who starts."""
    problem = small_city()
    made = plan(problem, assignment("C2", "V1", "K2", "K1"))
    drawing = timeline(PlanReading(Reading(problem), made))

    assert drawing is not None
    assert {row.cohort_id: (row.going_on, len(row.starts)) for row in drawing.table} == {"K1": (0, 1), "K2": (1, 0)}


@given(num_cohorts=st.integers(1, 30), starts=st.lists(st.integers(0, 200), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_marks_never_cover_a_bar_or_each_other(num_cohorts: int, starts: list[int]) -> None:
    """Whatever the dates, numbers stay readable, inside the drawing, and none is lost."""
    problem, taken = busy(num_cohorts, starts)
    made = plan(
        problem,
        *(assignment(c, v, f"K{c[1:].split('-')[0]}", start=start) for c, v, start in taken),
    )
    drawing = timeline(PlanReading(Reading(problem), made))

    assert drawing is not None
    assert len(drawing.table) == num_cohorts
    assert drawing.num_hidden == max(0, num_cohorts - MAX_ROWS)
    assert sum(people for row in drawing.table for _, people in row.starts) == len(taken)
    for row in drawing.rows:
        assert row.starting == len(starts)
        assert row.bar_x <= row.bar_end
        assert row.marks[0].x - MARK_WIDTH / 2 >= row.bar_end
        for before, after in pairwise(row.marks):
            assert after.x - before.x_end >= MARK_WIDTH
        assert row.marks[-1].x_end + MARK_WIDTH / 2 <= WIDTH
    assert drawing.ticks[0].x == LEFT


def test_plan_without_training_has_no_drawing() -> None:
    """Where nobody is trained there is nothing to draw."""
    problem = small_city()

    assert timeline(PlanReading(Reading(problem), plan(problem, assignment("C1", "V1")))) is None
