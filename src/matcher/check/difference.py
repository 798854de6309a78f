"""What an alternative keeps beside all rules: whether it does, and the limits that its bounds may count on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from matcher.check.report import Findings
from matcher.check.totals import AIMS, Totals
from matcher.columns import Limits
from matcher.plan import Difference, OtherPlan, Plan

Pair = tuple[int, int]  # positions of candidate and vacancy


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceLimits:
    """The limits of an alternative, by position.

    Parameters
    ----------
    avoided : tuple of frozenset of Pair
        Placements of each plan differed from.
    most : tuple of int
        How many of them are in the plan at most.
    worst : dict of tier to int
        The least value in the tier's integer unit, least aims negated.
    """

    avoided: tuple[frozenset[Pair], ...] = ()
    most: tuple[int, ...] = ()
    worst: Mapping[str, int] = field(default_factory=dict)


NO_DIFFERENCE = DifferenceLimits()


def check_difference(
    plan: Plan, totals: Totals, limits: Limits, tiers: Sequence[str], findings: Findings
) -> DifferenceLimits:
    """Record everything that an alternative says it keeps and does not; return what its bounds may count on.

    Parameters
    ----------
    plan : Plan
    totals : Totals
    limits : Limits
        By the checker's own reading.
    tiers : sequence of str
        Those of the problem.
    findings : Findings
    """
    difference = plan.difference
    if difference is None:
        return NO_DIFFERENCE
    faults = [*_faults_of_plans(difference, limits), *_faults_of_worst(difference, tiers)]
    for fault in faults:
        findings.add("difference", fault)
    if faults:
        return NO_DIFFERENCE
    placed = {(entry.candidate_id, entry.vacancy_id) for entry in plan.assignments}
    for number, other in enumerate(difference.plans, start=1):
        kept = sum((pair.candidate_id, pair.vacancy_id) in placed for pair in other.pairs)
        if kept > len(other.pairs) - difference.differ_by:
            findings.add(
                "difference",
                f"At least {difference.differ_by} of the {len(other.pairs)} placements of plan {number} must not be in "
                f"the alternative, got {len(other.pairs) - kept}.",
            )
    worst = {entry.tier: math.ceil(_negated(entry.tier, Fraction(entry.value))) for entry in difference.worst}
    for tier, least in worst.items():
        if _negated(tier, Fraction(totals.values[tier]) / AIMS[tier].scale) < least:
            findings.add("difference", f"Tier {tier!r} must not be worse than the alternative says.", tier)
    findings.notes.append(
        f"The bounds speak of the plans that differ in at least {difference.differ_by} "
        f"{'placement' if difference.differ_by == 1 else 'placements'} from each plan that is named "
        f"({len(difference.plans)}) and are not worse than stated."
    )
    return DifferenceLimits(
        avoided=tuple(_positions(other, limits) for other in difference.plans),
        most=tuple(len(other.pairs) - difference.differ_by for other in difference.plans),
        worst=worst,
    )


def _negated(tier: str, amount: Fraction) -> Fraction:
    """Return an amount in the tier's integer unit, least aims negated."""
    aim = AIMS[tier]
    return amount * aim.scale * (-1 if aim.is_least else 1)


def _faults_of_plans(difference: Difference, limits: Limits) -> list[str]:
    faults = []
    if type(difference.differ_by) is not int or difference.differ_by < 1:
        faults.append(f"An alternative must differ in at least 1 placement, got {difference.differ_by}.")
    candidates, vacancies = set(limits.candidate_ids), set(limits.vacancy_ids)
    for number, other in enumerate(difference.plans, start=1):
        pairs = [(pair.candidate_id, pair.vacancy_id) for pair in other.pairs]
        if len(set(pairs)) < len(pairs):
            faults.append(f"Each placement of plan {number}, which the alternative differs from, must stand once.")
        for candidate_id, vacancy_id in pairs:
            if candidate_id not in candidates or vacancy_id not in vacancies:
                faults.append(
                    f"Placement of {candidate_id!r} at {vacancy_id!r} in plan {number}, which the alternative differs "
                    "from, must be of a candidate and a vacancy of the problem."
                )
    return faults


def _faults_of_worst(difference: Difference, tiers: Sequence[str]) -> list[str]:
    named = [entry.tier for entry in difference.worst]
    return [
        f"A worst value must be that of a tier of the plan, once, got {tier!r}."
        for number, tier in enumerate(named)
        if tier not in tiers or tier in named[:number]
    ]


def _positions(other: OtherPlan, limits: Limits) -> frozenset[Pair]:
    candidate_at = {name: place for place, name in enumerate(limits.candidate_ids)}
    vacancy_at = {name: place for place, name in enumerate(limits.vacancy_ids)}
    return frozenset((candidate_at[pair.candidate_id], vacancy_at[pair.vacancy_id]) for pair in other.pairs)
