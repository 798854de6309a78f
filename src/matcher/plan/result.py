"""What a solve returns around its plan: the baseline, how it went, and why it stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from matcher.plan.plan import Plan

StopReason = Literal["proven", "solver_finished", "time_limit", "memory_limit", "interrupted"]
Phase = Literal["columns", "greedy", "network", "relaxation", "integer", "certificate", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a solve has come.

    Parameters
    ----------
    phase : str
    tier : str or None
    seconds : float
        Since the solve began.
    incumbent, bound : Decimal or None
        Best value and proven bound of the tier so far.
    gap : float or None
    """

    phase: Phase
    tier: str | None
    seconds: float
    incumbent: Decimal | None = None
    bound: Decimal | None = None
    gap: float | None = None


ProgressListener = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the staff's own way, best remaining pair first, would reach.

    Parameters
    ----------
    placements : int
        People placed.
    value : Decimal
        Expected sustained placements.
    shortfall : Decimal
        Person equivalents.
    """

    placements: int
    value: Decimal
    shortfall: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPrice:
    """What a plan gives up for the places guaranteed to those longest out of work.

    Parameters
    ----------
    quota_ids : tuple of str
        The floors: quotas on months out of work alone.
    losses : dict of tier to Decimal
        By how much the best plan without the floors is better in each aim, in the aim's own unit; below 0 in an aim
        that gains because an earlier one loses.
    is_proven : bool
        Whether both plans are proven best, so that the price is exact.
    """

    quota_ids: tuple[str, ...]
    losses: dict[str, Decimal]
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A plan and the story of its making.

    Parameters
    ----------
    plan : Plan
    baseline : Baseline or None
        ``None`` where a problem was solved again from an earlier plan: the comparison belongs to a first solve.
    num_columns : int
    stop_reason : str
    seconds : mapping of phase to float
    threads : int
    """

    plan: Plan
    baseline: Baseline | None
    num_columns: int
    stop_reason: StopReason
    seconds: dict[str, float]
    threads: int
