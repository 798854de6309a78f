"""Reads a plan's assignments, each against the rules and its own start date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from matcher.check.limits import resource_units
from matcher.check.lookup import ColumnKey
from matcher.check.reading import Offer, Reading, ore
from matcher.check.report import Findings
from matcher.check.rules import Route, broken_rules, groups_on, start_day
from matcher.check.worth import delivered_units, forecast_weight, lottery_number
from matcher.columns import RESOURCE_SCALE, WEIGHT_SCALE
from matcher.plan import Assignment, Plan
from matcher.problem import Candidate, Pair

HISTORY_NOTE = (
    "The problem has enough history for a model to be fitted to it, and the scores come from that model; "
    "they were compared with the columns' weights and not recomputed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One assignment as the checker reads it.

    Parameters
    ----------
    candidate : Candidate
    offer : Offer
    cohort_ids, new_cohort_ids : tuple of str
        The route, and the part of it that was not promised before.
    day : int or None
        Ordinal of the start day; ``None`` where it is open.
    groups : frozenset of str
        The candidate's groups on that day.
    weight, cost, units, lottery : int
        In the integers of `matcher.columns`.
    resource_id : str or None
    resource_use : int
        Likewise; 0 where it uses none.
    """

    candidate: Candidate
    offer: Offer
    cohort_ids: tuple[str, ...]
    new_cohort_ids: tuple[str, ...]
    day: int | None
    groups: frozenset[str]
    weight: int
    cost: int
    units: int
    lottery: int
    resource_id: str | None = None
    resource_use: int = 0


def read_placements(reading: Reading, plan: Plan, findings: Findings) -> list[Placement | None]:
    """Return every assignment as the rules see it, with every rule recorded that it breaks.

    Parameters
    ----------
    reading : Reading
    plan : Plan
    findings : Findings

    Returns
    -------
    list of Placement or None
        Aligned with the assignments; ``None`` for one that names something unknown.
    """
    is_fitted = reading.has_fitted_forecasts
    if is_fitted:
        findings.notes.append(HISTORY_NOTE)
    pairs = reading.pairs.named(map(key_of, plan.assignments))
    reader = _Reader(reading=reading, pairs=pairs, is_fitted=is_fitted, findings=findings)
    return [reader.placement(assignment) for assignment in plan.assignments]


def read_columns(reading: Reading, keys: Iterable[ColumnKey]) -> list[Placement]:
    """Return columns as placements, to be added up: what they are worth and what rules they break is of no account."""
    assignments = [
        Assignment(candidate_id=key[0], vacancy_id=key[1], cohort_ids=key[2], start_date=None, score=Decimal(0))
        for key in keys
    ]
    pairs = reading.pairs.named(map(key_of, assignments))
    reader = _Reader(reading=reading, pairs=pairs, is_fitted=False, findings=Findings())
    return [one for one in map(reader.placement, assignments) if one is not None]


def add_fault(findings: Findings, code: str, assignment: Assignment, must: str) -> None:
    """Record that an assignment must be otherwise."""
    ids = (assignment.candidate_id, assignment.vacancy_id, *assignment.cohort_ids)
    findings.add(code, f"Assignment of candidate {ids[0]!r} to vacancy {ids[1]!r} must {must}.", *ids)


def key_of(assignment: Assignment) -> ColumnKey:
    """Return by what an assignment's column is known."""
    return assignment.candidate_id, assignment.vacancy_id, assignment.cohort_ids


def _resource(reading: Reading, offer: Offer, pair: Pair | None) -> tuple[str | None, int]:
    """Return what a placement uses and how much: as its pair says, or in a derived column as its vacancy does."""
    if reading.problem.is_ready_scored:
        return (None, 0) if pair is None else (pair.resource_id, resource_units(pair.resource_use))
    vacancy = offer.vacancy
    if vacancy.resource_id is None or vacancy.resource_use is not None:
        return vacancy.resource_id, resource_units(vacancy.resource_use)
    months = (offer.duration_months or 0) * Fraction(vacancy.extent_percent, 100)
    return vacancy.resource_id, round(months * RESOURCE_SCALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What it takes to read one assignment after another."""

    reading: Reading
    pairs: dict[ColumnKey, Pair]
    is_fitted: bool
    findings: Findings

    def placement(self, assignment: Assignment) -> Placement | None:
        """Return one assignment as the rules see it; ``None`` where it names something unknown."""
        reading = self.reading
        candidate, offer = reading.candidates.get(assignment.candidate_id), reading.offers.get(assignment.vacancy_id)
        route = tuple([reading.cohorts[one] for one in assignment.cohort_ids if one in reading.cohorts])
        if candidate is None or offer is None or len(route) < len(assignment.cohort_ids):
            self._tell_unknown(assignment)
            return None
        pair = self.pairs.get(key_of(assignment))
        for code, must in self._broken(candidate, offer, route, pair):
            add_fault(self.findings, code, assignment, must)
        day = start_day(reading, candidate, offer, route)
        self._check_start_date(assignment, day)
        enrolled = reading.enrolled.get(candidate.candidate_id, frozenset())
        new_cohort_ids = tuple([cohort_id for cohort_id in assignment.cohort_ids if cohort_id not in enrolled])
        resource_id, use = _resource(reading, offer, pair)
        extra = ore(pair.cost) if pair is not None and pair.cost is not None else 0
        return Placement(
            candidate=candidate,
            offer=offer,
            cohort_ids=assignment.cohort_ids,
            new_cohort_ids=new_cohort_ids,
            day=day,
            groups=groups_on(candidate, day),
            weight=self._weight(assignment, candidate, offer, route, day, pair),
            cost=sum([reading.seat_cost[cohort_id] for cohort_id in new_cohort_ids]) + extra,
            units=delivered_units(reading, candidate, offer, day),
            lottery=lottery_number(assignment.candidate_id, assignment.vacancy_id, assignment.cohort_ids),
            resource_id=resource_id if use else None,
            resource_use=use,
        )

    def _tell_unknown(self, assignment: Assignment) -> None:
        reading = self.reading
        unknown = [("cohort", one) for one in assignment.cohort_ids if one not in reading.cohorts]
        if assignment.candidate_id not in reading.candidates:
            unknown.append(("candidate", assignment.candidate_id))
        if assignment.vacancy_id not in reading.offers:
            unknown.append(("vacancy", assignment.vacancy_id))
        for thing, entity_id in unknown:
            add_fault(self.findings, "unknown_id", assignment, f"name a known {thing}, got {entity_id!r}")

    def _broken(self, candidate: Candidate, offer: Offer, route: Route, pair: Pair | None) -> Iterator[tuple[str, str]]:
        if not self.reading.problem.is_ready_scored:
            yield from broken_rules(self.reading, candidate, offer, route)
            return
        if pair is None:
            yield "unknown_pair", "be one of the problem's pairs, route included"
        if not offer.is_open:
            yield "closed_contract", "name a vacancy whose contract is not closed"
        if (candidate.candidate_id, offer.vacancy.vacancy_id) in self.reading.forbidden:
            yield "decision", "not be a forbidden pair"

    def _check_start_date(self, assignment: Assignment, day: int | None) -> None:
        given = assignment.start_date
        if (None if given is None else given.toordinal()) == day:
            return
        in_calendar = day is not None and day <= date.max.toordinal()
        expected = date.fromordinal(day).isoformat() if day is not None and in_calendar else "no date"
        must = f"have start_date {expected}, got {given and given.isoformat()}"
        add_fault(self.findings, "start_date", assignment, must)

    def _weight(
        self,
        assignment: Assignment,
        candidate: Candidate,
        offer: Offer,
        route: Route,
        day: int | None,
        pair: Pair | None,
    ) -> int:
        """Return the weight by the rules; what the score states where the rules alone do not tell it."""
        if self.reading.problem.is_ready_scored and pair is not None:
            return int(pair.score * WEIGHT_SCALE)
        if self.reading.problem.is_ready_scored or self.is_fitted or day is None:
            return int(assignment.score * WEIGHT_SCALE)
        return forecast_weight(self.reading, candidate, offer, route, day)
