"""Exchanges of a few placements that give somebody a place: who leaves it, and who takes what becomes free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.columns import Columns, IntArray
from matcher.explain.proofs.trials import Swap

OWN_ROUTES = 2  # of the candidate to the place
OCCUPANTS = 4  # who could leave it
NEXT_PLACES = 2  # for whoever does
SUCCESSORS = 2  # for a place that the candidate leaves
PER_CANDIDATE = 24


class Swaps:
    """The columns of a plan and of those who could take a place, in the order of what they lose at least.

    Parameters
    ----------
    columns : Columns
    chosen : int64 (n,)
        Positions of the plan's.
    key : float64 (N,)
        What taking each column loses at least, the least first.
    """

    def __init__(self, columns: Columns, chosen: IntArray, key: npt.NDArray[np.floating[Any]]) -> None:
        limits = columns.limits
        self._columns, self._key = columns, key
        self._candidate, self._vacancy = columns.candidate.tolist(), columns.vacancy.tolist()
        self._chosen = set(chosen.tolist())
        self._cohorts: dict[int, frozenset[int]] = {}
        self._taken = np.bincount(columns.candidate[chosen], minlength=len(limits.candidate_ids))
        self._open = limits.positions - np.bincount(columns.vacancy[chosen], minlength=len(limits.vacancy_ids))
        self._seated: dict[int, list[int]] = defaultdict(list)  # those with a new seat in a cohort, least weight first
        for column in sorted(self._chosen, key=self._lightest):
            for cohort in self._cohorts_of(column):
                self._seated[cohort].append(column)
        self._of_candidate: dict[int, list[int]] = defaultdict(list)
        self._of_vacancy: dict[int, list[int]] = defaultdict(list)
        self._placed_of: dict[int, list[int]] = defaultdict(list)
        self._placed_in: dict[int, list[int]] = defaultdict(list)
        for column in np.argsort(key, kind="stable").tolist():
            candidate, vacancy = self._candidate[column], self._vacancy[column]
            if column in self._chosen:
                self._placed_of[candidate].append(column)
                self._placed_in[vacancy].append(column)
            else:
                self._of_candidate[candidate].append(column)
                self._of_vacancy[vacancy].append(column)

    def giving(self, candidate: int, vacancy: int) -> list[Swap]:
        """Return exchanges that give a candidate a place, those that seem to lose least first."""
        own = [column for column in self._of_candidate[candidate] if self._vacancy[column] == vacancy][:OWN_ROUTES]
        found = [
            (self._lost(into), (out, into))
            for column in own
            for leaving in self._leaving(candidate)
            for out, into in self._with_occupant(vacancy, (*leaving, column), leaving)
        ]
        found.sort(key=lambda entry: entry[0])
        return [swap for _, swap in found[:PER_CANDIDATE]]

    def _lost(self, into: Sequence[int]) -> float:
        return sum(float(self._key[column]) for column in into)

    def _leaving(self, candidate: int) -> Iterator[tuple[int, ...]]:
        """Yield what the candidate gives up: nothing where there is room for one more, else one placement."""
        if self._taken[candidate] < self._columns.limits.placements[candidate]:
            yield ()
        for column in self._placed_of[candidate]:
            yield (column,)

    def _with_occupant(self, vacancy: int, moves: Sequence[int], leaving: Sequence[int]) -> Iterator[Swap]:
        """Yield exchanges: somebody leaves the place, for another one or for none, or a seat that is needed."""
        into = tuple(moves[len(leaving) :])
        for released in ((), *((column,) for column in self._releasing(into[0], leaving))):
            out = (*leaving, *released)
            left = [self._vacancy[column] for column in out]
            if self._open[vacancy] > 0 or vacancy in left:
                yield from self._refilled(out, into, left)
            for occupant in islice(reversed(self._placed_in[vacancy]), OCCUPANTS):
                if occupant in out:
                    continue
                if self._open[vacancy] <= 0:
                    yield from self._refilled((*out, occupant), into, left)
                for column in self._elsewhere(occupant, left):
                    still_left = [place for place in left if place != self._vacancy[column]]
                    yield from self._refilled((*out, occupant), (*into, column), still_left)

    def _elsewhere(self, occupant: int, left: Sequence[int]) -> Iterator[int]:
        """Yield where somebody who leaves a place could go: an open place, or one that is just being left."""
        found = (
            column
            for column in self._of_candidate[self._candidate[occupant]]
            if self._vacancy[column] != self._vacancy[occupant]
            and (self._open[self._vacancy[column]] > 0 or self._vacancy[column] in left)
        )
        return islice(found, NEXT_PLACES)

    def _releasing(self, column: int, leaving: Sequence[int]) -> list[int]:
        """Return placements whose seats the column needs, those of least weight first."""
        sharing = {
            other
            for cohort in self._cohorts_of(column)
            for other in self._seated[cohort][: OCCUPANTS + len(leaving)]
            if other not in leaving
        }
        return sorted(sharing, key=self._lightest)[:OCCUPANTS]

    def _lightest(self, column: int) -> tuple[int, int]:
        return int(self._columns.weight[column]), column

    def _cohorts_of(self, column: int) -> frozenset[int]:
        if column not in self._cohorts:
            routes, entries = self._columns.routes, self._columns.route_entries(column)
            self._cohorts[column] = frozenset(routes.cohort[entries][routes.is_new[entries]].tolist())
        return self._cohorts[column]

    def _refilled(self, out: tuple[int, ...], into: tuple[int, ...], left: Sequence[int]) -> Iterator[Swap]:
        """Yield an exchange as it is, and with somebody who is free in the place that becomes free."""
        yield out, into
        busy = {self._candidate[column] for column in (*out, *into)}
        for place in left:
            free = (
                column
                for column in self._of_vacancy[place]
                if self._candidate[column] not in busy
                and self._taken[self._candidate[column]] < self._columns.limits.placements[self._candidate[column]]
            )
            for column in islice(free, SUCCESSORS):
                yield out, (*into, column)
