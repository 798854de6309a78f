"""What an earlier plan, as a file has it, says about a changed problem: placements, and cases with their prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.plan import Case, Plan
from matcher.solve.published import published_columns
from matcher.solve.terms import Before
from matcher.solver import LARGEST_PRICE, Intervals, Known, Prices, Rows, SolvedCase, known_from, moved_interval

Key = tuple[str, str]  # kind and id of a limit
Route = tuple[str, str, tuple[str, ...]]
NEARLY = 2.5  # times the gap that an earlier solve of very many columns had left: what is good enough again


def good_enough_again(plan: Plan) -> dict[str, float]:
    """Return the gap of each tier that is good enough where a plan's problem, of very many columns, is solved again.

    What an aim can prove depends on the gaps of those before it, so its own may grow as many times more.
    """
    gaps, factor = {}, NEARLY
    for tier in plan.tiers:
        gaps[tier.name] = factor * tier.gap
        factor *= NEARLY if tier.gap else 1.0
    return gaps


@dataclass(frozen=True, slots=True)
class PlanProof:
    """A plan and its certificate; see `matcher.solver.Earlier`.

    Parameters
    ----------
    plan : Plan
    columns : Columns
        Of the changed problem.
    """

    plan: Plan
    columns: Columns

    def rows(self, *, counts_obligations: bool, published: IntArray | None) -> Rows | None:
        """Return none: a file has no rows."""
        return None

    def links(self, rows: Rows) -> IntArray:
        """Return none: a plan's links are found again where they are needed."""
        return np.empty((0, 3), dtype=np.int64)

    def known(self, rows: Rows, tiers: Sequence[str]) -> Known:
        """Return the placements that still exist, the cases, and their prices of limits that still exist."""
        cases = self.plan.certificate.cases
        reader = _CaseReader(cases, self.columns, rows)
        return known_from(
            rows,
            tiers,
            published_columns(self.columns, self.plan),
            {tier: reader.tier([case for case in cases if case.tier == tier], tiers) for tier in tiers},
            gaps=good_enough_again(self.plan),
        )


class _CaseReader:
    """Brings cases from ids into positions."""

    def __init__(self, cases: Sequence[Case], columns: Columns, rows: Rows) -> None:
        self._rows = rows
        self._row_at = {key: row for row, key in enumerate(zip(rows.kinds, rows.entity_ids, strict=True))}
        self._other_of_row = {row: other for other, row in enumerate(rows.row_of_variable.tolist())}
        self._column_at = _positions(cases, columns)
        # The cases of a tier together reach as far as the count that they divide could.
        self._most: dict[Key, int] = {}
        for case in cases:
            for own in case.between:
                key = (own.kind, own.entity_id)
                self._most[key] = max(own.most, self._most.get(key, 0))

    def tier(self, cases: Sequence[Case], tiers: Sequence[str]) -> tuple[SolvedCase, ...]:
        """Return the cases of one tier that may still hold a plan; plain ones alone where some pack resources."""
        held = tiers[: tiers.index(cases[0].tier)] if cases else ()
        if any(row.kind == "participation" for case in cases for row in case.prices):
            cases = [case for case in cases if not case.fixed and not case.between]
            cases = [case for case in cases if all(row.kind != "participation" for row in case.prices)]
        found = (self._case(case, held) for case in cases)
        return tuple(case for case in found if case is not None)

    def _case(self, case: Case, held: Sequence[str]) -> SolvedCase | None:
        columns = [
            (self._column_at.get((one.candidate_id, one.vacancy_id, one.cohort_ids)), one.taken) for one in case.fixed
        ]
        filled: Intervals = {}
        others: Intervals = {}
        for own in case.between:
            key = (own.kind, own.entity_id)
            row = self._row_at.get(key)
            is_count = row is not None and row < len(self._rows.least) and row not in self._other_of_row
            place = row if is_count or row is None else self._other_of_row.get(row)
            most = 0 if place is None else int((self._rows.limit if is_count else self._rows.upper)[place])
            interval = moved_interval((own.least, own.most), self._most[key], most)
            if interval is None:
                return None
            if place is not None:
                (filled if is_count else others)[place] = interval
        if (None, True) in columns:
            return None
        return SolvedCase(
            taken=tuple(sorted(column for column, taken in columns if taken and column is not None)),
            left=tuple(sorted(column for column, taken in columns if not taken and column is not None)),
            filled=filled,
            others=others,
            prices=self._prices(case, held),
        )

    def _prices(self, case: Case, held: Sequence[str]) -> Prices:
        """Return the prices of limits that still exist; none at all where one is too large, as only a file can say."""
        rows = self._rows
        found = {
            place: row.price
            for row in case.prices
            if (place := self._row_at.get((row.kind, row.entity_id))) is not None
        }
        by_tier: Mapping[str, int] = {row.entity_id: row.price for row in case.prices if row.kind == "held"}
        prices = np.zeros(len(rows.limit), dtype=np.int64)
        if not self._fit(found, by_tier, held):
            return Prices(rows=prices, held=(0,) * len(held))
        prices[list(found)] = list(found.values())
        may_refund = rows.is_equation.copy()
        may_refund[: len(rows.least)] = True
        return Prices(
            rows=np.where(may_refund, prices, prices.clip(min=0)),
            held=tuple(max(0, by_tier.get(tier, 0)) for tier in held),
        )

    def _fit(self, prices: Mapping[int, int], by_tier: Mapping[str, int], held: Sequence[str]) -> bool:
        """Tell whether nothing that a column or a variable pays leaves 64 bits."""
        sizes = [abs(price) * int(self._rows.scale[place]) for place, price in prices.items()]
        sizes += [
            abs(by_tier[tier]) * int(np.abs(self._rows.objectives[tier]).max(initial=1))
            for tier in held
            if tier in by_tier
        ]
        return max(sizes, default=0) < LARGEST_PRICE


def _positions(cases: Iterable[Case], columns: Columns) -> dict[Route, int]:
    """Return where the columns stand that cases fix, those that still exist."""
    keys = sorted({(one.candidate_id, one.vacancy_id, one.cohort_ids) for case in cases for one in case.fixed})
    if not keys:
        return {}
    limits = columns.limits
    candidate_at = {name: place for place, name in enumerate(limits.candidate_ids)}
    vacancy_at = {name: place for place, name in enumerate(limits.vacancy_ids)}
    found: dict[Route, int] = {}
    for key in keys:
        candidate, vacancy = candidate_at.get(key[0]), vacancy_at.get(key[1])
        if candidate is None or vacancy is None:
            continue
        begin, end = columns.of_candidate(candidate)
        own = begin + np.flatnonzero(columns.vacancy[begin:end] == vacancy)
        for column in own.tolist():
            if columns.route(column) == key[2]:
                found[key] = column
    return found


def before_of(plan: Plan) -> Before:
    """Return what a plan, as read from a file, leaves to a solve of nearly the same problem."""
    return Before(plan=plan, proof=partial(PlanProof, plan), gaps=good_enough_again(plan))
