"""The staff's own way, as the baseline: always the best remaining pair."""

from __future__ import annotations

from typing import Any

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rows import AnyIndex, Rows
from matcher.solver.model.several import ENROLMENT, OTHER, PERSONAL

FIRST_CHUNK, LARGEST_CHUNK = 512, 4096  # columns; most people are taken soon, and then most columns are nobody's
# Kinds of limits that taking more breaks.
STOPPING = ("vacancy", "seat", "budget", "resource", "quota_max", "differ", "trainings_total", *PERSONAL)


def greedy_columns(rows: Rows, order: IntArray | None = None, plan: IntArray | None = None) -> IntArray:
    """Return the columns that best-remaining-pair-first takes, pinned pairs before all others.

    Parameters
    ----------
    rows : Rows
    order : int array, optional
        Columns in the order in which they are tried; by default all, the greatest weight first.
    plan : int array, optional
        Columns that can stand together, and are tried before these.

    Returns
    -------
    int64 array
        Sorted.

    Notes
    -----
    A pair is taken when its candidate is free and every limit allows it: positions, seats, budgets, resources and
    hard maxima.
    Minimum counts and obligations do not steer it, as they do not steer a person who looks at one pair at a time.
    Shares are kept as far as they are already met. Pinned pairs stand all the same, and until a share that they miss is
    met only who counts towards it is placed.

    An optional cohort is opened with the first person who needs it, where the money for its fixed cost and its smallest
    enrolment is there; that money is set aside. Cohorts that get too few people in the end are called off, all at once,
    and everything is begun again without them.
    """
    weight = rows.objectives["placements"][: rows.num_columns]
    if order is None:
        order = np.lexsort((_num_enrolments(rows), -weight)) if rows.has_several else np.argsort(-weight, kind="stable")
    whole = order[:0] if plan is None else plan
    if rows.has_several or (rows.cohort >= 0).any():  # what a column uses follows from those taken before it
        order, whole = np.r_[whole, order], order[:0]
    pinned = _pinned(rows, weight)
    order = np.r_[pinned, order]
    training, only_falls = _OptionalCohorts(rows), _only_falls(rows)
    while True:
        taken = _pass(rows, order, whole, training, only_falls, len(pinned))
        if not training.called_off():
            return taken


def _pass(
    rows: Rows, order: IntArray, plan: IntArray, training: _OptionalCohorts, only_falls: BoolArray, num_pinned: int
) -> IntArray:
    """Return the columns of a plan, and those taken beside them in one way through all, the pinned ones first."""
    left = rows.limit.astype(np.int64).copy()
    is_share = np.array([kind.endswith("_share") for kind in rows.kinds], dtype=bool)
    is_limit = is_share | np.array([kind in STOPPING for kind in rows.kinds], dtype=bool)
    is_limit[rows.row_of_variable] = False  # a limit that has its price does not stop anybody
    pinned = set(order[:num_pinned].tolist())
    training.begin(left, is_limit)
    is_free = np.ones(rows.num_owners, dtype=bool)
    enrolments = _Enrolments(rows)
    matrix = rows.matrix
    if len(plan):
        left -= matrix[:, plan].sum(axis=1).A1
        is_free[rows.candidate[plan]] = False
    starts, row_of, value_of = matrix.indptr, matrix.indices, matrix.data
    is_bulk = is_limit & only_falls
    taken: list[int] = plan.tolist()
    begin, size = 0, FIRST_CHUNK
    while begin < len(order):
        chunk = order[begin : begin + size]
        begin, size = begin + size, min(2 * size, LARGEST_CHUNK)
        chunk = chunk[is_free[rows.candidate[chunk]] & (left[rows.vacancy[chunk]] > 0)]
        chunk = chunk[~_is_too_much(matrix[:, chunk], left, is_bulk)]
        for column, candidate in zip(chunk.tolist(), rows.candidate[chunk].tolist(), strict=True):
            if not is_free[candidate]:
                continue
            span = slice(starts[column], starts[column + 1])
            on, use = row_of[span], value_of[span]
            on, use = training.charged(*enrolments.added(on, use))
            stops = is_limit[on] & ~is_share[on] if column in pinned else is_limit[on]
            if np.any(stops & (use > left[on]) & (use > 0)):
                continue
            left[on] -= use
            training.enrol(on)
            enrolments.note(on)
            is_free[candidate] = False
            taken.append(column)
    return np.array(sorted(taken), dtype=np.int64)


def _only_falls(rows: Rows) -> BoolArray:
    """Tell of which rows nothing is ever given back while columns are taken one after the other; bool (R,)."""
    falls = np.ones(len(rows.limit), dtype=bool)
    if rows.has_several:  # what a column uses follows from those taken before it
        falls[:] = False
        return falls
    last = rows.matrix.indptr[rows.num_columns]  # other variables are no columns that anybody takes
    falls[rows.matrix.indices[:last][rows.matrix.data[:last] < 0]] = False
    if (rows.cohort >= 0).any():  # the first person of a cohort sets money aside for those who follow
        falls &= np.array([kind != "budget" for kind in rows.kinds], dtype=bool)
    return falls


def _is_too_much(columns: Any, left: IntArray, only_falls: BoolArray) -> BoolArray:
    """Tell which columns take more of some row than is left, and will be; bool (n,)."""
    is_missing = only_falls[columns.indices] & (columns.data > left[columns.indices]) & (columns.data > 0)
    found = np.zeros(columns.shape[1], dtype=bool)
    found[np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))[is_missing]] = True
    return found


def _num_enrolments(rows: Rows) -> IntArray:
    """Return how many enrolments each column needs of a candidate with several placements."""
    of_enrolment = np.array([kind == "enrolment" for kind in rows.kinds], dtype=np.int64)
    number: IntArray = (rows.matrix[:, : rows.num_columns] != 0).T @ of_enrolment
    return number


class _Enrolments:
    """The enrolments of candidates with several placements: the first placement that needs one takes the seat."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        own = np.flatnonzero(rows.stage != OTHER)
        self._variable_of_row = dict(zip(rows.row_of_variable[own].tolist(), own.tolist(), strict=True))
        self._enrolled: set[int] = set()

    def added(self, on: AnyIndex, use: IntArray) -> tuple[AnyIndex, IntArray]:
        """Return rows and uses of a column with those of the enrolments that nobody has made yet."""
        new = self._new(on)
        if not new:
            return on, use
        after = dict(zip(on.tolist(), use.tolist(), strict=True))
        while new:
            matrix, column = self._rows.matrix, self._rows.num_columns + new.pop()
            span = slice(matrix.indptr[column], matrix.indptr[column + 1])
            for row, value in zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True):
                if row in self._variable_of_row and value > 0:  # an enrolment that is counted in its cohort
                    new.append(self._variable_of_row[row])
                after[row] = after.get(row, 0) + value
        return np.array(list(after), dtype=np.int64), np.array(list(after.values()), dtype=np.int64)

    def note(self, on: AnyIndex) -> None:
        """Remember the enrolments of a column that was taken."""
        self._enrolled.update(self._new(on))

    def _new(self, on: AnyIndex) -> list[int]:
        if not self._variable_of_row:
            return []
        found = [self._variable_of_row[row] for row in on.tolist() if row in self._variable_of_row]
        return [one for one in found if self._rows.stage[one] == ENROLMENT and one not in self._enrolled]


class _OptionalCohorts:
    """Opens cohorts, sets money aside for their smallest enrolments, and calls off those that get too few people."""

    def __init__(self, rows: Rows) -> None:
        limits = rows.limits
        own = np.flatnonzero(rows.cohort >= 0)
        first_budget = rows.kinds.index("budget") if limits.budget_ids else 0
        self._cohort_of_row = dict(zip(rows.row_of_variable[own].tolist(), rows.cohort[own].tolist(), strict=True))
        self._seats, self._least = limits.seats, limits.least_enrolment
        self._fixed_cost = limits.fixed_cost
        self._seat_cost = limits.seat_cost
        self._budget_row = np.where(limits.budget_of_cohort >= 0, first_budget + limits.budget_of_cohort, -1)
        self._closed: set[int] = set()
        self._enrolled: dict[int, int] = {}

    def begin(self, left: IntArray, is_limit: BoolArray) -> None:
        """Forget all enrolments and offer the seats of the cohorts that were not called off."""
        self._enrolled = {}
        for row, cohort in self._cohort_of_row.items():
            left[row] = 0 if cohort in self._closed else self._seats[cohort]
            is_limit[row] = True

    def charged(self, on: AnyIndex, use: IntArray) -> tuple[AnyIndex, IntArray]:
        """Return rows and uses of a column with what its cohorts cost beside its seats.

        The first person pays for opening and sets money aside; those up to the smallest enrolment get it back.
        """
        cohorts = self._cohorts(on)
        if not cohorts:
            return on, use
        after = dict(zip(on.tolist(), use.tolist(), strict=True))
        for cohort in cohorts:
            budget, seat_cost = int(self._budget_row[cohort]), int(self._seat_cost[cohort])
            if budget < 0:
                continue
            least = int(self._least[cohort])
            if not self._enrolled.get(cohort):
                more = int(self._fixed_cost[cohort]) + seat_cost * max(0, least - 1)
            else:
                more = -seat_cost if self._enrolled[cohort] < least else 0
            after[budget] = after.get(budget, 0) + more
        return np.array(list(after), dtype=np.int64), np.array(list(after.values()), dtype=np.int64)

    def enrol(self, on: AnyIndex) -> None:
        """Count one more person in the cohorts of a column."""
        for cohort in self._cohorts(on):
            self._enrolled[cohort] = self._enrolled.get(cohort, 0) + 1

    def _cohorts(self, on: AnyIndex) -> list[int]:
        if not self._cohort_of_row:
            return []
        return [self._cohort_of_row[row] for row in on.tolist() if row in self._cohort_of_row]

    def called_off(self) -> bool:
        """Call off the cohorts that have too few people; tell whether there were any."""
        few = {cohort for cohort, number in self._enrolled.items() if number < self._least[cohort]}
        self._closed |= few
        return bool(few)


def _pinned(rows: Rows, weight: IntArray) -> IntArray:
    """Return the best column of each pinned pair."""
    best = []
    for i, j in zip(rows.limits.pinned_candidate, rows.limits.pinned_vacancy, strict=True):
        own = rows.columns_of(int(i), int(j))
        if len(own):
            best.append(own[np.argmax(weight[own])])
    return np.array(best, dtype=np.int64)
