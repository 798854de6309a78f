"""What is refused before anything is solved, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matcher.errors import Fault, IncompleteInput, UnsupportedRule
from matcher.problem import Problem, missing_facts
from matcher.solve.too_large import too_large
from matcher.solver import PinConflict

NOT_YET = "This version cannot keep that rule, and refuses it rather than ignore it."

LIMIT_IN_WORDS = {
    "vacancy": "the positions of vacancy '{}' are taken",
    "seat": "the seats in cohort '{}' are taken",
    "budget": "budget '{}' is used up",
    "resource": "resource '{}' is used up",
    "placements": "candidate '{}' may take no more placements",
    "extent": "the candidate's working hours do not suffice ({})",
    "trainings": "candidate '{}' may take no more training",
    "overlap": "two cohorts would run at one time ({})",
    "study": "a placement would begin before the cohort ends ({})",
    "trainings_total": "the policy allows no more training",
    "quota_max": "quota '{}' allows no more",
}


def refuse_what_cannot_be_solved(problem: Problem) -> None:
    """Raise for a problem that is incomplete or asks for rules that are not kept yet.

    Raises
    ------
    IncompleteInput
    UnsupportedRule
    """
    missing = missing_facts(problem)
    if missing:
        raise IncompleteInput(missing)
    unsupported = unsupported_rules(problem)
    if unsupported:
        raise UnsupportedRule(unsupported)


def unsupported_rules(problem: Problem) -> tuple[Fault, ...]:
    """Return one fault per value that asks for a rule this version cannot keep, or for more than it can count."""
    named = {vacancy.resource_id for vacancy in problem.vacancies}
    faults = [
        *_each(
            problem.resources,
            "resources",
            "resource_id",
            "limit",
            lambda resource: None if problem.is_ready_scored or resource.resource_id in named else resource.limit,
            "be named by a vacancy, or by pairs, which state what is used of it",
            "Remove the resource, or name it where it is used.",
        ),
    ]
    faults += _late_shortfall(problem)
    faults += too_large(problem)
    return tuple(faults)


def _each(
    rows: Sequence[Any],
    table: str,
    key: str,
    field: str,
    found: Callable[[Any], object | None],
    must: str,
    remedy: str,
) -> list[Fault]:
    return [
        Fault(
            code="unsupported_rule",
            table=table,
            row=row,
            entity_id=getattr(entity, key),
            field=field,
            value=found(entity),
            must=must,
            remedy=f"{remedy} {NOT_YET}",
        )
        for row, entity in enumerate(rows)
        if found(entity) is not None
    ]


def _late_shortfall(problem: Problem) -> list[Fault]:
    tiers = problem.policy.tiers
    has_hard_minimum = any(quota.hard and quota.min_count is not None for quota in problem.quotas)
    if not has_hard_minimum or "shortfall" not in tiers or tiers[0] == "shortfall":
        return []
    return [
        Fault(
            code="unsupported_rule",
            table="policy",
            field="tiers",
            value=", ".join(tiers),
            must="name shortfall first where a quota has a hard minimum count",
            remedy="Move shortfall to the front, leave it out, or make the quota soft.",
        )
    ]


def contradictions(problem: Problem, conflicts: Sequence[PinConflict], *, is_certain: bool) -> list[str]:
    """Return one sentence per decision that cannot stand."""
    kinds = {
        (decision.candidate_id, decision.vacancy_id): decision.decision
        for decision in problem.decisions
        if decision.decision != "forbidden"
    }
    if not is_certain:
        pairs = ", ".join(f"{candidate} ({vacancy})" for candidate, vacancy in list(kinds)[:10])
        sentence = (
            f"No plan keeps the {len(kinds)} pinned or accepted pairs, the shares that hard quotas ask for and the "
            f"smallest enrolments of optional cohorts together. The pairs: {pairs}. Take back a decision, make a quota "
            "soft, or plan a cohort."
        )
        return [sentence]
    return [_sentence(conflict, kinds) for conflict in conflicts]


def _sentence(conflict: PinConflict, kinds: Mapping[tuple[str, str], str]) -> str:
    candidate, vacancy = conflict.candidate_id, conflict.vacancy_id
    kind = kinds.get((candidate, vacancy), "pinned")
    others = ", ".join(f"{candidate} ({vacancy})" for candidate, vacancy in conflict.others[:5])
    if conflict.kind == "no_column":
        sentence = (
            f"Candidate '{candidate}' cannot be {kind} at vacancy '{vacancy}': the pair is not eligible. Ask for the "
            "explanation of the pair, or take the decision back."
        )
        return sentence
    reason = (
        "the same person is already decided for other places"
        if conflict.kind == "candidate"
        else LIMIT_IN_WORDS.get(conflict.kind, "the decisions exclude one another").format(conflict.entity_id)
    )
    sentence = (
        f"Candidate '{candidate}' cannot be {kind} at vacancy '{vacancy}': {reason}. Take one of the decisions back."
    )
    if others:
        sentence = (
            f"Candidate '{candidate}' cannot be {kind} at vacancy '{vacancy}': {reason}. In the way: {others}. "
            "Take one of the decisions back."
        )
    return sentence
