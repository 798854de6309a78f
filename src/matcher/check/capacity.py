"""Checks what assignments take together: the constraints of docs/model.md section 4, and the plan's own lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from matcher.check.limits import (
    budget_left,
    open_positions,
    owed_units,
    promised_seats,
    resource_units,
    seats_left,
)
from matcher.check.placements import Placement
from matcher.check.reading import Reading, ore
from matcher.check.report import Findings
from matcher.check.totals import Totals
from matcher.columns import RESOURCE_SCALE, UNIT_SCALE
from matcher.plan import CohortUse, Delivery, Plan, QuotaBreach, Unfilled


def check_capacity(
    reading: Reading,
    plan: Plan,
    placements: Sequence[Placement],
    totals: Totals,
    findings: Findings,
    broken: frozenset[tuple[str, str]] = frozenset(),
) -> None:
    """Record every limit that the assignments break together; `broken` promises need not be kept."""
    _check_candidates(reading, placements, findings)
    _check_duplicates_and_order(plan, findings)
    _check_shared(reading, placements, totals, findings)
    placed = {(assignment.candidate_id, assignment.vacancy_id) for assignment in plan.assignments}
    for candidate_id, vacancy_id in sorted(reading.pinned - placed - broken):
        message = f"Candidate {candidate_id!r} must be placed in vacancy {vacancy_id!r}, as was decided."
        findings.add("pin", message, candidate_id, vacancy_id)


def check_limits(reading: Reading, placements: Sequence[Placement], totals: Totals, findings: Findings) -> None:
    """Record every limit of docs/model.md section 4 that placements break together, whatever plan they are of."""
    _check_candidates(reading, placements, findings)
    _check_shared(reading, placements, totals, findings)


def _check_shared(reading: Reading, placements: Sequence[Placement], totals: Totals, findings: Findings) -> None:
    for vacancy_id, taken in sorted(totals.taken.items()):
        positions = open_positions(reading.offers[vacancy_id])
        if taken > positions:
            message = f"Vacancy {vacancy_id!r} must get at most {positions} people, got {taken}."
            findings.add("vacancy_positions", message, vacancy_id)
    left = seats_left(reading)
    for cohort_id, taken in sorted(totals.new_seats.items()):
        if taken > left[cohort_id]:
            message = f"Cohort {cohort_id!r} must get at most {left[cohort_id]} new people, got {taken}."
            findings.add("cohort_seats", message, cohort_id)
    _check_smallest_enrolments(reading, totals, findings)
    _check_budgets(reading, totals, findings)
    _check_resources(reading, placements, findings)
    _check_hard_quotas(totals, findings)


def _check_candidates(reading: Reading, placements: Sequence[Placement], findings: Findings) -> None:
    taken = Counter(placement.candidate.candidate_id for placement in placements)
    for candidate_id, count in sorted(taken.items()):
        most = reading.candidates[candidate_id].max_placements
        if count > most:
            message = f"Candidate {candidate_id!r} must take at most {most} vacancies, got {count}."
            findings.add("candidate_placements", message, candidate_id)


def _check_duplicates_and_order(plan: Plan, findings: Findings) -> None:
    keys = [(assignment.candidate_id, assignment.vacancy_id) for assignment in plan.assignments]
    for (candidate_id, vacancy_id), count in sorted(Counter(keys).items()):
        if count > 1:
            message = f"Candidate {candidate_id!r} must be placed in vacancy {vacancy_id!r} once, got {count} times."
            findings.add("duplicate_assignment", message, candidate_id, vacancy_id)
    if keys != sorted(keys):
        findings.add("assignment_order", "Assignments must be in order of candidate and vacancy.")


def _check_smallest_enrolments(reading: Reading, totals: Totals, findings: Findings) -> None:
    for cohort_id in sorted(totals.opened):
        least, enrolled = reading.cohorts[cohort_id].min_participants, totals.new_seats[cohort_id]
        if enrolled < least:
            message = f"Optional cohort {cohort_id!r} must get at least {least} people to run, got {enrolled}."
            findings.add("cohort_min", message, cohort_id)


def _check_budgets(reading: Reading, totals: Totals, findings: Findings) -> None:
    spent: Counter[str] = Counter()
    for cohort_id, count in totals.new_seats.items():
        budget_id = reading.cohorts[cohort_id].budget_id
        if budget_id is not None:
            spent[budget_id] += count * reading.seat_cost[cohort_id]
            if cohort_id in totals.opened:
                spent[budget_id] += ore(reading.cohorts[cohort_id].fixed_cost)
    left = budget_left(reading)
    for budget_id, amount in sorted(spent.items()):
        if amount > left[budget_id]:
            message = f"Budget {budget_id!r} must pay at most {left[budget_id]} öre for new training, got {amount}."
            findings.add("budget", message, budget_id)


def _check_resources(reading: Reading, placements: Sequence[Placement], findings: Findings) -> None:
    used: Counter[str] = Counter()
    for placement in placements:
        if placement.resource_id is not None:
            used[placement.resource_id] += placement.resource_use
    for resource in sorted(reading.problem.resources, key=lambda resource: resource.resource_id):
        amount = used[resource.resource_id]
        if amount > resource_units(resource.limit):
            found = Decimal(amount) / RESOURCE_SCALE
            message = f"Resource {resource.resource_id!r} must be used up to {resource.limit}, got {found}."
            findings.add("resource", message, resource.resource_id)


def _check_hard_quotas(totals: Totals, findings: Findings) -> None:
    for count in totals.quotas:
        quota = count.quota
        if not quota.hard:
            continue
        found = f"got {count.members} members among {count.placements} placements"
        for code, amount, limit in (
            ("quota_max", count.excess, f"at most {quota.max_count} members"),
            ("quota_min_share", count.missing_share, f"at least a share of {quota.min_share}"),
            ("quota_max_share", count.excess_share, f"at most a share of {quota.max_share}"),
        ):
            if amount:
                findings.add(code, f"Quota {quota.quota_id!r} must have {limit}, {found}.", quota.quota_id)


_THINGS = {
    CohortUse: "cohort",
    Delivery: "delivery to contract",
    Unfilled: "unfilled vacancy",
    QuotaBreach: "missed quota",
}


def check_lists(reading: Reading, plan: Plan, totals: Totals, findings: Findings) -> None:
    """Record every difference between the plan's lists and what the assignments amount to."""
    for code, given, expected in (
        ("cohorts_list", plan.cohorts, _cohorts(reading, totals)),
        ("shortfalls_list", plan.shortfalls, _deliveries(reading, totals)),
        ("unfilled_list", plan.unfilled, _unfilled(reading, totals)),
        ("quota_breaches_list", plan.quota_breaches, _breaches(totals)),
    ):
        if given != expected:
            for message in _differences(given, expected):
                findings.add(code, message)


def _differences(given: tuple[Any, ...], expected: tuple[Any, ...]) -> Iterator[str]:
    known, listed = set(expected), set(given)
    extra = [entry for entry in given if entry not in known]
    absent = [entry for entry in expected if entry not in listed]
    for entry in absent:
        yield f"The plan must list {_told(entry)}."
    for entry in extra:
        yield f"The plan must not list {_told(entry)}."
    if not extra and not absent:
        yield f"The plan must list each {_THINGS[type(expected[0])]} once, in order of ids."


def _told(entry: Any) -> str:
    """Return an entry of a list in words, for example ``unfilled vacancy 'V1' (open 1)``."""
    (_, entity_id), *rest = ((field.name, getattr(entry, field.name)) for field in fields(entry))
    return f"{_THINGS[type(entry)]} {entity_id!r} ({', '.join(f'{name} {value}' for name, value in rest)})"


def _cohorts(reading: Reading, totals: Totals) -> tuple[CohortUse, ...]:
    promised = promised_seats(reading)
    return tuple(
        CohortUse(
            cohort_id=cohort_id,
            enrolled=promised[cohort_id] + totals.new_seats[cohort_id],
            runs=reading.cohorts[cohort_id].status in ("running", "planned")
            or promised[cohort_id] > 0
            or cohort_id in totals.opened,
        )
        for cohort_id in sorted(reading.cohorts)
    )


def _deliveries(reading: Reading, totals: Totals) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(
            contract_id=contract_id,
            required=Decimal(owed_units(reading.contracts[contract_id])) / UNIT_SCALE,
            delivered=Decimal(totals.delivered[contract_id]) / UNIT_SCALE,
        )
        for contract_id in sorted(reading.contracts)
        if owed_units(reading.contracts[contract_id]) > 0
    )


def _unfilled(reading: Reading, totals: Totals) -> tuple[Unfilled, ...]:
    return tuple(
        Unfilled(vacancy_id=vacancy_id, open=open_positions(reading.offers[vacancy_id]) - totals.taken[vacancy_id])
        for vacancy_id in sorted(reading.offers)
        if open_positions(reading.offers[vacancy_id]) > totals.taken[vacancy_id]
    )


def _breaches(totals: Totals) -> tuple[QuotaBreach, ...]:
    breaches = []
    for count in totals.quotas:
        short, excess = max(count.missing, count.missing_share), max(count.excess, count.excess_share)
        if short or excess:
            breaches.append(QuotaBreach(quota_id=count.quota.quota_id, short=Decimal(short), excess=Decimal(excess)))
    return tuple(breaches)
