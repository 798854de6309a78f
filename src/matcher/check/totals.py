"""Adds a plan up: what is delivered, what quotas miss, and the value of every aim, in exact integers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.check.limits import (
    NONE,
    counts_for,
    decided_by_plan,
    hard_quota_price,
    owed_units,
    quota_covers,
    quota_price,
    share_millionths,
    shortfall_price,
)
from matcher.check.placements import Placement
from matcher.check.reading import Reading, ore
from matcher.columns import MONEY_SCALE, SHARE_SCALE, SHORTFALL_SCALE, WEIGHT_SCALE
from matcher.problem import Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """How one tier's integers become the plan's numbers.

    Parameters
    ----------
    scale : int
        Integer units per printed unit.
    is_least : bool
        Whether less is better.
    """

    scale: int
    is_least: bool


AIMS = {
    "shortfall": Aim(scale=SHORTFALL_SCALE, is_least=True),
    "placements": Aim(scale=WEIGHT_SCALE, is_least=False),
    "cost": Aim(scale=MONEY_SCALE, is_least=True),
    "changes": Aim(scale=1, is_least=True),
    "tie_break": Aim(scale=1, is_least=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaCount:
    """What one quota counts in a plan.

    Parameters
    ----------
    quota : Quota
    members, placements : int
    """

    quota: Quota
    members: int
    placements: int

    @property
    def missing(self) -> int:
        """Return how many persons are missing from the minimum count."""
        return max(0, (self.quota.min_count or 0) - self.members)

    @property
    def excess(self) -> int:
        """Return how many persons there are above the maximum count."""
        return 0 if self.quota.max_count is None else max(0, self.members - self.quota.max_count)

    @property
    def missing_share(self) -> int:
        """Return how many persons are missing from the minimum share, rounded up."""
        share = share_millionths(self.quota.min_share)
        return 0 if share == NONE else max(0, -((SHARE_SCALE * self.members - share * self.placements) // SHARE_SCALE))

    @property
    def excess_share(self) -> int:
        """Return how many persons there are above the maximum share, rounded up."""
        share = share_millionths(self.quota.max_share)
        return 0 if share == NONE else max(0, -((share * self.placements - SHARE_SCALE * self.members) // SHARE_SCALE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a plan adds up to.

    Parameters
    ----------
    new_seats : mapping of cohort id to int
    opened : frozenset of cohort id
        The optional cohorts that run because of the plan.
    delivered : mapping of contract id to int
        Hundredths of the contract's unit.
    taken : mapping of vacancy id to int
    quotas : tuple of QuotaCount
        By id.
    values : dict of tier to int
        In the tier's integer unit, as docs/model.md section 5 counts.
    """

    new_seats: Counter[str]
    opened: frozenset[str]
    delivered: Counter[str]
    taken: Counter[str]
    quotas: tuple[QuotaCount, ...]
    values: dict[str, int]


def expected_tiers(reading: Reading) -> tuple[str, ...]:
    """Return the names of the aims that a plan pursues, in order; changes only against a published plan."""
    tiers = tuple(tier for tier in reading.problem.policy.tiers if tier != "changes" or reading.published is not None)
    return tiers if "shortfall" in tiers or not has_hard_minimum(reading) else ("shortfall", *tiers)


def has_hard_minimum(reading: Reading) -> bool:
    """Tell whether some hard quota has a minimum count."""
    return any(quota.hard and quota.min_count is not None for quota in reading.problem.quotas)


def counts_obligations(reading: Reading) -> bool:
    """Tell whether the first aim counts obligations too, and not the hard minimum counts alone."""
    return "shortfall" in reading.problem.policy.tiers


def add_up(reading: Reading, placements: Sequence[Placement]) -> Totals:
    """Return the totals of a plan."""
    delivered: Counter[str] = Counter()
    for placement in placements:
        if placement.offer.contract is not None:
            delivered[placement.offer.contract.contract_id] += placement.units
    quotas = _quota_counts(reading, placements)
    enrolments = {  # one seat serves all placements of a candidate
        (placement.candidate.candidate_id, cohort_id)
        for placement in placements
        for cohort_id in placement.new_cohort_ids
    }
    new_seats = Counter(cohort_id for _, cohort_id in enrolments)
    opened = decided_by_plan(reading) & new_seats.keys()
    fixed_costs = sum(ore(reading.cohorts[cohort_id].fixed_cost) for cohort_id in opened)
    return Totals(
        new_seats=new_seats,
        opened=opened,
        delivered=delivered,
        taken=Counter(placement.offer.vacancy.vacancy_id for placement in placements),
        quotas=quotas,
        values={
            "shortfall": _shortfall(reading, delivered, quotas),
            "placements": sum(placement.weight for placement in placements) - _soft_penalty(quotas),
            "cost": sum(_own_cost(reading, one) for one in placements)
            + sum(reading.seat_cost[cohort_id] * count for cohort_id, count in new_seats.items())
            + fixed_costs,
            "changes": _changes(reading, placements),
            "tie_break": sum(placement.lottery for placement in placements),
        },
    )


def _own_cost(reading: Reading, placement: Placement) -> int:
    """Return what a placement costs beside its seats."""
    return placement.cost - sum(reading.seat_cost[cohort_id] for cohort_id in placement.new_cohort_ids)


def _changes(reading: Reading, placements: Sequence[Placement]) -> int:
    """Return how many of the published placements the plan does not have, route included."""
    told = reading.published or frozenset()
    kept = {(one.candidate.candidate_id, one.offer.vacancy.vacancy_id, one.cohort_ids) for one in placements}
    return len(told - kept)


def _quota_counts(reading: Reading, placements: Sequence[Placement]) -> tuple[QuotaCount, ...]:
    filled = {placement.offer.vacancy.vacancy_id for placement in placements}
    counts = []
    for quota in sorted(reading.problem.quotas, key=lambda quota: quota.quota_id):
        covered = {vacancy_id for vacancy_id in filled if quota_covers(quota, reading.offers[vacancy_id])}
        inside = [placement for placement in placements if placement.offer.vacancy.vacancy_id in covered]
        members = sum(counts_for(quota, placement.candidate, placement.groups) for placement in inside)
        counts.append(QuotaCount(quota=quota, members=members, placements=len(inside)))
    return tuple(counts)


def _shortfall(reading: Reading, delivered: Counter[str], quotas: Sequence[QuotaCount]) -> int:
    missing = hard_quota_price(reading) * sum(count.missing for count in quotas if count.quota.hard)
    if not counts_obligations(reading):
        return missing
    return missing + sum(
        shortfall_price(reading, contract) * max(0, owed_units(contract) - delivered[contract_id])
        for contract_id, contract in reading.contracts.items()
    )


def _soft_penalty(quotas: Sequence[QuotaCount]) -> int:
    """Return what soft quotas cost together, in millionths of a placement."""
    return sum(
        quota_price(count.quota) * (count.missing + count.excess + count.missing_share + count.excess_share)
        for count in quotas
        if not count.quota.hard
    )
