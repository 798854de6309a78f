"""The sentences that open a report: true in every case, and never more than was proven."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from matcher.languages import phrases
from matcher.plan import Baseline
from matcher.report import Summary, comparison_text, gap_text, summarise
from tests import builders as b
from tests.explain.plans import assignment, plan
from tests.report.stories import facts, small_city, small_plan

EN = phrases("en")


def summary(baseline: Baseline | None) -> Summary:
    """Return the figures of the small plan, compared with a baseline."""
    problem = small_city()
    made = small_plan(problem)
    return summarise(problem, made, facts(problem, made, baseline=baseline, unfilled=()))


def test_comparison_speaks_of_what_the_baseline_does_worse() -> None:
    """Fewer people, else more unmet obligations, else fewer lasting placements; nothing where it is as good."""
    fewer = summary(Baseline(placements=3, value=Decimal("2.2"), shortfall=Decimal(1)))
    unmet = summary(Baseline(placements=5, value=Decimal(4), shortfall=Decimal("1.5")))
    shorter = summary(Baseline(placements=4, value=Decimal("2.5"), shortfall=Decimal(0)))
    equal = summary(Baseline(placements=4, value=Decimal("2.9"), shortfall=Decimal(0)))

    assert "would fill only 3." in (comparison_text(fewer, EN) or "")
    assert "would leave 1.5 instead of 0 person equivalents" in (comparison_text(unmet, EN) or "")
    assert "would reach 2.5 instead of 2.9 expected lasting placements." in (comparison_text(shorter, EN) or "")
    assert comparison_text(equal, EN) is None
    assert comparison_text(summary(None), EN) is None


def test_comparison_needs_the_aim_that_it_is_about() -> None:
    """A plan that pursued neither obligations nor placements is compared by people alone."""
    found = replace(
        summary(Baseline(placements=4, value=Decimal(0), shortfall=Decimal(9))), shortfall=None, expected=None
    )

    assert comparison_text(found, EN) is None


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (0.0, "0%"),
        (1e-12, "less than 0.000001%"),
        (1.1e-6, "0.00012%"),
        (4.2e-6, "0.00042%"),
        (0.00061, "0.061%"),
        (0.5, "50%"),
        (1.0, "100%"),
    ],
)
def test_gap_is_never_rounded_down(gap: float, said: str) -> None:
    """What is shown is at least what was proven, and nothing above zero is shown as zero."""
    assert gap_text(gap, EN) == said


def test_a_person_with_two_placements_is_one_person_placed() -> None:
    """Positions are counted by placements, people by heads."""
    problem = b.problem(
        candidates=[b.candidate("C1", max_placements=2), b.candidate("C2")],
        vacancies=[b.vacancy(name, extent_percent=50) for name in ("V1", "V2")],
    )
    made = plan(problem, assignment("C1", "V1"), assignment("C1", "V2"))
    found = summarise(problem, made, facts(problem, made))

    assert (found.filled, found.placed, found.people) == (2, 1, 2)
