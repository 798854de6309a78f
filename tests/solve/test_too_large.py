"""Weights times quantities that 64 bits cannot hold are refused by name; the rest is proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from matcher.errors import UnsupportedRule
from matcher.problem import Contract, Policy, Problem, Quota
from matcher.solve import solve
from tests import builders as build

MILLION = Decimal(10**6)


def owing(quantity: str, *, quotas: tuple[Quota, ...] = (), credit: str = "1", **policy: Any) -> Problem:
    """Return a problem of three people and two places of a contract that owes so much."""
    unit = "credit" if credit != "1" else "persons"
    contract = Contract(
        contract_id="T",
        start_date=date(2026, 9, 1),
        end_date=date(2126, 9, 1),
        obligation_quantity=Decimal(quantity),
        obligation_unit=unit,  # type: ignore[arg-type]
    )
    return build.problem(
        candidates=[build.candidate(f"C{number}", groups=build.groups("youth")) for number in range(3)],
        contracts=[contract],
        vacancies=[build.vacancy("V", 2, contract_id="T", start_date=None)],
        quotas=list(quotas),
        policy=replace(Policy(credit={"youth": Decimal(credit)}), **policy),
    )


def least(count: int) -> Quota:
    """Return a hard minimum count."""
    return Quota(quota_id="Q", group="youth", min_count=count)


def weights(name: str, value: Decimal) -> dict[str, dict[str, Decimal]]:
    """Return the policy's table of that name in which everything weighs so much."""
    return {name: dict.fromkeys(getattr(Policy(), name), value)}


@pytest.mark.parametrize(
    ("problem", "fault"),
    [
        (owing("1000000000", **weights("unit_weight", Decimal(100))), "Contract 'T' must have obligation_quantity"),
        (
            owing("3", **weights("unit_weight", MILLION), **weights("shortfall_weight", MILLION)),
            "Contract 'T' must have obligation_quantity that .*, got 3. Write a smaller number",
        ),
        (
            owing(
                "1",
                quotas=(least(10**9),),
                **weights("shortfall_weight", Decimal(1000)),
            ),
            "Quota 'Q' must have min_count",
        ),
        (
            owing("1", quotas=(least(3),), **weights("shortfall_weight", MILLION)),
            "Quota 'Q' must have min_count",
        ),
        (
            owing("1", quotas=(Quota(quota_id="Q", group="youth", min_count=10**9, hard=False, price=MILLION),)),
            "Quota 'Q' must have price that .*, got 1000000",
        ),
    ],
)
def test_what_64_bits_cannot_count_is_refused_by_name(problem: Problem, fault: str) -> None:
    with pytest.raises(UnsupportedRule, match=fault):
        solve(problem)


@pytest.mark.parametrize(
    ("problem", "shortfall"),
    [
        (owing("1000000000"), 10**9 - 2),
        (owing("3", **weights("unit_weight", Decimal(10_000))), 10_000),
        (owing("1", quotas=(least(10**9),)), 10 * (10**9 - 2)),
        (
            owing(
                "1",
                quotas=(least(3),),
                **weights("shortfall_weight", Decimal(10_000)),
            ),
            10_000,
        ),
    ],
)
def test_what_they_can_count_is_proven(problem: Problem, shortfall: int) -> None:
    plan = solve(problem).plan

    assert plan.status == "optimal"
    assert plan.tiers[0].value == plan.tiers[0].bound == shortfall


def test_a_rounding_of_too_many_hours_is_left_out() -> None:
    """A billion, of which one person in a century delivers more, leaves a remainder with terms of more than 64 bits."""
    plan = solve(owing("1000000000", credit="1000000")).plan

    assert plan.status == "optimal"
    assert plan.shortfalls[0].delivered > plan.shortfalls[0].required == 10**9


def test_a_closed_contract_owes_nothing_that_could_be_too_large() -> None:
    problem = owing("1000000000", **weights("unit_weight", Decimal(100)))
    closed = replace(problem, contracts=tuple(replace(row, status="ended") for row in problem.contracts))

    assert solve(closed).plan.status == "optimal"
