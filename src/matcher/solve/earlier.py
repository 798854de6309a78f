"""What an earlier plan says about a changed problem: placements that still stand, prices of limits that still exist."""

from __future__ import annotations

from matcher.columns import Columns
from matcher.plan import Plan
from matcher.solve.published import published_columns
from matcher.solver import Earlier


def earlier_proof(columns: Columns, plan: Plan) -> Earlier:
    """Return what is left of a plan and of its certificate, by id; nothing of it is believed.

    Parameters
    ----------
    columns : Columns
        Of the changed problem.
    plan : Plan
    """
    prices: dict[str, dict[tuple[str, str], int]] = {}
    for case in plan.certificate.cases:
        if not case.fixed and not case.between:
            prices[case.tier] = {(row.kind, row.entity_id): row.price for row in case.prices}
    return Earlier(chosen=published_columns(columns, plan), prices=prices)
