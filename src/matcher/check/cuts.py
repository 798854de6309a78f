"""Cuts of a certificate: sums of limits, divided and rounded, which every plan keeps (docs/model.md section 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matcher.check.by_vacancy import ColumnsByVacancy
from matcher.check.cut_sums import CutRow, CutSum, Rounding, added_up, counting, largest_of
from matcher.check.in_play import ColumnsInPlay
from matcher.check.limits_worth import LimitsWorth
from matcher.check.lookup import ColumnLookup
from matcher.check.overflow import TOO_LARGE, fits_64_bits
from matcher.check.prices import PriceReader
from matcher.check.quantities import Quantity, Uppers
from matcher.check.rates import read_rates
from matcher.check.reduced import reduced_values
from matcher.check.several import SeveralPlacements
from matcher.check.steps import ObligationStep
from matcher.check.variables import reduced_value
from matcher.columns import Limits
from matcher.plan import Case, Clique, CountedRow, Cut, PricedRow

MAX_CUTS = 5000
MAX_CLIQUES = 1000
MAX_AMOUNT = TOO_LARGE**2  # of a limit or a variable, which each cut of a cut may multiply by up to 2^62
MAX_COUNTED = 50_000_000  # columns and variables that the rows of all cuts count: what is kept in memory
MAX_LOOKED_THROUGH = 4_000_000_000  # columns in which limits are looked for, again in each cut: some minutes
OF_CASES = ("held", "participation", "differ", "worst", "cut")  # what cases may price and cuts may not count


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
        self._by_vacancy = ColumnsByVacancy(play, len(limits.vacancy_ids))
        self._remainders = {contract: one.remainder for contract, one in steps.items()}
        self._num_counted = self._num_looked_through = 0
        self._cliques: dict[str, CutRow] = {}  # by number, from 1
        self._cuts: dict[str, CutRow] = {}

    @property
    def rows(self) -> list[CutRow]:
        """Return the cuts that were taken, in their order."""
        return list(self._cuts.values())

    def read(self, cuts: Sequence[Cut], cliques: Sequence[Clique]) -> list[str]:
        """Take cliques and cuts; return one sentence on the first that is not allowed, after which none is taken."""
        if len(cuts) > MAX_CUTS or len(cliques) > MAX_CLIQUES:
            return [f"A certificate must have at most {MAX_CUTS} cuts and {MAX_CLIQUES} cliques."]
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
        places = np.array(sorted(columns), np.int64)
        variables: dict[Quantity, int] = {("enrolment", number): 1 for number in made}
        variables |= {("enrolment", number): -1 for number in missing}
        return CutRow(places=places, counts=np.ones_like(places), variables=variables, limit=1 - len(missing), size=1.0)

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
        (places, amounts), (left_places, left_amounts) = total.columns(), left.columns()
        if largest_of(amounts) + largest_of(left_amounts) + float(cut.divisor) >= TOO_LARGE:
            return "not be so large that 64 bits could overflow"
        self._num_counted += total.num_counted
        # What is in neither counts 0, which rounding and dividing leave as it is.
        places, counts = added_up([(places, rounding.of_all(amounts)), (left_places, -left_amounts)])
        places, counts = counting(places, counts // cut.unit)
        variables = {
            one: (rounding.of(total.variables[one]) - left.variables[one]) // cut.unit
            for one in total.variables | left.variables
        }
        limit = (total.limit // cut.divisor * (cut.divisor - rounding.excess) - left.limit) // cut.unit
        if max(map(abs, (limit, *variables.values()))) >= MAX_AMOUNT:
            return "keep its limit, and what variables count in it, below 2^124 in size"
        self._cuts[str(len(self._cuts) + 1)] = CutRow(
            places=places,
            counts=counts,
            variables={one: value for one, value in variables.items() if value},
            limit=limit,
            size=largest_of(counts),
        )
        return None

    def _added(self, rows: Sequence[CountedRow]) -> CutSum | str:
        """Return the sum of some rows, or what they must do where there is none."""
        total = CutSum()
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
            if fault := self._counted_too_often(total):
                return fault
        return (self._add_limits(total, priced) if priced else None) or self._counted_too_often(total) or total

    def _counted_too_often(self, total: CutSum) -> str | None:
        if self._num_counted + total.num_counted > MAX_COUNTED:
            return f"not bring what the rows of all cuts count to more than {MAX_COUNTED} columns and variables"
        return None

    def _add_limits(self, total: CutSum, priced: Sequence[PricedRow]) -> str | None:
        """Add limits of the problem, read as prices are: what a column pays for them is how much it counts."""
        if any(row.kind in OF_CASES for row in priced):
            return "count limits of the problem alone"
        prices, faults = self._prices.read(Case(tier="", fixed=(), prices=tuple(priced)), ())
        if faults:
            return "count limits of the problem alone"
        rates = read_rates(prices, Counter(), self._limits, self._remainders)
        play = self._by_vacancy.concerned(rates)
        charges, largest = self._several.charges(prices)
        self._num_looked_through += len(play.position) + (0 if charges is None else len(charges))
        if self._num_looked_through > MAX_LOOKED_THROUGH:
            return (
                f"not bring what is looked through for the limits of all cuts to more than {MAX_LOOKED_THROUGH} columns"
            )
        if not fits_64_bits(rates, play, total.size + largest):
            return "not be so large that 64 bits could overflow"
        total.add(*counting(play.position, -reduced_values(rates, play)))
        if charges is not None:
            total.add(*counting(self._play.position, charges))
        variables = {one: reduced_value(one, prices, {}, self._limits, self._steps) for one in self._variables}
        variables |= self._several.reduced(prices, 0)
        total.add_variables({one: value for one, value in variables.items() if value}, -1)
        total.limit += self._worth.of_case(prices, {}, {}) + self._several.worth(prices)
        return None

    def _add_cut(self, total: CutSum, row: CountedRow) -> bool:
        return _add_row(total, row, self._cuts)

    def _add_clique(self, total: CutSum, row: CountedRow) -> bool:
        return _add_row(total, row, self._cliques)

    def _add_candidate(self, total: CutSum, row: CountedRow) -> bool:
        candidate = self._candidates.get(row.entity_id)
        if candidate is None:
            return False
        total.add_times(np.arange(*self._range_of(candidate)), row.times)
        total.limit += row.times * int(self._limits.placements[candidate])
        return True

    def _add_pair(self, total: CutSum, row: CountedRow) -> bool:
        parts = row.entity_id.split("|")
        for cut in range(1, len(parts)):  # ids may have bars of their own: the first reading that exists counts
            candidate = self._candidates.get("|".join(parts[:cut]))
            vacancy = self._vacancies.get("|".join(parts[cut:]))
            if candidate is None or vacancy is None:
                continue
            begin, end = self._range_of(candidate)
            first, last = np.searchsorted(self._play.vacancy[begin:end], (vacancy, vacancy + 1)).tolist()
            total.add_times(np.arange(begin + first, begin + last), row.times)
            total.limit += row.times
            return True
        return False

    def _range_of(self, candidate: int) -> tuple[int, int]:
        """Return where a candidate's columns begin and end; a lookup has only columns that are sorted so."""
        ends = np.array([candidate, candidate + 1], self._play.candidate.dtype)  # of another type all would be copied
        begin, end = np.searchsorted(self._play.candidate, ends).tolist()
        return begin, end

    def _add_most(self, total: CutSum, row: CountedRow) -> bool:
        kind, _, entity_id = row.entity_id.partition("|")
        found = self._uppers.get(kind, {}).get(entity_id)
        if found is None or (found[0] not in self._variables and kind not in ("enrolment", "enrolled")):
            return False
        total.add_variables({found[0]: row.times})
        total.limit += row.times * found[1]
        return True


def _add_row(total: CutSum, row: CountedRow, known: Mapping[str, CutRow]) -> bool:
    """Add a row that stands by its number, from 1, among those that are known; tell whether there is one."""
    own = known.get(row.entity_id)
    if own is None:
        return False
    total.add_row(own, row.times)
    return True


__all__ = ["MAX_CLIQUES", "MAX_CUTS", "CutReader"]
