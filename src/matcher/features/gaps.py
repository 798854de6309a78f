"""Gaps: which of the skills that courses grant a candidate lacks for a vacancy, each numbered once in a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.chains import DIRECT, ChainBook, GapChains

COLUMNS_PER_WORD = 31  # of two bits each
LARGEST = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What is missing, and how it can be closed.

    Parameters
    ----------
    chains : GapChains
    expires : bool
        Whether a required skill that is held expires before the latest start, so that routes must look at the day.
    """

    chains: GapChains
    expires: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacks:
    """What n pairs lack of what courses grant, skill by skill in the order of the vacancy's list.

    Parameters
    ----------
    vacancy : int64 (n,)
    latest : int32 (n,)
        Last day on which the job may begin.
    expires : bool (n,)
        Whether a skill that no course grants is held, but not until then.
    missing, expired : list of bool (n,)
        Whether each skill is not held on the first possible day, and on the last.
    """

    vacancy: IntArray
    latest: IndexArray
    expires: BoolArray
    missing: list[BoolArray]
    expired: list[BoolArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """How a gap is closed.

    Parameters
    ----------
    chains : GapChains
    need, useful : int
        See `Curriculum.closing`.
    expires : bool
    """

    chains: GapChains
    need: int
    useful: int
    expires: bool


class GapFinder:
    """Numbers the gaps of one block.

    Parameters
    ----------
    book : ChainBook
    needs : int32 (v, Q)
        What each of some vacancies asks for and courses grant, -1 beyond the end of the list.
    vacancies : int64 (v,)
        Their positions.
    """

    def __init__(self, book: ChainBook, needs: IndexArray, vacancies: IntArray) -> None:
        self._book = book
        gap_of_need = np.full(max(book.gap_of_need, default=0) + 2, -1, np.int64)
        gap_of_need[list(book.gap_of_need)] = list(book.gap_of_need.values())
        # What the same courses grant is one gap, so most vacancies of an occupation ask for the same.
        asked, which = np.unique(gap_of_need[needs], axis=0, return_inverse=True)
        self._asked: list[list[int]] = asked.tolist()
        self._asking = np.zeros(int(vacancies.max(initial=-1)) + 1, np.int64)
        self._asking[vacancies] = which.ravel()
        self._known: dict[tuple[int, ...], Closed] = {}
        self._number: dict[tuple[int, int, bool], int] = {}
        self.found = [Gap(chains=DIRECT, expires=False)]

    def of_each(self, pairs: Lacks) -> IndexArray:
        """Return the number of each pair's gap in `found`, -1 where no chain closes it in time; int32 (n,)."""
        number = np.zeros(len(pairs.vacancy), np.int32)
        if not pairs.missing:
            return number
        lacking = np.flatnonzero(np.logical_or.reduce(pairs.missing))
        words = [self._asking[pairs.vacancy[lacking]] * 2 + pairs.expires[lacking]]
        bounds = [2 * len(self._asked)]
        for begin in range(0, len(pairs.missing), COLUMNS_PER_WORD):
            columns = slice(begin, begin + COLUMNS_PER_WORD)
            words.append(_word(lacking, pairs.missing[columns], pairs.expired[columns]))
            bounds.append(1 << 2 * len(pairs.missing[columns]))
        first, which = _distinct(words, bounds)
        closed = [self._closed(key) for key in zip(*(word[first].tolist() for word in words), strict=True)]
        in_time = np.array([each.chains.earliest_end for each in closed])[which] < pairs.latest[lacking]
        is_used = np.zeros(len(closed), np.bool_)
        is_used[which[in_time]] = True
        numbers = [self._numbered(each) if used else -1 for each, used in zip(closed, is_used.tolist(), strict=True)]
        number[lacking] = np.where(in_time, np.array(numbers, np.int32)[which], -1)
        return number

    def _closed(self, key: tuple[int, ...]) -> Closed:
        """Return how a gap is closed, of which the words of `of_each` are given."""
        known = self._known.get(key)
        if known is None:
            need = useful = 0
            for column, gap in enumerate(self._asked[key[0] >> 1]):
                word, place = divmod(column, COLUMNS_PER_WORD)
                flags = key[1 + word] >> 2 * place
                need |= (flags & 1) << max(gap, 0)  # where nothing is asked for, nothing is missing
                useful |= (flags >> 1 & 1) << max(gap, 0)
            expires = bool(key[0] & 1) or useful != need
            known = self._known[key] = Closed(
                chains=self._book.closing(need, useful), need=need, useful=useful, expires=expires
            )
        return known

    def _numbered(self, closed: Closed) -> int:
        key = (closed.need, closed.useful, closed.expires)
        number = self._number.get(key)
        if number is None:
            number = self._number[key] = len(self.found)
            self.found.append(Gap(chains=closed.chains, expires=closed.expires))
        return number


def _word(some: IntArray, missing: Sequence[BoolArray], expired: Sequence[BoolArray]) -> IntArray:
    """Return two bits of each column for some pairs: what is missing, and what expires or is missing."""
    word = np.zeros(len(some), np.int64)
    for column, flags in enumerate(zip(missing, expired, strict=True)):
        for bit, flag in enumerate(flags):
            word |= flag[some].astype(np.int64) << (2 * column + bit)
    return word


def _distinct(words: Sequence[IntArray], bounds: Sequence[int]) -> tuple[IntArray, IntArray]:
    """Return where each distinct row of words stands first, and which of them each row is.

    Parameters
    ----------
    words : sequence of int64 (n,)
        At least one.
    bounds : sequence of int
        Beyond the largest of each.
    """
    code, most = words[0], bounds[0]
    for word, bound in zip(words[1:], bounds[1:], strict=True):
        if most * bound > LARGEST:
            code, most = np.unique(code, return_inverse=True)[1], len(code)
        if most * bound > LARGEST:
            word, bound = np.unique(word, return_inverse=True)[1], len(word)
        code, most = code * bound + word, most * bound
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    return first, which
