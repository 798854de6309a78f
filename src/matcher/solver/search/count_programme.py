"""A live programme over the columns near a relaxation, in which the people of cohorts are counted.

Several may stand side by side over the same columns, each going on from where it stood itself.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, Bound, bound_from
from matcher.solver.model.rows import Intervals
from matcher.solver.plans.spending import Spending
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis, FloatArray
from matcher.solver.relaxations.ranking import best_of_each
from matcher.solver.relaxations.relaxed import End, Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import Decisions, TierTask

PER_COHORT = 100  # columns that are taken in where a cohort needs more people than there are
ROUNDS = 4  # of missing columns, in one node
MISSING_PER_PERSON = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSolved:
    """The relaxation of one node."""

    value: float
    bound: Bound
    chosen: IntArray
    x: FloatArray
    others: FloatArray
    counts: FloatArray

    @property
    def relaxed(self) -> Relaxed:
        """Return it as a relaxation to be rounded."""
        return Relaxed(bound=self.bound, chosen=self.chosen, x=self.x, others=self.others, is_feasible=True)


class CountProgramme:
    """The live programme over the columns near a relaxation, which gains those that it turns out to lack.

    Parameters
    ----------
    task : TierTask
    kept : int array
        Columns over which every node is bounded.
    near : int array
        Those of them to begin with, among the columns at the end of the relaxation.
    end : End
    lost : int64 (n,)
        What each of `kept` loses under the prices of the relaxation.
    """

    def __init__(self, task: TierTask, kept: IntArray, near: IntArray, end: End, lost: IntArray) -> None:
        rows, basis = task.rows, end.basis
        assert basis is not None
        self.kept, self.task, self._lost = kept, task.subset(kept), lost
        self._rows = basis.rows[: len(rows.limit)]
        self._by_person = np.full(rows.num_owners, Basis.BASIC, dtype=np.int8)
        self._by_person[rows.people()] = basis.rows[len(rows.limit) :]
        self._first = basis.variables[: end.first_column]
        self._by_column = np.full(len(kept), Basis.AT_LOWER, dtype=np.int8)
        self._by_column[np.searchsorted(kept, near)] = basis.variables[end.first_column :][np.isin(end.chosen, near)]
        self._begin(np.searchsorted(kept, near))
        self._counted = np.r_[counted_rows(task), sum_rows(task)]
        self._counting = self.task.rows.matrix[self._counted].tocsr()
        self.num_solved = 0
        self.of_others = NOTHING  # columns that others beside it have taken in: it will mostly lack them, too

    @cached_property
    def spending(self) -> Spending:
        """Return what makes plans over these columns better for the sake of money."""
        return Spending(self.task)

    def beside(self) -> CountProgramme:
        """Return another programme over the same columns that goes on from where this one stands."""
        self._remember()
        _ = self.spending  # for both
        other = copy(self)
        other._by_person, other._by_column = self._by_person.copy(), self._by_column.copy()
        other._begin(self.restricted.chosen)
        other.num_solved = 0
        return other

    def _begin(self, chosen: IntArray) -> None:
        """Begin with some columns from where the simplex stood: far quicker than to let a live one gain columns."""
        people = self.task.rows.people(chosen)
        self.restricted = RestrictedProgramme(self.task, chosen, people)
        basis = Basis(
            rows=np.r_[self._rows, self._by_person[people]], variables=np.r_[self._first, self._by_column[chosen]]
        )
        self.solver = LinearSolver(self.restricted.programme, basis)

    def _remember(self) -> None:
        """Note where the simplex stands."""
        basis = self.solver.basis
        if basis is None:
            return
        first, chosen = self.restricted.first_column, self.restricted.chosen
        self._rows = basis.rows[: len(self._rows)]
        self._by_person[self.task.rows.people(chosen)] = basis.rows[len(self._rows) :]
        self._first, self._by_column[chosen] = basis.variables[:first], basis.variables[first:]

    def solve(self, filled: Intervals, stop: StopSignal, close: float | None) -> CountSolved | None:
        """Return the relaxation of the plans with such counts; ``None`` where it has no solution.

        `close` is how far the bound may lie above the programme's value before columns are taken in; ``None`` for
        any distance.
        """
        decisions, best = Decisions(filled=filled), None
        rows = self.task.rows.between(filled, {})
        for _ in range(ROUNDS):
            self.restricted.decide(self.solver, decisions)
            outcome = self.solver.solve(stop, "dual")
            self.num_solved += 1
            if outcome.status == "infeasible":
                if self._filled_up(filled):
                    continue
                break
            value, (x, others) = self.restricted.value(outcome), self.restricted.split(outcome.x)
            chosen = self.restricted.chosen
            bound = bound_from(rows, self.task.tier, self.restricted.prices(outcome, decisions=decisions), ())
            best = bound if best is None or bound.scaled < best.scaled else best
            if close is None or best.scaled / PRICE_SCALE - value <= close or not self._extended(bound):
                break
        if best is None:
            return None
        everything = np.zeros(self._counting.shape[1])
        everything[chosen] = x
        everything[self.task.rows.num_columns :] = others
        counts = np.zeros(len(rows.least))
        counts[self._counted] = self._counting @ everything
        return CountSolved(value=value, bound=best, chosen=chosen, x=x, others=others, counts=counts)

    def _filled_up(self, filled: Intervals) -> bool:
        """Take in the nearest columns of cohorts that need people; tell whether there were any more."""
        rows, active = self.task.rows, np.zeros(len(self.kept), dtype=bool)
        active[self.restricted.chosen] = True
        before = int(active.sum())
        for row, (least, _) in filled.items():
            if least:
                own = self._counting[np.searchsorted(self._counted, row)].indices
                own = own[own < rows.num_columns]
                active[own[np.argsort(self._lost[own], kind="stable")[:PER_COHORT]]] = True
        if int(active.sum()) == before:
            return False
        self._remember()
        self._begin(np.flatnonzero(active))
        return True

    def _extended(self, bound: Bound) -> bool:
        """Take in the columns that the prices find better than their candidate's own; tell whether there were any."""
        rows = self.task.rows
        reduced = bound.reduced[: rows.num_columns]
        chosen = self.restricted.chosen
        ahead = np.zeros(len(bound.best), dtype=np.int64)
        np.maximum.at(ahead, rows.candidate[chosen], reduced[chosen])
        better = np.flatnonzero(reduced > ahead[rows.candidate])
        added = better[best_of_each(rows.candidate[better], reduced[better], MISSING_PER_PERSON)]
        if not len(added):
            return False
        self._remember()
        self._begin(np.union1d(np.r_[chosen, added], self.of_others))
        return True


def counted_rows(task: TierTask) -> IntArray:
    """Return the seat rows of the cohorts whose people can be counted: those that are not optional."""
    rows = task.rows
    first = len(rows.limits.vacancy_ids)
    return first + np.flatnonzero(~rows.limits.is_optional)


def sum_rows(task: TierTask) -> IntArray:
    """Return the rows of the sums of seats that one budget pays (`matcher.solver.model.paid_seats`)."""
    rows = task.rows
    return np.arange(rows.seats.stop, len(rows.least))


__all__ = ["CountProgramme", "CountSolved", "counted_rows", "sum_rows"]
