"""What people decide about a pair: logged as it was decided, and kept as a promise or a prohibition for the next plan.

Every function demands the name of the person who decides. Nothing else in the program leads from a proposal to a
placement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from matcher.errors import Conflict, UnknownId
from matcher.problem import Decision, Enrolment
from matcher.store.accounts.persons import require_person
from matcher.store.database.session import Session, WritingSession
from matcher.store.decisions.proposals import Proposal, list_proposals, proposal_of
from matcher.store.log.audit import append
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.problems.moving import move, move_where_possible, stale, state_of
from matcher.store.problems.problem_rows import loaded, rows_of
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.trust import decision_log

Act = Literal["accept", "reject", "pin", "forbid", "withdraw"]
# Why a proposal is rejected, as a list that can be counted; words of one's own go into the note.
REASON_CODES = (
    "candidate_declines",
    "employer_declines",
    "not_suitable",
    "other_plan",
    "facts_wrong",
    "health_or_family",
    "too_far",
    "other",
)
_STANDING: Mapping[Act, Literal["accepted", "forbidden", "pinned"]] = {
    "accept": "accepted",
    "reject": "forbidden",
    "pin": "pinned",
    "forbid": "forbidden",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDecision:
    """A decision as it was taken; it stays whatever is decided later.

    Parameters
    ----------
    decision_id : int
    candidate_id, vacancy_id : str
    proposal_id : int or None
    act : str
        ``accept``, ``reject``, ``pin``, ``forbid`` or ``withdraw``.
    reason_code, note : str or None
    decided_by : str
    decided_at : datetime
    """

    decision_id: int
    candidate_id: str
    vacancy_id: str
    proposal_id: int | None
    act: str
    reason_code: str | None
    note: str | None
    decided_by: str
    decided_at: datetime


def accept(
    session: WritingSession, proposal_id: int, *, by: str, version: int | None = None, together: int = 1
) -> None:
    """Accept a proposal: the pair, and the seats of its route, are promised from now on.

    Parameters
    ----------
    proposal_id : int
    by : str
        The person who accepts it.
    version : int, optional
        The version of it that the person has seen.
    together : int
        How many the person accepts from one page.

    Raises
    ------
    UnknownId
        Where there is no such proposal.
    Conflict
        Where it has been decided already, every position or seat is taken, or the person has no room for it.
    """
    proposal = _seen(session, proposal_id, version)
    _require_room(session, proposal)
    facts = {"together": together} if together > 1 else None
    _log(session, "accept", proposal.candidate_id, proposal.vacancy_id, by, proposal_id=proposal_id, facts=facts)
    move(session, "proposals", proposal_id, "accepted", by=by)
    _stand(session, "accept", proposal.candidate_id, proposal.vacancy_id, by, None)
    _enrol(session, proposal)
    move_where_possible(session, "candidates", [proposal.candidate_id], "accepted", by=by, reason="accepted")
    if _num_taken(session, proposal.vacancy_id) >= _positions(session, proposal.vacancy_id):
        move_where_possible(session, "vacancies", [proposal.vacancy_id], "accepted", by=by, reason="accepted")


def reject(
    session: WritingSession,
    proposal_id: int,
    *,
    by: str,
    reason_code: str,
    note: str | None = None,
    version: int | None = None,
) -> None:
    """Reject a proposal with one of `REASON_CODES`: the pair is not proposed again until that is withdrawn.

    Raises
    ------
    UnknownId, Conflict
        As `accept`; a reason that is not in the list is a conflict, too (``refused_move``).
    """
    if reason_code not in REASON_CODES:
        raise Conflict(
            f"Proposal '{proposal_id}' must be rejected for one of {', '.join(REASON_CODES)}, got {reason_code!r}. "
            "Choose one, and write the rest into the note.",
            code="refused_move",
            entity="proposals",
            entity_id=str(proposal_id),
        )
    proposal = _seen(session, proposal_id, version)
    pair = (proposal.candidate_id, proposal.vacancy_id)
    move(session, "proposals", proposal_id, "rejected", by=by, reason=reason_code)
    _log(session, "reject", *pair, by, proposal_id=proposal_id, reason_code=reason_code, note=note)
    _stand(session, "reject", *pair, by, reason_code)
    _reopen(session, *pair, by=by)


def decide(
    session: WritingSession,
    act: Literal["pin", "forbid"],
    candidate_id: str,
    vacancy_id: str,
    *,
    by: str,
    note: str | None = None,
) -> None:
    """Pin or forbid a pair for the plans to come.

    Raises
    ------
    Conflict
        Where the opposite has been decided (``refused_move``): withdraw that first.
    """
    for entity, entity_id in (("candidates", candidate_id), ("vacancies", vacancy_id)):
        state_of(session, entity, entity_id)
    _log(session, act, candidate_id, vacancy_id, by, note=note)
    _stand(session, act, candidate_id, vacancy_id, by, None)


def withdraw(session: WritingSession, candidate_id: str, vacancy_id: str, *, by: str, note: str) -> None:
    """Take back what was decided about a pair; the decision stays in the log, and so does its withdrawal.

    Seats that were promised stay promised: whoever is in training finishes it.
    """
    table = SQL_BY_TABLE["decisions"]
    own = (table.c.candidate_id == candidate_id) & (table.c.vacancy_id == vacancy_id)
    if not session.change(table.delete().where(own)):
        raise UnknownId(
            f"A decision on candidate {candidate_id!r} at vacancy {vacancy_id!r} must stand to be withdrawn.",
            entity="decisions",
            entity_id=f"{candidate_id}|{vacancy_id}",
        )
    _log(session, "withdraw", candidate_id, vacancy_id, by, note=note)
    for proposal in list_proposals(session, candidate_id=candidate_id, vacancy_id=vacancy_id, state="accepted"):
        move(session, "proposals", proposal.proposal_id, "withdrawn", by=by, reason="withdrawn")
    _reopen(session, candidate_id, vacancy_id, by=by)


def decisions_taken(
    session: Session, *, candidate_id: str | None = None, vacancy_id: str | None = None
) -> list[TakenDecision]:
    """Return what was decided about a candidate or a vacancy, in order."""
    wanted = {"candidate_id": candidate_id, "vacancy_id": vacancy_id}
    conditions = [decision_log.c[name] == value for name, value in wanted.items() if value is not None]
    rows = session.rows(sa.select(decision_log).where(*conditions).order_by(decision_log.c.decision_id))
    return [TakenDecision(**row._mapping) for row in rows]


def num_decisions_since(session: Session, moment: datetime) -> int:
    """Return how many decisions were taken, or taken back, after a moment."""
    query = sa.select(sa.func.count()).select_from(decision_log).where(decision_log.c.decided_at > moment)
    return int(session.value(query))


def _seen(session: WritingSession, proposal_id: int, version: int | None) -> Proposal:
    proposal = proposal_of(session, proposal_id)
    # One after the other, in one order for everybody: 16 who want the last place get it one by one.
    state_of(session, "vacancies", proposal.vacancy_id)
    state_of(session, "candidates", proposal.candidate_id)
    proposal = proposal_of(session, proposal_id)
    if version is not None and proposal.version != version:
        raise stale("proposals", str(proposal_id), version, proposal.version)
    return proposal


def _require_room(session: WritingSession, proposal: Proposal) -> None:
    table = SQL_BY_TABLE["candidates"]
    most = session.value(sa.select(table.c.max_placements).where(table.c.candidate_id == proposal.candidate_id))
    if _num_taken(session, proposal.vacancy_id) >= _positions(session, proposal.vacancy_id):
        raise _full(proposal, f"a free position at vacancy {proposal.vacancy_id!r}", "every one taken")
    if _num_accepted(session, "candidate_id", proposal.candidate_id) >= most:
        raise _full(proposal, "a candidate who has room for it", f"{most} accepted already")


def _full(proposal: Proposal, must: str, found: str) -> Conflict:
    return Conflict(
        f"Proposal '{proposal.proposal_id}' must have {must}, got {found}. Withdraw another acceptance first.",
        code="refused_move",
        entity="proposals",
        entity_id=str(proposal.proposal_id),
    )


def _positions(session: Session, vacancy_id: str) -> int:
    table = SQL_BY_TABLE["vacancies"]
    return int(session.value(sa.select(table.c.positions).where(table.c.vacancy_id == vacancy_id)))


def _num_taken(session: Session, vacancy_id: str) -> int:
    return _num_accepted(session, "vacancy_id", vacancy_id)


def _num_accepted(session: Session, field: str, entity_id: str) -> int:
    table = SQL_BY_TABLE["decisions"]
    own = (table.c[field] == entity_id) & (table.c.decision == "accepted")
    return int(session.value(sa.select(sa.func.count()).select_from(table).where(own)))


def _enrol(session: WritingSession, proposal: Proposal) -> None:
    """Promise the seats of the route; whoever has one keeps it."""
    cohorts, enrolments = SQL_BY_TABLE["cohorts"], SQL_BY_TABLE["enrolments"]
    for cohort_id in sorted(proposal.cohort_ids):
        # The row is locked, so that no two take the last seat.
        seats = session.value(sa.select(cohorts.c.seats).where(cohorts.c.cohort_id == cohort_id).with_for_update())
        in_cohort = enrolments.c.cohort_id == cohort_id
        if session.first(
            sa.select(enrolments.c.row_id).where(in_cohort, enrolments.c.candidate_id == proposal.candidate_id)
        ):
            continue
        taken = session.value(sa.select(sa.func.count()).select_from(enrolments).where(in_cohort))
        if seats is None or taken >= seats:
            raise _full(proposal, f"a free seat in cohort {cohort_id!r}", f"{taken} of {seats or 0} taken")
        new = Enrolment(candidate_id=proposal.candidate_id, cohort_id=cohort_id)
        session.insert_all(enrolments, rows_of("enrolments", [new]))


def _stand(session: WritingSession, act: Act, candidate_id: str, vacancy_id: str, by: str, reason: str | None) -> None:
    """Let the next plans keep a decision."""
    table = SQL_BY_TABLE["decisions"]
    own = (table.c.candidate_id == candidate_id) & (table.c.vacancy_id == vacancy_id)
    kind = _STANDING[act]
    standing = [row.decision for row in loaded(session, "decisions", own)]
    if kind in standing:
        return
    if "forbidden" in standing or (kind == "forbidden" and standing):
        raise Conflict(
            f"Candidate {candidate_id!r} and vacancy {vacancy_id!r} must not be both {kind} and {standing[0]}. "
            "Withdraw the earlier decision first.",
            code="refused_move",
            entity="decisions",
            entity_id=f"{candidate_id}|{vacancy_id}",
        )
    decision = Decision(
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        decision=kind,
        reason=reason,
        decided_by=by,
        decided_at=session.now.date(),
    )
    session.insert_all(table, rows_of("decisions", [decision]))


def _reopen(session: WritingSession, candidate_id: str, vacancy_id: str, *, by: str) -> None:
    """Let people and places be open again where nothing else holds them."""
    has_other = _num_accepted(session, "candidate_id", candidate_id) or list_proposals(
        session, candidate_id=candidate_id, state="proposed"
    )
    if not has_other:
        move_where_possible(session, "candidates", [candidate_id], "available", by=by, reason="nothing open")
    if not list_proposals(session, vacancy_id=vacancy_id, state="proposed") and not _num_taken(session, vacancy_id):
        move_where_possible(session, "vacancies", [vacancy_id], "open", by=by, reason="nothing open")


def _log(
    session: WritingSession,
    act: Act,
    candidate_id: str,
    vacancy_id: str,
    by: str,
    *,
    proposal_id: int | None = None,
    reason_code: str | None = None,
    note: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    require_person(session, by, "decisions", f"{candidate_id}|{vacancy_id}")
    require_no_personal_number("decisions", note=note)
    session.insert(
        decision_log,
        candidate_id=candidate_id,
        vacancy_id=vacancy_id,
        proposal_id=proposal_id,
        act=act,
        reason_code=reason_code,
        note=note,
        decided_by=by,
        decided_at=session.now,
    )
    append(session, by, act, "decisions", f"{candidate_id}|{vacancy_id}", reason=reason_code, facts=facts)
