"""Whose something is: the unit that looks after a candidate, and the contract that a vacancy belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from matcher.store.problem_tables import SQL_BY_TABLE
from matcher.store.rights import Rights
from matcher.store.session import Session
from matcher.store.work_tables import cases, placements, proposals

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
        return None
    rows = session.rows(sa.select(cases.c.candidate_id).where(cases.c.unit.in_(sorted(rights.units))))
    return frozenset(row.candidate_id for row in rows)


def visible_vacancies(session: Session, rights: Rights) -> frozenset[str] | None:
    """Return the vacancies that somebody may see; ``None`` for all of them."""
    if rights.contracts is None:
        return None
    table = SQL_BY_TABLE["vacancies"]
    rows = session.rows(sa.select(table.c.vacancy_id).where(table.c.contract_id.in_(sorted(rights.contracts))))
    return frozenset(row.vacancy_id for row in rows)


def _candidate(session: Session, rights: Rights, candidate_id: str) -> bool:
    unit = session.value(sa.select(cases.c.unit).where(cases.c.candidate_id == candidate_id))
    return rights.sees_unit(unit)


def _vacancy(session: Session, rights: Rights, vacancy_id: str) -> bool:
    table = SQL_BY_TABLE["vacancies"]
    return rights.sees_contract(session.value(sa.select(table.c.contract_id).where(table.c.vacancy_id == vacancy_id)))


def _pair(table: sa.Table, key: str) -> Callable[[Session, Rights, str], bool]:
    def sees_both(session: Session, rights: Rights, number: str) -> bool:
        if not number.isdecimal() or len(number) > MOST_DIGITS:
            return False
        row = session.first(sa.select(table.c.candidate_id, table.c.vacancy_id).where(table.c[key] == int(number)))
        return (
            row is not None
            and _candidate(session, rights, row.candidate_id)
            and _vacancy(session, rights, row.vacancy_id)
        )

    return sees_both


OWNED: Mapping[str, Callable[[Session, Rights, str], bool]] = {
    "candidate_id": _candidate,
    "vacancy_id": _vacancy,
    "contract_id": lambda _, rights, contract_id: rights.sees_contract(contract_id),
    "proposal_id": _pair(proposals, "proposal_id"),
    "placement_id": _pair(placements, "placement_id"),
}
