"""What stands once a plan is published: its placements, the limits that they leave, and everybody who could step in.

The plan has decided which cohorts run, so none is optional any more: what they cost is paid, and their seats are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from matcher.columns import BoolArray, Columns, IntArray, Limits
from matcher.features import build_columns
from matcher.plan import Plan
from matcher.problem import Problem, vacancy_terms
from matcher.solve.planning import assignment_of
from matcher.solver import LEAD, Rows, assemble_rows
from matcher.whatif.assumptions import Assumptions
from matcher.whatif.rolling.worlds import WEEK, Calendar, calendar_of
from matcher.whatif.seats import NewSeats
from matcher.whatif.simulation.newcomers import with_newcomers
from matcher.whatif.simulation.places import PlaceReader, columns_of, late_with

AIM = LEAD  # placements, less ten (or a hundred) per person equivalent of shortfall, as when looking ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What stays the same in all replications of a plan in which somebody steps in.

    C candidates, V vacancies, K cohorts, N columns, of everybody who may come too.

    Parameters
    ----------
    columns : Columns
    rows : Rows
        Without pins and optional cohorts.
    is_eased : bool (R,)
        Which rows a shortfall or the like relaxes.
    reader : PlaceReader
    first_day : int
        On which something can be decided for the first time; a proleptic ordinal.
    num_weeks : int
        Of decisions, until the last place that was late, or lost, can be filled.
    planned : int64 (P,)
        The plan's columns, in its order.
    week : int64 (C,)
    chance : float
        See `Newcomers`.
    vacancy_start, latest_start : int64 (V,)
        Proleptic ordinals.
    delay_names : tuple of str (V,)
        Whose delay makes each vacancy begin late.
    course : int64 (K,)
        Number of each cohort's course.
    new_seats : NewSeats
    last_starts : int64 (N,)
        Remembers what `last_start` has found; 0 where it was not asked.
    """

    columns: Columns
    rows: Rows
    is_eased: BoolArray
    reader: PlaceReader
    first_day: int
    num_weeks: int
    planned: IntArray
    week: IntArray
    chance: float
    vacancy_start: IntArray
    latest_start: IntArray
    delay_names: tuple[str, ...]
    course: IntArray
    new_seats: NewSeats
    last_starts: IntArray

    def last_start(self, column: int) -> int:
        """Return the last day on which a column could begin, by everything of the person that ends."""
        if not self.last_starts[column]:
            entry = assignment_of(self.columns, column)
            self.last_starts[column] = self.reader.last_start(entry)
        return int(self.last_starts[column])


def ground_of(problem: Problem, plan: Plan, assumptions: Assumptions, columns: Columns) -> Ground:
    """Return what stands once a plan is published.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        Of the problem.
    assumptions : Assumptions
    columns : Columns
        All of the problem.

    Raises
    ------
    ValueError
        Where something has no date.
    """
    calendar = calendar_of(columns)
    everybody = with_newcomers(problem, calendar, assumptions)
    if len(everybody.week) > len(problem.candidates):
        columns = build_columns(everybody.problem)
    columns = replace(columns, limits=_decided_limits(columns.limits, plan))
    rows = assemble_rows(columns, counts_obligations="shortfall" in problem.policy.tiers)
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    terms_by_id = {one.vacancy_id: vacancy_terms(one, contracts) for one in problem.vacancies}
    terms = [terms_by_id[vacancy_id] for vacancy_id in columns.limits.vacancy_ids]
    course_of = {cohort.cohort_id: cohort.course_id for cohort in problem.cohorts}
    latest_start = _ordinals([one.latest_start_date for one in terms])
    last_day = max(int(latest_start.max(initial=0)), int(columns.start_day.max(initial=0)))
    return Ground(
        columns=columns,
        rows=rows,
        is_eased=np.asarray((rows.relief != 0).sum(axis=0)).ravel() > 0,
        reader=PlaceReader(everybody.problem, columns),
        first_day=calendar.first_day.toordinal(),
        num_weeks=_weeks_until(last_day, calendar) + assumptions.late_weeks + assumptions.replace_weeks,
        planned=columns_of(columns, plan.assignments),
        week=everybody.week,
        chance=everybody.chance,
        vacancy_start=_ordinals([one.start_date for one in terms]),
        latest_start=latest_start,
        delay_names=tuple(late_with(one) for one in terms),
        course=np.unique([course_of[name] for name in columns.limits.cohort_ids], return_inverse=True)[1].astype(
            np.int64
        ),
        new_seats=NewSeats.of(columns),
        last_starts=np.zeros(len(columns), dtype=np.int64),
    )


def _weeks_until(day: int, calendar: Calendar) -> int:
    return (day - calendar.first_day.toordinal()) // WEEK + 1


def _decided_limits(limits: Limits, plan: Plan) -> Limits:
    """Return limits in which the cohorts that run are there and paid, the others are not, and nobody is pinned."""
    runs = {use.cohort_id for use in plan.cohorts if use.runs}
    opened = limits.is_optional & np.array([name in runs for name in limits.cohort_ids], dtype=np.bool_)
    budget = limits.budget.copy()
    paid = np.flatnonzero(opened & (limits.budget_of_cohort >= 0))
    np.subtract.at(budget, limits.budget_of_cohort[paid], limits.fixed_cost[paid])
    nothing, nobody = np.zeros(len(limits.cohort_ids), dtype=np.int64), np.zeros(0, dtype=np.int32)
    return replace(
        limits,
        seats=np.where(limits.is_optional & ~opened, 0, limits.seats),
        is_optional=nothing.astype(np.bool_),
        least_enrolment=nothing,
        fixed_cost=nothing,
        budget=budget,
        pinned_candidate=nobody,
        pinned_vacancy=nobody,
    )


def _ordinals(days: Sequence[date | None]) -> IntArray:
    return np.array([0 if day is None else day.toordinal() for day in days], dtype=np.int64)
