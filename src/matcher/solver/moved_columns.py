"""Finds the columns of one problem among those of another, by candidate, vacancy and route."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.columns import Columns, IntArray

LONGEST_ROUTE = 3  # cohorts


def moved_ids(then: Sequence[str], now: Sequence[str]) -> IntArray:
    """Return where each id stands now, -1 for those that are gone; int64 (ids of then,)."""
    if then == now:
        return np.arange(len(then))
    place = {entity_id: position for position, entity_id in enumerate(now)}
    return np.fromiter((place.get(entity_id, -1) for entity_id in then), np.int64, len(then))


def moved_columns(then: Columns, now: Columns, which: IntArray) -> IntArray:
    """Return where some columns stand now, -1 for those that are gone; int64 (n,).

    Parameters
    ----------
    then, now : Columns
    which : int array (n,)
        Positions of then.
    """
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
