"""What bounds a plan, as integers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matcher.columns import Limits
from matcher.errors import UnsupportedRule
from matcher.features import build_columns
from tests import builders as given


def limits(**tables: object) -> Limits:
    return build_columns(given.problem(**tables)).limits


def test_promises_are_taken_off_seats_and_budget() -> None:
    """Enrolled people use seats and money, cohorts that run use their fixed cost, and nothing falls below zero."""
    found = limits(
        candidates=[given.candidate("C1"), given.candidate("C2")],
        courses=[given.course()],
        budgets=[given.budget("B1", "1000.10"), given.budget("B2", 5)],
        cohorts=[
            given.cohort("K1", seats=1, cost_per_seat=Decimal("100.015"), fixed_cost=Decimal(50), budget_id="B1"),
            given.cohort("K2", seats=3, fixed_cost=Decimal(400), budget_id="B1", status="optional"),
            given.cohort("K3", seats=3, fixed_cost=Decimal(6), budget_id="B2"),
            given.cohort("K4"),
        ],
        enrolments=[given.enrolment("C1", "K1"), given.enrolment("C2", "K1"), given.enrolment("C1", "K3")],
    )

    assert found.seats.tolist() == [0, 3, 2, 10]
    assert found.seat_cost.tolist() == [10_002, 0, 0, 0]
    assert found.budget.tolist() == [100_010 - 2 * 10_002 - 5_000, 0]
    assert found.budget_of_cohort.tolist() == [0, 0, 1, -1]


def test_obligations_are_priced_by_unit_and_kind() -> None:
    """A hundredth of an hour costs what the policy says of hours, a dialogue a quarter of a requirement."""
    found = limits(
        contracts=[
            given.contract("T1", obligation_quantity=Decimal("2.5")),
            given.contract("T2", obligation_quantity=Decimal(100), obligation_unit="hours", obligation_kind="dialogue"),
            given.contract("T3", obligation_quantity=Decimal(9), status="ended"),
            given.contract("T4"),
        ],
        vacancies=[
            given.vacancy("V1", 7, contract_id="T3"),
            given.vacancy("V2", 2),
            given.vacancy("V3", contract_id="T1"),
        ],
    )

    assert found.required.tolist() == [250, 10_000, 0, 0]
    assert found.shortfall_price.tolist() == [1_000_000, 126, 1_000_000, 1_000_000]
    assert found.contract_of_vacancy.tolist() == [2, -1, 0]
    assert found.positions.tolist() == [0, 2, 1]


def test_quotas_cover_their_scope() -> None:
    """A quota covers all vacancies, or those of one buyer, supplier or contract."""
    found = limits(
        contracts=[given.contract("T1", buyer="city", supplier="Bygg AB"), given.contract("T2", buyer="city")],
        vacancies=[given.vacancy("V1", contract_id="T1"), given.vacancy("V2", contract_id="T2"), given.vacancy("V3")],
        quotas=[
            given.quota("Q1", "youth", max_count=4, min_share=Decimal("0.25")),
            given.quota(
                "Q2", "newcomers", scope="buyer", scope_id="city", hard=False, price=Decimal("0.5"), min_count=3
            ),
            given.quota("Q3", "youth", scope="supplier", scope_id="Bygg AB", max_share=Decimal("0.333333")),
            given.quota("Q4", "disabled", scope="contract", scope_id="T2"),
        ],
    )

    assert found.quota_covers.tolist() == [
        [True, True, True],
        [True, True, False],
        [True, False, False],
        [False, True, False],
    ]
    assert found.quota_group.tolist() == [2, 1, 2, 0]
    assert found.quota_min.tolist() == [-1, 3, -1, 1]
    assert found.quota_max.tolist() == [4, -1, -1, -1]
    assert found.quota_min_share.tolist() == [250_000, -1, -1, -1]
    assert found.quota_max_share.tolist() == [-1, -1, 333_333, -1]
    assert found.quota_price.tolist() == [-1, 500_000, -1, -1]
    assert found.hard_quota_price == 10**9


def test_pinned_and_accepted_pairs_are_pins_once_each() -> None:
    """A pair that is pinned and accepted stands once among the pins, in order of candidate and vacancy."""
    found = limits(
        candidates=[given.candidate("C1"), given.candidate("C2")],
        vacancies=[given.vacancy("V1"), given.vacancy("V2")],
        decisions=[
            given.decision("C2", "V1", "accepted"),
            given.decision("C1", "V2", "pinned"),
            given.decision("C1", "V2", "accepted"),
            given.decision("C1", "V1", "forbidden"),
        ],
    )

    assert found.pinned_candidate.tolist() == [0, 1]
    assert found.pinned_vacancy.tolist() == [1, 0]


def test_more_groups_than_bits_are_refused() -> None:
    """Quotas on 62 groups fit into a column's bits; on 63 they are refused with a sentence."""
    quotas = [given.quota(f"Q{number}", f"group {number}") for number in range(63)]

    assert limits(quotas=quotas[:62]).quota_group.max() == 61
    with pytest.raises(UnsupportedRule, match="at most 62"):
        limits(quotas=quotas)
