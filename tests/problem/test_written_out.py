"""The fingerprint of a changed problem, taken from the rows that stayed, is that of the problem taken afresh."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib import import_module

import pytest

from matcher.problem import fingerprint, written_out
from tests.solve.changes import changed
from tests.strategies import random_problem


@pytest.mark.parametrize("seed", range(40))
def test_a_changed_problem_has_the_fingerprint_that_it_has_afresh(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After several changes in a row, whatever changes, with few rows and with many."""
    monkeypatch.setattr(import_module("matcher.problem.fingerprint"), "MOST_CHANGED", 1)
    problem, draw = random_problem(seed), random.Random(seed)
    before = written_out(problem)
    for _ in range(5):
        problem = changed(problem, draw)
        before = written_out(problem, before)
        assert before.fingerprint == fingerprint(problem)


def test_rows_in_another_order_and_equal_rows_are_the_same_problem() -> None:
    """Whether or not they are the same objects."""
    problem = random_problem(3)
    turned = replace(problem, candidates=problem.candidates[::-1], vacancies=tuple(map(replace, problem.vacancies)))
    assert written_out(turned, written_out(problem)).fingerprint == fingerprint(problem)


def test_rows_of_the_same_content_go_and_come_one_by_one() -> None:
    """Several that are equal stand side by side among the texts: each that goes takes one of them."""
    problem = random_problem(3)
    skill = problem.courses[0]
    twins = tuple(replace(skill, course_id=f"twin-{number}", title="twin") for number in range(6))
    many = replace(problem, courses=(*problem.courses, *twins))
    rows = [*many.courses]
    before = written_out(many)
    for left in (rows[:-1], [*rows[:-4], *rows[-2:]], [replace(rows[-1], course_id="twin-9"), *rows[:-1]]):
        after = replace(many, courses=tuple(left))
        assert written_out(after, before).fingerprint == fingerprint(after)
