"""What ``matcher explain`` finds out by solving again, as lines and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matcher.cli.errors import CommandError
from matcher.explain import PlanReading, to_document
from matcher.explain.proofs import (
    Again,
    Prover,
    Ranker,
    Regret,
    TimeIsUp,
    WhyNot,
    regret,
    regret_lines,
    repair_lines,
    repairs,
    why_not_lines,
    without_others,
)
from matcher.languages import Phrases, message
from matcher.plan import Plan
from matcher.problem import Problem

OUT_OF_TIME = message("Time ended before everything was solved again: what is missing here is not known.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be found out, about whom, and whether staff may read it."""

    candidate_id: str | None
    vacancy_id: str | None
    is_regret: bool
    is_verified: bool
    is_repaired: bool
    for_staff: bool


def again_of(problem: Problem, plan: Plan, published: Plan | None, time_limit_s: float | None) -> Again:
    """Return a way to solve again, of a plan of which losses can be told.

    Raises
    ------
    CommandError
        Where the plan is an alternative.
    """
    if plan.difference is not None:
        raise CommandError("This plan is an alternative, so nothing follows from what it loses. Give the best plan.")
    return Again(problem, plan, published=published, time_limit_s=time_limit_s)


def told(again: Again, reading: PlanReading, asked: Asked, say: Phrases) -> tuple[list[str], dict[str, Any]]:
    """Return what was found out by solving again, as lines and as what joins the document."""
    lines: list[str] = []
    document: dict[str, Any] = {}
    try:
        if asked.is_regret:
            regrets = [_for(asked, found) for found in _regrets(again, reading, asked)]
            document["regrets"] = to_document(regrets, say)
            for found in regrets:
                lines += ["", *regret_lines(found, say)]
        if asked.is_verified:
            reason = _reason(again, reading, asked)
            document["why_not"] = to_document(reason, say)
            lines += [] if reason is None else ["", *why_not_lines(reason, say)]
        if asked.is_repaired:
            found_repairs = repairs(again, reading)
            document["repairs"] = to_document(found_repairs, say)
            lines += repair_lines(found_repairs, say)
    except TimeIsUp:
        lines += ["", say.text(OUT_OF_TIME)]
        document["is_interrupted"] = True
    return lines, document


def _regrets(again: Again, reading: PlanReading, asked: Asked) -> Iterator[Regret]:
    ranker = Ranker(again)
    for entry in reading.plan.assignments:
        if asked.candidate_id in (None, entry.candidate_id) and asked.vacancy_id in (None, entry.vacancy_id):
            yield regret(again, reading, entry.candidate_id, entry.vacancy_id, ranker)


def _reason(again: Again, reading: PlanReading, asked: Asked) -> WhyNot | None:
    """Return why the candidate has no place, or the vacancy open positions; nothing where it is not so."""
    prover = Prover(again, reading)
    if asked.candidate_id is not None:
        found = prover.why_not_placed(asked.candidate_id)
        return found if found is None or asked.for_staff else without_others(found, asked.candidate_id)
    return None if asked.vacancy_id is None else prover.why_not_filled(asked.vacancy_id)


def _for(asked: Asked, found: Regret) -> Regret:
    if asked.for_staff or asked.candidate_id is None:
        return found
    return without_others(found, asked.candidate_id)
