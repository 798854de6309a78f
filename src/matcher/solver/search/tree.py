"""The ends of a search tree and the parted nodes above them, which become ends again where they prove enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.solver.bounds.bound import Bound, Prices
from matcher.solver.relaxations.tier_task import Decisions


@dataclass(order=True)
class Node:
    """A part of the plans that is searched, or was parted; what promises most comes first.

    Parameters
    ----------
    key : float
        Minus what no plan of it exceeds.
    order : int
        Which of equal ones comes first.
    decisions : Decisions
    prices : Prices or None
        Those behind the key.
    parent : int
        The number of the parted node above it, -1 for none.
    """

    key: float
    order: int
    decisions: Decisions = field(compare=False)
    prices: Prices | None = field(compare=False, default=None)
    parent: int = field(compare=False, default=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """An end of the tree.

    Parameters
    ----------
    decisions : Decisions
    bound : Bound
        What closes it.
    parent : int
        As of `Node`.
    """

    decisions: Decisions
    bound: Bound
    parent: int = -1


def grown_together(
    ends: Sequence[End], parted: Sequence[Node], closing_bound: Callable[[Node], Bound | None]
) -> list[End]:
    """Return the ends of a tree in which parted nodes, the highest first, stand for all below them where they may.

    A search parts much before it comes across its best plan. What it proves with fewer ends takes less room in a
    certificate, and less time to check and to prove again after a change.

    Parameters
    ----------
    ends : sequence of End
    parted : sequence of Node
        In the order in which they were parted: each stands after the one above it.
    closing_bound : callable
        Gives the bound that closes a parted node, or ``None`` where its prices do not prove enough.
    """
    above = np.full(len(parted), -1)  # which closed node each lies in
    closed: list[End] = []
    for number, node in enumerate(parted):
        if node.parent >= 0 and above[node.parent] >= 0:
            above[number] = above[node.parent]
            continue
        bound = closing_bound(node)
        if bound is not None:
            above[number] = number
            closed.append(End(decisions=node.decisions, bound=bound, parent=node.parent))
    stays = [end for end in ends if end.parent < 0 or above[end.parent] < 0]
    return [*stays, *closed]
