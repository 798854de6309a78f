"""Every limit and every price of a small problem, as plain integers (docs/model.md sections 4 and 5)."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from matcher.problem import Contract, Problem, Quota, Vacancy
from tests.oracles.columns import ColumnKey, to_hundredths

LEAST = {"shortfall", "cost", "changes", "tie_break"}
# Integers per unit of a plan's value.
PER_UNIT = {"shortfall": 10**8, "placements": 10**6, "cost": 100, "changes": 1, "tie_break": 1}
Kept = frozenset[ColumnKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What it takes to run an optional cohort.

    Parameters
    ----------
    least : int
        Fewest people.
    cost : int
        öre, once.
    budget_id : str or None
    """

    least: int
    cost: int
    budget_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What bounds the plans of a problem, and what missing a limit costs, by id.

    Parameters
    ----------
    positions, seats, budgets, resources, required, shortfall_price : dict of id to int
        Only contracts that are owed something stand in the last two.
    optional : dict of cohort id to Opening
        Cohorts that run only where the plan enrols somebody.
    quotas : tuple of Quota
    scope : dict of quota id to set of vacancy id
    pins : set of (candidate id, vacancy id)
    tiers : tuple of str
        As a plan reports them.
    counts_obligations : bool
        Whether the first of them counts obligations, or the hard minimum counts alone.
    hard_minimum_price : int
        Per person missing from a hard minimum count.
    soft_price : dict of quota id to int
        Per person missing or in excess.
    published : set of column keys
        What a published plan has; those that are no columns any more included.
    """

    positions: dict[str, int]
    seats: dict[str, int]
    budgets: dict[str, int]
    resources: dict[str, int]
    required: dict[str, int]
    shortfall_price: dict[str, int]
    optional: dict[str, Opening]
    quotas: tuple[Quota, ...]
    scope: dict[str, set[str]]
    pins: set[tuple[str, str]]
    tiers: tuple[str, ...]
    counts_obligations: bool
    hard_minimum_price: int
    soft_price: dict[str, int]
    published: Kept


def limits_of(problem: Problem, published: Kept | None = None) -> Limits:
    """Return the limits of a problem, and what is to be kept of a published plan, if there is one."""
    contracts = {row.contract_id: row for row in problem.contracts}
    closed = {contract_id for contract_id, row in contracts.items() if row.status in {"ended", "cancelled"}}
    owed = {
        contract_id: to_hundredths(row.obligation_quantity)
        for contract_id, row in contracts.items()
        if row.obligation_quantity is not None and contract_id not in closed
    }
    owed = {contract_id: amount for contract_id, amount in owed.items() if amount > 0}
    policy = problem.policy
    return Limits(
        positions={row.vacancy_id: 0 if row.contract_id in closed else row.positions for row in problem.vacancies},
        seats=_seats(problem),
        budgets=_budgets(problem),
        resources={row.resource_id: int(row.limit * 10**6) for row in problem.resources},
        required=owed,
        shortfall_price={contract_id: _unit_price(problem, contracts[contract_id]) for contract_id in owed},
        optional=_optional(problem),
        quotas=problem.quotas,
        scope={
            row.quota_id: {v.vacancy_id for v in problem.vacancies if _counts(row, v, contracts)}
            for row in problem.quotas
        },
        pins={
            (row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision in {"pinned", "accepted"}
        },
        tiers=_tiers(problem, has_published=published is not None),
        counts_obligations="shortfall" in policy.tiers,
        hard_minimum_price=_rounded(policy.shortfall_weight["hard_quota"] * 10**8),
        soft_price={
            row.quota_id: _rounded(row.price * 10**6)
            for row in problem.quotas
            if not row.hard and row.price is not None
        },
        published=published or frozenset(),
    )


def _rounded(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_EVEN))


def _seats(problem: Problem) -> dict[str, int]:
    seats = {}
    for cohort in problem.cohorts:
        promised = sum(row.cohort_id == cohort.cohort_id for row in problem.enrolments)
        seats[cohort.cohort_id] = 0 if cohort.status == "cancelled" else max(cohort.seats - promised, 0)
    return seats


def _optional(problem: Problem) -> dict[str, Opening]:
    promised = {row.cohort_id for row in problem.enrolments}
    return {
        row.cohort_id: Opening(least=row.min_participants, cost=to_hundredths(row.fixed_cost), budget_id=row.budget_id)
        for row in problem.cohorts
        if row.status == "optional" and row.cohort_id not in promised
    }


def _budgets(problem: Problem) -> dict[str, int]:
    left = {}
    for budget in problem.budgets:
        amount = to_hundredths(budget.amount)
        for cohort in problem.cohorts:
            if cohort.budget_id == budget.budget_id and cohort.status != "cancelled":
                promised = sum(row.cohort_id == cohort.cohort_id for row in problem.enrolments)
                amount -= promised * to_hundredths(cohort.cost_per_seat)
                if cohort.status != "optional" or promised:
                    amount -= to_hundredths(cohort.fixed_cost)
        left[budget.budget_id] = max(amount, 0)
    return left


def _unit_price(problem: Problem, contract: Contract) -> int:
    policy = problem.policy
    weight = policy.unit_weight[contract.obligation_unit] * policy.shortfall_weight[contract.obligation_kind]
    return _rounded(weight * 10**6)


def is_member(problem: Problem, quota: Quota, candidate_id: str, groups: frozenset[str]) -> bool:
    """Tell whether a candidate with these groups on the start day counts for a quota."""
    waited = next(row.months_out_of_work for row in problem.candidates if row.candidate_id == candidate_id)
    return {quota.group} <= {None, *groups} and waited >= (quota.months_out_of_work or 0)


def _counts(quota: Quota, vacancy: Vacancy, contracts: dict[str, Contract]) -> bool:
    if quota.scope == "all":
        return True
    if vacancy.contract_id is None:
        return False
    contract = contracts[vacancy.contract_id]
    own = {"buyer": contract.buyer, "supplier": contract.supplier, "contract": contract.contract_id}
    return own[quota.scope] == quota.scope_id


def _tiers(problem: Problem, *, has_published: bool) -> tuple[str, ...]:
    named = tuple(tier for tier in problem.policy.tiers if tier != "changes" or has_published)
    has_hard_minimum = any(row.hard and row.min_count is not None for row in problem.quotas)
    if has_hard_minimum and "shortfall" not in named:
        return ("shortfall", *named)
    return named


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How far a plan misses its quotas, in persons, and what that costs.

    Parameters
    ----------
    keeps_hard : bool
        Whether every hard maximum and hard share is kept.
    hard_missing : int
        Persons missing from hard minimum counts, in all.
    soft_cost : int
        Millionths of a placement.
    """

    keeps_hard: bool
    hard_missing: int
    soft_cost: int


def count_quotas(limits: Limits, members: dict[str, int], placements: dict[str, int]) -> Counted:
    """Return what quotas say of a plan with so many members and placements by quota id."""
    keeps_hard, hard_missing, soft_cost = True, 0, 0
    for quota in limits.quotas:
        own, everybody = members[quota.quota_id], placements[quota.quota_id]
        missing, excess, short, over = persons_missed(quota, own, everybody)
        if quota.hard:
            keeps_hard = keeps_hard and not excess and not short and not over
            hard_missing += missing
        else:
            soft_cost += limits.soft_price[quota.quota_id] * (missing + excess + short + over)
    return Counted(keeps_hard=keeps_hard, hard_missing=hard_missing, soft_cost=soft_cost)


def persons_missed(quota: Quota, members: int, placements: int) -> tuple[int, int, int, int]:
    """Return the whole persons missing from and above a quota's counts, then missing from and above its shares."""
    return (
        max((quota.min_count or 0) - members, 0),
        max(members - quota.max_count, 0) if quota.max_count is not None else 0,
        max(math.ceil((quota.min_share or 0) * placements - members), 0),
        max(math.ceil(members - quota.max_share * placements), 0) if quota.max_share is not None else 0,
    )


def lost_seats(problem: Problem) -> list[tuple[str, str]]:
    """Return the candidates and cohorts of promised seats that are gone, sorted."""
    cancelled = {row.cohort_id for row in problem.cohorts if row.status == "cancelled"}
    return sorted((row.candidate_id, row.cohort_id) for row in problem.enrolments if row.cohort_id in cancelled)


def with_accepted(problem: Problem, kept: Collection[tuple[str, str]]) -> Problem:
    """Return the problem as if nobody had accepted anything but some pairs."""
    decisions = tuple(
        row for row in problem.decisions if row.decision != "accepted" or (row.candidate_id, row.vacancy_id) in kept
    )
    return replace(problem, decisions=decisions)
