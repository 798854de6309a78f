"""Plans put together by hand, as far as an explanation or a report reads them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from matcher.explain import PlanReading, Reading, explain_pair, explain_vacancy, unfilled_reasons
from matcher.features import build_columns
from matcher.plan import Assignment, Certificate, CohortUse, Delivery, Plan, SolverInfo, TierResult, Unfilled
from matcher.problem import Problem, fingerprint
from tests import builders as b


def assignment(
    candidate_id: str = "C1", vacancy_id: str = "V1", *cohort_ids: str, start: str | None = "2026-09-01"
) -> Assignment:
    """Return a placement."""
    return Assignment(
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        cohort_ids=cohort_ids,
        start_date=None if start is None else date.fromisoformat(start),
        score=Decimal("0.5"),
    )


def plan(problem: Problem, *assignments: Assignment, **fields: Any) -> Plan:
    """Return a plan of these placements, with the lists that follow from them."""
    taken = Counter(entry.vacancy_id for entry in assignments)
    seats = {(entry.candidate_id, entry.cohort_id) for entry in problem.enrolments}
    seats |= {(entry.candidate_id, cohort_id) for entry in assignments for cohort_id in entry.cohort_ids}
    enrolled = Counter(cohort_id for _, cohort_id in seats)
    given: dict[str, Any] = {
        "problem_hash": fingerprint(problem),
        "status": "optimal",
        "gap_limit": 1e-6,
        "tiers": (tier("placements", "0.5"),),
        "assignments": assignments,
        "cohorts": tuple(
            CohortUse(cohort_id=cohort.cohort_id, enrolled=enrolled[cohort.cohort_id], runs=True)
            for cohort in problem.cohorts
        ),
        "shortfalls": _deliveries(problem, taken),
        "unfilled": tuple(
            Unfilled(vacancy_id=vacancy.vacancy_id, open=vacancy.positions - taken[vacancy.vacancy_id])
            for vacancy in problem.vacancies
            if vacancy.positions > taken[vacancy.vacancy_id]
        ),
        "quota_breaches": (),
        "certificate": Certificate(price_scale=1, cases=()),
        "solver": SolverInfo(name="by hand", version="1", seed=0),
    }
    return Plan(**given | fields)


def tier(name: str, value: str, bound: str | None = None, gap: float = 0.0) -> TierResult:
    """Return an aim that was reached, at its bound unless told otherwise."""
    return TierResult(name=name, value=Decimal(value), bound=Decimal(bound or value), gap=gap, claimed_gap=0.0)


def greedy_plan(problem: Problem) -> Plan:
    """Return a plan that takes the first free place of each candidate, for tests of what is said about any plan."""
    reading, seats = Reading(problem), Counter(entry.cohort_id for entry in problem.enrolments)
    positions = {vacancy.vacancy_id: vacancy.positions for vacancy in problem.vacancies}
    assignments = []
    for candidate in problem.candidates:
        for vacancy in problem.vacancies:
            vacancy_id = vacancy.vacancy_id
            pair = explain_pair(reading, candidate.candidate_id, vacancy_id)
            if not pair.routes or positions[vacancy_id] == 0:
                continue
            route = pair.routes[0]
            if any(step.is_new and seats[step.cohort_id] >= _seats(problem, step.cohort_id) for step in route.steps):
                continue
            seats.update(step.cohort_id for step in route.steps if step.is_new)
            positions[vacancy_id] -= 1
            start = route.start_date.isoformat() if route.start_date else None
            ids = [step.cohort_id for step in route.steps]
            assignments.append(assignment(candidate.candidate_id, vacancy_id, *ids, start=start))
            break
    return plan(problem, *assignments)


def _seats(problem: Problem, cohort_id: str) -> int:
    return next(cohort.seats for cohort in problem.cohorts if cohort.cohort_id == cohort_id)


def _deliveries(problem: Problem, taken: Counter[str]) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(
            contract_id=contract.contract_id,
            required=contract.obligation_quantity,
            delivered=Decimal(
                sum(taken[entry.vacancy_id] for entry in problem.vacancies if entry.contract_id == contract.contract_id)
            ),
        )
        for contract in problem.contracts
        if contract.obligation_quantity
    )


def in_plan(problem: Problem, *assignments: Any) -> PlanReading:
    """Return a plan of these placements, read against its problem."""
    return PlanReading(Reading(problem), plan(problem, *assignments))


def reason(problem: Problem, *assignments: Any) -> Any:
    """Return why V1 has an open position, the same from the columns as from the rules."""
    made: Plan = plan(problem, *assignments)
    (from_columns,) = [
        found
        for found in unfilled_reasons(problem, made, build_columns(problem, threads=1))
        if found.vacancy_id == "V1"
    ]
    assert explain_vacancy(PlanReading(Reading(problem), made), "V1").unfilled == from_columns
    return from_columns


def trained(**tables: Any) -> Problem:
    """Return a problem in which one course of one cohort, K1, leads C1 and C2 to V1."""
    given: dict[str, Any] = {
        "candidates": [b.candidate("C1", available_from="2026-01-01"), b.candidate("C2", available_from="2026-01-01")],
        "vacancies": [b.vacancy("V1", 2)],
        "vacancy_skills": [b.required_skill("V1", "forklift")],
        "courses": [b.course("U1", skills=("forklift",))],
        "cohorts": [b.cohort("K1", seats=1)],
    }
    return b.problem(**given | tables)
