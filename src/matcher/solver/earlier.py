"""What an earlier solve of a similar problem leaves to begin with: a mended plan, and prices that may still prove.

Nothing of it is believed without exact arithmetic over the columns and rows of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bound import Prices
from matcher.solver.greedy import greedy_columns
from matcher.solver.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A plan and prices of a problem that differs little.

    Parameters
    ----------
    chosen : int64 (n,)
        Those of the plan's columns that still exist, by their positions today.
    prices : dict of tier to prices by kind and id of the limit
        ``held`` and a tier's name for the price of an earlier tier.
    """

    chosen: IntArray
    prices: Mapping[str, Mapping[tuple[str, str], int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known before a solve begins; nothing of it is believed without exact arithmetic.

    Parameters
    ----------
    chosen : int64 (n,)
        Columns of a plan.
    prices : dict of tier to Prices
        That may prove a good bound.
    """

    chosen: IntArray
    prices: dict[str, Prices]


def known_from(earlier: Earlier, rows: Rows, tiers: Sequence[str]) -> Known:
    """Return the earlier plan as far as today's limits allow it, and the earlier prices of today's limits.

    Parameters
    ----------
    earlier : Earlier
    rows : Rows
        Over all columns.
    tiers : sequence of str
        Those that are solved, in order.
    """
    place = {key: row for row, key in enumerate(zip(rows.kinds, rows.entity_ids, strict=True))}
    return Known(
        chosen=mended(earlier.chosen, rows),
        prices={
            tier: _prices(earlier.prices[tier], place, tiers[:number], rows)
            for number, tier in enumerate(tiers)
            if tier in earlier.prices
        },
    )


def mended(chosen: IntArray, rows: Rows) -> IntArray:
    """Return those columns of a plan that can still stand together; all of them, in most cases."""
    if rows.is_feasible(rows.completed(chosen)):
        return chosen
    return greedy_columns(rows, chosen)


def _prices(
    known: Mapping[tuple[str, str], int], place: Mapping[tuple[str, str], int], held: Sequence[str], rows: Rows
) -> Prices:
    prices = np.zeros(len(rows.limit), dtype=np.int64)
    for key, price in known.items():
        if key in place:
            prices[place[key]] = price
    may_be_negative = rows.is_equation
    return Prices(
        rows=np.where(may_be_negative, prices, prices.clip(min=0)),
        held=tuple(max(0, known.get(("held", tier), 0)) for tier in held),
    )
