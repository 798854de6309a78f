"""Recomputes a tier's bound from its prices, in exact integers over all columns (docs/model.md section 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np

from matcher.check.best import BestByCandidate, best_by_candidate, fixed_in_play, holds_no_plan
from matcher.check.cases import MAX_CASES, CaseReader, Fixed, Proven, covered_bound, fixed_columns, is_inside
from matcher.check.difference import NO_DIFFERENCE, DifferenceLimits
from matcher.check.in_play import ColumnsInPlay, all_in_play
from matcher.check.lookup import ColumnKey, ColumnLookup, whole
from matcher.check.overflow import fits_64_bits
from matcher.check.packing import Packing
from matcher.check.plays import Plays
from matcher.check.prices import PriceList, PriceReader
from matcher.check.proven import CaseBound, TierBound
from matcher.check.quantities import Quantity, read_uppers
from matcher.check.rates import Rates, read_rates
from matcher.check.reduced import reduced_values
from matcher.check.several import SeveralPlacements, without_their_seats
from matcher.check.steps import obligation_steps, resource_steps, spendable
from matcher.check.variables import common_divisor, gains_of_variables, told_here
from matcher.column_blocks import WholeColumns
from matcher.columns import Columns, IntArray, Limits
from matcher.plan import Case, Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    """What columns earn and pay in one case.

    Parameters
    ----------
    prices : PriceList
    factors : Counter of tier to int
    rates : Rates
    charges : int64 (N,) or None
        What columns of people with several placements pay beside.
    largest : float
        Of the charges, added up in size.
    """

    prices: PriceList
    factors: Counter[str]
    rates: Rates
    charges: IntArray | None
    largest: float

    def values(self, play: ColumnsInPlay) -> IntArray:
        """Return the reduced values of columns in play."""
        values = reduced_values(self.rates, play)
        if self.charges is not None:
            values -= self.charges[play.position]
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Best:
    """What columns add to the bound of one case, and of which; the latter where all are one block in memory.

    No column changes the bound by less than `least` where it is taken.
    """

    total: int
    least: int
    play: ColumnsInPlay | None = None
    best: BestByCandidate | None = None


class BoundReader:
    """Bounds one tier after another, leaving out what the earlier ones exclude.

    Parameters
    ----------
    lookup : ColumnLookup
    limits : Limits
        By the checker's own reading.
    certificate : Certificate
    counts_obligations : bool
        Whether the tier ``shortfall`` counts obligations, or the hard minimum counts alone.
    difference : DifferenceLimits
        What every plan that the bounds speak of keeps, where they are those of an alternative.
    promised : set of column keys
        What the published plan has told people.
    on_case : callable, optional
        Told what every case proves, in the order in which they are read.
    """

    __slots__ = (
        "_budget",
        "_cases",
        "_certificate",
        "_closed",
        "_constant",
        "_difference",
        "_held",
        "_kept",
        "_limits",
        "_most",
        "_on_case",
        "_packing",
        "_plays",
        "_prices",
        "_resource",
        "_several",
        "_steps",
        "_uppers",
        "_variables",
    )

    def __init__(
        self,
        *,
        lookup: ColumnLookup,
        limits: Limits,
        certificate: Certificate,
        counts_obligations: bool,
        difference: DifferenceLimits = NO_DIFFERENCE,
        promised: Collection[ColumnKey] = (),
        on_case: Callable[[CaseBound], None] | None = None,
    ) -> None:
        self._on_case = on_case
        self._difference = difference
        self._limits = limits if counts_obligations else replace(limits, shortfall_price=0 * limits.shortfall_price)
        self._certificate = certificate
        is_stepped = any(row.kind == "obligation_step" for case in certificate.cases for row in case.prices)
        is_packed = any(row.kind == "participation" for case in certificate.cases for row in case.prices)
        blocks = lookup.blocks
        if is_packed or (limits.placements > 1).any():  # these hang together beyond single candidates
            blocks = WholeColumns(columns=whole(blocks))
        self._steps = obligation_steps(blocks, limits) if is_stepped else {}
        self._several = SeveralPlacements(blocks.block(0), limits)
        self._prices = PriceReader(limits, self._steps, difference, self._several.rows)
        uppers = {**read_uppers(limits), **self._several.uppers()}
        self._cases = CaseReader(lookup, uppers)
        self._uppers: dict[Quantity, int] = dict(found for by_id in uppers.values() for found in by_id.values())
        self._variables = told_here(self._uppers, limits)
        self._most = {  # of what counts by itself: an optional cohort's seats come with opening it
            kind: {one[1]: 0 if one in self._variables else most for one, most in uppers[kind].values()}
            for kind in ("vacancy", "seat", "budget_seats")
        }
        self._budget = spendable(limits)
        steps = resource_steps(blocks, limits)
        self._resource = limits.resource // steps
        self._packing = Packing(limits, self._resource)
        published = np.array([column for column in lookup.find(sorted(promised)) if column is not None], np.int64)

        def in_play(block: Columns, first: int) -> ColumnsInPlay:
            own = published[(published >= first) & (published < first + len(block))] - first
            return all_in_play(without_their_seats(block, limits), steps, own.tolist(), first)

        self._plays = Plays(blocks, in_play)
        self._constant = {"changes": -len(promised)}  # what a plan has in an aim before it takes any column
        self._held: dict[str, int] = {}
        self._kept: list[tuple[Fixed, IntArray]] = []
        self._closed: list[Proven] = []

    def bound(self, tier: str, value: int) -> TierBound:
        """Return what is proven about the next tier.

        Parameters
        ----------
        tier : str
        value : int
            The plan's own value in the tier's integer unit, least aims negated.
        """
        cases = [case for case in self._certificate.cases if case.tier == tier]
        read, faults = self._read(tier, cases)
        proven: list[Proven] = []
        if not faults:
            proven, faults = self._proven(tier, value, read)
        self._held[tier] = value - self._constant.get(tier, 0)
        if faults:
            return TierBound(value=None, faults=tuple(faults))
        is_complete, bound = self._covered(proven, value)
        self._closed += [case for case in proven if case.bound is None]
        if not is_complete:
            return TierBound(value=None, faults=(f"The cases of tier {tier!r} must cover every plan.",))
        if bound is None:
            return TierBound(value=None, faults=(f"Some case of tier {tier!r} must hold the plan.",))
        return TierBound(value=bound)

    def _covered(self, proven: Sequence[Proven], value: int) -> tuple[bool, int | None]:
        """Return what an aim's cases prove with those that earlier aims have closed; see `covered_bound`.

        Hundreds of earlier cases may use up the parts that the plans are split into, so that an aim's own prove more.
        """
        is_complete, bound = covered_bound([*proven, *self._closed], self._uppers)
        if not self._closed or (is_complete and (bound is None or bound <= value)):
            return is_complete, bound
        is_complete_alone, alone = covered_bound(proven, self._uppers)
        if not is_complete_alone or alone is None:
            return is_complete, bound
        return True, alone if bound is None else min(bound, alone)

    def _read(self, tier: str, cases: Sequence[Case]) -> tuple[list[tuple[PriceList, Fixed]], list[str]]:
        """Return the tier's cases, those that fix least first, for they exclude columns from those inside them."""
        if not 1 <= len(cases) <= MAX_CASES:
            return [], [f"Tier {tier!r} must have 1 to {MAX_CASES} cases, got {len(cases)}."]
        read, faults = [], []
        for case in cases:
            prices, price_faults = self._prices.read(case, tuple(self._held))
            fixed, case_faults = self._cases.read(case)
            read.append((prices, fixed))
            faults += price_faults + case_faults
        return sorted(read, key=lambda one: len(one[1])), faults

    def _proven(
        self, tier: str, value: int, cases: Sequence[tuple[PriceList, Fixed]]
    ) -> tuple[list[Proven], list[str]]:
        """Return what each case proves, rounded to what a plan's value can be."""
        scale = self._certificate.price_scale
        seat_costs = self._several.seat_costs()
        step = gcd(*(common_divisor(tier, play, self._limits, seat_costs) for _, play in self._plays)) or 1
        proven: list[Proven] = []
        for prices, fixed in cases:
            told = CaseBound(fixed=fixed, scale=scale, step=step if value % step == 0 else 1, room=None)
            priced = self._priced(tier, prices)
            found = self._best(tier, priced, fixed)
            if isinstance(found, str):
                return [], [found]
            if found is None:
                proven.append(Proven(fixed=fixed, bound=None))
                self._tell(told)
                continue
            bound = found.total + self._worth_of_limits(prices, fixed) + self._several.worth(prices)
            bound += self._several.gains(prices, priced.factors["cost"], fixed)
            bound += scale * self._constant.get(tier, 0)
            bound += gains_of_variables(prices, priced.factors, self._limits, self._variables, fixed, self._steps)
            told = replace(told, room=bound - value * scale)
            if found.play is not None and found.best is not None:
                told = replace(told, position=found.play.position, lost=found.best.lost, never=found.best.never)
            self._tell(told)
            if not prices.participation:
                self._leave_out(priced, fixed, found, value * scale - bound)
            rounded = bound // (scale * step) * step
            proven.append(Proven(fixed=fixed, bound=rounded if rounded >= value else None))
        return proven, []

    def _priced(self, tier: str, prices: PriceList) -> _Priced:
        """Return what columns earn and pay in a case."""
        factors = Counter(prices.held)
        factors.update(prices.worst)
        factors[tier] += self._certificate.price_scale
        remainders = {contract: one.remainder for contract, one in self._steps.items()}
        charges, largest = self._several.charges(prices)
        return _Priced(
            prices=prices,
            factors=factors,
            rates=read_rates(prices, factors, self._limits, remainders, self._difference.avoided),
            charges=charges,
            largest=largest,
        )

    def _best(self, tier: str, priced: _Priced, fixed: Fixed) -> _Best | str | None:
        """Return what columns can add in a case: a sentence where that cannot be told, ``None`` where nothing fits."""
        total, least, participation = 0, 0, priced.prices.participation
        last: tuple[ColumnsInPlay, BestByCandidate] | None = None
        for number, play in self._inside(fixed):
            here = fixed_in_play(self._plays.own(number, fixed_columns(fixed)), play)
            if here is None or holds_no_plan(here, play, self._limits):
                return None
            if not fits_64_bits(priced.rates, play, priced.largest):
                return f"The prices of tier {tier!r} must not be so large that 64 bits could overflow."
            values = priced.values(play)
            if not participation:
                last = play, best_by_candidate(values, here, play, self._limits)
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
        found = _Best(total=total, least=least)
        return replace(found, play=last[0], best=last[1]) if last and is_kept else found

    @property
    def uppers(self) -> Mapping[Quantity, int]:
        """Return the most of every quantity that a case may fix."""
        return self._uppers

    def _tell(self, found: CaseBound) -> None:
        if self._on_case is not None:
            self._on_case(found)

    def _inside(self, fixed: Fixed) -> Iterator[tuple[int, ColumnsInPlay]]:
        """Yield, block by block, the columns that no wider case excludes."""
        wider = [position for other, position in self._kept if is_inside(fixed, other)]
        for number, every in self._plays:
            play = every
            for position in wider:
                play = play.only(np.isin(play.position, position, assume_unique=True))
            yield number, play

    def _leave_out(self, priced: _Priced, fixed: Fixed, found: _Best, threshold: int) -> None:
        """Remember what a case excludes from those inside it: from all, where it fixes nothing."""
        if found.least >= threshold:
            return
        kept: list[IntArray] = []
        for number, play, best in self._bests(priced, fixed, found):
            can_reach = best.can_reach(threshold)
            if fixed:
                kept.append(play.position[can_reach])
            else:
                self._plays.keep(number, can_reach)
        if fixed:
            self._kept.append((fixed, np.concatenate(kept)))

    def _bests(
        self, priced: _Priced, fixed: Fixed, found: _Best
    ) -> Iterator[tuple[int, ColumnsInPlay, BestByCandidate]]:
        """Yield, block by block, what each candidate adds; of blocks that are not in memory it is found once more."""
        if found.play is not None and found.best is not None:
            yield 0, found.play, found.best
            return
        for number, play in self._inside(fixed):
            here = fixed_in_play(self._plays.own(number, fixed_columns(fixed)), play)
            assert here is not None
            yield number, play, best_by_candidate(priced.values(play), here, play, self._limits)

    def _worth_of_limits(self, prices: PriceList, fixed: Fixed) -> int:
        limits = self._limits
        sums = {one.place: price for one, price in prices.budget_seats.items()}
        return (
            self._worth_of_counts("vacancy", prices.vacancy, fixed)
            + self._worth_of_counts("seat", prices.seat, fixed)
            + self._worth_of_counts("budget_seats", sums, fixed)
            + _paid(prices.budget, self._budget)
            - _paid(prices.obligation, limits.required)
            - sum(price * int(limits.required[contract]) for (contract, _), price in prices.obligation_link.items())
            - sum(price * self._steps[contract].least for contract, price in prices.obligation_step.items())
            - _paid(prices.quota_min, limits.quota_min)
            + _paid(prices.quota_max, limits.quota_max)
            + _paid(prices.resource, self._resource)
            + prices.trainings_total.get(0, 0) * self._limits.trainings_total
            + sum(prices.pin.values())
            - sum(price * self._held[tier] for tier, price in prices.held.items())
            + sum(price * self._difference.most[number] for number, price in prices.differ.items())
            - sum(price * self._difference.worst[tier] for tier, price in prices.worst.items())
        )

    def _worth_of_counts(self, kind: str, prices: Mapping[int, int], fixed: Fixed) -> int:
        """Return what placements in vacancies, or seats, pay at most: a negative price counts by the fewest."""
        most = self._most[kind]
        total = sum(price * most[place] for place, price in prices.items() if price > 0)
        for quantity, (fewest, highest) in fixed.items():
            place = quantity[1]
            if quantity[0] == kind and place in prices and quantity not in self._variables:
                price = prices[place]
                total += price * (highest - most[place] if price > 0 else fewest)
        return total


def _paid(prices: Mapping[int, int], limits: IntArray) -> int:
    return sum(price * int(limits[place]) for place, price in prices.items())
