"""What an earlier plan, as a file has it, says about a changed problem: placements, and cases with their prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.plan import Case, Plan
from matcher.solve.published import published_columns
from matcher.solver import Known, Prices, Rows, SolvedCase, known_from


@dataclass(frozen=True, slots=True)
class PlanProof:
    """A plan's placements and those of its prices that speak of every plan; see `matcher.solver.Earlier`.

    Parameters
    ----------
    plan : Plan
    columns : Columns
        Of the changed problem.
    """

    plan: Plan
    columns: Columns

    def links(self, rows: Rows) -> IntArray:
        """Return none: a plan's links are found again where they are needed."""
        return np.empty((0, 3), dtype=np.int64)

    def known(self, rows: Rows, tiers: Sequence[str]) -> Known:
        """Return the placements that still exist, and prices."""
        place = {key: row for row, key in enumerate(zip(rows.kinds, rows.entity_ids, strict=True))}
        cases = {
            tier: tuple(
                _plain(case, place, tiers[: tiers.index(tier)], rows)
                for case in self.plan.certificate.cases
                if case.tier == tier and not case.fixed and not case.between
            )
            for tier in tiers
        }
        return known_from(rows, tiers, published_columns(self.columns, self.plan), cases)


def _plain(case: Case, place: dict[tuple[str, str], int], held: Sequence[str], rows: Rows) -> SolvedCase:
    prices = np.zeros(len(rows.limit), dtype=np.int64)
    by_tier: dict[str, int] = {}
    for row in case.prices:
        if row.kind == "held":
            by_tier[row.entity_id] = row.price
        elif (row.kind, row.entity_id) in place:
            prices[place[row.kind, row.entity_id]] = row.price
    prices = np.where(rows.is_equation, prices, prices.clip(min=0))
    return SolvedCase(
        taken=(), left=(), filled={}, others={}, prices=Prices(rows=prices, held=tuple(by_tier.get(t, 0) for t in held))
    )
