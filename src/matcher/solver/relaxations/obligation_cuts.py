"""Cuts of obligations whose people deliver different amounts: hours, months, credit, half a placement.

A relaxation delivers to the hour what is owed, by parts of people. Whole people deliver a little more or leave a
little, which the model says by itself where all deliver as much (`obligation_step`). Elsewhere one obligation, divided
by one of its amounts and rounded, says it, once vacancies that are full and people who are there are counted by what
they leave free. Source: Marchand and Wolsey (2001), Aggregation and mixed integer rounding to solve MIPs, Operations
Research 49(3): these are their divisors and complements, for one row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rounding_cuts import Counted, Cut, RowsByRow, rounded
from matcher.solver.model.rows import Rows
from matcher.solver.programmes.programme import FloatArray

USED = 1e-6  # of a person
UNEVEN = 1e-3
MOSTLY = 0.5  # who is there by more than that counts by what is left free
DEEP = 1e-4  # how far behind a cut the fractional plan lies, in its distance
PARTS = (1, 2, 3, 4)  # of an amount, to divide by
MOST_DIVISORS = 80
LARGEST_AMOUNT = 2**28
LARGEST_COEFFICIENT = 1_000_000
AT_ONCE = 2  # cuts of one obligation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owed:
    """What a fractional plan delivers to one contract, C columns of which it uses in V vacancies.

    Parameters
    ----------
    row, limit : int
        Of the obligation; what is owed, below 0.
    short : float
        What is missing of it.
    vacancies, positions : int64 (V,)
        The former sorted.
    free : float64 (V,)
        Positions that nobody fills.
    columns : int64 (C,)
    x : float64 (C,)
    counts : int64 (C,)
        What each delivers, below 0.
    at : int64 (C,)
        Its vacancy, among these.
    """

    row: int
    limit: int
    short: float
    vacancies: IntArray
    positions: IntArray
    free: FloatArray
    columns: IntArray
    x: FloatArray
    counts: IntArray
    at: IntArray

    @property
    def usual(self) -> IntArray:
        """Return what most of those deliver who are in each vacancy; int64 (V,)."""
        found = np.zeros(len(self.vacancies), dtype=np.int64)
        most = np.zeros(len(self.vacancies))
        for amount in np.unique(self.counts).tolist():
            own = np.bincount(self.at, self.x * (self.counts == amount), minlength=len(most))
            found[own > most], most = amount, np.maximum(own, most)
        return found

    @property
    def divisors(self) -> IntArray:
        """Return by what the obligation may be divided; int64 (n,)."""
        amounts = np.unique(-self.counts)
        found = np.unique(np.concatenate([amounts // part for part in PARTS]))
        return found[found > 1][:MOST_DIVISORS]


class ObligationCuts:
    """Finds cuts of single obligations.

    Parameters
    ----------
    rows : Rows
        Of all plans.
    """

    def __init__(self, rows: Rows) -> None:
        owing = np.flatnonzero(rows.obligations[:-1] >= 0)
        self._by_contract = {
            int(contract): int(rows.obligations[contract])
            for contract, differ in zip(owing, _differ(rows, rows.obligations[owing]), strict=True)
            if differ
        }

    def __bool__(self) -> bool:
        """Tell whether some contract has people who deliver different amounts to it."""
        return bool(self._by_contract)

    def cuts(self, rows: Rows, chosen: IntArray, x: FloatArray, others: FloatArray) -> list[Cut]:
        """Return the deepest cuts of every obligation of which some cut the fractional plan off.

        Parameters
        ----------
        rows : Rows
            That the cuts will stand below.
        chosen : int array (n,)
            Columns.
        x : float64 (n,)
            Their values.
        others : float64 (X,)
        """
        used = x > USED
        columns, x = chosen[used], x[used]
        values = np.zeros(rows.matrix.shape[1])
        values[columns], values[rows.num_columns :] = x, others
        owed = self._fractional(rows, columns, values)
        if not owed:
            return []
        by_row = RowsByRow(rows, np.concatenate([np.r_[one.row, one.vacancies] for one in owed]))
        return [cut for one in owed for cut in _deepest(one, by_row, values)]

    def _fractional(self, rows: Rows, columns: IntArray, values: FloatArray) -> list[_Owed]:
        """Return the obligations to which somebody delivers by a part."""
        vacancy = rows.vacancy[columns]
        contract = rows.limits.contract_of_vacancy[vacancy]
        order = np.lexsort((vacancy, contract))
        columns, vacancy, contract = columns[order], vacancy[order], contract[order]
        x = values[columns]
        placed = np.bincount(vacancy, x, minlength=len(rows.limits.vacancy_ids))
        counts, shortfall = _delivered(rows, columns), np.zeros(len(rows.limit), dtype=np.int64)
        shortfall[rows.row_of_variable] = rows.num_columns + np.arange(len(rows.row_of_variable))
        found = []
        for own, row in self._by_contract.items():
            begin, end = np.searchsorted(contract, [own, own + 1])
            part = slice(begin, end)
            if not (np.abs(x[part] - np.rint(x[part])) > UNEVEN).any():
                continue
            vacancies, at = np.unique(vacancy[part], return_inverse=True)
            found.append(
                _Owed(
                    row=row,
                    limit=int(rows.limit[row]),
                    short=float(values[shortfall[row]]),
                    vacancies=vacancies,
                    positions=rows.limit[vacancies],
                    free=rows.limit[vacancies].astype(np.float64) - placed[vacancies],
                    columns=columns[part],
                    x=x[part],
                    counts=counts[part],
                    at=at,
                )
            )
        return found


def _differ(rows: Rows, owed: IntArray) -> BoolArray:
    """Tell for some obligations whether people deliver different amounts to them, none too large to be counted so."""
    if not len(owed):
        return np.zeros(0, dtype=bool)
    place = np.full(len(rows.limit), len(owed))
    place[owed] = np.arange(len(owed))
    last = int(rows.matrix.indptr[rows.num_columns])
    is_own = (place < len(owed))[rows.matrix.indices[:last]]
    own, amounts = place[rows.matrix.indices[:last][is_own]], -rows.matrix.data[:last][is_own]
    of_some = np.zeros(len(owed), dtype=np.int64)
    of_some[own] = amounts
    differ = np.zeros(len(owed), dtype=bool)
    differ[own[amounts != of_some[own]]] = True
    differ[own[amounts > LARGEST_AMOUNT]] = False
    return differ


def _delivered(rows: Rows, columns: IntArray) -> IntArray:
    """Return what columns count in the obligation of their contract, 0 where there is none; int64 (n,)."""
    row = rows.obligations[rows.limits.contract_of_vacancy[rows.vacancy[columns]]]
    matrix = rows.matrix[:, columns].tocoo()
    is_own = row[matrix.col] == matrix.row
    counts = np.zeros(len(columns), dtype=np.int64)
    counts[matrix.col[is_own]] = matrix.data[is_own]
    return counts


def _deepest(owed: _Owed, by_row: RowsByRow, values: FloatArray) -> list[Cut]:
    """Return the cuts of one obligation behind which the fractional plan lies deepest."""
    usual, is_full = owed.usual, owed.free < USED
    trials = _trials(owed, by_row.rows, np.zeros_like(usual))
    if is_full.any():
        trials += _trials(owed, by_row.rows, np.where(is_full, usual, 0))
    found: list[tuple[Cut, Counted]] = []
    for _, trial in sorted(trials, key=lambda trial: -trial[0]):
        cut = trial.completed(by_row.rows).in_units(by_row, LARGEST_COEFFICIENT)
        counted = cut.counted(by_row)
        length = float(np.sqrt((counted.counts.astype(np.float64) ** 2).sum()))
        depth = (float(counted.counts @ values[counted.places]) - cut.limit) / max(length, 1.0)
        if depth > DEEP and not any(counted.is_same(other) for _, other in found):
            found.append((cut, counted))
        if len(found) == AT_ONCE:
            break
    return [cut for cut, _ in found]


def _trials(owed: _Owed, rows: Rows, usual: IntArray) -> list[tuple[float, Cut]]:
    """Return cuts, and how deep the fractional plan lies behind each in the columns that it uses.

    Parameters
    ----------
    owed : _Owed
    rows : Rows
    usual : int64 (V,)
        What people deliver in the vacancies that count by the positions that they leave free; 0 for the others.
    """
    divisor = owed.divisors[:, None]
    of_vacancy = -usual % divisor
    counted, trials = owed.counts + of_vacancy[:, owed.at], []
    of_everybody = np.where(owed.x > MOSTLY, -counted % divisor, 0)
    for of_pair in (np.zeros_like(counted), of_everybody) if of_everybody.any() else (of_everybody,):
        total = owed.limit + of_pair.sum(axis=1, keepdims=True) + of_vacancy @ owed.positions[:, None]
        excess = total % divisor
        unit, vacancies, pairs, columns, short = (
            rounded(amounts, divisor, excess)
            for amounts in (np.ones_like(divisor), of_vacancy, of_pair, counted + of_pair, -np.ones_like(divisor))
        )
        left = owed.limit - owed.counts @ owed.x + owed.short
        depth = columns @ owed.x + pairs @ (1 - owed.x) + vacancies @ owed.free + unit[:, 0] * left
        depth += short[:, 0] * owed.short - (total // divisor * (divisor - excess))[:, 0]
        net = (columns - pairs - vacancies[:, owed.at] - unit * owed.counts).astype(np.float64)
        depth /= np.sqrt((net**2).sum(axis=1) + 1)
        for trial in np.argsort(-depth, kind="stable")[:AT_ONCE].tolist():
            if depth[trial] <= DEEP:
                break
            full, there = np.flatnonzero(of_vacancy[trial]), np.flatnonzero(of_pair[trial])
            own = owed.columns[there]
            cut = Cut(
                divisor=int(divisor[trial, 0]),
                rows=np.r_[owed.row, owed.vacancies[full]],
                row_times=np.r_[1, of_vacancy[trial, full]],
                pairs=np.column_stack([rows.person[own], rows.vacancy[own]]).astype(np.int64),
                pair_times=of_pair[trial, there],
            )
            trials.append((float(depth[trial]), cut))
    return trials


__all__ = ["ObligationCuts"]
