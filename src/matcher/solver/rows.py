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
import scipy.sparse as sp

from matcher.columns import SHARE_SCALE, SHORTFALL_SCALE, WEIGHT_SCALE, BoolArray, Columns, IntArray, Limits
from matcher.solver.linear import Algorithm, FloatArray
from matcher.solver.several import ENROLLED, ENROLMENT, OTHER, Several, owners, several_of

LINK_KINDS = ("link", "vacancy_link")
Intervals = dict[int, tuple[int, int]]  # by position: the least and the most that a part of the plans has
AnyIndex = npt.NDArray[np.integer[Any]]

# Not an aim of its own: placements and shortfall at once, ten placements weighing as much as one person equivalent, or
# a hundred where there are so many columns that its relaxation has to serve both aims.
# Its plans are nearly integral and usually best in both, which shortfall alone, with its countless ties, is not.
LEAD = "lead"
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
        several placements, every column is its own (`matcher.solver.several`).
    person : int64 (N,)
        Position of the candidate, however many placements are allowed.
    matrix : scipy.sparse.csc_matrix int64 (R, N + X)
    limit : int64 (R,)
    least : int64 (V,)
        Fewest placements in each vacancy; the first V rows are the vacancies' own.
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
        In which order the other variables follow from the columns (`matcher.solver.several`).
    objectives : mapping of tier name to int64 (N + X,)
        Each to be maximised.
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

    @property
    def num_owners(self) -> int:
        """Return how many different `candidate` there can be."""
        return max(len(self.limits.candidate_ids), int(self.candidate[-1]) + 1 if len(self.candidate) else 0)

    @property
    def has_several(self) -> bool:
        """Tell whether somebody may take several placements."""
        return bool((self.limits.placements > 1).any())

    def people(self, columns: IntArray | slice = slice(None)) -> IntArray:
        """Return who has some of these columns, but not those who may take several placements; sorted."""
        owners: IntArray = self.candidate[columns]
        if self.has_several:
            owners = owners[self.limits.placements[self.person[columns]] == 1]
        if not len(owners) or (owners[1:] < owners[:-1]).any():
            return np.unique(owners)
        firsts: IntArray = owners[np.r_[True, owners[1:] != owners[:-1]]]
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
        everything = np.r_[kept, self.num_columns + np.arange(len(self.upper))]
        return replace(
            self,
            origin=self.origin[kept],
            candidate=self.candidate[kept],
            vacancy=self.vacancy[kept],
            person=self.person[kept],
            matrix=self.matrix[:, everything],
            objectives={tier: objective[everything] for tier, objective in self.objectives.items()},
        )

    def between(self, filled: Intervals, others: Intervals) -> Rows:
        """Return the same rows where some vacancies and some other variables keep to intervals."""
        limit, least, lower, upper = self.limit.copy(), self.least.copy(), self.lower.copy(), self.upper.copy()
        for vacancy, (fewest, most) in filled.items():
            limit[vacancy], least[vacancy] = min(limit[vacancy], most), max(least[vacancy], fewest)
        for other, (low, high) in others.items():
            lower[other], upper[other] = max(lower[other], low), min(upper[other], high)
        return replace(self, limit=limit, least=least, lower=lower, upper=upper)

    def with_links(self, links: IntArray) -> Rows:
        """Return the same rows with one more per link: who takes a new seat in an optional cohort needs it open.

        Parameters
        ----------
        links : int64 (n, 3)
            Kind (position in `LINK_KINDS`), candidate or vacancy, and other variable (which opens the cohort).
        """
        if not len(links):
            return self
        kind, owner, other = links.T
        limits, cohort = self.limits, self.cohort[other]
        entries = sp.csr_matrix(self.matrix)[self.row_of_variable[other]][:, : self.num_columns].tocoo()
        is_own = np.where(
            kind[entries.row] == 0,
            self.person[entries.col] == owner[entries.row],
            self.vacancy[entries.col] == owner[entries.row],
        )
        row, column = entries.row[is_own].astype(np.int64), entries.col[is_own].astype(np.int64)
        every, ones = np.arange(len(links)), np.ones(int(is_own.sum()), dtype=np.int64)
        most = self.link_sizes(links)
        places = (np.r_[row, every], np.r_[column, self.num_columns + other])
        added = sp.csr_matrix((np.r_[ones, -most], places), shape=(len(links), self.matrix.shape[1]))
        relief = sp.csr_matrix((most, (other, every)), shape=(len(self.upper), len(links)))
        ids = (limits.candidate_ids, limits.vacancy_ids)
        return replace(
            self,
            matrix=sp.vstack([self.matrix, added], format="csc"),
            limit=np.r_[self.limit, np.zeros(len(links), dtype=np.int64)],
            is_equation=np.r_[self.is_equation, np.zeros(len(links), dtype=bool)],
            kinds=(*self.kinds, *(LINK_KINDS[one] for one in kind)),
            entity_ids=(
                *self.entity_ids,
                *(
                    f"{ids[one][whose]}|{limits.cohort_ids[k]}"
                    for one, whose, k in zip(kind.tolist(), owner.tolist(), cohort.tolist(), strict=True)
                ),
            ),
            scale=np.r_[self.scale, np.ones(len(links))],
            relief=sp.hstack([self.relief, relief], format="csr"),
        )

    def link_sizes(self, links: IntArray) -> IntArray:
        """Return how many people each link lets in where its cohort is open; int64 (n,)."""
        kind, owner, other = links.T
        positions = self.limits.positions[np.where(kind == 1, owner, 0)] if len(self.limits.positions) else owner
        sizes: IntArray = np.where(kind == 1, np.minimum(positions, self.limits.seats[self.cohort[other]]), 1)
        return sizes

    def columns_of(self, candidate: int, vacancy: int) -> IntArray:
        """Return the positions of one pair's columns."""
        begin, end = np.searchsorted(self.person, [candidate, candidate + 1])
        return np.asarray(begin + np.flatnonzero(self.vacancy[begin:end] == vacancy), dtype=np.int64)

    def completed(self, chosen: IntArray) -> IntArray:
        """Return the solution (N + X,) that takes the columns `chosen`, other variables as small as they can be."""
        x = np.zeros(self.matrix.shape[1], dtype=np.int64)
        x[chosen] = 1
        excess = self.matrix[:, chosen].sum(axis=1).A1 - self.limit if len(chosen) else -self.limit
        for stage in (ENROLMENT, ENROLLED, OTHER):
            others = np.flatnonzero(self.stage == stage)
            if len(others):
                value = np.maximum(0, -(-excess[self.row_of_variable[others]] // self.step[others]))
                x[self.num_columns + others] = value
                if stage != OTHER:
                    excess = excess + self.matrix[:, self.num_columns + others] @ value
        return x

    def is_feasible(self, x: IntArray) -> bool:
        """Tell, in exact integers, whether a solution (N + X,) keeps every limit, candidates' own included."""
        activity = self.matrix @ x
        holds = np.where(self.is_equation, activity == self.limit, activity <= self.limit).all()
        taken = np.bincount(self.candidate[x[: self.num_columns] > 0], minlength=1)
        return bool(
            holds
            and (activity[: len(self.least)] >= self.least).all()
            and (taken <= 1).all()
            and (x >= 0).all()
            and (x[: self.num_columns] <= 1).all()
            and (x[self.num_columns :] <= self.upper).all()
        )


class _Assembly:
    """Collects rows, entries and variables until the matrix can be made."""

    def __init__(self, num_columns: int) -> None:
        self.num_columns = num_columns
        self.entries: list[tuple[AnyIndex, AnyIndex, IntArray]] = []
        self.limits: list[IntArray] = []
        self.kinds: list[str] = []
        self.entity_ids: list[str] = []
        self.uppers: list[int] = []
        self.prices: list[tuple[str, int]] = []
        self.variable_rows: list[int] = []
        self.steps: list[int] = []
        self.cohorts: list[int] = []
        self.stages: list[int] = []
        self.own_costs: IntArray | None = None
        self.enrolled: dict[int, int] = {}

    def add_rows(self, kind: str, ids: tuple[str, ...], limits: IntArray) -> int:
        """Append rows and return the position of the first."""
        first = len(self.kinds)
        self.kinds += [kind] * len(ids)
        self.entity_ids += ids
        self.limits.append(np.asarray(limits, dtype=np.int64))
        return first

    def add_entries(self, rows: AnyIndex, columns: AnyIndex, values: IntArray) -> None:
        self.entries.append((rows, columns, values))

    def relax(self, row: int, coefficient: int) -> None:
        """Let the last variable relax one more row, or tighten it where the coefficient is positive."""
        column = self.num_columns + len(self.uppers) - 1
        self.add_entries(np.array([row]), np.array([column]), np.array([coefficient]))

    def add_variable(
        self, row: int, coefficient: int, upper: int, tier: str, price: int, cohort: int = -1, stage: int = OTHER
    ) -> None:
        """Append a variable that relaxes one row at a price in one tier."""
        column = self.num_columns + len(self.uppers)
        self.uppers.append(upper)
        self.prices.append((tier, price))
        self.variable_rows.append(row)
        self.steps.append(-coefficient)
        self.cohorts.append(cohort)
        self.stages.append(stage)
        self.add_entries(np.array([row]), np.array([column]), np.array([coefficient]))


def assemble_rows(
    columns: Columns,
    *,
    counts_obligations: bool = True,
    extra: ExtraLimits = NO_EXTRA_LIMITS,
    published: IntArray | None = None,
) -> Rows:
    """Return the rows of all limits over `columns`.

    Parameters
    ----------
    columns : Columns
    counts_obligations : bool
        False where the policy has no tier ``shortfall``: what is not delivered then has no price.
    extra : ExtraLimits
    published : int64 array, optional
        Positions of the columns that the published plan has: the tier ``changes`` keeps as many as it can.
    """
    assembly = _Assembly(len(columns))
    _add_vacancies(assembly, columns)
    several = several_of(columns)
    _add_training(assembly, columns, several)
    _add_obligations(assembly, columns, counts_obligations)
    _add_quotas(assembly, columns)
    _add_resources(assembly, columns)
    _add_pins(assembly, columns)
    _add_differences(assembly, extra)
    _add_worst(assembly, columns, extra)
    return _finished(assembly, columns, published)


def _add_vacancies(assembly: _Assembly, columns: Columns) -> None:
    limits = columns.limits
    first = assembly.add_rows("vacancy", limits.vacancy_ids, limits.positions)
    everything = np.arange(len(columns))
    assembly.add_entries(first + columns.vacancy, everything, np.ones(len(columns), dtype=np.int64))


def _add_training(assembly: _Assembly, columns: Columns, several: Several) -> None:
    limits = columns.limits
    column_of_entry = np.repeat(np.arange(len(columns)), np.diff(columns.route_start))[columns.route_is_new]
    cohort = columns.route_cohort[columns.route_is_new]
    if several.is_own.any():  # their enrolments are variables of their own
        own_entry = several.is_own[column_of_entry]
        assembly.own_costs = columns.cost.astype(np.int64)
        np.subtract.at(assembly.own_costs, column_of_entry[own_entry], limits.seat_cost[cohort[own_entry]])
        column_of_entry, cohort = column_of_entry[~own_entry], cohort[~own_entry]
    first_seat = assembly.add_rows("seat", limits.cohort_ids, np.where(limits.is_optional, 0, limits.seats))
    assembly.add_entries(first_seat + cohort, column_of_entry, np.ones(len(cohort), dtype=np.int64))
    first_budget = assembly.add_rows("budget", limits.budget_ids, limits.budget)
    budget = limits.budget_of_cohort[cohort]
    paid = (budget >= 0) & (limits.seat_cost[cohort] > 0)
    assembly.add_entries(first_budget + budget[paid], column_of_entry[paid], limits.seat_cost[cohort[paid]])
    by_cohort = np.argsort(cohort, kind="stable") if limits.is_optional.any() else cohort[:0]
    ends = np.searchsorted(cohort[by_cohort], np.arange(len(limits.cohort_ids) + 1))
    least_rows: dict[int, int] = {}
    for k in np.flatnonzero(limits.is_optional).tolist():
        cost, least = int(limits.fixed_cost[k]), int(limits.least_enrolment[k])
        assembly.add_variable(first_seat + k, -int(limits.seats[k]), 1, "cost", cost, cohort=k)
        if cost and limits.budget_of_cohort[k] >= 0:
            assembly.relax(first_budget + int(limits.budget_of_cohort[k]), cost)
        if least:
            row = assembly.add_rows("enrolment_min", (limits.cohort_ids[k],), np.array([0]))
            _add_constant(assembly, row, column_of_entry[by_cohort[ends[k] : ends[k + 1]]], -1)
            assembly.relax(row, least)
            least_rows[k] = row
    _add_several(assembly, columns, several, first_seat, first_budget, least_rows)
    if limits.trainings_total >= 0:
        row = assembly.add_rows("trainings_total", ("all",), np.array([limits.trainings_total]))
        assembly.add_entries(np.full(len(cohort), row), column_of_entry, np.ones(len(cohort), dtype=np.int64))
        own = np.array(list(assembly.enrolled.values()), dtype=np.int64)
        _add_constant(assembly, row, own, 1)


def _add_several(
    assembly: _Assembly,
    columns: Columns,
    several: Several,
    first_seat: int,
    first_budget: int,
    least_rows: dict[int, int],
) -> None:
    """Add the rows and variables of candidates with several placements; the first seat of each serves them all."""
    limits = columns.limits
    row_of = {
        (row.kind, row.entity_id): assembly.add_rows(row.kind, (row.entity_id,), np.array([row.limit]))
        for row in several.rows
    }
    for k, most in several.enrolled.items():
        row = row_of["enrolled", limits.cohort_ids[k]]
        assembly.enrolled[k] = assembly.num_columns + len(assembly.uppers)
        assembly.add_variable(row, -1, most, "cost", int(limits.seat_cost[k]), stage=ENROLLED)
        assembly.relax(first_seat + k, 1)
        if limits.budget_of_cohort[k] >= 0 and limits.seat_cost[k]:
            assembly.relax(first_budget + int(limits.budget_of_cohort[k]), int(limits.seat_cost[k]))
        if k in least_rows:
            assembly.relax(least_rows[k], -1)
    place = {}
    for i, k in several.enrolments:
        name = f"{limits.candidate_ids[i]}|{limits.cohort_ids[k]}"
        place[i, k] = assembly.num_columns + len(assembly.uppers)
        assembly.add_variable(row_of["enrolment", name], several.coefficient[i, k], 1, "cost", 0, stage=ENROLMENT)
    for own in several.rows:
        number = row_of[own.kind, own.entity_id]
        assembly.add_entries(np.full(len(own.columns), number), own.columns, own.values)
        beside = {place[key]: value for key, value in own.enrolments.items() if own.kind != "enrolment"}
        beside |= {assembly.enrolled[k]: value for k, value in own.enrolled.items() if own.kind != "enrolled"}
        for column, value in beside.items():
            assembly.add_entries(np.array([number]), np.array([column]), np.array([value]))


def _add_obligations(assembly: _Assembly, columns: Columns, is_counted: bool) -> None:
    limits = columns.limits
    owing = np.flatnonzero(limits.required > 0)
    first = assembly.add_rows("obligation", tuple(limits.contract_ids[t] for t in owing), -limits.required[owing])
    row_of_contract = np.full(len(limits.contract_ids) + 1, -1)
    row_of_contract[owing] = first + np.arange(len(owing))
    row = row_of_contract[limits.contract_of_vacancy[columns.vacancy]]  # contract -1 reads the last entry: no row
    counted = np.flatnonzero((row >= 0) & (columns.units > 0))
    assembly.add_entries(row[counted], counted, -columns.units[counted])
    counted = counted[np.argsort(row[counted], kind="stable")]
    ends = np.searchsorted(row[counted], first + np.arange(len(owing) + 1))
    for position, contract in enumerate(owing):
        price = int(limits.shortfall_price[contract]) if is_counted else 0
        assembly.add_variable(first + position, -1, int(limits.required[contract]), "shortfall", price)
        own = counted[ends[position] : ends[position + 1]]
        _add_obligation_step(assembly, limits, int(contract), own, columns.units[own].astype(np.int64))


def _add_obligation_step(assembly: _Assembly, limits: Limits, contract: int, own: IntArray, units: IntArray) -> None:
    """Add the rounding inequality of an obligation: whole people deliver multiples of the units' common divisor.

    Mixed-integer rounding (Nemhauser and Wolsey 1988, section II.1.6) of the obligation's own row: with divisor g and
    remainder r of what is required, ``r units + g shortfall >= r g ceil(required / g)``.
    """
    step = int(np.gcd.reduce(units)) if len(units) else 0
    remainder = int(limits.required[contract]) % step if step else 0
    if not remainder:
        return
    most = -(-int(limits.required[contract]) // step)
    row = assembly.add_rows("obligation_step", (limits.contract_ids[contract],), np.array([-remainder * step * most]))
    assembly.add_entries(np.full(len(own), row), own, -remainder * units)
    assembly.relax(row, -step)


def _add_quotas(assembly: _Assembly, columns: Columns) -> None:
    limits = columns.limits
    for q, quota_id in enumerate(limits.quota_ids):
        covered = limits.quota_covers[q][columns.vacancy]
        is_member = covered & ((columns.group_bits >> np.int64(limits.quota_group[q])) & 1).astype(bool)
        members, placements = np.flatnonzero(is_member), np.flatnonzero(covered)
        most = min(int(limits.positions[limits.quota_covers[q]].sum()), int(limits.placements.sum()))
        is_hard, price = limits.quota_price[q] < 0, int(limits.quota_price[q])
        least, largest = int(limits.quota_min[q]), int(limits.quota_max[q])
        if least >= 0:
            row = assembly.add_rows("quota_min", (quota_id,), np.array([-least]))
            _add_constant(assembly, row, members, -1)
            tier, cost = ("shortfall", limits.hard_quota_price) if is_hard else ("placements", price)
            assembly.add_variable(row, -1, least, tier, cost)
        if largest >= 0:
            row = assembly.add_rows("quota_max", (quota_id,), np.array([largest]))
            _add_constant(assembly, row, members, 1)
            if not is_hard:
                assembly.add_variable(row, -1, max(most - largest, 0), "placements", price)
        for kind, share, sign in (
            ("quota_min_share", int(limits.quota_min_share[q]), 1),
            ("quota_max_share", int(limits.quota_max_share[q]), -1),
        ):
            if share >= 0:
                row = assembly.add_rows(kind, (quota_id,), np.array([0]))
                _add_constant(assembly, row, placements, sign * share)
                _add_constant(assembly, row, members, -sign * SHARE_SCALE)
                if not is_hard:
                    assembly.add_variable(row, -SHARE_SCALE, most, "placements", price)


def _add_constant(assembly: _Assembly, row: int, columns: IntArray, value: int) -> None:
    assembly.add_entries(np.full(len(columns), row), columns, np.full(len(columns), value, dtype=np.int64))


def _add_resources(assembly: _Assembly, columns: Columns) -> None:
    """Add a row per resource, in whole steps of what divides all its uses."""
    limits = columns.limits
    if not limits.resource_ids:
        return
    users = np.flatnonzero(columns.resource >= 0)
    resource, use = columns.resource[users], columns.resource_use[users]
    step = np.zeros(len(limits.resource_ids), dtype=np.int64)
    np.gcd.at(step, resource, use)
    step = np.maximum(step, 1)
    first = assembly.add_rows("resource", limits.resource_ids, limits.resource // step)
    assembly.add_entries(first + resource, users, use // step[resource])


def _add_pins(assembly: _Assembly, columns: Columns) -> None:
    limits = columns.limits
    ids = tuple(
        f"{limits.candidate_ids[i]}|{limits.vacancy_ids[j]}"
        for i, j in zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)
    )
    first = assembly.add_rows("pin", ids, np.ones(len(ids), dtype=np.int64))
    for position, (i, j) in enumerate(zip(limits.pinned_candidate, limits.pinned_vacancy, strict=True)):
        begin, end = np.searchsorted(columns.candidate, [i, i + 1])
        own = begin + np.flatnonzero(columns.vacancy[begin:end] == j)
        _add_constant(assembly, first + position, own, 1)


def _add_differences(assembly: _Assembly, extra: ExtraLimits) -> None:
    for number, (avoided, most) in enumerate(zip(extra.avoided, extra.most, strict=True), start=1):
        row = assembly.add_rows("differ", (str(number),), np.array([most]))
        _add_constant(assembly, row, avoided, 1)


def _add_worst(assembly: _Assembly, columns: Columns, extra: ExtraLimits) -> None:
    objectives = _own_objectives(assembly, columns)
    for tier, value in extra.worst.items():
        row = assembly.add_rows("worst", (tier,), np.array([-value]))
        counted = np.flatnonzero(objectives[tier])
        assembly.add_entries(np.full(len(counted), row), counted, -objectives[tier][counted])


def _finished(assembly: _Assembly, columns: Columns, published: IntArray | None) -> Rows:
    num_rows, num_variables = len(assembly.kinds), len(columns) + len(assembly.uppers)
    matrix = _assembled(assembly.entries, (num_rows, num_variables))
    relief = sp.csr_matrix(-matrix[:, len(columns) :].T)
    kinds, owner = tuple(assembly.kinds), owners(columns)
    return Rows(
        limits=columns.limits,
        origin=np.arange(len(columns)),
        candidate=owner,
        vacancy=columns.vacancy.astype(np.int64),
        person=columns.candidate.astype(np.int64) if (columns.limits.placements > 1).any() else owner,
        matrix=matrix,
        limit=np.concatenate(assembly.limits) if assembly.limits else np.empty(0, np.int64),
        least=np.zeros(len(columns.limits.vacancy_ids), dtype=np.int64),
        is_equation=np.array([kind == "pin" for kind in kinds], dtype=bool),
        kinds=kinds,
        entity_ids=tuple(assembly.entity_ids),
        lower=np.zeros(len(assembly.uppers), dtype=np.int64),
        upper=np.array(assembly.uppers, dtype=np.int64),
        largest=np.array(assembly.uppers, dtype=np.int64),
        scale=_largest_coefficients(kinds, matrix),
        row_of_variable=np.array(assembly.variable_rows, dtype=np.int64),
        step=np.array(assembly.steps, dtype=np.int64),
        relief=relief,
        cohort=np.array(assembly.cohorts, dtype=np.int64),
        stage=np.array(assembly.stages, dtype=np.int64),
        objectives=_objectives(assembly, columns, published),
    )


def _assembled(entries: list[tuple[AnyIndex, AnyIndex, IntArray]], shape: tuple[int, int]) -> Any:
    """Return the matrix of all entries, no two of which stand in one place; csc_matrix int64.

    Entries come as a few large families, most of them in order of their columns, and many small ones: each large
    family, and the small ones together, take their places behind one another, without sorting everything.
    """
    large = [entry for entry in entries if len(entry[0]) * 8 > shape[1]]
    small = [entry for entry in entries if 0 < len(entry[0]) * 8 <= shape[1]]
    families = large + ([_joined(small)] if small else [])
    ordered = []
    for rows, columns, values in families:
        order = np.argsort(columns, kind="stable") if (columns[1:] < columns[:-1]).any() else slice(None)
        count = np.bincount(columns, minlength=shape[1])
        ordered.append((rows[order], columns[order], values[order], count))
    starts = np.r_[0, np.cumsum(sum((count for *_, count in ordered), np.zeros(shape[1], dtype=np.int64)))]
    index_type = np.int32 if starts[-1] < 2**31 else np.int64
    indices, data = np.empty(starts[-1], index_type), np.empty(starts[-1], np.int64)
    place = starts[:-1].copy()
    for rows, columns, values, count in ordered:
        at = (place - (np.cumsum(count) - count))[columns] + np.arange(len(columns))
        indices[at], data[at] = rows, values
        place += count
    matrix = sp.csc_matrix((data, indices, starts.astype(index_type)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _joined(entries: list[tuple[AnyIndex, AnyIndex, IntArray]]) -> tuple[AnyIndex, AnyIndex, IntArray]:
    rows, columns, values = (np.concatenate([np.asarray(entry[part]) for entry in entries]) for part in range(3))
    return rows, columns, values


def _largest_coefficients(kinds: tuple[str, ...], matrix: Any) -> FloatArray:
    scale = np.ones(len(kinds))
    is_plain = np.array([kind in ("vacancy", "seat", "pin", "quota_min", "quota_max") for kind in kinds], dtype=bool)
    other = ~is_plain[matrix.indices]
    np.maximum.at(scale, matrix.indices[other], np.abs(matrix.data[other]).astype(np.float64))
    return scale


def _objectives(assembly: _Assembly, columns: Columns, published: IntArray | None) -> dict[str, IntArray]:
    objectives = _own_objectives(assembly, columns)
    if published is not None:
        objectives["changes"] = np.zeros(len(columns) + len(assembly.uppers), dtype=np.int64)
        objectives["changes"][published] = 1
    objectives[LEAD] = objectives["placements"] + objectives["shortfall"] // lead_price(len(columns))
    return objectives


def _own_objectives(assembly: _Assembly, columns: Columns) -> dict[str, IntArray]:
    per_column = {
        "shortfall": np.zeros(len(columns), dtype=np.int64),
        "placements": columns.weight,
        "cost": -(columns.cost if assembly.own_costs is None else assembly.own_costs),
        "tie_break": -columns.lottery,
    }
    return {
        tier: np.concatenate(
            [values, np.array([-price if owner == tier else 0 for owner, price in assembly.prices], dtype=np.int64)]
        )
        for tier, values in per_column.items()
    }
