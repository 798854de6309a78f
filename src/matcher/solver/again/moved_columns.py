"""Finds the columns of one problem among those of another, by candidate, vacancy and route."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.columns import Columns, IntArray

LONGEST_ROUTE = 3  # cohorts
LARGEST_KEY = 2**62


def moved_ids(then: Sequence[str], now: Sequence[str]) -> IntArray:
    """Return where each id stands now, -1 for those that are gone; int64 (ids of then,)."""
    if then == now:
        return np.arange(len(then))
    place = {entity_id: position for position, entity_id in enumerate(now)}
    return np.fromiter((place.get(entity_id, -1) for entity_id in then), np.int64, len(then))


def has_same_columns(then: Columns, now: Columns) -> bool:
    """Tell whether the columns of now are those of then, and only limits and pins may have changed."""
    before = then.arrays()
    return (
        now.routes is then.routes
        and all(array is before[name] for name, array in now.arrays().items())
        and all(
            getattr(now.limits, ids) == getattr(then.limits, ids)
            for ids in ("candidate_ids", "vacancy_ids", "cohort_ids")
        )
    )


def moved_columns(then: Columns, now: Columns, which: IntArray) -> IntArray:
    """Return where some columns stand now, -1 for those that are gone; int64 (n,).

    Parameters
    ----------
    then, now : Columns
    which : int array (n,)
        Positions of then.
    """
    if has_same_columns(then, now):
        return which
    own, own_now = then.limits, now.limits
    candidate = moved_ids(own.candidate_ids, own_now.candidate_ids)[then.candidate[which]]
    vacancy = moved_ids(own.vacancy_ids, own_now.vacancy_ids)[then.vacancy[which]]
    cohort = moved_ids(own.cohort_ids, own_now.cohort_ids)
    chain = _chains(then, cohort, len(own_now.cohort_ids))[then.route_idx[which]]
    num_vacancies = len(own_now.vacancy_ids)
    pair = np.where((candidate < 0) | (vacancy < 0) | (chain < 0), -1, candidate * num_vacancies + vacancy)
    pairs = now.candidate.astype(np.int64) * num_vacancies + now.vacancy
    begin = np.searchsorted(pairs, pair)
    count = np.where(pair < 0, 0, np.searchsorted(pairs, pair, side="right") - begin)
    chains = _chains(now, np.arange(len(own_now.cohort_ids)), len(own_now.cohort_ids))
    asked = np.repeat(np.arange(len(which)), count)
    place = np.arange(len(asked)) + np.repeat(begin - (np.cumsum(count) - count), count)
    same = chains[now.route_idx[place]] == chain[asked]
    found = np.full(len(which), -1, dtype=np.int64)
    found[asked[same]] = place[same]
    return found


def same_columns(then: Columns, now: Columns) -> IntArray:
    """Return where the columns stand now that deliver and count the same, -1 for all others; int64 (N of then,).

    Whether a seat of a route is promised counts as well; weights, costs and lots do not.
    """
    own, own_now = then.limits, now.limits
    num_vacancies, num_routes = len(own_now.vacancy_ids), len(now.routes)
    place = np.full(len(then), -1, dtype=np.int64)
    if len(own_now.candidate_ids) * max(num_vacancies, 1) * max(num_routes, 1) >= LARGEST_KEY or not len(now):
        return place
    candidate = moved_ids(own.candidate_ids, own_now.candidate_ids)[then.candidate]
    vacancy = moved_ids(own.vacancy_ids, own_now.vacancy_ids)[then.vacancy]
    route = _moved_routes(then, now)[then.route_idx]
    key = (candidate * num_vacancies + vacancy) * num_routes + route
    key[(candidate < 0) | (vacancy < 0) | (route < 0)] = -1
    keys = (now.candidate.astype(np.int64) * num_vacancies + now.vacancy) * num_routes + now.route_idx
    before, after = _agreeing(key, keys)
    place[:before] = np.arange(before)
    place[len(key) - after :] = np.arange(len(keys) - after, len(keys))
    middle = slice(before, len(key) - after)
    at = np.minimum(np.searchsorted(keys, key[middle]), len(keys) - 1)
    place[middle] = np.where(keys[at] == key[middle], at, -1)
    stays = np.flatnonzero(place >= 0)
    is_other = (then.units[stays] != now.units[place[stays]]) | (then.group_bits[stays] != now.group_bits[place[stays]])
    place[stays[is_other]] = -1
    return place


def _agreeing(one: IntArray, other: IntArray) -> tuple[int, int]:
    """Return how many entries agree at the beginning of two arrays, and of the rest how many at the end."""
    most = min(len(one), len(other))
    differing = np.flatnonzero(one[:most] != other[:most])
    before = int(differing[0]) if len(differing) else most
    most -= before
    differing = np.flatnonzero(one[len(one) - most :] != other[len(other) - most :])
    return before, most - 1 - int(differing[-1]) if len(differing) else most


def _moved_routes(then: Columns, now: Columns) -> IntArray:
    """Return where each route with its promised seats stands now, -1 for nowhere."""
    base = 2 * (len(now.limits.cohort_ids) + 1)
    numbers = []
    for columns, cohort in (
        (then, moved_ids(then.limits.cohort_ids, now.limits.cohort_ids)),
        (now, np.arange(len(now.limits.cohort_ids))),
    ):
        routes = columns.routes
        number = np.zeros(len(routes), dtype=np.int64)
        is_gone = np.zeros(len(routes), dtype=bool)
        for step in range(LONGEST_ROUTE):
            has = np.flatnonzero(routes.length > step)
            entry = routes.start[:-1][has] + step
            at = cohort[routes.cohort[entry]]
            number[has] += (2 * (at + 1) + routes.is_new[entry]) * base**step
            is_gone[has] |= at < 0
        numbers.append(np.where(is_gone, -1, number))
    order = np.argsort(numbers[1], kind="stable")
    at = np.minimum(np.searchsorted(numbers[1], numbers[0], sorter=order), len(order) - 1)
    return np.where(numbers[1][order[at]] == numbers[0], order[at], -1)


def _chains(columns: Columns, cohort: IntArray, num_cohorts: int) -> IntArray:
    """Return one number for the cohorts of each route, by their positions now; -1 where one of them is gone."""
    routes, base = columns.routes, num_cohorts + 1
    number = np.zeros(len(routes), dtype=np.int64)
    is_gone = np.zeros(len(routes), dtype=bool)
    for step in range(LONGEST_ROUTE):
        has = np.flatnonzero(routes.length > step)
        at = cohort[routes.cohort[routes.start[:-1][has] + step]]
        number[has] += (at + 1) * base**step
        is_gone[has] |= at < 0
    return np.where(is_gone, -1, number)
