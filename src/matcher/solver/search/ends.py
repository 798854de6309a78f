"""What search trees over a region leave: their ends with what proves them, the best plan, and where one may begin."""

from __future__ import annotations

from dataclasses import dataclass, field

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices
from matcher.solver.model.rows import Intervals
from matcher.solver.relaxations.tier_task import Decisions, TierTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One end of a tree over people and counts.

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
class PackedEnd:
    """One end of a tree that packs resources, closed or still open.

    Parameters
    ----------
    taken, left : frozenset of int
        Columns fixed on the way to it, by position in the task.
    prices : Prices
    value : int
        No plan that keeps what is fixed has more, every plan's value being a multiple of the step.
    """

    taken: frozenset[int]
    left: frozenset[int]
    prices: Prices
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortEnd:
    """One end of a tree over optional cohorts, closed or still open.

    Parameters
    ----------
    others : dict of position to (int, int)
        Which cohorts it keeps open or closed.
    filled : dict of row to (int, int)
        How many people it lets vacancies and cohorts take.
    prices : Prices
    scaled : int
        What the prices prove.
    leaves : tuple of Leaf
        Ends of the search on columns inside it, if there was one that came to its end.
    """

    others: Intervals
    prices: Prices
    scaled: int
    leaves: tuple[Leaf, ...] = ()
    filled: Intervals = field(default_factory=dict)

    def value(self, step: int) -> int:
        """Return the value that no plan of this end exceeds."""
        own = self.scaled // (PRICE_SCALE * step) * step
        return min(own, max((leaf.bound.value(step) for leaf in self.leaves), default=own))


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
class PackedFound:
    """What a search that packs resources found and proved.

    Parameters
    ----------
    chosen : int array or None
        Columns of the best plan, by position in the task; ``None`` where none beats the one given.
    ends : tuple of PackedEnd
        Together they hold every plan of the task; empty where nothing was proved.
    is_closed : bool
        Whether no end can hold a better plan.
    is_interrupted : bool
    """

    chosen: IntArray | None
    ends: tuple[PackedEnd, ...]
    is_closed: bool
    is_interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortFound:
    """What a search over optional cohorts found and proved.

    Parameters
    ----------
    task : TierTask
        With the links found on the way.
    chosen : int array or None
        Columns of the best plan, by position in the task; ``None`` where none beats the one given.
    ends : tuple of CohortEnd
        Together they hold every plan of the task.
    is_exhausted : bool
        Whether the search says that no better plan exists.
    is_interrupted : bool
    """

    task: TierTask
    chosen: IntArray | None
    ends: tuple[CohortEnd, ...]
    is_exhausted: bool
    is_interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a search may begin: a part of the plans, by position in the task, and prices of which some may bound it."""

    decisions: Decisions
    prices: tuple[Prices, ...]
