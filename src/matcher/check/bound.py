"""Recomputes a tier's bound from its prices, in exact integers over all columns (docs/model.md section 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from matcher.check.case_columns import CaseColumns, Priced
from matcher.check.cases import MAX_CASES, CaseReader, Fixed, Proven, covered_bound
from matcher.check.cut_sums import CutRow, paid_for_cuts
from matcher.check.cuts import CutReader
from matcher.check.difference import NO_DIFFERENCE, DifferenceLimits
from matcher.check.in_play import ColumnsInPlay, all_in_play
from matcher.check.limits_worth import LimitsWorth
from matcher.check.lookup import ColumnKey, ColumnLookup, whole
from matcher.check.packing import Packing
from matcher.check.plays import Plays
from matcher.check.prices import PriceList, PriceReader
from matcher.check.proven import CaseBound, TierBound
from matcher.check.quantities import Quantity, read_uppers
from matcher.check.rates import read_rates
from matcher.check.several import SeveralPlacements, without_their_seats
from matcher.check.steps import obligation_steps, resource_steps
from matcher.check.variables import gains_of_variables, told_here
from matcher.column_blocks import WholeColumns
from matcher.columns import Columns, Limits
from matcher.plan import Case, Certificate


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
        "_cases",
        "_certificate",
        "_closed",
        "_columns",
        "_constant",
        "_cuts",
        "_difference",
        "_faults_of_cuts",
        "_held",
        "_limits",
        "_num_columns",
        "_on_case",
        "_prices",
        "_several",
        "_steps",
        "_uppers",
        "_variables",
        "_worth",
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
        kinds = {row.kind for case in certificate.cases for row in case.prices}
        kinds |= {row.kind for cut in certificate.cuts for row in cut.rows}
        is_stepped, is_packed = "obligation_step" in kinds, "participation" in kinds
        blocks = lookup.blocks
        has_cuts = bool(certificate.cuts or certificate.cliques)
        if is_packed or has_cuts or (limits.placements > 1).any():  # these hang together beyond single candidates
            blocks = WholeColumns(columns=whole(blocks))
        self._steps = obligation_steps(blocks, limits) if is_stepped else {}
        self._several = SeveralPlacements(blocks.block(0), limits)
        self._prices = PriceReader(limits, self._steps, difference, self._several.rows)
        uppers = {**read_uppers(limits), **self._several.uppers()}
        self._cases = CaseReader(lookup, uppers)
        self._uppers: dict[Quantity, int] = dict(found for by_id in uppers.values() for found in by_id.values())
        self._variables = told_here(self._uppers, limits)
        steps = resource_steps(blocks, limits)
        resource = limits.resource // steps
        self._worth = LimitsWorth(
            limits=self._limits,
            uppers=self._uppers,
            variables=self._variables,
            resource=resource,
            steps=self._steps,
            difference=difference,
        )
        published = np.array([column for column in lookup.find(sorted(promised)) if column is not None], np.int64)

        def in_play(block: Columns, first: int) -> ColumnsInPlay:
            own = published[(published >= first) & (published < first + len(block))] - first
            return all_in_play(without_their_seats(block, limits), steps, own.tolist(), first)

        self._num_columns = len(blocks)
        self._cuts: list[CutRow] = []
        self._faults_of_cuts: list[str] = []
        if has_cuts:
            reader = CutReader(
                limits=self._limits,
                prices=self._prices,
                play=in_play(blocks.block(0), 0),
                several=self._several,
                worth=self._worth,
                steps=self._steps,
                uppers=uppers,
                variables=self._variables,
                lookup=lookup,
            )
            self._faults_of_cuts = reader.read(certificate.cuts, certificate.cliques)
            self._cuts = reader.rows
            self._prices.rows["cut"] = {str(number + 1): number for number in range(len(self._cuts))}
        self._columns = CaseColumns(Plays(blocks, in_play), self._limits, Packing(limits, resource), self._several.sets)
        self._constant = {"changes": -len(promised)}  # what a plan has in an aim before it takes any column
        self._held: dict[str, int] = {}
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
        faults = [*self._faults_of_cuts, *faults]
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
        step = self._columns.common_step(tier, self._several.seat_costs())
        proven: list[Proven] = []
        for prices, fixed in cases:
            told = CaseBound(fixed=fixed, scale=scale, step=step if value % step == 0 else 1, room=None)
            priced = self._priced(tier, prices)
            found = self._columns.best(tier, priced, fixed)
            if isinstance(found, str):
                return [], [found]
            if found is None:
                proven.append(Proven(fixed=fixed, bound=None))
                self._tell(told)
                continue
            bound = found.total + self._worth.of_case(prices, fixed, self._held) + self._several.worth(prices)
            bound += priced.paid.worth
            paid = priced.paid.variables
            bound += self._several.gains(prices, priced.factors["cost"], fixed, paid, has_sets=found.has_sets)
            bound += scale * self._constant.get(tier, 0)
            bound += gains_of_variables(prices, priced.factors, self._limits, self._variables, fixed, self._steps, paid)
            told = replace(told, room=bound - value * scale)
            if found.play is not None and found.best is not None:
                told = replace(told, position=found.play.position, lost=found.best.lost, never=found.best.never)
            self._tell(told)
            if not prices.participation:
                self._columns.leave_out(priced, fixed, found, value * scale - bound)
            rounded = bound // (scale * step) * step
            proven.append(Proven(fixed=fixed, bound=rounded if rounded >= value else None))
        return proven, []

    def _priced(self, tier: str, prices: PriceList) -> Priced:
        """Return what columns earn and pay in a case."""
        factors = Counter(prices.held)
        factors.update(prices.worst)
        factors[tier] += self._certificate.price_scale
        remainders = {contract: one.remainder for contract, one in self._steps.items()}
        charges, largest = self._several.charges(prices)
        paid = paid_for_cuts(self._cuts, prices, self._num_columns)
        if paid.columns is not None:
            charges = paid.columns if charges is None else charges + paid.columns
        return Priced(
            prices=prices,
            factors=factors,
            rates=read_rates(prices, factors, self._limits, remainders, self._difference.avoided),
            charges=charges,
            largest=largest + paid.largest,
            enrolments=self._several.enrolments(prices, paid.variables),
            paid=paid,
        )

    @property
    def uppers(self) -> Mapping[Quantity, int]:
        """Return the most of every quantity that a case may fix."""
        return self._uppers

    def _tell(self, found: CaseBound) -> None:
        if self._on_case is not None:
            self._on_case(found)
