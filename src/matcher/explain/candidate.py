"""A candidate: placed where and by which route, or what each vacancy lacks; no other candidate is ever named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import prod

from matcher.explain.effects import PlanReading
from matcher.explain.facts import (
    RULES,
    CandidateExplanation,
    Eligibility,
    Eligible,
    Fact,
    PairExplanation,
    PairInPlan,
    PlanEffect,
    Route,
    Rule,
    RuleCount,
    failed,
    met,
)
from matcher.explain.pair import JudgedPair, explain_pair
from matcher.explain.reading import Place
from matcher.plan import Assignment

MAX_NEAREST = 3


def explain_candidate(plan: PlanReading, candidate_id: str) -> CandidateExplanation:
    """Return where a candidate is placed, or which vacancies come nearest and what they lack.

    Parameters
    ----------
    plan : PlanReading
    candidate_id : str

    Raises
    ------
    InvalidInput
        Where the problem has no such candidate.
    """
    person = plan.reading.person(candidate_id)
    pairs = [
        JudgedPair(plan.reading, person, place, has_offers=False) for _, place in sorted(plan.reading.places.items())
    ]
    failing = [pair.first_failure() for pair in pairs]
    placed = {entry.vacancy_id for entry in plan.of_candidate.get(candidate_id, ())}
    return CandidateExplanation(
        candidate_id=candidate_id,
        breaches=tuple(
            failed("decision", f"breach_{breach.reason}", place=breach.entity_id)
            for breach in plan.plan.breaches
            if breach.candidate_id == candidate_id
        ),
        placements=tuple(explain_pair_in_plan(plan, candidate_id, vacancy_id) for vacancy_id in sorted(placed)),
        eligible=count_eligible(
            "none" if rule else pair.eligibility for pair, rule in zip(pairs, failing, strict=True)
        ),
        excluded=count_rules(rule for rule in failing if rule),
        nearest=()
        if placed
        else tuple(explain_pair_in_plan(plan, candidate_id, vacancy_id) for vacancy_id in _nearest(pairs)),
    )


def explain_pair_in_plan(plan: PlanReading, candidate_id: str, vacancy_id: str) -> PairInPlan:
    """Return every rule of one pair, by the route that the plan takes where it places the pair, and the plan's effect.

    Parameters
    ----------
    plan : PlanReading
    candidate_id, vacancy_id : str
    """
    taken = next((entry for entry in plan.of_candidate.get(candidate_id, ()) if entry.vacancy_id == vacancy_id), None)
    route = taken.cohort_ids if taken else None
    return _in_plan(plan, explain_pair(plan.reading, candidate_id, vacancy_id, route))


def count_eligible(eligibilities: Iterable[Eligibility]) -> Eligible:
    """Return how many are eligible directly, with training, and not."""
    counts = Counter(eligibilities)
    return Eligible(direct=counts["direct"], training=counts["training"], none=counts["none"])


def count_rules(rules: Iterable[Rule]) -> tuple[RuleCount, ...]:
    """Return how often each rule is named, the most frequent first."""
    counts = Counter(rules)
    ordered = sorted(counts, key=lambda rule: (-counts[rule], RULES.index(rule)))
    return tuple(RuleCount(rule=rule, count=counts[rule]) for rule in ordered)


def taken_route(plan: PlanReading, assignment: Assignment) -> Route:
    """Return the route of an assignment with the dates of its cohorts."""
    person = plan.reading.people[assignment.candidate_id]
    cohorts = (plan.reading.cohorts[cohort_id] for cohort_id in assignment.cohort_ids)
    return Route(steps=plan.reading.steps(cohorts, person), start_date=assignment.start_date)


def _nearest(pairs: list[JudgedPair]) -> list[str]:
    """Return the vacancies that come nearest: by failed rules, then by eligibility, then by id.

    Skills and routes take nearly all of the time. They are left out of pairs that are further off without them than
    those already found.
    """
    found: list[tuple[int, int, str]] = []
    for pair in sorted(pairs, key=lambda pair: len(pair.failures_before_training)):
        if len(found) == MAX_NEAREST and len(pair.failures_before_training) > found[-1][0]:
            break
        found = sorted([*found, _distance_to_eligible(pair)])[:MAX_NEAREST]
    return [vacancy_id for _, _, vacancy_id in found]


def _distance_to_eligible(pair: JudgedPair) -> tuple[int, int, str]:
    order: dict[Eligibility, int] = {"direct": 0, "training": 1, "none": 2}
    failures = sum(not fact.holds for fact in pair.facts)
    return failures, order[pair.eligibility], pair.place.terms.vacancy.vacancy_id


def _in_plan(plan: PlanReading, pair: PairExplanation) -> PairInPlan:
    return PairInPlan(pair=pair, effect=_effect(plan, pair))


def _effect(plan: PlanReading, pair: PairExplanation) -> PlanEffect:
    vacancy_id = pair.vacancy.vacancy_id
    for assignment in plan.of_candidate.get(pair.candidate_id, ()):
        if assignment.vacancy_id == vacancy_id:
            facts = (*_parts_of_score(plan, assignment), *_priced_wait(plan, assignment))
            return PlanEffect(outcome="placed", route=taken_route(plan, assignment), facts=facts)
    if pair.eligibility == "none":
        return PlanEffect(outcome="ineligible")
    facts = tuple(_hindrances(plan, pair, plan.reading.place(vacancy_id)))
    return PlanEffect(outcome="hindered" if facts else "unproven", facts=facts)


def _parts_of_score(plan: PlanReading, assignment: Assignment) -> Iterator[Fact]:
    """Yield what a placement counts for and of what that is made up; the chance to last is what the rest leaves."""
    reading, score = plan.reading, round(assignment.score, 6)
    if reading.problem.is_ready_scored:
        yield met("pair", "plan_score_given", score=score)
        return
    policy, months = reading.problem.policy, reading.people[assignment.candidate_id].candidate.months_out_of_work
    completes = prod(
        (reading.courses[reading.cohorts[cohort_id].course_id].completion_rate for cohort_id in assignment.cohort_ids),
        start=Decimal(1),
    )
    priority = 1 + policy.priority_per_year * min(Decimal(months) / 12, policy.priority_max_years)
    beside = completes * priority * (1 - _lost_by_waiting(plan, assignment))
    if beside:
        yield met(
            "start",
            "plan_score",
            score=score,
            lasts=round(100 * score / beside, 1),
            completes=round(100 * completes, 1),
            priority=round(priority, 3),
            months=months,
        )


def _lost_by_waiting(plan: PlanReading, assignment: Assignment) -> Decimal:
    days = plan.reading.days_late(assignment)
    return min(Decimal(1), plan.reading.problem.policy.lateness_per_week * days / 7)


def _priced_wait(plan: PlanReading, assignment: Assignment) -> Iterator[Fact]:
    """Yield what the policy takes from the weight because the job begins after its first day, if anything."""
    days, lost = plan.reading.days_late(assignment), _lost_by_waiting(plan, assignment)
    if lost:
        percent = round(100 * lost, 1)
        yield met("start", "plan_starts_late", days=days, percent=percent)


def _hindrances(plan: PlanReading, pair: PairExplanation, place: Place) -> list[Fact]:
    """Return what keeps an eligible candidate out of a place in this plan; nothing where some route is free."""
    person = plan.reading.person(pair.candidate_id)
    if plan.open_positions(place) == 0:
        return [failed("start", "plan_positions_taken", positions=place.terms.vacancy.positions)]
    if not plan.has_free_time(person):
        return [failed("start", "plan_placed_elsewhere")]
    blockers = [plan.blockers(person, place, route) for route in pair.routes]
    if not all(blockers):
        return []
    seen = dict.fromkeys(blocker for one in blockers for blocker in one)
    return [plan.blocker_fact(blocker) for blocker in seen]
