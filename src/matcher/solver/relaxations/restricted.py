"""The linear programme of one tier over some of the columns, and the way back from its duals to prices.

An earlier tier is held in reduced form. Its bound ``U`` and its value ``V`` differ by ``G``; every plan loses against
``U`` the sum of what its columns, open limits, unplaced candidates and other variables lose, and that sum may be at
most ``G``, or anything below ``G`` plus the step between two plans' values. All terms are non-negative. What alone
would lose more is fixed beforehand (in an elastic programme, which always has a solution, it only costs). This row is
as strict as ``objective >= V`` for whole people and far better conditioned than one with weights in the millions.

Variables stand in the order: other variables, slacks of held limits, relief of held rows, columns. Rows: limits,
candidates, held tiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import NOTHING, PRICE_SCALE, HeldTier, Prices, losses
from matcher.solver.model.rows import Intervals, Rows
from matcher.solver.model.several import OTHER
from matcher.solver.programmes.linear import Algorithm, LinearSolver
from matcher.solver.programmes.programme import FloatArray, LinearOutcome, Programme
from matcher.solver.relaxations.whole_prices import WholePrices

ELASTIC_UNIT = 1_000  # integers of a held tier by which an elastic row is measured
DUAL_NOISE = 1e-9  # duals below this, relative to the objective's scale, are rounding noise


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTask:
    """One tier to be solved in one region: a part of all plans, with everything that the earlier tiers settled.

    Parameters
    ----------
    rows : Rows
        Over the columns that no earlier tier excludes.
    tier : str
    held : tuple of HeldTier
    taken : int array
        Columns that every plan of the region takes.
    """

    rows: Rows
    tier: str
    held: tuple[HeldTier, ...] = ()
    taken: IntArray = field(default_factory=lambda: NOTHING)

    @property
    def objective(self) -> IntArray:
        """Return the tier's objective (N + X,), to be maximised."""
        return self.rows.objectives[self.tier]

    @property
    def first_algorithm(self) -> Algorithm:
        """Return the simplex that suits a programme without a basis.

        Where no column counts by itself, as in shortfall, all of them tie for the dual, which then walks slowly.
        """
        return self.rows.algorithm if self.objective[: self.rows.num_columns].any() else "primal"

    def subset(self, kept: IntArray) -> TierTask:
        """Return the same task over some of the columns (sorted positions, those taken among them)."""
        number = self.rows.num_columns
        held = tuple(replace(earlier, bound=earlier.bound.subset(kept, number)) for earlier in self.held)
        taken = np.searchsorted(kept, self.taken)
        return TierTask(rows=self.rows.subset(kept), tier=self.tier, held=held, taken=taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Branching decisions inside a task.

    Parameters
    ----------
    taken, left : frozenset of int
        Columns (by position in the task) fixed in and out.
    filled, others : dict of position to (int, int)
        The least and the most of placements in a vacancy or enrolments in a cohort (by row), and of another variable.
    """

    taken: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    filled: Intervals = field(default_factory=dict)
    others: Intervals = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _HeldRow:
    """The row of one held tier: costs of the other variables, of each limit's slack, and what is allowed."""

    held: HeldTier
    unit: float
    other_costs: FloatArray
    slack_costs: FloatArray
    allowed: float


class _Entries:
    """Entries of a matrix, gathered part by part: blocks put together one by one are each looked through anew."""

    def __init__(self) -> None:
        self._parts: list[tuple[IntArray, IntArray, FloatArray]] = []

    def add(self, row: IntArray, column: IntArray, value: FloatArray) -> None:
        """Add entries."""
        self._parts.append((row, column, value))

    def add_row(self, row: int, values: FloatArray, first_column: int = 0) -> None:
        """Add what one row has from a column on."""
        used = np.flatnonzero(values)
        self.add(np.full(len(used), row), first_column + used, values[used])

    def matrix(self, shape: tuple[int, int]) -> Any:
        """Return the matrix; csr_matrix."""
        row, column, value = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        return sp.csr_matrix((value, (row, column)), shape=shape)


class RestrictedProgramme:
    """A tier's linear programme over some columns.

    Parameters
    ----------
    task : TierTask
    chosen : int array (n,)
        Positions of columns; any may be appended later whose candidate is among `candidates`.
    candidates : int array
        Positions of candidates, sorted.
    is_elastic : bool
        Held rows and what is decided of other variables may be broken, at prices that `elastic_objective` sets, and
        nothing is fixed because of them.
    """

    def __init__(self, task: TierTask, chosen: IntArray, candidates: IntArray, *, is_elastic: bool = False) -> None:
        rows = task.rows
        self.task, self.chosen, self._candidates, self._is_elastic = task, chosen, candidates, is_elastic
        self.num_others = len(rows.upper)
        self.objective_scale = float(max(1, np.abs(task.objective).max(initial=0)))
        self._low, self._high = self._limits()
        self._other_lower = np.where(is_elastic, 0, rows.lower).astype(np.float64)
        self._other_upper = np.where(is_elastic, rows.largest, rows.upper).astype(np.float64)
        self._slack_rows: list[int] = []
        self._slack_upper: list[float] = []
        self._tight: list[IntArray] = []
        self._zeroed: list[IntArray] = []
        self._raised: list[IntArray] = []
        self._held_rows: list[_HeldRow] = [self._hold(held) for held in task.held]
        self._num_first = len(rows.limit)  # limits that stand before the candidates; links may follow at the end
        self.programme = self._assembled()

    @staticmethod
    def over(task: TierTask, chosen: IntArray, *, is_elastic: bool = False) -> RestrictedProgramme:
        """Return the programme whose candidates are those of `chosen`."""
        return RestrictedProgramme(task, chosen, task.rows.people(chosen), is_elastic=is_elastic)

    def _limits(self) -> tuple[FloatArray, FloatArray]:
        rows = self.task.rows
        high = np.r_[rows.limit / rows.scale, np.ones(len(self._candidates))]
        is_equation = np.r_[rows.is_equation, np.zeros(len(self._candidates), dtype=bool)]
        low = np.where(is_equation, high, -np.inf)
        low[: len(rows.least)] = np.where(rows.least > 0, rows.least, low[: len(rows.least)])
        return low, high

    def _hold(self, held: HeldTier) -> _HeldRow:
        """Note the row of one earlier tier, and fix what alone would lose more than it allows."""
        rows, is_elastic = self.task.rows, self._is_elastic
        slack = held.room
        fixed_from = 2**62 if is_elastic else slack
        price = np.r_[held.bound.prices.rows.clip(min=0), held.bound.best[self._candidates].clip(min=0)]
        others = held.bound.reduced[rows.num_columns :]
        self._fix(price, others, fixed_from)
        new = np.flatnonzero((price > 0) & (price <= fixed_from) & (self._low < self._high))
        self._slack_rows += new.tolist()
        self._slack_upper += [np.inf] * len(new)
        self._low[new] = self._high[new]
        inner = np.abs(others) <= fixed_from
        unit = float(max(slack, ELASTIC_UNIT * PRICE_SCALE) if is_elastic else slack)
        best = others * np.where(others > 0, rows.upper, rows.lower).astype(np.float64)
        allowed = slack - float(best[inner].sum()) - float(self._unshared_best(held).sum())
        return _HeldRow(
            held=held,
            unit=unit,
            other_costs=np.where(inner, -others, 0) / unit,
            slack_costs=np.where(price <= fixed_from, price, 0) / unit,
            allowed=allowed / unit,
        )

    def _unshared_best(self, held: HeldTier) -> FloatArray:
        """Return what a plan loses by leaving out each column that belongs to itself; float64 (N,).

        Such a column has no row of its own beside its upper bound, so the loss stands in the held row itself. More than
        is allowed need not be told apart from anything above it.
        """
        rows = self.task.rows
        if not rows.has_several:
            return np.zeros(rows.num_columns)
        is_own = rows.limits.placements[rows.person] > 1
        best = np.where(is_own, held.bound.best[rows.candidate].clip(min=0), 0).astype(np.float64)
        return best if self._is_elastic else np.minimum(best, 2.0 * held.room)

    def _losses(self, held: HeldTier) -> FloatArray:
        """Return what each column costs in the row of a held tier; float64 (N,)."""
        lost: FloatArray = losses(self.task.rows, held.bound).astype(np.float64)
        return lost - self._unshared_best(held) if self.task.rows.has_several else lost

    def _fix(self, price: IntArray, others: IntArray, fixed_from: int) -> None:
        rows = self.task.rows
        tight = np.flatnonzero(price > fixed_from)
        self._low[tight] = self._high[tight]
        for position, row in enumerate(self._slack_rows):
            if price[row] > fixed_from:
                self._slack_upper[position] = 0.0
        self._tight.append(tight)
        down, up = np.flatnonzero(-others > fixed_from), np.flatnonzero(others > fixed_from)
        self._other_upper[down] = np.minimum(self._other_upper[down], rows.lower[down])
        self._other_lower[up] = rows.upper[up]
        self._zeroed.append(down)
        self._raised.append(up[(rows.cohort[up] >= 0) | (rows.stage[up] != OTHER)])

    def _assembled(self) -> Programme:
        rows, used = self.task.rows, self._held_rows
        slack_rows = np.array(self._slack_rows, dtype=np.int64)
        num_relief = len(used) if self._is_elastic else 0
        self.first_column = self.num_others + len(slack_rows) + num_relief
        beside = _Entries()
        beside.add(*self._limit_entries(slice(rows.num_columns, None)))
        slacks = self.num_others + np.arange(len(slack_rows))
        beside.add(slack_rows, slacks, np.ones(len(slack_rows)))
        unit = np.r_[rows.scale, np.ones(len(self._candidates))]
        for number, row in enumerate(used):
            beside.add_row(self._first_held + number, row.other_costs)
            beside.add_row(self._first_held + number, row.slack_costs[slack_rows] * unit[slack_rows], self.num_others)
        if num_relief:
            relief = np.arange(num_relief)
            beside.add(self._first_held + relief, self.first_column - num_relief + relief, np.full(num_relief, -1.0))
        worth, columns, upper = self.column_block(self.chosen)
        objective = self.task.objective[rows.num_columns :] / self.objective_scale
        first_upper = np.r_[self._other_upper, self._slack_upper, np.full(num_relief, np.inf)]
        lower = np.r_[self._other_lower, np.zeros(len(slack_rows) + num_relief), np.zeros(len(worth))]
        position = np.searchsorted(self.chosen, self.task.taken)
        lower[self.first_column + position] = 1.0
        return Programme(
            objective=np.r_[objective, np.zeros(len(slack_rows)), np.full(num_relief, -1.0), worth],
            matrix=sp.hstack([beside.matrix((columns.shape[0], self.first_column)), columns], format="csr"),
            low=np.r_[self._low, np.full(len(used), -np.inf)],
            high=np.r_[self._high, [row.allowed for row in used]],
            lower=lower,
            upper=np.r_[first_upper, upper],
        )

    def _limit_entries(self, columns: IntArray | slice) -> tuple[IntArray, IntArray, FloatArray]:
        """Return row, column and value of what some columns or other variables have in the limits."""
        rows = self.task.rows
        part = rows.matrix[:, columns]
        row = part.indices.astype(np.int64)
        value = (1.0 / rows.scale)[row] * part.data
        row[row >= self._num_first] += len(self._candidates) + len(self._held_rows)  # links that came later stand last
        return row, np.repeat(np.arange(part.shape[1]), np.diff(part.indptr)), value

    @property
    def _first_held(self) -> int:
        """Return where the rows of held tiers begin, after the limits and the candidates."""
        return self._num_first + len(self._candidates)

    def column_block(self, columns: IntArray) -> tuple[FloatArray, Any, FloatArray]:
        """Return objective, matrix (m, k) and upper bounds of columns, to be appended to the programme."""
        rows = self.task.rows
        people = np.searchsorted(self._candidates, rows.candidate[columns])
        shared = np.arange(len(columns))
        if rows.has_several:
            shared = np.flatnonzero(rows.limits.placements[rows.person[columns]] == 1)
        block = _Entries()
        block.add(*self._limit_entries(columns))
        block.add(self._num_first + people[shared], shared, np.ones(len(shared)))
        for number, row in enumerate(self._held_rows):
            block.add_row(self._first_held + number, self._losses(row.held)[columns] / row.unit)
        shape = (len(rows.limit) + len(self._candidates) + len(self._held_rows), len(columns))
        return self.task.objective[columns] / self.objective_scale, block.matrix(shape), np.ones(len(columns))

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
        self.task = task

    def note_columns(self, columns: IntArray) -> None:
        """Remember columns that were appended to the solver."""
        self.chosen = np.r_[self.chosen, columns]
        lower, upper = self.programme.lower, self.programme.upper
        added = np.zeros(len(columns))
        self.programme = replace(self.programme, lower=np.r_[lower, added], upper=np.r_[upper, added + 1.0])

    def decide(self, solver: LinearSolver, decisions: Decisions) -> None:
        """Make a solver of this programme keep branching decisions, and no others; `chosen` must be sorted."""
        lower, upper = self._bounds(decisions)
        low, high = self.programme.low.copy(), self.programme.high.copy()
        for vacancy, (fewest, most) in decisions.filled.items():
            if vacancy in self._slack_rows:  # its row is an equation: what is open is a variable
                slack = self.num_others + self._slack_rows.index(vacancy)
                lower[slack] = max(lower[slack], high[vacancy] - most)
                upper[slack] = min(upper[slack], high[vacancy] - fewest)
            else:
                low[vacancy] = max(low[vacancy], fewest)
                high[vacancy] = min(high[vacancy], most)
        solver.set_all(lower, upper, low, high)

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
    def is_integer(self) -> BoolArray:
        """Return which variables must be whole: all but the slacks of held limits."""
        whole = np.ones(self.first_column + len(self.chosen), dtype=bool)
        whole[self.num_others : self.first_column] = False
        return whole

    def elastic_objective(self, taken: IntArray, filled: Intervals, others: Intervals, price: float) -> FloatArray:
        """Return the objective under which held rows, `taken`, least counts and other variables are only priced.

        `price` counts in columns of greatest worth: what a column fixed in gains, and what a held tier gives up when
        it falls behind by the worth of its own best column.
        """
        objective = self.programme.objective.copy()
        objective[taken] += price
        for other, (least, most) in self.narrowed(others).items():
            objective[other] += price if least else -price if most < self.task.rows.largest[other] else 0.0
        rows = self.task.rows
        must_fill = rows.least > 0
        for count, (fewest, _) in filled.items():
            must_fill[count] |= fewest > 0
        counts = np.asarray(rows.matrix[np.flatnonzero(must_fill)].sum(axis=0)).ravel()
        objective[: self.num_others] += price * counts[rows.num_columns :]
        objective[self.first_column :] += price * counts[self.chosen]
        first = self.first_column - len(self._held_rows)
        for position, row in enumerate(self._held_rows):
            worth = max(1.0, float(np.abs(self.task.rows.objectives[row.held.tier]).max(initial=0)))
            objective[first + position] = -price * row.unit / (PRICE_SCALE * worth)
        return objective

    def narrowed(self, others: Intervals) -> Intervals:
        """Return the intervals of all other variables that the task or these decisions keep from their full range."""
        rows = self.task.rows
        found = {}
        for other in np.flatnonzero((rows.lower > 0) | (rows.upper < rows.largest)).tolist() + list(others):
            least, most = others.get(other, (0, int(rows.largest[other])))
            found[other] = (max(least, int(rows.lower[other])), min(most, int(rows.upper[other])))
        return found

    def eased(self, others: Intervals) -> Intervals:
        """Return intervals in which an elastic programme searches instead: one end of each gives way."""
        largest = self.task.rows.largest
        return {
            other: (0, most if least else int(largest[other])) for other, (least, most) in self.narrowed(others).items()
        }

    def split(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values of the columns `chosen` and of the other variables."""
        return x[self.first_column :], x[: self.num_others]

    def value(self, outcome: LinearOutcome) -> float:
        """Return a solution's value in the tier's own integers."""
        return outcome.value * self.objective_scale

    def prices(
        self,
        outcome: LinearOutcome,
        emphasis: Sequence[float] | None = None,
        decisions: Decisions | None = None,
        bonus: float = 0.0,
    ) -> Prices:
        """Return valid integer prices near the duals of a solution.

        `emphasis` raises the price of each held tier: the less such a tier's bound differs from its value, the less
        that costs, and the more is gained on everything that the tier rules out. Duals on what an earlier tier has
        fixed may have the wrong sign; they are mended by a higher price of that tier. `bonus` is what each placement
        got, by `elastic_objective`, in vacancies and cohorts that by the decisions have to take somebody.
        """
        rows, held = self.task.rows, self.task.held
        factor = PRICE_SCALE * self.objective_scale
        first, last = self._num_first, len(outcome.duals) - (len(rows.limit) - self._num_first)
        duals = np.r_[outcome.duals[:first], outcome.duals[last:]]
        price = np.where(np.abs(duals) < DUAL_NOISE, 0.0, np.rint(duals * factor / rows.scale))
        weight = [
            max(0.0, float(dual)) * factor / row.unit
            for dual, row in zip(outcome.duals[len(self._high) : last], self._held_rows, strict=True)
        ]
        must_fill = rows.least > 0
        decisions = decisions or Decisions()
        for row, (fewest, _) in decisions.filled.items():
            must_fill[row] |= fewest > 0
        price[: len(must_fill)][must_fill] -= bonus * factor
        people = outcome.duals[first : len(self._high)] * factor
        self._mend_signs(price, people, weight)
        may_gain = (rows.cohort >= 0) | (rows.stage != OTHER)
        may_gain[list(self.narrowed(decisions.others))] = True
        weight = [more * share for more, share in zip(emphasis or [1.0] * len(held), weight, strict=True)]
        return WholePrices(rows=rows, objective=self.task.objective, held=held).near(price, weight, must_fill, may_gain)

    def _mend_signs(self, price: FloatArray, people: FloatArray, weight: list[float]) -> None:
        """Raise the prices of held tiers until they outweigh what their fixings made negative.

        `price` is that of all limits, `people` that of all candidates.
        """
        rows, held = self.task.rows, self.task.held
        first = self._num_first
        is_free = np.r_[rows.is_equation[:first], np.zeros(len(self._candidates), dtype=bool)]
        by_row = np.r_[price[:first], people]
        for index, tight in enumerate(self._tight):
            base = np.r_[held[index].bound.prices.rows[:first], held[index].bound.best[self._candidates]][tight]
            need = np.where(is_free[tight] | (base <= 0), 0.0, -by_row[tight] / np.maximum(base, 1))
            weight[index] = max(weight[index], float(need.max(initial=0.0)))
        if not self.num_others:
            return
        value = PRICE_SCALE * self.task.objective[rows.num_columns :] + rows.relief @ price
        for index, zeroed in enumerate(self._zeroed):
            base = -held[index].bound.reduced[rows.num_columns :][zeroed]
            need = value[zeroed] / np.maximum(base, 1)
            weight[index] = max(weight[index], float(need.max(initial=0.0)))
        for index, raised in enumerate(self._raised):
            base = held[index].bound.reduced[rows.num_columns :][raised]
            need = -value[raised] / np.maximum(base, 1)
            weight[index] = max(weight[index], float(need.max(initial=0.0)))


def integer_solution(task: TierTask, chosen: IntArray) -> IntArray | None:
    """Return the exact solution that takes the columns `chosen` (sorted), or ``None`` where it breaks a rule.

    Limits, and the values of the earlier tiers, are verified in integers.
    """
    rows = task.rows
    solution = rows.completed(chosen)
    if not rows.is_feasible(solution) or not solution[task.taken].all():
        return None
    if any(rows.value(earlier.tier, solution) < earlier.value for earlier in task.held):
        return None
    return solution
