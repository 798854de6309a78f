"""A small town with one of everything: the problem whose sound plan the tests spoil in many ways."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from matcher.plan import Plan
from matcher.problem import Problem
from tests import builders as build
from tests.check.plans import best_sound_plan


def town(**changed: Any) -> Problem:
    """Return the town, with some tables replaced.

    Ada is pinned to the warehouse, Bo can drive a truck after a course, Cy after another that he has been promised, Di
    may not be placed in the kitchen, and Eve has no way to anything but the park.
    """
    tables: dict[str, Any] = {
        "candidates": [
            build.candidate("ada", groups=["youth"], months_out_of_work=12),
            build.candidate("bo", available_from="2026-01-01", groups=["foreign_born"], municipality="1480"),
            build.candidate("cy", available_from="2026-01-01", groups=["youth:2026-12-31"]),
            build.candidate("di", groups=["foreign_born"]),
            build.candidate("eve", extent_percent=50),
        ],
        "candidate_skills": [
            build.held_skill("ada", "forklift", valid_until="2026-12-31"),
            build.held_skill("ada", "cooking"),
            build.held_skill("bo", "swedish", level=2),
        ],
        "contracts": [
            build.contract(
                "hall", buyer="city", supplier="Alfa", obligation_quantity=Decimal(3), groups=("youth", "foreign_born")
            ),
        ],
        "vacancies": [
            build.vacancy("kitchen", contract_id="hall", municipality="1480"),
            build.vacancy("park", positions=2, extent_percent=50, groups=()),
            build.vacancy("truck", positions=2, contract_id="hall", latest_start_date="2026-10-01"),
            build.vacancy("warehouse", contract_id="hall"),
        ],
        "vacancy_skills": [
            build.required_skill("kitchen", "cooking"),
            build.required_skill("truck", "driving", level=2),
            build.required_skill("truck", "swedish", kind="nice"),
            build.required_skill("warehouse", "forklift"),
        ],
        "courses": [
            build.course("drive", skills=["driving:2"], prerequisites=["swedish"], completion_rate=Decimal("0.9")),
            build.course("wheels", skills=["driving:3"]),
            build.course("cook", skills=["cooking"]),
        ],
        "cohorts": [
            build.cohort(
                "cook1",
                "cook",
                seats=1,
                start_date="2026-03-01",
                end_date="2026-03-31",
                budget_id="purse",
                cost_per_seat=Decimal(70),
            ),
            build.cohort(
                "drive1",
                "drive",
                seats=1,
                start_date="2026-05-01",
                end_date="2026-08-31",
                budget_id="purse",
                cost_per_seat=Decimal(100),
            ),
            build.cohort(
                "wheels1", "wheels", seats=2, start_date="2026-08-15", end_date="2026-09-14", status="running"
            ),
        ],
        "budgets": [build.budget("purse", 170)],
        "quotas": [
            build.quota("least_youth", "youth", min_count=2),
            build.quota("most_foreign", "foreign_born", scope="buyer", scope_id="city", max_count=2),
            build.quota("share_youth", "youth", scope="contract", scope_id="hall", min_share=Decimal("0.5")),
            build.quota("wish_disabled", "disabled", min_count=1, hard=False, price=Decimal("0.1")),
        ],
        "decisions": [build.decision("ada", "warehouse"), build.decision("di", "kitchen", "forbidden")],
        "enrolments": [build.enrolment("cy", "wheels1")],
        "municipalities": [build.municipality("1480")],
    }
    return build.problem(**(tables | changed))


def town_plan() -> Plan:
    """Return the best plan of the town."""
    plan = best_sound_plan(town())
    assert plan is not None
    return plan
