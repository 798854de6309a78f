"""Reads a plan's assignments: each against the rules, its own date and score, and the column that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from matcher.check.lookup import ColumnLookup
from matcher.check.reading import Offer, Reading
from matcher.check.report import Findings
from matcher.check.rules import Route, broken_rules, groups_on, start_day
from matcher.check.worth import delivered_units, forecast_weight, lottery_number, ore, seat_costs
from matcher.columns import WEIGHT_SCALE, Columns
from matcher.plan import Assignment, Plan
from matcher.problem import Candidate, Pair

PairKey = tuple[str, str, tuple[str, ...]]

HISTORY_NOTE = (
    "The problem has a history, so the scores come from a model that was fitted to it; "
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


def read_placements(reading: Reading, plan: Plan, lookup: ColumnLookup | None, findings: Findings) -> list[Placement]:
    """Return what can be read of the assignments, with every fault recorded.

    Parameters
    ----------
    reading : Reading
    plan : Plan
    lookup : ColumnLookup or None
        ``None`` where the columns belong to another problem.
    findings : Findings
    """
    if reading.problem.history and not reading.problem.is_ready_scored:
        findings.notes.append(HISTORY_NOTE)
    reader = _Reader(
        reading=reading,
        pairs=_pairs_named(reading, plan),
        lookup=lookup,
        quota_bits=_quota_bits(reading, lookup),
        findings=findings,
    )
    placements = (reader.placement(assignment) for assignment in plan.assignments)
    return [placement for placement in placements if placement is not None]


def plan_weight(score: Decimal) -> int | None:
    """Return a score in millionths; ``None`` where it has more than six decimals."""
    scaled = Fraction(score) * WEIGHT_SCALE
    return scaled.numerator if scaled.denominator == 1 else None


def _pairs_named(reading: Reading, plan: Plan) -> dict[PairKey, Pair]:
    """Return the ready-scored columns of the plan's pairs only: there may be a million others."""
    named = {(assignment.candidate_id, assignment.vacancy_id) for assignment in plan.assignments}
    return {
        (pair.candidate_id, pair.vacancy_id, pair.cohort_ids): pair
        for pair in reading.problem.pairs
        if (pair.candidate_id, pair.vacancy_id) in named
    }


def _quota_bits(reading: Reading, lookup: ColumnLookup | None) -> frozenset[tuple[str, int]]:
    if lookup is None:
        return frozenset()
    groups = {quota.quota_id: quota.group for quota in reading.problem.quotas}
    limits = lookup.columns.limits
    bits = zip(limits.quota_ids, limits.quota_group.tolist(), strict=False)
    return frozenset((groups[quota_id], bit) for quota_id, bit in bits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What it takes to read one assignment after another."""

    reading: Reading
    pairs: dict[PairKey, Pair]
    lookup: ColumnLookup | None
    quota_bits: frozenset[tuple[str, int]]
    findings: Findings

    def placement(self, assignment: Assignment) -> Placement | None:
        """Return one assignment as the rules see it; ``None`` where it names something unknown."""
        if self._names_unknown(assignment):
            return None
        reading = self.reading
        candidate, offer = reading.candidates[assignment.candidate_id], reading.offers[assignment.vacancy_id]
        route = tuple(reading.cohorts[cohort_id] for cohort_id in assignment.cohort_ids)
        pair = self.pairs.get((assignment.candidate_id, assignment.vacancy_id, assignment.cohort_ids))
        for code, must in self._broken(candidate, offer, route, pair):
            self._add(code, assignment, must)
        day = start_day(reading, candidate, offer, route)
        self._check_start_date(assignment, day)
        enrolled = reading.enrolled.get(candidate.candidate_id, frozenset())
        new_cohort_ids = tuple(cohort_id for cohort_id in assignment.cohort_ids if cohort_id not in enrolled)
        extra = ore(pair.cost) if pair is not None and pair.cost is not None else 0
        placement = Placement(
            candidate=candidate,
            offer=offer,
            cohort_ids=assignment.cohort_ids,
            new_cohort_ids=new_cohort_ids,
            day=day,
            groups=groups_on(candidate, day),
            weight=self._weight(assignment, candidate, offer, route, day, pair),
            cost=seat_costs(reading, new_cohort_ids) + extra,
            units=delivered_units(reading, candidate, offer, day),
            lottery=lottery_number(assignment.candidate_id, assignment.vacancy_id, assignment.cohort_ids),
        )
        return self._compared(assignment, placement)

    def _add(self, code: str, assignment: Assignment, must: str) -> None:
        ids = (assignment.candidate_id, assignment.vacancy_id, *assignment.cohort_ids)
        self.findings.add(code, f"Assignment of candidate {ids[0]!r} to vacancy {ids[1]!r} must {must}.", *ids)

    def _names_unknown(self, assignment: Assignment) -> bool:
        unknown = [("candidate", assignment.candidate_id)] * (assignment.candidate_id not in self.reading.candidates)
        unknown += [("vacancy", assignment.vacancy_id)] * (assignment.vacancy_id not in self.reading.offers)
        unknown += [("cohort", one) for one in assignment.cohort_ids if one not in self.reading.cohorts]
        for thing, entity_id in unknown:
            self._add("unknown_id", assignment, f"name a known {thing}, got {entity_id!r}")
        return bool(unknown)

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
        self._add("start_date", assignment, f"have start_date {expected}, got {given and given.isoformat()}")

    def _weight(
        self,
        assignment: Assignment,
        candidate: Candidate,
        offer: Offer,
        route: Route,
        day: int | None,
        pair: Pair | None,
    ) -> int:
        """Return the weight by the checker's own reading; the plan's own score where that cannot be recomputed."""
        if self.reading.problem.is_ready_scored:
            return 0 if pair is None else round(Fraction(pair.score) * WEIGHT_SCALE)
        if day is None or self.reading.problem.history:
            return plan_weight(assignment.score) or 0
        return forecast_weight(self.reading, candidate, offer, route, day)

    def _compared(self, assignment: Assignment, own: Placement) -> Placement:
        """Compare one assignment with its column, and return the placement with the column's weight."""
        stated = plan_weight(assignment.score)
        allowed = 0 if self.reading.problem.is_ready_scored else 1  # forecasts are floating-point before rounding
        is_off = stated is None or abs(stated - own.weight) > allowed
        column, weight = None, own.weight
        if self.lookup is not None:
            column = self.lookup.column(assignment.candidate_id, assignment.vacancy_id, assignment.cohort_ids)
            if column is None:
                self._add("unknown_column", assignment, "be one of the columns, route included")
        if self.lookup is not None and column is not None:
            weight = int(self.lookup.columns.weight[column])
            is_off = is_off or stated != weight
            for name in self._differing(own, self.lookup.columns, column):
                self._add("column_differs", assignment, f"have a column whose {name} follows the rules")
        if is_off:
            self._add("score", assignment, f"have score {Decimal(weight) / WEIGHT_SCALE}, got {assignment.score}")
        return own if own.weight == weight else replace(own, weight=weight)

    def _differing(self, own: Placement, columns: Columns, column: int) -> Iterator[str]:
        begin, end = columns.route_start[column], columns.route_start[column + 1]
        new = [cohort_id in own.new_cohort_ids for cohort_id in own.cohort_ids]
        if columns.route_is_new[begin:end].tolist() != new:
            yield "route_is_new"
        for name, expected in (
            ("cost", own.cost),
            ("units", own.units),
            ("start_day", own.day or 0),
            ("lottery", own.lottery),
        ):
            if int(getattr(columns, name)[column]) != expected:
                yield name
        bits = int(columns.group_bits[column])
        if any((bits >> bit & 1 == 1) != (group in own.groups) for group, bit in self.quota_bits):
            yield "group_bits"
