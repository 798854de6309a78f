"""Checks the promises that a plan says it breaks: each must be one, be broken, and be beyond keeping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from matcher.check.limits import (
    budget_left,
    counts_for,
    decided_by_plan,
    open_positions,
    quota_covers,
    seats_left,
)
from matcher.check.lookup import ColumnLookup
from matcher.check.placements import Placement
from matcher.check.reading import Reading
from matcher.check.report import Findings
from matcher.check.rules import groups_on, start_day
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
    room = _Room(reading, [one for one in placements if _pair(one) in reading.pinned])
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
            elif any(room.is_left(pair, route) for route in routes):
                _add(findings, breach, "not be one, for the promises that the plan keeps leave room for it")
    return frozenset(broken)


def _pair(placement: Placement) -> Pair:
    return placement.candidate.candidate_id, placement.offer.vacancy.vacancy_id


@dataclass(frozen=True, slots=True)
class _Room:
    """What the promises that a plan keeps leave of every limit that promises alone can use up."""

    reading: Reading
    kept: Sequence[Placement]

    def is_left(self, pair: Pair, route: Collection[str]) -> bool:
        """Tell for certain whether one more promise could be kept by a route; shares and openings depend on others."""
        reading = self.reading
        enrolled = reading.enrolled.get(pair[0], frozenset())
        new = [cohort_id for cohort_id in route if cohort_id not in enrolled]
        has_share = any(
            quota.hard and (quota.min_share is not None or quota.max_share is not None)
            for quota in reading.problem.quotas
        )
        if has_share or decided_by_plan(reading) or reading.problem.resources:
            return False
        people = {pair[0], *(one.candidate.candidate_id for one in self.kept)}
        if any(reading.candidates[name].max_placements > 1 for name in people):
            return False
        if reading.problem.policy.max_trainings_total is not None:
            return False
        return not any(self._used_up(pair, new, tuple(route)))

    def _used_up(self, pair: Pair, new: Collection[str], route: tuple[str, ...]) -> Iterator[bool]:
        reading, kept = self.reading, self.kept
        candidate, offer = reading.candidates[pair[0]], reading.offers[pair[1]]
        yield sum(one.candidate.candidate_id == pair[0] for one in kept) >= candidate.max_placements
        yield sum(_pair(one)[1] == pair[1] for one in kept) >= open_positions(offer)
        seats, left = Counter(cohort_id for one in kept for cohort_id in one.new_cohort_ids), seats_left(reading)
        yield any(seats[cohort_id] + 1 > left[cohort_id] for cohort_id in new)
        spent: Counter[str | None] = Counter()
        for cohort_id in (*seats.elements(), *new):
            spent[reading.cohorts[cohort_id].budget_id] += reading.seat_cost[cohort_id]
        money = budget_left(reading)
        asked = {reading.cohorts[cohort_id].budget_id for cohort_id in new if reading.seat_cost[cohort_id]}
        yield any(spent[budget_id] > money[budget_id] for budget_id in asked if budget_id is not None)
        groups = groups_on(candidate, start_day(reading, candidate, offer, tuple(reading.cohorts[k] for k in route)))
        for quota in reading.problem.quotas:
            if quota.hard and quota.max_count is not None and quota_covers(quota, offer):
                counted = sum(
                    quota_covers(quota, one.offer) and counts_for(quota, one.candidate, one.groups) for one in kept
                )
                yield counts_for(quota, candidate, groups) and counted + 1 > quota.max_count
