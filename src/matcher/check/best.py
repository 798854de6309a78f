"""The best that each candidate can add to an aim, and which columns no plan that is as good can take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.check.in_play import ColumnsInPlay
from matcher.check.overflow import TOO_LARGE
from matcher.columns import BoolArray, IntArray, Limits

Fixed = dict[int, bool]  # columns in (true) or out
NEVER = -TOO_LARGE  # below every reduced value
_LOW_BITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BestByCandidate:
    """What candidates contribute to the bound of one case.

    Parameters
    ----------
    total : int
        Sum over all candidates.
    lost : int64 (n,)
        By column in play: the contribution changes by this when its candidate takes it.
    never : tuple of int
        Columns in play that no plan of the case takes: fixed out, or of a candidate who has nothing left to take.
    """

    total: int
    lost: IntArray
    never: tuple[int, ...]

    @property
    def least(self) -> int:
        """What no column changes the bound by less than; far below everything where a column cannot be taken."""
        return NEVER if self.never else int(self.lost.min(initial=0))

    def can_reach(self, threshold: int) -> BoolArray:
        """Return for each column whether taking it changes the bound by at least `threshold`, which is not positive."""
        reaches: BoolArray = self.lost >= min(max(threshold, -(2**63)), 2**63 - 1)
        reaches[list(self.never)] = False
        return reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class BestSets:
    """What the candidates contribute whose sets are known.

    Parameters
    ----------
    people : frozenset of int
    total : int
        Sum over these candidates; `NEVER` where one of them has no set that the case leaves.
    place : int64 (n,)
        Their columns in play.
    lost : int64 (n,)
        The contribution changes by this when the candidate takes the column.
    never : tuple of int
        Those of these columns that are in no set which the case leaves.
    """

    people: frozenset[int]
    total: int
    place: IntArray
    lost: IntArray
    never: tuple[int, ...]


def fixed_in_play(fixed: Fixed, play: ColumnsInPlay) -> Fixed | None:
    """Return the fixed columns by place in play; ``None`` where one that is taken has been excluded."""
    here: Fixed = {}
    for column, taken in fixed.items():
        place = int(np.searchsorted(play.position, column))
        if place < len(play.position) and play.position[place] == column:
            here[place] = taken
        elif taken:
            return None
    return here


def holds_no_plan(fixed: Fixed, play: ColumnsInPlay, limits: Limits) -> bool:
    """Tell whether a case takes more columns of a candidate than the candidate may have."""
    taken = [int(play.candidate[place]) for place, is_taken in fixed.items() if is_taken]
    return any(taken.count(candidate) > limits.placements[candidate] for candidate in set(taken))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Where each candidate's columns in play begin, how many there are, and who may take several of them.

    Parameters
    ----------
    begin, counts : int64 (C,)
        Of those who have any.
    several : tuple of int
        By place among these.
    """

    begin: IntArray
    counts: IntArray
    several: tuple[int, ...]

    @staticmethod
    def of(play: ColumnsInPlay, limits: Limits) -> Owners:
        """Return the owners of columns in play."""
        begin = np.concatenate(([0], np.flatnonzero(np.diff(play.candidate)) + 1))[: len(play.candidate)]
        return Owners(
            begin=begin,
            counts=np.diff(np.append(begin, len(play.candidate))),
            several=tuple(np.flatnonzero(limits.placements[play.candidate[begin]] > 1).tolist()),
        )


def best_by_candidate(
    values: IntArray,
    fixed: Fixed,
    play: ColumnsInPlay,
    limits: Limits,
    owners: Owners | None = None,
    sets: BestSets | None = None,
) -> BestByCandidate:
    """Return the best non-negative contribution of each candidate.

    Parameters
    ----------
    values : int64 (n,)
        Reduced values of the columns in play; those that are fixed out are overwritten.
    fixed : dict of place in play to bool
    play : ColumnsInPlay
    limits : Limits
    owners : Owners, optional
        `Owners.of` these columns.
    sets : BestSets, optional
        What candidates contribute of whom all sets are known.
    """
    never = tuple(place for place, taken in fixed.items() if not taken)
    values[list(never)] = NEVER
    if not len(values):
        return BestByCandidate(total=0, lost=values, never=never)
    owners = owners or Owners.of(play, limits)
    begin, counts = owners.begin, owners.counts
    best = np.maximum(np.maximum.reduceat(values, begin), 0)
    for place, taken in fixed.items():
        if taken:
            best[np.searchsorted(begin, place, side="right") - 1] = values[place]
    beyond, several = 0, []
    known = frozenset() if sets is None else sets.people
    for row in owners.several:
        if int(play.candidate[begin[row]]) in known:
            best[row] = 0
            continue
        part = slice(int(begin[row]), int(begin[row] + counts[row]))
        found = _best_of_several(values, part, fixed, int(limits.placements[play.candidate[part.start]]))
        beyond += found.total
        best[row] = 0
        several.append((part, found))
    lost = values - np.repeat(best, counts)
    for part, found in several:
        lost[part] = np.minimum(values[part] - found.threshold, 0)
        lost[list(found.taken)] = 0
        never += found.never
    if sets is not None:
        beyond += sets.total
        lost[sets.place] = sets.lost
        never += tuple(place for place in sets.never if place not in fixed)
    return BestByCandidate(total=_exact_sum(best) + beyond, lost=lost, never=never)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Several:
    """What a candidate with several placements contributes.

    Parameters
    ----------
    total : int
        What is fixed in, and the best of the rest, up to the number of placements.
    threshold : int
        What another column has to be worth so that taking it loses nothing, at least 0.
    taken, never : tuple of int
        Columns in play that are fixed in, and those for which no placement is left.
    """

    total: int
    threshold: int
    taken: tuple[int, ...]
    never: tuple[int, ...]


def _best_of_several(values: IntArray, part: slice, fixed: Fixed, placements: int) -> _Several:
    taken = tuple(place for place, is_taken in fixed.items() if is_taken and part.start <= place < part.stop)
    others = [place for place in range(part.start, part.stop) if place not in taken]
    room = placements - len(taken)
    best = sorted((int(values[place]) for place in others), reverse=True)[:room]
    return _Several(
        total=sum(int(values[place]) for place in taken) + sum(max(0, value) for value in best),
        threshold=max(0, best[-1]) if len(best) == room and best else 0,
        taken=taken,
        never=() if room else tuple(others),
    )


def _exact_sum(values: IntArray) -> int:
    """Return a sum that may need more than 64 bits: high and low halves are added apart."""
    high, low = values >> _LOW_BITS, values & (2**_LOW_BITS - 1)
    return (int(high.sum()) << _LOW_BITS) + int(low.sum())
