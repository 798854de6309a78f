"""Random small problems that mix all rules, with dates, seats and money placed on the edges of what is allowed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from matcher.problem import TABLE_NAMES, Contract, Problem
from tests.drawn.chance import MUNICIPALITIES
from tests.drawn.people import People
from tests.drawn.rules import Rules
from tests.drawn.training import Training
from tests.drawn.work import Work

T = TypeVar("T")


def random_problem(
    seed: int,
    *,
    max_candidates: int = 8,
    max_vacancies: int = 6,
    max_cohorts: int = 8,
    is_ready_scored: bool | None = None,
    has_pins: bool | None = None,
    is_contradictory: bool = False,
) -> Problem:
    """Return a small problem, the same for the same arguments.

    Parameters
    ----------
    seed : int
    max_candidates, max_vacancies, max_cohorts : int
        Most of each; how many there are is drawn.
    is_ready_scored : bool, optional
        Whether the columns are given as pairs; drawn where it is left out.
    has_pins : bool, optional
        Whether people have pinned or accepted pairs; drawn where it is left out. Pins are pairs that could be columns;
        whether they can stand together is for an oracle to say.
    is_contradictory : bool
        Whether some candidate is pinned to two vacancies, so that no plan exists.
    """
    draw = _Draw(random.Random(seed))
    return draw.problem(max_candidates, max_vacancies, max_cohorts, is_ready_scored, has_pins, is_contradictory)


def problems(**sizes: Any) -> st.SearchStrategy[Problem]:
    """Return a Hypothesis strategy over `random_problem`, which takes the same keyword arguments."""
    return st.integers(0, 2**32 - 1).map(lambda seed: random_problem(seed, **sizes))


def shuffled(problem: Problem, seed: int) -> Problem:
    """Return the same problem with the rows of every table in another order."""
    order = random.Random(seed)
    return replace(problem, **{name: tuple(_reordered(getattr(problem, name), order)) for name in TABLE_NAMES})


def _reordered(rows: Sequence[T], order: random.Random) -> list[T]:
    return order.sample(list(rows), len(rows))


def _owing(contract: Contract) -> Contract:
    """Return a contract that owes something: without vacancies it would be incomplete."""
    return replace(contract, obligation_quantity=contract.obligation_quantity or Decimal(1))


class _Draw(People, Work, Training, Rules):
    """Draws one table after another from one source of chance."""

    def problem(
        self,
        max_candidates: int,
        max_vacancies: int,
        max_cohorts: int,
        is_ready_scored: bool | None,
        has_pins: bool | None,
        is_contradictory: bool,
    ) -> Problem:
        pick = self.chance
        ready = pick.random() < 0.25 if is_ready_scored is None else is_ready_scored
        pinned = pick.random() < 0.25 if has_pins is None else has_pins
        self.has_dates = not ready or pick.random() < 0.7
        self.has_several = self.is_rare(0.3)
        contracts = [self.contract(number) for number in range(pick.choice((0, 1, 2, 2, 3)))]
        vacancies = [
            self.vacancy(number, contracts)
            for number in range(max(self.size(max_vacancies), 2 if is_contradictory else 1))
        ]
        filled = {vacancy.contract_id for vacancy in vacancies}
        contracts = [row if row.contract_id in filled else _owing(row) for row in contracts]
        candidates = self.candidates(self.size(max_candidates))
        courses = [self.course(number) for number in range(pick.randint(0, 5))]
        cohorts = [self.cohort(number, courses) for number in range(self.size(max_cohorts) if courses else 0)]
        enrolments = self.enrolments(candidates, cohorts)
        resources = self.resources(vacancies) if self.is_rare(0.4 if ready else 0.25) else []
        if not ready:
            resources = resources[: len(vacancies)]
            vacancies = self.sharing(vacancies, resources) if resources else vacancies
        pairs = self.pairs(candidates, vacancies, cohorts, resources) if ready else []
        quotas = [self.quota(number, contracts) for number in range(pick.choice((0, 0, 1, 1, 2, 3)))]
        problem = Problem(
            candidates=tuple(candidates),
            candidate_skills=tuple(self.held_skills(candidates)),
            contracts=tuple(contracts),
            vacancies=tuple(vacancies),
            vacancy_skills=tuple(self.required_skills(vacancies)),
            courses=tuple(courses),
            cohorts=tuple(cohorts),
            budgets=tuple(self.budgets(cohorts, enrolments)),
            quotas=tuple(quotas),
            resources=tuple(resources),
            enrolments=tuple(enrolments),
            pairs=tuple(pairs),
            municipalities=MUNICIPALITIES,
            policy=self.policy(quotas),
        )
        return replace(problem, decisions=tuple(self.decisions(problem, pinned, is_contradictory)))
