"""What a column uses of every limit of a small problem, as one row of numbers per column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.problem import Problem
from tests.oracles.columns import Column, ColumnKey, to_hundredths
from tests.oracles.limits import Limits, is_member

Name = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """The limits that columns draw on, in a fixed order, and how much of each a column takes.

    Parameters
    ----------
    names : tuple of (kind, id)
        Kinds: position, seat, budget, resource, trainings, units, member, placement.
    by_column : dict of column key to tuple of int
        Aligned with `names`.
    most : tuple of int or None
        How much of each may be used at most; ``None`` where more is no fault by itself.
    enough : tuple of int or None
        Beyond this, more makes no difference.
    """

    names: tuple[Name, ...]
    by_column: dict[ColumnKey, tuple[int, ...]]
    most: tuple[int | None, ...]
    enough: tuple[int | None, ...]


def uses_of(problem: Problem, columns: Mapping[ColumnKey, Column], limits: Limits) -> Uses:
    """Return what every column uses."""
    quota_ids = [quota.quota_id for quota in limits.quotas]
    most: dict[Name, int] = {("position", name): amount for name, amount in limits.positions.items()}
    most |= {("seat", name): amount for name, amount in limits.seats.items()}
    most |= {("budget", name): amount for name, amount in limits.budgets.items()}
    most |= {("resource", name): amount for name, amount in limits.resources.items()}
    if problem.policy.max_trainings_total is not None:
        most["trainings", "all"] = problem.policy.max_trainings_total
    most |= {
        ("member", quota.quota_id): quota.max_count
        for quota in limits.quotas
        if quota.hard and quota.max_count is not None
    }
    names = [name for name in most if name[0] != "member"]
    names += [("units", contract_id) for contract_id in limits.required]
    names += [(kind, quota_id) for kind in ("member", "placement") for quota_id in quota_ids]
    enough = {("units", contract_id): amount for contract_id, amount in limits.required.items()}
    return Uses(
        names=tuple(names),
        by_column={
            key: tuple(used.get(name, 0) for name in names)
            for key, used in ((key, _use(problem, limits, key, column)) for key, column in columns.items())
        },
        most=tuple(most.get(name) for name in names),
        enough=tuple(enough.get(name) for name in names),
    )


def _use(problem: Problem, limits: Limits, key: ColumnKey, column: Column) -> dict[Name, int]:
    vacancy = next(row for row in problem.vacancies if row.vacancy_id == key[1])
    used: dict[Name, int] = {("position", vacancy.vacancy_id): 1, ("trainings", "all"): len(column.new_cohorts)}
    for cohort in problem.cohorts:
        if cohort.cohort_id in column.new_cohorts:
            used["seat", cohort.cohort_id] = 1
            if cohort.budget_id is not None:
                spent = used.get(("budget", cohort.budget_id), 0)
                used["budget", cohort.budget_id] = spent + to_hundredths(cohort.cost_per_seat)
    if column.resource_id is not None:
        used["resource", column.resource_id] = column.use
    if vacancy.contract_id is not None:
        used["units", vacancy.contract_id] = column.units
    for quota in limits.quotas:
        if vacancy.vacancy_id in limits.scope[quota.quota_id]:
            used["placement", quota.quota_id] = 1
            used["member", quota.quota_id] = int(is_member(problem, quota, key[0], column.groups))
    return used


def used_twice(problem: Problem, uses: Uses, seats: Mapping[str, int]) -> tuple[int, ...]:
    """Return what columns of one candidate use too much where each takes a seat that one of them has taken already.

    Parameters
    ----------
    problem : Problem
    uses : Uses
    seats : mapping of cohort id to int
        Seats that are counted too often.
    """
    saved: dict[Name, int] = {("trainings", "all"): sum(seats.values())}
    for cohort in problem.cohorts:
        count = seats.get(cohort.cohort_id, 0)
        saved["seat", cohort.cohort_id] = count
        if cohort.budget_id is not None:
            name = ("budget", cohort.budget_id)
            saved[name] = saved.get(name, 0) + count * to_hundredths(cohort.cost_per_seat)
    return tuple(saved.get(name, 0) for name in uses.names)
