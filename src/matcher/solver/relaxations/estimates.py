"""What parts of the plans are estimated by: the programme over some columns, and where simplexes stood on it.

Two parts may be tried at one time, each by a simplex of its own, which goes on from where it is told. What it has said
before shows in the last digits alone, but one input has one plan: so each says the same things in the same order,
whatever the number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.columns import IntArray
from matcher.solver.model.rows import Intervals
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis, FloatArray, LinearOutcome, Programme
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import TierTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the simplex stood: its basis, and the columns, rows and first variables that it had.

    Parameters
    ----------
    basis : Basis
    chosen, names : int array
    first_column : int
    """

    basis: Basis
    chosen: IntArray
    names: IntArray
    first_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """About what the best plan in which some cohorts run is worth.

    Parameters
    ----------
    value : float
        In the tier's integers.
    others : float64 (X,)
        Values of the variables beside the columns.
    counts : float64 (K,)
        New enrolments in each cohort.
    standing : Standing or None
        Where the simplex stood then.
    """

    value: float
    others: FloatArray
    counts: FloatArray
    standing: Standing | None


class EstimateProgramme:
    """The programme over some columns.

    Parameters
    ----------
    task : TierTask
        Of the people whom cohorts may move.
    by_seat : sparse matrix (K, E + X)
        What columns take in cohorts.
    chosen : int array
    worth : int
        Of those who stay where they are.
    """

    def __init__(self, task: TierTask, by_seat: Any, chosen: IntArray, worth: int) -> None:
        self.task, self.chosen, self._worth = task, chosen, worth
        self._by_seat = by_seat[:, chosen]
        rows = task.rows.subset(chosen)
        self.restricted = RestrictedProgramme.over(TierTask(rows=rows, tier=task.tier), np.arange(len(chosen)))
        whole = self.restricted.programme
        num_limits, people, matrix = len(rows.limit), rows.people(), whole.matrix.tocsr()
        length = np.diff(matrix.indptr)  # a person's only column has a bound of its own
        self.used = np.flatnonzero(np.where(np.arange(len(length)) < num_limits, length > 0, length > 1))
        self.names = np.r_[np.arange(num_limits), num_limits + people][self.used]
        self.programme = Programme(
            objective=whole.objective,
            matrix=matrix[self.used],
            low=whole.low[self.used],
            high=whole.high[self.used],
            lower=whole.lower,
            upper=whole.upper,
        )

    def basis_after(self, after: Standing) -> Basis:
        """Return where the programme begins that stood somewhere with fewer columns."""
        if len(after.chosen) == len(self.chosen):
            return after.basis
        first = self.restricted.first_column
        variable = np.r_[np.arange(after.first_column), first + np.searchsorted(self.chosen, after.chosen)]
        is_row = np.isin(after.names, self.names, assume_unique=True)
        row = np.where(is_row, np.searchsorted(self.names, after.names), -1)
        return Basis.among(after.basis, row, variable, (len(self.names), first + len(self.chosen)))

    def standing(self, solver: LinearSolver) -> Standing | None:
        """Return where a simplex stands, for a later part of the plans to go on from; ``None`` for nowhere."""
        basis = solver.basis
        if basis is None:
            return None
        return Standing(basis=basis, chosen=self.chosen, names=self.names, first_column=self.restricted.first_column)

    def solve(
        self, solver: LinearSolver, others: Intervals, filled: Intervals, start: Standing | None, stop: StopSignal
    ) -> LinearOutcome:
        """Return the relaxation of a part of the plans; see `SmallProgramme.solve`."""
        solver.set_bounds(*self.bounds(others))
        solver.set_limits(*self._counted(filled))
        if start is not None:
            solver.begin_from(self.basis_after(start))
        return solver.solve(stop, "dual")

    def estimate(self, outcome: LinearOutcome, standing: Standing | None) -> Estimate:
        """Return what an optimum says."""
        x, own = self.restricted.split(outcome.x)
        value = self.restricted.value(outcome) + self._worth
        return Estimate(value=value, others=own, counts=self._by_seat @ x, standing=standing)

    def bounds(self, others: Intervals) -> tuple[FloatArray, FloatArray]:
        """Return the bounds of the variables, where some others keep to intervals."""
        lower, upper = self.programme.lower.copy(), self.programme.upper.copy()
        for other, (least, most) in others.items():
            lower[other], upper[other] = max(lower[other], least), min(upper[other], most)
        return lower, upper

    def _counted(self, filled: Intervals) -> tuple[FloatArray, FloatArray]:
        """Return the limits of the rows, where cohorts take so many people."""
        low, high = self.programme.low.copy(), self.programme.high.copy()
        limits, first = self.task.rows.limits, self.task.rows.seats.start
        for row, (least, most) in filled.items():
            cohort = row - first
            place = int(np.searchsorted(self.names, row))
            if place < len(self.names) and self.names[place] == row:
                open_seats = int(limits.seats[cohort]) if limits.is_optional[cohort] else 0  # its row counts from there
                low[place] = max(low[place], least - open_seats)
                high[place] = min(high[place], most - open_seats)
        return low, high


class Trials:
    """Tries parts of the plans over columns that stay as they are, whatever the programme beside it takes in."""

    def __init__(self, held: EstimateProgramme) -> None:
        self._held, self._solver = held, LinearSolver(held.programme)

    def solve(self, others: Intervals, filled: Intervals, start: Standing, stop: StopSignal) -> Estimate | None:
        """Return about what plans are worth, none of whose columns are taken in; see `SmallProgramme.solve`."""
        outcome = self._held.solve(self._solver, others, filled, start, stop)
        if outcome.status == "infeasible":
            return None
        return self._held.estimate(outcome, self._held.standing(self._solver))


__all__ = ["Estimate", "EstimateProgramme", "Standing", "Trials"]
