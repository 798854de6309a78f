"""Checks what a plan says of itself: numbers that are numbers, values, bounds, gaps, names of aims and the status."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from matcher.check.proven import TierBound
from matcher.check.reading import Reading
from matcher.check.report import Findings, TierCheck
from matcher.check.totals import AIMS, Totals, expected_tiers, has_hard_minimum
from matcher.plan import Plan, PlanStatus, TierResult, plan_fingerprint, relative_gap

GAP_TOLERANCE = 1e-12
MAX_DIGITS = 30  # before or after the point; more is no amount of anything here


def unreadable_numbers(plan: Plan) -> list[str]:
    """Return one sentence for every number of a plan with which nothing can be computed."""
    return [f"{where} must be a finite number of at most {MAX_DIGITS} digits." for where, _ in _bad_numbers(plan)]


def _bad_numbers(plan: Plan) -> Iterator[tuple[str, object]]:
    for where, amount in _decimals(plan):
        if not amount.is_finite() or not _has_few_digits(amount):
            yield where, amount
    for where, number in _floats(plan):
        if not math.isfinite(number) or number < 0:
            yield f"{where} (not negative)", number


def _has_few_digits(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MAX_DIGITS and amount.adjusted() < MAX_DIGITS


def _decimals(plan: Plan) -> Iterator[tuple[str, Decimal]]:
    for tier in plan.tiers:
        yield f"Value of tier {tier.name!r}", tier.value
        yield f"Bound of tier {tier.name!r}", tier.bound
    for assignment in plan.assignments:
        yield f"Score of candidate {assignment.candidate_id!r}", assignment.score
    for delivery in plan.shortfalls:
        yield f"Required amount of contract {delivery.contract_id!r}", delivery.required
        yield f"Delivered amount of contract {delivery.contract_id!r}", delivery.delivered
    for breach in plan.quota_breaches:
        yield f"Shortage of quota {breach.quota_id!r}", breach.short
        yield f"Excess of quota {breach.quota_id!r}", breach.excess
    for promise in plan.breaches:
        yield f"Price of the breach of candidate {promise.candidate_id!r}", promise.price
    for entry in plan.difference.worst if plan.difference else ():
        yield f"Worst value of tier {entry.tier!r}", entry.value


def _floats(plan: Plan) -> Iterator[tuple[str, float]]:
    yield "Gap limit", plan.gap_limit
    for tier in plan.tiers:
        yield f"Gap of tier {tier.name!r}", tier.gap
        yield f"Claimed gap of tier {tier.name!r}", tier.claimed_gap


def check_names(reading: Reading, plan: Plan, findings: Findings) -> bool:
    """Record aims that are not the problem's, in its order; return whether they are."""
    expected = expected_tiers(reading)
    given = tuple(tier.name for tier in plan.tiers)
    if given != expected:
        message = f"The plan must report the tiers {', '.join(expected)} in this order, got {', '.join(given)}."
        findings.add("tier_names", message)
    for tier in sorted({case.tier for case in plan.certificate.cases} - set(expected)):
        findings.add("certificate", f"A case must belong to a tier of the plan, got {tier!r}.", tier)
    return given == expected


def check_published(plan: Plan, published: Plan | None, findings: Findings) -> None:
    """Record a published plan that is missing, or is not the one against which the plan counts its changes."""
    found = None if published is None else plan_fingerprint(published)
    if plan.published_hash == found:
        return
    if published is None:
        message = f"The plan counts changes against the published plan {plan.published_hash}, which must be given, too."
    else:
        message = f"The published plan must be the one that the plan names, {plan.published_hash}, got {found}."
    findings.add("published_hash", message)


def check_tier(tier: TierResult, totals: Totals, proven: TierBound, findings: Findings) -> None:
    """Record a value that is not the assignments', a bound that is not proven and a gap that is not theirs."""
    aim = AIMS[tier.name]
    if Fraction(tier.value) * aim.scale != totals.values[tier.name]:
        expected = Decimal(totals.values[tier.name]) / aim.scale
        findings.add("tier_value", f"Tier {tier.name!r} must have value {expected}, got {tier.value}.", tier.name)
    for fault in proven.faults:
        findings.add("certificate", fault, tier.name)
    if proven.value is not None:
        claimed = Fraction(tier.bound) * aim.scale * (-1 if aim.is_least else 1)
        if claimed < proven.value:
            limit = printed(tier.name, proven.value)
            message = f"Tier {tier.name!r} must claim no better bound than {limit}, which is proven, got {tier.bound}."
            findings.add("bound", message, tier.name)
    gap = relative_gap(tier.value, tier.bound)
    if abs(gap - tier.gap) > GAP_TOLERANCE:
        findings.add("gap", f"Tier {tier.name!r} must have gap {gap}, got {tier.gap}.", tier.name)


def printed(tier: str, negated: int) -> Decimal:
    """Return a tier's integer, with least aims negated, as the plan prints it."""
    aim = AIMS[tier]
    return Decimal(-negated if aim.is_least else negated) / aim.scale


def tier_check(tier: str, totals: Totals, proven: TierBound) -> TierCheck:
    """Return one aim as the checker computes it."""
    value = Decimal(totals.values[tier]) / AIMS[tier].scale
    bound = None if proven.value is None else printed(tier, proven.value)
    return TierCheck(name=tier, value=value, bound=bound, gap=None if bound is None else relative_gap(value, bound))


def check_status(plan: Plan, findings: Findings) -> None:
    """Record a status that the gaps do not bear out."""
    aims = [tier for tier in plan.tiers if tier.name != "tie_break"]
    expected = _status(aims, plan.gap_limit)
    if plan.status != expected:
        findings.add("status", f"The plan must have status {expected!r} by its gaps, got {plan.status!r}.")


def _status(tiers: Sequence[TierResult], gap_limit: float) -> PlanStatus:
    if all(tier.gap <= gap_limit for tier in tiers):
        return "optimal"
    if all(min(tier.gap, tier.claimed_gap) <= gap_limit for tier in tiers):
        return "claimed_optimal"
    return "feasible"


def unsupported_rules(reading: Reading) -> Iterator[str]:
    """Yield one sentence for every kind of rule that no plan of this version can keep."""
    problem = reading.problem
    named = {vacancy.resource_id for vacancy in problem.vacancies}
    if not problem.is_ready_scored and any(resource.resource_id not in named for resource in problem.resources):
        yield "Resources are kept where pairs or vacancies state what they use."
    tiers = problem.policy.tiers
    if has_hard_minimum(reading) and "shortfall" in tiers[1:]:
        yield "With a hard minimum count, 'shortfall' must be the first tier or left out."
