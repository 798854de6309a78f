"""Is what is said after solving again true? Every statement about a random problem, held against trying every plan.

``python -m tests.explain.trust 1000`` (``make trust-long``) does so for as many problems; the tests for fewer.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from matcher.errors import ContradictoryDecisions
from matcher.explain import PlanReading, Reading
from matcher.explain.proofs import Again, FirstLoss, Loss, Ranker, regret
from matcher.explain.proofs.ranking import PROMISES
from matcher.plan import Plan
from matcher.problem import Decision, Problem
from matcher.solve import solve
from tests.oracles.brute_force import TooLarge, best_plan
from tests.oracles.columns import enumerate_columns
from tests.oracles.limits import LEAST, PER_UNIT
from tests.strategies import random_problem

DRAW = "tie_break"
Values = dict[str, int]


class Untold(Exception):
    """The problem has no plan, breaks promises, or is too large for the oracle: nothing is said about it here."""


class Case:
    """A random problem with its plan, and the best value of every aim after any change, by the oracle alone.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        problem = random_problem(seed, max_candidates=5, max_vacancies=4, max_cohorts=5)
        self.problem = replace(problem, policy=replace(problem.policy, tiers=_with_draw(problem)))
        try:
            self.plan: Plan = solve(self.problem, gap=0.0).plan
        except ContradictoryDecisions:
            raise Untold from None
        if any(breach.kind == "accepted" for breach in self.plan.breaches):
            raise Untold  # which of two promises is given up is arbitrary, and the oracle knows pins only
        self.best = self.values_of(self.problem)
        if self.best is None:
            raise Untold
        self.again = Again(self.problem, self.plan)
        self.reading = PlanReading(Reading(self.problem), self.plan)

    @cached_property
    def ranker(self) -> Ranker:
        """Return the ranker of the plan."""
        return Ranker(self.again)

    def values_of(self, problem: Problem) -> Values | None:
        """Return the best value of every aim; ``None`` where no plan keeps the decisions."""
        try:
            best = best_plan(problem, enumerate_columns(problem))
        except TooLarge:
            raise Untold from None
        return None if best is None else {aim: value for aim, value in best.values.items() if aim != DRAW}

    def decided(self, candidate_id: str, vacancy_id: str, kind: str) -> Problem:
        """Return the problem with one more decision, in the place of those about the same pair."""
        pair = (candidate_id, vacancy_id)
        others = (row for row in self.problem.decisions if (row.candidate_id, row.vacancy_id) != pair)
        decision = Decision(candidate_id=candidate_id, vacancy_id=vacancy_id, decision=kind)  # type: ignore[arg-type]
        return replace(self.problem, decisions=(*others, decision))

    def lost(self, values: Values) -> dict[str, int]:
        """Return by how much values are worse than the best ones, in the aims' integers."""
        assert self.best is not None
        return {
            aim: value - self.best[aim] if aim in LEAST else self.best[aim] - value for aim, value in values.items()
        }


def _with_draw(problem: Problem) -> tuple[str, ...]:
    tiers = tuple(tier for tier in problem.policy.tiers if tier != DRAW)
    return (*tiers, DRAW)


def first_of(lost: dict[str, int]) -> tuple[int, int]:
    """Return the first aim that loses, counted from the last, and how much: what orders losses."""
    for place, amount in enumerate(lost.values()):
        if amount:
            return len(lost) - place, amount
    return 0, 0


def wrong_regrets(case: Case, told: Counter[str]) -> Iterator[str]:
    """Yield every statement about what a placement is worth that is not true."""
    for row in case.plan.assignments:
        found = regret(case.again, case.reading, row.candidate_id, row.vacancy_id)
        values = case.values_of(case.decided(row.candidate_id, row.vacancy_id, "forbidden"))
        if values is None or found.loss is None:
            told["no plan without"] += 1
            if (values is None) != (found.loss is None):
                yield f"{row}: a plan without it exists, or not, other than said"
            continue
        yield from _wrong_loss(found.loss, case.lost(values), f"regret of {row}", told)


def _wrong_loss(loss: Loss, lost: dict[str, int], what: str, told: Counter[str]) -> Iterator[str]:
    for aim in loss.aims:
        true = Decimal(lost[aim.aim]) / PER_UNIT[aim.aim]
        if aim.least is not None and aim.most is not None:
            told["exact" if aim.is_exact else "between"] += 1
            if not aim.least <= true <= aim.most or (aim.is_exact and aim.found != true):
                yield f"{what}: {aim} is said, {true} is true"


def wrong_costs(case: Case, told: Counter[str], solve_again: int) -> Iterator[str]:
    """Yield every statement about what a place costs the plan, when it is somebody's, that is not true."""
    for vacancy in case.problem.vacancies[:2]:
        ranking = case.ranker.ranking(vacancy.vacancy_id, solve_again=solve_again)
        for entry in ranking.entries:
            assert entry.candidate_id is not None
            values = case.values_of(case.decided(entry.candidate_id, vacancy.vacancy_id, "pinned"))
            told["cost" if entry.is_exact else "cost between"] += 1
            if values is None:
                told["impossible"] += 1
                if entry.most is not None and entry.most.aim != PROMISES:
                    yield f"{entry}: no plan that keeps all promises gives the place"
                continue
            if entry.least.aim == PROMISES:
                yield f"{entry}: no promise has to be broken"
                continue
            true = first_of(case.lost(values))
            if _rank(entry.least, values) > true:
                yield f"{entry}: less is lost, {true}"
            if entry.most is not None and _rank(entry.most, values) < true:
                yield f"{entry}: more is lost, {true}"


def _rank(loss: FirstLoss, values: Values) -> tuple[int, int]:
    if loss.aim is None:
        return 0, 0
    aims = list(values)
    return len(aims) - aims.index(loss.aim), int(loss.amount * PER_UNIT[loss.aim])


def wrong(seed: int, told: Counter[str]) -> list[str]:
    """Return everything that is said about one random problem and is not true; count what is said."""
    try:
        case = Case(seed)
        found = [*wrong_regrets(case, told), *wrong_costs(case, told, 0), *wrong_costs(case, told, 3)]
    except Untold:
        told["untold"] += 1
        return []
    told["problems"] += 1
    return [f"seed {seed}: {text}" for text in found]


if __name__ == "__main__":
    counts: Counter[str] = Counter()
    lies = [text for seed in range(int(sys.argv[1])) for text in wrong(seed, counts)]
    print(*lies, sep="\n")
    print(dict(counts))
    sys.exit(bool(lies))
