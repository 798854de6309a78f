"""The columns that still matter to a region's search: a task of their own, its programmes, and bounds from prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import gcd

import numpy as np

from matcher.columns import IntArray
from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import Bound, Prices, bound_from, losses
from matcher.solver.model.divisors import FIRST_LOOK
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.relaxations.elastic import ElasticProgramme
from matcher.solver.relaxations.held_rows import Holding
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.search.ends import Leaf

PENALTIES = (1e1, 1e3, 1e5, 1e7)  # worths of the best column: an öre too much may need a large one


class Core:
    """The columns that still matter, as a task of their own, with its programmes made when first needed."""

    def __init__(self, task: TierTask, kept: IntArray, root: Bound) -> None:
        self.kept = kept
        self.task = task.subset(kept)
        self.root = root.subset(kept, task.rows.num_columns)
        self.loss = losses(self.task.rows, self.root)
        self._programme: tuple[int, RestrictedProgramme, LinearSolver] | None = None
        self._paid: tuple[RestrictedProgramme, LinearSolver] | None = None
        self._elastic: ElasticProgramme | None = None

    def decisions(self, decisions: Decisions) -> Decisions:
        """Return decisions by position here, all columns that they take being among those of the core."""
        taken, left = (self._places(columns) for columns in (decisions.taken, decisions.left))
        return replace(decisions, taken=frozenset(taken), left=frozenset(place for place in left if place >= 0))

    def _places(self, columns: frozenset[int]) -> list[int]:
        wanted = np.array(sorted(columns), dtype=np.int64)
        place = np.searchsorted(self.kept, wanted)
        known = place < len(self.kept)
        known[known] = self.kept[place[known]] == wanted[known]
        found: list[int] = np.where(known, place, -1).tolist()
        return found

    def leaf(self, decisions: Decisions, bound: Bound) -> Leaf:
        """Return an end of a tree over these columns."""
        return Leaf(
            taken=frozenset(self.kept[list(decisions.taken)].tolist()),
            left=frozenset(self.kept[list(decisions.left)].tolist()),
            filled=decisions.filled,
            others=decisions.others,
            kept=self.kept,
            bound=bound,
        )

    def programme(self, room: int | None) -> tuple[RestrictedProgramme, LinearSolver]:
        """Return the programme over the columns that a plan with this room may take."""
        mattering = self.loss <= room if room is not None else np.ones(len(self.loss), dtype=bool)
        mattering[self.task.taken] = True
        count = int(mattering.sum())
        if self._programme is None or self._programme[0] != count:
            restricted = RestrictedProgramme.over(self.task, np.flatnonzero(mattering))
            self._programme = (count, restricted, LinearSolver(restricted.programme))
        return self._programme[1:]

    def elastic_prices(self, decisions: Decisions, penalty: float, room: int | None, stop: StopSignal) -> Prices | None:
        """Return prices for a part of the plans with this room that may be empty: what is decided costs when broken."""
        if self._elastic is None:
            every = np.arange(len(self.loss))
            self._elastic = ElasticProgramme(self.task, every, self.task.rows.people(every))
        return self._elastic.prices(self._without_hopeless(decisions, room), penalty, stop)

    def paid_bound(self, decisions: Decisions, room: int | None, stop: StopSignal) -> Bound | None:
        """Return what is proved of a part of the plans by prices that pay for what earlier tiers rule out."""
        if self._paid is None:
            restricted = RestrictedProgramme.over(self.task, np.arange(len(self.loss)), Holding.PAID)
            self._paid = restricted, LinearSolver(restricted.programme)
        restricted, solver = self._paid
        restricted.decide(solver, self._without_hopeless(decisions, room))
        try:
            outcome = solver.solve(stop, self.task.first_algorithm if solver.is_fresh else self.task.rows.algorithm)
        except SolverFailure:
            return None
        if outcome.status == "infeasible":
            return None
        return self.bound(restricted.prices(outcome, decisions=decisions), decisions, room)

    def _without_hopeless(self, decisions: Decisions, room: int | None) -> Decisions:
        """Return decisions that leave out what no plan with this room can take, too."""
        hopeless = frozenset() if room is None else frozenset(np.flatnonzero(self.loss > room).tolist())
        return replace(decisions, left=decisions.left | (hopeless - decisions.taken))

    def closed(self, decisions: Decisions, bound: Bound, value: int | None, step: int, stop: StopSignal) -> Bound:
        """Return the best bound found for a part of the plans that seems to be empty, `bound` or a better one."""
        room, last = None if value is None else self.root.slack(value), None
        for penalty in PENALTIES:
            if value is not None and bound.value(step) < value:
                break
            prices = self.elastic_prices(decisions, penalty, room, stop)
            if prices is None:
                continue
            found = self.bound(prices, decisions, room)
            bound = min(bound, found, key=lambda one: one.scaled)
            if last is not None and found.scaled > last:
                break  # a higher penalty proves more, unless its digits fail, and then still higher ones take for ever
            last = found.scaled
        return bound

    def bound(self, prices: Prices, decisions: Decisions, room: int | None) -> Bound:
        """Return what prices prove about the plans with this room that keep the decisions."""
        taken = np.array(sorted(decisions.taken | frozenset(self.task.taken.tolist())), dtype=np.int64)
        is_left = self.loss > room if room is not None else np.zeros(len(self.loss), dtype=bool)
        is_left[list(decisions.left)] = True
        is_left[taken] = False
        rows = self.task.rows.between(decisions.filled, decisions.others)
        return bound_from(rows, self.task.tier, prices, self.task.held, taken, np.flatnonzero(is_left))

    def best_bound(self, prices: Sequence[Prices], decisions: Decisions, room: int | None) -> Bound:
        """Return the best that some prices prove about such plans."""
        return min((self.bound(own, decisions, room) for own in prices), key=lambda bound: bound.scaled)


def objective_step(task: TierTask) -> int:
    """Return the greatest number that divides every plan's value in the tier."""
    objective, beyond = task.objective, task.rows.divisors.get(task.tier, 0)
    if not len(objective):
        return 1
    first = gcd(int(np.gcd.reduce(objective[:FIRST_LOOK])), beyond)
    return first if first == 1 else max(1, gcd(first, int(np.gcd.reduce(objective[FIRST_LOOK:]))))
