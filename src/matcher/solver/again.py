"""Closes a tier, or begins its search, with the cases by which an earlier solve closed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import IntArray
from matcher.solver.bound import PRICE_SCALE, Bound, Prices, bound_from, losses
from matcher.solver.branching import MOST_KEPT, Core, Found, Start
from matcher.solver.cases import SolvedCase
from matcher.solver.restricted import Decisions, TierTask
from matcher.solver.rows import Rows

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
        Which together cover the region; columns by position among all.
    """

    bound: Bound
    ends: tuple[SolvedCase, ...]


def begun_in(cases: Sequence[SolvedCase], region: SolvedCase, task: TierTask) -> Begun:
    """Return the cases of a region; some prices at least, where there are none for just this part of all plans.

    Parameters
    ----------
    cases : sequence of SolvedCase
        Of the tier; at least one.
    region : SolvedCase
        What the region decides, and no prices.
    task : TierTask
        In the region.
    """
    rows = task.rows
    inside = [case for case in cases if case.size >= region.size and case.lies_in(region)]
    roots = [case for case in inside if case.size == region.size and region.lies_in(case)]
    ends = tuple(case for case in inside if case.size > region.size or not region.lies_in(case))
    prices = (roots or cases)[-1 if roots else 0].prices
    bound = bound_from(rows, task.tier, _padded(prices, len(rows.limit)), task.held, task.taken)
    decides_cohorts = any(rows.cohort[other] >= 0 for case in ends for other in case.others)
    return Begun(bound=bound, ends=ends if roots and len(ends) <= MOST_BEGUN and not decides_cohorts else ())


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


def starts_of(begun: Begun, region: SolvedCase, rows: Rows) -> tuple[Start, ...]:
    """Return where a search of the region begins: the ends of then, with the prices that they had.

    Parameters
    ----------
    begun : Begun
    region : SolvedCase
    rows : Rows
        Of the region.
    """
    starts = []
    for end in begun.ends:
        decisions = _inside(end, region, rows)
        if decisions is not None:
            starts.append(Start(decisions=decisions, prices=_padded(end.prices, len(rows.limit))))
    return tuple(starts)


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
    room = root.slack(value)
    kept = np.flatnonzero(losses(task.rows, root) <= room)
    if not starts or len(kept) > MOST_KEPT:
        return None
    core = Core(task, np.union1d(kept, task.taken), root)
    leaves = []
    for start in starts:
        decisions = core.decisions(start.decisions)
        if decisions is None:
            continue
        bound = core.bound(start.prices, decisions, room)
        if bound.value(step) > value:
            return None
        leaves.append(core.leaf(decisions, bound))
    if not leaves:
        return None
    return Found(chosen=None, leaves=tuple(leaves), is_exhausted=True, is_interrupted=False)


__all__ = ["Begun", "begun_in", "closed_by", "near_columns", "starts_of"]
