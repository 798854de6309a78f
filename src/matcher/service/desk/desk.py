"""The desk: a problem and its checked plan, read once, and asked by every page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

from matcher.explain import Crowd, PlanReading, Reading, UnfilledReason, unfilled_reasons
from matcher.explain.proofs import Again, Ranker, Ranking, Regret, regret
from matcher.languages import Language
from matcher.plan import Delivery, Plan
from matcher.problem import GroupMembership, Problem
from matcher.report import RunFacts, Summary, report_page, summarise
from matcher.service.desk.losses import Losses

Made = TypeVar("Made")

MOST_LATELY = 50  # a ranking of a city's place holds some hundred people, at most some thousand


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
    published : Plan, optional
        Against which the plan counts its changes.
    plan_id : int, optional
        Under which the plan is stored.
    groups : mapping of candidate_id to memberships, optional
        To which groups people belong by what is stored today; those that the problem names unless given.
    losses : Losses, optional
        What works out what the plan loses without one of its placements; this process unless given.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        facts: RunFacts,
        today: date,
        *,
        published: Plan | None = None,
        plan_id: int | None = None,
        groups: Mapping[str, tuple[GroupMembership, ...]] | None = None,
        losses: Losses | None = None,
    ) -> None:
        self.problem, self.plan, self.facts, self.today = problem, plan, facts, today
        self.published, self.plan_id = published, plan_id
        self._groups = groups
        self.losses = losses or Losses(self.loss)
        self.reading = Reading(problem)
        self.in_plan = PlanReading(self.reading, plan)
        self.delivery_of: dict[str, Delivery] = {entry.contract_id: entry for entry in plan.shortfalls}
        self.open_at: dict[str, int] = {entry.vacancy_id: entry.open for entry in plan.unfilled}
        self.contract_of = {contract.contract_id: contract for contract in problem.contracts}
        self._lock = threading.Lock()
        self._kept: dict[Hashable, object] = {}
        self._making: dict[Hashable, threading.RLock] = {}
        self._lately_lock = threading.Lock()
        self._lately: OrderedDict[Hashable, object] = OrderedDict()

    def groups_of(self, candidate_id: str) -> tuple[GroupMembership, ...]:
        """Return the groups that one of the plan's candidates belongs to, also those that no rule of the plan names."""
        if self._groups is None:
            return self.reading.person(candidate_id).candidate.groups
        return self._groups.get(candidate_id, ())

    @property
    def summary(self) -> Summary:
        """Return the figures of the plan."""
        return self.kept("summary", lambda: summarise(self.problem, self.plan, self.facts))

    @property
    def reason_of(self) -> dict[str, UnfilledReason]:
        """Return why positions stay open, by vacancy."""
        return self.kept("reasons", self._reasons)

    @property
    def facts_with_reasons(self) -> RunFacts:
        """Return what is known about the plan, with why positions stay open."""
        return replace(self.facts, unfilled=tuple(self.reason_of[entry.vacancy_id] for entry in self.plan.unfilled))

    def report(self, language: Language) -> bytes:
        """Return the plan as the one self-contained page that is printed and sent."""
        return self.kept(
            ("report", language),
            lambda: report_page(self.problem, self.plan, self.facts_with_reasons, language).encode(),
        )

    @property
    def ranker(self) -> Ranker:
        """Return what ranks people for places; it reads the certificate once."""
        return self.kept("ranker", lambda: Ranker(self.again))

    @property
    def crowd(self) -> Crowd:
        """Return everybody as arrays, which pages of vacancies ask."""
        return self.kept("crowd", lambda: Crowd(self.reading))

    def ranking(self, vacancy_id: str, most_people: int | None = None) -> Ranking:
        """Return everybody for a vacancy by what the plan loses, between its proven ends; or so many of them only."""
        return self.kept_lately(
            ("ranking", vacancy_id, most_people),
            lambda: self.ranker.ranking(vacancy_id, solve_again=0, most_people=most_people),
        )

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what belongs to a key, made when it is first asked for: a plan does not change any more."""
        if key not in self._kept:
            with self._lock:
                making = self._making.setdefault(key, threading.RLock())
            with making:  # of this key alone: who waits for a list need not wait for the printed plan
                if key not in self._kept:
                    self._kept[key] = make()
        return cast("Made", self._kept[key])

    def kept_lately(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the same as `kept`, of which the last `MOST_LATELY` alone stay: for what there is of every thing.

        Who looks through a whole city would otherwise leave a ranking of thousands for each of its places.
        """
        with self._lately_lock:
            if key in self._lately:
                self._lately.move_to_end(key)
                return cast("Made", self._lately[key])
        made = make()
        with self._lately_lock:
            self._lately[key] = made
            while len(self._lately) > MOST_LATELY:
                self._lately.popitem(last=False)
        return made

    @cached_property
    def again(self) -> Again:
        """Return what solves the problem again with something changed."""
        return Again(self.problem, self.plan, published=self.published)

    def loss(self, candidate_id: str, vacancy_id: str) -> Regret:
        """Return what the plan loses without one of its placements, by solving again."""
        return regret(self.again, self.in_plan, candidate_id, vacancy_id)

    def days_until(self, day: date | None) -> int | None:
        """Return in how many days a day comes."""
        return None if day is None else (day - self.today).days

    def _reasons(self) -> dict[str, UnfilledReason]:
        reasons = self.facts.unfilled or unfilled_reasons(self.problem, self.plan, self.again.columns)
        return {reason.vacancy_id: reason for reason in reasons}
