"""Linear and integer programmes as arrays, what solving one gives, and where a simplex may begin.

Every programme is a maximum over bounded variables with rows ``low <= A x <= high``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from ortools.math_opt import solution_pb2

from matcher.columns import BoolArray, IntArray

FloatArray = npt.NDArray[np.float64]
LinearStatus = Literal["optimal", "infeasible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A linear programme as arrays.

    Parameters
    ----------
    objective : float64 (n,)
    matrix : scipy.sparse matrix float64 (m, n)
    low, high : float64 (m,)
    lower, upper : float64 (n,)
        Bounds of the variables; `upper` is infinite where there is none.
    """

    objective: FloatArray
    matrix: Any
    low: FloatArray
    high: FloatArray
    lower: FloatArray
    upper: FloatArray

    def undecided(self) -> tuple[IntArray, Programme]:
        """Return the variables that are not fixed, and a programme over them alone.

        Its last variable, fixed to one, is worth what the others are together; rows in which nothing is open are left
        out.
        """
        is_fixed = self.lower == self.upper
        free = np.flatnonzero(~is_fixed)
        value = np.where(is_fixed, self.lower, 0.0)
        used = self.matrix @ value
        matrix = sp.csc_matrix(self.matrix)[:, free].tocsr()
        rows = np.flatnonzero(np.diff(matrix.indptr))
        programme = Programme(
            objective=np.r_[self.objective[free], self.objective @ value],
            matrix=sp.hstack([matrix[rows], sp.csr_matrix((len(rows), 1))], format="csr"),
            low=(self.low - used)[rows],
            high=(self.high - used)[rows],
            lower=np.r_[self.lower[free], 1.0],
            upper=np.r_[self.upper[free], 1.0],
        )
        return free, programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Where a simplex ended: the status of every row and variable, in MathOpt's numbers.

    Parameters
    ----------
    rows : int8 (m,)
    variables : int8 (n,)
    """

    BASIC: ClassVar[int] = int(solution_pb2.BASIS_STATUS_BASIC)
    AT_LOWER: ClassVar[int] = int(solution_pb2.BASIS_STATUS_AT_LOWER_BOUND)

    rows: npt.NDArray[np.int8]
    variables: npt.NDArray[np.int8]

    @property
    def is_basic(self) -> BoolArray:
        """Tell which variables are basic."""
        basic: BoolArray = self.variables == solution_pb2.BASIS_STATUS_BASIC
        return basic

    def grown(self, *, rows: int = 0, columns: int = 0) -> Basis:
        """Return the basis of the same programme with more rows, which hold nothing yet, or more columns at 0."""
        return Basis(
            rows=np.r_[self.rows, np.full(rows, self.BASIC, dtype=np.int8)],
            variables=np.r_[self.variables, np.full(columns, self.AT_LOWER, dtype=np.int8)],
        )

    def moved(self, first: int, old: IntArray, new: IntArray) -> Basis:
        """Return the basis of the same programme over other columns, none of the basic ones being left out.

        Parameters
        ----------
        first : int
            Variables that stand before the columns, and stay.
        old, new : int array
            Sorted columns, before and after; what is new is at its lower bound.
        """
        variables = np.full(first + len(new), solution_pb2.BASIS_STATUS_AT_LOWER_BOUND, dtype=np.int8)
        variables[:first] = self.variables[:first]
        stays = np.isin(old, new, assume_unique=True)
        variables[first + np.searchsorted(new, old[stays])] = self.variables[first:][stays]
        return Basis(rows=self.rows, variables=variables)

    @staticmethod
    def among(basis: Basis, row: IntArray, variable: IntArray, shape: tuple[int, int]) -> Basis:
        """Return a basis of another programme of which some rows and variables are those of this one.

        Parameters
        ----------
        basis : Basis
        row, variable : int array
            Where its rows and variables stand in the other programme; -1 for nowhere.
        shape : (int, int)
            Rows and variables of the other programme. New rows are basic, new variables at their lower bounds, and
            where that is not as many basic ones as there are rows, the simplex completes them by itself.
        """
        rows = np.full(shape[0], solution_pb2.BASIS_STATUS_BASIC, dtype=np.int8)
        variables = np.full(shape[1], solution_pb2.BASIS_STATUS_AT_LOWER_BOUND, dtype=np.int8)
        rows[row[row >= 0]] = basis.rows[row >= 0]
        variables[variable[variable >= 0]] = basis.variables[variable >= 0]
        return Basis(rows=rows, variables=variables)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearOutcome:
    """What a linear solve found.

    Parameters
    ----------
    status : str
        ``optimal`` or ``infeasible``.
    value : float
        Meaningful only when optimal, as are the arrays.
    x : float64 (n,)
    duals : float64 (m,)
        At a maximum: non-negative on ``<=`` rows, non-positive on ``>=`` rows.
    """

    status: LinearStatus
    value: float
    x: FloatArray
    duals: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerOutcome:
    """What an integer solve found: a solution, if any, and what the solver claims about it."""

    x: FloatArray | None
    bound: float
    is_finished: bool
