"""Who has been accepted at a contract's vacancies: all that a supplier's contact may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matcher.store.accounts.rights import Rights
from matcher.store.database.session import Session
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.work import cases, proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Somebody who was accepted at a vacancy.

    Parameters
    ----------
    candidate_id : str
        A pseudonym.
    vacancy_id, contract_id : str
    title : str or None
        Of the vacancy.
    start_date : date or None
        As proposed, or as the vacancy or its contract has it.
    extent_percent : int
        Of the vacancy.
    caseworker : str or None
        Whom to ask.
    """

    candidate_id: str
    vacancy_id: str
    contract_id: str
    title: str | None
    start_date: date | None
    extent_percent: int
    caseworker: str | None


def accepted_people(session: Session, rights: Rights) -> Sequence[Accepted]:
    """Return whom people have accepted at the vacancies of somebody's contracts, by contract and vacancy.

    Whoever is limited to units sees their people alone. What has not been accepted, or was withdrawn, is not there.
    """
    decisions, vacancies, contracts = (SQL_BY_TABLE[name] for name in ("decisions", "vacancies", "contracts"))
    proposed = (
        sa.select(proposals.c.candidate_id, proposals.c.vacancy_id, sa.func.max(proposals.c.start_date).label("day"))
        .where(proposals.c.state == "accepted")
        .group_by(proposals.c.candidate_id, proposals.c.vacancy_id)
        .subquery()
    )
    same = (proposed.c.candidate_id == decisions.c.candidate_id) & (proposed.c.vacancy_id == decisions.c.vacancy_id)
    query = (
        sa.select(
            decisions.c.candidate_id,
            vacancies.c.vacancy_id,
            contracts.c.contract_id,
            vacancies.c.title,
            sa.func.coalesce(proposed.c.day, vacancies.c.start_date, contracts.c.start_date).label("start_date"),
            vacancies.c.extent_percent,
            cases.c.caseworker,
        )
        .join(vacancies, vacancies.c.vacancy_id == decisions.c.vacancy_id)
        .join(contracts, contracts.c.contract_id == vacancies.c.contract_id)
        .outerjoin(proposed, same)
        .outerjoin(cases, cases.c.candidate_id == decisions.c.candidate_id)
        .where(decisions.c.decision == "accepted")
        .order_by(contracts.c.contract_id, vacancies.c.vacancy_id, decisions.c.candidate_id)
    )
    if rights.contracts is not None:
        query = query.where(contracts.c.contract_id.in_(sorted(rights.contracts)))
    if rights.units is not None:
        query = query.where(cases.c.unit.in_(sorted(rights.units)))
    return [Accepted(**row._asdict()) for row in session.rows(query)]
