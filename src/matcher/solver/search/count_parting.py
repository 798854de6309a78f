"""One part of the plans, by how many people cohorts take: its relaxation, where it is parted, what is left open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import permutations

import numpy as np

from matcher.solver.bounds.bound import PRICE_SCALE, Prices
from matcher.solver.model.rows import Intervals
from matcher.solver.programmes.limits import Interrupted
from matcher.solver.search.count_programme import CountProgramme, CountSolved
from matcher.solver.search.count_state import NEARLY, CountState, Incumbent
from matcher.solver.search.gains import Parted

CLOSE = 0.03  # of the distance between the root and the incumbent: what a node may miss without another round
FAR = 0.1  # of the distance between the root and the incumbent: a part so far below the best waits for its turn
SLIGHT = 1e-3  # of that distance: sums that are thought to gain less are left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEnd:
    """One end of the tree: which cohorts take how many people, and what prices prove of such plans.

    Parameters
    ----------
    filled : dict of row to (int, int)
    prices : Prices
    scaled : int
        No such plan exceeds it, times `PRICE_SCALE`.
    """

    filled: Intervals
    prices: Prices
    scaled: int


@dataclass(order=True)
class Node:
    """A part of the plans that is open, the one that promises most first."""

    key: float
    order: int
    filled: Intervals = field(compare=False)
    prices: Prices = field(compare=False)
    scaled: int = field(compare=False)
    parted: Parted | None = field(compare=False, default=None)  # how it came off the one above

    @property
    def end(self) -> CountEnd:
        """Return it as an end of the tree."""
        return CountEnd(filled=self.filled, prices=self.prices, scaled=self.scaled)


class Pair:
    """One or two programmes over the same columns, each of which goes on from where it stood itself."""

    def __init__(self, first: CountProgramme) -> None:
        self._each = [first]

    @property
    def num_solved(self) -> int:
        """Return how many linear programmes they have solved."""
        return sum(programme.num_solved for programme in self._each)

    def of(self, number: int) -> list[CountProgramme]:
        """Return the first so many."""
        while len(self._each) < number:
            self._each.append(self._each[0].beside())
        for one, other in permutations(self._each, 2):
            one.of_others = other.restricted.chosen
        return self._each[:number]


class Parting:
    """A part of the plans that is open, and what becomes of it, step by step.

    A step solves its relaxation and parts it. Where one of the two is nearly the same again, the next step goes on with
    that one. No step sees what others find at the same time.

    Parameters
    ----------
    search : CountState
    node : Node

    Attributes
    ----------
    node : Node or None
        What the next step solves; ``None`` where there is none.
    incumbent : Incumbent
        The best plan known before the last step, or found by it.
    open : list of Node
        What the last step left open beside.
    ends : list of CountEnd
        What it closed.
    noted : list of (Parted, float)
        What it learned of sums.
    """

    def __init__(self, search: CountState, node: Node) -> None:
        self._search = search
        self.node: Node | None = node
        self.is_interrupted = False
        self._look()

    def _look(self) -> None:
        """Take up what the search knows by now."""
        self._gains, self.incumbent = self._search.gains.copy(), self._search.incumbent
        self.open: list[Node] = []
        self.ends: list[CountEnd] = []
        self.noted: list[tuple[Parted, float]] = []

    def step(self, programme: CountProgramme, best: int) -> None:
        """Take one step; where it is interrupted, the node stays as it was.

        Parameters
        ----------
        programme : CountProgramme
        best : int
            The bound of the open part that promises most, scaled.
        """
        self._look()
        node, self.node = self.node, None
        assert node is not None
        try:
            self._part(programme, node, best)
        except Interrupted:
            self._look()
            self.node, self.is_interrupted = node, True

    def _part(self, programme: CountProgramme, node: Node, best: int) -> None:
        search = self._search
        lost = search.below(self.incumbent.value)
        solved = programme.solve(node.filled, search.stop, CLOSE * lost)
        if solved is None:
            self.ends.append(node.end)
            return
        if node.parted is not None:
            self._note(node.parted, solved.value)
        if solved.bound.scaled < node.scaled:
            node = replace(node, key=-solved.bound.scaled, prices=solved.bound.prices, scaled=solved.bound.scaled)
        if search.is_closed(node.scaled, self.incumbent):
            self.ends.append(node.end)
            return
        row = self._row(programme, node, solved)
        if row is None:  # all are whole, and little else is not
            self._keep(search.rounded(programme, solved))
            self.ends.append(node.end)
            return
        nearer, other = (
            replace(node, filled=filled, parted=Parted.at(row, filled, solved.counts[row], solved.value))
            for filled in search.children(node.filled, row, solved.counts[row])
        )
        self.open.append(other)
        is_far = nearer.scaled < best - PRICE_SCALE * FAR * lost
        if is_far or abs(solved.counts[row] - np.rint(solved.counts[row])) > NEARLY:
            self.open.append(nearer)
        else:
            self.node = nearer

    def _row(self, programme: CountProgramme, node: Node, solved: CountSolved) -> int | None:
        """Return where to part a node: at a sum of seats, where that takes most off the bound, or else at a count."""
        search, counts = self._search, solved.counts
        uneven, lost = self._gains.uneven(counts), search.below(self.incumbent.value)
        for row in uneven[~self._gains.are_known(uneven)].tolist():
            for filled in search.children(node.filled, row, counts[row]):
                found = programme.solve(filled, search.stop, None)
                value = solved.value - lost if found is None else found.value
                self._note(Parted.at(row, filled, counts[row], solved.value), value)
        row, gain = self._gains.best(uneven, counts)
        single = search.uneven(counts)
        return single if row is None or (single is not None and gain < SLIGHT * lost) else row

    def _note(self, parted: Parted, value: float) -> None:
        self._gains.note(parted, value)
        self.noted.append((parted, value))

    def _keep(self, found: Incumbent | None) -> None:
        if found is not None and found.value > self.incumbent.value:
            self.incumbent = found


__all__ = ["CLOSE", "CountEnd", "Node", "Pair", "Parting"]
