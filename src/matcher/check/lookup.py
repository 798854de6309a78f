"""Finds single columns among millions by the ids of candidate, vacancy and cohorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLookup:
    """Positions by id, and where each candidate's columns begin.

    Parameters
    ----------
    columns : Columns
        Sorted by candidate.
    candidate_at, vacancy_at : dict of id to position
    begin : int64 (C + 1,)
        Candidate c has columns ``begin[c]`` to ``begin[c + 1]``, the last one excluded.
    """

    columns: Columns
    candidate_at: dict[str, int]
    vacancy_at: dict[str, int]
    begin: IntArray

    def pair(self, candidate_id: str, vacancy_id: str) -> list[int]:
        """Return the columns of a pair, by any route."""
        candidate, vacancy = self.candidate_at.get(candidate_id), self.vacancy_at.get(vacancy_id)
        if candidate is None or vacancy is None:
            return []
        begin, end = self.begin[candidate], self.begin[candidate + 1]
        found: list[int] = (begin + np.flatnonzero(self.columns.vacancy[begin:end] == vacancy)).tolist()
        return found

    def column(self, candidate_id: str, vacancy_id: str, cohort_ids: tuple[str, ...]) -> int | None:
        """Return the position of one column; ``None`` where there is no such column."""
        for column in self.pair(candidate_id, vacancy_id):
            if self.columns.route(column) == cohort_ids:
                return column
        return None


def column_lookup(columns: Columns) -> ColumnLookup | None:
    """Return a lookup; ``None`` where the columns are not sorted by candidate."""
    if bool((columns.candidate[1:] < columns.candidate[:-1]).any()):
        return None
    limits = columns.limits
    return ColumnLookup(
        columns=columns,
        candidate_at={candidate_id: place for place, candidate_id in enumerate(limits.candidate_ids)},
        vacancy_at={vacancy_id: place for place, vacancy_id in enumerate(limits.vacancy_ids)},
        begin=np.searchsorted(columns.candidate, np.arange(len(limits.candidate_ids) + 1)).astype(np.int64),
    )
