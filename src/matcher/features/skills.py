"""Whether skills are met on a day, by what candidates hold or by what routes grant."""

from __future__ import annotations

import numpy as np

from matcher.columns import BoolArray, IndexArray, IntArray
from matcher.features.given import Given


class SkillsOnDay:
    """Whether skills are met on a day, by what a candidate of a block holds or a route grants.

    Parameters
    ----------
    given : Given
    last_day : int32 (N, B)
    """

    def __init__(self, given: Given, last_day: IndexArray) -> None:
        self._must = given.must.need
        self.last_day = last_day
        no_cohort = np.zeros((1, len(given.needs)), np.bool_)
        self._grants = np.concatenate([given.training.grants, no_cohort])

    def met(self, need: IndexArray, candidate: IntArray, cohorts: IndexArray, day: IndexArray) -> BoolArray:
        """Tell whether each need is met; all arrays (M,), cohorts (length, M)."""
        met: BoolArray = self.last_day[need, candidate] >= day
        for cohort in cohorts:
            met |= self._grants[cohort, need]
        return met

    def all_met(self, candidate: IntArray, vacancy: IntArray, cohorts: IndexArray, day: IndexArray) -> BoolArray:
        """Tell whether every skill that each vacancy requires is met."""
        all_met = np.ones(len(candidate), np.bool_)
        for needs in self._must.T:
            need = needs[vacancy]
            all_met &= (need < 0) | self.met(need, candidate, cohorts, day)
        return all_met
