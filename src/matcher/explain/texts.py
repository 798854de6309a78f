"""Explanations as text in a person's language, made from the same facts as their JSON form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from matcher.explain.facts import (
    CandidateExplanation,
    Eligible,
    Fact,
    Offer,
    PairExplanation,
    PairInPlan,
    Route,
    RuleCount,
    Step,
    UnfilledReason,
    VacancyExplanation,
    VacancyName,
    Value,
)
from matcher.explain.pair import explain_pair
from matcher.explain.reading import Reading
from matcher.explain.sentences import EXCLUDED_BY, LIMITS, RULE_NAMES, SENTENCES, UNFILLED
from matcher.languages import Phrases, group_name, plural_message, skill_name, skill_text
from matcher.plan import Breach
from matcher.problem import SkillLevel

MET, FAILED = "✓", "✗"

PLACED_HERE = plural_message("{count} eligible person is placed here.", "{count} eligible people are placed here.")
PLACED_ELSEWHERE = plural_message(
    "{count} eligible person is placed elsewhere.", "{count} eligible people are placed elsewhere."
)
FREE = plural_message("{count} eligible person is free.", "{count} eligible people are free.")


def fact_text(fact: Fact, say: Phrases) -> str:
    """Return one fact as a sentence."""
    return say.text(SENTENCES[fact.kind], **worded(fact.values, say))


def rule_name(rule: str, say: Phrases) -> str:
    """Return the name of a rule as people say it."""
    return say.text(RULE_NAMES[rule])  # type: ignore[index]


def vacancy_text(vacancy: VacancyName, say: Phrases) -> str:
    """Return a vacancy's id, title, contract and dates on one line."""
    title = f"{vacancy.vacancy_id}, {vacancy.title}" if vacancy.title else vacancy.vacancy_id
    if vacancy.contract_id is not None:
        contract = f"{vacancy.contract_id}, {vacancy.contract_title}" if vacancy.contract_title else vacancy.contract_id
        title = f"{title} ({contract})"
    if vacancy.start_date is None:
        return title
    if vacancy.latest_start_date in (None, vacancy.start_date):
        return say.text("{title}, starts {start}", title=title, start=vacancy.start_date)
    return say.text(
        "{title}, starts {start} to {latest}",
        title=title,
        start=vacancy.start_date,
        latest=vacancy.latest_start_date,
    )


def route_text(route: Route, say: Phrases) -> str:
    """Return a route: each cohort with its dates, then the start."""
    parts = [_step_text(step, say) for step in route.steps]
    parts.append(_start_text(route.start_date, say))
    return " → ".join(parts)


def pair_lines(pair: PairExplanation, say: Phrases) -> Iterator[str]:
    """Yield every rule of a pair on a line of its own, with the cohorts that would grant a missing skill."""
    for fact in pair.facts:
        yield f"  {MET if fact.holds else FAILED} {rule_name(fact.rule, say)}: {fact_text(fact, say)}"
        for offer in fact.offers:
            yield f"      {_offer_text(offer, say)}"


def pair_in_plan_lines(entry: PairInPlan, say: Phrases) -> Iterator[str]:
    """Yield a pair's heading, what the plan does to it, and its rules."""
    yield vacancy_text(entry.pair.vacancy, say)
    if entry.effect.route is not None:
        yield f"  → {route_text(entry.effect.route, say)}"
    for fact in entry.effect.facts:
        yield f"  {MET if fact.holds else FAILED} {fact_text(fact, say)}"
    if entry.effect.outcome == "unproven":
        yield "  " + say.text(
            "Eligible, and no limit was found that keeps the candidate out: place by hand or run again."
        )
    yield from pair_lines(entry.pair, say)


def candidate_lines(found: CandidateExplanation, say: Phrases) -> Iterator[str]:
    """Yield a candidate's explanation line by line; no other candidate is named."""
    if found.placements:
        yield say.text("Candidate {candidate} is placed.", candidate=found.candidate_id)
    else:
        yield say.text("Candidate {candidate} is not placed.", candidate=found.candidate_id)
    for fact in found.breaches:
        yield f"  {FAILED} {fact_text(fact, say)}"
    for entry in found.placements:
        yield ""
        yield from pair_in_plan_lines(entry, say)
    yield ""
    yield _eligible_vacancies(found.eligible, say)
    for excluded in found.excluded:
        yield "  " + _excluded_vacancies(excluded, say)
    if found.nearest:
        yield ""
        yield say.text("What comes nearest:")
    for entry in found.nearest:
        yield ""
        yield from pair_in_plan_lines(entry, say)


def vacancy_lines(found: VacancyExplanation, say: Phrases) -> Iterator[str]:
    """Yield a vacancy's explanation line by line."""
    yield vacancy_text(found.vacancy, say)
    yield say.text(
        "{filled} of {positions} positions filled.", filled=len(found.placed), positions=found.vacancy.positions
    )
    for placed in found.placed:
        yield f"  {placed.candidate_id}: {route_text(placed.route, say)}"
    if found.unfilled is not None:
        yield ""
        yield from unfilled_lines(found.unfilled, say)
    yield ""
    yield _eligible_people(found.eligible, say)
    for excluded in found.excluded:
        yield "  " + excluded_text(excluded, say)


def breach_text(breach: Breach, reading: Reading, say: Phrases) -> str:
    """Return which promise is broken and why, as one sentence; no other candidate is named."""
    who = {"candidate": breach.candidate_id, "place": breach.entity_id}
    if breach.kind == "enrolment":
        return say.text("{candidate} had a seat in cohort {place}: the cohort was cancelled.", **who)
    if breach.reason == "conflict":
        why = say.text("other promises leave no room for it.")
    else:
        failures = explain_pair(reading, breach.candidate_id, breach.entity_id).failures
        why = fact_text(failures[0], say) if failures else say.text("it is not possible any more.")
    return say.text("{candidate} had accepted {place}: {why}", **who, why=why)


def unfilled_lines(reason: UnfilledReason, say: Phrases) -> Iterator[str]:
    """Yield why positions stayed open: the reason, then the counts that prove it."""
    opening = say.plural("{count} position is open.", "{count} positions are open.", reason.open)
    yield f"{opening} {unfilled_text(reason, say)}"
    for detail in unfilled_details(reason, say):
        yield f"  {detail}"


def unfilled_text(reason: UnfilledReason, say: Phrases) -> str:
    """Return why positions stayed open as one sentence."""
    return say.text(UNFILLED[reason.code])


def unfilled_details(reason: UnfilledReason, say: Phrases) -> Sequence[str]:
    """Return the counts behind a reason: everybody who is eligible, or by which rule nobody is."""
    if reason.code == "closed":
        return []
    if reason.eligible == 0:
        decisive_first = sorted(reason.excluded, key=lambda entry: entry.rule != "decision")
        return [excluded_text(entry, say) for entry in decisive_first]
    counted = ((reason.here, PLACED_HERE), (reason.elsewhere, PLACED_ELSEWHERE), (reason.free, FREE))
    details = [say.plural(*forms, count) for count, forms in counted if count]
    details += [say.plural(*LIMITS[limit.kind], limit.people, name=limit.entity_id) for limit in reason.blockers]
    return details


def excluded_text(entry: RuleCount, say: Phrases) -> str:
    """Return how many people a rule excludes."""
    why = say.text(EXCLUDED_BY[entry.rule])
    return say.plural("{count} person: {why}", "{count} people: {why}", entry.count, why=why)


def _excluded_vacancies(entry: RuleCount, say: Phrases) -> str:
    why = say.text(EXCLUDED_BY[entry.rule])
    return say.plural("{count} vacancy: {why}", "{count} vacancies: {why}", entry.count, why=why)


def _eligible_vacancies(counts: Eligible, say: Phrases) -> str:
    return say.text(
        "Vacancies: {direct} open to the candidate directly, {training} with training, {none} not.",
        direct=counts.direct,
        training=counts.training,
        none=counts.none,
    )


def _eligible_people(counts: Eligible, say: Phrases) -> str:
    return say.text(
        "Candidates: {direct} eligible directly, {training} with training, {none} not.",
        direct=counts.direct,
        training=counts.training,
        none=counts.none,
    )


def _offer_text(offer: Offer, say: Phrases) -> str:
    course = say.text(
        "{course}, cohort {cohort}, {start} to {end}",
        course=offer.title or offer.course_id,
        cohort=offer.cohort_id,
        start=offer.start_date,
        end=offer.end_date,
    )
    if not offer.obstacles:
        in_time = say.text("in time")
        return f"{MET} {course}: {in_time}"
    return f"{FAILED} {course}: {'; '.join(fact_text(fact, say) for fact in offer.obstacles)}"


def worded(values: Mapping[str, Value], say: Phrases) -> dict[str, Any]:
    """Return what a sentence names as people say it: target groups and skills by their names."""
    return {name: _worded(name, value, say) for name, value in values.items()}


def _worded(name: str, value: Value, say: Phrases) -> Any:
    if isinstance(value, SkillLevel):
        return skill_text(value.skill, value.level, say)
    if name == "skills" and isinstance(value, tuple):
        return [_worded(name, one, say) for one in value]
    if name == "skill" and isinstance(value, str):
        return skill_name(value, say)
    if name == "group" and isinstance(value, str):
        return group_name(value, say)
    if name in ("wanted", "held") and isinstance(value, tuple):
        names = [group_name(str(group), say) for group in value]
        return say.alternatives(names) if name == "wanted" else say.listed(names)
    return value


def _step_text(step: Step, say: Phrases) -> str:
    values = {
        "course": step.title or step.course_id,
        "cohort": step.cohort_id,
        "start": step.start_date,
        "end": step.end_date,
    }
    if step.is_new:
        return say.text("{course} ({cohort}, {start} to {end})", **values)
    return say.text("{course} ({cohort}, enrolled, {start} to {end})", **values)


def _start_text(day: date | None, say: Phrases) -> str:
    return say.text("placed") if day is None else say.text("starts {day}", day=day)
