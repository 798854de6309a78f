"""What the solver gives back: the chosen columns, and of every tier its value, its bound and the cases behind it."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.columns import IntArray
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.model.rows import Rows
from matcher.solver.relaxations.relaxed import End


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedTier:
    """One tier's outcome.

    Parameters
    ----------
    tier : str
    value, bound : int
        As a maximum, in the tier's integers; the bound is what the cases prove.
    claimed_bound : int
        What the search claims; never above what is proved.
    cases : tuple of SolvedCase
    """

    tier: str
    value: int
    bound: int
    claimed_bound: int
    cases: tuple[SolvedCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The chosen columns and what is known about every tier.

    Parameters
    ----------
    rows : Rows
    chosen : int64 (n,)
        Sorted positions of columns.
    x : int64 (N + X,)
    tiers : tuple of SolvedTier
    is_interrupted : bool
    end : End or None
        Where the simplex ended on shortfall and placements at once, if it was asked.
    """

    rows: Rows
    chosen: IntArray
    x: IntArray
    tiers: tuple[SolvedTier, ...]
    is_interrupted: bool
    end: End | None
