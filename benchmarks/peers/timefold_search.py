"""Timefold's local search on columns given as objects, for as long as its time lasts: it knows no bound.

A candidate is a planning entity whose variable is one of its own columns, or none. Every limit is a hard constraint,
what a plan is worth the soft score. Timefold runs on a Java machine inside the process.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import numpy as np
from timefold.solver import SolverFactory
from timefold.solver.config import Duration, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    constraint_provider,
)

from benchmarks.peers.method import Answer, Task, TierAnswer
from benchmarks.peers.network import _Assignment
from matcher.columns import Columns, IntArray
from matcher.features import build_columns
from matcher.solve.planning import tier_amount
from matcher.solver import assemble_rows

NOTE = "Timefold searches until its time ends and knows no bound: its value is the best that it met."


@dataclass
class Limit:
    """Something that is used up: a vacancy, a cohort's seats, a budget; or a count that is wanted."""

    name: str
    amount: int


@dataclass
class Use:
    """How much of a limit a column takes, or that it counts for a quota."""

    limit: Limit
    amount: int


@dataclass
class Choice:
    """One column."""

    number: int
    worth: int
    uses: list[Use]
    counts: list[Limit]


@planning_entity
@dataclass
class Person:
    """One candidate, who takes one of the own columns or none."""

    id: Annotated[str, PlanningId]
    choices: Annotated[list[Choice], ValueRangeProvider]
    choice: Annotated[Choice | None, PlanningVariable(allows_unassigned=True)] = field(default=None)


@constraint_provider
def rules(factory: ConstraintFactory) -> list[Constraint]:
    """Return limits, wanted counts, and the worth of what is chosen."""
    return [
        factory.for_each(Person)
        .flatten_last(lambda person: person.choice.uses)
        .group_by(lambda use: use.limit, ConstraintCollectors.sum(lambda use: use.amount))
        .filter(lambda limit, used: used > limit.amount)
        .penalize(HardSoftScore.ONE_HARD, lambda limit, used: used - limit.amount)
        .as_constraint("limit"),
        factory.for_each(Person)
        .flatten_last(lambda person: person.choice.counts)
        .group_by(lambda wanted: wanted, ConstraintCollectors.count())
        .reward(HardSoftScore.ONE_HARD, lambda wanted, count: min(count, wanted.amount))
        .as_constraint("wanted count"),
        factory.for_each(Person)
        .reward(HardSoftScore.ONE_SOFT, lambda person: person.choice.worth)
        .as_constraint("worth"),
    ]


@planning_solution
@dataclass
class Town:
    """Everybody, and everything that can be used up."""

    limits: Annotated[list[Limit], ProblemFactCollectionProperty]
    people: Annotated[list[Person], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


def town_of(columns: Columns) -> Town:
    """Return the columns as objects.

    Raises
    ------
    ValueError
        When the problem has a rule for which there is no constraint here.
    """
    limits = columns.limits
    is_plain = (limits.quota_price < 0) & (limits.quota_max < 0) & (limits.quota_min_share < 0)
    if not (is_plain & (limits.quota_max_share < 0)).all() or (limits.required > 0).any():
        raise ValueError("Timefold is given seats, budgets and hard minimum counts only.")
    vacancies = _limits("vacancy", limits.vacancy_ids, limits.positions)
    cohorts = _limits("seat", limits.cohort_ids, limits.seats)
    budgets = _limits("budget", limits.budget_ids, limits.budget)
    quotas = _limits("quota", limits.quota_ids, limits.quota_min)
    people: dict[int, list[Choice]] = {}
    for number, (candidate, vacancy) in enumerate(
        zip(columns.candidate.tolist(), columns.vacancy.tolist(), strict=True)
    ):
        uses = [Use(limit=vacancies[vacancy], amount=1)]
        entries = slice(columns.route_start[number], columns.route_start[number + 1])
        for cohort in columns.route_cohort[entries][columns.route_is_new[entries]].tolist():
            uses.append(Use(limit=cohorts[cohort], amount=1))
            if limits.budget_of_cohort[cohort] >= 0:
                uses.append(Use(limit=budgets[limits.budget_of_cohort[cohort]], amount=int(limits.seat_cost[cohort])))
        counts = [
            quotas[q]
            for q in range(len(quotas))
            if limits.quota_covers[q, vacancy] and columns.group_bits[number] >> limits.quota_group[q] & 1
        ]
        choice = Choice(number=number, worth=int(columns.weight[number]), uses=uses, counts=counts)
        people.setdefault(candidate, []).append(choice)
    return Town(
        limits=[*vacancies, *cohorts, *budgets, *quotas],
        people=[Person(id=limits.candidate_ids[i], choices=choices) for i, choices in sorted(people.items())],
    )


def _limits(kind: str, ids: tuple[str, ...], amounts: IntArray) -> list[Limit]:
    return [Limit(name=f"{kind} {name}", amount=amount) for name, amount in zip(ids, amounts.tolist(), strict=True)]


class _Search:
    """The search, whose time is that of the task."""

    def __init__(self, columns: Columns, time_limit_s: float) -> None:
        self.town = town_of(columns)
        self.solver: Any = SolverFactory.create(
            SolverConfig(
                solution_class=Town,
                entity_class_list=[Person],
                score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
                termination_config=TerminationConfig(spent_limit=Duration(milliseconds=round(1000 * time_limit_s))),
                random_seed=0,
            )
        ).build_solver()

    def run(self) -> IntArray:
        """Return the columns of the best plan met, sorted."""
        best = self.solver.solve(self.town)
        return np.array(sorted(person.choice.number for person in best.people if person.choice is not None), np.int64)


class Planning:
    """Timefold on a planning problem of seats, budgets and hard minimum counts."""

    def __init__(self, task: Task) -> None:
        self.columns = build_columns(task.problem)
        self.search = _Search(self.columns, task.time_limit_s)

    def run(self) -> None:
        """Solve."""
        self.chosen = self.search.run()

    def answer(self) -> Answer:
        """Return the exact value of what was met in both tiers; persons may be missing from its minimum counts."""
        rows = assemble_rows(self.columns)
        x = rows.completed(self.chosen)
        if not rows.is_feasible(x):
            note = f"The best plan met breaks a limit. {NOTE}"
            return Answer(status="limit", num_columns=len(self.columns), note=note)
        tiers = {tier: TierAnswer(value=tier_amount(tier, rows.value(tier, x))) for tier in ("shortfall", "placements")}
        missing = tiers["shortfall"].value
        note = f"{NOTE} It leaves a shortfall of {missing} person equivalents." if missing else NOTE
        return Answer(status="limit", num_columns=len(self.columns), tiers=tiers, note=note)


class Assignment(_Assignment):
    """Timefold on an assignment."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.search = _Search(self.columns, task.time_limit_s)

    def run(self) -> None:
        """Solve."""
        self.chosen = self.search.run()

    def answer(self) -> Answer:
        """Return the exact worth of what was met."""
        answer = super().answer()
        if answer.status == "failed":
            return answer
        tiers = {name: replace(tier, claimed_gap=None) for name, tier in answer.tiers.items()}
        return replace(answer, status="limit", tiers=tiers, note=NOTE)
