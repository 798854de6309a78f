"""Compares what the plan's columns carry with the checker's own reading, and the plan's scores with both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from matcher.check.limits import counts_for
from matcher.check.lookup import ColumnLookup
from matcher.check.placements import Placement, add_fault, key_of
from matcher.check.reading import Reading
from matcher.check.report import Findings
from matcher.columns import WEIGHT_SCALE, Columns
from matcher.plan import Assignment
from matcher.problem import Quota

FORECAST_TOLERANCE = 1  # millionths: forecasts are floating-point numbers before they are rounded


def compare_with_columns(
    reading: Reading,
    assignments: Sequence[Assignment],
    placements: Sequence[Placement | None],
    lookup: ColumnLookup | None,
    findings: Findings,
) -> list[Placement]:
    """Return the placements that are known, each with the weight that its score must state.

    Parameters
    ----------
    reading : Reading
    assignments : sequence of Assignment
    placements : sequence of Placement or None
        Aligned with the assignments.
    lookup : ColumnLookup or None
        ``None`` where the columns belong to another problem: then the checker's own weight is what a score must state.
    findings : Findings
    """
    columns = [None] * len(assignments) if lookup is None else lookup.find([key_of(one) for one in assignments])
    allowed = 0 if reading.problem.is_ready_scored else FORECAST_TOLERANCE
    tolerance = None if reading.has_fitted_forecasts else allowed
    carried = _Carried(reading, lookup, [column for column in columns if column is not None])
    compared = []
    for assignment, own, column in zip(assignments, placements, columns, strict=True):
        if own is None:
            continue
        if lookup is not None and column is None:
            add_fault(findings, "unknown_column", assignment, "be one of the columns, route included")
        weight = own.weight
        if column is not None:
            weight = carried.weight(column)
            for name in carried.differing(own, column):
                add_fault(findings, "column_differs", assignment, f"have a column whose {name} follows the rules")
        compared.append(_scored(assignment, own, weight, tolerance, findings))
    return compared


def _scored(
    assignment: Assignment, own: Placement, weight: int, tolerance: int | None, findings: Findings
) -> Placement:
    """Return a placement with its column's weight, and record a score that does not state it.

    Without a tolerance the checker's own weight says nothing, because it knows no fitted coefficients.
    """
    if tolerance is not None and abs(weight - own.weight) > tolerance:
        must = f"have a column whose weight is {own.weight} millionths by the rules, got {weight}"
        add_fault(findings, "score", assignment, must)
    if assignment.score != Decimal(weight) / WEIGHT_SCALE:
        add_fault(findings, "score", assignment, f"have score {Decimal(weight) / WEIGHT_SCALE}, got {assignment.score}")
    return own if own.weight == weight else replace(own, weight=weight)


class _Carried:
    """What some columns carry, as plain numbers by position."""

    __slots__ = ("_amounts", "_columns", "_quota_bits", "_row")

    def __init__(self, reading: Reading, lookup: ColumnLookup | None, found: list[int]) -> None:
        self._amounts: dict[int, tuple[int, ...]] = {}
        self._quota_bits: tuple[tuple[Quota, int], ...] = ()
        if lookup is None:
            return
        place = np.array(sorted(set(found)), np.int64)
        self._columns: Columns = lookup.taken(place)
        self._row = {column: row for row, column in enumerate(place.tolist())}
        quotas = {quota.quota_id: quota for quota in reading.problem.quotas}
        limits = lookup.blocks.limits
        named = dict(zip(limits.quota_group.tolist(), limits.quota_ids, strict=False))  # one quota for each bit will do
        self._quota_bits = tuple((quotas[quota_id], bit) for bit, quota_id in named.items())
        names = ("weight", "cost", "units", "start_day", "lottery", "group_bits", "resource", "resource_use")
        amounts = zip(*(getattr(self._columns, name).tolist() for name in names), strict=True)
        self._amounts = dict(zip(place.tolist(), amounts, strict=True))

    def weight(self, column: int) -> int:
        """Return the weight of a column."""
        return self._amounts[column][0]

    def differing(self, own: Placement, column: int) -> Iterator[str]:
        """Yield the names of everything that a column states otherwise than the rules."""
        _, cost, units, start_day, lottery, bits, resource, use = self._amounts[column]
        if cost != own.cost:
            yield "cost"
        if units != own.units:
            yield "units"
        if start_day != (own.day or 0):
            yield "start_day"
        if lottery != own.lottery:
            yield "lottery"
        if use != own.resource_use or (use and self._columns.limits.resource_ids[resource] != own.resource_id):
            yield "resource"
        for quota, bit in self._quota_bits:
            if (bits >> bit & 1 == 1) != counts_for(quota, own.candidate, own.groups):
                yield "group_bits"
                break
        if own.cohort_ids:
            entries = self._columns.route_entries(self._row[column])
            is_new = [cohort_id in own.new_cohort_ids for cohort_id in own.cohort_ids]
            if self._columns.routes.is_new[entries].tolist() != is_new:
                yield "is_new"
