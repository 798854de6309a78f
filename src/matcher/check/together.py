"""Checks what one candidate's placements take together: hours on each day, training, and no course during a job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from matcher.check.limits import duration_days, most_trainings
from matcher.check.placements import Placement
from matcher.check.reading import Reading
from matcher.check.report import Findings
from matcher.check.totals import Totals
from matcher.problem import Candidate, Cohort


def check_together(reading: Reading, placements: Sequence[Placement], totals: Totals, findings: Findings) -> None:
    """Record every rule that a candidate's placements break together, and too much training in all."""
    by_candidate: defaultdict[str, list[Placement]] = defaultdict(list)
    for placement in placements:
        by_candidate[placement.candidate.candidate_id].append(placement)
    for candidate_id, own in sorted(by_candidate.items()):
        if reading.candidates[candidate_id].max_placements > 1:
            for code, must in _broken(reading, reading.candidates[candidate_id], own):
                findings.add(code, f"Candidate {candidate_id!r} must {must}.", candidate_id)
    most, taken = reading.problem.policy.max_trainings_total, totals.new_seats.total()
    if most is not None and taken > most:
        findings.add("trainings_total", f"The plan must make at most {most} new enrolments, got {taken}.")


def _broken(reading: Reading, candidate: Candidate, own: Sequence[Placement]) -> Iterator[tuple[str, str]]:
    yield from _hours(candidate, own)
    new = [reading.cohorts[name] for name in sorted({one for placement in own for one in placement.new_cohort_ids})]
    allowed = most_trainings(reading, candidate)
    if len(new) > allowed:
        yield "trainings", f"be newly enrolled in at most {allowed} cohorts, got {len(new)}"
    for one, other in combinations(new, 2):
        if one.start_date <= other.end_date and other.start_date <= one.end_date:
            yield "cohorts_overlap", f"not take cohorts {one.cohort_id!r} and {other.cohort_id!r} at one time"
    for cohort in new:
        for placement in own:
            if _begins_before(placement, cohort):
                name = placement.offer.vacancy.vacancy_id
                yield "study_during_job", f"not take cohort {cohort.cohort_id!r} while placed in vacancy {name!r}"


def _hours(candidate: Candidate, own: Sequence[Placement]) -> Iterator[tuple[str, str]]:
    """Yield the days on which placements take more than a candidate can work; one without a date may be on any day."""
    able = candidate.extent_percent
    for day in sorted({placement.day or 0 for placement in own}):
        lasting = [placement for placement in own if not placement.day or _lasts_on(placement, day)]
        extent = sum(placement.offer.vacancy.extent_percent for placement in lasting)
        if extent > able:
            when = f"on {date.fromordinal(day)}" if day else "at one time"
            yield "concurrent_extent", f"work at most {able} percent {when}, got {extent}"


def _lasts_on(placement: Placement, day: int) -> bool:
    days = duration_days(placement.offer)
    first = placement.day or 0
    return first <= day and (days is None or day < first + days)


def _begins_before(placement: Placement, cohort: Cohort) -> bool:
    """Tell whether a placement with a date has begun before a cohort ends, and is not over when the cohort starts."""
    if not placement.day or placement.day > cohort.end_date.toordinal():
        return False
    days = duration_days(placement.offer)
    return days is None or placement.day + days > cohort.start_date.toordinal()
