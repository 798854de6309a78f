"""Candidates: the list, and one with what the plan gives, what comes nearest, and what is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matcher.explain import CandidateExplanation, Route, explain_candidate, taken_route
from matcher.explain.reading import Person
from matcher.problem import GroupMembership
from matcher.service.desk.desk import Desk
from matcher.service.desk.vacancies import VacancyRow, vacancy_row


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One candidate in a list: the first place and the way there, where there is one."""

    candidate_id: str
    groups: tuple[str, ...]
    available_from: date
    place: VacancyRow | None
    route: Route | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePage:
    """Everything about one candidate."""

    person: Person
    groups: tuple[GroupMembership, ...]
    explanation: CandidateExplanation
    places: tuple[VacancyRow, ...]


def candidate_rows(desk: Desk) -> tuple[CandidateRow, ...]:
    """Return all candidates: those without a place first, then in order of their start."""
    rows = [_row(desk, candidate.candidate_id) for candidate in desk.problem.candidates]
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row.place is not None,
                (row.route.start_date if row.route else None) or date.max,
                row.candidate_id,
            ),
        )
    )


def candidate_page(desk: Desk, candidate_id: str) -> CandidatePage:
    """Return everything about one candidate.

    Raises
    ------
    InvalidInput
        Where there is none of that id.
    """
    person = desk.reading.person(candidate_id)
    own = desk.in_plan.of_candidate.get(candidate_id, ())
    return CandidatePage(
        person=person,
        groups=desk.groups_of(candidate_id),
        explanation=explain_candidate(desk.in_plan, candidate_id),
        places=tuple(vacancy_row(desk, entry.vacancy_id) for entry in own),
    )


def _row(desk: Desk, candidate_id: str) -> CandidateRow:
    person = desk.reading.person(candidate_id)
    own = desk.in_plan.of_candidate.get(candidate_id, ())
    return CandidateRow(
        candidate_id=candidate_id,
        groups=tuple(membership.group for membership in desk.groups_of(candidate_id)),
        available_from=person.candidate.available_from,
        place=vacancy_row(desk, own[0].vacancy_id) if own else None,
        route=taken_route(desk.in_plan, own[0]) if own else None,
    )
