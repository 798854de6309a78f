"""Ready-scored problems: the given pairs and nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from matcher.features import build_columns
from tests import builders as given


def test_pairs_become_columns_in_order_with_exact_weights() -> None:
    """Pairs are sorted by candidate, vacancy and route; a score becomes its millionths exactly."""
    columns = build_columns(
        given.problem(
            candidates=[given.candidate("C1"), given.candidate("C2")],
            vacancies=[given.vacancy("V1"), given.vacancy("V2")],
            courses=[given.course()],
            cohorts=[given.cohort("K1"), given.cohort("K2")],
            pairs=[
                given.pair("C2", "V1", "0.000001"),
                given.pair("C1", "V2", "0.123457", cohort_ids=("K2", "K1")),
                given.pair("C1", "V2", "0.3", cohort_ids=("K1",)),
                given.pair("C1", "V2", "0.700000"),
                given.pair("C1", "V1", "1"),
            ],
        )
    )

    assert columns.candidate.tolist() == [0, 0, 0, 0, 1]
    assert columns.vacancy.tolist() == [0, 1, 1, 1, 0]
    assert [columns.route(number) for number in range(5)] == [(), (), ("K1",), ("K2", "K1"), ()]
    assert columns.weight.tolist() == [1_000_000, 700_000, 300_000, 123_457, 1]


def test_pairs_own_cost_is_added_to_new_seats() -> None:
    """A promised seat costs nothing, a new one its price, and the pair's own cost comes on top."""
    columns = build_columns(
        given.problem(
            candidates=[given.candidate()],
            vacancies=[given.vacancy("V1"), given.vacancy("V2")],
            courses=[given.course()],
            cohorts=[
                given.cohort("K1", cost_per_seat=Decimal(100)),
                given.cohort("K2", cost_per_seat=Decimal("7.005")),
            ],
            enrolments=[given.enrolment(cohort_id="K1")],
            pairs=[
                given.pair(vacancy_id="V1", cohort_ids=("K1", "K2"), cost=Decimal("0.125")),
                given.pair(vacancy_id="V2"),
            ],
        )
    )

    assert columns.cost.tolist() == [700 + 12, 0]
    assert columns.route_is_new.tolist() == [False, True]


def test_only_forbidden_pairs_and_closed_contracts_are_left_out() -> None:
    """No rule of eligibility applies to given pairs, but decisions and closed contracts do."""
    columns = build_columns(
        given.problem(
            candidates=[given.candidate("C1", available_from="2030-01-01"), given.candidate("C2")],
            contracts=[given.contract(status="ended")],
            vacancies=[given.vacancy("V1"), given.vacancy("V2", contract_id="T1")],
            vacancy_skills=[given.required_skill("V1")],
            decisions=[given.decision("C2", "V1", "forbidden")],
            pairs=[given.pair("C1", "V1"), given.pair("C2", "V1"), given.pair("C1", "V2")],
        )
    )

    assert columns.candidate.tolist() == [0]
    assert columns.vacancy.tolist() == [0]


def test_open_start_day_counts_every_membership() -> None:
    """Without a start the day is open and an ended membership still counts; with one it is judged on the day."""
    columns = build_columns(
        given.problem(
            candidates=[given.candidate(groups=["youth:2026-09-01"])],
            contracts=[given.contract(start_date=None)],
            vacancies=[given.vacancy("V1", contract_id="T1"), given.vacancy("V2", start_date="2026-09-02")],
            quotas=[given.quota()],
            pairs=[given.pair(vacancy_id="V1"), given.pair(vacancy_id="V2")],
        )
    )

    assert columns.start_day.tolist() == [0, date(2026, 9, 2).toordinal()]
    assert columns.group_bits.tolist() == [1, 0]
