"""Everything that bounds a plan, from the problem: positions, seats, money, obligations, quotas, resources, pins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

import numpy as np

from matcher.columns import (
    MONEY_SCALE,
    RESOURCE_SCALE,
    SHARE_SCALE,
    SHORTFALL_SCALE,
    UNIT_SCALE,
    WEIGHT_SCALE,
    IndexArray,
    IntArray,
    Limits,
)
from matcher.errors import Fault, UnsupportedRule
from matcher.features.arrays import integers, positions, rounded
from matcher.problem import Candidate, Cohort, Contract, Problem, Quota, VacancyTerms
from matcher.problem.terms import DAYS_PER_MONTH

MAX_QUOTA_GROUPS = 62  # bits of an int64 that stay clear of its sign
NO_LIMIT = -1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class QuotaGroup:
    """Who counts for a quota; one bit of a column stands for it.

    Parameters
    ----------
    group : str
        Empty where membership of no target group is asked for.
    months_out_of_work : int
        At least so many.
    """

    group: str
    months_out_of_work: int


def quota_group(quota: Quota) -> QuotaGroup:
    """Return who counts for a quota."""
    return QuotaGroup(group=quota.group or "", months_out_of_work=quota.months_out_of_work or 0)


def quota_groups(problem: Problem) -> list[QuotaGroup]:
    """Return who counts for quotas, in order of their bits; at most `MAX_QUOTA_GROUPS`.

    Raises
    ------
    UnsupportedRule
        When quotas name more groups than a column has bits.
    """
    groups = sorted({quota_group(quota) for quota in problem.quotas})
    if len(groups) > MAX_QUOTA_GROUPS:
        raise UnsupportedRule(
            [
                Fault(
                    code="too_many_groups",
                    table="quotas",
                    field="group",
                    value=len(groups),
                    must=f"name at most {MAX_QUOTA_GROUPS} different groups",
                    remedy="Leave out the quotas that matter least, or solve the scopes one at a time.",
                )
            ]
        )
    return groups


def build_limits(problem: Problem, terms: Sequence[VacancyTerms]) -> Limits:
    """Return the limits of a problem.

    Parameters
    ----------
    problem : Problem
    terms : sequence of VacancyTerms
        Of all vacancies, in order of their ids.

    Raises
    ------
    UnsupportedRule
        When quotas name more groups than a column has bits.
    """
    candidates = sorted(problem.candidates, key=attrgetter("candidate_id"))
    cohorts = sorted(problem.cohorts, key=attrgetter("cohort_id"))
    budgets = sorted(problem.budgets, key=attrgetter("budget_id"))
    contracts = sorted(problem.contracts, key=attrgetter("contract_id"))
    quotas = sorted(problem.quotas, key=attrgetter("quota_id"))
    resources = sorted(problem.resources, key=attrgetter("resource_id"))
    candidate_ids = tuple(candidate.candidate_id for candidate in candidates)
    vacancy_ids = tuple(entry.vacancy.vacancy_id for entry in terms)
    contract_position = positions(contract.contract_id for contract in contracts)
    budget_position = positions(budget.budget_id for budget in budgets)
    group_bit = {group: bit for bit, group in enumerate(quota_groups(problem))}
    promised = _promised(problem, cohorts)
    is_optional = [_is_optional(cohort, taken) for cohort, taken in zip(cohorts, promised, strict=True)]
    pins = _pins(problem, positions(candidate_ids), positions(vacancy_ids))
    weights = problem.policy.shortfall_weight
    return Limits(
        candidate_ids=candidate_ids,
        vacancy_ids=vacancy_ids,
        cohort_ids=tuple(cohort.cohort_id for cohort in cohorts),
        budget_ids=tuple(budget.budget_id for budget in budgets),
        contract_ids=tuple(contract.contract_id for contract in contracts),
        quota_ids=tuple(quota.quota_id for quota in quotas),
        resource_ids=tuple(resource.resource_id for resource in resources),
        placements=integers(candidates, "max_placements"),
        positions=np.array([entry.vacancy.positions if entry.is_open else 0 for entry in terms], np.int64),
        seats=np.array(
            [
                0 if cohort.status == "cancelled" else max(0, cohort.seats - taken)
                for cohort, taken in zip(cohorts, promised, strict=True)
            ],
            np.int64,
        ),
        seat_cost=np.array([_money(cohort.cost_per_seat) for cohort in cohorts], np.int64),
        budget_of_cohort=np.array([budget_position.get(cohort.budget_id or "", -1) for cohort in cohorts], np.int32),
        is_optional=np.array(is_optional, np.bool_),
        least_enrolment=np.where(is_optional, integers(cohorts, "min_participants"), 0).astype(np.int64),
        fixed_cost=np.array(
            [_money(cohort.fixed_cost) if is_open else 0 for cohort, is_open in zip(cohorts, is_optional, strict=True)],
            np.int64,
        ),
        budget=_budget_left(problem, cohorts, promised),
        contract_of_vacancy=np.array(
            [contract_position.get(entry.vacancy.contract_id or "", -1) for entry in terms], np.int32
        ),
        required=np.array([_required(contract) for contract in contracts], np.int64),
        shortfall_price=_shortfall_prices(problem, contracts),
        quota_group=np.array([group_bit[quota_group(quota)] for quota in quotas], np.int32),
        quota_covers=np.array([_covers(quota, terms) for quota in quotas], np.bool_).reshape(len(quotas), len(terms)),
        quota_min=np.array([_count(quota.min_count) for quota in quotas], np.int64),
        quota_max=np.array([_count(quota.max_count) for quota in quotas], np.int64),
        quota_min_share=np.array([_share(quota.min_share) for quota in quotas], np.int64),
        quota_max_share=np.array([_share(quota.max_share) for quota in quotas], np.int64),
        quota_price=np.array([_price(quota) for quota in quotas], np.int64),
        hard_quota_price=rounded(weights["hard_quota"], SHORTFALL_SCALE),
        resource=np.array([rounded(resource.limit, RESOURCE_SCALE) for resource in resources], np.int64),
        candidate_extent=integers(candidates, "extent_percent"),
        vacancy_extent=np.array([entry.vacancy.extent_percent for entry in terms], np.int64),
        duration_days=_duration_days(terms),
        cohort_start=np.array([cohort.start_date.toordinal() for cohort in cohorts], np.int64),
        cohort_end=np.array([cohort.end_date.toordinal() for cohort in cohorts], np.int64),
        trainings=np.array([_trainings(problem, candidate) for candidate in candidates], np.int64),
        trainings_total=_count(problem.policy.max_trainings_total),
        pinned_candidate=pins[:, 0],
        pinned_vacancy=pins[:, 1],
    )


def _money(amount: Decimal) -> int:
    return rounded(amount, MONEY_SCALE)


def _count(count: int | None) -> int:
    return NO_LIMIT if count is None else count


def _share(share: Decimal | None) -> int:
    return NO_LIMIT if share is None else rounded(share, SHARE_SCALE)


def _price(quota: Quota) -> int:
    return NO_LIMIT if quota.hard or quota.price is None else rounded(quota.price, WEIGHT_SCALE)


def _duration_days(terms: Sequence[VacancyTerms]) -> IntArray:
    """Return how many days a placement in each vacancy lasts; -1 where it is not known."""
    lasting = [entry.duration_months for entry in terms]
    days: dict[Decimal | None, int] = {  # few differ
        months: max(1, round(Fraction(months) * Fraction(DAYS_PER_MONTH)))
        for months in set(lasting)
        if months is not None
    }
    return np.array([days.get(months, NO_LIMIT) for months in lasting], np.int64)


def _trainings(problem: Problem, candidate: Candidate) -> int:
    longest = problem.policy.max_route_length
    return longest if candidate.max_trainings is None else candidate.max_trainings


def _promised(problem: Problem, cohorts: Sequence[Cohort]) -> list[int]:
    """Return how many people are already enrolled in each cohort."""
    taken = Counter(enrolment.cohort_id for enrolment in problem.standing_enrolments)
    return [taken[cohort.cohort_id] for cohort in cohorts]


def _is_optional(cohort: Cohort, promised: int) -> bool:
    """Tell whether the plan decides if a cohort runs: where somebody is enrolled, a promise is kept."""
    return cohort.status == "optional" and not promised and cohort.seats > 0


def _budget_left(problem: Problem, cohorts: Sequence[Cohort], promised: Sequence[int]) -> IntArray:
    """Return what is left of each budget after promised seats and the cohorts that run whatever is decided."""
    left = {budget.budget_id: _money(budget.amount) for budget in problem.budgets}
    for cohort, taken in zip(cohorts, promised, strict=True):
        if cohort.budget_id is not None:
            left[cohort.budget_id] -= taken * _money(cohort.cost_per_seat)
            if cohort.status in ("running", "planned") or taken:
                left[cohort.budget_id] -= _money(cohort.fixed_cost)
    return np.array([max(0, left[budget_id]) for budget_id in sorted(left)], np.int64)


def _required(contract: Contract) -> int:
    if contract.is_closed or contract.obligation_quantity is None:
        return 0
    return rounded(contract.obligation_quantity, UNIT_SCALE)


def _shortfall_prices(problem: Problem, contracts: Sequence[Contract]) -> IntArray:
    """Return the price of a hundredth of each contract's unit; many contracts have few kinds of obligation."""
    policy = problem.policy
    kinds = [(contract.obligation_unit, contract.obligation_kind) for contract in contracts]
    price = {
        (unit, kind): rounded(
            Fraction(policy.unit_weight[unit]) * Fraction(policy.shortfall_weight[kind]), SHORTFALL_SCALE // UNIT_SCALE
        )
        for unit, kind in set(kinds)
    }
    return np.array([price[kind] for kind in kinds], np.int64)


def _covers(quota: Quota, terms: Sequence[VacancyTerms]) -> list[bool]:
    if quota.scope == "all":
        return [True] * len(terms)
    field = attrgetter("contract_id" if quota.scope == "contract" else quota.scope)
    return [entry.contract is not None and field(entry.contract) == quota.scope_id for entry in terms]


def _pins(problem: Problem, candidate: dict[str, int], vacancy: dict[str, int]) -> IndexArray:
    """Return the pairs that must stand in the plan, sorted; int32 (P, 2)."""
    pairs = {
        (candidate[decision.candidate_id], vacancy[decision.vacancy_id])
        for decision in problem.decisions
        if decision.decision != "forbidden"
    }
    return np.array(sorted(pairs), np.int32).reshape(len(pairs), 2)
