"""Solves a problem once more with one thing changed: the only place where explanations meet the solver.

Every reason, loss and repair that is told is read off a plan that was made here, never off a price alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from matcher.columns import BoolArray, Columns
from matcher.errors import ContradictoryDecisions, InvalidInput
from matcher.explain.proofs.cuts import forbidden, only, pinned
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem, missing_facts
from matcher.problem.changes import Change, applied_in_order
from matcher.solve import solve_columns
from matcher.solver import StopSignal

# A city's plan takes tens of megabytes with its certificate, and a service asks about thousands of pairs.
MOST_KNOWN = 16


class TimeIsUp(Exception):
    """The time for solving again is used up; what was found until then stands."""


class Again:
    """A problem and its plan, to be solved again with something changed; what was asked lately is not solved again.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        The best plan of the problem, as `matcher.solve` gives it.
    columns : Columns, optional
        Of the problem, where they are at hand.
    published : Plan, optional
        Against which the plan counts its changes.
    gap : float
        Relative gap that is good enough; 0 unless given, because a loss is a small difference between large numbers.
    time_limit_s : float, optional
        For everything that is asked, together.
    threads : int

    Raises
    ------
    ValueError
        When the plan is an alternative: what it gives up was chosen, so nothing follows from it.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        *,
        columns: Columns | None = None,
        published: Plan | None = None,
        gap: float = 0.0,
        time_limit_s: float | None = None,
        threads: int = 1,
    ) -> None:
        if plan.difference is not None:
            raise ValueError("The plan must be the best one, got an alternative. Give the plan that 'solve' wrote.")
        self.problem = problem
        self.plan = plan
        self.columns = build_columns(problem, threads=threads) if columns is None else columns
        self.published = published
        self.num_solved = 0
        self._gap = gap
        self._threads = threads
        self._stop = StopSignal(time_limit_s)
        self._known: OrderedDict[object, Plan | None] = OrderedDict()

    def unchanged(self) -> Plan | None:
        """Return the best plan of the problem as it is: whether it says the same again."""
        return self._once("unchanged", lambda: (self.problem, self.columns))

    def without_pair(self, candidate_id: str, vacancy_id: str) -> Plan | None:
        """Return the best plan in which a candidate does not have a place; decisions for the pair are taken back."""
        return self._once(
            ("forbidden", candidate_id, vacancy_id),
            lambda: forbidden(self.problem, self.columns, candidate_id, vacancy_id),
        )

    def with_pair(self, candidate_id: str, vacancy_id: str) -> Plan | None:
        """Return the best plan in which a candidate has a place; ``None`` where no plan gives it."""
        return self._once(
            ("pinned", candidate_id, vacancy_id), lambda: pinned(self.problem, self.columns, candidate_id, vacancy_id)
        )

    def with_pair_among(self, candidate_id: str, vacancy_id: str, kept: BoolArray) -> Plan | None:
        """Return the best plan in which a candidate has a place, among those that take kept columns only.

        Parameters
        ----------
        candidate_id, vacancy_id : str
        kept : bool (N,)
            By column of the problem.
        """
        problem, columns = pinned(self.problem, self.columns, candidate_id, vacancy_id)
        return self._solved(problem, only(columns, kept))

    def with_changes(self, *changes: Change) -> Plan | None:
        """Return the best plan of the problem with some changes; ``None`` where these leave none, or are none.

        A change that contradicts the problem, or leaves facts missing that only a person can supply, cannot be tried.
        """
        try:
            changed = applied_in_order(self.problem, changes)
        except InvalidInput:
            return None
        if missing_facts(changed):
            return None
        return self._once(repr(changes), lambda: (changed, build_columns(changed, threads=self._threads)))

    def _once(self, question: object, asked: Callable[[], tuple[Problem, Columns]]) -> Plan | None:
        if question in self._known:
            self._known.move_to_end(question)
            return self._known[question]
        plan = self._known[question] = self._solved(*asked())
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return plan

    def _solved(self, problem: Problem, columns: Columns) -> Plan | None:
        if self._stop.is_due:
            raise TimeIsUp
        self.num_solved += 1
        try:
            plan = solve_columns(
                problem,
                columns,
                gap=self._gap,
                threads=self._threads,
                seed=self.plan.solver.seed,
                stop=self._stop,
                published=self.published,
                earlier=self.plan,
            ).plan
        except ContradictoryDecisions:
            return None
        if self._stop.is_due:
            raise TimeIsUp  # a plan that time cut short says nothing about what is best
        return plan
