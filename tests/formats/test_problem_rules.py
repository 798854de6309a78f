"""Rules of the domain without which a file could not hold every valid problem, or could hold a senseless one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from matcher.errors import InvalidInput
from matcher.problem import GroupMembership, cross_faults
from matcher.problem.prerequisites import courses_in_circles
from tests.builders import (
    budget,
    candidate,
    cohort,
    contract,
    course,
    decision,
    held_skill,
    municipality,
    pair,
    past_placement,
    policy,
    quota,
    resource,
    vacancy,
)

Rows = dict[str, Sequence[Any]]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: candidate("C\t1"), "bad_id"),
        (lambda: candidate("C1 "), "bad_id"),
        (lambda: candidate(""), "missing_value"),
        (lambda: candidate("x" * 201), "bad_id"),
        (lambda: candidate("\ud800"), "bad_id"),
        (lambda: candidate(groups=[GroupMembership(group="a:b")]), "bad_entry"),
        (lambda: candidate(groups=["a;b"]), "bad_entry"),
        (lambda: candidate(occupations=tuple(map(str, range(501)))), "too_many_entries"),
        (lambda: candidate(available_until=date.max), "out_of_range"),
        (lambda: candidate(available_from=date.min), "out_of_range"),
        (lambda: held_skill(valid_until="2201-01-01"), "out_of_range"),
        (lambda: contract(title="a\x00b"), "bad_text"),
        (lambda: contract(title=""), "missing_value"),
        (lambda: contract(buyer="x" * 10_001), "bad_text"),
        (lambda: contract(supplier=" x"), "bad_text"),
        (lambda: vacancy(positions=10**400), "out_of_range"),
        (lambda: vacancy(duration_months=Decimal("NaN")), "out_of_range"),
        (lambda: vacancy(duration_months=Decimal("sNaN")), "out_of_range"),
        (lambda: cohort(cost_per_seat=Decimal("Infinity")), "out_of_range"),
        (lambda: cohort(cost_per_seat=Decimal("1E-31")), "too_precise"),
        (lambda: course(completion_rate=Decimal("0.00009")), "out_of_range"),
        (lambda: budget(amount=Decimal("-NaN")), "out_of_range"),
        (lambda: quota(min_share=Decimal("NaN"), max_share=Decimal("0.5")), "out_of_range"),
        (lambda: quota(min_share=Decimal("0.6"), max_share=Decimal("0.5")), "limit_order"),
        (lambda: quota(group="a:b"), "bad_entry"),
        (lambda: quota(group=None), "missing_value"),
        (lambda: quota(group=None, months_out_of_work=-1), "out_of_range"),
        (lambda: resource(limit="1E+10"), "out_of_range"),
        (lambda: decision(reason="a\rb"), "bad_text"),
        (lambda: pair(score="NaN"), "out_of_range"),
        (lambda: pair(score="sNaN"), "out_of_range"),
        (lambda: pair(score="0.1234567"), "too_precise"),
        (lambda: pair(resource_id="R1", resource_use=Decimal("0.1234567")), "too_precise"),
        (lambda: resource(limit="0.1234567"), "too_precise"),
        (lambda: municipality(latitude=float("nan")), "out_of_range"),
        (lambda: past_placement(nice_share=float("inf")), "out_of_range"),
        (lambda: policy(name=""), "missing_value"),
        (lambda: policy(credit={"a:b": Decimal(1)}), "bad_entry"),
    ],
)
def test_what_no_file_could_hold_is_refused(make: Callable[[], Any], code: str) -> None:
    """Odd ids, texts, days and numbers raise `InvalidInput`, never anything else."""
    with pytest.raises(InvalidInput) as refusal:
        make()

    assert code in {fault.code for fault in refusal.value.faults}


@pytest.mark.parametrize(
    "make",
    [
        lambda: pair(score="0.100000000"),
        lambda: pair(score="1E-6"),
        lambda: course(completion_rate=Decimal("0.0001")),
        lambda: contract(title="två\nrader\u00a0x"),
        lambda: candidate("a b-c/d.é"),
        lambda: cohort(cost_per_seat=Decimal("1E-30")),
    ],
)
def test_what_a_file_can_hold_is_accepted(make: Callable[[], Any]) -> None:
    """Trailing zeros, small amounts, lines and spaces inside texts are fine."""
    assert make()


def circles(*courses: tuple[str, str]) -> list[int]:
    """Return the courses in circles, each given as granted and presumed skills."""
    return courses_in_circles(
        [
            course(f"U{number}", skills=granted.split(), prerequisites=presumed.split())
            for number, (granted, presumed) in enumerate(courses)
        ]
    )


def test_a_higher_level_after_a_lower_is_a_step() -> None:
    """Swedish 2 presumes Swedish 1, whether or not another course grants that."""
    assert circles(("s:1", ""), ("s:2", "s:1"), ("s:3", "s:2")) == []
    assert circles(("s:2", "s:1"), ("s:3", "s:2")) == []


def test_a_course_that_grants_what_it_presumes_stands_still() -> None:
    """The same level or a lower one."""
    assert circles(("s:2", "s:2"), ("s:1 b", "s:2"), ("t", "")) == [0, 1]


def test_a_circle_of_courses() -> None:
    """Only those in the circle are named, not those that wait for it."""
    assert circles(("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("e", "d")) == [0, 1, 2]


def test_one_way_in_is_enough() -> None:
    """A circle that can be entered from outside keeps nobody out."""
    assert circles(("a", "b"), ("b", "a"), ("b", "")) == []


def test_a_prerequisite_that_no_course_grants_is_held_from_elsewhere() -> None:
    """It closes nothing."""
    assert circles(("a", "x"), ("b", "a")) == []


def test_a_long_chain_takes_no_time() -> None:
    """Twenty thousand courses in a row, and in a circle."""
    count = 20_000
    assert circles(*((f"a{n}", f"a{n + 1}") for n in range(count))) == []
    assert circles(*((f"a{n}", f"a{(n + 1) % count}") for n in range(count))) == list(range(count))


def test_references_to_an_unread_table_are_not_judged() -> None:
    """``None`` among the known ids stands for a table that could not be read."""
    rows: Rows = {"candidate_skills": [held_skill("C1"), held_skill("C2")], "candidates": [candidate("C1")]}

    assert [fault.value for fault in cross_faults(rows)] == ["C2"]
    assert cross_faults(rows, {"candidates": ["C2"]}) == []
    assert cross_faults(rows, {"candidates": None}) == []


def test_rows_are_numbered_as_in_their_table() -> None:
    """Where rows were left out, faults name the place of the row in the whole table."""
    rows = {"candidates": [candidate("C1"), candidate("C1")]}

    (fault,) = cross_faults(rows, row_numbers={"candidates": [3, 7]})

    assert (fault.row, fault.repeats) == (7, 3)
    assert "(row 4 of the table has it too)" in fault.must


def test_the_number_of_faults_can_be_limited() -> None:
    """The first ones are returned."""
    rows = {"candidate_skills": [held_skill(f"C{number}") for number in range(50)]}

    assert len(cross_faults(rows)) == 50
    assert [fault.row for fault in cross_faults(rows, limit=3)] == [0, 1, 2]


def test_scopes_of_unread_contracts_are_not_judged() -> None:
    """Who buys and supplies is not known then."""
    rows = {"quotas": [quota(scope="supplier", scope_id="Alfa")]}

    assert len(cross_faults(rows)) == 1
    assert cross_faults(rows, {"contracts": None}) == []
    assert cross_faults(rows, {"supplier": None}) == []
