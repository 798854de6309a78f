"""The arrays between the problem and the solver: who can take what, by which route, and every limit.

Ids become positions here, once; positions follow the sorted ids, so the order of rows in a file never matters.
Amounts are integers, once: weights in millionths of an expected sustained placement (`WEIGHT_SCALE`), money in öre
(`MONEY_SCALE`), obligation units in hundredths (`UNIT_SCALE`), shortfall in hundred-millionths of a person
equivalent (`SHORTFALL_SCALE`), shares in millionths (`SHARE_SCALE`), resources in millionths (`RESOURCE_SCALE`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

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

# The narrowest signed integers that hold every value: a country has tens of millions of columns. Widen before
# multiplying (`astype(np.int64)`), for numpy wraps around without a word.
NarrowArray = npt.NDArray[np.signedinteger[Any]]


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
    is_optional : bool (K,)
        Whether the plan decides if the cohort runs: it is optional, has seats, and nobody is enrolled yet.
    least_enrolment : int64 (K,)
        Fewest with whom an optional cohort runs; 0 where the plan does not decide.
    fixed_cost : int64 (K,)
        öre that opening an optional cohort costs once; 0 where the plan does not decide.
    budget : int64 (B,)
        öre left after promises already given and the fixed costs of cohorts that run anyway (never below 0).
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
    candidate_extent : int64 (C,)
        Percent of full time that each candidate can work.
    vacancy_extent : int64 (V,)
        Percent of full time.
    duration_days : int64 (V,)
        Days that a placement lasts, the first included; -1 where it is not known.
    cohort_start, cohort_end : int64 (K,)
        Proleptic ordinals of the first and the last day.
    trainings : int64 (C,)
        Most cohorts that the plan may newly use for a candidate who may take several placements.
    trainings_total : int
        Most new enrolments of everybody together; -1 for no limit.
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
    is_optional: BoolArray
    least_enrolment: IntArray
    fixed_cost: IntArray
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
    candidate_extent: IntArray
    vacancy_extent: IntArray
    duration_days: IntArray
    cohort_start: IntArray
    cohort_end: IntArray
    trainings: IntArray
    trainings_total: int
    pinned_candidate: IndexArray
    pinned_vacancy: IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The distinct routes of all columns, each stored once: R routes with E entries.

    Parameters
    ----------
    start : int64 (R + 1,)
        Route r is ``cohort[start[r]:start[r + 1]]``, in the order taken.
    cohort : int32 (E,)
        Positions of cohorts.
    is_new : bool (E,)
        False where the candidate is already enrolled in that cohort: no seat and no money is needed.
    """

    start: IntArray
    cohort: IndexArray
    is_new: BoolArray

    def __len__(self) -> int:
        """Return the number of routes."""
        return len(self.start) - 1

    @property
    def length(self) -> IntArray:
        """The number of cohorts of each route; int64 (R,)."""
        length: IntArray = np.diff(self.start)
        return length

    def entries(self, route: int) -> slice:
        """Return where one route stands in `cohort` and `is_new`."""
        return slice(int(self.start[route]), int(self.start[route + 1]))

    def ids(self, route: int, cohort_ids: Sequence[str]) -> tuple[str, ...]:
        """Return the ids of one route's cohorts, in order."""
        return tuple(cohort_ids[cohort] for cohort in self.cohort[self.entries(route)].tolist())


# Without slots: the routes written out per column are kept once somebody has asked for them.
@dataclass(frozen=True, kw_only=True)
class Columns:
    """All eligible columns: candidate x vacancy x route, sorted by candidate, vacancy and route.

    N columns. An integer array is as narrow as its largest value allows; see `NarrowArray`.

    Parameters
    ----------
    limits : Limits
    candidate, vacancy : int32 (N,)
        Positions.
    route_idx : int32 (N,)
        Position in `routes`.
    routes : Routes
    weight : int32 or int64 (N,)
        Millionths of an expected sustained placement, policy weights included.
    cost : int32 or int64 (N,)
        öre: new seats, and the pair's own cost.
    units : int32 or int64 (N,)
        Hundredths of the unit of the vacancy's contract that the placement delivers; 0 where it does not count.
    start_day : int32 (N,)
        Proleptic ordinal of the day on which the job starts; 0 in a ready-scored problem without dates.
    group_bits : int8 to int64 (N,)
        Bit g is set where the candidate counts on the start day for the quotas whose `quota_group` is g.
    lottery : int32 (N,)
        1 to 2**20, fixed by the ids alone: the tie-break prefers the smaller sum.
    resource : int32 (N,)
        Position of the resource that the column uses, -1 for none.
    resource_use : int64 (N,)
        How much of it, in millionths of its unit; 0 where there is none.
    """

    limits: Limits
    candidate: IndexArray
    vacancy: IndexArray
    route_idx: IndexArray
    routes: Routes
    weight: NarrowArray
    cost: NarrowArray
    units: NarrowArray
    start_day: IndexArray
    group_bits: NarrowArray
    lottery: NarrowArray
    resource: IndexArray
    resource_use: IntArray

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.candidate)

    @property
    def nbytes(self) -> int:
        """The memory that the arrays by column take; bytes."""
        return sum(0 if array.strides == (0,) else array.nbytes for array in self.arrays().values())

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return every array (N,) by name."""
        return {name: getattr(self, name) for name in ARRAYS_BY_COLUMN}

    def some(self, places: slice | IntArray) -> Columns:
        """Return some of the columns under the same limits; of a slice no array is copied."""
        arrays: dict[str, Any] = {name: array[places] for name, array in self.arrays().items()}
        return replace(self, **arrays)

    @cached_property
    def route_start(self) -> IntArray:
        """Where each column's cohorts begin in `route_cohort`; int64 (N + 1,), written out on first use."""
        start = np.zeros(len(self) + 1, np.int64)
        np.cumsum(self.routes.length[self.route_idx], out=start[1:])
        return start

    @cached_property
    def _entry(self) -> IntArray:
        length = np.diff(self.route_start)
        shift = self.routes.start[self.route_idx] - self.route_start[:-1]
        entry: IntArray = np.arange(self.route_start[-1]) + np.repeat(shift, length)
        return entry

    @cached_property
    def route_cohort(self) -> IndexArray:
        """The cohorts of all columns, one after another; int32 (E,), written out on first use."""
        cohort: IndexArray = self.routes.cohort[self._entry]
        return cohort

    @cached_property
    def route_is_new(self) -> BoolArray:
        """`Routes.is_new` of all columns, one after another; bool (E,), written out on first use."""
        is_new: BoolArray = self.routes.is_new[self._entry]
        return is_new

    def of_candidate(self, candidate: int) -> tuple[int, int]:
        """Return where one candidate's columns begin and end."""
        ends = np.array([candidate, candidate + 1], dtype=self.candidate.dtype)  # of another type all would be copied
        begin, end = np.searchsorted(self.candidate, ends).tolist()
        return begin, end

    def route_entries(self, column: int) -> slice:
        """Return where one column's cohorts stand in `routes.cohort` and `routes.is_new`."""
        return self.routes.entries(int(self.route_idx[column]))

    def route(self, column: int) -> tuple[str, ...]:
        """Return the ids of one column's cohorts, in order."""
        return self.routes.ids(int(self.route_idx[column]), self.limits.cohort_ids)


ARRAYS_BY_COLUMN = (
    "candidate",
    "vacancy",
    "route_idx",
    "weight",
    "cost",
    "units",
    "start_day",
    "group_bits",
    "lottery",
    "resource",
    "resource_use",
)
