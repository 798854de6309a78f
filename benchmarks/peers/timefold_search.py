"""Timefold's local search on an assignment, for as long as its time lasts: it knows no bound.

A candidate is a planning entity whose variable is one of its own pairs, or none. It runs on a Java machine inside the
process; bringing the pairs over is part of what is measured, as with everybody.
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
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import Constraint, ConstraintFactory, HardSoftScore, Joiners, constraint_provider

from benchmarks.peers.method import Answer, Task
from benchmarks.peers.network import _Assignment

NOTE = "searches until its time ends and knows no bound; the value is the best that it met."


@dataclass
class Choice:
    """One pair."""

    number: int
    vacancy: int
    worth: int


@planning_entity
@dataclass
class Person:
    """One candidate, who takes one of the own pairs or none."""

    id: Annotated[int, PlanningId]
    choices: Annotated[list[Choice], ValueRangeProvider]
    choice: Annotated[Choice | None, PlanningVariable(allows_unassigned=True)] = field(default=None)


@constraint_provider
def rules(factory: ConstraintFactory) -> list[Constraint]:
    """Return that no place is taken twice, and the worth of what is chosen."""
    return [
        factory.for_each_unique_pair(Person, Joiners.equal(lambda person: person.choice.vacancy))
        .penalize(HardSoftScore.ONE_HARD)
        .as_constraint("one person a place"),
        factory.for_each(Person)
        .reward(HardSoftScore.ONE_SOFT, lambda person: person.choice.worth)
        .as_constraint("worth"),
    ]


@planning_solution
@dataclass
class Town:
    """Everybody."""

    people: Annotated[list[Person], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


class Assignment(_Assignment):
    """Timefold on an assignment, until the time ends."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.solver: Any = SolverFactory.create(
            SolverConfig(
                solution_class=Town,
                entity_class_list=[Person],
                score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
                termination_config=TerminationConfig(
                    spent_limit=Duration(milliseconds=round(1000 * task.time_limit_s))
                ),
                random_seed=0,
            )
        ).build_solver()

    def run(self) -> None:
        """Solve."""
        best = self.solver.solve(self._town())
        numbers = [person.choice.number for person in best.people if person.choice is not None]
        self.chosen = np.array(sorted(numbers), dtype=np.int64)

    def _town(self) -> Town:
        """Return the pairs as objects."""
        people: dict[int, list[Choice]] = {}
        arrays = (self.candidate.tolist(), self.vacancy.tolist(), self.worth.tolist())
        for number, (candidate, vacancy, worth) in enumerate(zip(*arrays, strict=True)):
            people.setdefault(candidate, []).append(Choice(number=number, vacancy=vacancy, worth=worth))
        return Town(people=[Person(id=person, choices=choices) for person, choices in people.items()])

    def answer(self) -> Answer:
        """Return the exact worth of what was met."""
        answer = super().answer()
        if answer.status == "failed":
            return answer
        tiers = {name: replace(tier, claimed_gap=None) for name, tier in answer.tiers.items()}
        return replace(answer, status="limit", tiers=tiers, note=NOTE)
