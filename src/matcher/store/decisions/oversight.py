"""How people have decided: each decision about a proposal, with when the person had opened it, read from the logs."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from matcher.store.database.session import Session
from matcher.store.tables.trust import audit_log, decision_log

# Who has opened a pair longer ago than that has not looked at it for this decision.
LOOKED = timedelta(hours=12)

Key = tuple[str, str, str]  # who, kind of thing, id


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A decision as oversight looks at it.

    Parameters
    ----------
    act : str
        ``accept``, ``reject``, ``pin``, ``forbid`` or ``withdraw``.
    is_of_proposal : bool
        Whether it answers what the planner has proposed.
    decided_by : str
    decided_at : datetime
    opened_at : datetime or None
        When the person had last opened the pair, or the proposal, before; ``None`` where the log knows of no time.
    together : int
        How many were decided with it at once.
    """

    act: str
    is_of_proposal: bool
    decided_by: str
    decided_at: datetime
    opened_at: datetime | None
    together: int

    @property
    def seconds(self) -> float | None:
        """Return how long the person had looked at it; of several decided at once, its share of the time."""
        if self.opened_at is None:
            return None
        return (self.decided_at - self.opened_at).total_seconds() / self.together


def acts_since(session: Session, since: datetime) -> list[Act]:
    """Return every decision since a moment, in order."""
    table = decision_log
    rows = session.rows(sa.select(table).where(table.c.decided_at >= since).order_by(table.c.decision_id))
    opened = _opened(session, since - LOOKED)
    together = _together(session, since)
    acts = []
    for row in rows:
        pair = f"{row.candidate_id}|{row.vacancy_id}"
        keys: list[Key] = [(row.decided_by, "pairs", pair)]
        if row.proposal_id is not None:
            keys.append((row.decided_by, "proposals", str(row.proposal_id)))
        acts.append(
            Act(
                act=row.act,
                is_of_proposal=row.proposal_id is not None,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
                opened_at=_last_before(opened, keys, row.decided_at),
                together=together.get((row.decided_by, pair, row.decided_at), 1),
            )
        )
    return acts


def _opened(session: Session, since: datetime) -> Mapping[Key, Sequence[datetime]]:
    """Return when somebody has opened pairs and proposals."""
    query = (
        sa.select(audit_log.c.actor, audit_log.c.entity, audit_log.c.entity_id, audit_log.c.at)
        .where(audit_log.c.entity.in_(("pairs", "proposals")), audit_log.c.action == "see", audit_log.c.at >= since)
        .order_by(audit_log.c.entry)
    )
    found: dict[Key, list[datetime]] = defaultdict(list)
    for row in session.rows(query):
        found[row.actor, row.entity, row.entity_id].append(row.at)
    return found


def _last_before(opened: Mapping[Key, Sequence[datetime]], keys: Sequence[Key], moment: datetime) -> datetime | None:
    times = [opened[key][place - 1] for key in keys if key in opened and (place := bisect_right(opened[key], moment))]
    last = max(times, default=None)
    return last if last is not None and moment - last <= LOOKED else None


def _together(session: Session, since: datetime) -> Mapping[tuple[str, str, datetime], int]:
    """Return how many were decided at once, for decisions that were."""
    query = sa.select(audit_log).where(
        audit_log.c.entity == "decisions", audit_log.c.action == "accept", audit_log.c.at >= since
    )
    found = {}
    for row in session.rows(query):
        number = json.loads(row.facts).get("together", 1)
        if number > 1:
            found[row.actor, row.entity_id, row.at] = number
    return found
