"""Sums of seats that one budget pays: cases may keep them between two numbers, and nothing about them is believed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from matcher.check import CheckReport, check_plan
from matcher.features import build_columns
from matcher.plan import Case, FixedRange, PricedRow
from matcher.problem import Policy, Problem
from tests import builders as given
from tests.check.plans import sound_plan
from tests.oracles.columns import enumerate_columns

SCALE = 10**6
DEAR = "B1|8000"  # K2 and K3
Row = tuple[str, str, str]


def village() -> Problem:
    """Return three people, each with a course of their own; the money is enough for the two dearer ones."""
    costs = {"K1": Decimal(50), "K2": Decimal(80), "K3": Decimal(120)}
    routes = {"C1": ("K1", "0.5"), "C2": ("K2", "0.6"), "C3": ("K3", "0.7")}
    return given.problem(
        candidates=[given.candidate(name) for name in routes],
        vacancies=[given.vacancy("V1", 3)],
        courses=[given.course()],
        cohorts=[given.cohort(name, seats=1, cost_per_seat=cost, budget_id="B1") for name, cost in costs.items()],
        budgets=[given.budget("B1", 200)],
        pairs=[given.pair(name, score=score, cohort_ids=(cohort,)) for name, (cohort, score) in routes.items()],
        policy=Policy(tiers=("placements",)),
    )


def case(between: tuple[int, int] | None, *prices: Row, of: str = DEAR) -> Case:
    ranges = (
        () if between is None else (FixedRange(kind="budget_seats", entity_id=of, least=between[0], most=between[1]),)
    )
    rows = tuple(
        PricedRow(kind=kind, entity_id=name, price=int(Decimal(price) * SCALE * SCALE)) for kind, name, price in prices
    )
    return Case(tier="placements", fixed=(), between=ranges, prices=rows)


def report_of(*cases: Case) -> CheckReport:
    problem = village()
    facts = enumerate_columns(problem)
    plan = sound_plan(problem, facts, [key for key in facts if key[0] in ("C2", "C3")])
    others = tuple(one for one in plan.certificate.cases if one.tier != "placements")
    plan = replace(plan, certificate=replace(plan.certificate, price_scale=SCALE, cases=(*cases, *others)))
    return check_plan(problem, plan, build_columns(problem))


FEW = case((0, 1), ("budget_seats", DEAR, "0.6"))
BOTH = case((2, 2), ("budget_seats", DEAR, "-0.7"), ("budget", "B1", "0.0001"))


def test_sums_are_counted_in_a_bound() -> None:
    """By hand: with one of the dear seats at most 0.6 + 0.5 + (0.7 - 0.6); with both 2.0 - 2 x 0.7 + 0.5 + 0.2."""
    assert report_of(FEW, case((2, 2), ("budget_seats", DEAR, "1"))).tiers[0].bound == Decimal("2.5")
    assert report_of(FEW, BOTH).tiers[0].bound == Decimal("1.3")
    # Nobody knows yet how many it is: a price counts by all seats, a refund by none.
    assert report_of(case(None, ("budget_seats", DEAR, "0.6"))).tiers[0].bound == Decimal("1.8")
    assert report_of(case(None, ("budget_seats", DEAR, "-0.6"))).tiers[0].bound == Decimal("3.0")


@pytest.mark.parametrize(
    ("cases", "fault"),
    [
        ((FEW, case((2, 3))), "lie in a range from 0 to 2"),
        ((FEW,), "must cover every plan"),
        ((case((0, 0)), BOTH), "must cover every plan"),
        ((case(None, ("budget_seats", "B1|7999", "0.6")),), "stand for a limit of the problem"),
        ((case(None, ("budget_seats", "B1", "0.6")),), "stand for a limit of the problem"),
        ((case((0, 2), of="B1|7999"),), "must exist"),
        ((case(None, ("budget_seats", DEAR, "0.6"), ("budget_seats", DEAR, "0.6")),), "stand once in a case"),
    ],
)
def test_what_is_said_of_sums_must_exist_and_hold_every_plan(cases: tuple[Case, ...], fault: str) -> None:
    assert fault in " ".join(violation.message for violation in report_of(*cases).violations)


def test_each_sum_counts_the_dear_seats_alone() -> None:
    """The sum from 80 kronor leaves K1 out, that from 50 has all three seats and that from 120 one."""
    for of, most in ((DEAR, 2), ("B1|5000", 3), ("B1|12000", 1)):
        assert "lie in a range" not in str(report_of(case((0, most), of=of)).violations)
        assert f"lie in a range from 0 to {most}" in str(report_of(case((0, most + 1), of=of)).violations)
