"""What every golden story does: read its folder, solve it, have the plan checked, and ask why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.check import check_plan
from matcher.explain import (
    CandidateExplanation,
    PlanReading,
    Reading,
    UnfilledReason,
    explain_candidate,
    unfilled_reasons,
)
from matcher.features import build_columns
from matcher.formats import read_problem
from matcher.plan import Baseline, Plan
from matcher.problem import Decision, Problem
from matcher.solve import solve

CITIES = Path(__file__).parent
ROUNDING = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A problem with its checked plan."""

    problem: Problem
    plan: Plan
    baseline: Baseline

    @property
    def placed(self) -> dict[str, str]:
        """Return the vacancy of each candidate who has one."""
        return {entry.candidate_id: entry.vacancy_id for entry in self.plan.assignments}

    @property
    def routes(self) -> dict[str, tuple[str, ...]]:
        """Return the cohorts of each candidate who has a place."""
        return {entry.candidate_id: entry.cohort_ids for entry in self.plan.assignments}

    @property
    def values(self) -> dict[str, Decimal]:
        """Return what was reached in each aim."""
        return {tier.name: tier.value for tier in self.plan.tiers}

    @property
    def aims(self) -> tuple[tuple[str, Decimal], ...]:
        """Return the aims in their order, without the draw between equal plans."""
        return tuple((tier.name, tier.value) for tier in self.plan.tiers if tier.name != "tie_break")

    @property
    def delivered(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Return what each contract gets of what it is owed."""
        return {entry.contract_id: (entry.delivered, entry.required) for entry in self.plan.shortfalls}

    @property
    def open_positions(self) -> dict[str, int]:
        """Return the open positions of each vacancy that has some."""
        return {entry.vacancy_id: entry.open for entry in self.plan.unfilled}

    def why_open(self, vacancy_id: str) -> UnfilledReason:
        """Return why positions of a vacancy stayed open."""
        reasons = unfilled_reasons(self.problem, self.plan, build_columns(self.problem))
        return next(reason for reason in reasons if reason.vacancy_id == vacancy_id)

    def why(self, candidate_id: str) -> CandidateExplanation:
        """Return where a candidate is placed, or why not."""
        return explain_candidate(PlanReading(Reading(self.problem), self.plan), candidate_id)


def given(*folder: str) -> Problem:
    """Return the problem of a folder below tests/golden."""
    return read_problem(CITIES.joinpath(*folder))


def told(problem: Problem, published: Plan | None = None) -> Story:
    """Solve a problem, have the plan checked from the problem itself, and see that no aim has room left.

    The search must claim every aim exactly, and the checker must confirm it but for the rounding of prices.
    """
    result = solve(problem, published=published)
    report = check_plan(problem, result.plan, build_columns(problem), published=published)
    assert report.violations == ()
    aims = [tier for tier in report.tiers if tier.name != "tie_break"]
    assert all(tier.gap is not None and tier.gap <= ROUNDING for tier in aims), aims
    assert not any(tier.claimed_gap for tier in result.plan.tiers if tier.name != "tie_break"), result.plan.tiers
    assert result.plan.status in ("optimal", "claimed_optimal")
    return Story(problem=problem, plan=result.plan, baseline=result.baseline)


def has_only_one_best_plan(story: Story) -> bool:
    """Tell whether every other plan is worse: without any one of its pairs, no plan is as good in the aims.

    Only then may a test name pairs; the draw between equal plans is no promise.
    """
    for candidate_id, vacancy_id in story.placed.items():
        taken_away = Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision="forbidden")
        without = replace(story.problem, decisions=(*story.problem.decisions, taken_away))
        if told(without).aims == story.aims:
            return False
    return True


def with_rows(problem: Problem, table: str, key: str, entity_id: str, **changed: Any) -> Problem:
    """Return the problem with some fields of one row changed."""
    rows = tuple(replace(row, **changed) if getattr(row, key) == entity_id else row for row in getattr(problem, table))
    given_anew: dict[str, Any] = {table: rows}
    return replace(problem, **given_anew)
