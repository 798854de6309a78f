"""The relaxation without the people whom no cohort can move: a tenth of the rows, for trying cohorts by the hundred.

Where very many columns compete, most people are placed without any training, at places that nobody comes to through a
cohort. Which cohorts run changes hardly anything for them, so they stay where a relaxation has put them. What is left
is a programme of a few thousand rows, which gains the columns that it turns out to lack. Its values lie within a
placement of those of the whole programme (a city: 0.3 of 38 700). They are estimates all the same: whoever has left the
programme has no price any more, so nothing is proven here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, losses
from matcher.solver.model.rows import Intervals, Rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Basis, FloatArray, Programme
from matcher.solver.relaxations.ranking import best_of_each
from matcher.solver.relaxations.relaxation import Relaxed
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import Decisions, TierTask

WHOLE = 1e-6
FAR = 10.0  # of the best column: who loses more by coming to a place through a cohort does not count there
NEAR = 0.02  # the same for columns without training: those to begin with
MOST_LOST = 60.0  # the same for columns that may be taken in at all
ROUNDS = 6  # of missing columns, for one part of the plans
PER_VACANCY = 2  # columns that a round takes in
PER_SEAT = 4  # columns that are taken in where a cohort that has to run finds too few people


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
    """

    value: float
    others: FloatArray
    counts: FloatArray


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


class SmallProgramme:
    """A tier's relaxation over the people whom cohorts may move.

    Parameters
    ----------
    task : TierTask
        With nothing held and nobody who may take several placements.
    root : Relaxed
        With a bound.
    beside : int array
        Columns that may be needed beside those of the relaxation.
    close : float
        In the tier's integers: what missing columns may be worth altogether.
    """

    def __init__(self, task: TierTask, root: Relaxed, beside: IntArray, close: float) -> None:
        assert root.bound is not None
        rows = task.rows
        self.tier, self._close = task.tier, close
        lost = losses(rows, root.bound)
        best = float(PRICE_SCALE * max(1, np.abs(rows.objectives["placements"]).max(initial=0)))
        near = np.union1d(root.chosen, beside)
        trains = _trains(rows, near)
        is_settled, has_room, settled = _settled(rows, root, near[trains & (lost[near] < FAR * best)])
        usable = ~is_settled[rows.candidate] & has_room[rows.vacancy] & (lost <= MOST_LOST * best)
        used = root.chosen[root.x > WHOLE]
        begin = near[trains | (lost[near] <= NEAR * best) | np.isin(near, used)]
        begin = begin[~is_settled[rows.candidate[begin]] & has_room[rows.vacancy[begin]]]
        usable[begin] = True
        self._settled, self._origin = settled, np.flatnonzero(usable)
        self._rows = rows.subset(self._origin)
        self._rows = replace(self._rows, limit=self._rows.limit - rows.matrix[:, settled].sum(axis=1).A1)
        self._seats = rows.seats
        self._lost, self._by_seat = lost[self._origin], self._rows.matrix.tocsr()[self._seats]
        self._worth = int(task.objective[settled].sum())
        self._chosen = np.searchsorted(self._origin, begin)
        self._begin(None)

    def _begin(self, after: Standing | None) -> None:
        """Begin with the present columns from where a programme with fewer stood."""
        rows = self._rows.subset(self._chosen)
        self._restricted = RestrictedProgramme.over(TierTask(rows=rows, tier=self.tier), np.arange(len(self._chosen)))
        whole = self._restricted.programme
        num_limits, people, matrix = len(rows.limit), rows.people(), whole.matrix.tocsr()
        length = np.diff(matrix.indptr)  # a person's only column has a bound of its own
        self._used = np.flatnonzero(np.where(np.arange(len(length)) < num_limits, length > 0, length > 1))
        self._names = np.r_[np.arange(num_limits), num_limits + people][self._used]
        self._programme = Programme(
            objective=whole.objective,
            matrix=matrix[self._used],
            low=whole.low[self._used],
            high=whole.high[self._used],
            lower=whole.lower,
            upper=whole.upper,
        )
        self._solver = LinearSolver(self._programme, None if after is None else self._basis_after(after))

    def _basis_after(self, after: Standing) -> Basis:
        """Return where the programme begins that stood somewhere with fewer columns."""
        if len(after.chosen) == len(self._chosen):
            return after.basis
        first = self._restricted.first_column
        variable = np.r_[np.arange(after.first_column), first + np.searchsorted(self._chosen, after.chosen)]
        is_row = np.isin(after.names, self._names, assume_unique=True)
        row = np.where(is_row, np.searchsorted(self._names, after.names), -1)
        return Basis.among(after.basis, row, variable, (len(self._names), first + len(self._chosen)))

    @property
    def standing(self) -> Standing | None:
        """Return where the simplex stands, for a later part of the plans to go on from; ``None`` for nowhere."""
        basis = self._solver.basis
        if basis is None:
            return None
        return Standing(basis=basis, chosen=self._chosen, names=self._names, first_column=self._restricted.first_column)

    def solve(
        self,
        others: Intervals,
        filled: Intervals,
        stop: StopSignal,
        start: Standing | None = None,
        *,
        is_trial: bool = False,
    ) -> Estimate | None:
        """Return about what plans are worth in which some numbers keep to intervals; ``None`` where there are none.

        Parameters
        ----------
        others : dict of position to (int, int)
            Other variables.
        filled : dict of row to (int, int)
            New enrolments in cohorts, which `others` opens where they are optional.
        stop : StopSignal
        start : Standing, optional
            Where to go on from: far nearer, mostly, than where the last part ended.
        is_trial : bool
            No columns are taken in.

        Raises
        ------
        Interrupted
        """
        best: Estimate | None = None
        for _ in range(ROUNDS):
            self._solver.set_bounds(*self._bounds(others))
            self._solver.set_limits(*self._counted(filled))
            if start is not None:
                self._solver.begin_from(self._basis_after(start))
            outcome = self._solver.solve(stop, "dual")
            if outcome.status == "infeasible":
                if not is_trial and self._filled_up(others, start):
                    continue
                break
            start = None
            self._x, own = self._restricted.split(outcome.x)
            counts = self._by_seat[:, self._chosen] @ self._x
            best = Estimate(value=self._restricted.value(outcome) + self._worth, others=own, counts=counts)
            self._taken = self._chosen
            if is_trial:
                break
            duals = np.zeros(len(self._restricted.programme.low))
            duals[self._used] = outcome.duals
            prices = self._restricted.prices(replace(outcome, duals=duals), decisions=Decisions(others=others))
            if not self._extended(prices.rows):
                break
        return best

    def weighed(self, share: float, others: Intervals, start: Standing | None, stop: StopSignal) -> float:
        """Return about what plans of a part are worth where shortfall weighs but a share; minus infinity for nothing.

        Parameters
        ----------
        share : float
        others : dict of position to (int, int)
        start : Standing, optional
        stop : StopSignal
        """
        number, objective = len(self._rows.upper), self._programme.objective.copy()
        objective[:number] *= np.where(self._rows.objectives["shortfall"][-number:] != 0, share, 1.0)
        self._solver.set_objective(objective)
        self._solver.set_bounds(*self._bounds(others))
        self._solver.set_limits(self._programme.low, self._programme.high)
        if start is not None:
            self._solver.begin_from(self._basis_after(start))
        outcome = self._solver.solve(stop, "primal")
        self._solver.set_objective(self._programme.objective)
        return outcome.value * self._restricted.objective_scale + self._worth

    def _bounds(self, others: Intervals) -> tuple[FloatArray, FloatArray]:
        """Return the bounds of the variables, where some others keep to intervals."""
        lower, upper = self._programme.lower.copy(), self._programme.upper.copy()
        for other, (least, most) in others.items():
            lower[other], upper[other] = max(lower[other], least), min(upper[other], most)
        return lower, upper

    def _counted(self, filled: Intervals) -> tuple[FloatArray, FloatArray]:
        """Return the limits of the rows, where cohorts take so many people."""
        low, high, limits = self._programme.low.copy(), self._programme.high.copy(), self._rows.limits
        for row, (least, most) in filled.items():
            cohort = row - self._seats.start
            place = int(np.searchsorted(self._names, row))
            if place < len(self._names) and self._names[place] == row:
                open_seats = int(limits.seats[cohort]) if limits.is_optional[cohort] else 0  # its row counts from there
                low[place] = max(low[place], least - open_seats)
                high[place] = min(high[place], most - open_seats)
        return low, high

    def _filled_up(self, others: Intervals, start: Standing | None) -> bool:
        """Take in the nearest columns into the cohorts that have to run; tell whether there were any more."""
        rows, found = self._rows, [self._chosen]
        for other, (least, _) in others.items():
            if least and rows.cohort[other] >= 0:
                own = self._by_seat[rows.row_of_variable[other] - self._seats.start].indices
                own = own[own < rows.num_columns]
                most = PER_SEAT * int(rows.limits.seats[rows.cohort[other]])
                found.append(own[np.argsort(self._lost[own], kind="stable")[:most]])
        chosen = np.unique(np.concatenate(found))
        if len(chosen) == len(self._chosen):
            return False
        self._chosen = chosen
        self._begin(start)
        return True

    def _extended(self, prices: IntArray) -> bool:
        """Take in the best of the columns that the prices find better than their candidate's own, if that is much."""
        rows, chosen, standing = self._rows, self._chosen, self.standing
        reduced = PRICE_SCALE * rows.objectives[self.tier] - rows.matrix.T @ prices
        ahead = _best_by_owner(rows, chosen, reduced)
        missing = _best_by_owner(rows, np.arange(rows.num_columns), reduced) - ahead
        if float(missing.sum()) <= PRICE_SCALE * self._close or standing is None:
            return False
        better = np.flatnonzero(reduced[: rows.num_columns] > ahead[rows.candidate])
        added = best_of_each(rows.candidate[better], reduced[better], 1)
        added |= best_of_each(rows.vacancy[better], reduced[better], PER_VACANCY)
        self._chosen = np.union1d(chosen, better[added])
        self._begin(standing)
        return True

    @property
    def columns(self) -> IntArray:
        """Return all columns of the programme, by position in the task."""
        return self._origin[self._chosen]

    def plan(self) -> tuple[IntArray, FloatArray]:
        """Return the columns, by position in the task, that the last plan has, and which part of each."""
        is_used = self._x > WHOLE
        columns = np.r_[self._settled, self._origin[self._taken[is_used]]]
        parts = np.r_[np.ones(len(self._settled)), self._x[is_used]]
        order = np.argsort(columns)
        return columns[order], parts[order]


def _best_by_owner(rows: Rows, columns: IntArray, reduced: IntArray) -> IntArray:
    """Return the best reduced value of each candidate's columns, 0 at least; `columns` are sorted."""
    best = np.zeros(rows.num_owners, dtype=np.int64)
    if len(columns):
        owner = rows.candidate[columns]
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        best[owner[starts]] = np.maximum.reduceat(reduced[columns], starts).clip(min=0)
    return best


def _trains(rows: Rows, columns: IntArray) -> BoolArray:
    """Tell which columns take a seat in a cohort."""
    seats = rows.matrix[:, columns].tocsr()[rows.seats]
    found: BoolArray = np.diff(seats.tocsc().indptr) > 0
    return found


def _settled(rows: Rows, root: Relaxed, trained: IntArray) -> tuple[BoolArray, BoolArray, IntArray]:
    """Return whom cohorts cannot move, where they leave room, and the columns that they keep.

    `trained` are the columns by which people may come to a place through a cohort.
    """
    num_vacancies = len(rows.limits.vacancy_ids)
    whole = root.chosen[root.x >= 1 - WHOLE]
    broken = root.chosen[(root.x > WHOLE) & (root.x < 1 - WHOLE)]
    is_touched = np.zeros(num_vacancies, dtype=bool)
    is_touched[rows.vacancy[np.r_[trained, broken]]] = True
    may_move = np.zeros(rows.num_owners, dtype=bool)
    may_move[rows.candidate[broken]] = True
    stays = ~_trains(rows, whole) & ~is_touched[rows.vacancy[whole]] & ~may_move[rows.candidate[whole]]
    settled = whole[stays]
    is_settled = np.zeros(rows.num_owners, dtype=bool)
    is_settled[rows.candidate[settled]] = True
    filled = np.bincount(rows.vacancy[settled], minlength=num_vacancies)
    return is_settled, rows.limit[:num_vacancies] > filled, settled


__all__ = ["Estimate", "SmallProgramme"]
