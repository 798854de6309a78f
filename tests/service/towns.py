"""A small town with work that begins soon, later and too late, to run batches on."""

from __future__ import annotations

from datetime import date

from matcher.problem import Problem
from tests.builders import budget, candidate, cohort, contract, course, held_skill, problem, required_skill, vacancy

AS_OF = date(2026, 9, 1)


def town() -> Problem:
    """Return three candidates, two of whom could drive a forklift in October, and a vacancy in the spring."""
    return problem(
        candidates=[candidate(f"C{number}", available_from="2026-01-01") for number in (1, 2, 3)],
        candidate_skills=[held_skill("C1", "forklift")],
        contracts=[
            contract("T1", start_date="2026-10-01", end_date="2027-09-30", buyer="school board", obligation_quantity=1),
            contract("T2", start_date="2027-04-01", end_date="2028-03-31", buyer="park board"),
        ],
        vacancies=[
            vacancy("V1", positions=2, contract_id="T1"),
            vacancy("V2", contract_id="T2"),
            vacancy("V3", start_date="2026-08-01"),
        ],
        vacancy_skills=[required_skill("V1", "forklift")],
        courses=[course("U1", skills=["forklift"])],
        cohorts=[
            cohort("K1", start_date="2026-09-07", end_date="2026-09-25", seats=1, budget_id="B1", cost_per_seat=1000),
        ],
        budgets=[budget("B1")],
    )
