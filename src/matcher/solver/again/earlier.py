"""What an earlier solve of a similar problem leaves to begin with: a plan, cases with their prices, a simplex basis.

Positions of then become positions of now by id. Nothing of it is believed without exact arithmetic over the columns and
rows of now: a plan is mended and its limits are verified, prices are bounded anew, and a basis is only where the
simplex begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.bounds.bound import NOTHING, Prices
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.model.rows import LEADING, Intervals, Rows
from matcher.solver.plans.greedy import greedy_columns
from matcher.solver.relaxations.relaxed import End
from matcher.solver.relaxations.sifting import pinned_columns

# Relative gaps that are close enough after a change of very many columns, where the earlier solve had left one: fresh
# solves of a city's scenarios, each of which took ten times as long, left 2e-5 to 1.3e-4 of the placements.
CLOSE, LATER = 1e-4, 0.01  # of a leading aim, and of one that comes after an open one


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known before a solve begins, in its own positions; nothing of it is believed.

    Parameters
    ----------
    chosen : int64 (n,)
        Columns of a plan.
    prices : dict of tier to Prices
        That may prove a good bound.
    cases : dict of tier to tuple of SolvedCase
        That together cover every plan, where there are any.
    end : End or None
        Where the simplex ended on shortfall and placements at once.
    gaps : dict of tier to float
        Relative gaps that are good enough again where there are very many columns. A draw that has one was left open,
        however many there are.
    """

    chosen: IntArray
    prices: Mapping[str, Prices]
    cases: Mapping[str, tuple[SolvedCase, ...]] = field(default_factory=dict)
    end: End | None = None
    gaps: Mapping[str, float] = field(default_factory=dict)


def enough_again(tier: str, asked: float, gaps: Mapping[str, float]) -> float:
    """Return the relative gap with which a plan of very many columns need not be solved afresh after a change.

    Parameters
    ----------
    tier : str
    asked : float
        All that is enough for an aim that the earlier solve has closed.
    gaps : dict of tier to float
        See `Known`.
    """
    known = gaps.get(tier, 0.0)
    return asked if known <= asked else max(known, CLOSE if tier in LEADING else LATER)


class LeadsNowhere(Exception):
    """Raised when what is left of an earlier solve leads to no proof that is good enough."""


class Earlier(Protocol):
    """An earlier solve, wherever it was kept."""

    def rows(self, *, counts_obligations: bool, published: IntArray | None) -> Rows | None:
        """Return today's rows without links where those of then save writing most of them; see `assemble_rows`."""
        ...

    def links(self, rows: Rows) -> IntArray:
        """Return the links that were of use, as in `with_links`."""
        ...

    def known(self, rows: Rows, tiers: Sequence[str]) -> Known:
        """Return what is left of it for today's rows, the links among them."""
        ...


def known_from(
    rows: Rows,
    tiers: Sequence[str],
    chosen: IntArray,
    cases: Mapping[str, tuple[SolvedCase, ...]],
    end: End | None = None,
    gaps: Mapping[str, float] | None = None,
) -> Known:
    """Return what is known from a plan and its cases.

    Parameters
    ----------
    rows : Rows
        Over all columns.
    tiers : sequence of str
        Those that are solved, in order.
    chosen : int64 (n,)
        Those of the plan's columns that still exist.
    cases : dict of tier to tuple of SolvedCase
    end : End, optional
    gaps : dict of tier to float, optional
    """
    plain = {tier: [case.prices for case in own if case.is_plain] for tier, own in cases.items() if tier in tiers}
    return Known(
        chosen=mended(chosen, rows),
        prices={tier: prices[-1] for tier, prices in plain.items() if prices},
        cases={tier: own for tier, own in cases.items() if tier in tiers},
        end=end,
        gaps=gaps or {},
    )


def mended(chosen: IntArray, rows: Rows) -> IntArray:
    """Return those columns of a plan that can still stand together; all of them, in most cases."""
    if rows.is_feasible(rows.completed(chosen)):
        return chosen
    doubtful = _doubtful(chosen, rows)
    found = greedy_columns(rows, chosen[doubtful], chosen[~doubtful])
    return found if rows.is_feasible(rows.completed(found)) else greedy_columns(rows, chosen)


def _doubtful(chosen: IntArray, rows: Rows) -> BoolArray:
    """Tell which columns of a plan have to do with a limit that all of it, and the pinned pairs, take too much of."""
    union = np.union1d(chosen, pinned_columns(rows))
    used: IntArray = rows.matrix[:, union].sum(axis=1).A1
    too_much = used > rows.limit
    too_much[rows.row_of_variable] = False  # these give way, at their price
    own = rows.matrix[:, chosen]
    doubtful = np.bincount(rows.candidate[union], minlength=rows.num_owners)[rows.candidate[chosen]] > 1
    doubtful[np.repeat(np.arange(len(chosen)), np.diff(own.indptr))[too_much[own.indices]]] = True
    return doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Where the limits and variables of then stand now; -1 for what is gone.

    Parameters
    ----------
    row : int64 (R of then,)
    other : int64 (X of then,)
    """

    row: IntArray
    other: IntArray

    @staticmethod
    def between(then: Rows, now: Rows) -> Moves:
        """Return the moves from the rows of one problem to those of another."""
        place = {key: row for row, key in enumerate(zip(now.kinds, now.entity_ids, strict=True))}
        row = np.array([place.get(key, -1) for key in zip(then.kinds, then.entity_ids, strict=True)], dtype=np.int64)
        other_of_row = {int(row): other for other, row in enumerate(now.row_of_variable.tolist())}
        other = [other_of_row.get(int(row[own]), -1) for own in then.row_of_variable.tolist()]
        return Moves(row=row, other=np.array(other, dtype=np.int64))


def moved_prices(prices: Prices, moves: Moves, now: Rows, held: Sequence[str], tiers: Sequence[str]) -> Prices:
    """Return prices of today's limits, of the signs that today allows.

    Parameters
    ----------
    prices : Prices
    moves : Moves
    now : Rows
    held, tiers : sequence of str
        The earlier tiers, of then and of now.
    """
    rows = np.zeros(len(now.limit), dtype=np.int64)
    stays = moves.row[: len(prices.rows)] >= 0
    rows[moves.row[: len(prices.rows)][stays]] = prices.rows[stays]
    may_refund = now.is_equation.copy()
    may_refund[: len(now.least)] = True  # only where a case fills the vacancy: clipped there
    by_tier = dict(zip(held, prices.held, strict=False))
    return Prices(
        rows=np.where(may_refund, rows, rows.clip(min=0)),
        held=tuple(max(0, by_tier.get(tier, 0)) for tier in tiers),
    )


def moved_interval(interval: tuple[int, int], then: int, now: int) -> tuple[int, int] | None:
    """Return what an interval of a count from 0 to `then` becomes where it reaches to `now`; None for nothing.

    Intervals that covered all counts of then cover all those of now.
    """
    least, most = interval
    if least > now:
        return None
    return least, now if most >= then else min(most, now)


def moved_intervals(intervals: Intervals, place: IntArray, then: IntArray, now: IntArray) -> Intervals | None:
    """Return intervals at their new positions; None where nothing that exists now keeps them."""
    found: Intervals = {}
    for old, interval in intervals.items():
        new = int(place[old])
        moved = moved_interval(interval, int(then[old]), int(now[new]) if new >= 0 else 0)
        if moved is None:
            return None
        if new >= 0:
            found[new] = moved
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoves:
    """Brings cases of then into the positions of now.

    Parameters
    ----------
    moves : Moves
    then, now : Rows
    column : dict of int to int
        Where those columns stand now that cases fix, -1 for those that are gone.
    """

    moves: Moves
    then: Rows
    now: Rows
    column: Mapping[int, int]

    def case(self, case: SolvedCase, held: Sequence[str], tiers: Sequence[str]) -> SolvedCase | None:
        """Return a case of now; None where it can hold no plan any more, and is not missed."""
        taken = [self.column[column] for column in case.taken]
        vacancies = len(self.then.least)
        filled = moved_intervals(case.filled, self.moves.row[:vacancies], self.then.limit, self.now.limit)
        others = moved_intervals(case.others, self.moves.other, self.then.upper, self.now.upper)
        if -1 in taken or filled is None or others is None:
            return None
        return replace(
            case,
            taken=tuple(sorted(taken)),
            left=tuple(sorted(self.column[column] for column in case.left if self.column[column] >= 0)),
            filled=filled,
            others=others,
            prices=moved_prices(case.prices, self.moves, self.now, held, tiers),
        )


__all__ = ["NOTHING", "CaseMoves", "Earlier", "Known", "LeadsNowhere", "Moves", "known_from", "mended", "moved_prices"]
