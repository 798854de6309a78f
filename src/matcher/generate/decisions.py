"""Draws what people have already decided: pairs that are agreed upon, and pairs that must not be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

from matcher.generate.draws import Draws
from matcher.generate.people import People
from matcher.generate.sizes import PLANNING_DAY, Profile
from matcher.generate.suitability import SkillsOfOne, is_near, meets
from matcher.generate.work import Work
from matcher.problem import Candidate, Decision, RequiredSkill, VacancyTerms, vacancy_terms

NUM_CASE_WORKERS = 12
REASONS = {
    "accepted": ("Överenskommet vid intervju", "Kandidaten har tackat ja", "Arbetsgivaren har tackat ja"),
    "forbidden": ("Kandidaten har tackat nej", "Arbetsgivaren har tackat nej", "Arbetsmiljön passar inte"),
}


def draw_decisions(
    profile: Profile,
    people: People,
    enrolled: Collection[str],
    skills: Mapping[str, SkillsOfOne],
    work: Work,
    seed: int,
) -> tuple[Decision, ...]:
    """Accept and forbid pairs that need no training, at most one for each candidate and each vacancy."""
    draws = Draws(seed, "decisions")
    free = [candidate for candidate in people.candidates if candidate.candidate_id not in enrolled]
    kinds = ["accepted"] * profile.num_accepted + ["forbidden"] * profile.num_forbidden
    decisions = [
        Decision(
            candidate_id=candidate_id,
            vacancy_id=vacancy_id,
            decision="accepted" if kind == "accepted" else "forbidden",
            reason=draws.one_of(REASONS[kind]),
            decided_by=f"handläggare {draws.number(1, NUM_CASE_WORKERS)}",
            decided_at=PLANNING_DAY - timedelta(days=draws.number(3, 40)),
        )
        for kind, (candidate_id, vacancy_id) in zip(kinds, _ready_pairs(free, skills, work, draws), strict=False)
    ]
    return tuple(sorted(decisions, key=lambda entry: (entry.candidate_id, entry.vacancy_id)))


def _ready_pairs(
    free: list[Candidate], skills: Mapping[str, SkillsOfOne], work: Work, draws: Draws
) -> Iterator[tuple[str, str]]:
    """Yield pairs that need no training, in random order of vacancies."""
    contracts = {contract.contract_id: contract for contract in work.contracts}
    musts = _musts(work)
    wishing = _wishing(free)
    used: set[str] = set()
    for position in draws.order(len(work.vacancies)).tolist():
        terms = vacancy_terms(work.vacancies[position], contracts)
        required = musts.get(terms.vacancy.vacancy_id, [])
        ready = (
            candidate.candidate_id
            for candidate in wishing.get(str(terms.vacancy.occupation), ())
            if candidate.candidate_id not in used
            and _is_ready(candidate, skills.get(candidate.candidate_id, {}), terms, required)
        )
        if (first := next(ready, None)) is not None:
            used.add(first)
            yield first, terms.vacancy.vacancy_id


def _musts(work: Work) -> dict[str, list[RequiredSkill]]:
    musts: dict[str, list[RequiredSkill]] = {}
    for skill in work.vacancy_skills:
        if skill.kind == "must":
            musts.setdefault(skill.vacancy_id, []).append(skill)
    return musts


def _wishing(free: list[Candidate]) -> dict[str, list[Candidate]]:
    wishing: dict[str, list[Candidate]] = {}
    for candidate in free:
        for occupation in candidate.occupations:
            wishing.setdefault(occupation, []).append(candidate)
    return wishing


def _is_ready(candidate: Candidate, held: SkillsOfOne, terms: VacancyTerms, required: list[RequiredSkill]) -> bool:
    """Tell whether the candidate can begin on the vacancy's first day as things are."""
    day = terms.start_date
    if day is None or candidate.available_from > day or (candidate.available_until or day) < day:
        return False
    member_of = {membership.group for membership in candidate.groups if membership.holds_on(day)}
    return (
        (not terms.groups or not member_of.isdisjoint(terms.groups))
        and terms.vacancy.extent_percent <= candidate.extent_percent
        and is_near(candidate, terms.municipality)
        and all(meets(held, skill.skill, skill.level, day) for skill in required)
    )
