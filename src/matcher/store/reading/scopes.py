"""Whose something is: the unit that looks after a candidate, and the contract that a vacancy belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from matcher.store.accounts.rights import Rights
from matcher.store.database.session import Session
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.work import cases, follow_ups, placements, proposals

MOST_DIGITS = 18  # a row's number that a database can hold has no more


def sees(session: Session, rights: Rights, kind: str, entity_id: str) -> bool:
    """Tell whether something is among what somebody may see; what is not there is not.

    Parameters
    ----------
    kind : str
        A key of `OWNED`, each the name of a parameter in an address.
    entity_id : str
    """
    if rights.units is None and rights.contracts is None:
        return True
    return OWNED[kind](session, rights, entity_id)


def visible_candidates(session: Session, rights: Rights) -> frozenset[str] | None:
    """Return the candidates whom somebody may see; ``None`` for all of them."""
    if rights.units is None:
        return None if rights.contracts is None else frozenset()
    rows = session.rows(sa.select(cases.c.candidate_id).where(cases.c.unit.in_(sorted(rights.units))))
    return frozenset(row.candidate_id for row in rows)


def sees_row(session: Session, rights: Rights, row: object) -> bool:
    """Tell whether a row of a table is among what somebody may see, with everything that it names."""
    named = {kind: getattr(row, kind, None) for kind in OWNED if hasattr(row, kind)}
    if rights.contracts is not None and named.get("contract_id", "") is None:
        return False  # a vacancy without a contract
    return all(sees(session, rights, kind, str(value)) for kind, value in named.items() if value is not None)


def only_seen(rights: Rights, columns: Mapping[str, sa.ColumnElement[Any]]) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what rows of a list must fulfil for somebody to see them: what `sees` says of each, for all at once.

    Parameters
    ----------
    rights : Rights
    columns : mapping of name to column
        Of the list.
    """
    if "candidate_id" in columns:
        if rights.units is not None:
            own = sa.select(cases.c.candidate_id).where(cases.c.unit.in_(sorted(rights.units)))
            yield columns["candidate_id"].in_(own)
        elif rights.contracts is not None:
            yield sa.false()
    if rights.contracts is None:
        return
    if "contract_id" in columns:
        yield columns["contract_id"].in_(sorted(rights.contracts))
    elif "vacancy_id" in columns:
        vacancies = SQL_BY_TABLE["vacancies"]
        own = sa.select(vacancies.c.vacancy_id).where(vacancies.c.contract_id.in_(sorted(rights.contracts)))
        yield columns["vacancy_id"].in_(own)


def _candidate(session: Session, rights: Rights, candidate_id: str) -> bool:
    unit = session.value(sa.select(cases.c.unit).where(cases.c.candidate_id == candidate_id))
    return rights.sees_person_of(unit)


def _vacancy(session: Session, rights: Rights, vacancy_id: str) -> bool:
    table = SQL_BY_TABLE["vacancies"]
    return rights.sees_contract(session.value(sa.select(table.c.contract_id).where(table.c.vacancy_id == vacancy_id)))


def _numbered(
    key: sa.ColumnElement[Any], pair: sa.Table, whole: sa.FromClause
) -> Callable[[Session, Rights, str], bool]:
    """Return what tells whose a numbered row is, by the candidate and the vacancy that it is about.

    One query, whether the row is another's or nowhere: how long the answer takes must not tell which.
    """
    vacancies = SQL_BY_TABLE["vacancies"]
    query = sa.select(cases.c.unit, vacancies.c.contract_id).select_from(
        whole.outerjoin(cases, cases.c.candidate_id == pair.c.candidate_id).outerjoin(
            vacancies, vacancies.c.vacancy_id == pair.c.vacancy_id
        )
    )

    def sees_both(session: Session, rights: Rights, number: str) -> bool:
        if not number.isdecimal() or len(number) > MOST_DIGITS:
            return False
        row = session.first(query.where(key == int(number)))
        return row is not None and rights.sees_person_of(row.unit) and rights.sees_contract(row.contract_id)

    return sees_both


OWNED: Mapping[str, Callable[[Session, Rights, str], bool]] = {
    "candidate_id": _candidate,
    "vacancy_id": _vacancy,
    "contract_id": lambda _, rights, contract_id: rights.sees_contract(contract_id),
    "proposal_id": _numbered(proposals.c.proposal_id, proposals, proposals),
    "placement_id": _numbered(placements.c.placement_id, placements, placements),
    "follow_up_id": _numbered(
        follow_ups.c.follow_up_id,
        placements,
        follow_ups.join(placements, placements.c.placement_id == follow_ups.c.placement_id),
    ),
}
