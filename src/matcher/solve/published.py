"""Where the placements of a published plan stand among today's columns."""

from __future__ import annotations

import numpy as np

from matcher.columns import Columns, IntArray
from matcher.plan import Plan, promises


def published_columns(columns: Columns, plan: Plan) -> IntArray:
    """Return the positions of a published plan's placements, sorted; those that are no longer possible have none."""
    limits = columns.limits
    candidate_at = {name: position for position, name in enumerate(limits.candidate_ids)}
    vacancy_at = {name: position for position, name in enumerate(limits.vacancy_ids)}
    # Once for all: a search per person would widen the array of millions each time.
    starts = np.searchsorted(columns.candidate, np.arange(len(limits.candidate_ids) + 1, dtype=np.int32))
    found = []
    for candidate_id, vacancy_id, route in promises(plan):
        candidate, vacancy = candidate_at.get(candidate_id), vacancy_at.get(vacancy_id)
        if candidate is None or vacancy is None:
            continue
        begin, end = starts[candidate : candidate + 2]
        own = begin + np.flatnonzero(columns.vacancy[begin:end] == vacancy)
        found += [column for column in own.tolist() if columns.route(column) == route]
    return np.array(sorted(found), dtype=np.int64)
