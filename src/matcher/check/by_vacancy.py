"""The columns that limits concern, mostly those of a few vacancies, found without passing over all of them."""

from __future__ import annotations

import numpy as np

from matcher.check.in_play import ColumnsInPlay, order_by_vacancy
from matcher.check.rates import Rates
from matcher.columns import IntArray


class ColumnsByVacancy:
    """The columns of each vacancy among many, sorted once, when they are first asked for.

    Parameters
    ----------
    play : ColumnsInPlay
    num_vacancies : int
    """

    __slots__ = ("_begin", "_num_vacancies", "_order", "_play")

    def __init__(self, play: ColumnsInPlay, num_vacancies: int) -> None:
        self._play, self._num_vacancies = play, num_vacancies
        self._order: IntArray | None = None
        self._begin: list[int] = []

    def concerned(self, rates: Rates) -> ColumnsInPlay:
        """Return all columns that the rates may give a value other than 0, and maybe some more."""
        vacancies = _vacancies(rates)
        if vacancies is None:
            return self._play
        if self._order is None:
            self._order = order_by_vacancy(self._play.vacancy, self._num_vacancies)
            counts = np.bincount(self._play.vacancy, minlength=self._num_vacancies)
            self._begin = [0, *np.cumsum(counts).tolist()]
        own = [self._order[self._begin[vacancy] : self._begin[vacancy + 1]] for vacancy in vacancies]
        return self._play.at(np.sort(np.concatenate(own)) if own else np.zeros(0, np.int64))


def _vacancies(rates: Rates) -> list[int] | None:
    """Return the vacancies whose columns have a rate; ``None`` where columns of any may have one."""
    of_all = (rates.per_weight, rates.per_cost, rates.per_lottery, rates.per_kept)
    if any(of_all) or any(rates.by_cohort) or any(rates.by_resource) or rates.by_link:
        return None
    found = {vacancy for _, vacancy in rates.by_pair} | {vacancy for vacancy, _ in rates.by_vacancy_link}
    for by_vacancy in (rates.by_vacancy, rates.per_unit, *rates.by_group.values()):
        found.update(vacancy for vacancy, rate in enumerate(by_vacancy) if rate)
    linked = [contract for contract, _ in rates.by_obligation_link]
    found.update(np.flatnonzero(np.isin(rates.contract, linked)).tolist())
    return sorted(found)
