"""A country's relaxation as arrays, every row and variable brought to about one size; and where a method stands in it.

A first-order method and a second-order one work on the same arrays, and hand over what they have found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Prices, candidate_starts
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.programme import FloatArray

LARGEST = 2.0**57  # of what a price may come to for one column; it meets a few dozen limits at the most
DUAL_NOISE = 1e-8  # of the objective's unit: prices below this are rounding noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Rough:
    """Where a method stands.

    Parameters
    ----------
    x : float64 (N,)
        Values of the columns.
    others : float64 (X,)
    rows : float64 (R,)
        Duals of the limits, in the objective's unit per unit of the limit divided by its scale.
    """

    x: FloatArray
    others: FloatArray
    rows: FloatArray

    def moved(self, old: IntArray, new: IntArray) -> Rough:
        """Return the same values among other columns, given by their sorted positions before and after."""
        place = np.minimum(np.searchsorted(new, old), len(new) - 1)
        stays = new[place] == old
        x = np.zeros(len(new))
        x[place[stays]] = self.x[stays]
        return Rough(x=x, others=self.others, rows=self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """A relaxation: most ``objective x + worth z`` with ``matrix x + beside z <= high``, a candidate taking one column.

    N columns, X other variables, S rows that some choice of columns can break and whose duals are not known beforehand.

    Parameters
    ----------
    rows : Rows
    unit : float
        Of the objective: about what one column is worth.
    known : float64 (R,)
        Duals that are known beforehand, NaN where they are not; what they cost is in the objective already.
    in_use : int64 (S,)
        Positions of the rows.
    matrix : scipy.sparse.csc_matrix float64 (S, N)
    beside : scipy.sparse.csc_matrix float64 (S, X)
    high : float64 (S,)
    is_equation : bool (S,)
    objective : float64 (N,)
    worth, lower, upper, size : float64 (X,)
        Of the other variables, in units of `size`: a shortfall of one hundredth of an hour and a column of one person
        should weigh alike in a method's steps.
    constant : float
        What the known duals add to every value.
    """

    rows: Rows
    unit: float
    known: FloatArray
    in_use: IntArray
    matrix: Any
    beside: Any
    high: FloatArray
    is_equation: BoolArray
    objective: FloatArray
    worth: FloatArray
    lower: FloatArray
    upper: FloatArray
    size: FloatArray
    constant: float

    @classmethod
    def of(cls, rows: Rows, tier: str, unit: float, known: FloatArray) -> Scaled:
        """Return a tier's relaxation over the columns of `rows`."""
        number = rows.num_columns
        in_use = np.flatnonzero(_can_bind(rows) & np.isnan(known))
        size = rows.scale[rows.row_of_variable] / rows.step
        matrix = (sp.diags(1.0 / rows.scale) @ rows.matrix).tocsc()
        objective = rows.objectives[tier] / unit - matrix.T @ np.nan_to_num(known)
        is_settled = ~np.isnan(known[rows.row_of_variable])
        own = matrix.tocsr()[in_use].tocsc()
        return cls(
            rows=rows,
            unit=unit,
            known=known,
            in_use=in_use,
            matrix=own[:, :number],
            beside=(own[:, number:] @ sp.diags(size)).tocsc(),
            high=(rows.limit / rows.scale)[in_use],
            is_equation=rows.is_equation[in_use],
            objective=objective[:number],
            worth=objective[number:] * size,
            lower=np.where(is_settled, 0, rows.lower) / size,
            upper=np.where(is_settled, 0, rows.upper) / size,
            size=size,
            constant=float((rows.limit / rows.scale) @ np.nan_to_num(known)),
        )

    @property
    def starts(self) -> IntArray:
        """Return the position of the first column of each candidate who has some."""
        return candidate_starts(self.rows)[1]

    def rough(self, x: FloatArray, others: FloatArray, duals: FloatArray) -> Rough:
        """Return values and duals as those of the whole relaxation.

        Parameters
        ----------
        x : float64 (N,)
        others : float64 (X,)
            In units of `size`.
        duals : float64 (S,)
        """
        rows = self.rows
        all_duals = np.nan_to_num(self.known)
        all_duals[self.in_use] = duals
        is_settled = ~np.isnan(self.known[rows.row_of_variable])
        missing = rows.matrix[:, : rows.num_columns] @ x - rows.limit
        short = (missing / rows.scale)[rows.row_of_variable] * self.size
        return Rough(x=x, others=np.where(is_settled, short.clip(min=0), others * self.size), rows=all_duals)

    def begin(self, start: Rough) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return columns, other variables and duals of this programme where another method stands; see `rough`."""
        return start.x, np.clip(start.others / self.size, self.lower, self.upper), start.rows[self.in_use]


def known_duals(rows: Rows, tier: str, unit: float, most_units: IntArray) -> FloatArray:
    """Return the duals of obligations that stay short whatever a plan does, and NaN for all other rows; float64 (R,).

    Where a contract is owed more than all its positions can deliver, some of it is missing in every plan, so one unit
    more is always worth its whole price.

    Parameters
    ----------
    rows, tier, unit
        As for `Scaled.of`.
    most_units : int64 (V,)
        The most that any column of each vacancy delivers, held or not.
    """
    limits, number = rows.limits, rows.num_columns
    is_owned = limits.contract_of_vacancy >= 0
    most = np.zeros(len(limits.contract_ids), dtype=np.int64)
    np.add.at(most, limits.contract_of_vacancy[is_owned], (limits.positions * most_units)[is_owned])
    is_short = dict(zip(limits.contract_ids, (limits.required > most).tolist(), strict=True))
    known = np.full(len(rows.limit), np.nan)
    # A rounded obligation shares its variable with another row, and with it the price.
    for other in np.flatnonzero(np.diff(rows.relief.indptr) == 1).tolist():
        row = int(rows.row_of_variable[other])
        if rows.kinds[row] == "obligation" and is_short[rows.entity_ids[row]]:
            known[row] = -rows.objectives[tier][number + other] / unit * rows.scale[row] / rows.step[other]
    return known


def _can_bind(rows: Rows) -> BoolArray:
    """Tell which rows some choice of columns can break."""
    matrix = rows.matrix.tocsr()
    most = np.asarray(matrix[:, : rows.num_columns].maximum(0).sum(axis=1)).ravel()
    most = most + matrix[:, rows.num_columns :].maximum(0) @ rows.upper
    can: BoolArray = rows.is_equation | (most > rows.limit)
    return can


def prices_of(rows: Rows, tier: str, unit: float, rough: Rough) -> Prices:
    """Return valid integer prices near the duals of a rough solution, no earlier tier being held.

    Parameters
    ----------
    rows, tier, unit
        As for `Scaled.of`.
    rough : Rough
    """
    dual = np.where(np.abs(rough.rows) < DUAL_NOISE, 0.0, rough.rows)
    most = LARGEST / rows.scale  # where a limit cannot be kept over the columns held, its price would grow for ever
    price = np.rint(np.clip(dual * unit * PRICE_SCALE / rows.scale, -most, most))
    whole = np.where(rows.is_equation, price, price.clip(min=0)).astype(np.int64)
    # No other variable may look worth having by a rounding error, for some can be very large.
    room = -PRICE_SCALE * rows.objectives[tier][rows.num_columns :]
    excess = np.where(rows.cohort >= 0, 0, rows.relief @ whole - room).clip(min=0)
    lowered = (whole[rows.row_of_variable] - -(-excess // rows.step)).clip(min=0)
    whole[rows.row_of_variable] = np.where(excess > 0, lowered, whole[rows.row_of_variable])
    return Prices(rows=whole, held=())
