"""What an alternative says that it keeps: counted placement by placement, compared in the tier's own integers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from matcher.check.difference import NO_DIFFERENCE, DifferenceLimits, check_difference
from matcher.check.report import Findings
from matcher.plan import Difference, OtherPlan, PlacedPair, WorstValue
from tests.check.plans import columns_of
from tests.check.town import town, town_plan

TIERS = ("shortfall", "placements", "cost", "tie_break")
VALUES = {"shortfall": 3 * 10**8, "placements": 2_500_000, "cost": 10_000, "tie_break": 77}


def other(*pairs: tuple[str, str]) -> OtherPlan:
    """Return a plan with these placements."""
    return OtherPlan(pairs=tuple(PlacedPair(candidate_id=person, vacancy_id=place) for person, place in pairs))


def told(difference: Difference | None, **values: int) -> tuple[DifferenceLimits, list[str], list[str]]:
    """Return what is read, every fault and every note, for the best plan of the town and given values of its tiers."""
    findings = Findings()
    totals: Any = SimpleNamespace(values=VALUES | values)
    plan = replace(town_plan(), difference=difference)
    limits = check_difference(plan, totals, columns_of(town()).limits, TIERS, findings)
    assert {violation.code for violation in findings.violations} <= {"difference"}
    return limits, [violation.message for violation in findings.violations], findings.notes


def difference(differ_by: Any = 1, plans: Any = (), **worst: str) -> Difference:
    """Return a difference; amounts of `worst` by tier."""
    stated = tuple(WorstValue(tier=tier, value=Decimal(amount)) for tier, amount in worst.items())
    return Difference(differ_by=differ_by, plans=tuple(plans), worst=stated)


def test_a_plan_that_is_no_alternative_has_nothing_to_keep() -> None:
    assert told(None) == (NO_DIFFERENCE, [], [])
    assert DifferenceLimits(avoided=(), most=(), worst={}) == NO_DIFFERENCE


def test_placements_are_counted_against_each_named_plan() -> None:
    """Ada stands in the plan at the warehouse, bo does not in the park: one of two is left out."""
    named = other(("ada", "warehouse"), ("bo", "park"))
    limits, faults, notes = told(difference(1, [named]))

    assert faults == []
    assert limits.avoided == (frozenset({(0, 3), (1, 1)}),)
    assert limits.most == (1,)
    assert notes == [
        "The bounds speak of the plans that differ in at least 1 placement from each plan that is named (1) and are "
        "not worse than stated."
    ]
    _, faults, _ = told(difference(2, [other(), named]))
    assert faults == [
        "At least 2 of the 0 placements of plan 1 must not be in the alternative, got 0.",
        "At least 2 of the 2 placements of plan 2 must not be in the alternative, got 1.",
    ]


def test_the_worst_value_of_a_tier_just_holds_and_just_fails() -> None:
    """A shortfall of 3 is not worse than 3, and a hundred-millionth more is; placements the other way round."""
    limits, faults, _ = told(difference(shortfall="3", placements="2.5"))
    assert faults == []
    assert limits.worst == {"shortfall": -3 * 10**8, "placements": 2_500_000}

    stated = difference(shortfall="3", placements="2.5", cost="100")
    for changes, tier in (
        ({"shortfall": 3 * 10**8 + 1}, "shortfall"),
        ({"placements": 2_499_999}, "placements"),
        ({"cost": 10_001}, "cost"),
    ):
        assert told(stated, **changes)[1] == [f"Tier {tier!r} must not be worse than the alternative says."]


def test_an_amount_between_two_integers_is_rounded_to_the_one_that_is_good_enough() -> None:
    """2.4999995 placements are kept by 2 500 000 millionths and not by 2 499 999; 100.005 kronor by 10 000 öre."""
    limits, faults, _ = told(difference(placements="2.4999995", cost="100.005"))

    assert (limits.worst, faults) == ({"placements": 2_500_000, "cost": -10_000}, [])


def test_what_cannot_be_read_is_named_and_counts_for_nothing() -> None:
    """Numbers, strangers, repetitions and tiers that are none: each has its sentence."""
    pair = ("ada", "warehouse")
    for stated, sentence in (
        (difference(0), "An alternative must differ in at least 1 placement, got 0."),
        (difference(True), "An alternative must differ in at least 1 placement, got True."),
        (
            difference(1, [other(pair, pair)]),
            "Each placement of plan 1, which the alternative differs from, must stand once.",
        ),
        (
            difference(1, [other(), other(("nobody", "park"))]),
            "Placement of 'nobody' at 'park' in plan 2, which the alternative differs from, must be of a candidate "
            "and a vacancy of the problem.",
        ),
        (
            difference(1, [other(("ada", "moon"))]),
            "Placement of 'ada' at 'moon' in plan 1, which the alternative differs from, must be of a candidate "
            "and a vacancy of the problem.",
        ),
        (difference(beauty="1"), "A worst value must be that of a tier of the plan, once, got 'beauty'."),
    ):
        assert told(stated) == (NO_DIFFERENCE, [sentence], [])
    twice = difference(cost="1")
    twice = replace(twice, worst=twice.worst * 2)
    assert told(twice)[1] == ["A worst value must be that of a tier of the plan, once, got 'cost'."]
