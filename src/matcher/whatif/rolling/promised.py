"""What people have been promised before the first day of a year: which of it stands, and by which routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import SHARE_SCALE, Columns, IntArray
from matcher.problem import Problem
from matcher.solve import solve_columns
from matcher.solve.promising import promise_conflicts, without_pins
from matcher.solver import assemble_rows

Pair = tuple[str, str]
Route = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What stands of people's decisions.

    Parameters
    ----------
    problem : Problem
        In which the optional cohorts run that the routes need.
    routes : mapping of (candidate id, vacancy id) to tuple of str
        Of the pinned pairs, and of the accepted ones that can be kept.
    """

    problem: Problem
    routes: Mapping[Pair, Route]


def promised(problem: Problem, columns: Columns, gap: float) -> Promised:
    """Return which promises stand, each by its best route where these fit together, else by those of the best plan.

    Parameters
    ----------
    problem : Problem
    columns : Columns
        All of the problem's.
    gap : float
        Of that plan.

    Raises
    ------
    ContradictoryDecisions
        When no plan keeps all pinned pairs.
    LimitReached
        When no plan was found that does.
    """
    kept = without_pins(columns, promise_conflicts(problem, columns))
    best = _best(kept)
    rows = assemble_rows(kept.some(best))
    if rows.is_feasible(rows.completed(np.arange(len(best)))):
        return Promised(problem=problem, routes={_pair(kept, e): kept.route(e) for e in best.tolist()})
    # Routes compete for seats, or a share or a smallest enrolment needs others too: a plan says what goes together.
    plan = solve_columns(problem, columns, gap=gap).plan
    pinned = {(one.candidate_id, one.vacancy_id) for one in problem.decisions if one.decision != "forbidden"}
    placed = {(one.candidate_id, one.vacancy_id): one.cohort_ids for one in plan.assignments}
    routes = {pair: route for pair, route in placed.items() if pair in pinned}
    return Promised(problem=_running(problem, routes), routes=routes)


def columns_of(routes: Mapping[Pair, Route], columns: Columns) -> IntArray:
    """Return the columns by which promises are kept; sorted positions."""
    limits = columns.limits
    candidate_at = {name: place for place, name in enumerate(limits.candidate_ids)}
    vacancy_at = {name: place for place, name in enumerate(limits.vacancy_ids)}
    found = [
        e
        for (candidate_id, vacancy_id), route in routes.items()
        for e in _own(columns, candidate_at[candidate_id], vacancy_at[vacancy_id]).tolist()
        if columns.route(e) == route
    ]
    return np.array(sorted(found), dtype=np.int64)


def without_broken_shares(columns: Columns, promised: IntArray) -> Columns:
    """Return the columns without the hard shares that promises alone do not keep.

    Week by week such a share is not broken further; without it no plan of hindsight is worth less than those.

    Parameters
    ----------
    columns : Columns
    promised : int64 array
        The columns by which promises are kept.
    """
    limits = columns.limits
    counted = limits.quota_covers[:, columns.vacancy[promised]]
    bits = columns.group_bits[promised].astype(np.int64)
    placed, members = counted.sum(axis=1), (counted & (bits >> limits.quota_group[:, None] & 1 > 0)).sum(axis=1)
    is_hard, least, most = limits.quota_price < 0, limits.quota_min_share, limits.quota_max_share
    is_short = is_hard & (least >= 0) & (SHARE_SCALE * members < least * placed)
    is_beyond = is_hard & (most >= 0) & (SHARE_SCALE * members > most * placed)
    least, most = np.where(is_short, -1, least), np.where(is_beyond, -1, most)
    return replace(columns, limits=replace(limits, quota_min_share=least, quota_max_share=most))


def _best(columns: Columns) -> IntArray:
    limits = columns.limits
    pairs = zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True)
    owned = [_own(columns, i, j) for i, j in pairs]
    return np.array(sorted(int(own[np.argmax(columns.weight[own])]) for own in owned), dtype=np.int64)


def _own(columns: Columns, candidate: int, vacancy: int) -> IntArray:
    first, last = columns.of_candidate(candidate)
    own: IntArray = first + np.flatnonzero(columns.vacancy[first:last] == vacancy)
    return own


def _pair(columns: Columns, column: int) -> Pair:
    limits = columns.limits
    return limits.candidate_ids[columns.candidate[column]], limits.vacancy_ids[columns.vacancy[column]]


def _running(problem: Problem, routes: Mapping[Pair, Route]) -> Problem:
    """Return the problem in which the optional cohorts that promises need are planned: others may still come in."""
    needed = {cohort_id for route in routes.values() for cohort_id in route}
    return replace(
        problem,
        cohorts=tuple(
            replace(cohort, status="planned") if cohort.status == "optional" and cohort.cohort_id in needed else cohort
            for cohort in problem.cohorts
        ),
    )
