"""The desk: a problem and its checked plan, read once, and asked by every page."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from functools import cached_property

from matcher.explain import PlanReading, Reading, UnfilledReason, unfilled_reasons
from matcher.explain.proofs import Again, Ranker, Ranking
from matcher.plan import Delivery, Plan
from matcher.problem import Problem
from matcher.report import RunFacts, Summary, summarise


class Desk:
    """A problem, its plan and a day on which somebody looks at them.

    What takes long is worked out when it is first asked for, once, also where several ask at the same time.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        Checked, and made for this problem.
    facts : RunFacts
    today : date
    """

    def __init__(self, problem: Problem, plan: Plan, facts: RunFacts, today: date) -> None:
        self.problem, self.plan, self.facts, self.today = problem, plan, facts, today
        self.reading = Reading(problem)
        self.in_plan = PlanReading(self.reading, plan)
        self.delivery_of: dict[str, Delivery] = {entry.contract_id: entry for entry in plan.shortfalls}
        self.open_at: dict[str, int] = {entry.vacancy_id: entry.open for entry in plan.unfilled}
        self.contract_of = {contract.contract_id: contract for contract in problem.contracts}
        self._lock = threading.Lock()
        self._rankings: dict[str, Ranking] = {}

    @cached_property
    def summary(self) -> Summary:
        """Return the figures of the plan."""
        return summarise(self.problem, self.plan, self.facts)

    @cached_property
    def reason_of(self) -> dict[str, UnfilledReason]:
        """Return why positions stay open, by vacancy."""
        reasons = self.facts.unfilled or unfilled_reasons(self.problem, self.plan, self._again.columns)
        return {reason.vacancy_id: reason for reason in reasons}

    @cached_property
    def facts_with_reasons(self) -> RunFacts:
        """Return what is known about the plan, with why positions stay open."""
        return replace(self.facts, unfilled=tuple(self.reason_of[entry.vacancy_id] for entry in self.plan.unfilled))

    def ranking(self, vacancy_id: str) -> Ranking:
        """Return everybody for a vacancy by what the plan loses, between its proven ends."""
        with self._lock:
            if vacancy_id not in self._rankings:
                self._rankings[vacancy_id] = self._ranker.ranking(vacancy_id, solve_again=0)
            return self._rankings[vacancy_id]

    @cached_property
    def _again(self) -> Again:
        return Again(self.problem, self.plan)

    @cached_property
    def _ranker(self) -> Ranker:
        return Ranker(self._again)

    def days_until(self, day: date | None) -> int | None:
        """Return in how many days a day comes."""
        return None if day is None else (day - self.today).days
