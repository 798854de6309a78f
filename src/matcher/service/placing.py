"""Notes that somebody has begun, with what a forecast may know of it later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from matcher.problem import Candidate, Problem, distance_km, vacancy_terms
from matcher.store import OutcomeInputs, WritingSession, load_pair, start_placement


def begin_placement(session: WritingSession, candidate_id: str, vacancy_id: str, *, start_date: date, by: str) -> int:
    """Note that an accepted candidate has begun on a day; return the number of the placement.

    Raises
    ------
    UnknownId
        Where there is no such candidate or vacancy.
    Conflict
        Where no person has accepted the pair.
    """
    inputs = outcome_inputs(load_pair(session, candidate_id, vacancy_id), start_date)
    return start_placement(session, candidate_id, vacancy_id, start_date=start_date, inputs=inputs, by=by)


def outcome_inputs(pair: Problem, day: date) -> OutcomeInputs:
    """Return what a forecast may look at, of a problem with one candidate and one vacancy.

    As docs/model.md section 3 defines it: skills held or granted by then, the way between home and work, form, extent.

    Parameters
    ----------
    pair : Problem
        With the cohorts in which the candidate has a seat.
    day : date
        First day of work.
    """
    (candidate,), (vacancy,) = pair.candidates, pair.vacancies
    terms = vacancy_terms(vacancy, {contract.contract_id: contract for contract in pair.contracts})
    levels = _levels_on(pair, day)
    wishes = [row for row in pair.vacancy_skills if row.kind == "nice"]
    total = sum((row.weight for row in wishes), Decimal(0))
    met = sum((row.weight for row in wishes if levels.get(row.skill, 0) >= row.level), Decimal(0))
    return OutcomeInputs(
        nice_share=float(met / total) if total else 0.0,
        distance_km=_way(pair, candidate, terms.municipality),
        form=vacancy.form,
        extent_percent=vacancy.extent_percent,
    )


def _levels_on(pair: Problem, day: date) -> dict[str, int]:
    """Return the highest level of each skill held on a day."""
    courses = {course.course_id: course for course in pair.courses}
    held = [
        (row.skill, row.level) for row in pair.candidate_skills if row.valid_until is None or row.valid_until >= day
    ]
    for cohort in pair.cohorts:
        if cohort.end_date < day and cohort.status != "cancelled":
            held += [(skill.skill, skill.level) for skill in courses[cohort.course_id].skills]
    levels: dict[str, int] = {}
    for skill, level in held:
        levels[skill] = max(level, levels.get(skill, 0))
    return levels


def _way(pair: Problem, candidate: Candidate, workplace: str | None) -> float:
    towns = {town.municipality: town for town in pair.municipalities}
    home, work = towns.get(candidate.municipality or ""), towns.get(workplace or "")
    return 0.0 if home is None or work is None else distance_km(home, work)
