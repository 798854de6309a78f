"""The arrays between the problem and the solver: who can take what, by which route, and every limit.

Ids become positions here, once; positions follow the sorted ids, so the order of rows in a file never matters.
Amounts are integers, once: weights in millionths of an expected sustained placement (`WEIGHT_SCALE`), money in öre
(`MONEY_SCALE`), obligation units in hundredths (`UNIT_SCALE`), shortfall in hundred-millionths of a person
equivalent (`SHORTFALL_SCALE`), shares in millionths (`SHARE_SCALE`), resources in millionths (`RESOURCE_SCALE`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WEIGHT_SCALE = 10**6
MONEY_SCALE = 100
UNIT_SCALE = 100
SHORTFALL_SCALE = 10**8
SHARE_SCALE = 10**6
RESOURCE_SCALE = 10**6

IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Everything that bounds a plan, by position.

    C candidates, V vacancies, K cohorts, B budgets, T contracts, Q quotas, R resources, P pins.

    Parameters
    ----------
    candidate_ids, vacancy_ids, cohort_ids, budget_ids, contract_ids, quota_ids, resource_ids : tuple of str
        Sorted; lengths C, V, K, B, T, Q, R.
    placements : int64 (C,)
        Most vacancies of each candidate.
    positions : int64 (V,)
        Positions of each vacancy; 0 where its contract is closed.
    seats : int64 (K,)
        Seats left after promises already given (never below 0).
    seat_cost : int64 (K,)
        öre per newly taken seat.
    budget_of_cohort : int32 (K,)
        Position of the budget, -1 for none.
    budget : int64 (B,)
        öre left after promises already given (never below 0).
    contract_of_vacancy : int32 (V,)
        -1 for none.
    required : int64 (T,)
        Owed, in hundredths of the contract's own unit; 0 where nothing is stated.
    shortfall_price : int64 (T,)
        In hundred-millionths of a person equivalent per hundredth of a unit.
    quota_group : int32 (Q,)
        Bit in `Columns.group_bits` of who counts: the same for quotas that name the same group and months.
    quota_covers : bool (Q, V)
        Whether placements in the vacancy count for the quota.
    quota_min, quota_max : int64 (Q,)
        Counts; -1 for none.
    quota_min_share, quota_max_share : int64 (Q,)
        Millionths; -1 for none.
    quota_price : int64 (Q,)
        Millionths of a placement per person missing or in excess; -1 for a hard quota.
    hard_quota_price : int
        In hundred-millionths of a person equivalent per person missing from a hard minimum count.
    resource : int64 (R,)
        How much there is of each, in millionths of its own unit.
    pinned_candidate, pinned_vacancy : int32 (P,)
        Pairs that must stand in the plan.
    """

    candidate_ids: tuple[str, ...]
    vacancy_ids: tuple[str, ...]
    cohort_ids: tuple[str, ...]
    budget_ids: tuple[str, ...]
    contract_ids: tuple[str, ...]
    quota_ids: tuple[str, ...]
    resource_ids: tuple[str, ...]
    placements: IntArray
    positions: IntArray
    seats: IntArray
    seat_cost: IntArray
    budget_of_cohort: IndexArray
    budget: IntArray
    contract_of_vacancy: IndexArray
    required: IntArray
    shortfall_price: IntArray
    quota_group: IndexArray
    quota_covers: BoolArray
    quota_min: IntArray
    quota_max: IntArray
    quota_min_share: IntArray
    quota_max_share: IntArray
    quota_price: IntArray
    hard_quota_price: int
    resource: IntArray
    pinned_candidate: IndexArray
    pinned_vacancy: IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """All eligible columns: candidate x vacancy x route, sorted by candidate, vacancy and route.

    N columns, E route entries.

    Parameters
    ----------
    limits : Limits
    candidate, vacancy : int32 (N,)
        Positions.
    route_start : int64 (N + 1,)
        Column n takes ``route_cohort[route_start[n]:route_start[n + 1]]``, in order of dates.
    route_cohort : int32 (E,)
        Positions of cohorts.
    route_is_new : bool (E,)
        False where the candidate is already enrolled in that cohort: no seat and no money is needed.
    weight : int64 (N,)
        Millionths of an expected sustained placement, policy weights included.
    cost : int64 (N,)
        öre: new seats, and the pair's own cost.
    units : int64 (N,)
        Hundredths of the unit of the vacancy's contract that the placement delivers; 0 where it does not count.
    start_day : int32 (N,)
        Proleptic ordinal of the day on which the job starts; 0 in a ready-scored problem without dates.
    group_bits : int64 (N,)
        Bit g is set where the candidate counts on the start day for the quotas whose `quota_group` is g.
    lottery : int64 (N,)
        1 to 2**20, fixed by the ids alone: the tie-break prefers the smaller sum.
    resource : int32 (N,)
        Position of the resource that the column uses, -1 for none.
    resource_use : int64 (N,)
        How much of it, in millionths of its unit; 0 where there is none.
    """

    limits: Limits
    candidate: IndexArray
    vacancy: IndexArray
    route_start: IntArray
    route_cohort: IndexArray
    route_is_new: BoolArray
    weight: IntArray
    cost: IntArray
    units: IntArray
    start_day: IndexArray
    group_bits: IntArray
    lottery: IntArray
    resource: IndexArray
    resource_use: IntArray

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.candidate)

    def route(self, column: int) -> tuple[str, ...]:
        """Return the ids of one column's cohorts, in order."""
        begin, end = self.route_start[column], self.route_start[column + 1]
        return tuple(self.limits.cohort_ids[cohort] for cohort in self.route_cohort[begin:end])
