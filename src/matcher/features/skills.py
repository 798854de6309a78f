"""Whether skills are met on a day, by what candidates hold or by what routes grant."""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.chains import Catalogue
from matcher.features.given import Given


class SkillsOnDay:
    """Answers for one block of candidates.

    Parameters
    ----------
    given : Given
    last_day : int32 (N, B)
        Of each need and candidate, see `last_days`.
    catalogue : Catalogue
    """

    def __init__(self, given: Given, last_day: IndexArray, catalogue: Catalogue) -> None:
        self._must = given.must.need
        self._last_day = last_day
        self._grants = np.concatenate([given.training.grants, np.zeros((1, len(given.needs)), np.bool_)])
        self._set_of_chain = catalogue.set_of_chain
        self._set_grants = np.array(
            [given.training.course_grants[list(courses)].any(axis=0) for courses in catalogue.course_sets]
        )

    def held(self, need: IndexArray, candidate: IntArray, day: IndexArray) -> BoolArray:
        """Tell whether each candidate meets a need by themselves; all arrays (M,)."""
        held: BoolArray = self._last_day.ravel().take(need * self._last_day.shape[1] + candidate) >= day
        return held

    def met(self, need: IndexArray, candidate: IntArray, chain: IntArray, day: IndexArray) -> BoolArray:
        """Tell whether each need is met by the candidate or the chain; all arrays (M,)."""
        granted: BoolArray = self._set_grants[self._set_of_chain[chain], need]
        return granted | self.held(need, candidate, day)

    def all_met(self, candidate: IntArray, vacancy: IntArray, cohorts: IndexArray, day: IndexArray) -> BoolArray:
        """Tell whether every skill that each vacancy requires is met by the candidate or one of some cohorts.

        Parameters
        ----------
        candidate, vacancy : int64 (M,)
        cohorts : int32 (length, M)
            -1 for none.
        day : int32 (M,)
        """
        all_met = np.ones(len(candidate), np.bool_)
        for needs in self._must.T:
            need = needs[vacancy].astype(np.int64)
            met = (need < 0) | self.held(need, candidate, day)
            for cohort in cohorts:
                met |= self._grants[cohort, need]
            all_met &= met
        return all_met
