"""What a search tree over a region leaves: its ends with what proves them, its best plan, and where one may begin."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.columns import IntArray
from matcher.solver.bounds.bound import Bound, Prices
from matcher.solver.model.rows import Intervals
from matcher.solver.relaxations.restricted import Decisions
from matcher.solver.search.packed_search import PackedEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One end of the search tree.

    Parameters
    ----------
    taken, left : frozenset of int
        Columns fixed on the way to it, by position in the task.
    filled, others : dict of position to (int, int)
    kept : int array
        Columns (by position in the task) that the root does not exclude, to which `bound` refers.
    bound : Bound
    """

    taken: frozenset[int]
    left: frozenset[int]
    filled: Intervals
    others: Intervals
    kept: IntArray
    bound: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best plan of a region and what is known about it.

    Parameters
    ----------
    chosen : int array or None
        Columns of the best plan found here, by position in the task; ``None`` where none beats the one given.
    leaves : tuple of Leaf or None
        Ends of the tree, which together hold every plan of the region; ``None`` where there is no usable tree.
    is_exhausted : bool
        True where the search says that no better plan exists.
    claimed_bound : int or None
        What it says at most, where it is not exhausted.
    is_interrupted : bool
    packed : tuple of PackedEnd
        Ends of a tree that packs resources, where there is one; `leaves` is ``None`` then.
    """

    chosen: IntArray | None
    leaves: tuple[Leaf, ...] | None
    is_exhausted: bool
    is_interrupted: bool
    claimed_bound: int | None = None
    packed: tuple[PackedEnd, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a search may begin: a part of the plans, by position in the task, and prices of which some may bound it."""

    decisions: Decisions
    prices: tuple[Prices, ...]
