"""The columns that count in a case of a certificate: what the best of them add to its bound, and which it excludes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np

from matcher.check.best import NEVER, BestByCandidate, Owners, best_by_candidate, fixed_in_play, holds_no_plan
from matcher.check.cases import Fixed, fixed_columns, is_inside
from matcher.check.cut_sums import PaidForCuts
from matcher.check.in_play import ColumnsInPlay
from matcher.check.overflow import Largest, fits_64_bits
from matcher.check.packing import Packing
from matcher.check.plays import Plays
from matcher.check.prices import PriceList
from matcher.check.rates import Rates
from matcher.check.reduced import reduced_values
from matcher.check.sets import Enrolments, Sets
from matcher.check.variables import common_divisor
from matcher.columns import IntArray, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What columns earn and pay in one case.

    Parameters
    ----------
    prices : PriceList
    factors : Counter of tier to int
    rates : Rates
    charges : int64 (N,) or None
        What columns pay beside: those of people with several placements, and for cuts.
    largest : float
        Of the charges, added up in size.
    enrolments : int64 (E,) or None
        Reduced values of the enrolments of people with several placements; ``None`` where some are too large.
    paid : PaidForCuts
    """

    prices: PriceList
    factors: Counter[str]
    rates: Rates
    charges: IntArray | None
    largest: float
    enrolments: IntArray | None
    paid: PaidForCuts

    def values(self, play: ColumnsInPlay) -> IntArray:
        """Return the reduced values of columns in play."""
        values = reduced_values(self.rates, play)
        if self.charges is not None:
            values -= self.charges[play.position]
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOfCase:
    """What columns add to the bound of one case, and of which; the latter where all are one block in memory.

    No column changes the bound by less than `least` where it is taken. With `has_sets`, the enrolments of people whose
    sets are known are counted in it.
    """

    total: int
    least: int
    has_sets: bool = False
    play: ColumnsInPlay | None = None
    best: BestByCandidate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """The columns that a case leaves to those inside it, or those that it excludes: mostly one of them is short."""

    fixed: Fixed
    position: IntArray
    is_excluded: bool

    @classmethod
    def shorter(cls, fixed: Fixed, kept: IntArray, excluded: IntArray) -> _Told:
        is_excluded = len(excluded) < len(kept)
        return cls(fixed=fixed, position=excluded if is_excluded else kept, is_excluded=is_excluded)


class CaseColumns:
    """The columns of one case after another, each without those that wider cases exclude.

    Parameters
    ----------
    plays : Plays
    limits : Limits
    packing : Packing
        Of the resources that these columns use.
    sets : Sets
        Of people with several placements.
    """

    __slots__ = ("_known", "_limits", "_packing", "_plays", "_sets", "_told")

    def __init__(self, plays: Plays, limits: Limits, packing: Packing, sets: Sets) -> None:
        self._plays, self._limits, self._packing, self._sets = plays, limits, packing, sets
        self._told: list[_Told] = []
        self._known: tuple[ColumnsInPlay, Largest, Owners] | None = None

    def common_step(self, tier: str, seat_costs: Sequence[int]) -> int:
        """Return what divides every value that a plan can have in an aim."""
        return gcd(*(common_divisor(tier, play, self._limits, seat_costs) for _, play in self._plays)) or 1

    def best(self, tier: str, priced: Priced, fixed: Fixed) -> BestOfCase | str | None:
        """Return what columns can add in a case: a sentence where that cannot be told, ``None`` where nothing fits."""
        total, least, participation, has_sets = 0, 0, priced.prices.participation, False
        last: tuple[ColumnsInPlay, BestByCandidate] | None = None
        for number, every, play in self._inside(fixed):
            here = fixed_in_play(self._plays.own(number, fixed_columns(fixed)), play)
            if here is None or holds_no_plan(here, play, self._limits):
                return None
            largest, owners = self._traits(every)
            if not fits_64_bits(priced.rates, play, priced.largest, largest):
                return f"The prices of tier {tier!r} must not be so large that 64 bits could overflow."
            values = priced.values(play)
            if not participation:
                sets = self._sets.best(values, play, here, Enrolments(reduced=priced.enrolments, ranges=fixed))
                if sets is not None and sets.total == NEVER:
                    return None
                has_sets = sets is not None
                own = owners if play is every else None
                last = play, best_by_candidate(values, here, play, self._limits, own, sets)
                total += last[1].total
                least = min(least, last[1].least)
                continue
            if self._packing.is_too_large(values, participation, play):
                return f"The resources of tier {tier!r} must be small enough to be packed."
            packed = self._packing.total(values, participation, here, play)
            if packed is None:
                return None
            total += packed
        is_kept = last is not None and self._plays.is_in_memory
        found = BestOfCase(total=total, least=least, has_sets=has_sets)
        return replace(found, play=last[0], best=last[1]) if last and is_kept else found

    def leave_out(self, priced: Priced, fixed: Fixed, found: BestOfCase, threshold: int) -> None:
        """Remember what a case excludes from those inside it: from all, where it fixes nothing."""
        if found.least >= threshold:
            return
        kept: list[IntArray] = []
        excluded: list[IntArray] = []
        for number, play, best in self._bests(priced, fixed, found):
            can_reach = best.can_reach(threshold)
            if fixed:
                kept.append(play.position[can_reach])
                excluded.append(play.position[~can_reach])
            else:
                self._plays.keep(number, can_reach)
        if fixed:
            self._told.append(_Told.shorter(fixed, np.concatenate(kept), np.concatenate(excluded)))

    def _traits(self, every: ColumnsInPlay) -> tuple[Largest, Owners]:
        """Return what is the same in every case of a block's columns, found once for all that leave it as it is."""
        if self._known is None or self._known[0] is not every:
            self._known = every, Largest.of(every), Owners.of(every, self._limits)
        return self._known[1:]

    def _inside(self, fixed: Fixed) -> Iterator[tuple[int, ColumnsInPlay, ColumnsInPlay]]:
        """Yield, block by block, all columns in play, and of these the ones that no wider case excludes."""
        wider = [told for told in self._told if is_inside(fixed, told.fixed)]
        for number, every in self._plays:
            play = every
            for told in wider:
                play = play.only(np.isin(play.position, told.position, assume_unique=True, invert=told.is_excluded))
            yield number, every, play

    def _bests(
        self, priced: Priced, fixed: Fixed, found: BestOfCase
    ) -> Iterator[tuple[int, ColumnsInPlay, BestByCandidate]]:
        """Yield, block by block, what each candidate adds; of blocks that are not in memory it is found once more."""
        if found.play is not None and found.best is not None:
            yield 0, found.play, found.best
            return
        for number, _, play in self._inside(fixed):
            here = fixed_in_play(self._plays.own(number, fixed_columns(fixed)), play)
            assert here is not None
            yield number, play, best_by_candidate(priced.values(play), here, play, self._limits)
