"""Closes a tier, or begins its search, with the cases by which an earlier solve closed it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bounds.bound import PRICE_SCALE, Bound, Prices, losses
from matcher.solver.bounds.cases import SolvedCase
from matcher.solver.model.rows import Rows
from matcher.solver.relaxations.tier_task import Decisions, TierTask
from matcher.solver.relaxations.whole_prices import LARGEST_PRICE
from matcher.solver.search.branching import MOST_KEPT
from matcher.solver.search.core import Core
from matcher.solver.search.ends import Found, Start

WIDTH = 1e-5  # of the bound: how far below its candidate's best a column may lie to be near
MOST_NEAR = 6_000  # columns
MOST_BEGUN = 150  # ends of a tree: a larger one is grown again, for with every change it would become larger still


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The cases of one region: the prices that speak of all of it, and the ends of its tree, if it had one.

    Parameters
    ----------
    bound : Bound
        What the prices prove now.
    ends : tuple of SolvedCase
        Of which a tree may be grown on, together they cover the region; columns by position among all.
    parts : tuple of SolvedCase
        These, or the ends of a tree on cohorts.
    """

    bound: Bound
    ends: tuple[SolvedCase, ...]
    parts: tuple[SolvedCase, ...]


def begun_in(
    cases: Sequence[SolvedCase], region: SolvedCase, task: TierTask, bound_of: Callable[[Prices], Bound]
) -> Begun:
    """Return the cases of a region; some prices at least, where there are none for just this part of all plans.

    Parameters
    ----------
    cases : sequence of SolvedCase
        Of the tier; at least one.
    region : SolvedCase
        What the region decides, and no prices.
    task : TierTask
        In the region.
    bound_of : callable
        Returns what prices prove in it.
    """
    rows = task.rows
    inside = [case for case in cases if case.size >= region.size and case.lies_in(region)]
    roots = [case for case in inside if case.size == region.size and region.lies_in(case)]
    ends = tuple(case for case in inside if case.size > region.size or not region.lies_in(case))
    prices = (roots or cases)[-1 if roots else 0].prices
    bound = bound_of(prices)
    decides_cohorts = any(rows.cohort[other] >= 0 for case in ends for other in case.others)
    is_usable = roots and len(ends) <= MOST_BEGUN and _make_up(ends, region, rows)
    parts = ends if is_usable else ()
    return Begun(bound=bound, ends=() if decides_cohorts else parts, parts=parts)


def _make_up(ends: Sequence[SolvedCase], region: SolvedCase, rows: Rows) -> bool:
    """Tell whether the ends of a tree are all of its region: they do not overlap, so that their shares add up to one.

    They are not where an earlier solve left out what its own values ruled out: other values may let it in again.
    """
    total = Fraction(0)
    for end in ends:
        share, parts = 1, 2 ** (end.num_columns - region.num_columns)
        for own, whole, least, most in (
            (end.filled, region.filled, rows.least, rows.limit),
            (end.others, region.others, rows.lower, rows.upper),
        ):
            for place, (low, high) in own.items():
                if whole.get(place) != (low, high):
                    first, last = max(low, int(least[place])), min(high, int(most[place]))
                    share *= max(0, last - first + 1)
                    parts *= max(1, int(most[place]) - int(least[place]) + 1)
        total += Fraction(share, parts)
    return total == 1


def near_columns(task: TierTask, bound: Bound, value: int | None) -> IntArray:
    """Return the columns that a relaxation is likely to need, by the prices of an earlier one.

    Parameters
    ----------
    task : TierTask
    bound : Bound
        What these prices prove now.
    value : int or None
        Of the incumbent.
    """
    lost = losses(task.rows, bound)
    width = WIDTH * abs(bound.scaled)
    width = max(width, 2.0 * PRICE_SCALE if value is None else float(bound.slack(value)))
    near = np.flatnonzero(lost <= min(width, 2.0**62))
    if len(near) > MOST_NEAR:
        near = near[lost[near] <= np.partition(lost[near], MOST_NEAR)[MOST_NEAR]]
    return near


def starts_of(
    begun: Begun,
    region: SolvedCase,
    rows: Rows,
    now: Prices | None = None,
    *,
    ends: Sequence[SolvedCase] | None = None,
) -> tuple[Start, ...]:
    """Return where a search of the region begins: the ends of then, with the prices that they had.

    Parameters
    ----------
    begun : Begun
    region : SolvedCase
    rows : Rows
        Of the region.
    now : Prices, optional
        Of the whole region: an end's own prices have mostly moved as these have.
    ends : sequence of SolvedCase, optional
        Others than those of which a tree may be grown on.
    """
    starts = []
    for end in begun.ends if ends is None else ends:
        decisions = _inside(end, region, rows)
        if decisions is not None:
            own = _padded(end.prices, len(rows.limit))
            moved = None if now is None else _moved_along(own, begun.bound.prices, now, rows, decisions)
            starts.append(Start(decisions=decisions, prices=(own,) if moved is None else (own, moved)))
    return tuple(starts)


def _moved_along(own: Prices, then: Prices, now: Prices, rows: Rows, decisions: Decisions) -> Prices | None:
    """Return an end's prices moved by what those of the whole region have moved; None where they would be too large."""
    if own.candidates is not None or max(map(_largest, (own, then, now))) > LARGEST_PRICE / 4 / rows.scale.max(
        initial=1
    ):
        return None
    moved = own.rows + now.rows - then.rows
    may_refund = rows.is_equation.copy()
    may_refund[: len(rows.least)] |= rows.least > 0
    may_refund[[vacancy for vacancy, (fewest, _) in decisions.filled.items() if fewest > 0]] = True
    return Prices(
        rows=np.where(may_refund, moved, moved.clip(min=0)),
        held=tuple(max(0, a + b - c) for a, b, c in zip(own.held, now.held, then.held, strict=True)),
    )


def _largest(prices: Prices) -> int:
    return max(int(np.abs(prices.rows).max(initial=0)), *prices.held, 0)


def _inside(end: SolvedCase, region: SolvedCase, rows: Rows) -> Decisions | None:
    """Return what an end decides beyond its region, by position in the region; None where it holds no plan of it.

    A column that an earlier tier excludes is in no plan of the region: nothing is lost by taking no notice of it.
    """
    taken = _positions(rows, set(end.taken) - set(region.taken))
    if (taken < 0).any():
        return None
    left = _positions(rows, set(end.left) - set(region.left))
    return Decisions(
        taken=frozenset(taken.tolist()),
        left=frozenset(left[left >= 0].tolist()),
        filled={place: own for place, own in end.filled.items() if region.filled.get(place) != own},
        others={place: own for place, own in end.others.items() if region.others.get(place) != own},
    )


def _positions(rows: Rows, columns: Iterable[int]) -> IntArray:
    wanted = np.array(sorted(columns), dtype=np.int64)
    if not rows.num_columns:
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(rows.origin, wanted), rows.num_columns - 1)
    return np.where(rows.origin[place] == wanted, place, -1)


def _padded(prices: Prices, size: int) -> Prices:
    missing = np.zeros(size - len(prices.rows), dtype=np.int64)  # of limits that came later
    return replace(prices, rows=np.r_[prices.rows, missing])


def closed_by(task: TierTask, root: Bound, starts: Sequence[Start], value: int, step: int) -> Found | None:
    """Return the tree by which the ends prove that nothing is better than `value`; None where they do not.

    Parameters
    ----------
    task : TierTask
    root : Bound
    starts : sequence of Start
    value : int
    step : int
    """
    if not starts:
        return None
    room = root.slack(value)
    kept = np.flatnonzero(losses(task.rows, root) <= room)
    if len(kept) > MOST_KEPT:
        return None
    decided = {column for start in starts for column in start.decisions.taken}
    core = Core(task, np.union1d(kept, np.r_[task.taken, sorted(decided)]).astype(np.int64), root)
    leaves = []
    for start in starts:
        decisions = core.decisions(start.decisions)
        bound = core.best_bound(start.prices, decisions, room)
        if bound.value(step) > value:
            return None
        leaves.append(core.leaf(decisions, bound))
    return Found(chosen=None, leaves=tuple(leaves), is_exhausted=True, is_interrupted=False)


__all__ = ["Begun", "begun_in", "closed_by", "near_columns", "starts_of"]
