"""The relaxation without the people whom no cohort can move: a tenth of the rows, for trying cohorts by the hundred.

Where very many columns compete, most people are placed without any training, at places that nobody comes to through a
cohort. Which cohorts run changes hardly anything for them, so they stay where a relaxation has put them. What is left
is a programme of a few thousand rows, which gains the columns that it turns out to lack. Its values lie within a
placement of those of the whole programme (a city: 0.3 of 38 700). They are estimates all the same: whoever has left the
programme has no price any more, so nothing is proven here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, losses
from matcher.solver.model.rows import Intervals, Rows
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.relaxations.estimates import Estimate, EstimateProgramme, Standing, Trials
from matcher.solver.relaxations.ranking import best_of_each
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.settled import WHOLE, settled_people, trains
from matcher.solver.relaxations.tier_task import Decisions, TierTask

FAR = 10.0  # of the best column: who loses more by coming to a place through a cohort does not count there
NEAR = 0.02  # the same for columns without training: those to begin with
MOST_LOST = 60.0  # the same for columns that may be taken in at all
ROUNDS = 6  # of missing columns, for one part of the plans
PER_VACANCY = 2  # columns that a round takes in
PER_SEAT = 4  # columns that are taken in where a cohort that has to run finds too few people


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
        self._close = close
        lost = losses(rows, root.bound)
        best = float(PRICE_SCALE * max(1, np.abs(rows.objectives["placements"]).max(initial=0)))
        near = np.union1d(root.chosen, beside)
        is_trained = trains(rows, near)
        is_settled, has_room, settled = settled_people(rows, root, near[is_trained & (lost[near] < FAR * best)])
        usable = ~is_settled[rows.candidate] & has_room[rows.vacancy] & (lost <= MOST_LOST * best)
        used = root.chosen[root.x > WHOLE]
        begin = near[is_trained | (lost[near] <= NEAR * best) | np.isin(near, used)]
        begin = begin[~is_settled[rows.candidate[begin]] & has_room[rows.vacancy[begin]]]
        usable[begin] = True
        self._origin = np.flatnonzero(usable)
        own = rows.subset(self._origin)
        self._task = TierTask(
            rows=replace(own, limit=own.limit - rows.matrix[:, settled].sum(axis=1).A1), tier=task.tier
        )
        self._lost, self._by_seat = lost[self._origin], own.matrix.tocsr()[rows.seats]
        self._worth = int(task.objective[settled].sum())
        self._begin(np.searchsorted(self._origin, begin), None)

    def _begin(self, chosen: IntArray, after: Standing | None) -> None:
        """Begin with some columns from where a programme with fewer stood."""
        self.held = EstimateProgramme(self._task, self._by_seat, chosen, self._worth)
        self._solver = LinearSolver(self.held.programme, None if after is None else self.held.basis_after(after))
        self._beside: Trials | None = None

    @property
    def beside(self) -> Trials:
        """Return what tries parts over the present columns at the same time."""
        if self._beside is None:
            self._beside = Trials(self.held)
        return self._beside

    def renew_beside(self) -> None:
        """Have the next trials begin anew, whether the last one was broken off or never begun: digits would tell."""
        self._beside = None

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
            held = self.held
            outcome = held.solve(self._solver, others, filled, start, stop)
            if outcome.status == "infeasible":
                if not is_trial and self._filled_up(others, start):
                    continue
                break
            start, standing = None, held.standing(self._solver)
            best = held.estimate(outcome, standing)
            if is_trial:
                break
            duals = np.zeros(len(held.restricted.programme.low))
            duals[held.used] = outcome.duals
            prices = held.restricted.prices(replace(outcome, duals=duals), decisions=Decisions(others=others))
            if not self._extended(prices.rows, standing):
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
        held, rows = self.held, self._task.rows
        number, objective = len(rows.upper), held.programme.objective.copy()
        objective[:number] *= np.where(rows.objectives["shortfall"][-number:] != 0, share, 1.0)
        self._solver.set_objective(objective)
        self._solver.set_bounds(*held.bounds(others))
        self._solver.set_limits(held.programme.low, held.programme.high)
        if start is not None:
            self._solver.begin_from(held.basis_after(start))
        outcome = self._solver.solve(stop, "primal")
        self._solver.set_objective(held.programme.objective)
        return outcome.value * held.restricted.objective_scale + self._worth

    def _filled_up(self, others: Intervals, start: Standing | None) -> bool:
        """Take in the nearest columns into the cohorts that have to run; tell whether there were any more."""
        rows, found = self._task.rows, [self.held.chosen]
        for other, (least, _) in others.items():
            if least and rows.cohort[other] >= 0:
                own = self._by_seat[rows.row_of_variable[other] - rows.seats.start].indices
                own = own[own < rows.num_columns]
                most = PER_SEAT * int(rows.limits.seats[rows.cohort[other]])
                found.append(own[np.argsort(self._lost[own], kind="stable")[:most]])
        chosen = np.unique(np.concatenate(found))
        if len(chosen) == len(self.held.chosen):
            return False
        self._begin(chosen, start)
        return True

    def _extended(self, prices: IntArray, standing: Standing | None) -> bool:
        """Take in the best of the columns that the prices find better than their candidate's own, if that is much."""
        rows, chosen = self._task.rows, self.held.chosen
        reduced = PRICE_SCALE * self._task.objective - rows.matrix.T @ prices
        ahead = _best_by_owner(rows, chosen, reduced)
        missing = _best_by_owner(rows, np.arange(rows.num_columns), reduced) - ahead
        if float(missing.sum()) <= PRICE_SCALE * self._close or standing is None:
            return False
        better = np.flatnonzero(reduced[: rows.num_columns] > ahead[rows.candidate])
        added = best_of_each(rows.candidate[better], reduced[better], 1)
        added |= best_of_each(rows.vacancy[better], reduced[better], PER_VACANCY)
        self._begin(np.union1d(chosen, better[added]), standing)
        return True

    @property
    def columns(self) -> IntArray:
        """Return all columns of the programme, by position in the task."""
        return self._origin[self.held.chosen]


def _best_by_owner(rows: Rows, columns: IntArray, reduced: IntArray) -> IntArray:
    """Return the best reduced value of each candidate's columns, 0 at least; `columns` are sorted."""
    best = np.zeros(rows.num_owners, dtype=np.int64)
    if len(columns):
        owner = rows.candidate[columns]
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        best[owner[starts]] = np.maximum.reduceat(reduced[columns], starts).clip(min=0)
    return best


__all__ = ["SmallProgramme"]
