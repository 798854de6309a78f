"""What columns are worth, cost, deliver and count for: docs/model.md section 3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.columns import WEIGHT_SCALE, IndexArray, IntArray, NarrowArray
from matcher.features.arrays import FOREVER, NEVER, FloatArray
from matcher.features.block import Block
from matcher.features.chains import Chains
from matcher.features.given import Given
from matcher.features.lottery import COHORT_FACTORS, VACANCY_FACTOR, HashArray, drawn
from matcher.features.route_keys import RouteKeys
from matcher.features.routes import Found
from matcher.features.skills import SkillsOnDay
from matcher.problem import OutcomePrior

BIT_DTYPES = (np.int8, np.int16, np.int32, np.int64)
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
        self._needs = [needs.astype(np.int64) for needs in given.nice.need.T]
        self._asking = [needs >= 0 for needs in self._needs]
        self._amounts = [weights.copy() for weights in given.nice.weight.T]
        self._total = sum(self._amounts, np.zeros(len(work.start)))
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
        self._start = work.start
        self._lost_per_day = float(policy.lateness_per_week) / 7

    def of(self, found: Found, block: Block, skills: SkillsOnDay, completes: FloatArray) -> IntArray:
        """Return the weights of some columns.

        Parameters
        ----------
        found : Found
        block : Block
        skills : SkillsOnDay
        completes : float64 (N,)
        """
        candidate, vacancy = block.members[found.candidate], found.vacancy
        z = self._outcome.intercept + self._outcome.nice_share * self._nice_shares(found, skills)
        z += self._by_way[self._home[candidate], self._place[vacancy]]
        z += self._by_form[vacancy]
        z += self._by_extent[vacancy]
        with np.errstate(over="ignore"):  # a hopeless z: exp is infinite and the chance 0
            lasts = 1 / (1 + np.exp(-z))
        worth = WEIGHT_SCALE * lasts * completes * self._priority[candidate]
        if self._lost_per_day:
            worth *= np.maximum(0, 1 - self._lost_per_day * (found.start_day - self._start[vacancy]))
        return np.rint(worth).astype(np.int64)

    def _nice_shares(self, found: Found, skills: SkillsOnDay) -> FloatArray:
        met = np.zeros(len(found))
        for needs, weights, asking in zip(self._needs, self._amounts, self._asking, strict=True):
            asked = np.flatnonzero(asking[found.vacancy])
            vacancy = found.vacancy[asked]
            has = skills.met(needs[vacancy], found.candidate[asked], found.chain[asked], found.start_day[asked])
            met[asked] += weights[vacancy] * has
        return met / self._total[found.vacancy]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """The columns, of some, whose routes hold seats that are promised already.

    Parameters
    ----------
    column : int64 (d,)
    saved : int64 (d,)
        öre that the promised seats would cost if they were new.
    keys : int64 (d,)
        See `RouteKeys`.
    """

    column: IntArray
    saved: IntArray
    keys: IntArray


class Accounts:
    """Money, units, groups and lottery numbers of one block's columns.

    Parameters
    ----------
    given : Given
    block : Block
    chains : Chains
    hashes : Hashes
    route_keys : RouteKeys
    """

    def __init__(self, given: Given, block: Block, chains: Chains, hashes: Hashes, route_keys: RouteKeys) -> None:
        training = given.training
        self._work = given.work
        self._seat_cost = np.append(training.seat_cost, 0)
        self._chain_cohorts = chains.cohorts
        self._route_keys = route_keys
        self._enrolments = block.enrolments
        self._has_promise = np.zeros(len(block), np.bool_)
        self._has_promise[self._enrolments.candidate] = True
        self._member_until = block.member_until
        row, last_day = given.memberships.groups, block.group_last_day
        anybody = np.full(len(block), FOREVER, np.int32)
        self._quota_last_days = [
            np.where(
                block.people.months_out_of_work >= entry.months_out_of_work,
                last_day[row[entry.group]] if entry.group else anybody,
                NEVER,
            )
            for entry in given.quota_groups
        ]
        bits = next(dtype for dtype in BIT_DTYPES if len(self._quota_last_days) < np.iinfo(dtype).bits)
        self._always_bits: NarrowArray = np.zeros(len(block), bits)
        self._has_ending_membership = np.zeros(len(block), np.bool_)
        for bit, last in enumerate(self._quota_last_days):
            self._always_bits |= (last == FOREVER).astype(bits) << bit
            self._has_ending_membership |= (last != FOREVER) & (last != NEVER)
        self._credit_last_days = [
            last_day[[row[group] for group, credit in given.policy.credit.items() if credit == level]]
            for level in given.work.credit_levels[1:]
        ]
        self._hash = hashes.candidate[block.members]
        self._vacancy_hash = hashes.vacancy * VACANCY_FACTOR
        # The position -1 stands for no cohort: the last entry of each array.
        self._chain_cost = self._seat_cost[chains.cohorts].sum(axis=0)
        self._chain_completes = np.append(training.completes, 1.0)[chains.cohorts].prod(axis=0)
        hashed = np.append(hashes.cohort, np.uint64(0))[chains.cohorts]
        self._chain_hash = (hashed * COHORT_FACTORS[:, np.newaxis]).sum(axis=0)

    def completes(self, found: Found) -> FloatArray:
        """Return the chance of completing the chain; float64 (N,)."""
        completes: FloatArray = self._chain_completes[found.chain]
        return completes

    def promised(self, found: Found) -> Promised:
        """Return the columns whose routes hold promised seats."""
        column = np.flatnonzero(self._has_promise[found.candidate])
        cohorts = self._chain_cohorts[:, found.chain[column]]
        is_promised = self._enrolments.include(found.candidate[column], cohorts)
        some = is_promised.any(axis=0)
        column, cohorts, is_promised = column[some], cohorts[:, some], is_promised[:, some]
        return Promised(
            column=column,
            saved=np.where(is_promised, self._seat_cost[cohorts], 0).sum(axis=0),
            keys=self._route_keys.of(cohorts, is_promised),
        )

    def costs(self, found: Found, promised: Promised) -> IntArray:
        """Return the price of the new seats; öre, int64 (N,)."""
        cost: IntArray = self._chain_cost[found.chain]
        cost[promised.column] -= promised.saved
        return cost

    def units(self, found: Found) -> IntArray:
        """Return what each column delivers to its contract; int64 (N,)."""
        units: IntArray = self._work.units[found.vacancy]
        if self._credit_last_days:
            units = units + self._work.credits[self._credit_level(found), found.vacancy]
        counts = self._member_until[self._work.counted_groups[found.vacancy], found.candidate] >= found.start_day
        return units * counts

    def resources(self, found: Found) -> dict[str, npt.NDArray[Any]]:
        """Return the resource of each column and its use; nothing where no vacancy has one."""
        if not (self._work.resource >= 0).any():
            return {}
        return {
            "resource": self._work.resource[found.vacancy],
            "resource_use": self._work.resource_use[found.vacancy],
        }

    def _credit_level(self, found: Found) -> IntArray:
        level = np.zeros(len(found), np.int64)
        for number, last_days in enumerate(self._credit_last_days, 1):
            for last_day in last_days:
                level[last_day[found.candidate] >= found.start_day] = number
        return level

    def group_bits(self, found: Found) -> NarrowArray:
        """Return the quotas' groups that the candidate counts for on the start day; as few bits as hold them, (N,)."""
        bits: NarrowArray = self._always_bits[found.candidate]
        ending = np.flatnonzero(self._has_ending_membership[found.candidate])
        candidate, day = found.candidate[ending], found.start_day[ending]
        for bit, last_day in enumerate(self._quota_last_days):
            bits[ending] |= (last_day[candidate] >= day).astype(bits.dtype) << bit
        return bits

    def lottery(self, found: Found) -> IndexArray:
        """Return the lottery numbers; int32 (N,)."""
        mixed = self._hash[found.candidate] + self._vacancy_hash[found.vacancy]
        mixed += self._chain_hash[found.chain]
        return drawn(mixed)
