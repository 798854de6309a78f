"""All columns of a problem, for a solve that holds only some: which to begin with, and what prices say of the rest.

Columns come in blocks, in memory or from files; each pass looks at pieces of them, several at a time where there are
threads. What comes out is put together in the order of the pieces, so that threads never change it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar

import numpy as np

from matcher.column_blocks import ColumnBlocks
from matcher.columns import BoolArray, Columns, IntArray, Limits, Routes
from matcher.solver.bounds.tariff import Tariff
from matcher.solver.model.divisors import Divisors, divisors_of
from matcher.solver.model.rows import AnyIndex
from matcher.solver.relaxations.ranking import Grouping, best_of_each

T = TypeVar("T")

PIECE = 500_000  # columns: few enough for the processor's caches, many enough for numpy
FIRST_PER_CANDIDATE = 3
LOTS = (4, 3)  # of a vacancy, and of each of its positions: columns drawn by lot, with training and without
DRAWS = 2**20  # a column's lottery is 1 to so much
MISSING_PER_CANDIDATE = 3
MISSING_PER_VACANCY, MISSING_PER_POSITION = 3, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What prices say of columns that are not held.

    Parameters
    ----------
    best : int64 (C,)
        The greatest reduced value of each candidate, those that were handed in included.
    better : int64 (n,)
        Positions of columns that exceed what was handed in: the best of each candidate and of each vacancy; sorted.
    """

    best: IntArray
    better: IntArray


class ColumnSource:
    """All columns, read piece by piece.

    Parameters
    ----------
    blocks : ColumnBlocks
    threads : int
        Pieces that are looked at at one time; the result is the same for any number.
    """

    def __init__(self, blocks: ColumnBlocks, threads: int = 1) -> None:
        self._blocks = blocks
        self.threads = threads

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self._blocks)

    @property
    def limits(self) -> Limits:
        """The limits of the whole problem."""
        return self._blocks.limits

    @property
    def routes(self) -> Routes:
        """The routes of all columns."""
        return self._blocks.routes

    def pieces(self) -> Iterator[tuple[int, Columns]]:
        """Yield consecutive columns, all of a candidate's together, and the position of the first."""
        for start, block in zip(self._blocks.starts.tolist(), self._blocks, strict=False):
            begin = 0
            while begin < len(block):
                end = min(begin + PIECE, len(block))
                end = int(np.searchsorted(block.candidate, block.candidate[end - 1], side="right"))
                yield start + begin, block.some(slice(begin, end))
                begin = end

    def each(self, work: Callable[[int, Columns], T]) -> list[T]:
        """Return what `work` makes of every piece, in order."""
        if self.threads == 1:
            return [work(first, piece) for first, piece in self.pieces()]
        found: list[T] = []
        with ThreadPoolExecutor(self.threads) as pool:
            ahead: deque[Future[T]] = deque()
            for first, piece in self.pieces():
                ahead.append(pool.submit(work, first, piece))
                if len(ahead) > self.threads:
                    found.append(ahead.popleft().result())
            found += [one.result() for one in ahead]
        return found

    def divisors(self) -> Divisors:
        """Return what divides everything that columns carry."""
        return reduce(Divisors.together, self.each(lambda _, piece: divisors_of(piece)))

    def taken(self, positions: IntArray) -> Columns:
        """Return some columns (sorted positions) as columns of their own."""

        def part(first: int, piece: Columns) -> dict[str, Any]:
            begin, end = np.searchsorted(positions, (first, first + len(piece)))
            return {name: array[positions[begin:end] - first] for name, array in piece.arrays().items()}

        parts = self.each(part)
        arrays = {name: np.concatenate([one.pop(name) for one in parts]) for name in list(parts[0])}
        return Columns(limits=self.limits, routes=self.routes, **arrays)

    def whole(self) -> Columns:
        """Return all columns as one."""
        return self._blocks.block(0) if len(self._blocks.starts) == 2 else self.taken(np.arange(len(self)))

    def of_pairs(self, pairs: set[tuple[int, int]]) -> IntArray:
        """Return the columns of some pairs (candidate, vacancy), and of people with several placements; positions."""
        num_vacancies = len(self.limits.vacancy_ids)
        numbers = np.array(sorted(candidate * num_vacancies + vacancy for candidate, vacancy in pairs), np.int64)
        has_several = self.limits.placements > 1

        def own(first: int, piece: Columns) -> IntArray:
            is_own = has_several[piece.candidate]
            number = piece.candidate.astype(np.int64) * num_vacancies + piece.vacancy
            if len(numbers):
                place = np.minimum(np.searchsorted(numbers, number), len(numbers) - 1)
                is_own |= numbers[place] == number
            return first + np.flatnonzero(is_own)

        return np.concatenate(self.each(own))

    def first(self, least: int = 0) -> IntArray:
        """Return the positions of columns to begin with: the best of each candidate, and some of each vacancy by lot.

        The best candidates of a vacancy are sought after everywhere; those drawn by lot are mostly free. Who needs
        training is drawn apart from who does not: of a vacancy without people of one kind prices say nothing true.

        Parameters
        ----------
        least : int
            So many best columns are wanted, of all candidates together, where they have as many.
        """
        per_candidate = max(FIRST_PER_CANDIDATE, -(-least // max(len(self.limits.candidate_ids), 1)))
        num_vacancies, is_trained = len(self.limits.vacancy_ids), np.diff(self.routes.start) > 0

        def kind(piece: Columns) -> IntArray:
            return piece.vacancy + num_vacancies * is_trained[piece.route_idx]

        count = sum(self.each(lambda _, piece: np.bincount(kind(piece), minlength=2 * num_vacancies)))
        wanted = np.tile(LOTS[0] + LOTS[1] * self.limits.positions, 2)
        drawn = wanted * DRAWS // np.maximum(count, 1)

        def chosen(first: int, piece: Columns) -> IntArray:
            marked = Grouping(piece.candidate).best(piece.weight, per_candidate)
            marked |= piece.lottery <= drawn[kind(piece)]
            return first + np.flatnonzero(marked)

        return np.concatenate(self.each(chosen))

    def priced(self, tariff: Tariff, best: IntArray, is_open: BoolArray) -> Priced:
        """Return what prices say of the open columns.

        Parameters
        ----------
        tariff : Tariff
        best : int64 (C,)
            What each candidate has without them.
        is_open : bool (N,)
        """
        most = MISSING_PER_VACANCY + MISSING_PER_POSITION * self.limits.positions

        def look(first: int, piece: Columns) -> tuple[AnyIndex, ...]:
            here = np.flatnonzero(is_open[first : first + len(piece)])
            if not len(here):
                return here, here, here, here
            values = tariff.values(piece)[here]
            better = np.flatnonzero(values > best[piece.candidate[here]])
            candidate, vacancy = piece.candidate[here[better]], piece.vacancy[here[better]]
            worth = values[better]
            kept = best_of_each(candidate, worth, MISSING_PER_CANDIDATE)
            kept |= best_of_each(vacancy, worth, most)
            return first + here[better[kept]], candidate[kept], vacancy[kept], worth[kept]

        found = [np.concatenate(parts) for parts in zip(*self.each(look), strict=True)]
        position, candidate, vacancy, worth = found
        after = best.copy()
        np.maximum.at(after, candidate, worth)
        kept = best_of_each(candidate, worth, MISSING_PER_CANDIDATE)
        kept |= best_of_each(vacancy, worth, most)
        return Priced(best=after, better=position[kept])

    def exclude(self, tariff: Tariff, best: IntArray, room: int, is_open: BoolArray) -> None:
        """Mark as not open what loses more than `room` against the best of its candidate."""

        def look(first: int, piece: Columns) -> None:
            part = is_open[first : first + len(piece)]
            here = np.flatnonzero(part)
            if len(here):
                lost = best[piece.candidate[here]] - tariff.values(piece)[here]
                part[here[lost > room]] = False

        self.each(look)
