"""Before the clause is written: can four interns of four months be promised by the start of the rebuilding?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from matcher.problem import Problem
from matcher.problem.changes import CancelCohort, MoveContract
from matcher.whatif.tender import requirement_of
from tests.golden.ostersund.test_internships import the_school

START = date(2018, 5, 2)


def as_tender() -> Problem:
    """Return the school's contract as it stood before anything was asked of it: its places, and no quantity."""
    problem = the_school()
    contracts = tuple(replace(row, status="tendered", obligation_quantity=None) for row in problem.contracts)
    return replace(problem, contracts=contracts)


def test_sixteen_months_can_be_promised_from_the_first_day() -> None:
    """Two who know the safety rules and two who learn them in April: not a month more, and not a day later."""
    study = requirement_of(as_tender(), "skolan", by=START, quantity=16)

    (most,), (earliest,) = study.largest, study.earliest
    assert (study.unit, most.quantity, most.is_proven) == ("person_months", 16, True)
    assert (earliest.by, earliest.is_proven) == (START, True)
    assert most.plan is not None
    assert {entry.candidate_id for entry in most.plan.assignments} == {"anna", "bahar", "carin", "dawit"}


def test_without_the_safety_course_half_of_it_can() -> None:
    """And no later day makes it more: nobody else learns the rules."""
    without = CancelCohort(cohort_id="sakerhet-april").applied(as_tender())

    study = requirement_of(without, "skolan", by=START, quantity=12)

    assert (study.largest[0].quantity, study.largest[0].is_proven) == (8, True)
    assert (study.earliest[0].by, study.earliest[0].is_proven) == (None, True)


def test_a_rebuilding_from_the_middle_of_april_can_have_all_four_from_the_28th() -> None:
    """The course ends on the 27th: by then two can be promised, a day later four."""
    sooner = MoveContract(contract_id="skolan", start_date=date(2018, 4, 16)).applied(as_tender())

    study = requirement_of(sooner, "skolan", by=date(2018, 4, 27), quantity=16)

    assert study.largest[0].quantity == 8
    assert study.earliest[0].by == date(2018, 4, 28)


def test_each_group_alone_can_be_promised_less() -> None:
    """The clause names three groups; asked about one by one, each has its own people."""
    groups = ("disabled", "foreign_born", "long_term_unemployed")

    study = requirement_of(as_tender(), "skolan", by=START, groups=groups)

    assert {answer.group: answer.quantity for answer in study.largest} == {
        "disabled": 4,
        "foreign_born": 8,
        "long_term_unemployed": 4,
    }
