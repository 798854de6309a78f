"""Who looks after whom: the caseworker of a candidate, and the unit whose people alone some accounts may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from matcher.errors import Fault, InvalidInput
from matcher.problem.rules_of_fields import is_identifier
from matcher.store.database.session import Session, WritingSession
from matcher.store.decisions.proposals import assign_case
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.problems.moving import stale, state_of
from matcher.store.tables.work import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who looks after a candidate.

    Parameters
    ----------
    candidate_id : str
    caseworker, unit : str or None
        ``None`` where nobody has said so yet.
    version : int
        Counts changes; 0 where there was none.
    """

    candidate_id: str
    caseworker: str | None
    unit: str | None
    version: int


def case_of(session: Session, candidate_id: str) -> Case:
    """Return who looks after a candidate; raises `UnknownId` where there is no such candidate."""
    state_of(session, "candidates", candidate_id)
    row = session.first(sa.select(cases).where(cases.c.candidate_id == candidate_id))
    if row is None:
        return Case(candidate_id=candidate_id, caseworker=None, unit=None, version=0)
    return Case(**row._mapping)


def list_cases(session: Session) -> Sequence[Case]:
    """Return who looks after whom, where somebody has said so, by unit and candidate."""
    order = (sa.func.coalesce(cases.c.unit, ""), cases.c.candidate_id)
    return [Case(**row._mapping) for row in session.rows(sa.select(cases).order_by(*order))]


def change_case(
    session: WritingSession, candidate_id: str, caseworker: str, unit: str | None, *, version: int | None, by: str
) -> Case:
    """Say who looks after a candidate from now on, and for which unit; the audit log has both.

    Parameters
    ----------
    version : int or None
        The one that was seen; ``None`` stands for whichever is there.

    Raises
    ------
    UnknownId
        Where there is no such candidate.
    InvalidInput
        Where a name cannot be one.
    Conflict
        Where somebody else has changed it (``stale_version``).
    """
    require_no_personal_number("cases", caseworker=caseworker, unit=unit)
    faults = [_bad(field, value) for field, value in (("caseworker", caseworker), ("unit", unit)) if _is_bad(value)]
    if faults:
        raise InvalidInput(faults)
    found = case_of(session, candidate_id)
    if version is not None and found.version != version:
        raise stale("cases", candidate_id, version, found.version)
    if (found.caseworker, found.unit) != (caseworker, unit):
        assign_case(session, candidate_id, caseworker, by=by, unit=unit)
    return case_of(session, candidate_id)


def _is_bad(value: str | None) -> bool:
    return value is not None and not is_identifier(value)


def _bad(field: str, value: str | None) -> Fault:
    return Fault(
        code="bad_case",
        table="cases",
        field=field,
        value=value,
        must="be a name of at most 200 printable characters, without ';' and without space around it",
        remedy="Write it so.",
        file=f"body#/{field}",
    )
