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
from matcher.solver.country.curvature import Moves, product
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
    given_up : float64 (people,)
        What each of those gives up of every column: a good guess for prices near by.
    value : float
        What it is worth, less half the square of the distance by the reach.
    """

    x: FloatArray
    is_full: BoolArray
    used: FloatArray
    given_up: FloatArray
    value: float


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

    def chosen(self, prices: FloatArray, x: FloatArray, reach: float, guess: FloatArray) -> Chosen:
        """Return what these people choose at some prices, near to what they have.

        Parameters
        ----------
        prices : float64 (S,)
        x : float64 (n,)
            What they have.
        reach : float
            How far it may move: the square of the distance, divided by twice as much, is taken off.
        guess : float64 (people,)
            About what each gives up; see `Chosen`. It changes no more than the time.
        """
        worth = self.worth(prices)
        there, is_full, given_up = nearest(x + reach * worth, self.person, guess)
        far = there - x
        return Chosen(
            x=there,
            is_full=is_full,
            used=there @ self.matrix,
            given_up=given_up,
            value=product(worth, there) - product(far, far) / (2 * reach),
        )

    def worth(self, prices: FloatArray) -> FloatArray:
        """Return what each column is worth beyond what it would pay; float64 (n,)."""
        worth: FloatArray = self.objective - self.matrix @ prices
        return worth

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
        self._given_up = [np.zeros(len(piece.starts)) for piece in self.pieces]

    def chosen(self, prices: FloatArray, x: FloatArray, reach: float) -> list[Chosen]:
        """Return what the people of each piece choose; see `People.chosen`."""

        def choose(number: int) -> Chosen:
            piece = self.pieces[number]
            chosen = piece.chosen(prices, x[piece.part], reach, self._given_up[number])
            self._given_up[number] = chosen.given_up
            return chosen

        return self._each(choose)

    def best(self, prices: FloatArray) -> float:
        """Return what all people would have at some prices if they need not stay near to anything."""

        def most(number: int) -> float:
            piece = self.pieces[number]
            return float(np.maximum.reduceat(piece.worth(prices), piece.starts).clip(min=0).sum())

        return sum(self._each(most))

    def moves(self, chosen: list[Chosen]) -> list[Moves]:
        """Return what moves of each piece; see `People.moves`."""
        return self._each(lambda number: self.pieces[number].moves(chosen[number]))

    def _each(self, work: Callable[[int], T]) -> list[T]:
        numbers = range(len(self.pieces))
        if self._threads == 1 or len(numbers) == 1:
            return [work(number) for number in numbers]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(work, numbers))


def nearest(wish: FloatArray, person: IntArray, guess: FloatArray) -> tuple[FloatArray, BoolArray, FloatArray]:
    """Return the nearest point to a wish where each person takes at most one column in all.

    Whoever wishes more gives up as much of every column that is left in the end. How much is the root of a convex
    function that falls, which Newton's method finds in finitely many steps from wherever it begins: from the right the
    first step leads to the left, and from there no step leads too far (Michelot 1986, A finite algorithm for finding
    the projection of a point onto the canonical simplex, Journal of Optimization Theory and Applications 50).

    Parameters
    ----------
    wish : float64 (n,)
    person : int64 (n,)
    guess : float64 (people,)
        About what each gives up.

    Returns
    -------
    x : float64 (n,)
    is_full : bool (people,)
        Who takes one in all.
    given_up : float64 (people,)
        By those.
    """
    above = np.flatnonzero(wish > guess[person])
    count, total = _sums(person[above], wish[above], len(guess))
    given_up = (np.where(count > 0, total - 1, 0.0) / np.maximum(count, 1)).clip(min=0)
    place = np.flatnonzero(wish > given_up[person])
    owner, wished = person[place], wish[place]
    count, total = _sums(owner, wished, len(guess))
    is_full: BoolArray = (given_up > 0) | (total > 1)
    given_up = np.where(is_full, total - 1, 0.0) / np.maximum(count, 1)
    x = np.zeros(len(wish))
    x[place] = wished - given_up[owner]
    fallen = np.flatnonzero(x[place] <= 0)
    while len(fallen):  # only whoever has columns that fall away goes on
        x[place[fallen]] = 0.0
        is_open = np.zeros(len(guess), dtype=np.bool_)
        is_open[owner[fallen]] = True
        some = np.flatnonzero(is_open[owner] & (x[place] > 0))
        place, owner, wished = place[some], owner[some], wished[some]
        count, total = _sums(owner, wished, len(guess))
        given_up = np.where(is_open, (total - 1) / np.maximum(count, 1), given_up)
        x[place] = wished - given_up[owner]
        fallen = np.flatnonzero(x[place] <= 0)
    return x, is_full, given_up


def _sums(owner: IntArray, wished: FloatArray, people: int) -> tuple[IntArray, FloatArray]:
    """Return how many columns each person has, and what they come to."""
    count: IntArray = np.bincount(owner, minlength=people)
    return count, np.bincount(owner, wished, minlength=people).astype(np.float64, copy=False)
