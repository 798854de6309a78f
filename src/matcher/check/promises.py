"""Checks the promises that a plan says it breaks: each must be one, be broken, and be beyond keeping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.check.capacity import check_limits
from matcher.check.lookup import ColumnLookup
from matcher.check.placements import Placement, read_columns
from matcher.check.reading import Reading
from matcher.check.report import Findings
from matcher.check.together import check_together
from matcher.check.totals import add_up
from matcher.plan import Breach, Plan

Pair = tuple[str, str]


def check_breaches(
    reading: Reading, plan: Plan, placements: Sequence[Placement], lookup: ColumnLookup | None, findings: Findings
) -> frozenset[Pair]:
    """Record every breach that is none or need not be one, and every broken promise that is not listed.

    Parameters
    ----------
    reading : Reading
    plan : Plan
    placements : sequence of Placement
    lookup : ColumnLookup or None
        ``None`` where the columns belong to another problem: then nothing tells who is eligible.
    findings : Findings

    Returns
    -------
    set of pairs
        Accepted pairs that need not stand in the plan.
    """
    keys = [(breach.kind, breach.candidate_id, breach.entity_id) for breach in plan.breaches]
    if keys != sorted(set(keys)):
        findings.add("breaches_list", "The plan must list each breach once, in order of kind, candidate and id.")
    price = reading.problem.policy.shortfall_weight["breach"]
    for breach in plan.breaches:
        if breach.price != price:
            _add(findings, breach, f"have price {price}, got {breach.price}")
    _check_enrolments(reading, plan, findings)
    return _check_accepted(reading, plan, placements, lookup, findings)


def _add(findings: Findings, breach: Breach, must: str) -> None:
    ids = (breach.candidate_id, breach.entity_id)
    findings.add("breach", f"Breach of candidate {ids[0]!r} and {ids[1]!r} must {must}.", *ids)


def _check_enrolments(reading: Reading, plan: Plan, findings: Findings) -> None:
    standing = {(enrolment.candidate_id, enrolment.cohort_id) for enrolment in reading.promised}
    every = {(enrolment.candidate_id, enrolment.cohort_id) for enrolment in reading.problem.enrolments}
    listed = {(breach.candidate_id, breach.entity_id): breach for breach in plan.breaches if breach.kind == "enrolment"}
    for pair, breach in listed.items():
        if pair not in every - standing:
            _add(findings, breach, "be of a seat in a cancelled cohort")
        elif breach.reason != "cancelled":
            _add(findings, breach, f"have reason 'cancelled', got {breach.reason!r}")
    for candidate_id, cohort_id in sorted(every - standing - listed.keys()):
        message = (
            f"The plan must list that candidate {candidate_id!r} loses the seat in cancelled cohort {cohort_id!r}."
        )
        findings.add("breaches_list", message, candidate_id, cohort_id)


def _check_accepted(
    reading: Reading, plan: Plan, placements: Sequence[Placement], lookup: ColumnLookup | None, findings: Findings
) -> frozenset[Pair]:
    placed = {(assignment.candidate_id, assignment.vacancy_id) for assignment in plan.assignments}
    room = _Room(reading, placements)
    broken: set[Pair] = set()
    for breach in plan.breaches:
        pair = (breach.candidate_id, breach.entity_id)
        if breach.kind == "enrolment":
            continue
        if pair not in reading.accepted:
            _add(findings, breach, "be of an accepted pair or a promised seat")
            continue
        broken.add(pair)
        if pair in placed:
            _add(findings, breach, "not stand in the plan, for a pair that does is kept")
        elif lookup is not None:
            routes = lookup.routes_of(*pair)
            expected = "conflict" if routes else "ineligible" if reading.offers[pair[1]].is_open else "closed"
            if breach.reason != expected:
                _add(findings, breach, f"have reason {expected!r}, got {breach.reason!r}")
            elif any(room.is_left(one) for one in read_columns(reading, [(*pair, route) for route in routes])):
                _add(findings, breach, "not be one, for the promises that the plan keeps leave room for it")
    return frozenset(broken)


def _pair(placement: Placement) -> Pair:
    return placement.candidate.candidate_id, placement.offer.vacancy.vacancy_id


@dataclass(frozen=True, slots=True)
class _Room:
    """What a plan leaves of every limit for one promise more."""

    reading: Reading
    placements: Sequence[Placement]

    def is_left(self, more: Placement) -> bool:
        """Tell whether one more promise could certainly be kept, by the routes that the plan uses for the others.

        Either beside the other promises alone, or beside everybody else, too, but for those who are in its place.
        """
        promised = [one for one in self.placements if _pair(one) in self.reading.pinned]
        beside = [
            one
            for one in self.placements
            if _pair(one) in self.reading.pinned or all(a != b for a, b in zip(_pair(one), _pair(more), strict=True))
        ]
        return any(self._is_plan([*others, more]) for others in (promised, beside))

    def _is_plan(self, placements: Sequence[Placement]) -> bool:
        """Tell whether placements keep every limit together."""
        findings = Findings()
        totals = add_up(self.reading, placements)
        check_limits(self.reading, placements, totals, findings)
        check_together(self.reading, placements, totals, findings)
        return not findings.violations
