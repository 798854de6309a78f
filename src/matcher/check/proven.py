"""What a certificate proves about a tier, and by each of its cases."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.check.cases import Fixed
from matcher.columns import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class TierBound:
    """What a certificate proves about one tier.

    Parameters
    ----------
    value : int or None
        Every plan that is as good in the earlier tiers has at most this, in the tier's integer unit and with least
        aims negated; ``None`` where nothing is proven.
    faults : tuple of str
        One sentence for everything that is wrong with the tier's cases.
    """

    value: int | None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBound:
    """What one case proves, and about the plans in it that take a given column.

    Parameters
    ----------
    fixed : Fixed
    scale, step : int
        A loss is a multiple of `step`; `scale` of what follows make a loss of 1.
    room : int or None
        The case's bound above the plan's own value; ``None`` where the case holds no plan that is as good, as wider
        cases prove.
    position : int64 (n,) or None
        The columns in play among all columns; ``None`` where the case tells nothing about single columns.
    lost : int64 (n,) or None
        The room changes by this for plans that take the column.
    never : tuple of int
        Columns, among those in play, that no plan of the case takes.
    """

    fixed: Fixed
    scale: int
    step: int
    room: int | None
    position: IntArray | None = None
    lost: IntArray | None = None
    never: tuple[int, ...] = ()
