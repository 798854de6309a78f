"""Cuts of a certificate: sums of limits, divided and rounded, which every plan keeps (docs/model.md section 6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.check.in_play import ColumnsInPlay
from matcher.check.limits_worth import LimitsWorth
from matcher.check.lookup import ColumnLookup
from matcher.check.overflow import TOO_LARGE, fits_64_bits, size_of
from matcher.check.prices import PriceList, PriceReader
from matcher.check.quantities import Quantity, Uppers
from matcher.check.rates import read_rates
from matcher.check.reduced import reduced_values
from matcher.check.several import SeveralPlacements
from matcher.check.steps import ObligationStep
from matcher.check.variables import reduced_value
from matcher.columns import IntArray, Limits
from matcher.plan import Case, Clique, CountedRow, Cut, PricedRow

MAX_CUTS = 1000
OF_CASES = ("held", "participation", "differ", "worst", "cut")  # what cases may price and cuts may not count


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRow:
    """What a cut says: ``columns + variables <= limit``, in whole numbers.

    Parameters
    ----------
    columns : int64 (N,)
    variables : dict of Quantity to int
        Those that count.
    limit : int
    size : float
        Of the largest that any column counts.
    """

    columns: IntArray
    variables: dict[Quantity, int]
    limit: int
    size: float


@dataclass(slots=True)
class _Sum:
    """A sum that is not rounded yet; `size` is no less than the terms of any column added up in size."""

    columns: IntArray
    variables: defaultdict[Quantity, int] = field(default_factory=lambda: defaultdict(int))
    limit: int = 0
    size: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """How a cut counts whole amounts; `excess` is what dividing the sum of its limits leaves."""

    divisor: int
    excess: int

    def of(self, amount: int) -> int:
        """Return what an amount counts, however large."""
        whole, left = divmod(amount, self.divisor)
        return whole * (self.divisor - self.excess) + max(0, left - self.excess)

    def of_all(self, amounts: IntArray) -> IntArray:
        """Return what amounts count; the size of none grows by more than the divisor."""
        left: IntArray = np.maximum(amounts % self.divisor - self.excess, 0)
        return amounts // self.divisor * (self.divisor - self.excess) + left


class CutReader:
    """Reads cuts one after another; each may count those before it.

    Parameters
    ----------
    limits : Limits
    prices : PriceReader
    play : ColumnsInPlay
        All columns.
    several : SeveralPlacements
    worth : LimitsWorth
    steps : mapping of contract position to ObligationStep
    uppers : Uppers
    variables : mapping of Quantity to int
        But for those of candidates with several placements.
    lookup : ColumnLookup
    """

    def __init__(
        self,
        *,
        limits: Limits,
        prices: PriceReader,
        play: ColumnsInPlay,
        several: SeveralPlacements,
        worth: LimitsWorth,
        steps: Mapping[int, ObligationStep],
        uppers: Uppers,
        variables: Mapping[Quantity, int],
        lookup: ColumnLookup,
    ) -> None:
        self._limits, self._prices, self._play, self._several = limits, prices, play, several
        self._worth, self._steps, self._uppers, self._variables = worth, steps, uppers, variables
        self._candidates = {name: place for place, name in enumerate(limits.candidate_ids)}
        self._vacancies = {name: place for place, name in enumerate(limits.vacancy_ids)}
        self._cohorts = {name: place for place, name in enumerate(limits.cohort_ids)}
        self._lookup = lookup
        self._cliques: dict[str, CutRow] = {}  # by number, from 1
        self._cuts: dict[str, CutRow] = {}

    @property
    def rows(self) -> list[CutRow]:
        """Return the cuts that were taken, in their order."""
        return list(self._cuts.values())

    def read(self, cuts: Sequence[Cut], cliques: Sequence[Clique]) -> list[str]:
        """Take cliques and cuts; return one sentence on the first that is not allowed, after which none is taken."""
        if max(len(cuts), len(cliques)) > MAX_CUTS:
            return [f"A certificate must have at most {MAX_CUTS} cuts, and as many cliques."]
        for number, clique in enumerate(cliques, start=1):
            row = self._clique(clique)
            if row is None:
                return [f"Clique {number} must be of things that exist, no two of which one candidate can have."]
            self._cliques[str(number)] = row
        for number, cut in enumerate(cuts, start=1):
            fault = self._fault(cut) or self._take(cut)
            if fault:
                return [f"Cut {number} must {fault}."]
        return []

    def _clique(self, clique: Clique) -> CutRow | None:
        """Return the row of a clique; ``None`` where it is none."""
        candidate = self._candidates.get(clique.candidate_id)
        keys = [(clique.candidate_id, own.vacancy_id, own.cohort_ids) for own in clique.columns]
        columns = [column for column in self._lookup.find(keys) if column is not None]
        cohorts = [self._cohorts.get(name, -1) for name in (*clique.made, *clique.missing)]
        if candidate is None or len(set(columns)) < len(keys) or len(set(cohorts)) < len(cohorts):
            return None
        enrolments = [self._several.enrolment_of(candidate, cohort) for cohort in cohorts]
        numbers = [number for number in enrolments if number is not None]
        made, missing = numbers[: len(clique.made)], numbers[len(clique.made) :]
        if len(numbers) < len(cohorts) or not self._several.clique(candidate, columns, made, missing):
            return None
        counts = np.zeros(len(self._play.position), np.int64)
        counts[columns] = 1
        variables: dict[Quantity, int] = {("enrolment", number): 1 for number in made}
        variables |= {("enrolment", number): -1 for number in missing}
        return CutRow(columns=counts, variables=variables, limit=1 - len(missing), size=1.0)

    def _fault(self, cut: Cut) -> str | None:
        if any(type(one) is not int or one < 1 for one in (cut.divisor, cut.unit)):
            return "have a divisor and a unit of at least 1"
        if any(type(row.times) is not int or row.times < 1 for row in cut.rows):
            return "count every limit once at least, in whole numbers"
        if len({(row.kind, row.entity_id) for row in cut.rows}) < len(cut.rows):
            return "name every limit once"
        if max([cut.divisor, cut.unit, *(row.times for row in cut.rows)]) >= TOO_LARGE:
            return "not be so large that 64 bits could overflow"
        return None

    def _take(self, cut: Cut) -> str | None:
        """Add up and round one cut; return what it must do where that is not possible."""
        total = self._added(cut.rows)
        if isinstance(total, str):
            return total
        rounding = Rounding(divisor=cut.divisor, excess=total.limit % cut.divisor)
        left = self._added(
            [replace(row, times=times) for row in cut.rows if (times := rounding.of(row.times))]
        )  # what each row leaves, once for every limit less what it counts
        if isinstance(left, str):
            return left
        if _largest(total.columns) + _largest(left.columns) + float(cut.divisor) >= TOO_LARGE:
            return "not be so large that 64 bits could overflow"
        columns = (rounding.of_all(total.columns) - left.columns) // cut.unit
        variables = {
            one: (rounding.of(total.variables[one]) - left.variables[one]) // cut.unit
            for one in total.variables | left.variables
        }
        self._cuts[str(len(self._cuts) + 1)] = CutRow(
            columns=columns,
            variables={one: value for one, value in variables.items() if value},
            limit=(total.limit // cut.divisor * (cut.divisor - rounding.excess) - left.limit) // cut.unit,
            size=_largest(columns),
        )
        return None

    def _added(self, rows: Sequence[CountedRow]) -> _Sum | str:
        """Return the sum of some rows, or what they must do where there is none."""
        total = _Sum(columns=np.zeros(len(self._play.position), np.int64))
        ways = {
            "cut": self._add_cut,
            "clique": self._add_clique,
            "candidate": self._add_candidate,
            "once": self._add_pair,
            "most": self._add_most,
        }
        priced: list[PricedRow] = []
        for row in rows:
            if row.kind not in ways:
                priced.append(PricedRow(kind=row.kind, entity_id=row.entity_id, price=row.times))
            elif not ways[row.kind](total, row):
                return f"name what is there, got {row.kind} {row.entity_id!r}"
            if total.size >= TOO_LARGE:
                return "not be so large that 64 bits could overflow"
        return self._add_limits(total, priced) or total

    def _add_limits(self, total: _Sum, priced: Sequence[PricedRow]) -> str | None:
        """Add limits of the problem, read as prices are: what a column pays for them is how much it counts."""
        if any(row.kind in OF_CASES for row in priced):
            return "count limits of the problem alone"
        prices, faults = self._prices.read(Case(tier="", fixed=(), prices=tuple(priced)), ())
        if faults:
            return "count limits of the problem alone"
        remainders = {contract: one.remainder for contract, one in self._steps.items()}
        rates = read_rates(prices, Counter(), self._limits, remainders)
        charges, largest = self._several.charges(prices)
        if not fits_64_bits(rates, self._play, total.size + largest):
            return "not be so large that 64 bits could overflow"
        total.columns -= reduced_values(rates, self._play)
        if charges is not None:
            total.columns += charges
        for quantity in self._variables:
            total.variables[quantity] -= reduced_value(quantity, prices, {}, self._limits, self._steps)
        for quantity, value in self._several.reduced(prices, 0).items():
            total.variables[quantity] -= value
        total.limit += self._worth.of_case(prices, {}, {}) + self._several.worth(prices)
        return None

    def _add_cut(self, total: _Sum, row: CountedRow) -> bool:
        return _add_row(total, row, self._cuts)

    def _add_clique(self, total: _Sum, row: CountedRow) -> bool:
        return _add_row(total, row, self._cliques)

    def _add_candidate(self, total: _Sum, row: CountedRow) -> bool:
        candidate = self._candidates.get(row.entity_id)
        if candidate is None:
            return False
        total.size += float(row.times)
        if total.size < TOO_LARGE:
            total.columns[self._play.candidate == candidate] += row.times
        total.limit += row.times * int(self._limits.placements[candidate])
        return True

    def _add_pair(self, total: _Sum, row: CountedRow) -> bool:
        parts = row.entity_id.split("|")
        for cut in range(1, len(parts)):  # ids may have bars of their own: the first reading that exists counts
            candidate = self._candidates.get("|".join(parts[:cut]))
            vacancy = self._vacancies.get("|".join(parts[cut:]))
            if candidate is None or vacancy is None:
                continue
            total.size += float(row.times)
            if total.size < TOO_LARGE:
                of_pair = (self._play.candidate == candidate) & (self._play.vacancy == vacancy)
                total.columns[of_pair] += row.times
            total.limit += row.times
            return True
        return False

    def _add_most(self, total: _Sum, row: CountedRow) -> bool:
        kind, _, entity_id = row.entity_id.partition("|")
        found = self._uppers.get(kind, {}).get(entity_id)
        if found is None or (found[0] not in self._variables and kind not in ("enrolment", "enrolled")):
            return False
        total.variables[found[0]] += row.times
        total.limit += row.times * found[1]
        return True


def _largest(amounts: IntArray) -> float:
    return float(np.abs(amounts.astype(np.float64)).max(initial=0.0))


def _add_row(total: _Sum, row: CountedRow, known: Mapping[str, CutRow]) -> bool:
    """Add a row that stands by its number, from 1, among those that are known; tell whether there is one."""
    own = known.get(row.entity_id)
    if own is None:
        return False
    total.size += float(row.times) * own.size
    if total.size < TOO_LARGE:
        total.columns += row.times * own.columns
    for quantity, amount in own.variables.items():
        total.variables[quantity] += row.times * amount
    total.limit += row.times * own.limit
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidForCuts:
    """What a case's columns and variables pay for the cuts that it prices, and what these pay.

    Parameters
    ----------
    columns : int64 (N,) or None
        ``None`` where no cut has a price, or where some sum does not fit into 64 bits.
    largest : float
        No less than the terms of any column added up in size.
    variables : mapping of Quantity to int
    worth : int
    """

    columns: IntArray | None = None
    largest: float = 0.0
    variables: Mapping[Quantity, int] = field(default_factory=dict)
    worth: int = 0


def paid_for_cuts(rows: Sequence[CutRow], prices: PriceList) -> PaidForCuts:
    """Return what is paid for cuts at the prices of a case."""
    if not prices.cut:
        return PaidForCuts()
    variables: defaultdict[Quantity, int] = defaultdict(int)
    columns, largest, worth = np.zeros(len(rows[0].columns), np.int64), 0.0, 0
    for number, price in prices.cut.items():
        own = rows[number]
        largest += size_of(price) * own.size
        if own.size and largest < TOO_LARGE:  # what no column counts in may have any price
            columns += price * own.columns
        for quantity, amount in own.variables.items():
            variables[quantity] += price * amount
        worth += price * own.limit
    return PaidForCuts(
        columns=columns if largest < TOO_LARGE else None, largest=largest, variables=variables, worth=worth
    )


__all__ = ["MAX_CUTS", "CutReader", "CutRow", "PaidForCuts", "paid_for_cuts"]
