"""The municipality's rules about how long something is kept: after what, how long, on what legal ground."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import sqlalchemy as sa

from matcher.errors import Fault, InvalidInput, UnknownId
from matcher.store.database.session import Session, WritingSession
from matcher.store.log.audit import append
from matcher.store.log.free_text import require_no_personal_number
from matcher.store.tables.trust import retention_rules

# candidates: everything that describes somebody, and who it is; identities: who it is alone; runs: with their plans and
# what they read; decision_log: decisions as they were taken; rights_requests: what was asked and answered.
Kept = Literal["candidates", "identities", "runs", "decision_log", "rights_requests"]
KEPT: tuple[Kept, ...] = get_args(Kept)
# What a rule about people counts from: the day on which somebody came into this state and has stayed in it.
PEOPLE: tuple[Kept, ...] = ("candidates", "identities")
DEFAULT_STATE = "left"
STATES = ("left", "sustained", "paused")
MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """How long something is kept.

    Parameters
    ----------
    rule_id : int
    entity : str
        One of `KEPT`.
    after_state : str or None
        Of people: the state whose first day the months count from; of everything else ``None``, and they count from
        the day on which it was made.
    keep_months : int or None
        ``None`` for ever.
    is_archived : bool
        An archive rule: nothing is erased before its time, whoever asks. Otherwise it is erased when its time has come.
    legal_basis, approved_by : str
    valid_from : date
    """

    rule_id: int
    entity: str
    after_state: str | None
    keep_months: int | None
    is_archived: bool
    legal_basis: str
    approved_by: str
    valid_from: date

    def ends_on(self, since: date) -> date | None:
        """Return the day on which the time of something is over; ``None`` for never."""
        return None if self.keep_months is None else add_months(since, self.keep_months)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_rule(
    session: WritingSession,
    entity: Kept,
    *,
    keep_months: int | None,
    legal_basis: str,
    by: str,
    valid_from: date,
    after_state: str | None = None,
    is_archived: bool = False,
) -> int:
    """Add a rule and return its number.

    Raises
    ------
    InvalidInput
        Where the rule has no legal basis, or says something that cannot be kept.
    """
    state = (after_state or DEFAULT_STATE) if entity in PEOPLE else after_state
    faults = list(_faults(entity, state, keep_months, legal_basis, is_archived))
    if faults:
        raise InvalidInput(faults)
    require_no_personal_number("retention_rules", legal_basis=legal_basis)
    values = {
        "entity": entity,
        "after_state": state,
        "keep_months": keep_months,
        "is_archived": is_archived,
        "legal_basis": legal_basis.strip(),
        "valid_from": valid_from,
    }
    rule_id = session.insert(retention_rules, **values, approved_by=by, version=1)
    facts = {name: value for name, value in values.items() if name not in ("legal_basis", "valid_from")}
    append(session, by, "add", "retention_rules", str(rule_id), reason=legal_basis, facts=facts)
    return rule_id


def remove_rule(session: WritingSession, rule_id: int, *, by: str, reason: str) -> None:
    """Remove a rule; what it was stays in the audit log."""
    found = next((rule for rule in list_rules(session) if rule.rule_id == rule_id), None)
    if found is None:
        raise UnknownId(
            f"Retention rule '{rule_id}' must be there. List the rules and choose one.",
            entity="retention_rules",
            entity_id=str(rule_id),
        )
    session.change(retention_rules.delete().where(retention_rules.c.rule_id == rule_id))
    facts = {"entity": found.entity, "keep_months": found.keep_months, "is_archived": found.is_archived}
    append(session, by, "remove", "retention_rules", str(rule_id), reason=reason, facts=facts)


def list_rules(session: Session, *, on: date | None = None) -> Sequence[RetentionRule]:
    """Return all rules, or those that are in force on a day."""
    wanted = [retention_rules.c[name] for name in RetentionRule.__slots__]
    query = sa.select(*wanted).order_by(retention_rules.c.rule_id)
    if on is not None:
        query = query.where(retention_rules.c.valid_from <= on)
    return [RetentionRule(**row._mapping) for row in session.rows(query)]


def _faults(
    entity: str, state: str | None, keep_months: int | None, legal_basis: str, is_archived: bool
) -> Sequence[Fault]:
    found = []
    if entity not in KEPT:
        found.append(_fault("entity", f"be about one of {', '.join(KEPT)}", "Choose one.", entity))
    if entity in PEOPLE and state not in STATES:
        found.append(_fault("after_state", f"count from one of {', '.join(STATES)}", "Choose one.", state))
    if entity not in PEOPLE and state is not None:
        found.append(_fault("after_state", "have no state to count from", "Leave it empty.", state))
    if keep_months is not None and not 0 <= keep_months <= MOST_MONTHS:
        must = f"have keep_months from 0 to {MOST_MONTHS}"
        found.append(_fault("keep_months", must, f"Write a number from 0 to {MOST_MONTHS}.", keep_months))
    if keep_months is None and not is_archived:
        must = "have keep_months where something is to be erased"
        found.append(_fault("keep_months", must, "Say how long, or that it is an archive's rule.", None))
    if not legal_basis.strip():
        found.append(_fault("legal_basis", "have a legal_basis", "Name the law and the decision.", None))
    return found


def _fault(field: str, must: str, remedy: str, value: object) -> Fault:
    return Fault(code="bad_rule", table="retention_rules", field=field, must=must, remedy=remedy, value=value)
