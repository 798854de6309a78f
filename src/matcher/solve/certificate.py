"""A plan's certificate: what every case of the search has fixed, and at which prices, in ids."""

from __future__ import annotations

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.plan import Case, Certificate, FixedColumn, FixedRange, PricedRow
from matcher.solve.cuts import written_cuts
from matcher.solver import PRICE_SCALE, TOGETHER, Rows, Solution, SolvedCase


def certificate_from(columns: Columns, solution: Solution) -> Certificate:
    """Return the certificate that a solution comes with.

    Parameters
    ----------
    columns : Columns
    solution : Solution
    """
    names, written = [tier.tier for tier in solution.tiers], _WrittenPrices(solution.rows)
    solved = [case for tier in solution.tiers for case in tier.cases]
    cuts, cliques = written_cuts(columns, solution.rows, [case.prices.rows for case in solved])
    return Certificate(
        price_scale=PRICE_SCALE,
        cases=tuple(
            _case(columns, solution.rows, tier.tier, case, names, written)
            for tier in solution.tiers
            for case in tier.cases
        ),
        cuts=cuts,
        cliques=cliques,
    )


class _WrittenPrices:
    """Writes prices of limits, each once however many cases have it: those of a tree differ in few."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: dict[tuple[int, int], PricedRow] = {}
        self._is_told = np.array([kind != TOGETHER for kind in rows.kinds], dtype=bool)
        self._last = np.zeros(len(rows.kinds), dtype=np.int64)
        self._last_written = np.empty(len(rows.kinds), dtype=object)

    def of(self, prices: IntArray) -> list[PricedRow]:
        """Return all prices that are not 0, but for cliques: what people can take together says more."""
        used = np.flatnonzero(prices)
        used = used[self._is_told[used]]
        other = used[prices[used] != self._last[used]]
        for row, price in zip(other.tolist(), prices[other].tolist(), strict=True):
            self._last_written[row] = self._one((row, price))
        self._last[other] = prices[other]
        written: list[PricedRow] = self._last_written[used].tolist()
        return written

    def _one(self, key: tuple[int, int]) -> PricedRow:
        found = self._known.get(key)
        if found is None:
            row, price = key
            found = PricedRow(kind=self._rows.kinds[row], entity_id=self._rows.entity_ids[row], price=price)
            self._known[key] = found
        return found


def _case(columns: Columns, rows: Rows, tier: str, case: SolvedCase, tiers: list[str], written: _WrittenPrices) -> Case:
    priced = written.of(case.prices.rows)
    if case.prices.candidates is not None:
        priced += [
            PricedRow(
                kind="participation", entity_id=columns.limits.candidate_ids[i], price=int(case.prices.candidates[i])
            )
            for i in (np.flatnonzero(case.prices.candidates) if case.prices.candidates.any() else (0,))
        ]
    priced += [
        PricedRow(kind="held", entity_id=name, price=price)
        for name, price in zip(tiers, case.prices.held, strict=False)
        if price
    ]
    return Case(
        tier=tier,
        fixed=tuple(
            _fixed(columns, column, is_taken)
            for column, is_taken in sorted([(e, True) for e in case.taken] + [(e, False) for e in case.left])
        ),
        between=tuple(
            FixedRange(kind=kind, entity_id=entity_id, least=least, most=most)
            for (kind, entity_id), (least, most) in sorted(_ranges(rows, case).items())
        ),
        prices=tuple(priced),
    )


def _ranges(rows: Rows, case: SolvedCase) -> dict[tuple[str, str], tuple[int, int]]:
    ranges = {(rows.kinds[row], rows.entity_ids[row]): interval for row, interval in case.filled.items()}
    for other, interval in case.others.items():
        row = rows.row_of_variable[other]
        ranges[rows.kinds[row], rows.entity_ids[row]] = interval
    return ranges


def _fixed(columns: Columns, column: int, is_taken: bool) -> FixedColumn:
    limits = columns.limits
    return FixedColumn(
        candidate_id=limits.candidate_ids[columns.candidate[column]],
        vacancy_id=limits.vacancy_ids[columns.vacancy[column]],
        cohort_ids=columns.route(column),
        taken=is_taken,
    )
