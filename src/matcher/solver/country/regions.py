"""A country's plan, region by region: all people but those of one region stay where they are.

A region is some hundred or thousand people who compete for the same vacancies. What is left of every limit when the
others are served bounds a small programme, which SCIP solves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import Bound, losses
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.integer import solve_integer
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.programmes.programme import FloatArray, Programme

LONGEST_S = 15.0  # of one region: nearly all take less than one, but SCIP has been seen to work for minutes on a node


# Without slots: what is looked up again and again is kept once it was asked for.
@dataclass(frozen=True, kw_only=True)
class Improver:
    """Makes plans better in one tier.

    Parameters
    ----------
    rows : Rows
    tier : str
    unit : float
        About what one column is worth.
    bound : Bound
        Of that tier, over the columns of `rows`.
    seed : int
    stop : StopSignal
    threads : int
        Change nothing but the time.
    """

    rows: Rows
    tier: str
    unit: float
    bound: Bound
    seed: int
    stop: StopSignal
    threads: int = 1

    def decided(self, region: IntArray, *, x: IntArray, gap: float, nodes: int) -> IntArray | None:
        """Return which columns of a region are best taken while all others stay, or ``None`` where nothing came up.

        Parameters
        ----------
        region : int64 (n,)
            Sorted columns: all that their people have in `x` among them.
        x : int64 (N + X,)
        gap : float
        nodes : int
            Of SCIP's tree, at the most.

        Raises
        ------
        Interrupted
        """
        return self.best(region, self.left(region, x[: self.rows.num_columns].astype(np.float64)), gap, nodes)

    def exchanged(self, region: IntArray, x: IntArray, taken: IntArray) -> IntArray | None:
        """Return the plan (N + X,) in which a region takes these columns, or ``None`` where it is none or no better."""
        rows, number = self.rows, self.rows.num_columns
        is_own = np.zeros(number, dtype=bool)
        is_own[region] = True
        found = rows.completed(np.union1d(np.flatnonzero((x[:number] > 0) & ~is_own), taken))
        is_better = rows.value(self.tier, found) > rows.value(self.tier, x) and rows.is_feasible(found)
        return found if is_better else None

    @cached_property
    def lost(self) -> IntArray:
        """What a plan loses by each column; scaled, int64 (N,)."""
        return losses(self.rows, self.bound)

    @cached_property
    def is_charge(self) -> BoolArray:
        """Which rows no column can help to keep; bool (R,)."""
        matrix = self.rows.matrix.tocsr()[:, : self.rows.num_columns]
        charge: BoolArray = np.asarray(matrix.minimum(0).sum(axis=1)).ravel() == 0
        return charge & ~self.rows.is_equation

    def left(self, region: IntArray, x: FloatArray) -> FloatArray:
        """Return what is left of every limit when all columns but those of a region are taken as `x` has them."""
        without = x.copy()
        without[region] = 0.0
        left: FloatArray = self.rows.limit - self._columns @ without
        return left

    @cached_property
    def _columns(self) -> Any:
        return self.rows.matrix[:, : self.rows.num_columns].tocsr().astype(np.float64)

    def programme(self, region: IntArray, left: FloatArray, *, must_equal: bool = True) -> tuple[Programme, BoolArray]:
        """Return the programme of a region where so much is left of every limit, and which variables must be whole.

        Parameters
        ----------
        region : int64 (n,)
            Columns, which come first.
        left : float64 (R,)
        must_equal : bool
            Whether pins must be kept where they are among the limits that the region meets.
        """
        rows = self.rows
        touched = np.unique(rows.matrix[:, region].indices)
        others = np.flatnonzero(np.diff(rows.relief[:, touched].indptr) > 0)
        touched = np.union1d(touched, rows.relief[others].indices)
        variables = np.r_[region, rows.num_columns + others]
        people, person = np.unique(rows.candidate[region], return_inverse=True)
        persons = sp.csr_matrix(
            (np.ones(len(region)), (person, np.arange(len(region)))), shape=(len(people), len(variables))
        )
        scale = rows.scale[touched]
        matrix = sp.diags(1.0 / scale) @ rows.matrix[:, variables].tocsr()[touched]
        high = np.r_[left[touched] / scale, np.ones(len(people))]
        is_equation = np.r_[rows.is_equation[touched], np.zeros(len(people), dtype=bool)]
        programme = Programme(
            objective=rows.objectives[self.tier][variables] / self.unit,
            matrix=sp.vstack([matrix, persons], format="csc"),
            low=np.where(is_equation & must_equal, high, -np.inf),
            high=high,
            lower=np.r_[np.zeros(len(region)), rows.lower[others]],
            upper=np.r_[np.ones(len(region)), rows.upper[others]],
        )
        return programme, np.r_[np.ones(len(region), dtype=bool), rows.cohort[others] >= 0]

    def best(
        self, region: IntArray, left: FloatArray, gap: float, nodes: int, *, must_equal: bool = True
    ) -> IntArray | None:
        """Return which columns of a region are best taken where so much is left of every limit; pins may be let go.

        Raises
        ------
        Interrupted
        """
        self.stop.check()
        programme, is_integer = self.programme(region, left, must_equal=must_equal)
        stop = StopSignal(LONGEST_S, within=self.stop)
        outcome = solve_integer(programme, is_integer, stop, gap=gap, seed=self.seed, node_limit=nodes)
        return None if outcome.x is None else region[outcome.x[: len(region)] > 0.5]
