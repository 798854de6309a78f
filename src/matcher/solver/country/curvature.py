"""How what people use of the limits answers to the prices, without the matrix: what moves is multiplied instead.

Newton's directions come from conjugate gradients (Hestenes and Stiefel 1952, Methods of conjugate gradients for solving
linear systems, Journal of Research of the National Bureau of Standards 49). The damping that holds back what is hardly
tied keeps them few, so that a direction costs a small part of what the matrix's factors would.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from matcher.columns import BoolArray, IntArray
from matcher.solver.programmes.programme import FloatArray

CLOSE = 0.2  # of what is off at the start of a direction: Newton's next step mends the rest
MOST = 400  # of conjugate gradients, for one direction
GROUPS = 4  # of people, who are multiplied side by side, whatever the number of threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The columns of some people that move where a price does: m in all.

    Whoever takes less than one person's worth takes more or less of each. Others take less of one as they take more of
    another, which is what a projection on a simplex leaves: the mean of the person is taken away.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix float64 (m, S)
        What each uses of each limit; first those of people who take one in all, person by person.
    person : int64 (k,)
        Of the first `k` columns: the number of the person among these.
    count : int64 (people,)
        Columns of each.
    """

    matrix: Any
    person: IntArray
    count: IntArray

    @classmethod
    def together(cls, some: list[Moves]) -> Moves:
        """Return what moves of several pieces as one."""
        shared = [piece.matrix[: len(piece.person)] for piece in some]
        free = [piece.matrix[len(piece.person) :] for piece in some]
        before = np.cumsum([0, *(len(piece.count) for piece in some)])
        return cls(
            matrix=sp.vstack([*shared, *free], format="csr"),
            person=np.concatenate([piece.person + first for piece, first in zip(some, before, strict=False)]),
            count=np.concatenate([piece.count for piece in some]),
        )

    def times(self, prices: FloatArray) -> FloatArray:
        """Return by how much less of each limit is used where prices rise by so much; (S,)."""
        moved = self.matrix @ prices
        shared = moved[: len(self.person)]
        shared -= (np.bincount(self.person, shared, minlength=len(self.count)) / self.count)[self.person]
        answer: FloatArray = moved @ self.matrix
        return answer

    def diagonal(self) -> FloatArray:
        """Return about how each limit answers to its own price; (S,). Exact where no person meets a limit twice."""
        share = np.ones(self.matrix.shape[0])
        share[: len(self.person)] -= 1.0 / self.count[self.person]
        squares = self.matrix.copy()
        squares.data **= 2
        answer: FloatArray = share @ squares
        return answer


class Curve:
    """The second derivatives of a dual, for a reach of one: symmetric, none negative.

    Parameters
    ----------
    pieces : list of Moves
        By piece of people.
    beside : scipy.sparse.csc_matrix float64 (S, o)
        Of the other variables that move.
    threads : int
        Change nothing but the time.
    """

    def __init__(self, pieces: list[Moves], beside: Any, threads: int) -> None:
        size = -(-len(pieces) // GROUPS)
        some = [pieces[first : first + size] for first in range(0, len(pieces), size or 1)]
        self._moves = [Moves.together(group) for group in some]
        self._beside = beside
        self._threads = min(threads, max(len(some), 1))

    def diagonal(self) -> FloatArray:
        """Return about how each limit answers to its own price; (S,)."""
        answer: FloatArray = np.asarray(self._beside.multiply(self._beside).sum(axis=1)).ravel()
        for group in self._moves:
            answer += group.diagonal()
        return answer

    def times(self, prices: FloatArray, each: Callable[..., Any] = map) -> FloatArray:
        """Return by how much less of each limit is used where prices rise by so much; (S,).

        Parameters
        ----------
        prices : float64 (S,)
        each : callable
            Does the same for every group, in order: `map`, or that of a pool of threads.
        """
        answer: FloatArray = self._beside @ (prices @ self._beside)
        for part in each(lambda group: group.times(prices), self._moves):
            answer += part
        return answer

    def solved(self, right: FloatArray, may_move: BoolArray, damping: float) -> FloatArray:
        """Return about which prices answer so, the curve being raised by a damping; (S,).

        Parameters
        ----------
        right : float64 (S,)
        may_move : bool (S,)
            Which prices differ from zero.
        damping : float
            Of all prices alike.
        """
        with ThreadPoolExecutor(self._threads) as pool:
            each = map if self._threads == 1 else pool.map

            def answer_to(prices: FloatArray) -> FloatArray:
                return np.where(may_move, self.times(prices, each) + damping * prices, 0.0)

            weight = may_move / (self.diagonal() + damping)
            return _by_conjugate_gradients(answer_to, np.where(may_move, right, 0.0), weight)


def _by_conjugate_gradients(
    times: Callable[[FloatArray], FloatArray], right: FloatArray, weight: FloatArray
) -> FloatArray:
    """Return about what a matrix turns into `right`, whose diagonal is about the inverse of `weight`."""
    found = np.zeros(len(right))
    off, near = right, weight * right
    direction = near.copy()
    before = first = product(off, near)
    for _ in range(MOST):
        if before <= CLOSE * CLOSE * first or not before:
            break
        answer = times(direction)
        length = before / product(direction, answer)
        found += length * direction
        off = off - length * answer
        near = weight * off
        after = product(off, near)
        direction = near + (after / before) * direction
        before = after
    return found


def product(a: FloatArray, b: FloatArray) -> float:
    """Return the scalar product, on this thread alone.

    numpy's ``@`` hands vectors of more than ten thousand numbers to BLAS, whose threads take a hundred times as long to
    meet on a busy machine as the sum takes.
    """
    return float(np.einsum("i,i", a, b))
