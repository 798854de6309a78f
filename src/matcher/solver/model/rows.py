"""The integer rows of the model (docs/model.md sections 4 and 6) over the columns and a few variables beside them.

Every row reads ``A x <= b``; a minimum is negated. Only pins are equations. Candidates have no row here: a column
belongs to one candidate, and both the relaxation and the bound use that structure directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.columns import SHORTFALL_SCALE, WEIGHT_SCALE, BoolArray, IntArray, Limits
from matcher.solver.model.conflicts import KnownConflicts
from matcher.solver.model.several import ENROLLED, ENROLMENT, OTHER
from matcher.solver.programmes.entries import entries_of
from matcher.solver.programmes.glop import Algorithm
from matcher.solver.programmes.programme import FloatArray

Intervals = dict[int, tuple[int, int]]  # by position: the least and the most that a part of the plans has
AnyIndex = npt.NDArray[np.integer[Any]]

# Not an aim of its own: placements and shortfall at once, ten placements weighing as much as one person equivalent, or
# a hundred where there are so many columns that its relaxation has to serve both aims.
# Its plans are nearly integral and usually best in both, which shortfall alone, with its countless ties, is not.
LEAD = "lead"
LEADING = ("shortfall", "placements")  # the aims that matter most and are weighed together at first
MANY_COLUMNS = 150_000


def lead_price(num_columns: int) -> int:
    """Return how many units of shortfall the lead weighs as one unit of placements."""
    return SHORTFALL_SCALE // ((100 if num_columns > MANY_COLUMNS else 10) * WEIGHT_SCALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraLimits:
    """What an alternative keeps beside the problem's own limits.

    Parameters
    ----------
    avoided : tuple of int64 (n,)
        For each plan to differ from, the columns of its pairs, by whatever route.
    most : tuple of int
        How many of these a plan takes at most.
    worst : mapping of tier to int
        The least value in the tier, as a maximum, in its integers.
    """

    avoided: tuple[IntArray, ...] = ()
    most: tuple[int, ...] = ()
    worst: Mapping[str, int] = field(default_factory=dict)


NO_EXTRA_LIMITS = ExtraLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows, variables beside the columns, and the aims.

    N columns, X other variables (shortfalls, persons missing or in excess, optional cohorts open or not, enrolments of
    candidates with several placements), R rows.

    Parameters
    ----------
    limits : Limits
    origin : int64 (N,)
        Position of each column among all columns; sorted.
    candidate, vacancy : int64 (N,)
        Whose and where; sorted by candidate. A plan takes at most one column of each: where a candidate may take
        several placements, every column is its own (`matcher.solver.model.several`).
    person : int64 (N,)
        Position of the candidate, however many placements are allowed.
    matrix : scipy.sparse.csc_matrix int64 (R, N + X)
    limit : int64 (R,)
    least : int64 (V + K + G,)
        Fewest placements in each vacancy and, after them, fewest new enrolments in each cohort that is not optional and
        in each of G groups of cohorts (`matcher.solver.model.paid_seats`): the first V + K + G rows are theirs.
    is_equation : bool (R,)
    kinds : tuple of str
        Kind of each row, as in a certificate.
    entity_ids : tuple of str
    lower, upper : int64 (X,)
        Bounds of the other variables.
    largest : int64 (X,)
        The most that each of them can be in any plan.
    scale : float64 (R,)
        Largest coefficient of each row, by which linear programmes divide it.
    row_of_variable : int64 (X,)
        The row that each other variable relaxes: what it must be follows from this one.
    step : int64 (X,)
        By how much one unit of it does.
    relief : scipy.sparse.csr_matrix int64 (X, R)
        By how much each other variable relaxes every row. Shortfalls have a second one, which cuts off what no whole
        people can deliver; cohorts that open relax their seats and links, and tighten budget and smallest enrolment.
    cohort : int64 (X,)
        The optional cohort that each other variable opens; -1 for those that are none.
    stage : int64 (X,)
        In which order the other variables follow from the columns (`matcher.solver.model.several`).
    objectives : mapping of tier name to int64 (N + X,)
        Each to be maximised.
    links : int64 (L, 3)
        Of the last L rows: kind (position in `links.LINK_KINDS`), candidate, vacancy or contract, and cohort.
    divisors : mapping of tier to int
        What divides the objective of every column of the problem, where these are not all.
    conflicts : KnownConflicts or None
        What people cannot take together, where somebody may take several placements.
    cuts : tuple of Cut
        Those among the last rows (`matcher.solver.model.rounding_cuts`).
    idle : bool (N,) or None
        Columns that earlier aims exclude, where it would take longer to leave them out than to pass them over.
    """

    limits: Limits
    origin: IntArray
    candidate: IntArray
    vacancy: IntArray
    person: IntArray
    matrix: Any
    limit: IntArray
    least: IntArray
    is_equation: BoolArray
    kinds: tuple[str, ...]
    entity_ids: tuple[str, ...]
    lower: IntArray
    upper: IntArray
    largest: IntArray
    scale: FloatArray
    row_of_variable: IntArray
    step: IntArray
    relief: Any
    cohort: IntArray
    stage: IntArray
    objectives: dict[str, IntArray]
    links: IntArray
    divisors: Mapping[str, int] = field(default_factory=dict)
    conflicts: KnownConflicts | None = None
    cuts: tuple[Any, ...] = ()
    idle: BoolArray | None = None

    @property
    def seats(self) -> slice:
        """Return the rows of the cohorts' seats."""
        first = len(self.limits.vacancy_ids)
        return slice(first, first + len(self.limits.cohort_ids))

    @property
    def num_owners(self) -> int:
        """Return how many different `candidate` there can be."""
        return max(len(self.limits.candidate_ids), int(self.candidate[-1]) + 1 if len(self.candidate) else 0)

    @property
    def has_several(self) -> bool:
        """Tell whether somebody may take several placements."""
        return bool((self.limits.placements > 1).any())

    @property
    def of_several(self) -> IntArray:
        """Return the columns of candidates who may take several placements."""
        return np.flatnonzero(self.limits.placements[self.person] > 1) if self.has_several else self.origin[:0]

    def people(self, columns: IntArray | slice = slice(None)) -> IntArray:
        """Return who has some of these columns, but not those who may take several placements; sorted."""
        owners: IntArray = self.candidate[columns]
        if self.has_several:
            owners = owners[self.limits.placements[self.person[columns]] == 1]
        if not len(owners) or (owners[1:] < owners[:-1]).any():
            return np.unique(owners)
        firsts: IntArray = owners[np.concatenate([[True], owners[1:] != owners[:-1]])]
        return firsts  # in order already: millions need no hashing

    @property
    def algorithm(self) -> Algorithm:
        """Return the simplex that suits: enrolments leave countless ties, through which the dual walks slowly."""
        return "primal" if self.has_several else "dual"

    @property
    def num_columns(self) -> int:
        """Return N."""
        return len(self.origin)

    def value(self, tier: str, x: IntArray) -> int:
        """Return the exact value of a solution (N + X,) in a tier."""
        return int(self.objectives[tier] @ x)

    def subset(self, kept: IntArray) -> Rows:
        """Return the same rows over some of the columns (sorted positions)."""
        everything = np.concatenate([kept, self.num_columns + np.arange(len(self.upper))])
        return replace(
            self,
            origin=self.origin[kept],
            candidate=self.candidate[kept],
            vacancy=self.vacancy[kept],
            person=self.person[kept],
            matrix=self.matrix[:, everything],
            objectives={tier: objective[everything] for tier, objective in self.objectives.items()},
            idle=None if self.idle is None or not self.idle[kept].any() else self.idle[kept],
        )

    def between(self, filled: Intervals, others: Intervals) -> Rows:
        """Return the same rows where some vacancies and some other variables keep to intervals."""
        limit, least, lower, upper = self.limit.copy(), self.least.copy(), self.lower.copy(), self.upper.copy()
        for vacancy, (fewest, most) in filled.items():
            limit[vacancy], least[vacancy] = min(limit[vacancy], most), max(least[vacancy], fewest)
        for other, (low, high) in others.items():
            lower[other], upper[other] = max(lower[other], low), min(upper[other], high)
        return replace(self, limit=limit, least=least, lower=lower, upper=upper)

    @property
    def obligations(self) -> IntArray:
        """Return the row of each contract's obligation, -1 for none; int64 (T + 1,), the last for no contract."""
        found = np.full(len(self.limits.contract_ids) + 1, -1, dtype=np.int64)
        owing = np.flatnonzero(self.limits.required > 0)
        if len(owing):
            found[owing] = self.kinds.index("obligation") + np.arange(len(owing))
        return found

    def columns_with(self, candidate: int) -> IntArray:
        """Return the positions of one candidate's columns."""
        begin, end = np.searchsorted(self.person, [candidate, candidate + 1])
        return np.arange(begin, end)

    def columns_of(self, candidate: int, vacancy: int) -> IntArray:
        """Return the positions of one pair's columns."""
        own = self.columns_with(candidate)
        found: IntArray = own[self.vacancy[own] == vacancy]
        return found

    def completed(self, chosen: IntArray) -> IntArray:
        """Return the solution (N + X,) that takes the columns `chosen`, other variables as small as they can be."""
        x = np.zeros(self.matrix.shape[1], dtype=np.int64)
        x[chosen] = 1
        excess = self._activity(chosen, np.ones(len(chosen), dtype=np.int64)) - self.limit
        for stage in (ENROLMENT, ENROLLED, OTHER):
            others = np.flatnonzero(self.stage == stage)
            if len(others):
                value = np.maximum(0, -(-excess[self.row_of_variable[others]] // self.step[others]))
                x[self.num_columns + others] = value
                if stage != OTHER:
                    excess = excess + self._activity(self.num_columns + others, value)
        return x

    def _activity(self, columns: IntArray, value: IntArray) -> IntArray:
        """Return what some columns and other variables come to in every limit, each taken so many times; int64 (R,)."""
        row, place, entry = entries_of(self.matrix, columns)
        activity = np.zeros(len(self.limit), dtype=np.int64)
        np.add.at(activity, row, entry * value[place])
        return activity

    def is_feasible(self, x: IntArray) -> bool:
        """Tell, in exact integers, whether a solution (N + X,) keeps every limit, candidates' own included."""
        used = np.flatnonzero(x)
        activity = self._activity(used, x[used])  # of very many columns a plan takes few
        holds = np.where(self.is_equation, activity == self.limit, activity <= self.limit).all()
        taken = np.bincount(self.candidate[used[used < self.num_columns]], minlength=1)
        return bool(
            holds
            and (activity[: len(self.least)] >= self.least)[self.least > 0].all()
            and (taken <= 1).all()
            and (x >= 0).all()
            and (x[: self.num_columns] <= 1).all()
            and (x[self.num_columns :] <= self.upper).all()
        )
