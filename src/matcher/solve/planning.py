"""From a solution, in positions and integers, to a plan, in ids, dates and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.metadata import version

import numpy as np

from matcher.columns import MONEY_SCALE, SHARE_SCALE, SHORTFALL_SCALE, UNIT_SCALE, WEIGHT_SCALE, Columns, IntArray
from matcher.plan import (
    Assignment,
    Breach,
    CohortUse,
    Delivery,
    Difference,
    Plan,
    PlanStatus,
    QuotaBreach,
    SolverInfo,
    TierResult,
    Unfilled,
    plan_fingerprint,
    promises,
    relative_gap,
)
from matcher.problem import Problem, fingerprint
from matcher.solve.certificate import certificate_from
from matcher.solver import Solution, SolvedTier

SCALES = {"shortfall": -SHORTFALL_SCALE, "placements": WEIGHT_SCALE, "cost": -MONEY_SCALE, "tie_break": -1}


def tier_amount(tier: str, value: int, published: Plan | None = None) -> Decimal:
    """Return a tier's value as people read it: least aims are negated maxima, and changes are what is not kept."""
    if tier == "changes" and published is not None:
        return Decimal(len(promises(published)) - value)
    amount = Decimal(value) / SCALES[tier]
    return amount if amount else Decimal(0)


def plan_from(
    problem: Problem,
    columns: Columns,
    solution: Solution,
    *,
    gap: float,
    seed: int,
    difference: Difference | None = None,
    published: Plan | None = None,
    breaches: tuple[Breach, ...] = (),
    problem_hash: str | None = None,
) -> Plan:
    """Return the plan that a solution stands for.

    Parameters
    ----------
    problem : Problem
    columns : Columns
    solution : Solution
    gap : float
        The gap that was asked for.
    seed : int
    difference : Difference, optional
        What sets the solution apart, where it is an alternative.
    published : Plan, optional
        Against which the tier ``changes`` counts.
    breaches : tuple of Breach
        Promises that the solution does not keep.
    problem_hash : str, optional
        `fingerprint` of the problem, where it is known.
    """
    tiers = tuple(_tier_result(tier, published) for tier in solution.tiers)
    return Plan(
        problem_hash=problem_hash or fingerprint(problem),
        status=_status(tiers, gap),
        gap_limit=gap,
        tiers=tiers,
        assignments=assignments_of(columns, solution.chosen),
        cohorts=_cohorts(problem, columns, solution.chosen),
        shortfalls=_deliveries(columns, solution.chosen),
        unfilled=_unfilled(columns, solution.chosen),
        quota_breaches=_breaches(columns, solution.chosen),
        certificate=certificate_from(columns, solution),
        solver=SolverInfo(name="matcher", version=_own_version(), seed=seed),
        difference=difference,
        breaches=breaches,
        published_hash=None if published is None else plan_fingerprint(published),
    )


@cache
def _own_version() -> str:
    return version("matcher")  # which looks through a file each time


def _tier_result(tier: SolvedTier, published: Plan | None) -> TierResult:
    value, bound, claimed = (
        tier_amount(tier.tier, amount, published) for amount in (tier.value, tier.bound, tier.claimed_bound)
    )
    return TierResult(
        name=tier.tier,
        value=value,
        bound=bound,
        gap=relative_gap(value, bound),
        claimed_gap=relative_gap(value, claimed),
    )


def _status(tiers: Iterable[TierResult], gap: float) -> PlanStatus:
    tiers = [tier for tier in tiers if tier.name != "tie_break"]  # a draw is no aim
    if all(tier.gap <= gap for tier in tiers):
        return "optimal"
    return "claimed_optimal" if all(tier.claimed_gap <= gap for tier in tiers) else "feasible"


def assignment_of(columns: Columns, column: int) -> Assignment:
    """Return the placement that a column stands for."""
    return assignments_of(columns, np.array([column]))[0]


def assignments_of(columns: Columns, chosen: IntArray) -> tuple[Assignment, ...]:
    """Return the placements that columns stand for, in their order."""
    limits, routes = columns.limits, columns.route_idx[chosen].tolist()
    route_of = {route: columns.routes.ids(route, limits.cohort_ids) for route in set(routes)}
    entries = zip(
        columns.candidate[chosen].tolist(),
        columns.vacancy[chosen].tolist(),
        routes,
        columns.start_day[chosen].tolist(),
        columns.weight[chosen].tolist(),
        strict=True,
    )
    return tuple(
        Assignment(
            candidate_id=limits.candidate_ids[candidate],
            vacancy_id=limits.vacancy_ids[vacancy],
            cohort_ids=route_of[route],
            start_date=date.fromordinal(day) if day else None,
            score=Decimal(weight) / WEIGHT_SCALE,
        )
        for candidate, vacancy, route, day, weight in entries
    )


def _new_enrolments(columns: Columns, chosen: IntArray) -> IntArray:
    """Return how many new people each cohort gets."""
    num_cohorts, routes = len(columns.limits.cohort_ids), columns.routes
    route = columns.route_idx[chosen]
    length = routes.length[route]
    place = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    entry = np.repeat(routes.start[route], length) + place
    own = np.repeat(columns.candidate[chosen], length).astype(np.int64) * num_cohorts + routes.cohort[entry]
    enrolled = np.unique(own[routes.is_new[entry]])  # one seat serves all placements of a candidate
    return np.bincount(enrolled % num_cohorts, minlength=num_cohorts) if num_cohorts else enrolled


def _cohorts(problem: Problem, columns: Columns, chosen: IntArray) -> tuple[CohortUse, ...]:
    promised = dict.fromkeys(columns.limits.cohort_ids, 0)
    for enrolment in problem.standing_enrolments:
        promised[enrolment.cohort_id] += 1
    new = _new_enrolments(columns, chosen)
    certain = {cohort.cohort_id for cohort in problem.cohorts if cohort.status in ("running", "planned")}
    enrolled = {cohort_id: promised[cohort_id] + int(new[k]) for k, cohort_id in enumerate(columns.limits.cohort_ids)}
    return tuple(
        CohortUse(cohort_id=cohort_id, enrolled=number, runs=number > 0 or cohort_id in certain)
        for cohort_id, number in enrolled.items()
    )


def _deliveries(columns: Columns, chosen: IntArray) -> tuple[Delivery, ...]:
    limits = columns.limits
    contract = limits.contract_of_vacancy[columns.vacancy[chosen]]
    owned = contract >= 0
    delivered = np.zeros(len(limits.contract_ids), dtype=np.int64)
    np.add.at(delivered, contract[owned], columns.units[chosen][owned])
    return tuple(
        Delivery(
            contract_id=limits.contract_ids[t],
            required=Decimal(int(limits.required[t])) / UNIT_SCALE,
            delivered=Decimal(int(delivered[t])) / UNIT_SCALE,
        )
        for t in np.flatnonzero(limits.required > 0)
    )


def _unfilled(columns: Columns, chosen: IntArray) -> tuple[Unfilled, ...]:
    limits = columns.limits
    left = limits.positions - np.bincount(columns.vacancy[chosen], minlength=len(limits.positions))
    return tuple(Unfilled(vacancy_id=limits.vacancy_ids[j], open=int(left[j])) for j in np.flatnonzero(left > 0))


def _breaches(columns: Columns, chosen: IntArray) -> tuple[QuotaBreach, ...]:
    limits = columns.limits
    breaches = []
    for q, quota_id in enumerate(limits.quota_ids):
        covered = limits.quota_covers[q][columns.vacancy[chosen]]
        placements = int(covered.sum())
        members = int((covered & ((columns.group_bits[chosen] >> limits.quota_group[q]) & 1).astype(bool)).sum())
        short = max(0, int(limits.quota_min[q]) - members, _whole(limits.quota_min_share[q], placements, members))
        excess = 0 if limits.quota_max[q] < 0 else max(0, members - int(limits.quota_max[q]))
        if limits.quota_max_share[q] >= 0:
            excess = max(excess, -_whole(limits.quota_max_share[q], placements, members, is_upper=True))
        if short or excess:
            breaches.append(QuotaBreach(quota_id=quota_id, short=Decimal(short), excess=Decimal(excess)))
    return tuple(breaches)


def _whole(share: np.int64, placements: int, members: int, *, is_upper: bool = False) -> int:
    """Return by how many whole persons members stay below a share; negative and away from 0 above it."""
    if share < 0:
        return 0
    difference = int(share) * placements - SHARE_SCALE * members
    return difference // SHARE_SCALE if is_upper else -(-difference // SHARE_SCALE)
