"""Random changes of a random problem, of most kinds, some of them impossible."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from matcher.errors import InvalidInput, MatcherError
from matcher.problem import Problem
from matcher.problem.changes import (
    AddRequirement,
    CancelCohort,
    Change,
    ChangeBudget,
    ChangeCandidate,
    ChangeObligation,
    ChangePolicy,
    ChangePositions,
    ChangeSeats,
    CopyCohort,
    DropQuota,
    DropRequirement,
    ForbidPair,
    GiveSkill,
    LoseContract,
    MoreCandidates,
    MoveCohort,
    MoveContract,
    MoveVacancy,
    PinPair,
    RemoveCandidate,
    Scenario,
    WithdrawDecision,
)
from matcher.solve.refusals import refuse_what_cannot_be_solved
from tests.amounts import some
from tests.oracles.brute_force import best_plan
from tests.oracles.columns import ColumnKey, enumerate_columns

# How many random instances each comparison with an oracle tries; `make studies` tries 1 000.
NUM_INSTANCES = int(os.environ.get("STUDY_INSTANCES", some(32, of=60)))


def drawn_change(problem: Problem, draw: random.Random) -> Change | None:
    """Return a change that could be made to the problem, or ``None`` where the kind drawn finds nothing to change."""

    def one(table: str, field: str) -> Any:
        rows: Sequence[Any] = getattr(problem, table)
        return getattr(draw.choice(rows), field) if rows else None

    candidate, vacancy = one("candidates", "candidate_id"), one("vacancies", "vacancy_id")
    contract, cohort = one("contracts", "contract_id"), one("cohorts", "cohort_id")
    budget, quota = one("budgets", "budget_id"), one("quotas", "quota_id")
    skill = one("vacancy_skills", "skill") or "forklift"
    days = draw.choice((-30, -7, -1, 1, 7, 30))
    choices: list[tuple[Any, Change]] = [
        (cohort, ChangeSeats(cohort_id=cohort or "", by=draw.choice((-1, 1, 2)))),
        (cohort, CopyCohort(cohort_id="new", like=cohort or "")),
        (cohort, MoveCohort(cohort_id=cohort or "", days=days)),
        (cohort, CancelCohort(cohort_id=cohort or "")),
        (budget, ChangeBudget(budget_id=budget or "", by=Decimal(draw.choice((-500, 500, 10_000))))),
        (contract, MoveContract(contract_id=contract or "", days=days)),
        (contract, LoseContract(contract_id=contract or "")),
        (contract, ChangeObligation(contract_id=contract or "", quantity=Decimal(draw.randint(0, 3)))),
        (vacancy, MoveVacancy(vacancy_id=vacancy or "", days=days)),
        (vacancy, ChangePositions(vacancy_id=vacancy or "", by=draw.choice((-1, 1)))),
        (vacancy, DropRequirement(vacancy_id=vacancy or "", skill=skill)),
        (vacancy, AddRequirement(vacancy_id=vacancy or "", skill=skill)),
        (candidate, GiveSkill(candidate_id=candidate or "", skill=skill, level=draw.randint(1, 3))),
        (candidate, MoreCandidates(like=candidate or "", count=draw.randint(1, 2))),
        (candidate, RemoveCandidate(candidate_id=candidate or "")),
        (candidate, ChangeCandidate(candidate_id=candidate or "", max_trainings=draw.randint(0, 1))),
        (candidate and vacancy, PinPair(candidate_id=candidate or "", vacancy_id=vacancy or "")),
        (candidate and vacancy, ForbidPair(candidate_id=candidate or "", vacancy_id=vacancy or "")),
        (candidate and vacancy, WithdrawDecision(candidate_id=candidate or "", vacancy_id=vacancy or "")),
        (quota, DropQuota(quota_id=quota or "")),
        (True, ChangePolicy(values={"priority_per_year": Decimal("0.5")})),
    ]
    is_there, change = draw.choice(choices)
    return change if is_there else None


def drawn_scenarios(problem: Problem, draw: random.Random, count: int) -> list[Scenario]:
    """Return scenarios of one or two changes each that make a problem which can be solved."""
    scenarios: list[Scenario] = []
    for _ in range(100):
        changes = [drawn_change(problem, draw) for _ in range(draw.choice((1, 1, 2)))]
        scenario = Scenario(name=f"S{len(scenarios)}", changes=tuple(change for change in changes if change))
        try:
            refuse_what_cannot_be_solved(scenario.applied(problem))
        except (InvalidInput, MatcherError):
            continue
        scenarios.append(scenario)
        if len(scenarios) == count:
            break
    return scenarios


def oracle_values(problem: Problem, published: frozenset[ColumnKey] | None = None) -> dict[str, int] | None:
    """Return the best value of every tier but the draw, in the tier's integers; ``None`` where no plan exists.

    Raises
    ------
    TooLarge
        When the oracle cannot try all plans.
    """
    best = best_plan(problem, enumerate_columns(problem), published=published)
    return None if best is None else {name: value for name, value in best.values.items() if name != "tie_break"}


def without_promises(problem: Problem) -> Problem:
    """Return the problem without accepted pairs."""
    return replace(problem, decisions=tuple(row for row in problem.decisions if row.decision != "accepted"))
