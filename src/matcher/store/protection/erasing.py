"""Erasing what is known of somebody: the key of the identity is destroyed, descriptions go, a tombstone stays.

What people decided, and placements that came about, stay under a pseudonym that nobody can lead back to a person any
more, until the municipality's rules end them, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa

from matcher.errors import Conflict
from matcher.store.database.session import Session, WritingSession
from matcher.store.decisions.proposals import list_proposals
from matcher.store.log.audit import append
from matcher.store.problems.moving import move, move_where_possible, state_of
from matcher.store.protection.retention_rules import PEOPLE, RetentionRule, list_rules
from matcher.store.protection.vault import erase_identity
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.trust import decision_log, moves, rights_requests
from matcher.store.tables.work import cases, placements

HindranceCode = Literal["archive_rule", "promise", "placement"]
# Tables whose rows describe somebody and nothing else: they go as a whole.
DESCRIBING = ("candidate_skills", "enrolments", "pairs", "decisions")
# What a candidate's row says of nobody in particular.
_NOTHING_KNOWN: Mapping[str, object] = {
    "groups": "",
    "municipality": None,
    "max_distance_km": None,
    "extent_percent": 100,
    "max_placements": 1,
    "occupations": "",
    "max_trainings": None,
    "months_out_of_work": 0,
    "available_until": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """Why somebody cannot be erased yet.

    Parameters
    ----------
    code : str
        An archive's rule stands, something is promised, or a placement has not ended.
    rule : RetentionRule or None
    until : date or None
        The day from which the rule stands no longer; ``None`` where that is not known.
    which : str or None
        The vacancy that was promised, or where the person works.
    """

    code: HindranceCode
    rule: RetentionRule | None = None
    until: date | None = None
    which: str | None = None

    def __str__(self) -> str:
        """Return it as a sentence."""
        if self.rule is not None:
            end = "no day is set" if self.until is None else f"until {self.until.isoformat()}"
            return f"Retention rule '{self.rule.rule_id}' keeps it ({self.rule.legal_basis}; {end})."
        if self.code == "placement":
            return f"A placement at vacancy '{self.which}' has not ended."
        return f"A place at vacancy '{self.which}' is promised."


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased of somebody, and what stays under the pseudonym.

    Parameters
    ----------
    candidate_id : str
    rows : mapping of str to int
        Rows that are gone, or were emptied, by table.
    stay : mapping of str to int
        Rows that stay, by table.
    """

    candidate_id: str
    rows: Mapping[str, int]
    stay: Mapping[str, int]


def hindrances(session: Session, candidate_id: str, *, on: date | None = None) -> Sequence[Hindrance]:
    """Return everything that keeps somebody from being erased on a day, today unless told otherwise."""
    day = on or session.now.date()
    state = state_of(session, "candidates", candidate_id)
    found = []
    for rule in list_rules(session, on=day):
        if not rule.is_archived or rule.entity not in PEOPLE:
            continue
        since = in_state_since(session, candidate_id, rule.after_state or "", state)
        until = None if since is None else rule.ends_on(since)
        if until is None or until > day:
            found.append(Hindrance(code="archive_rule", rule=rule, until=until))
    decisions = SQL_BY_TABLE["decisions"]
    begun = {row.vacancy_id for row in _open_placements(session, candidate_id)}
    ended = {row.vacancy_id for row in _placements(session, candidate_id)} - begun
    found += [Hindrance(code="placement", which=vacancy_id) for vacancy_id in sorted(begun)]
    standing = sa.select(decisions.c.vacancy_id).where(
        decisions.c.candidate_id == candidate_id, decisions.c.decision.in_(("accepted", "pinned"))
    )
    promised = {row.vacancy_id for row in session.rows(standing)} - begun - ended
    return [*found, *(Hindrance(code="promise", which=vacancy_id) for vacancy_id in sorted(promised))]


def erase(session: WritingSession, candidate_id: str, *, by: str, reason: str, on: date | None = None) -> Erasure:
    """Erase what is known of somebody.

    Raises
    ------
    UnknownId
        Where there is no such candidate.
    Conflict
        Where something keeps it (``refused_move``); the sentence says what.
    """
    found = hindrances(session, candidate_id, on=on)
    if found:
        raise Conflict(
            f"Candidate {candidate_id!r} must have nothing that keeps it to be erased. {' '.join(map(str, found))}",
            code="refused_move",
            entity="candidates",
            entity_id=candidate_id,
        )
    for proposal in list_proposals(session, candidate_id=candidate_id, state="proposed"):
        move(session, "proposals", proposal.proposal_id, "superseded", by=by, reason="erased")
    rows = {name: _delete(session, SQL_BY_TABLE[name], candidate_id) for name in DESCRIBING}
    rows["cases"] = _delete(session, cases, candidate_id)
    candidates = SQL_BY_TABLE["candidates"]
    own = candidates.c.candidate_id == candidate_id
    rows["candidates"] = session.change(
        candidates.update().where(own).values(**_NOTHING_KNOWN, version=candidates.c.version + 1)
    )
    asked = rights_requests.c.candidate_id == candidate_id
    rows["rights_requests"] = session.change(rights_requests.update().where(asked).values(words="", answer=None))
    move_where_possible(session, "candidates", [candidate_id], "left", by=by, reason="erased")
    erase_identity(session, candidate_id, by=by, reason=reason)
    stay = {
        "placements": len(_placements(session, candidate_id)),
        "decision_log": _count(session, decision_log, candidate_id),
        "proposals": len(list_proposals(session, candidate_id=candidate_id)),
    }
    append(session, by, "erase", "candidates", candidate_id, reason=reason, facts={"rows": rows, "stay": stay})
    return Erasure(candidate_id=candidate_id, rows=rows, stay=stay)


def is_described(session: Session, candidate_id: str) -> bool:
    """Tell whether anything is stored that describes somebody; data that come in anew after an erasure do."""
    candidates = SQL_BY_TABLE["candidates"]
    own = candidates.c.candidate_id == candidate_id
    known = [candidates.c[name].is_distinct_from(value) for name, value in _NOTHING_KNOWN.items()]
    if session.first(sa.select(candidates.c.row_id).where(own, sa.or_(*known))) is not None:
        return True
    return any(_count(session, SQL_BY_TABLE[name], candidate_id) for name in DESCRIBING)


def in_state_since(session: Session, candidate_id: str, wanted: str, state: str) -> date | None:
    """Return the day on which somebody came into a state; ``None`` where it is not the present one."""
    if state != wanted:
        return None
    query = sa.select(sa.func.max(moves.c.moved_at)).where(
        moves.c.entity == "candidates", moves.c.entity_id == candidate_id, moves.c.state == wanted
    )
    moved = session.value(query)
    return None if moved is None else moved.date()


def _placements(session: Session, candidate_id: str) -> Sequence[sa.Row[tuple[str]]]:
    return session.rows(sa.select(placements.c.vacancy_id).where(placements.c.candidate_id == candidate_id))


def _open_placements(session: Session, candidate_id: str) -> Sequence[sa.Row[tuple[str]]]:
    own = (placements.c.candidate_id == candidate_id) & placements.c.ended_on.is_(None)
    return session.rows(sa.select(placements.c.vacancy_id).where(own))


def _delete(session: WritingSession, table: sa.Table, candidate_id: str) -> int:
    return session.change(table.delete().where(table.c.candidate_id == candidate_id))


def _count(session: Session, table: sa.Table, candidate_id: str) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.candidate_id == candidate_id)
    return int(session.value(query))
