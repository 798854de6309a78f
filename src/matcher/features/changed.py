"""The columns of a problem that differs little from one whose columns are at hand: only what was touched is searched.

Whether a column exists, and what it carries, depends on its candidate, its vacancy (read with its contract), and on
cohorts, courses, places and policy. Where these last are the same, the columns of everybody and everything untouched
are those of before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray, Limits, Routes
from matcher.errors import InvalidInput
from matcher.features.assembly import Arrays, columns_of
from matcher.features.build import build_columns, terms_of
from matcher.features.curriculum import MAX_LENGTH
from matcher.features.limits import build_limits, quota_groups
from matcher.features.route_keys import RouteKeys
from matcher.problem import Cohort, Problem, Vacancy, differing_rows

MOST_TOUCHED = 10  # one candidate or vacancy in so many: where more are touched, everything is searched
OF_CANDIDATES = ("candidates", "candidate_skills", "enrolments", "pairs")  # and decisions, which only take away
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
    touched = _touched(problem, before)
    candidates, vacancies = touched.candidates, touched.vacancies
    if len(candidates) > len(problem.candidates) // MOST_TOUCHED + 1:
        return build_columns(problem, threads=threads)
    if len(vacancies) > len(problem.vacancies) // MOST_TOUCHED + 1:
        return build_columns(problem, threads=threads)
    limits = build_limits(problem, terms_of(problem))
    if not candidates and not vacancies and not touched.forbidden:  # the same columns under other limits
        return replace(columns, limits=limits)
    try:
        found = [build_columns(part, threads=threads) for part in _parts(problem, touched)]
    except InvalidInput:  # what is left out is named elsewhere
        return build_columns(problem, threads=threads)
    return _merged(limits, columns, found, touched)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Touched:
    """Whose columns may differ, and the pairs that have none any more.

    Parameters
    ----------
    candidates, vacancies : set of str
        Of which some row is new, gone or another one; vacancies with another number of positions are not among them.
    forbidden : set of (str, str)
    new_rows : dict of table to sequence
        All rows of the touched candidates who are there now, and perhaps others.
    """

    candidates: set[str]
    vacancies: set[str]
    forbidden: set[tuple[str, str]]
    new_rows: dict[str, Sequence[Any]]


def _touched(problem: Problem, before: Problem) -> _Touched:
    differing = {
        table: differing_rows(getattr(problem, table), getattr(before, table))
        or (getattr(problem, table), getattr(before, table))
        for table in (*OF_CANDIDATES, *OF_VACANCIES, "contracts")
    }
    candidates = {row.candidate_id for table in OF_CANDIDATES for rows in differing[table] for row in rows}
    forbidden, earlier = _forbidden(problem), _forbidden(before)
    candidates |= {candidate_id for candidate_id, _ in earlier - forbidden}
    vacancies = {row.vacancy_id for row in _beyond_positions(*differing["vacancies"])}
    vacancies |= {row.vacancy_id for rows in differing["vacancy_skills"] for row in rows}
    contracts = {row.contract_id for rows in differing["contracts"] for row in rows}
    for row in (*problem.vacancies, *before.vacancies) if contracts else ():
        if row.contract_id in contracts:
            vacancies.add(row.vacancy_id)
    new, gone = ({row.candidate_id for row in rows} for rows in differing["candidates"])
    is_all_new = candidates <= (new ^ gone)  # whoever is new has only new rows
    tables = {table: differing[table][0] if is_all_new else getattr(problem, table) for table in OF_CANDIDATES}
    return _Touched(candidates=candidates, vacancies=vacancies, forbidden=forbidden - earlier, new_rows=tables)


def _forbidden(problem: Problem) -> set[tuple[str, str]]:
    return {(row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == "forbidden"}


def _beyond_positions(new: Sequence[Vacancy], gone: Sequence[Vacancy]) -> list[Vacancy]:
    """Return the vacancies that differ in more than how many people they take."""
    then = {row.vacancy_id: row for row in gone}
    now = {row.vacancy_id: row for row in new}
    same = {own for own, row in now.items() if own in then and replace(row, positions=then[own].positions) == then[own]}
    return [row for row in (*new, *gone) if row.vacancy_id not in same]


def _parts(problem: Problem, touched: _Touched) -> list[Problem]:
    """Return the problems of the touched candidates, and of the touched vacancies with everybody else."""
    candidates, vacancies = touched.candidates, touched.vacancies
    parts: list[dict[str, Any]] = []
    if candidates and any(row.candidate_id in candidates for row in problem.candidates):
        own = {
            table: tuple(row for row in touched.new_rows[table] if row.candidate_id in candidates)
            for table in OF_CANDIDATES
        }
        own["decisions"] = tuple(row for row in problem.decisions if row.candidate_id in candidates)
        parts.append(own)
    if vacancies and any(row.vacancy_id in vacancies for row in problem.vacancies):
        own = {
            table: tuple(row for row in getattr(problem, table) if row.vacancy_id in vacancies)
            for table in OF_VACANCIES
        }
        for table in ("decisions", "pairs"):
            own[table] = tuple(row for row in getattr(problem, table) if row.vacancy_id in vacancies)
        for table in (*OF_CANDIDATES, "decisions"):
            rows = own.get(table, getattr(problem, table))
            own[table] = tuple(row for row in rows if row.candidate_id not in candidates)
        parts.append(own)
    # A problem without pairs is no ready-scored one any more: where all of them lie elsewhere there are no columns.
    return [replace(problem, **own) for own in parts if own["pairs"] or not problem.is_ready_scored]


def _merged(limits: Limits, before: Columns, found: Sequence[Columns], touched: _Touched) -> Columns:
    """Return the untouched columns of before and those that were found, in order."""
    stays = ~_is_among(before.limits.candidate_ids, touched.candidates)[before.candidate]
    stays &= ~_is_among(before.limits.vacancy_ids, touched.vacancies)[before.vacancy]
    stays[_of_pairs(before, touched.forbidden)] = False
    keys = [_keys(part.routes, len(limits.cohort_ids)) for part in (before, *found)]
    table = np.unique(np.concatenate(keys))
    old, *extra = [
        _moved(part, limits, np.searchsorted(table, own)) for part, own in zip((before, *found), keys, strict=True)
    ]
    routes = RouteKeys(len(limits.cohort_ids)).routes(table)
    return columns_of(limits, routes, _in_order(old, np.flatnonzero(~stays), extra, len(limits.vacancy_ids)))


def _of_pairs(columns: Columns, pairs: Iterable[tuple[str, str]]) -> IntArray:
    """Return the columns of some pairs of ids."""
    candidate_ids, vacancy_ids = columns.limits.candidate_ids, columns.limits.vacancy_ids
    found = [np.empty(0, np.int64)]
    for candidate_id, vacancy_id in pairs:
        if candidate_id in candidate_ids and vacancy_id in vacancy_ids:
            who, where = candidate_ids.index(candidate_id), vacancy_ids.index(vacancy_id)
            begin, end = columns.of_candidate(who)
            found.append(begin + np.flatnonzero(columns.vacancy[begin:end] == where))
    return np.concatenate(found)


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
