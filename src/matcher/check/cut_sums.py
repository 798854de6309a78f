"""Sums of what few of many columns count: those that cuts add up, the rows they become, what a case pays for these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.check.overflow import TOO_LARGE, size_of
from matcher.check.prices import PriceList
from matcher.check.quantities import Quantity
from matcher.columns import IntArray

Counts = tuple[IntArray, IntArray]  # positions of columns, each once and ascending, and what each counts, never 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRow:
    """What a cut says: ``columns + variables <= limit``, in whole numbers.

    Parameters
    ----------
    places : int64 (n,)
        Positions of the columns that count, ascending.
    counts : int64 (n,)
        What each of them counts, never 0.
    variables : dict of Quantity to int
        Those that count.
    limit : int
    size : float
        Of the largest that any column counts.
    """

    places: IntArray
    counts: IntArray
    variables: dict[Quantity, int]
    limit: int
    size: float


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


@dataclass(slots=True)
class CutSum:
    """A sum that is not rounded yet.

    Parameters
    ----------
    variables : dict of Quantity to int
    limit : int
    size : float
        No less than the terms of any column added up in size.
    num_counted : int
        Columns and variables that were added, each as often as it was.
    """

    variables: defaultdict[Quantity, int] = field(default_factory=lambda: defaultdict(int))
    limit: int = 0
    size: float = 0.0
    num_counted: int = 0
    _parts: list[Counts] = field(default_factory=list)

    def add(self, places: IntArray, counts: IntArray) -> None:
        """Add what columns count; the caller has seen to it that the sums fit."""
        self._parts.append((places, counts))
        self.num_counted += len(places)

    def add_times(self, places: IntArray, times: int) -> None:
        """Add the same for some columns."""
        self.size += float(times)
        if self.size < TOO_LARGE:
            self.add(places, np.full(len(places), times, np.int64))

    def add_variables(self, variables: Mapping[Quantity, int], times: int = 1) -> None:
        """Add what variables count, so many times."""
        for quantity, amount in variables.items():
            self.variables[quantity] += times * amount
        self.num_counted += len(variables)

    def add_row(self, row: CutRow, times: int) -> None:
        """Add a cut or a clique, so many times."""
        self.size += float(times) * row.size
        if self.size < TOO_LARGE:
            self.add(row.places, times * row.counts)
        self.add_variables(row.variables, times)
        self.limit += times * row.limit

    def columns(self) -> Counts:
        """Return what columns count in all."""
        return added_up(self._parts)


def added_up(parts: Sequence[Counts]) -> Counts:
    """Return the sum of what columns count, which must fit."""
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    places = np.concatenate([part[0] for part in parts])
    counts = np.concatenate([part[1] for part in parts])
    order = np.argsort(places, kind="stable")
    places = places[order]
    begin = np.flatnonzero(np.diff(places, prepend=-1))
    return counting(places[begin], np.add.reduceat(counts[order], begin))


def counting(places: IntArray, counts: IntArray) -> Counts:
    """Return the columns that count, and what they do."""
    is_counted = counts != 0
    return places[is_counted], counts[is_counted]


def largest_of(counts: IntArray) -> float:
    """Return the largest count, in size."""
    return float(np.abs(counts.astype(np.float64)).max(initial=0.0))


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


def paid_for_cuts(rows: Sequence[CutRow], prices: PriceList, num_columns: int) -> PaidForCuts:
    """Return what is paid for cuts at the prices of a case."""
    if not prices.cut:
        return PaidForCuts()
    variables: defaultdict[Quantity, int] = defaultdict(int)
    columns, largest, worth = np.zeros(num_columns, np.int64), 0.0, 0
    for number, price in prices.cut.items():
        own = rows[number]
        largest += size_of(price) * own.size
        if own.size and largest < TOO_LARGE:  # what no column counts in may have any price
            columns[own.places] += price * own.counts
        for quantity, amount in own.variables.items():
            variables[quantity] += price * amount
        worth += price * own.limit
    return PaidForCuts(
        columns=columns if largest < TOO_LARGE else None, largest=largest, variables=variables, worth=worth
    )


__all__ = ["CutRow", "CutSum", "PaidForCuts", "Rounding", "added_up", "counting", "largest_of", "paid_for_cuts"]
