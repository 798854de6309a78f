"""Proposals: what a plan suggests to people, pair by pair, until a named person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.plan import Assignment
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.problems.moving import move_where_possible
from matcher.store.runs.stops import require_going
from matcher.store.tables.work import cases, proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposed placement and what has become of it.

    Parameters
    ----------
    proposal_id, plan_id : int
    candidate_id, vacancy_id : str
    cohort_ids : tuple of str
        The route.
    start_date : date or None
    score : Decimal
    state : str
        ``proposed``, ``accepted``, ``rejected``, ``withdrawn`` or ``superseded`` (by a later plan's).
    version : int
        Counts changes.
    """

    proposal_id: int
    plan_id: int
    candidate_id: str
    vacancy_id: str
    cohort_ids: tuple[str, ...]
    start_date: date | None
    score: Decimal
    state: str
    version: int


def propose(session: WritingSession, plan_id: int, assignments: Sequence[Assignment], *, by: str) -> int:
    """Propose placements in place of all that are still open; return how many there are.

    Parameters
    ----------
    plan_id : int
        Whose they are.
    assignments : sequence of Assignment
        Those that nobody has accepted yet.
    by : str

    Raises
    ------
    Conflict
        Where a person has stopped planning (``stopped``).
    """
    require_going(session)
    open_ids = [
        row[0] for row in session.rows(sa.select(proposals.c.proposal_id).where(proposals.c.state == "proposed"))
    ]
    reason = f"plan {plan_id}"
    superseded = move_where_possible(session, "proposals", open_ids, "superseded", by=by, reason=reason)
    session.insert_all(proposals, [_row(plan_id, assignment) for assignment in assignments])
    people = sorted({assignment.candidate_id for assignment in assignments})
    places = sorted({assignment.vacancy_id for assignment in assignments})
    move_where_possible(session, "candidates", people, "proposed", by=by, reason=reason)
    move_where_possible(session, "vacancies", places, "proposed", by=by, reason=reason)
    facts = {"proposals": len(assignments), "superseded": superseded}
    append(session, by, "propose", "plans", str(plan_id), facts=facts)
    return len(assignments)


def proposal_of(session: Session, proposal_id: int) -> Proposal:
    """Return a proposal; raises `UnknownId` where there is none of that number."""
    row = session.first(sa.select(proposals).where(proposals.c.proposal_id == proposal_id))
    if row is None:
        raise UnknownId(
            f"Proposal '{proposal_id}' must be there. List the proposals and choose one.",
            entity="proposals",
            entity_id=str(proposal_id),
        )
    return _proposal(row)


def list_proposals(
    session: Session,
    *,
    plan_id: int | None = None,
    vacancy_id: str | None = None,
    candidate_id: str | None = None,
    state: str | None = None,
    without: str | None = None,
) -> list[Proposal]:
    """Return proposals in the order in which they were made, all or those that match, without those of one state."""
    wanted = {"plan_id": plan_id, "vacancy_id": vacancy_id, "candidate_id": candidate_id, "state": state}
    conditions = [proposals.c[name] == value for name, value in wanted.items() if value is not None]
    if without is not None:
        conditions.append(proposals.c.state != without)
    rows = session.rows(sa.select(proposals).where(*conditions).order_by(proposals.c.proposal_id))
    return [_proposal(row) for row in rows]


def assign_case(
    session: WritingSession, candidate_id: str, caseworker: str, *, by: str, unit: str | None = None
) -> None:
    """Say who looks after a candidate; proposals and reports about the person go there.

    Raises
    ------
    InvalidInput
        Where one of the two has a personal number.
    """
    require_no_personal_number("cases", caseworker=caseworker, unit=unit)
    values = {"caseworker": caseworker, "unit": unit}
    own = cases.c.candidate_id == candidate_id
    if not session.change(cases.update().where(own).values(**values, version=cases.c.version + 1)):
        session.insert_all(cases, [{"candidate_id": candidate_id, "version": 1, **values}])
    append(session, by, "assign", "cases", candidate_id, facts={"caseworker": caseworker, "unit": unit})


def caseworkers(session: Session) -> dict[str, str]:
    """Return who looks after each candidate who was ever proposed, where that is known."""
    query = sa.select(cases.c.candidate_id, cases.c.caseworker)
    rows = session.rows(query.where(cases.c.candidate_id.in_(sa.select(proposals.c.candidate_id))))
    return {row.candidate_id: row.caseworker for row in rows}


def _row(plan_id: int, assignment: Assignment) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        "candidate_id": assignment.candidate_id,
        "vacancy_id": assignment.vacancy_id,
        "cohort_ids": ";".join(assignment.cohort_ids),
        "start_date": assignment.start_date,
        "score": assignment.score,
        "state": "proposed",
        "version": 1,
    }


def _proposal(row: sa.Row[Any]) -> Proposal:
    route = tuple(row.cohort_ids.split(";")) if row.cohort_ids else ()
    return Proposal(**(dict(row._mapping) | {"cohort_ids": route}))
