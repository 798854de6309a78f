"""Who has begun, what is known of how long it lasts, and who was accepted and has not begun: what staff ask people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matcher.errors import UnknownId
from matcher.store.database.session import Session
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.work import cases, follow_ups, placements, proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whether a placement lasts after so many months.

    Parameters
    ----------
    follow_up_id, months : int
    due_on : date
    is_sustained : bool or None
        ``None`` until somebody has found out.
    recorded_by : str or None
    version : int
    """

    follow_up_id: int
    months: int
    due_on: date
    is_sustained: bool | None
    recorded_by: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Somebody who has begun at a vacancy.

    Parameters
    ----------
    placement_id : int
    candidate_id : str
        A pseudonym.
    vacancy_id : str
    title, contract_id, contract_title : str or None
        Of the vacancy, and its contract where it has one.
    form : str
        ``employment``, ``apprenticeship`` or ``internship``.
    start_date : date
    ended_on : date or None
    version : int
    caseworker : str or None
    questions : tuple of Question
        The first due first.
    """

    placement_id: int
    candidate_id: str
    vacancy_id: str
    title: str | None
    contract_id: str | None
    contract_title: str | None
    form: str
    start_date: date
    ended_on: date | None
    version: int
    caseworker: str | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Somebody who was accepted at a vacancy and has not begun there.

    Parameters
    ----------
    candidate_id : str
        A pseudonym.
    vacancy_id : str
    title, contract_id, contract_title : str or None
    start_date : date or None
        As proposed, or as the vacancy or its contract has it.
    caseworker : str or None
    """

    candidate_id: str
    vacancy_id: str
    title: str | None
    contract_id: str | None
    contract_title: str | None
    start_date: date | None
    caseworker: str | None


def begun_people(session: Session) -> list[Begun]:
    """Return everybody who has begun, the first first."""
    return _begun(session)


def begun_at(session: Session, placement_id: int) -> Begun:
    """Return one placement; raises `UnknownId` where there is none of that number."""
    found = _begun(session, placement_id)
    if not found:
        raise UnknownId(
            f"Placement '{placement_id}' must be there. List the placements and choose one.",
            entity="placements",
            entity_id=str(placement_id),
        )
    return found[0]


def expected_people(session: Session) -> list[Expected]:
    """Return whom people have accepted and who is not at work there, the earliest start first."""
    decisions, vacancies, contracts = (SQL_BY_TABLE[name] for name in ("decisions", "vacancies", "contracts"))
    proposed = (
        sa.select(proposals.c.candidate_id, proposals.c.vacancy_id, sa.func.max(proposals.c.start_date).label("day"))
        .where(proposals.c.state == "accepted")
        .group_by(proposals.c.candidate_id, proposals.c.vacancy_id)
        .subquery()
    )
    start = sa.func.coalesce(proposed.c.day, vacancies.c.start_date, contracts.c.start_date).label("start_date")
    query = (
        sa.select(
            decisions.c.candidate_id,
            vacancies.c.vacancy_id,
            vacancies.c.title,
            vacancies.c.contract_id,
            contracts.c.title.label("contract_title"),
            start,
            cases.c.caseworker,
        )
        .join(vacancies, vacancies.c.vacancy_id == decisions.c.vacancy_id)
        .outerjoin(contracts, contracts.c.contract_id == vacancies.c.contract_id)
        .outerjoin(
            proposed,
            (proposed.c.candidate_id == decisions.c.candidate_id) & (proposed.c.vacancy_id == decisions.c.vacancy_id),
        )
        .outerjoin(cases, cases.c.candidate_id == decisions.c.candidate_id)
        .where(decisions.c.decision == "accepted", ~at_work(decisions.c.candidate_id, decisions.c.vacancy_id))
        .order_by(start, decisions.c.candidate_id, vacancies.c.vacancy_id)
    )
    return [Expected(**row._asdict()) for row in session.rows(query)]


def at_work(candidate_id: sa.ColumnElement[str] | str, vacancy_id: sa.ColumnElement[str] | str) -> sa.Exists:
    """Return the condition that somebody has begun at a vacancy and has not left it."""
    return sa.exists().where(
        placements.c.candidate_id == candidate_id,
        placements.c.vacancy_id == vacancy_id,
        placements.c.ended_on.is_(None),
    )


def _begun(session: Session, placement_id: int | None = None) -> list[Begun]:
    vacancies, contracts = SQL_BY_TABLE["vacancies"], SQL_BY_TABLE["contracts"]
    columns = ("placement_id", "candidate_id", "vacancy_id", "form", "start_date", "ended_on", "version")
    query = (
        sa.select(
            *(placements.c[name] for name in columns),
            vacancies.c.title,
            vacancies.c.contract_id,
            contracts.c.title.label("contract_title"),
            cases.c.caseworker,
        )
        .join(vacancies, vacancies.c.vacancy_id == placements.c.vacancy_id)
        .outerjoin(contracts, contracts.c.contract_id == vacancies.c.contract_id)
        .outerjoin(cases, cases.c.candidate_id == placements.c.candidate_id)
        .order_by(placements.c.start_date, placements.c.placement_id)
    )
    if placement_id is not None:
        query = query.where(placements.c.placement_id == placement_id)
    asked = _questions(session, placement_id)
    return [Begun(**row._asdict(), questions=tuple(asked[row.placement_id])) for row in session.rows(query)]


def _questions(session: Session, placement_id: int | None) -> dict[int, Sequence[Question]]:
    """Return the questions of placements, in order, by placement."""
    query = sa.select(follow_ups.c.placement_id, *(follow_ups.c[name] for name in Question.__slots__))
    if placement_id is not None:
        query = query.where(follow_ups.c.placement_id == placement_id)
    found: dict[int, list[Question]] = defaultdict(list)
    for row in session.rows(query.order_by(follow_ups.c.placement_id, follow_ups.c.months)):
        values = row._asdict()
        found[values.pop("placement_id")].append(Question(**values))
    return defaultdict(tuple, found)
