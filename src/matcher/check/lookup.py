"""Finds single columns among millions by the ids of candidate, vacancy and cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import Columns, IntArray

ColumnKey = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLookup:
    """Positions by id, and the pair of every column as one number.

    Parameters
    ----------
    columns : Columns
        Sorted by candidate and vacancy.
    candidate_at, vacancy_at, cohort_at : dict of id to position
    pair_number : int64 (N,)
        Candidate times number of vacancies plus vacancy; ascending.
    """

    columns: Columns
    candidate_at: dict[str, int]
    vacancy_at: dict[str, int]
    cohort_at: dict[str, int]
    pair_number: IntArray

    def find(self, keys: Sequence[ColumnKey]) -> list[int | None]:
        """Return the positions of columns; ``None`` for each that is not among them."""
        wanted = np.array([self._number(candidate_id, vacancy_id) for candidate_id, vacancy_id, _ in keys], np.int64)
        begins = np.searchsorted(self.pair_number, wanted).tolist()
        ends = np.searchsorted(self.pair_number, wanted, side="right").tolist()
        return [
            self._with_route(begin, end, cohort_ids)
            for begin, end, (_, _, cohort_ids) in zip(begins, ends, keys, strict=True)
        ]

    def routes_of(self, candidate_id: str, vacancy_id: str) -> list[tuple[str, ...]]:
        """Return the routes of every column of a pair."""
        number = self._number(candidate_id, vacancy_id)
        begin, end = np.searchsorted(self.pair_number, (number, number + 1)).tolist()
        return [self.columns.route(column) for column in range(begin, end)]

    def _number(self, candidate_id: str, vacancy_id: str) -> int:
        candidate, vacancy = self.candidate_at.get(candidate_id), self.vacancy_at.get(vacancy_id)
        return -1 if candidate is None or vacancy is None else candidate * len(self.vacancy_at) + vacancy

    def _with_route(self, begin: int, end: int, cohort_ids: tuple[str, ...]) -> int | None:
        route = [self.cohort_at.get(cohort_id, -1) for cohort_id in cohort_ids]
        columns = self.columns
        for column in range(begin, end):
            if columns.routes.cohort[columns.route_entries(column)].tolist() == route:
                return column
        return None


def column_lookup(columns: Columns) -> ColumnLookup | None:
    """Return a lookup; ``None`` where the columns are not sorted by candidate and vacancy."""
    limits = columns.limits
    pair_number = columns.candidate.astype(np.int64) * len(limits.vacancy_ids) + columns.vacancy
    if bool((pair_number[1:] < pair_number[:-1]).any()):
        return None
    return ColumnLookup(
        columns=columns,
        candidate_at=_places(limits.candidate_ids),
        vacancy_at=_places(limits.vacancy_ids),
        cohort_at=_places(limits.cohort_ids),
        pair_number=pair_number,
    )


def _places(ids: Sequence[str]) -> dict[str, int]:
    return {entity_id: place for place, entity_id in enumerate(ids)}
