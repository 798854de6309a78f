"""How the plans of a node are parted in two: on cohorts, counts, people, whatever a relaxation leaves in between."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.columns import BoolArray, IntArray
from matcher.solver.model.rows import Rows
from matcher.solver.model.several import OTHER
from matcher.solver.programmes.programme import FloatArray
from matcher.solver.relaxations.tier_task import Decisions

INTEGRAL = 1e-6
EVEN = 0.5

Halves = tuple[Decisions, Decisions]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """What the relaxation of a node leaves in between.

    Parameters
    ----------
    columns : int array
        Those of the node's programme.
    values : float64 array
        How much of each is taken.
    fractional : int array
        Which of them are neither taken nor left, by position in `columns`.
    others : float64 array
        The values of all other variables.
    broken : int array
        Which of these are not whole, by position.
    dear : int array
        Of these, those whose parts of a unit cost much beside what is open, the dearest first.
    """

    columns: IntArray
    values: FloatArray
    fractional: IntArray
    others: FloatArray
    broken: IntArray
    dear: IntArray


def dear_others(objective: IntArray, others: FloatArray, broken: IntArray, least: float) -> IntArray:
    """Return which broken variables cost so much by their parts of a unit, at least, the dearest first.

    A person missing from a hard quota weighs ten person equivalents: a relaxation in which four tenths of one are
    missing promises what no plan keeps, however its people are parted.

    Parameters
    ----------
    objective : int64 (X,)
        Of the other variables.
    others : float64 (X,)
    broken : int array
    least : float
    """
    values = others[broken]
    cost = np.abs(objective[broken]) * np.abs(values - np.rint(values))
    order = np.argsort(-cost, kind="stable")
    return broken[order[cost[order] >= least]]


def parted(rows: Rows, decisions: Decisions, unsettled: Unsettled, *, dives: bool) -> Halves:
    """Return the two parts of a node's plans, the one to dive into first.

    Parameters
    ----------
    rows : Rows
    decisions : Decisions
        Of the node.
    unsettled : Unsettled
    dives : bool
        Whether a first plan is looked for; afterwards the least decided column parts plans best.
    """
    others, broken = unsettled.others, unsettled.broken
    cohorts = broken[rows.cohort[broken] >= 0]
    if len(cohorts):
        return split_cohort(decisions, cohorts, others[cohorts])
    if len(unsettled.dear):
        return split_other(rows, decisions, int(unsettled.dear[0]), float(others[unsettled.dear[0]]))
    enrolments = broken[rows.stage[broken] != OTHER]
    if len(enrolments):  # first how many a cohort takes, for these stand before the single ones
        return split_other(rows, decisions, int(enrolments[0]), float(others[enrolments[0]]))
    if len(unsettled.fractional):
        uneven = uneven_cohort(rows, decisions, unsettled.columns, unsettled.values)
        if uneven is not None:
            return split_count(rows, decisions, *uneven)
        uneven = uneven_vacancy(rows, unsettled.columns, unsettled.values)
        if uneven is not None:
            return split_count(rows, decisions, *uneven)
        fractional = unsettled.fractional
        return split_column(decisions, unsettled.columns[fractional], unsettled.values[fractional], dives=dives)
    return split_other(rows, decisions, int(broken[0]), float(others[broken[0]]))


def is_between(rows: Rows, decisions: Decisions) -> BoolArray:
    """Tell which other variables are not decided: their least is below their most."""
    between: BoolArray = rows.lower < rows.upper
    for other, (least, most) in decisions.others.items():
        between[other] = least < most
    return between


def understated(rows: Rows, columns: IntArray, others: FloatArray, decisions: Decisions) -> IntArray:
    """Return the other variable, if any, that whole people need most beyond what the linear programme gave it."""
    missing = rows.completed(columns)[rows.num_columns :] - others
    most = rows.upper.astype(np.float64)
    for other, (_, largest) in decisions.others.items():
        most[other] = min(most[other], largest)
    missing[np.floor(others) >= most] = 0.0  # decided already
    worst = np.argsort(-missing, kind="stable")[:1]
    return worst[missing[worst] > EVEN]


def uneven_vacancy(rows: Rows, columns: IntArray, values: FloatArray) -> tuple[int, float] | None:
    """Return the vacancy whose number of placements is least whole, and that number."""
    placed = np.bincount(rows.vacancy[columns], values)
    uneven = np.abs(placed - np.rint(placed))
    worst = int(np.argmax(uneven))
    return (worst, float(placed[worst])) if uneven[worst] > INTEGRAL else None


def uneven_cohort(rows: Rows, decisions: Decisions, columns: IntArray, values: FloatArray) -> tuple[int, float] | None:
    """Return the seat row of the cohort whose part of a seat takes most of its budget, and the number of its people.

    A relaxation spends a budget to the last öre, on a part of a seat. Whose seat that is moves from one cohort to the
    next until few are left, while single people or vacancies take turns for much longer.
    """
    share = shares_of_budgets(rows)
    if not share.any():
        return None
    x = np.zeros(rows.matrix.shape[1])
    x[columns] = np.where(values > INTEGRAL, values, 0.0)
    if decisions.taken:  # else a search for none of them among all takes as long as a tenth of the simplex
        x[np.intersect1d(columns, list(decisions.taken)).astype(np.int64)] = 1.0
    x[list(decisions.left)] = 0.0
    number = (rows.matrix @ x)[: len(share)]
    uneven = np.abs(number - np.rint(number))
    score = np.where(uneven > INTEGRAL, uneven * share, 0.0)
    for row, (fewest, most) in decisions.filled.items():
        if not fewest <= number[row] < most:  # an imprecise solve
            score[row] = 0.0
    worst = int(np.argmax(score))
    return (worst, float(number[worst])) if score[worst] > 0 else None


def shares_of_budgets(rows: Rows) -> FloatArray:
    """Return which part of its budget a seat takes, by row: coarse ones are what whole seats lose; float64 (V + K,).

    Optional cohorts have none: whether they run is decided first.
    """
    limits, share = rows.limits, np.zeros(len(rows.least))
    counted = np.flatnonzero((limits.budget_of_cohort >= 0) & ~limits.is_optional)
    money = limits.budget[limits.budget_of_cohort[counted]]
    row = len(limits.vacancy_ids) + counted
    share[row] = np.where(money > 0, limits.seat_cost[counted] / np.maximum(money, 1), 0.0)
    return share


def split_count(rows: Rows, decisions: Decisions, row: int, number: float) -> Halves:
    """Return the plans in which a row is filled above and below a number, the nearer ones first."""
    fewest, most = decisions.filled.get(row, (int(rows.least[row]), int(rows.limit[row])))
    below = int(np.floor(number))
    fuller = replace(decisions, filled={**decisions.filled, row: (below + 1, most)})
    emptier = replace(decisions, filled={**decisions.filled, row: (fewest, below)})
    return (fuller, emptier) if number - below > EVEN else (emptier, fuller)


def split_column(decisions: Decisions, columns: IntArray, values: FloatArray, *, dives: bool) -> Halves:
    """Return the plans with and without a column: the one taken most in a dive, else the least decided."""
    worth = values if dives else -np.abs(values - EVEN)
    column = int(columns[np.argmax(worth)])
    return (
        replace(decisions, taken=decisions.taken | {column}),
        replace(decisions, left=decisions.left | {column}),
    )


def split_cohort(decisions: Decisions, cohorts: IntArray, values: FloatArray) -> Halves:
    """Return the plans with and without the cohort that is least decided, the nearer ones first."""
    worst = int(np.argmin(np.abs(values - EVEN)))
    cohort = int(cohorts[worst])
    opened = replace(decisions, others={**decisions.others, cohort: (1, 1)})
    closed = replace(decisions, others={**decisions.others, cohort: (0, 0)})
    return (opened, closed) if values[worst] > EVEN else (closed, opened)


def split_other(rows: Rows, decisions: Decisions, other: int, value: float) -> Halves:
    """Return the plans in which another variable is above and below a value."""
    least, most = decisions.others.get(other, (int(rows.lower[other]), int(rows.upper[other])))
    below = int(np.floor(value))
    return (
        replace(decisions, others={**decisions.others, other: (below + 1, most)}),
        replace(decisions, others={**decisions.others, other: (least, below)}),
    )
