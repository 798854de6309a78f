"""The columns of a problem that differs little from one whose columns are at hand: only what was touched is searched.

Whether a column exists, and what it carries, depends on its candidate, its vacancy (read with its contract), and on
cohorts, courses, places and policy. Where these last are the same, the columns of everybody and everything untouched
are those of before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray, Limits, Routes
from matcher.errors import InvalidInput
from matcher.features.assembly import Arrays, columns_of
from matcher.features.build import build_columns, terms_of
from matcher.features.curriculum import MAX_LENGTH
from matcher.features.limits import build_limits, quota_groups
from matcher.features.route_keys import RouteKeys
from matcher.problem import Cohort, Problem, differing_rows

MOST_TOUCHED = 10  # one candidate or vacancy in so many: where more are touched, everything is searched
OF_CANDIDATES = ("candidates", "candidate_skills", "decisions", "enrolments", "pairs")
OF_VACANCIES = ("vacancies", "vacancy_skills")
UNUSED = ("resource", "resource_use")  # where nothing uses any resource


def changed_columns(problem: Problem, before: Problem, columns: Columns, *, threads: int = 1) -> Columns:
    """Return every column of a problem, as `matcher.features.build_columns` does.

    Parameters
    ----------
    problem : Problem
    before : Problem
        That differs little; rows that are the same objects are known to be the same.
    columns : Columns
        All of `before`.
    threads : int
    """
    if not _is_comparable(problem, before):
        return build_columns(problem, threads=threads)
    candidates, vacancies = _touched(problem, before)
    if len(candidates) > len(problem.candidates) // MOST_TOUCHED + 1:
        return build_columns(problem, threads=threads)
    if len(vacancies) > len(problem.vacancies) // MOST_TOUCHED + 1:
        return build_columns(problem, threads=threads)
    limits = build_limits(problem, terms_of(problem))
    if not candidates and not vacancies:  # seats, money and quotas: the same columns under other limits
        return replace(columns, limits=limits)
    try:
        found = [build_columns(part, threads=threads) for part in _parts(problem, candidates, vacancies)]
    except InvalidInput:  # what is left out is named elsewhere
        return build_columns(problem, threads=threads)
    return _merged(limits, columns, found, candidates, vacancies)


def _is_comparable(problem: Problem, before: Problem) -> bool:
    """Tell whether nothing differs that everybody's columns depend on."""
    return (
        problem.is_ready_scored == before.is_ready_scored
        and problem.policy == before.policy
        and all(
            getattr(problem, table) == getattr(before, table)
            for table in ("courses", "municipalities", "history", "resources")
        )
        and quota_groups(problem) == quota_groups(before)
        and _trainings(problem.cohorts) == _trainings(before.cohorts)
    )


def _trainings(cohorts: Iterable[Cohort]) -> list[tuple[Any, ...]]:
    """Return what columns depend on: neither seats, nor smallest enrolments, nor who pays."""
    fields = ("cohort_id", "course_id", "start_date", "end_date", "municipality", "status", "cost_per_seat")
    return sorted(tuple(str(getattr(cohort, field)) for field in fields) for cohort in cohorts)


def _touched(problem: Problem, before: Problem) -> tuple[set[str], set[str]]:
    """Return the candidates and the vacancies of which some row is new, gone or another one."""
    candidates = {
        row.candidate_id
        for table in OF_CANDIDATES
        for row in _differing(getattr(problem, table), getattr(before, table))
    }
    vacancies = {
        row.vacancy_id for table in OF_VACANCIES for row in _differing(getattr(problem, table), getattr(before, table))
    }
    contracts = {row.contract_id for row in _differing(problem.contracts, before.contracts)}
    for row in (*problem.vacancies, *before.vacancies) if contracts else ():
        if row.contract_id in contracts:
            vacancies.add(row.vacancy_id)
    return candidates, vacancies


def _differing(rows: tuple[Any, ...], before: tuple[Any, ...]) -> list[Any]:
    found = differing_rows(rows, before)
    return [*rows, *before] if found is None else [*found[0], *found[1]]


def _parts(problem: Problem, candidates: set[str], vacancies: set[str]) -> list[Problem]:
    """Return the problems of the touched candidates, and of the touched vacancies with everybody else."""
    parts: list[dict[str, Any]] = []
    if any(row.candidate_id in candidates for row in problem.candidates):
        own = {
            table: tuple(row for row in getattr(problem, table) if row.candidate_id in candidates)
            for table in OF_CANDIDATES
        }
        parts.append(own)
    if any(row.vacancy_id in vacancies for row in problem.vacancies):
        own = {
            table: tuple(row for row in getattr(problem, table) if row.vacancy_id in vacancies)
            for table in OF_VACANCIES
        }
        for table in ("decisions", "pairs"):
            own[table] = tuple(row for row in getattr(problem, table) if row.vacancy_id in vacancies)
        for table in OF_CANDIDATES:
            rows = own.get(table, getattr(problem, table))
            own[table] = tuple(row for row in rows if row.candidate_id not in candidates)
        parts.append(own)
    # A problem without pairs is no ready-scored one any more: where all of them lie elsewhere there are no columns.
    return [replace(problem, **own) for own in parts if own["pairs"] or not problem.is_ready_scored]


def _merged(
    limits: Limits, before: Columns, found: Sequence[Columns], candidates: set[str], vacancies: set[str]
) -> Columns:
    """Return the untouched columns of before and those that were found, in order."""
    stays = ~_is_among(before.limits.candidate_ids, candidates)[before.candidate]
    stays &= ~_is_among(before.limits.vacancy_ids, vacancies)[before.vacancy]
    keys = [_keys(part.routes, len(limits.cohort_ids)) for part in (before, *found)]
    table = np.unique(np.concatenate(keys))
    old, *extra = [
        _moved(part, limits, np.searchsorted(table, own)) for part, own in zip((before, *found), keys, strict=True)
    ]
    routes = RouteKeys(len(limits.cohort_ids)).routes(table)
    return columns_of(limits, routes, _in_order(old, np.flatnonzero(~stays), extra, len(limits.vacancy_ids)))


def _is_among(ids: Sequence[str], touched: set[str]) -> BoolArray:
    return np.fromiter((entity_id in touched for entity_id in ids), np.bool_, len(ids))


def _keys(routes: Routes, num_cohorts: int) -> IntArray:
    cohorts = np.full((MAX_LENGTH, len(routes)), -1, np.int32)
    promised = np.zeros((MAX_LENGTH, len(routes)), np.bool_)
    for step in range(MAX_LENGTH):
        has = np.flatnonzero(routes.length > step)
        entry = routes.start[:-1][has] + step
        cohorts[step, has], promised[step, has] = routes.cohort[entry], ~routes.is_new[entry]
    return RouteKeys(num_cohorts).of(cohorts, promised)


def _moved(part: Columns, limits: Limits, route: IntArray) -> Arrays:
    """Return the arrays of some columns by the positions of now."""
    arrays = part.arrays()
    for name, place in (
        ("candidate", _positions(part.limits.candidate_ids, limits.candidate_ids)),
        ("vacancy", _positions(part.limits.vacancy_ids, limits.vacancy_ids)),
        ("route_idx", route.astype(np.int32)),
    ):
        if not np.array_equal(place, np.arange(len(place))):
            arrays[name] = place[arrays[name]]
    return arrays


def _positions(then: Sequence[str], now: Sequence[str]) -> Any:
    if then == now:
        return np.arange(len(then), dtype=np.int32)
    place = {entity_id: position for position, entity_id in enumerate(now)}
    return np.fromiter((place.get(entity_id, -1) for entity_id in then), np.int32, len(then))


def _in_order(old: Arrays, gone: IntArray, extra: Sequence[Arrays], num_vacancies: int) -> Arrays:
    """Return the old columns but for some, and all others, by candidate, vacancy and route; no pair stands in two.

    What nobody has, one number for all, is left out.
    """
    more = {name: np.concatenate([old[name][:0], *(part[name] for part in extra)]) for name in old}
    order = np.lexsort((more["route_idx"], more["vacancy"], more["candidate"]))
    pairs = old["candidate"].astype(np.int64) * num_vacancies + old["vacancy"]
    wanted = more["candidate"][order].astype(np.int64) * num_vacancies + more["vacancy"][order]
    before = np.searchsorted(pairs, wanted)  # which old column each of the others comes before
    at = before - np.searchsorted(gone, before) + np.arange(len(wanted))
    begin = np.unique(np.r_[0, gone + 1, before])  # of the stretches that stay side by side, mostly a few long ones
    end = np.r_[begin[1:], len(pairs)]
    at_end = np.searchsorted(gone, end)
    end -= (at_end > 0) & (gone[at_end - 1] == end - 1) if len(gone) else 0
    there = begin - np.searchsorted(gone, begin) + np.searchsorted(before, begin, side="right")
    stretches = list(zip(begin.tolist(), end.tolist(), there.tolist(), strict=True))
    joined: Arrays = {}
    for name in old:
        if name in UNUSED and all((part["resource"] < 0).all() for part in (old, more)):
            continue
        array = np.empty(len(pairs) - len(gone) + len(wanted), np.promote_types(old[name].dtype, more[name].dtype))
        for first, last, place in stretches:
            array[place : place + max(0, last - first)] = old[name][first:last]
        array[at] = more[name][order]
        joined[name] = array
    return joined
