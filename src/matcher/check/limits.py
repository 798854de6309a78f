"""Every limit of docs/model.md section 4 as integers, from the problem itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np

from matcher.check.reading import CLOSED, DAYS_PER_MONTH, Offer, Reading, ore, scaled
from matcher.columns import (
    RESOURCE_SCALE,
    SHARE_SCALE,
    SHORTFALL_SCALE,
    UNIT_SCALE,
    WEIGHT_SCALE,
    BoolArray,
    IndexArray,
    IntArray,
    Limits,
)
from matcher.problem import Candidate, Contract, Quota

NONE = -1  # how `Limits` writes a limit that is not there
_MOST_PRICED = 2**8  # kinds of obligations whose prices are remembered: a policy has few, and many contracts


def promised_seats(reading: Reading) -> Counter[str]:
    """Return how many people are already enrolled in each cohort."""
    return Counter(enrolment.cohort_id for enrolment in reading.promised)


def seats_left(reading: Reading) -> dict[str, int]:
    """Return the seats of each cohort that promises leave free."""
    promised = promised_seats(reading)
    return {
        cohort_id: 0 if cohort.status == "cancelled" else max(0, cohort.seats - promised[cohort_id])
        for cohort_id, cohort in reading.cohorts.items()
    }


def decided_by_plan(reading: Reading) -> frozenset[str]:
    """Return the optional cohorts that run only if the plan enrols somebody: a promise makes a cohort run."""
    promised = promised_seats(reading)
    return frozenset(
        cohort_id
        for cohort_id, cohort in reading.cohorts.items()
        if cohort.status == "optional" and promised[cohort_id] == 0
    )


def budget_left(reading: Reading) -> dict[str, int]:
    """Return the öre of each budget that promised seats and the fixed costs of cohorts leave free."""
    left = {budget.budget_id: ore(budget.amount) for budget in reading.problem.budgets}
    promised, undecided = promised_seats(reading), decided_by_plan(reading)
    for cohort_id, cohort in reading.cohorts.items():
        if cohort.budget_id is not None and cohort_id not in undecided and cohort.status != "cancelled":
            left[cohort.budget_id] -= reading.seat_cost[cohort_id] * promised[cohort_id] + ore(cohort.fixed_cost)
    return {budget_id: max(0, amount) for budget_id, amount in left.items()}


def owed_units(contract: Contract) -> int:
    """Return what a contract is owed, in hundredths of its unit; nothing once it is closed."""
    if contract.obligation_quantity is None or contract.status in CLOSED:
        return 0
    return round(Fraction(contract.obligation_quantity) * UNIT_SCALE)


def shortfall_price(reading: Reading, contract: Contract) -> int:
    """Return the price of a hundredth of a contract's unit, in hundred-millionths of a person equivalent."""
    policy = reading.problem.policy
    return _unit_price(policy.unit_weight[contract.obligation_unit], policy.shortfall_weight[contract.obligation_kind])


@lru_cache(_MOST_PRICED)
def _unit_price(unit: Decimal, kind: Decimal) -> int:
    return round(Fraction(unit) * Fraction(kind) * SHORTFALL_SCALE / UNIT_SCALE)


def hard_quota_price(reading: Reading) -> int:
    """Return the price of a person missing from a hard minimum count, in hundred-millionths of a person equivalent."""
    return round(Fraction(reading.problem.policy.shortfall_weight["hard_quota"]) * SHORTFALL_SCALE)


def quota_price(quota: Quota) -> int:
    """Return the price of a person missing or in excess, in millionths of a placement; -1 for a hard quota."""
    return NONE if quota.hard or quota.price is None else round(Fraction(quota.price) * WEIGHT_SCALE)


def share_millionths(share: Decimal | None) -> int:
    """Return a share in millionths; -1 for none."""
    return NONE if share is None else round(Fraction(share) * SHARE_SCALE)


def resource_units(amount: Decimal | None) -> int:
    """Return an amount of a resource in millionths of its unit; nothing where none is stated."""
    return 0 if amount is None else scaled(amount, RESOURCE_SCALE)


def duration_days(offer: Offer) -> int | None:
    """Return how many days a placement lasts, the first included; ``None`` where it is not known."""
    return None if offer.duration_months is None else max(1, round(offer.duration_months * DAYS_PER_MONTH))


def most_trainings(reading: Reading, candidate: Candidate) -> int:
    """Return how many new cohorts a candidate with several placements may take."""
    own = candidate.max_trainings
    return reading.problem.policy.max_route_length if own is None else own


def quota_covers(quota: Quota, offer: Offer) -> bool:
    """Tell whether placements in a vacancy count for a quota."""
    if quota.scope == "all":
        return True
    contract = offer.contract
    return contract is not None and quota.scope_id is not None and _scope_value(contract, quota.scope) == quota.scope_id


def counts_for(quota: Quota, candidate: Candidate, groups: Collection[str]) -> bool:
    """Tell whether a placement of a candidate, who belongs to some groups on its start day, counts for a quota."""
    if quota.group is not None and quota.group not in groups:
        return False
    return quota.months_out_of_work is None or candidate.months_out_of_work >= quota.months_out_of_work


def _scope_value(contract: Contract, scope: str) -> str | None:
    return {"buyer": contract.buyer, "supplier": contract.supplier, "contract": contract.contract_id}[scope]


def open_positions(offer: Offer) -> int:
    """Return how many people a vacancy takes; none where its contract is closed."""
    return offer.vacancy.positions if offer.is_open else 0


def read_limits(reading: Reading, quota_group: IndexArray) -> Limits:
    """Return every limit by position, with the groups' bits as the columns write them."""
    candidate_ids, vacancy_ids = sorted(reading.candidates), sorted(reading.offers)
    candidate_at, vacancy_at = _places(candidate_ids), _places(vacancy_ids)
    contracts = [reading.contracts[contract_id] for contract_id in sorted(reading.contracts)]
    contract_at = _places([contract.contract_id for contract in contracts])
    cohorts = [reading.cohorts[cohort_id] for cohort_id in sorted(reading.cohorts)]
    quotas = sorted(reading.problem.quotas, key=lambda quota: quota.quota_id)
    resources = sorted(reading.problem.resources, key=lambda resource: resource.resource_id)
    offers = [reading.offers[vacancy_id] for vacancy_id in vacancy_ids]
    seats, budgets = seats_left(reading), budget_left(reading)
    undecided = decided_by_plan(reading)
    is_optional = [cohort.cohort_id in undecided and cohort.seats > 0 for cohort in cohorts]
    budget_at = _places(sorted(budgets))
    pins = sorted((candidate_at[pair[0]], vacancy_at[pair[1]]) for pair in reading.pinned)
    return Limits(
        candidate_ids=tuple(candidate_ids),
        vacancy_ids=tuple(vacancy_ids),
        cohort_ids=tuple(cohort.cohort_id for cohort in cohorts),
        budget_ids=tuple(budget_at),
        contract_ids=tuple(contract_at),
        quota_ids=tuple(quota.quota_id for quota in quotas),
        resource_ids=tuple(resource.resource_id for resource in resources),
        placements=_ints(reading.candidates[candidate_id].max_placements for candidate_id in candidate_ids),
        positions=_ints(open_positions(offer) for offer in offers),
        seats=_ints(seats[cohort.cohort_id] for cohort in cohorts),
        seat_cost=_ints(reading.seat_cost[cohort.cohort_id] for cohort in cohorts),
        budget_of_cohort=_indices(budget_at.get(cohort.budget_id or "", NONE) for cohort in cohorts),
        is_optional=np.array(is_optional, np.bool_),
        least_enrolment=_ints(
            cohort.min_participants if optional else 0 for cohort, optional in zip(cohorts, is_optional, strict=True)
        ),
        fixed_cost=_ints(
            ore(cohort.fixed_cost) if optional else 0 for cohort, optional in zip(cohorts, is_optional, strict=True)
        ),
        budget=_ints(budgets[budget_id] for budget_id in budget_at),
        contract_of_vacancy=_indices(contract_at.get(offer.vacancy.contract_id or "", NONE) for offer in offers),
        required=_ints(owed_units(contract) for contract in contracts),
        shortfall_price=_ints(shortfall_price(reading, contract) for contract in contracts),
        quota_group=quota_group,
        quota_covers=_coverage(quotas, offers),
        quota_min=_ints(NONE if quota.min_count is None else quota.min_count for quota in quotas),
        quota_max=_ints(NONE if quota.max_count is None else quota.max_count for quota in quotas),
        quota_min_share=_ints(share_millionths(quota.min_share) for quota in quotas),
        quota_max_share=_ints(share_millionths(quota.max_share) for quota in quotas),
        quota_price=_ints(quota_price(quota) for quota in quotas),
        hard_quota_price=hard_quota_price(reading),
        resource=_ints(resource_units(resource.limit) for resource in resources),
        candidate_extent=_ints(reading.candidates[candidate_id].extent_percent for candidate_id in candidate_ids),
        vacancy_extent=_ints(offer.vacancy.extent_percent for offer in offers),
        duration_days=_ints(NONE if (days := duration_days(offer)) is None else days for offer in offers),
        cohort_start=_ints(cohort.start_date.toordinal() for cohort in cohorts),
        cohort_end=_ints(cohort.end_date.toordinal() for cohort in cohorts),
        trainings=_ints(most_trainings(reading, reading.candidates[candidate_id]) for candidate_id in candidate_ids),
        trainings_total=NONE if (total := reading.problem.policy.max_trainings_total) is None else total,
        pinned_candidate=_indices(candidate for candidate, _ in pins),
        pinned_vacancy=_indices(vacancy for _, vacancy in pins),
    )


def _places(ids: Iterable[str]) -> dict[str, int]:
    return {entity_id: place for place, entity_id in enumerate(ids)}


def _ints(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, np.int64)


def _indices(values: Iterable[int]) -> IndexArray:
    return np.fromiter(values, np.int32)


def _coverage(quotas: Sequence[Quota], offers: Sequence[Offer]) -> BoolArray:
    covers = np.zeros((len(quotas), len(offers)), np.bool_)
    for row, quota in enumerate(quotas):
        covers[row] = [quota_covers(quota, offer) for offer in offers]
    return covers


def differing_limits(own: Limits, given: Limits) -> list[str]:
    """Return the names of the limits that the columns state otherwise than the problem.

    The vacancies of closed contracts take nobody, so whether a quota covers one makes no difference.
    """
    names = [field.name for field in fields(Limits) if field.name not in ("quota_covers", "pinned_vacancy")]
    differing = [name for name in names if name != "pinned_candidate" and not _equal(own, given, name)]
    is_open = own.positions > 0
    if own.quota_covers.shape != given.quota_covers.shape or bool(
        (own.quota_covers[:, is_open] != given.quota_covers[:, is_open]).any()
    ):
        differing.append("quota_covers")
    if _pins(own) != _pins(given):
        differing.append("pinned_candidate")
    return differing


def _equal(own: Limits, given: Limits, name: str) -> bool:
    mine, theirs = getattr(own, name), getattr(given, name)
    return bool(np.array_equal(mine, theirs)) if isinstance(mine, np.ndarray) else bool(mine == theirs)


def _pins(limits: Limits) -> list[tuple[int, int]]:
    return sorted(zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=False))


def groups_share_bits(reading: Reading, limits: Limits) -> bool:
    """Tell whether the quotas' groups and their bits stand one to one."""
    if len(limits.quota_group) != len(limits.quota_ids):
        return False
    groups = {quota.quota_id: (quota.group, quota.months_out_of_work or 0) for quota in reading.problem.quotas}
    pairs = {
        (groups.get(quota_id), bit) for quota_id, bit in zip(limits.quota_ids, limits.quota_group.tolist(), strict=True)
    }
    one_to_one = len(pairs) == len({group for group, _ in pairs}) == len({bit for _, bit in pairs})
    return one_to_one and all(0 <= bit < 64 for _, bit in pairs)


def without_pins(limits: Limits, broken: Collection[tuple[str, str]]) -> Limits:
    """Return the limits of a plan that breaks its promise of some pairs: the other pins stay."""
    if not broken:
        return limits
    pairs = zip(limits.pinned_candidate.tolist(), limits.pinned_vacancy.tolist(), strict=True)
    kept = [(c, v) for c, v in pairs if (limits.candidate_ids[c], limits.vacancy_ids[v]) not in broken]
    return replace(
        limits,
        pinned_candidate=_indices(candidate for candidate, _ in kept),
        pinned_vacancy=_indices(vacancy for _, vacancy in kept),
    )
