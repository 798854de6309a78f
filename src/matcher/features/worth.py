"""What columns are worth, cost, deliver and count for: docs/model.md section 3."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import WEIGHT_SCALE, BoolArray, IndexArray, IntArray
from matcher.features.arrays import FOREVER, FloatArray
from matcher.features.chains import Chains
from matcher.features.given import Given
from matcher.features.lottery import COHORT_FACTORS, VACANCY_FACTOR, HashArray, drawn
from matcher.features.routes import Found
from matcher.features.skills import SkillsOnDay
from matcher.problem import OutcomePrior

LONGEST_KM = 100  # a longer way counts as this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """The hashes of all ids that the lottery mixes; uint64 (C,), (V,), (K,)."""

    candidate: HashArray
    vacancy: HashArray
    cohort: HashArray


class Weights:
    """Millionths of an expected sustained placement.

    Parameters
    ----------
    given : Given
    outcome : OutcomePrior
        Coefficients, believed or fitted.
    """

    def __init__(self, given: Given, outcome: OutcomePrior) -> None:
        work, policy = given.work, given.policy
        self._nice = given.nice
        self._total = np.zeros(len(work.start))
        for weights in given.nice.weight.T:
            self._total += weights
        self._total[self._total == 0] = 1
        self._place = work.place
        self._outcome = outcome
        self._by_way = outcome.per_10_km * np.minimum(given.places.km, LONGEST_KM) / 10
        by_form = {"employment": 0.0, "apprenticeship": outcome.apprenticeship, "internship": outcome.internship}
        self._by_form = np.array([by_form[form] for form in work.forms])
        self._by_extent = outcome.part_time * (1 - work.extent / 100)
        years = np.minimum(given.people.months_out_of_work / 12, float(policy.priority_max_years))
        self._priority = 1 + float(policy.priority_per_year) * years
        self._home = given.people.place

    def of(self, found: Found, first: int, skills: SkillsOnDay, cohorts: IndexArray, completes: FloatArray) -> IntArray:
        """Return the weights of some columns.

        Parameters
        ----------
        found : Found
        first : int
            The block's first candidate.
        skills : SkillsOnDay
        cohorts : int32 (3, N)
        completes : float64 (N,)
        """
        candidate, vacancy = found.candidate + first, found.vacancy
        z = self._outcome.intercept + self._outcome.nice_share * self._nice_shares(found, skills, cohorts)
        z += self._by_way[self._home[candidate], self._place[vacancy]]
        z += self._by_form[vacancy]
        z += self._by_extent[vacancy]
        with np.errstate(over="ignore"):  # a hopeless z: exp is infinite and the chance 0
            lasts = 1 / (1 + np.exp(-z))
        return np.rint(WEIGHT_SCALE * lasts * completes * self._priority[candidate]).astype(np.int64)

    def _nice_shares(self, found: Found, skills: SkillsOnDay, cohorts: IndexArray) -> FloatArray:
        met = np.zeros(len(found))
        for needs, weights in zip(self._nice.need.T, self._nice.weight.T, strict=True):
            asked = np.flatnonzero(needs[found.vacancy] >= 0)
            vacancy = found.vacancy[asked]
            has = skills.met(needs[vacancy], found.candidate[asked], cohorts[:, asked], found.start_day[asked])
            met[asked] += weights[vacancy] * has
        return met / self._total[found.vacancy]


class Accounts:
    """Money, units, groups and lottery numbers of one block's columns.

    Parameters
    ----------
    given : Given
    begin, end : int
        The block.
    chains : Chains
    hashes : Hashes
    """

    def __init__(self, given: Given, begin: int, end: int, chains: Chains, hashes: Hashes) -> None:
        training = given.training
        self._work = given.work
        self._chains = chains
        self._enrolments = given.enrolments.block(begin, end)
        self._has_promise = np.zeros(end - begin, np.bool_)
        self._has_promise[self._enrolments.candidate] = True
        self._member_until = given.member_until[:, begin:end]
        members = given.memberships
        last_day = members.last_day[:, begin:end]
        self._quota_last_days = [last_day[members.groups[group]] for group in given.quota_groups]
        self._credit_last_days = [
            last_day[[members.groups[group] for group, credit in given.policy.credit.items() if credit == level]]
            for level in given.work.credit_levels[1:]
        ]
        self._hash = hashes.candidate[begin:end]
        self._vacancy_hash = hashes.vacancy * VACANCY_FACTOR
        # The position -1 stands for no cohort: the last entry of each array.
        self._seat_cost = np.append(training.seat_cost, 0)
        self._chain_cost = self._seat_cost[chains.cohorts].sum(axis=0)
        self._chain_completes = np.append(training.completes, 1.0)[chains.cohorts].prod(axis=0)
        hashed = np.append(hashes.cohort, np.uint64(0))[chains.cohorts]
        self._chain_hash = (hashed * COHORT_FACTORS[:, np.newaxis]).sum(axis=0)

    def completes(self, found: Found) -> FloatArray:
        """Return the chance of completing the chain; float64 (N,)."""
        completes: FloatArray = self._chain_completes[found.chain]
        return completes

    def cohorts(self, found: Found) -> IndexArray:
        """Return the cohorts of each column, -1 beyond the end; int32 (3, N)."""
        return self._chains.cohorts[:, found.chain]

    def is_new(self, found: Found, cohorts: IndexArray) -> BoolArray:
        """Return whether each cohort takes a new seat; bool (3, N)."""
        is_new = cohorts >= 0
        promised = np.flatnonzero(self._has_promise[found.candidate])
        is_new[:, promised] &= ~self._enrolments.include(found.candidate[promised], cohorts[:, promised])
        return is_new

    def costs(self, found: Found, cohorts: IndexArray, is_new: BoolArray) -> IntArray:
        """Return the price of the new seats; öre, int64 (N,)."""
        cost: IntArray = self._chain_cost[found.chain]
        promised = np.flatnonzero(self._has_promise[found.candidate])
        cost[promised] = (self._seat_cost[cohorts[:, promised]] * is_new[:, promised]).sum(axis=0)
        return cost

    def units(self, found: Found) -> IntArray:
        """Return what each column delivers to its contract; int64 (N,)."""
        units: IntArray = self._work.units[found.vacancy]
        if self._credit_last_days:
            units = units + self._work.credits[self._credit_level(found), found.vacancy]
        counts = self._member_until[self._work.counted_groups[found.vacancy], found.candidate] >= found.start_day
        return units * counts

    def _credit_level(self, found: Found) -> IntArray:
        level = np.zeros(len(found), np.int64)
        for number, last_days in enumerate(self._credit_last_days, 1):
            for last_day in last_days:
                level[last_day[found.candidate] >= found.start_day] = number
        return level

    def group_bits(self, found: Found) -> IntArray:
        """Return the groups that the candidate is a member of on the start day; int64 (N,)."""
        always = np.zeros(len(self._has_promise), np.int64)
        for bit, last_day in enumerate(self._quota_last_days):
            always |= (last_day == FOREVER).astype(np.int64) << bit
        bits: IntArray = always[found.candidate]
        for bit, last_day in enumerate(self._quota_last_days):
            ends = last_day != FOREVER
            if ends.any():
                ending = np.flatnonzero(ends[found.candidate])
                still = last_day[found.candidate[ending]] >= found.start_day[ending]
                bits[ending] |= still.astype(np.int64) << bit
        return bits

    def lottery(self, found: Found) -> IntArray:
        """Return the lottery numbers; int64 (N,)."""
        mixed = self._hash[found.candidate] + self._vacancy_hash[found.vacancy]
        mixed += self._chain_hash[found.chain]
        return drawn(mixed)
