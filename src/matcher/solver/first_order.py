"""Relaxations of a whole country by a first-order method: rough plans, and prices whose bounds are exact all the same.

A simplex walks through hundreds of thousands of corners; PDLP multiplies by the matrix instead. Its solutions are
never quite feasible nor quite optimal, which does not matter here: prices are rounded to integers and bound every plan
whatever they are. Source: Applegate et al. (2021), Practical large-scale linear programming using primal-dual hybrid
gradient, Advances in Neural Information Processing Systems 34.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.bound import PRICE_SCALE, Prices
from matcher.solver.linear import FloatArray, Programme, improve_roughly
from matcher.solver.rows import Rows

DUAL_NOISE = 1e-7  # of the objective's unit: prices below this are rounding noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Rough:
    """Where a first-order method stands.

    Parameters
    ----------
    x : float64 (N,)
        Values of the columns.
    others : float64 (X,)
    rows : float64 (R,)
        Duals of the limits, in the objective's unit per unit of the limit divided by its scale.
    people : float64 (owners,)
        Duals of those to whom columns belong.
    """

    x: FloatArray
    others: FloatArray
    rows: FloatArray
    people: FloatArray

    def moved(self, old: IntArray, new: IntArray) -> Rough:
        """Return the same values among other columns, given by their sorted positions before and after."""
        place = np.minimum(np.searchsorted(new, old), len(new) - 1)
        stays = new[place] == old
        x = np.zeros(len(new))
        x[place[stays]] = self.x[stays]
        return Rough(x=x, others=self.others, rows=self.rows, people=self.people)


def improved(
    rows: Rows, tier: str, unit: float, known: FloatArray, start: Rough | None, iterations: int, threads: int
) -> Rough:
    """Return a better rough solution of a tier's relaxation over the columns of `rows`.

    Parameters
    ----------
    rows : Rows
    tier : str
    unit : float
        Of the objective: about what one column is worth.
    known : float64 (R,)
        Duals that are known beforehand, NaN where they are not.
    start : Rough, optional
        Where to begin.
    iterations : int
    threads : int
        Change the result by rounding errors only.
    """
    number = rows.num_columns
    in_use = np.flatnonzero(_can_bind(rows) & np.isnan(known))
    people = np.flatnonzero(np.bincount(rows.candidate, minlength=rows.num_owners) > 1)
    person_at = np.full(rows.num_owners, -1, dtype=np.int64)
    person_at[people] = np.arange(len(people))
    # A shortfall of one hundredth of an hour and a column of one person should weigh alike in the method's steps.
    size = np.r_[np.ones(number), rows.scale[rows.row_of_variable] / rows.step]
    matrix = sp.diags(1.0 / rows.scale) @ rows.matrix.tocsr()
    limits = matrix[in_use] @ sp.diags(size)
    own = np.flatnonzero(person_at[rows.candidate] >= 0)
    shape = (len(people), number + len(rows.upper))
    persons = sp.csr_matrix((np.ones(len(own)), (person_at[rows.candidate[own]], own)), shape=shape)
    high = np.r_[(rows.limit / rows.scale)[in_use], np.ones(len(people))]
    is_equation = np.r_[rows.is_equation[in_use], np.zeros(len(people), dtype=bool)]
    is_settled = ~np.isnan(known[rows.row_of_variable])  # what they cost is in the columns already
    programme = Programme(
        objective=(rows.objectives[tier] / unit - matrix.T @ np.nan_to_num(known)) * size,
        matrix=sp.vstack([limits, persons], format="csc"),
        low=np.where(is_equation, high, -np.inf),
        high=high,
        lower=np.r_[np.zeros(number), np.where(is_settled, 0, rows.lower) / size[number:]],
        upper=np.r_[np.ones(number), np.where(is_settled, 0, rows.upper) / size[number:]],
    )
    begin = None
    if start is not None:
        values = np.r_[start.x, np.where(is_settled, 0, start.others) / size[number:]]
        begin = values, np.r_[start.rows[in_use], start.people[people]]
    x, duals = improve_roughly(programme, begin, iterations, threads)
    found = Rough(x=x[:number], rows=np.nan_to_num(known), people=np.zeros(rows.num_owners), others=np.empty(0))
    found.rows[in_use] = duals[: len(in_use)]
    found.people[people] = duals[len(in_use) :]
    short = -(rows.limit / rows.scale - matrix[:, :number] @ found.x)[rows.row_of_variable] / (1 / size[number:])
    return replace(found, others=np.where(is_settled, short.clip(min=0), x[number:] * size[number:]))


def known_duals(rows: Rows, tier: str, unit: float, most_units: IntArray) -> FloatArray:
    """Return the duals of obligations that stay short whatever a plan does, and NaN for all other rows; float64 (R,).

    Where a contract is owed more than all its positions can deliver, some of it is missing in every plan, so one unit
    more is always worth its whole price.

    Parameters
    ----------
    rows, tier, unit
        As for `improved`.
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
        As for `improved`.
    rough : Rough
    """
    dual = np.where(np.abs(rough.rows) < DUAL_NOISE, 0.0, rough.rows)
    price = np.rint(dual * unit * PRICE_SCALE / rows.scale)
    whole = np.where(rows.is_equation, price, price.clip(min=0)).astype(np.int64)
    # No other variable may look worth having by a rounding error, for some can be very large.
    room = -PRICE_SCALE * rows.objectives[tier][rows.num_columns :]
    excess = np.where(rows.cohort >= 0, 0, rows.relief @ whole - room).clip(min=0)
    lowered = (whole[rows.row_of_variable] - -(-excess // rows.step)).clip(min=0)
    whole[rows.row_of_variable] = np.where(excess > 0, lowered, whole[rows.row_of_variable])
    return Prices(rows=whole, held=())
