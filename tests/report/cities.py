"""A small city with everything a report shows: training, promises, budgets, quotas and open positions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from matcher.problem import Problem
from tests import builders as b


def small_city(**tables: Any) -> Problem:
    """Return six people, two contracts, three vacancies and two cohorts."""
    available = {"available_from": "2026-01-01"}
    given: dict[str, Any] = {
        "candidates": [
            b.candidate("C1", groups=("youth",), **available),
            b.candidate("C2", **available),
            b.candidate("C3", **available),
            b.candidate("C4", groups=("youth",), **available),
            b.candidate("C5", available_from="2027-01-01"),
        ],
        "contracts": [
            b.contract("T1", title="School kitchens", supplier="Lingon AB", obligation_quantity=Decimal(3)),
            b.contract("T2", start_date="2026-10-05", title="Waste", obligation_quantity=Decimal(1)),
        ],
        "vacancies": [
            b.vacancy("V1", 3, contract_id="T1", title="Kitchen assistant"),
            b.vacancy("V2", 1, contract_id="T2", title="Driver"),
            b.vacancy("V3", 2, title="Cleaner", groups=("newly-arrived",)),
        ],
        "vacancy_skills": [b.required_skill("V1", "kitchen"), b.required_skill("V2", "c-licence")],
        "candidate_skills": [b.held_skill("C1", "kitchen")],
        "courses": [
            b.course("U1", title="Kitchen", skills=("kitchen",)),
            b.course("U2", title="C licence", skills=("c-licence",)),
        ],
        "cohorts": [
            b.cohort("K1", "U1", seats=2, cost_per_seat=Decimal(9000), budget_id="B1"),
            b.cohort("K2", "U2", start_date="2026-03-02", end_date="2026-08-28", status="running"),
        ],
        "enrolments": [b.enrolment("C4", "K2")],
        "budgets": [b.budget("B1", 20_000)],
        "quotas": [b.quota("Q1", "youth", min_count=1), b.quota("Q2", "youth", max_share=Decimal("0.9"))],
    }
    return b.problem(**given | tables)
