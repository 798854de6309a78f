"""Rows that hold what earlier tiers reached, in reduced form; what they fix, and prices that pay for it.

An earlier tier's bound ``U`` and its value ``V`` differ by ``G``; every plan loses against ``U`` the sum of what its
columns, open limits, unplaced candidates and other variables lose, and that sum may be at most ``G``, or anything below
``G`` plus the step between two plans' values. All terms are non-negative. What alone would lose more is fixed
beforehand, where the programme is to be near to whole plans. This row is as strict as ``objective >= V`` for whole
people and far better conditioned than one with weights in the millions.

A proof has no fixings, and has to pay for what the duals gain by them: the price of the earlier tier rises until it
outweighs that, and every unit of ``G`` costs so much. Where prices are what is asked for, nothing is fixed (`Holding`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, HeldTier, losses
from matcher.solver.model.several import OTHER
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.tier_task import TierTask

LEAST_UNIT = 1_000  # integers of a held tier by which a row is measured in which nothing is fixed


class Holding(Enum):
    """How a programme holds earlier tiers."""

    FIXED = auto()  # what alone would lose more than is allowed is fixed: as near to whole plans as can be
    PAID = auto()  # nothing is: its duals are the best prices that there are
    ELASTIC = auto()  # nothing is, and the rows may be broken, at prices that an `ElasticProgramme` sets


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """The row of one held tier: costs of the other variables, of each limit's slack, and what is allowed."""

    held: HeldTier
    unit: float
    other_costs: FloatArray
    slack_costs: FloatArray
    allowed: float


class HeldRows:
    """What earlier tiers leave of a programme: a row of each, slacks in the limits that it prices, and what is fixed.

    Parameters
    ----------
    task : TierTask
    candidates : int array (C,)
        Positions of candidates, sorted.
    holding : Holding

    Attributes
    ----------
    rows : list of HeldRow
        In the order of the held tiers.
    low, high : float64 array (R + C,)
        Of limits and candidates, each in its own scale.
    other_lower, other_upper : float64 array (X,)
        Of the other variables.
    slack_rows : list of int
        Limits, and candidates after them, that are equations: what is open in them is a variable.
    slack_upper : list of float
        Of these variables.
    """

    def __init__(self, task: TierTask, candidates: IntArray, holding: Holding) -> None:
        rows = task.rows
        self.task, self._candidates, self._holding = task, candidates, holding
        self._num_first = len(rows.limit)  # limits that stand before the candidates; links may follow at the end
        self.low, self.high = self._limits()
        is_elastic = holding is Holding.ELASTIC
        self.other_lower = np.where(is_elastic, 0, rows.lower).astype(np.float64)
        self.other_upper = np.where(is_elastic, rows.largest, rows.upper).astype(np.float64)
        self.slack_rows: list[int] = []
        self.slack_upper: list[float] = []
        self._tight: list[IntArray] = []
        self._zeroed: list[IntArray] = []
        self._raised: list[IntArray] = []
        self.rows: list[HeldRow] = [self._hold(held) for held in task.held]

    def _limits(self) -> tuple[FloatArray, FloatArray]:
        rows = self.task.rows
        high = np.concatenate([rows.limit / rows.scale, np.ones(len(self._candidates))])
        is_equation = np.concatenate([rows.is_equation, np.zeros(len(self._candidates), dtype=bool)])
        low = np.where(is_equation, high, -np.inf)
        low[: len(rows.least)] = np.where(rows.least > 0, rows.least, low[: len(rows.least)])
        return low, high

    def _hold(self, held: HeldTier) -> HeldRow:
        """Note the row of one earlier tier, and fix what alone would lose more than it allows."""
        rows, fixes = self.task.rows, self._holding is Holding.FIXED
        slack = held.slack if self._holding is Holding.PAID else held.room
        fixed_from = slack if fixes else 2**62
        price = np.concatenate([held.bound.prices.rows, held.bound.best[self._candidates]]).clip(min=0)
        others = held.bound.reduced[rows.num_columns :]
        self._fix(price, others, fixed_from)
        new = np.flatnonzero((price > 0) & (price <= fixed_from) & (self.low < self.high))
        self.slack_rows += new.tolist()
        self.slack_upper += [np.inf] * len(new)
        self.low[new] = self.high[new]
        inner = np.abs(others) <= fixed_from
        unit = float(slack if fixes else max(slack, LEAST_UNIT * PRICE_SCALE))
        best = others * np.where(others > 0, rows.upper, rows.lower).astype(np.float64)
        allowed = slack - float(best[inner].sum()) - float(self._unshared_best(held).sum())
        return HeldRow(
            held=held,
            unit=unit,
            other_costs=np.where(inner, -others, 0) / unit,
            slack_costs=np.where(price <= fixed_from, price, 0) / unit,
            allowed=allowed / unit,
        )

    def _fix(self, price: IntArray, others: IntArray, fixed_from: int) -> None:
        rows = self.task.rows
        tight = np.flatnonzero(price > fixed_from)
        self.low[tight] = self.high[tight]
        for position, row in enumerate(self.slack_rows):
            if price[row] > fixed_from:
                self.slack_upper[position] = 0.0
        self._tight.append(tight)
        down, up = np.flatnonzero(-others > fixed_from), np.flatnonzero(others > fixed_from)
        self.other_upper[down] = np.minimum(self.other_upper[down], rows.lower[down])
        self.other_lower[up] = rows.upper[up]
        self._zeroed.append(down)
        self._raised.append(up[(rows.cohort[up] >= 0) | (rows.stage[up] != OTHER)])

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
        return np.minimum(best, 2.0 * held.room) if self._holding is Holding.FIXED else best

    def losses(self, held: HeldTier) -> FloatArray:
        """Return what each column costs in the row of a held tier; float64 (N,)."""
        lost: FloatArray = losses(self.task.rows, held.bound).astype(np.float64)
        return lost - self._unshared_best(held) if self.task.rows.has_several else lost

    def mend_signs(self, price: FloatArray, people: FloatArray, weight: list[float]) -> None:
        """Raise the prices of held tiers until they outweigh what their fixings made negative.

        `price` is that of all limits, `people` that of all candidates.
        """
        rows, held = self.task.rows, self.task.held
        first = self._num_first
        is_free = np.concatenate([rows.is_equation[:first], np.zeros(len(self._candidates), dtype=bool)])
        by_row = np.concatenate([price[:first], people])
        for index, tight in enumerate(self._tight):
            bound = held[index].bound
            base = np.concatenate([bound.prices.rows[:first], bound.best[self._candidates]])[tight]
            need = np.where(is_free[tight] | (base <= 0), 0.0, -by_row[tight] / np.maximum(base, 1))
            weight[index] = max(weight[index], float(need.max(initial=0.0)))
        if not len(rows.upper):
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
