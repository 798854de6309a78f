"""A fingerprint of what a plan promises people: equal for equal placements, whoever wrote the file."""

from __future__ import annotations

import hashlib

from matcher.plan.plan import Plan

Promise = tuple[str, str, tuple[str, ...]]  # candidate, vacancy and route, as people were told


def promises(plan: Plan) -> frozenset[Promise]:
    """Return what a published plan has told people: who goes where, by which route."""
    return frozenset((entry.candidate_id, entry.vacancy_id, entry.cohort_ids) for entry in plan.assignments)


def plan_fingerprint(plan: Plan) -> str:
    """Return ``sha256:`` and 64 hexadecimal digits over a plan's problem and placements."""
    lines = ["\x1f".join((candidate, vacancy, *route)) for candidate, vacancy, route in sorted(promises(plan))]
    text = "\x1e".join(("matcher plan", plan.problem_hash, *lines))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
