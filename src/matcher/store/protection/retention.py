"""What is due by the municipality's rules: found on any day, erased by night, each time reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.protection.erasing import erase, hindrances, in_state_since, is_described
from matcher.store.protection.retention_rules import RetentionRule, add_months, list_rules
from matcher.store.protection.vault import erase_identity, is_erased
from matcher.store.runs.runs import published_plan_id
from matcher.store.tables.problem import SQL_BY_TABLE
from matcher.store.tables.trust import audit_log, decision_log, identities, moves, rights_requests
from matcher.store.tables.work import jobs, placements, plans, proposals, publications, runs, snapshots, studies

ACTION = "retain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What one rule has come to.

    Parameters
    ----------
    rule : RetentionRule
    ids : tuple of str
        What is to be erased, or was.
    held : mapping of str to str
        What its time has come for and something else keeps, with the reason.
    """

    rule: RetentionRule
    ids: tuple[str, ...]
    held: Mapping[str, str]


def due(session: Session, *, on: date | None = None) -> Sequence[Due]:
    """Return what the rules in force say is to be erased on a day, today unless told otherwise; erases nothing."""
    day = on or session.now.date()
    rules = list_rules(session, on=day)
    return [_due(session, rule, rules, day) for rule in rules if not rule.is_archived]


def retain(session: WritingSession, *, by: str, on: date | None = None) -> Sequence[Due]:
    """Erase what is due, and report it in the audit log."""
    day = on or session.now.date()
    found = due(session, on=day)
    for each in found:
        reason = f"retention rule {each.rule.rule_id}"
        for entity_id in each.ids:
            ERASERS[each.rule.entity](session, entity_id, by, reason, day)
    _forget_snapshots(session, found, day)
    erased = {str(each.rule.rule_id): len(each.ids) for each in found}
    held = {str(each.rule.rule_id): len(each.held) for each in found}
    append(session, by, ACTION, "retention_rules", None, facts={"day": day.isoformat(), "erased": erased, "held": held})
    return found


def has_retained(session: Session, day: date) -> bool:
    """Tell whether what is due was erased on a day already."""
    midnight = datetime.combine(day, time(), UTC)
    query = sa.select(audit_log.c.entry).where(audit_log.c.action == ACTION, audit_log.c.at >= midnight).limit(1)
    return session.value(query) is not None


def _due(session: Session, rule: RetentionRule, rules: Sequence[RetentionRule], day: date) -> Due:
    ids, held = [], {}
    for entity_id in FINDERS[rule.entity](session, rule, day):
        reason = _kept_by(session, rule, rules, entity_id, day)
        if reason:
            held[entity_id] = reason
        else:
            ids.append(entity_id)
    return Due(rule=rule, ids=tuple(ids), held=held)


def _kept_by(
    session: Session, rule: RetentionRule, rules: Sequence[RetentionRule], entity_id: str, day: date
) -> str | None:
    """Return what keeps something although its time has come."""
    if rule.entity in ("candidates", "identities"):
        return " ".join(map(str, hindrances(session, entity_id, on=day))) or None
    for other in rules:
        if other.is_archived and other.entity == rule.entity:
            ends = None if other.keep_months is None else _made_before(other, day)
            made = MADE[rule.entity](session, entity_id)
            if ends is None or made is None or made >= ends:
                return f"Retention rule '{other.rule_id}' keeps it ({other.legal_basis})."
    return _held_run(session, int(entity_id)) if rule.entity == "runs" else None


def _made_before(rule: RetentionRule, day: date) -> datetime:
    """Return the moment before which something was made whose time is over on a day."""
    return datetime.combine(add_months(day, -(rule.keep_months or 0)), time(), UTC)


def _people(session: Session, rule: RetentionRule, day: date) -> Sequence[str]:
    table = SQL_BY_TABLE["candidates"]
    query = sa.select(table.c.candidate_id).where(table.c.state == rule.after_state)
    if rule.entity == "identities":
        gone = sa.select(identities.c.candidate_id).where(identities.c.erased_at.is_not(None))
        query = query.where(table.c.candidate_id.not_in(gone))
    found = []
    for row in session.rows(query.order_by(table.c.row_id)):
        since = in_state_since(session, row.candidate_id, rule.after_state or "", rule.after_state or "")
        ends = None if since is None else rule.ends_on(since)
        is_due = ends is not None and ends <= day
        if is_due and (rule.entity == "identities" or _is_kept(session, row.candidate_id)):
            found.append(row.candidate_id)
    return found


def _is_kept(session: Session, candidate_id: str) -> bool:
    return is_described(session, candidate_id) or not is_erased(session, candidate_id)


def _of_age(key: sa.Column[int], made: sa.Column[object], *more: sa.ColumnElement[bool]) -> Finder:
    def find(session: Session, rule: RetentionRule, day: date) -> Sequence[str]:
        rows = session.rows(sa.select(key).where(made < _made_before(rule, day), *more).order_by(key))
        return [str(row[0]) for row in rows]

    return find


def _held_run(session: Session, run_id: int) -> str | None:
    """Return why a run stays although its time has come: something that stays rests on its plan."""
    plan_id = session.value(sa.select(plans.c.plan_id).where(plans.c.run_id == run_id))
    if plan_id is None:
        state = session.value(
            sa.select(jobs.c.state).join(runs, runs.c.job_id == jobs.c.job_id).where(runs.c.run_id == run_id)
        )
        return "It is not done." if state in ("queued", "running") else None
    if plan_id == published_plan_id(session):
        return "Its plan is the published one."
    own = sa.select(proposals.c.proposal_id).where(proposals.c.plan_id == plan_id)
    if session.first(own.where(proposals.c.state.in_(("proposed", "accepted"))).limit(1)):
        return "Proposals of its plan are open or accepted."
    for table in (decision_log, placements):
        if session.first(sa.select(table.c.proposal_id).where(table.c.proposal_id.in_(own)).limit(1)):
            return "Decisions or placements rest on its plan."
    return None


def _erase_person(session: WritingSession, entity_id: str, by: str, reason: str, day: date) -> None:
    erase(session, entity_id, by=by, reason=reason, on=day)


def _erase_identity(session: WritingSession, entity_id: str, by: str, reason: str, day: date) -> None:
    erase_identity(session, entity_id, by=by, reason=reason)


def _erase_run(session: WritingSession, entity_id: str, by: str, reason: str, day: date) -> None:
    run_id = int(entity_id)
    job_id = session.value(sa.select(runs.c.job_id).where(runs.c.run_id == run_id))
    plan_id = session.value(sa.select(plans.c.plan_id).where(plans.c.run_id == run_id))
    if plan_id is not None:
        own = [
            str(row[0])
            for row in session.rows(sa.select(proposals.c.proposal_id).where(proposals.c.plan_id == plan_id))
        ]
        session.change(moves.delete().where(moves.c.entity == "proposals", moves.c.entity_id.in_(own)))
        for table in (proposals, publications, plans):
            session.change(table.delete().where(table.c.plan_id == plan_id))
    session.change(studies.delete().where(studies.c.run_id == run_id))
    session.change(runs.delete().where(runs.c.run_id == run_id))
    session.change(jobs.delete().where(jobs.c.job_id == job_id))


def _erase_row(table: sa.Table, key: sa.Column[int]) -> Eraser:
    def remove(session: WritingSession, entity_id: str, by: str, reason: str, day: date) -> None:
        session.change(table.delete().where(key == int(entity_id)))

    return remove


def _forget_snapshots(session: WritingSession, found: Sequence[Due], day: date) -> None:
    """Remove what no run reads any more, drafts of imports included, where the runs' time is over."""
    rules = [each.rule for each in found if each.rule.entity == "runs"]
    if not rules:
        return
    before = min(_made_before(rule, day) for rule in rules)
    session.change(
        snapshots.delete().where(
            snapshots.c.saved_at < before, snapshots.c.problem_hash.not_in(sa.select(runs.c.problem_hash))
        )
    )


Finder = Callable[[Session, RetentionRule, date], Sequence[str]]
Eraser = Callable[[WritingSession, str, str, str, date], None]
FINDERS: Mapping[str, Finder] = {
    "candidates": _people,
    "identities": _people,
    "runs": _of_age(runs.c.run_id, runs.c.asked_at),
    "decision_log": _of_age(decision_log.c.decision_id, decision_log.c.decided_at),
    "rights_requests": _of_age(
        rights_requests.c.request_id, rights_requests.c.answered_at, rights_requests.c.answered_at.is_not(None)
    ),
}
ERASERS: Mapping[str, Eraser] = {
    "candidates": _erase_person,
    "identities": _erase_identity,
    "runs": _erase_run,
    "decision_log": _erase_row(decision_log, decision_log.c.decision_id),
    "rights_requests": _erase_row(rights_requests, rights_requests.c.request_id),
}
MADE: Mapping[str, Callable[[Session, str], datetime | None]] = {
    "runs": lambda session, one: session.value(sa.select(runs.c.asked_at).where(runs.c.run_id == int(one))),
    "decision_log": lambda session, one: session.value(
        sa.select(decision_log.c.decided_at).where(decision_log.c.decision_id == int(one))
    ),
    "rights_requests": lambda session, one: session.value(
        sa.select(rights_requests.c.answered_at).where(rights_requests.c.request_id == int(one))
    ),
}
