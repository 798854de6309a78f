"""The checker's own reading of a problem: what the rules of docs/model.md ask about, looked up by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from matcher.check.scored_pairs import ScoredPairs
from matcher.columns import MONEY_SCALE
from matcher.problem import (
    Candidate,
    Cohort,
    Contract,
    Course,
    Enrolment,
    HeldSkill,
    Municipality,
    Problem,
    RequiredSkill,
    Vacancy,
)

Promise = tuple[str, str, tuple[str, ...]]  # candidate, vacancy, route
DAYS_PER_MONTH = Fraction("30.4375")
MIN_HISTORY, MIN_OF_EACH = 50, 5  # past placements; those that lasted, and those that did not
CLOSED = ("ended", "cancelled")  # contracts that take nobody and owe nothing any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A vacancy read together with its contract (docs/model.md section 2, "The vacancy").

    Parameters
    ----------
    vacancy : Vacancy
    contract : Contract or None
    start, latest_start : int or None
        Proleptic ordinals; ``None`` where nobody has stated a start.
    municipality : str or None
    groups : tuple of str
        Empty means open to everybody.
    duration_months : Fraction or None
    is_open : bool
        False where the contract has ended or was cancelled.
    """

    vacancy: Vacancy
    contract: Contract | None
    start: int | None
    latest_start: int | None
    municipality: str | None
    groups: tuple[str, ...]
    duration_months: Fraction | None
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything of a problem that the rules refer to, by id; what seats cost in öre; what a published plan says."""

    problem: Problem
    candidates: Mapping[str, Candidate]
    offers: Mapping[str, Offer]
    contracts: Mapping[str, Contract]
    cohorts: Mapping[str, Cohort]
    courses: Mapping[str, Course]
    places: Mapping[str, Municipality]
    held_skills: Mapping[str, Mapping[str, HeldSkill]]
    must_skills: Mapping[str, tuple[RequiredSkill, ...]]
    nice_skills: Mapping[str, tuple[RequiredSkill, ...]]
    seat_cost: Mapping[str, int]
    enrolled: Mapping[str, frozenset[str]]
    forbidden: frozenset[tuple[str, str]]
    pinned: frozenset[tuple[str, str]]
    accepted: frozenset[tuple[str, str]]
    promised: tuple[Enrolment, ...]
    published: frozenset[Promise] | None
    pairs: ScoredPairs

    @property
    def has_fitted_forecasts(self) -> bool:
        """Tell whether the weights come from a model fitted to history, which replaces the policy's prior."""
        history = self.problem.history
        lasted = sum(placement.sustained for placement in history)
        is_enough = len(history) >= MIN_HISTORY and min(lasted, len(history) - lasted) >= MIN_OF_EACH
        return is_enough and not self.problem.is_ready_scored


def ore(kronor: Decimal) -> int:
    """Return an amount of money in öre, rounded half to even."""
    return scaled(kronor, MONEY_SCALE)


def scaled(amount: Decimal, scale: int) -> int:
    """Return so many times an amount, rounded half to even, in exact integers."""
    numerator, denominator = amount.as_integer_ratio()
    whole, rest = divmod(numerator * scale, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))


def read(problem: Problem, published: frozenset[Promise] | None = None, before: Reading | None = None) -> Reading:
    """Return the checker's reading of a problem, and of what a published plan has told people, if there is one.

    Of the earlier reading of a problem that differs little, what is the same object need not be read again.
    """
    contracts = {contract.contract_id: contract for contract in problem.contracts}
    held: defaultdict[str, dict[str, HeldSkill]] = defaultdict(dict)
    for skill in problem.candidate_skills:
        held[skill.candidate_id][skill.skill] = skill
    enrolled: defaultdict[str, set[str]] = defaultdict(set)
    cancelled = {cohort.cohort_id for cohort in problem.cohorts if cohort.status == "cancelled"}
    promised = [enrolment for enrolment in problem.enrolments if enrolment.cohort_id not in cancelled]
    for enrolment in promised:
        enrolled[enrolment.candidate_id].add(enrolment.cohort_id)
    return Reading(
        problem=problem,
        candidates={candidate.candidate_id: candidate for candidate in problem.candidates},
        offers={vacancy.vacancy_id: _offer(vacancy, contracts) for vacancy in problem.vacancies},
        contracts=contracts,
        cohorts={cohort.cohort_id: cohort for cohort in problem.cohorts},
        courses={course.course_id: course for course in problem.courses},
        places={place.municipality: place for place in problem.municipalities},
        held_skills=held,
        must_skills=_requirements(problem, "must"),
        nice_skills=_requirements(problem, "nice"),
        seat_cost={cohort.cohort_id: ore(cohort.cost_per_seat) for cohort in problem.cohorts},
        enrolled={candidate_id: frozenset(cohort_ids) for candidate_id, cohort_ids in enrolled.items()},
        forbidden=_decided(problem, "forbidden"),
        pinned=_decided(problem, "pinned") | _decided(problem, "accepted"),
        accepted=_decided(problem, "accepted") - _decided(problem, "pinned"),
        promised=tuple(promised),
        published=published,
        pairs=ScoredPairs(problem.pairs) if before is None else before.pairs.now(problem.pairs),
    )


def _requirements(problem: Problem, kind: str) -> dict[str, tuple[RequiredSkill, ...]]:
    required: defaultdict[str, list[RequiredSkill]] = defaultdict(list)
    for skill in problem.vacancy_skills:
        if skill.kind == kind:
            required[skill.vacancy_id].append(skill)
    return {vacancy_id: tuple(skills) for vacancy_id, skills in required.items()}


def _decided(problem: Problem, kind: str) -> frozenset[tuple[str, str]]:
    return frozenset((row.candidate_id, row.vacancy_id) for row in problem.decisions if row.decision == kind)


def _offer(vacancy: Vacancy, contracts: Mapping[str, Contract]) -> Offer:
    contract = None if vacancy.contract_id is None else contracts[vacancy.contract_id]
    start = _first(vacancy.start_date, contract.start_date if contract else None)
    latest = _first(vacancy.latest_start_date, start)
    return Offer(
        vacancy=vacancy,
        contract=contract,
        start=None if start is None else start.toordinal(),
        latest_start=None if latest is None else latest.toordinal(),
        municipality=vacancy.municipality or (contract.municipality if contract else None),
        groups=vacancy.groups or (contract.groups if contract else ()),
        duration_months=_duration(vacancy, contract, start),
        is_open=contract is None or contract.status not in CLOSED,
    )


def _first(own: date | None, other: date | None) -> date | None:
    return other if own is None else own


def _duration(vacancy: Vacancy, contract: Contract | None, start: date | None) -> Fraction | None:
    if vacancy.duration_months is not None:
        return Fraction(vacancy.duration_months)
    if contract is None or contract.end_date is None or start is None:
        return None
    days = contract.end_date.toordinal() - start.toordinal() + 1  # both ends included
    return Fraction(round(days / DAYS_PER_MONTH * 100), 100)
