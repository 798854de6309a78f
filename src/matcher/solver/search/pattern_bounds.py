"""Bounds of nodes where resources bind: programmes over patterns, generated until bound and programme meet.

With resources whose use differs by pair the plain relaxation is far from whole people; over patterns, sets of people
that fit a resource, it is nearly exact (Savelsbergh 1997, A branch-and-price algorithm for the generalized assignment
problem, Operations Research 45(6)). All nodes of a tree share the patterns found.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Prices
from matcher.solver.bounds.packing import PackedBound, Resources, packed_bound, resources_of
from matcher.solver.programmes.limits import StopSignal
from matcher.solver.relaxations.patterns import Mixture, Pattern, PatternProgramme, between
from matcher.solver.relaxations.relaxed import Relaxed
from matcher.solver.relaxations.tier_task import TierTask

ROUNDS_PER_NODE = 1_500
SMOOTHING = 0.3  # share of the newest prices
INTEGRAL = 1e-6
DESCENTS = 400
FIRST_LENGTH, LAST_LENGTH = 0.2, 0.005  # of a step, as a share of the way to the value known
PATIENCE = 10  # steps without a better bound
CLOSE = 0.01  # integers of the tier between a programme and its bound that are not worth another round
PENALTIES = (10.0, 1e3, 1e5)


class PatternBounds:
    """What pattern programmes prove about the nodes of one tree.

    Parameters
    ----------
    task : TierTask
    root : Relaxed
        The plain relaxation.
    value : int or None
        The best value known, from wherever.
    step : int
        Every plan's value is a multiple of it.
    stop : StopSignal

    Attributes
    ----------
    value : int or None
        As given; whoever finds a better plan sets it.
    rounds : int
        Linear programmes solved so far.
    support : bool (N,)
        Columns that some node's mixture has taken a part of.
    unfinished : PackedBound or None
        The best bound of all plans while they are being bounded, for a search that is interrupted there.
    """

    def __init__(self, task: TierTask, root: Relaxed, value: int | None, *, step: int, stop: StopSignal) -> None:
        self._task, self._root, self._step, self._stop = task, root, step, stop
        self._resources: Resources = resources_of(task.rows)
        self._pool: dict[tuple[int, Pattern], None] = {}
        self.value = value
        self.rounds = 0
        self.support = np.zeros(task.rows.num_columns, dtype=bool)
        self.unfinished: PackedBound | None = None
        self._seed_pool()

    def _seed_pool(self) -> None:
        """Begin with the sets that no prices at all would choose, and the plain relaxation's columns alone."""
        resources = self._resources
        for column in self._root.chosen[self._root.x > INTEGRAL].tolist():
            owner = int(resources.owner[column])
            if owner < 0 or resources.use[column] <= resources.capacity[owner]:
                self._pool[owner, (column,)] = None

    def is_worse(self, bound: PackedBound) -> bool:
        """Tell whether a bound leaves no room for a plan better than the best one known."""
        return self.value is not None and bound.value(self._step) <= self.value

    def bounded(
        self, taken: frozenset[int], left: frozenset[int], prices: Prices | None
    ) -> tuple[PackedBound, Mixture | None]:
        """Return the best bound of a node and the mixture behind it, or no mixture where the bound closes it."""
        inside, outside = positions(taken), positions(left)
        best = self._priced(prices or self._plain_prices(), inside, outside)
        self.unfinished = best if prices is None else None
        if prices is None:
            best = self._descended(best, inside, outside)
        if self.is_worse(best):
            return best, None
        for column in inside[self._resources.owner[inside] < 0].tolist():
            self._pool[-1, (column,)] = None
        pool = [pattern for pattern in self._pool if self._keeps(pattern, taken, left)]
        mixture = None
        for penalty in PENALTIES:
            programme = PatternProgramme(self._task, self._resources, pool, inside, penalty)
            best, mixture = self._generated(programme, best, inside, outside, pool)
            if mixture is None or mixture.missing < INTEGRAL:
                break
        return best, mixture

    def _descended(self, best: PackedBound, inside: IntArray, outside: IntArray) -> PackedBound:
        """Let people pay more where several resources want them and less where none does, as long as that proves more.

        Subgradient steps (Held, Wolfe and Crowder 1974, Validation of subgradient optimization, Mathematical
        Programming 6). The sets on the way are what the pattern programme begins with.
        """
        rows, bound = self._task.rows, best
        length, waited = FIRST_LENGTH, 0
        for _ in range(DESCENTS):
            assert bound.prices.candidates is not None
            wanted = np.concatenate([*bound.sets, bound.free, np.empty(0, dtype=np.int64)]).astype(np.int64)
            slope = 1 - np.bincount(rows.candidate[wanted], minlength=len(bound.prices.candidates))
            self._pool.update(dict.fromkeys(self._patterns(bound)))
            size = float(slope @ slope)
            if not size or self.is_worse(best) or length < LAST_LENGTH:
                break
            target = PRICE_SCALE * self.value if self.value is not None else bound.scaled - abs(bound.scaled) // 100
            step = length * max(bound.scaled - target, PRICE_SCALE) / size
            people = np.maximum(bound.prices.candidates - (step * slope).astype(np.int64), 0)
            bound = self._priced(replace(bound.prices, candidates=people), inside, outside)
            waited += 1
            if bound.scaled < best.scaled:
                best, waited = bound, 0
                self.unfinished = best
            elif waited >= PATIENCE:
                length, waited = length / 2, 0
        return best

    def _generated(
        self,
        programme: PatternProgramme,
        best: PackedBound,
        inside: IntArray,
        outside: IntArray,
        pool: list[tuple[int, Pattern]],
    ) -> tuple[PackedBound, Mixture | None]:
        """Generate patterns until the bound meets the programme, or closes the node."""
        known = set(pool)
        mixture = programme.solve(self._stop)
        for _ in range(ROUNDS_PER_NODE):
            self.rounds += 1
            exact = mixture.prices
            smooth = between(best.prices, exact, SMOOTHING)
            fresh: list[tuple[int, Pattern]] = []
            for prices in (smooth, exact):
                bound = self._priced(prices, inside, outside)
                best = min(best, bound, key=lambda one: one.scaled)
                self.unfinished = best if self.unfinished is not None else None
                fresh = [pattern for pattern in self._patterns(bound) if pattern not in known]
                if self.is_worse(best) or fresh or prices is exact:
                    break
            if self.is_worse(best):
                return best, None
            near = best.scaled / PRICE_SCALE - mixture.value <= max(CLOSE, 1e-9 * abs(mixture.value))
            if not fresh or (near and mixture.missing < INTEGRAL):
                break
            known.update(fresh)
            pool += fresh
            self._pool.update(dict.fromkeys(fresh))
            programme.add(fresh)
            mixture = programme.solve(self._stop)
        self.support |= mixture.taken > INTEGRAL
        return best, mixture

    def _plain_prices(self) -> Prices:
        """Return the plain relaxation's prices, under which everybody pays what the best column is worth."""
        bound = self._root.bound
        assert bound is not None
        people = np.maximum(bound.best, 0)
        return Prices(rows=bound.prices.rows, held=bound.prices.held, candidates=people)

    def _priced(self, prices: Prices, inside: IntArray, outside: IntArray) -> PackedBound:
        self._stop.check()
        task = self._task
        return packed_bound(task.rows, self._resources, task.tier, prices, task.held, inside, outside)

    def _patterns(self, bound: PackedBound) -> list[tuple[int, Pattern]]:
        found = [(number, tuple(members.tolist())) for number, members in enumerate(bound.sets) if len(members)]
        return found + [(-1, (column,)) for column in bound.free.tolist()]

    def _keeps(self, pattern: tuple[int, Pattern], taken: frozenset[int], left: frozenset[int]) -> bool:
        """Tell whether a pattern can stand where some columns are taken and others left out."""
        resource, members = pattern
        if not left.isdisjoint(members):
            return False
        rows, owner = self._task.rows, self._resources.owner
        for column in taken:
            if column in members:
                continue
            if resource >= 0 and owner[column] == resource:
                return False
            candidate = rows.candidate[column]
            if rows.limits.placements[candidate] == 1 and (rows.candidate[list(members)] == candidate).any():
                return False
        return True


def positions(columns: frozenset[int]) -> IntArray:
    """Return a set of columns as an array, ascending."""
    return np.array(sorted(columns), dtype=np.int64)
