"""The linear programme over sets of people per resource, and the prices behind it.

Every resource takes one set that fits (a pattern); all other limits are rows as before. Its value is that of the best
bound of `matcher.solver.bounds.packing`, and its duals are the prices that prove it (Dantzig and Wolfe 1960,
Decomposition principle for linear programs, Operations Research 8(1)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Prices
from matcher.solver.bounds.packing import Resources
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.linear import LinearSolver
from matcher.solver.programmes.programme import FloatArray, Programme
from matcher.solver.relaxations.tier_task import TierTask

LARGEST_PRICE = 2.0**56  # so that no reduced value leaves 64 bits
Pattern = tuple[int, ...]  # positions of columns, sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """A solved pattern programme.

    Parameters
    ----------
    value : float
        In the tier's own integers.
    prices : Prices
    taken : float64 (N,)
        How much of each column the mixture takes.
    missing : float
        How far rows that must be met are not, in their own scale.
    """

    value: float
    prices: Prices
    taken: FloatArray
    missing: float


class PatternProgramme:
    """The programme of one tier over patterns and single columns.

    Rows: limits, candidates, held tiers, one per resource. Variables: other variables, relief of rows that nothing
    meets, then patterns as they come.

    Parameters
    ----------
    task : TierTask
    resources : Resources
    patterns : list of (int, Pattern)
        Resource (-1: a column that uses none) and columns.
    taken : int array
        Columns that are taken: their resource takes a pattern for certain.
    penalty : float
        Price of a missed row, in worths of the best column.
    """

    def __init__(
        self,
        task: TierTask,
        resources: Resources,
        patterns: list[tuple[int, Pattern]],
        taken: IntArray,
        penalty: float,
    ) -> None:
        rows = task.rows
        self._task, self._resources, self._patterns = task, resources, list(patterns)
        self._unit = float(max(1, np.abs(task.objective).max(initial=0)))
        self._held_unit = [float(max(1, np.abs(rows.objectives[held.tier]).max(initial=0))) for held in task.held]
        self._row_unit = np.r_[rows.scale, np.ones(len(rows.limits.candidate_ids)), self._held_unit]
        self._columns = self._column_matrix()
        low, high = self._limits(taken)
        relief = _relief(low, high)
        self._num_others, self._num_relief = len(rows.upper), relief.shape[1]
        single = {(-1, (column,)) for column in taken.tolist()}
        must_take = np.array([pattern in single for pattern in self._patterns], dtype=np.float64)
        self._solver = LinearSolver(
            Programme(
                objective=np.r_[
                    task.objective[rows.num_columns :] / self._unit,
                    np.full(self._num_relief, -penalty),
                    self._worths(self._patterns),
                ],
                matrix=sp.hstack([self._other_matrix(), relief, self._block(self._patterns)], format="csr"),
                low=low,
                high=high,
                lower=np.r_[rows.lower, np.zeros(self._num_relief), must_take],
                upper=np.r_[rows.upper, np.full(self._num_relief, np.inf), np.ones(len(self._patterns))],
            )
        )

    def _limits(self, taken: IntArray) -> tuple[FloatArray, FloatArray]:
        rows = self._task.rows
        held = [-earlier.value / unit for earlier, unit in zip(self._task.held, self._held_unit, strict=True)]
        high = np.r_[rows.limit / rows.scale, rows.limits.placements, held, np.ones(len(self._resources))]
        low = np.full(len(high), -np.inf)
        low[: len(rows.limit)][rows.is_equation] = high[: len(rows.limit)][rows.is_equation]
        low[: len(rows.least)] = np.where(rows.least > 0, rows.least, low[: len(rows.least)])
        owner = self._resources.owner[taken]
        low[len(high) - len(self._resources) + owner[owner >= 0]] = 1.0
        return low, high

    def _column_matrix(self) -> sp.csc_matrix:
        """Return limits, candidates and held tiers over single columns, scaled."""
        rows = self._task.rows
        count = rows.num_columns
        people = sp.csr_matrix(
            (np.ones(count), (rows.candidate, np.arange(count))), shape=(len(rows.limits.candidate_ids), count)
        )
        held = [sp.csr_matrix(-rows.objectives[earlier.tier][:count].astype(float)) for earlier in self._task.held]
        whole = sp.vstack([rows.matrix[:, :count].astype(np.float64), people, *held], format="csc")
        return sp.csc_matrix(sp.diags(1 / self._row_unit) @ whole)

    def _other_matrix(self) -> sp.csr_matrix:
        rows = self._task.rows
        count = len(rows.upper)
        held = [sp.csr_matrix(-rows.objectives[one.tier][rows.num_columns :].astype(float)) for one in self._task.held]
        nobody = sp.csr_matrix((len(rows.limits.candidate_ids), count))
        whole = sp.vstack([rows.matrix[:, rows.num_columns :].astype(np.float64), nobody, *held], format="csr")
        return sp.vstack([sp.diags(1 / self._row_unit) @ whole, sp.csr_matrix((len(self._resources), count))])

    def _block(self, patterns: list[tuple[int, Pattern]]) -> sp.csc_matrix:
        member = self._membership(patterns)
        owner = np.array([resource for resource, _ in patterns], dtype=np.int64)
        inside = np.flatnonzero(owner >= 0)
        convexity = sp.csc_matrix(
            (np.ones(len(inside)), (owner[inside], inside)), shape=(len(self._resources), len(patterns))
        )
        return sp.vstack([self._columns @ member, convexity], format="csc")

    def _membership(self, patterns: list[tuple[int, Pattern]]) -> sp.csc_matrix:
        entries = [column for _, pattern in patterns for column in pattern]
        which = np.repeat(np.arange(len(patterns)), [len(pattern) for _, pattern in patterns])
        shape = (self._task.rows.num_columns, len(patterns))
        return sp.csc_matrix((np.ones(len(entries)), (np.array(entries, dtype=np.int64), which)), shape=shape)

    def _worths(self, patterns: list[tuple[int, Pattern]]) -> FloatArray:
        objective = self._task.objective
        return np.array([objective[list(pattern)].sum() / self._unit for _, pattern in patterns], dtype=np.float64)

    def add(self, patterns: list[tuple[int, Pattern]]) -> None:
        """Append patterns."""
        self._solver.add_columns(self._worths(patterns), self._block(patterns), np.ones(len(patterns)))
        self._patterns += patterns

    def solve(self, stop: StopSignal) -> Mixture:
        """Return the best mixture of the patterns so far.

        Raises
        ------
        Interrupted
        """
        outcome = self._solver.solve(stop, "primal")
        first = self._num_others + self._num_relief
        weight = outcome.x[first:]
        relief = outcome.x[self._num_others : first]
        return Mixture(
            value=outcome.value * self._unit,
            prices=self._prices(outcome.duals),
            taken=self._membership(self._patterns) @ weight,
            missing=float(relief.sum()),
        )

    def _prices(self, duals: FloatArray) -> Prices:
        rows = self._task.rows
        price = np.rint(duals[: len(self._row_unit)] * self._unit * PRICE_SCALE / self._row_unit)
        may_refund = np.zeros(len(price), dtype=bool)
        may_refund[: len(rows.limit)] = rows.is_equation
        may_refund[: len(rows.least)] |= rows.least > 0
        price = np.where(may_refund, price, price.clip(min=0))
        if not float(np.abs(price * self._row_unit).max(initial=0)) < LARGEST_PRICE:
            price = np.zeros(len(price))
        whole = price.astype(np.int64)
        people = len(rows.limit) + len(rows.limits.candidate_ids)
        return Prices(
            rows=whole[: len(rows.limit)],
            candidates=whole[len(rows.limit) : people],
            held=tuple(whole[people:].tolist()),
        )


def _relief(low: FloatArray, high: FloatArray) -> sp.csc_matrix:
    """Return variables that let every row be broken, upwards, and downwards where it has a least."""
    above, below = np.arange(len(high)), np.flatnonzero(np.isfinite(low))
    signs = np.r_[-np.ones(len(above)), np.ones(len(below))]
    return sp.csc_matrix((signs, (np.r_[above, below], np.arange(len(signs)))), shape=(len(high), len(signs)))


def between(one: Prices, other: Prices, share: float) -> Prices:
    """Return prices between two, `share` of the way to the other: they swing less, and prove more.

    Source: Wentges (1997), Weighted Dantzig-Wolfe decomposition, International Transactions in Operational Research 4.
    """
    assert one.candidates is not None
    assert other.candidates is not None

    def mixed(a: IntArray, b: IntArray) -> IntArray:
        return a + ((b - a) * share).astype(np.int64)

    return Prices(
        rows=mixed(one.rows, other.rows),
        candidates=mixed(one.candidates, other.candidates),
        held=tuple(a + int((b - a) * share) for a, b in zip(one.held, other.held, strict=True)),
    )
