"""What columns and other variables add to every aim."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matcher.columns import Columns, IntArray, NarrowArray
from matcher.solver.model.rows import LEAD, lead_price


def objectives_over(
    columns: Columns, costs: NarrowArray, beside: Mapping[str, IntArray], published: IntArray | None
) -> dict[str, IntArray]:
    """Return every tier's objective over columns and other variables, each to be maximised; int64 (N + X,).

    Parameters
    ----------
    columns : Columns
    costs : int array (N,)
        Of the columns alone, öre.
    beside : mapping of tier to int64 (X,)
        Of the other variables.
    published : int64 array, optional
        See `assemble_rows`.
    """
    objectives = aims_of_columns(columns, costs, beside)
    if published is not None:
        objectives["changes"] = np.zeros(len(columns) + len(beside["placements"]), dtype=np.int64)
        objectives["changes"][published] = 1
    lead = objectives["placements"].copy()
    lead[len(columns) :] += objectives["shortfall"][len(columns) :] // lead_price(len(columns))  # no column has any
    objectives[LEAD] = lead
    return objectives


def aims_of_columns(columns: Columns, costs: NarrowArray, beside: Mapping[str, IntArray]) -> dict[str, IntArray]:
    """Return the objectives of those aims that columns alone make; see `objectives_over`."""
    per_column = {
        "shortfall": np.zeros(len(columns), dtype=np.int64),
        "placements": columns.weight,
        "cost": -costs,
        "tie_break": -columns.lottery,
    }
    return {tier: np.concatenate([values, beside[tier]]) for tier, values in per_column.items()}
