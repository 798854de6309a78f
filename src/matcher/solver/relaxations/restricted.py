"""The linear programme of one tier over some of the columns, and the way back from its duals to prices.

Variables stand in the order: other variables, slacks of held limits, relief of held rows, columns. Rows: limits,
candidates, held tiers (`HeldRows`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Prices
from matcher.solver.model.rows import Intervals
from matcher.solver.model.several import OTHER
from matcher.solver.programmes.entries import Entries, entries_of
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import FloatArray, LinearOutcome, Programme
from matcher.solver.relaxations.held_rows import HeldRow, HeldRows, Holding
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.relaxations.whole_prices import PricesNearDuals, WholePrices

HELD = -(2**62)  # the number of a row that holds an earlier aim
DUAL_NOISE = 1e-9  # duals below this, relative to the objective's scale, are rounding noise

__all__ = ["DUAL_NOISE", "HELD", "RestrictedProgramme"]


class RestrictedProgramme:
    """A tier's linear programme over some columns.

    Parameters
    ----------
    task : TierTask
    chosen : int array (n,)
        Positions of columns; any may be appended later whose candidate is among `candidates`.
    candidates : int array
        Positions of candidates, sorted.
    holding : Holding
        How earlier tiers are held.
    """

    def __init__(
        self, task: TierTask, chosen: IntArray, candidates: IntArray, holding: Holding = Holding.FIXED
    ) -> None:
        rows = task.rows
        self.task, self.chosen, self._candidates = task, chosen, candidates
        self._is_elastic = holding is Holding.ELASTIC
        self.num_others = len(rows.upper)
        self.objective_scale = float(max(1, np.abs(task.objective).max(initial=0)))
        self._held = HeldRows(task, candidates, holding)
        self._num_first = len(rows.limit)  # limits that stand before the candidates; links may follow at the end
        self.programme = self._assembled()

    @staticmethod
    def over(task: TierTask, chosen: IntArray, holding: Holding = Holding.FIXED) -> RestrictedProgramme:
        """Return the programme whose candidates are those of `chosen`."""
        return RestrictedProgramme(task, chosen, task.rows.people(chosen), holding)

    def _assembled(self) -> Programme:
        rows, used = self.task.rows, self._held.rows
        slack_rows = np.array(self._held.slack_rows, dtype=np.int64)
        num_relief = len(used) if self._is_elastic else 0
        self.first_column = self.num_others + len(slack_rows) + num_relief
        entries = Entries()
        entries.add(*self._limit_entries(rows.num_columns + np.arange(self.num_others)))
        slacks = self.num_others + np.arange(len(slack_rows))
        entries.add(slack_rows, slacks, np.ones(len(slack_rows)))
        unit = np.concatenate([rows.scale, np.ones(len(self._candidates))])
        for number, row in enumerate(used):
            entries.add_row(self._first_held + number, row.other_costs)
            entries.add_row(self._first_held + number, row.slack_costs[slack_rows] * unit[slack_rows], self.num_others)
        if num_relief:
            relief = np.arange(num_relief)
            entries.add(self._first_held + relief, self.first_column - num_relief + relief, np.full(num_relief, -1.0))
        self._add_columns(entries, self.chosen, self.first_column)
        objective = self.task.objective[rows.num_columns :] / self.objective_scale
        worth = self.task.objective[self.chosen] / self.objective_scale
        nothing, one = np.zeros(len(slack_rows)), np.ones(len(worth))
        lower = np.concatenate([self._held.other_lower, nothing, np.zeros(num_relief + len(worth))])
        position = np.searchsorted(self.chosen, self.task.taken)
        lower[self.first_column + position] = 1.0
        return Programme(
            objective=np.concatenate([objective, nothing, np.full(num_relief, -1.0), worth]),
            matrix=entries.matrix((self._num_rows, self.first_column + len(worth))),
            low=np.concatenate([self._held.low, np.full(len(used), -np.inf)]),
            high=np.concatenate([self._held.high, np.array([row.allowed for row in used], dtype=np.float64)]),
            lower=lower,
            upper=np.concatenate([self._held.other_upper, self._held.slack_upper, np.full(num_relief, np.inf), one]),
        )

    def _limit_entries(self, columns: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return row, place and value of what some columns or other variables have in the limits."""
        rows = self.task.rows
        row, place, data = entries_of(rows.matrix, columns)
        value = (1.0 / rows.scale)[row] * data
        row[row >= self._num_first] += len(self._candidates) + len(self._held.rows)  # links that came later stand last
        return row, place, value

    @property
    def slack_rows(self) -> list[int]:
        """Return the rows, what is open in which is a variable that stands after the other ones."""
        return self._held.slack_rows

    @property
    def _num_rows(self) -> int:
        return len(self.task.rows.limit) + len(self._candidates) + len(self._held.rows)

    @property
    def _first_held(self) -> int:
        """Return where the rows of held tiers begin, after the limits and the candidates."""
        return self._num_first + len(self._candidates)

    def take_in(self, solver: LinearSolver, columns: IntArray) -> None:
        """Append columns to the programme and to a solver of it."""
        solver.add_columns(*self._column_block(columns))
        self.chosen = np.r_[self.chosen, columns]
        lower, upper = self.programme.lower, self.programme.upper
        added = np.zeros(len(columns))
        self.programme = replace(self.programme, lower=np.r_[lower, added], upper=np.r_[upper, added + 1.0])

    def _column_block(self, columns: IntArray) -> tuple[FloatArray, Any, FloatArray]:
        """Return objective, matrix (m, k) and upper bounds of columns, to be appended to the programme."""
        block = Entries()
        self._add_columns(block, columns, 0)
        matrix = block.matrix((self._num_rows, len(columns)))
        return self.task.objective[columns] / self.objective_scale, matrix, np.ones(len(columns))

    def _add_columns(self, entries: Entries, columns: IntArray, first: int) -> None:
        """Add what columns have in all rows, the first of them as variable `first`."""
        rows = self.task.rows
        people = np.searchsorted(self._candidates, rows.candidate[columns])
        shared = np.arange(len(columns))
        if rows.has_several:
            shared = np.flatnonzero(rows.limits.placements[rows.person[columns]] == 1)
        row, place, value = self._limit_entries(columns)
        entries.add(row, first + place, value)
        entries.add(self._num_first + people[shared], first + shared, np.ones(len(shared)))
        for number, held in enumerate(self._held.rows):
            entries.add_row(self._first_held + number, self._held.losses(held.held)[columns] / held.unit, first)

    def add_links(self, solver: LinearSolver, task: TierTask) -> None:
        """Append the last rows of `task`, this one with more links, to the programme and to a solver of it."""
        known, rows = len(self.task.rows.limit), task.rows
        scale = rows.scale[known:]
        added = sp.csr_matrix(sp.diags(1.0 / scale) @ rows.matrix[known:].astype(np.float64))
        slacks = sp.csr_matrix((added.shape[0], self.first_column - self.num_others))
        matrix = sp.hstack([added[:, rows.num_columns :], slacks, added[:, self.chosen]], format="csr")
        high = rows.limit[known:] / scale
        low = np.full(len(high), -np.inf)
        solver.add_rows(matrix, low, high)
        programme = self.programme
        self.programme = replace(programme, low=np.r_[programme.low, low], high=np.r_[programme.high, high])
        self.task = self._held.task = task

    def decide(self, solver: LinearSolver, decisions: Decisions) -> None:
        """Make a solver of this programme keep branching decisions, and no others; `chosen` must be sorted."""
        solver.set_all(*self.decided(decisions))

    def decided(self, decisions: Decisions) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the bounds of variables, and the limits of rows, that keep branching decisions."""
        lower, upper = self._bounds(decisions)
        low, high = self.programme.low.copy(), self.programme.high.copy()
        for vacancy, (fewest, most) in decisions.filled.items():
            if vacancy in self._held.slack_rows:  # its row is an equation: what is open is a variable
                slack = self.num_others + self._held.slack_rows.index(vacancy)
                lower[slack] = max(lower[slack], high[vacancy] - most)
                upper[slack] = min(upper[slack], high[vacancy] - fewest)
            else:
                low[vacancy] = max(low[vacancy], fewest)
                high[vacancy] = min(high[vacancy], most)
        return lower, upper, low, high

    def _bounds(self, decisions: Decisions) -> tuple[FloatArray, FloatArray]:
        lower, upper = self.programme.lower.copy(), self.programme.upper.copy()
        lower[self.positions(decisions.taken)] = 1.0
        upper[self.positions(decisions.left)] = 0.0
        for other, (least, most) in decisions.others.items():
            lower[other], upper[other] = max(lower[other], least), min(upper[other], most)
        return lower, upper

    def positions(self, columns: frozenset[int]) -> IntArray:
        """Return where columns stand among the variables; those that do not are 0 already."""
        wanted = np.array(sorted(columns), dtype=np.int64)
        if not len(self.chosen):
            return wanted[:0]
        position = np.minimum(np.searchsorted(self.chosen, wanted), len(self.chosen) - 1)
        found: IntArray = position[self.chosen[position] == wanted] + self.first_column
        return found

    @property
    def row_numbers(self) -> IntArray:
        """Return, for every row of a solver of this programme, which of the model's it is.

        A row of what one candidate may take has minus one, less the candidate's position; one that holds an earlier aim
        has `HELD`.
        """
        later = np.arange(self._num_first, len(self.task.rows.limit))
        held = np.full(len(self._held.rows), HELD)
        numbers: IntArray = np.r_[np.arange(self._num_first), -1 - self._candidates, held, later]
        return numbers

    @property
    def relief(self) -> tuple[int, list[HeldRow]]:
        """Return where the variables stand by which an elastic programme breaks held rows, and these rows."""
        return self.first_column - len(self._held.rows), self._held.rows

    @property
    def is_integer(self) -> BoolArray:
        """Return which variables must be whole: all but the slacks of held limits."""
        whole = np.ones(self.first_column + len(self.chosen), dtype=bool)
        whole[self.num_others : self.first_column] = False
        return whole

    def narrowed(self, others: Intervals) -> Intervals:
        """Return the intervals of all other variables that the task or these decisions keep from their full range."""
        rows = self.task.rows
        found = {}
        for other in np.flatnonzero((rows.lower > 0) | (rows.upper < rows.largest)).tolist() + list(others):
            least, most = others.get(other, (0, int(rows.largest[other])))
            found[other] = (max(least, int(rows.lower[other])), min(most, int(rows.upper[other])))
        return found

    def split(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values of the columns `chosen` and of the other variables."""
        return x[self.first_column :], x[: self.num_others]

    def value(self, outcome: LinearOutcome) -> float:
        """Return a solution's value in the tier's own integers."""
        return outcome.value * self.objective_scale

    def prices(self, outcome: LinearOutcome, decisions: Decisions | None = None) -> Prices:
        """Return valid integer prices near the duals of a solution; see `near_duals`."""
        return self.near_duals(outcome, decisions).prices()

    def near_duals(self, outcome: LinearOutcome, decisions: Decisions | None = None) -> PricesNearDuals:
        """Return what whole prices are to be near to: the duals of a solution, those with the wrong sign mended.

        Duals on what an earlier tier has fixed may have it; a higher price of that tier mends them.
        """
        rows = self.task.rows
        factor = PRICE_SCALE * self.objective_scale
        first, last = self._num_first, len(outcome.duals) - (len(rows.limit) - self._num_first)
        duals = np.concatenate([outcome.duals[:first], outcome.duals[last:]])
        price = np.where(np.abs(duals) < DUAL_NOISE, 0.0, np.rint(duals * factor / rows.scale))
        weight = [
            max(0.0, float(dual)) * factor / row.unit
            for dual, row in zip(outcome.duals[len(self._held.high) : last], self._held.rows, strict=True)
        ]
        must_fill = rows.least > 0
        decisions = decisions or Decisions()
        for row, (fewest, _) in decisions.filled.items():
            must_fill[row] |= fewest > 0
        people = outcome.duals[first : len(self._held.high)] * factor
        self._held.mend_signs(price, people, weight)
        may_gain = (rows.cohort >= 0) | (rows.stage != OTHER)
        may_gain[list(self.narrowed(decisions.others))] = True
        whole = WholePrices(rows=rows, objective=self.task.objective, held=self.task.held)
        return PricesNearDuals(whole=whole, price=price, weight=tuple(weight), must_fill=must_fill, may_gain=may_gain)
