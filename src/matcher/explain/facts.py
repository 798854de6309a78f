"""What an explanation consists of: facts with their values, from which texts in any language are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from matcher.problem import SkillLevel

# In the order in which rules are read; a count "by rule" counts the first of these that fails. Decisions come last, so
# that one is blamed only where every other rule holds.
Rule = Literal[
    "contract",
    "pair",
    "start",
    "available_until",
    "group",
    "occupation",
    "extent",
    "distance",
    "skill",
    "route",
    "decision",
]
RULES: tuple[Rule, ...] = get_args(Rule)
Eligibility = Literal["direct", "training", "none"]
Value = str | int | float | Decimal | date | SkillLevel | tuple[str, ...] | tuple[SkillLevel, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A cohort that grants a missing skill, and what stands in its way, if anything.

    Parameters
    ----------
    cohort_id, course_id : str
    title : str or None
        Of the course.
    start_date, end_date : date
    obstacles : tuple of Fact
        Empty where the cohort could be taken in time.
    """

    cohort_id: str
    course_id: str
    title: str | None
    start_date: date
    end_date: date
    obstacles: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One requirement, met or failed, with the values that decide it.

    Parameters
    ----------
    rule : str
        One of `RULES`.
    holds : bool
    kind : str
        What exactly is the case; a key of `matcher.explain.sentences.SENTENCES`.
    values : mapping
        What the sentence of that kind names.
    offers : tuple of Offer
        For a missing skill: the cohorts that grant it, those that can be taken first.
    """

    rule: Rule
    holds: bool
    kind: str
    values: Mapping[str, Value] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()


def met(rule: Rule, kind: str, **values: Value) -> Fact:
    """Return a requirement that is met."""
    return Fact(rule=rule, holds=True, kind=kind, values=values)


def failed(rule: Rule, kind: str, **values: Value) -> Fact:
    """Return a requirement that is not met."""
    return Fact(rule=rule, holds=False, kind=kind, values=values)


def met_if(holds: bool, rule: Rule, kinds: tuple[str, str], **values: Value) -> Fact:
    """Return a requirement, of the first kind where it is met and of the second where not."""
    return Fact(rule=rule, holds=holds, kind=kinds[0] if holds else kinds[1], values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One cohort of a route.

    Parameters
    ----------
    cohort_id, course_id : str
    title : str or None
        Of the course.
    start_date, end_date : date
    is_new : bool
        False where the candidate is already enrolled in it.
    """

    cohort_id: str
    course_id: str
    title: str | None
    start_date: date
    end_date: date
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A feasible way to a vacancy: the steps, and the day on which the job would start (``None`` without dates)."""

    steps: tuple[Step, ...]
    start_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyName:
    """A vacancy as a person recognises it."""

    vacancy_id: str
    title: str | None
    contract_id: str | None
    contract_title: str | None
    start_date: date | None
    latest_start_date: date | None
    positions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairExplanation:
    """Every rule between one candidate and one vacancy.

    Parameters
    ----------
    candidate_id : str
    vacancy : VacancyName
    eligibility : str
        ``direct``, by ``training``, or ``none``.
    facts : tuple of Fact
        Each rule once, `skill` once for each required skill.
    routes : tuple of Route
        Every feasible route, the earliest start first.
    """

    candidate_id: str
    vacancy: VacancyName
    eligibility: Eligibility
    facts: tuple[Fact, ...]
    routes: tuple[Route, ...]

    @property
    def failures(self) -> tuple[Fact, ...]:
        """Return the facts that rule the pair out."""
        return tuple(fact for fact in self.facts if not fact.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEffect:
    """What the plan does to a pair.

    Parameters
    ----------
    outcome : str
        ``placed``: this candidate has this place; ``hindered``: eligible, and something verifiable in the plan stands
        in the way; ``unproven``: eligible, and nothing of the kind was found; ``ineligible``.
    route : Route or None
        Where placed.
    facts : tuple of Fact
        What stands in the way; where placed, what the policy takes off for it.
    """

    outcome: Literal["placed", "hindered", "unproven", "ineligible"]
    route: Route | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairInPlan:
    """One pair, its rules and what the plan does to it."""

    pair: PairExplanation
    effect: PlanEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """How many are eligible directly, with training, and not."""

    direct: int
    training: int
    none: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How many are ruled out by a rule, counted by the first that fails."""

    rule: Rule
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateExplanation:
    """Where a candidate is placed, or why not; never names another candidate.

    Parameters
    ----------
    candidate_id : str
    breaches : tuple of Fact
        Promises to the candidate that the plan does not keep.
    placements : tuple of PairInPlan
    eligible : Eligible
        Counts of vacancies.
    excluded : tuple of RuleCount
        Vacancies ruled out, by first failing rule.
    nearest : tuple of PairInPlan
        Where not placed: the vacancies that come nearest, the nearest first.
    """

    candidate_id: str
    breaches: tuple[Fact, ...]
    placements: tuple[PairInPlan, ...]
    eligible: Eligible
    excluded: tuple[RuleCount, ...]
    nearest: tuple[PairInPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCandidate:
    """Who has a position, and by which route; ``None`` where the one who is told is not to know who."""

    candidate_id: str | None
    route: Route


UnfilledCode = Literal[
    "closed",
    "no_eligible",
    "decision",
    "all_placed_here",
    "placed_elsewhere",
    "seats",
    "not_running",
    "budget",
    "resource",
    "hours",
    "training",
    "quota",
    "several",
    "unproven",
]
BlockerKind = Literal["seats", "not_running", "budget", "resource", "hours", "training", "quota"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """A limit that keeps people who are free from a vacancy: for each of them, every route meets such a limit.

    Parameters
    ----------
    kind : str
        ``seats``, ``not_running`` (an optional cohort that the plan does not open), ``budget``, ``resource``,
        ``hours`` or ``training`` (beside what the plan gives the same person, or by the policy's total) or ``quota``.
    entity_id : str
        Id of the cohort, budget, resource or quota; of the vacancy itself for hours and training.
    people : int
        How many of them meet this one; a person may meet several.
    """

    kind: BlockerKind
    entity_id: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfilledReason:
    """Why positions of a vacancy stayed open, as far as the problem and the plan prove it.

    Parameters
    ----------
    vacancy_id : str
    open : int
        Positions.
    code : str
        From a closed list; ``unproven`` where no reason is proven.
    eligible : int
        People with at least one eligible route to the vacancy.
    here, elsewhere, blocked, free : int
        Of these: placed in this vacancy; placed in others; kept out by `blockers`; kept out by nothing found.
    blockers : tuple of Blocker
    excluded : tuple of RuleCount
        Where nobody is eligible: people by first failing rule, the most frequent first.
    """

    vacancy_id: str
    open: int
    code: UnfilledCode
    eligible: int = 0
    here: int = 0
    elsewhere: int = 0
    blocked: int = 0
    free: int = 0
    blockers: tuple[Blocker, ...] = ()
    excluded: tuple[RuleCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyExplanation:
    """Who has the positions of a vacancy, who could have them, and why positions stay open.

    Parameters
    ----------
    vacancy : VacancyName
    placed : tuple of PlacedCandidate
    eligible : Eligible
        Counts of candidates.
    excluded : tuple of RuleCount
        Candidates ruled out, by first failing rule.
    unfilled : UnfilledReason or None
        ``None`` where every position is filled.
    """

    vacancy: VacancyName
    placed: tuple[PlacedCandidate, ...]
    eligible: Eligible
    excluded: tuple[RuleCount, ...]
    unfilled: UnfilledReason | None
