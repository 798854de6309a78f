"""What people choose at some prices, and how their choices move: by pieces of people, in threads.

Each piece is small enough for the processor's caches. Pieces do not depend on the number of threads and their results
are added up in order, so that threads never change anything.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.country.curvature import Moves
from matcher.solver.country.scaled import Scaled
from matcher.solver.programmes.programme import FloatArray

T = TypeVar("T")

PIECE = 60_000  # columns, about
NOTHING = 1e-13  # of a column


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What people choose.

    Parameters
    ----------
    x : float64 (n,)
    is_full : bool (people,)
        Whose columns add up to one.
    used : float64 (S,)
        Of each limit.
    values : float64 (people,)
        What it is worth to each, less half the square of the distance by the reach.
    best : float
        What they would have without any distance.
    """

    x: FloatArray
    is_full: BoolArray
    used: FloatArray
    values: FloatArray
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Some people with all their columns: n, one person's after another's.

    Parameters
    ----------
    part : slice
        Where their columns stand among all.
    matrix : scipy.sparse.csr_matrix float64 (n, S)
        What each column uses of each limit.
    objective : float64 (n,)
    starts : int64 (people,)
        The first column of each.
    person : int64 (n,)
    """

    part: slice
    matrix: Any
    objective: FloatArray
    starts: IntArray
    person: IntArray

    def chosen(self, prices: FloatArray, x: FloatArray, reach: float) -> Chosen:
        """Return what these people choose at some prices, near to what they have.

        Parameters
        ----------
        prices : float64 (S,)
        x : float64 (n,)
            What they have.
        reach : float
            How far it may move: the square of the distance, divided by twice as much, is taken off.
        """
        worth = self.objective - self.matrix @ prices
        there, is_full = nearest(x + reach * worth, self.starts, self.person)
        far = there - x
        return Chosen(
            x=there,
            is_full=is_full,
            used=there @ self.matrix,
            values=np.add.reduceat(worth * there - far * far / (2 * reach), self.starts),
            best=float(np.maximum.reduceat(worth, self.starts).clip(min=0).sum()),
        )

    def moves(self, chosen: Chosen) -> Moves:
        """Return which of their columns move where a price does."""
        taken = np.flatnonzero(chosen.x > NOTHING)
        person = self.person[taken]
        count = np.bincount(person, minlength=len(self.starts))
        is_full = chosen.is_full[person]
        is_shared = is_full & (count[person] > 1)  # whoever takes one column alone keeps it
        _, number, counts = np.unique(person[is_shared], return_inverse=True, return_counts=True)
        columns = np.r_[taken[is_shared], taken[~is_full]]
        return Moves(matrix=self.matrix[columns], person=number, count=counts)


class Crowd:
    """All people, piece by piece.

    Parameters
    ----------
    scaled : Scaled
    threads : int
        Pieces that are looked at at one time.
    """

    def __init__(self, scaled: Scaled, threads: int) -> None:
        self._threads = threads
        matrix, starts = scaled.matrix.T.tocsr(), scaled.starts
        number = matrix.shape[0]
        first = np.unique(np.searchsorted(starts, np.arange(0, number, PIECE)))
        first = first[first < len(starts)]
        self.pieces = []
        for begin, end in zip(first.tolist(), [*first[1:].tolist(), len(starts)], strict=True):
            part = slice(int(starts[begin]), int(starts[end]) if end < len(starts) else number)
            own = starts[begin:end] - part.start
            person = np.repeat(np.arange(len(own)), np.diff(np.r_[own, part.stop - part.start]))
            self.pieces.append(
                People(part=part, matrix=matrix[part], objective=scaled.objective[part], starts=own, person=person)
            )

    def chosen(self, prices: FloatArray, x: FloatArray, reach: float) -> list[Chosen]:
        """Return what the people of each piece choose; see `People.chosen`."""
        return self._each(lambda number: self.pieces[number].chosen(prices, x[self.pieces[number].part], reach))

    def moves(self, chosen: list[Chosen]) -> list[Moves]:
        """Return what moves of each piece; see `People.moves`."""
        return self._each(lambda number: self.pieces[number].moves(chosen[number]))

    def _each(self, work: Callable[[int], T]) -> list[T]:
        numbers = range(len(self.pieces))
        if self._threads == 1 or len(numbers) == 1:
            return [work(number) for number in numbers]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(work, numbers))


def nearest(wish: FloatArray, starts: IntArray, person: IntArray) -> tuple[FloatArray, BoolArray]:
    """Return the nearest point to a wish where each person takes at most one column in all; and who takes one.

    Whoever wishes more gives up as much of every column that is left in the end (Michelot 1986, A finite algorithm
    for finding the projection of a point onto the canonical simplex, Journal of Optimization Theory and
    Applications 50).
    """
    x = wish.clip(min=0)
    is_full: BoolArray = np.add.reduceat(x, starts) > 1
    place = np.flatnonzero((x > 0) & is_full[person])
    owner, wished = person[place], wish[place]
    x[place] = 0.0
    while True:
        count = np.bincount(owner, minlength=len(is_full))
        given_up = (np.bincount(owner, wished, minlength=len(is_full)) - 1) / np.maximum(count, 1)
        stays = wished > given_up[owner]
        if stays.all():
            break
        place, owner, wished = place[stays], owner[stays], wished[stays]
    x[place] = wished - given_up[owner]
    return x, is_full
