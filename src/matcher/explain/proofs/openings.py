"""What would make somebody eligible for a place: a skill, other dates, a longer way, a requirement less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations

from matcher.explain.effects import PlanReading
from matcher.explain.facts import Fact, Offer, PairExplanation
from matcher.explain.proofs.levers import ONE, condition, course_values
from matcher.explain.proofs.smallest import Condition, Lever, ReasonCode
from matcher.problem import SkillLevel
from matcher.problem.changes import (
    ChangeCandidate,
    DropRequirement,
    GiveSkill,
    MoveCohort,
    MoveVacancy,
    WithdrawDecision,
)

MOST_SKILLS = 3  # given at once
TENTH = Decimal("0.1")
DATE_KINDS = ("available_too_late", "promise_too_late")


def opening_levers(plan: PlanReading, pair: PairExplanation) -> Iterator[Lever]:
    """Yield what would take one obstacle out of the way of a candidate to a vacancy.

    Parameters
    ----------
    plan : PlanReading
    pair : PairExplanation
        Not eligible, or eligible by training only.
    """
    yield from _skill_levers(pair)
    for fact in pair.failures:
        yield from _fact_levers(pair, fact)
        for offer in fact.offers:
            yield from _date_levers(plan, pair, offer)


def _skill_levers(pair: PairExplanation) -> Iterator[Lever]:
    """Yield each missing skill alone, then more of them together."""
    missing = [
        fact
        for fact in pair.facts
        if fact.rule == "skill" and (not fact.holds or fact.kind.endswith(("_grantable", "_granted")))
    ]
    skills = list(dict.fromkeys(_required(fact) for fact in missing))
    for group in chain.from_iterable(combinations(skills, count) for count in range(1, MOST_SKILLS + 1)):
        gifts = tuple(GiveSkill(candidate_id=pair.candidate_id, skill=one.skill, level=one.level) for one in group)
        yield _once("skill", condition("with_skills", *gifts, skills=group))
    for one in skills:
        dropped = DropRequirement(skill=one.skill, vacancy_id=pair.vacancy.vacancy_id)
        yield _once("skill", condition("not_required", dropped, place=pair.vacancy.vacancy_id, skill=one))


def _fact_levers(pair: PairExplanation, fact: Fact) -> Iterator[Lever]:
    who, place, values = pair.candidate_id, pair.vacancy.vacancy_id, dict(fact.values)
    if fact.kind in DATE_KINDS:
        yield from _later(pair, _days(fact, "latest", "day"))
    if fact.kind == "available_too_late":
        days = _days(fact, "latest", "day")
        yield Lever(code="dates", sizes=(Decimal(days),), step=ONE, at=_available(who, _day(fact, "day")))
    if fact.kind == "available_not_long_enough":
        days = _days(fact, "until", "day")
        yield Lever(code="dates", sizes=(Decimal(days),), step=ONE, at=_until(who, _day(fact, "until")))
    if fact.kind == "extent_too_much":
        able, needed = int(str(values["possible"])), int(str(values["needed"]))
        yield Lever(code="hours", sizes=(Decimal(needed - able),), step=ONE, at=_hours(who, able))
    if fact.kind == "occupation_not_accepted":
        offered, accepted = str(values["occupation"]), values["accepted"]
        assert isinstance(accepted, tuple)
        wider = ChangeCandidate(candidate_id=who, occupations=(*accepted, offered))
        yield _once("occupation", condition("occupation_accepted", wider, occupation=offered))
    if fact.kind == "distance_too_far":
        limit, km = Decimal(str(values["limit"])), Decimal(str(values["km"]))
        yield Lever(code="distance", sizes=(km - limit,), step=min(TENTH, km - limit), at=_reach(who, limit))
    if fact.rule == "decision":
        taken_back = WithdrawDecision(candidate_id=who, vacancy_id=place)
        yield _once("decision", condition("decision_taken_back", taken_back, candidate=who, place=place))


def _date_levers(plan: PlanReading, pair: PairExplanation, offer: Offer) -> Iterator[Lever]:
    """Yield a later start, and an earlier cohort, where a cohort ends too late for the place."""
    for obstacle in offer.obstacles:
        if obstacle.kind == "cohort_ends_late":
            days = (offer.end_date - _day(obstacle, "latest")).days + 1
            yield from _later(pair, days)
            cohort = plan.reading.cohorts[offer.cohort_id]
            if cohort.status in ("planned", "optional"):
                yield Lever(code="dates", sizes=(Decimal(days),), step=ONE, at=_earlier(plan, offer.cohort_id))


def _later(pair: PairExplanation, days: int) -> Iterator[Lever]:
    place, start = pair.vacancy.vacancy_id, pair.vacancy.start_date
    if start is not None and days > 0:
        yield Lever(
            code="dates",
            sizes=(Decimal(days),),
            step=ONE,
            at=lambda size: condition(
                "later_start",
                MoveVacancy(vacancy_id=place, days=int(size)),
                place=place,
                day=start + timedelta(days=int(size)),
                count=int(size),
            ),
        )


def _earlier(plan: PlanReading, cohort_id: str) -> Callable[[Decimal], Condition]:
    cohort = plan.reading.cohorts[cohort_id]
    values = {name: value for name, value in course_values(plan, cohort).items() if name != "start"}
    return lambda size: condition(
        "earlier_cohort",
        MoveCohort(cohort_id=cohort_id, days=-int(size)),
        **values,
        day=cohort.start_date - timedelta(days=int(size)),
        count=int(size),
    )


def _available(candidate_id: str, now: date) -> Callable[[Decimal], Condition]:
    def at(size: Decimal) -> Condition:
        day = now - timedelta(days=int(size))
        return condition("available_from", ChangeCandidate(candidate_id=candidate_id, available_from=day), day=day)

    return at


def _until(candidate_id: str, now: date) -> Callable[[Decimal], Condition]:
    def at(size: Decimal) -> Condition:
        day = now + timedelta(days=int(size))
        return condition("available_until", ChangeCandidate(candidate_id=candidate_id, available_until=day), day=day)

    return at


def _hours(candidate_id: str, now: int) -> Callable[[Decimal], Condition]:
    def at(size: Decimal) -> Condition:
        percent = now + int(size)
        return condition(
            "more_hours", ChangeCandidate(candidate_id=candidate_id, extent_percent=percent), percent=percent
        )

    return at


def _reach(candidate_id: str, now: Decimal) -> Callable[[Decimal], Condition]:
    def at(size: Decimal) -> Condition:
        km = float(now + size)
        return condition("longer_way", ChangeCandidate(candidate_id=candidate_id, max_distance_km=km), km=km)

    return at


def _once(code: ReasonCode, found: Condition) -> Lever:
    return Lever(code=code, sizes=(ONE,), step=ONE, at=lambda _: found)


def _day(fact: Fact, name: str) -> date:
    day = fact.values[name]
    assert isinstance(day, date)
    return day


def _days(fact: Fact, first: str, last: str) -> int:
    return (_day(fact, last) - _day(fact, first)).days


def _required(fact: Fact) -> SkillLevel:
    skill = fact.values["skill"]
    return (
        skill if isinstance(skill, SkillLevel) else SkillLevel(skill=str(skill), level=int(str(fact.values["needed"])))
    )
