"""What comes out: who is prepared in which cohorts and placed where, and what is proven about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

PLAN_VERSION = 1

BreachKind = Literal["accepted", "enrolment"]
BreachReason = Literal["closed", "ineligible", "conflict", "cancelled"]
PlanStatus = Literal["optimal", "claimed_optimal", "feasible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One proposed placement.

    Parameters
    ----------
    candidate_id, vacancy_id : str
    cohort_ids : tuple of str
        The route, in order of dates.
    start_date : date or None
        Day on which the job starts; ``None`` in a ready-scored problem without dates.
    score : Decimal
        Expected sustained placement with policy weights, six decimals.
    """

    candidate_id: str
    vacancy_id: str
    cohort_ids: tuple[str, ...]
    start_date: date | None
    score: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortUse:
    """How a cohort is used, promises already given included."""

    cohort_id: str
    enrolled: int
    runs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a contract with an obligation is owed and gets, in its own unit."""

    contract_id: str
    required: Decimal
    delivered: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfilled:
    """Positions of a vacancy that stay open."""

    vacancy_id: str
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaBreach:
    """A quota that the plan does not meet, and by how many persons (rounded up to six decimals for shares)."""

    quota_id: str
    short: Decimal
    excess: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A promise that the plan does not keep.

    Parameters
    ----------
    kind : str
        ``accepted``: a pair that people had accepted; ``enrolment``: a promised seat.
    candidate_id : str
    entity_id : str
        Id of the vacancy or the cohort.
    reason : str
        ``closed``: the vacancy's contract takes nobody any more; ``ineligible``: some other rule keeps the candidate
        out now; ``conflict``: other promises leave no room for it; ``cancelled``: the cohort was cancelled.
    price : Decimal
        Person equivalents, as the policy values a broken promise.
    """

    kind: BreachKind
    candidate_id: str
    entity_id: str
    reason: BreachReason
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TierResult:
    """One aim: what was reached and how much better any plan could be.

    Parameters
    ----------
    name : str
    value : Decimal
        Person equivalents (shortfall), expected sustained placements (placements), kronor (cost), drawn numbers
        (tie_break).
    bound : Decimal
        No plan that is as good in the earlier tiers has a better value; recomputable from the certificate.
    gap : float
        Certified: `relative_gap` of value and bound.
    claimed_gap : float
        What the solver says without proof.
    """

    name: str
    value: Decimal
    bound: Decimal
    gap: float
    claimed_gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedColumn:
    """A decision that a case of the certificate takes: a column in the plan, or not."""

    candidate_id: str
    vacancy_id: str
    cohort_ids: tuple[str, ...]
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRange:
    """A decision that a case of the certificate takes: a count that stays between two numbers, both included.

    Parameters
    ----------
    kind : str
        ``vacancy``: placements in the vacancy; ``seat``: new enrolments in the cohort or, of an optional one, whether
        it runs; else the kind of the limit (as of a `PricedRow`) whose shortfall, persons missing or persons in excess
        are meant.
    entity_id : str
    least, most : int
    """

    kind: str
    entity_id: str
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedRow:
    """The price of one limit, in `Certificate.price_scale`-ths of the tier's integer unit, never negative.

    Parameters
    ----------
    kind : str
        ``vacancy``, ``seat``, ``budget_seats`` (a budget's id, a bar and a number of öre: the seats of all its cohorts
        that cost at least so much), ``enrolment_min``, ``link``, ``vacancy_link``, ``obligation_link``, ``budget``,
        ``resource``, ``obligation``, ``obligation_step``, ``quota_min``, ``quota_max``, ``quota_min_share``,
        ``quota_max_share``, ``cut``, ``pin``, ``participation`` (in cases that pack resources; even 0 makes one) or
        ``held`` (an earlier tier at the plan's value); for an alternative ``differ`` and ``worst`` too (`Difference`).
        A ``pin`` may have a negative price, and a ``vacancy``, which then counts by the fewest it takes.
    entity_id : str
        Id of the vacancy, cohort, budget, resource, contract or quota; of the candidate for a participation;
        ``candidate|vacancy`` for a pin, ``candidate|cohort``, ``vacancy|cohort`` or ``contract|cohort`` for a link;
        name of the tier; number of the cut or of the plan differed from, the first being 1.
    price : int
    """

    kind: str
    entity_id: str
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One part of the set of plans and the prices that bound it."""

    tier: str
    fixed: tuple[FixedColumn, ...]
    prices: tuple[PricedRow, ...]
    between: tuple[FixedRange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRow:
    """How many times a limit counts in a cut, at least once.

    Parameters
    ----------
    kind : str
        As of `PricedRow`, but for what holds earlier tiers, alternatives and participations; or ``cut`` (one before
        this one, by its number), ``clique`` (by its number), ``candidate`` (placements of a candidate), ``once`` (a
        pair, ``candidate|vacancy``) or ``most`` (a variable, ``kind|id`` as of `FixedRange`).
    entity_id : str
    times : int
    """

    kind: str
    entity_id: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A sum of limits, divided and rounded, which every plan keeps; cases price it by its number, from 1.

    Parameters
    ----------
    divisor : int
    unit : int
        By which what remains is divided once more, rounded down.
    rows : tuple of CountedRow
    """

    divisor: int
    unit: int
    rows: tuple[CountedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnColumn:
    """One column of a candidate, by where it leads and how."""

    vacancy_id: str
    cohort_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clique:
    """What a candidate with several placements has one of at most; cuts count it by its number, from 1.

    Parameters
    ----------
    candidate_id : str
    columns : tuple of OwnColumn
    made, missing : tuple of str
        Cohorts in which the candidate is newly enrolled, and in which not.
    """

    candidate_id: str
    columns: tuple[OwnColumn, ...]
    made: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Why no plan can be better than the bounds say; docs/model.md section 6 gives the arithmetic."""

    price_scale: int
    cases: tuple[Case, ...]
    cuts: tuple[Cut, ...] = ()
    cliques: tuple[Clique, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverInfo:
    """Which solver made the plan; run times stand in the run's own report, so that equal plans have equal bytes."""

    name: str
    version: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPair:
    """Somebody and where a plan places them."""

    candidate_id: str
    vacancy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlan:
    """The placements of a plan that an alternative differs from, by candidate and vacancy."""

    pairs: tuple[PlacedPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstValue:
    """The worst value that an alternative may have in a tier, in the unit of `TierResult.value`."""

    tier: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What sets an alternative apart; its bounds speak of the plans that keep this.

    Parameters
    ----------
    differ_by : int
        At least so many placements of each of `plans` are not in it, by whatever route.
    plans : tuple of OtherPlan
    worst : tuple of WorstValue
        At most one per tier.
    """

    differ_by: int
    plans: tuple[OtherPlan, ...]
    worst: tuple[WorstValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A proposal; a human decides.

    Parameters
    ----------
    problem_hash : str
        Fingerprint of the problem that it answers.
    status : str
        ``optimal``: every aim's certified gap is at most `gap_limit` (the tie-break is no aim); ``claimed_optimal``:
        only the solver's claim is; ``feasible``: neither.
    gap_limit : float
        The gap that was asked for.
    tiers, assignments, cohorts, shortfalls, unfilled, quota_breaches : tuple
        In a fixed order: tiers as solved, the rest by id.
    certificate : Certificate
    solver : SolverInfo
    difference : Difference or None
        What an alternative keeps beside all rules; ``None`` for the plan that is best of all.
    breaches : tuple of Breach
        Promises that it does not keep, in order of kind, candidate and id.
    published_hash : str or None
        `plan_fingerprint` of the published plan against which the tier ``changes`` counts.
    """

    problem_hash: str
    status: PlanStatus
    gap_limit: float
    tiers: tuple[TierResult, ...]
    assignments: tuple[Assignment, ...]
    cohorts: tuple[CohortUse, ...]
    shortfalls: tuple[Delivery, ...]
    unfilled: tuple[Unfilled, ...]
    quota_breaches: tuple[QuotaBreach, ...]
    certificate: Certificate
    solver: SolverInfo
    difference: Difference | None = None
    breaches: tuple[Breach, ...] = ()
    published_hash: str | None = None


def relative_gap(value: Decimal | float, bound: Decimal | float) -> float:
    """Return ``|bound - value| / max(|value|, |bound|)``, and 0 where both are 0.

    The only formula for a gap in this product.
    """
    distance = abs(float(bound) - float(value))
    return 0.0 if distance == 0 else distance / max(abs(float(value)), abs(float(bound)))
