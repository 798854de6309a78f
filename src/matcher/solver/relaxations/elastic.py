"""A programme in which every decision may be broken at a price: what proves that a part of the plans is empty.

Each bound that a decision sets has a variable of its own by which it is missed, in either direction. A bonus for what
keeps to it would not do: of a count that must be one at least, four would make up for others that must be, and are not.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.errors import SolverFailure
from matcher.solver.bounds.bound import PRICE_SCALE, Prices
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import Programme
from matcher.solver.relaxations.held_rows import Holding
from matcher.solver.relaxations.restricted import RestrictedProgramme
from matcher.solver.relaxations.tier_task import Decisions, TierTask


class ElasticProgramme:
    """The linear programme of a tier over some columns, which always has a solution.

    Its variables are those of `RestrictedProgramme`, then by how much each other variable falls below what is decided,
    by how much it lies above, and what each vacancy and cohort lacks.

    Parameters
    ----------
    task : TierTask
    chosen : int array
        Positions of columns; sorted.
    candidates : int array
        Positions of candidates, sorted.
    """

    def __init__(self, task: TierTask, chosen: IntArray, candidates: IntArray) -> None:
        self._task = task
        self._restricted = RestrictedProgramme(task, chosen, candidates, Holding.ELASTIC)
        programme, number = self._restricted.programme, self._restricted.num_others
        others, counts = programme.matrix[:, :number], len(task.rows.least)
        lacking = sp.eye(programme.matrix.shape[0], counts, format="csr")
        worth = programme.objective[:number]
        self._objective = np.r_[programme.objective, -worth, worth, np.zeros(counts)]
        self._num_missing = 2 * number + counts
        nothing = np.zeros(self._num_missing)
        self._solver = LinearSolver(
            Programme(
                objective=self._objective,
                matrix=sp.hstack([programme.matrix, -others, others, lacking], format="csr"),
                low=programme.low,
                high=programme.high,
                lower=np.r_[programme.lower, nothing],
                upper=np.r_[programme.upper, nothing],
            )
        )

    def prices(self, decisions: Decisions, penalty: float, stop: StopSignal) -> Prices | None:
        """Return prices for the plans that keep decisions; ``None`` where the simplex has none.

        Parameters
        ----------
        decisions : Decisions
        penalty : float
            What breaking one of them costs, in columns of greatest worth.
        stop : StopSignal
        """
        restricted, rows = self._restricted, self._task.rows
        taken = restricted.positions(decisions.taken | frozenset(self._task.taken.tolist()))
        others = restricted.narrowed(decisions.others)
        lower, upper, low, high = restricted.decided(replace(decisions, taken=frozenset(), others=others))
        lower[restricted.first_column :] = 0.0
        below, above = np.zeros((2, restricted.num_others))
        for other, (least, most) in others.items():
            below[other], above[other] = least, rows.largest[other] - most
        lacks = rows.least.astype(np.float64)
        for count, (fewest, _) in decisions.filled.items():
            lacks[count] = max(lacks[count], fewest)
        missing = np.zeros(self._num_missing)
        self._solver.set_all(np.r_[lower, missing], np.r_[upper, below, above, lacks], low, high)
        objective = self._objective.copy()
        objective[taken] += penalty
        objective[-self._num_missing :] -= penalty
        first, held = restricted.relief
        for position, row in enumerate(held):
            worth = max(1.0, float(np.abs(rows.objectives[row.held.tier]).max(initial=0)))
            objective[first + position] = -penalty * row.unit / (PRICE_SCALE * worth)
        self._solver.set_objective(objective)
        try:
            outcome = self._solver.solve(stop, "primal")
        except SolverFailure:
            return None  # numbers of too different sizes; smaller penalties have proved what they could
        return None if outcome.status == "infeasible" else restricted.prices(outcome, decisions=decisions)


__all__ = ["ElasticProgramme"]
